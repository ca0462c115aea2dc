"""Reads what preflight judges, in parallel: all VIFs and ports of the Region, over all pages.

If a plan has read the Region, and names the VIF's siblings, only what the rules need is read by id
instead, so that a move of a plan costs the same in any Region.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import NamedTuple, Protocol

from vifshift.domain.background import Background
from vifshift.domain.bgp import PeerKey
from vifshift.domain.direct_connect import DirectConnect
from vifshift.domain.errors import not_listed
from vifshift.domain.network import (
    CHANGE_CALENDAR,
    HealthEvent,
    Network,
    VirtualInterface,
)
from vifshift.domain.other_paths import OtherPaths
from vifshift.domain.request import Request
from vifshift.domain.routes import RouteSet
from vifshift.preflight.attached_paths import (
    NOTHING_ATTACHED,
    AttachedReads,
    ReadersElsewhere,
    with_attached,
)
from vifshift.preflight.background import BackgroundAsked, BackgroundReads, Surrounding
from vifshift.preflight.maintenance import entity_values, every_id
from vifshift.preflight.moves_in_progress import LockReads, moved_by
from vifshift.preflight.other_paths import RecentMoves, SiblingReads, settled_routes
from vifshift.preflight.parallel_reads import LOCKS, READERS, Reader
from vifshift.preflight.port_usage import BothEnds, PortUsage, PortUsageReads, WholeRegion
from vifshift.preflight.vpn_paths import NO_VPNS, VpnsElsewhere, may_need_vpns, read_vpns, with_vpns


class Account(Protocol):
    """The other services that preflight reads; each method may raise a `CallError`."""

    def caller(self) -> str:
        """Return the id of the account that calls."""

    def calendar_state(self, calendar: str) -> str:
        """Return the state of a change calendar, OPEN or CLOSED."""

    def health_events(self) -> tuple[HealthEvent, ...] | None:
        """Return the open and upcoming Direct Connect events, without the entities they affect.

        They are those of all Regions; None without AWS Health.
        """

    def affected(
        self, events: Sequence[HealthEvent], values: Collection[str]
    ) -> tuple[HealthEvent, ...]:
        """Return events with the entities that they affect, at least those among `values`."""


class PeerRecords(Protocol):
    """Our own record of the peers that were up before a VIF was last moved."""

    def up_before(self, virtual_interface_ids: Sequence[str]) -> Mapping[str, frozenset[PeerKey]]:
        """Return the peers that were up, by VIF; raises a `CallError` if that can't be read."""


class OptionalSources(NamedTuple):
    """Our own records of peers and moves, and what only the first check reads.

    `moves` returns which of some VIFs this stack may be moving, `locks` say which it moves now.
    `elsewhere` reads what is attached to the gateway in other Regions and accounts, and `vpns` the
    VPN connections on it.
    """

    records: Callable[[], PeerRecords] | None = None
    background: BackgroundAsked | None = None
    moves: RecentMoves | None = None
    locks: LockReads | None = None
    elsewhere: ReadersElsewhere | None = None
    vpns: VpnsElsewhere | None = None


NO_SOURCES = OptionalSources()


class CheckAttempt(NamedTuple):
    """Whether what is not listed may be a gap in sight, and what fails is read again."""

    is_gap_over: bool = True
    is_last: bool = True


LAST_ATTEMPT = CheckAttempt()


def survey(
    direct_connect: DirectConnect,
    account: Account,
    region: str,
    request: Request,
    *,
    calendar: str | None = None,
    siblings: tuple[str, ...] | None = None,
    attempt: CheckAttempt = LAST_ATTEMPT,
    optional: OptionalSources = NO_SOURCES,
) -> Network:
    """Return the network of a request; without `siblings`, the whole Region is read.

    With a source of it, and the whole Region, the background of the move is read as well.

    What is optional and can't be read is listed in the network's `unchecked`. Raises a `CallError`
    if anything else can't be read, or if there is another `attempt` and the error may pass. Unless
    its gap is over, raises `NotSeen` if a VIF that was asked for is not listed.
    """
    with ThreadPoolExecutor(max_workers=READERS) as pool:
        reader = Reader(pool, is_last=attempt.is_last)
        reading: PortUsageReads = (
            WholeRegion(reader, direct_connect, request)
            if siblings is None
            else BothEnds(reader, direct_connect, request, siblings)
        )
        background = _start_background(reader, optional, siblings)
        caller = reader.start(account.caller)
        events = reader.start(account.health_events)
        state = reader.start(lambda: account.calendar_state(calendar) if calendar else None)
        vif = reading.vif()
        up_before = reader.start(
            lambda: up_before_last_move(optional.records, [vif] if vif else [])
        )
        moving = reader.start(
            lambda: moved_by(optional.locks, [(vif, request.connection_id)] if vif else [])
        )
        routes = reader.start(lambda: _routes(direct_connect, vif))
        attachment = reader.start(lambda: _attachment_state(direct_connect, vif))
        gateway = vif.direct_connect_gateway_id if vif else ""
        attached_reads = AttachedReads(reader, direct_connect, [gateway], optional.elsewhere)
        port_usage = reading.port_usage()
        sibling_reads = SiblingReads(reader, direct_connect, port_usage.siblings, optional.moves)
        known_routes = settled_routes(routes, is_last=attempt.is_last)
        if port_usage.unlisted and not attempt.is_gap_over:
            raise not_listed(port_usage.unlisted)
        network = _network(region, port_usage)
        known = {
            request.virtual_interface_id,
            *(each.virtual_interface_id for each in network.siblings),
        }
        attached = attached_reads.read(known).get(gateway, NOTHING_ATTACHED)
        network = with_attached(network, attached)
        caller_account = reader.settle("the account that calls", caller, "")
        values = partial(entity_values, every_id(network), region, [caller_account])
        health = reader.start(partial(affected, account, events, values))
        surroundings = {
            "background": background and _settle(background, request, port_usage, caller_account),
            "caller_account": caller_account,
            "attachment_state": reader.settle("the gateway's attachment", attachment, None),
            "calendar_state": reader.settle(CHANGE_CALENDAR, state, None),
            "health_events": reader.settle("AWS Health", health, ()),
            "routes": known_routes[0],
            "routes_unreadable": known_routes[1],
            "other_paths": sibling_reads.other_paths(
                vif, known_routes[0], network.other_paths, attached.routes
            ),
            "up_before": up_before.result().get(request.virtual_interface_id, frozenset()),
            "moved_by": reader.settle(LOCKS, moving, {}).get(request.virtual_interface_id, ""),
        }
        network = network.model_copy(update=surroundings)
        if vif and may_need_vpns(network):
            vpns = read_vpns(reader, direct_connect, optional.vpns, [vif], region)
            network = with_vpns(network, vpns.get(vif.gateway_id, NO_VPNS))
    return network.model_copy(update={"unchecked": tuple(reader.unchecked)})


def affected(
    account: Account,
    reading: "Future[tuple[HealthEvent, ...] | None]",
    values: Callable[[], Collection[str]],
) -> tuple[HealthEvent, ...] | None:
    """Return the events that are being read with the entities that they affect."""
    events = reading.result()
    return account.affected(events, values()) if events else events


def up_before_last_move(
    records: Callable[[], PeerRecords] | None,
    vifs: Iterable[VirtualInterface],
    unlisted: Iterable[str] = (),
) -> Mapping[str, frozenset[PeerKey]]:
    """Return the peers of VIFs that were up, where not all of them are up now.

    Those of VIFs that are `unlisted` tell that these were there.
    """
    some = [vif.virtual_interface_id for vif in vifs if vif.peers_down and not vif.is_gone]
    some += unlisted
    return records().up_before(some) if records and some else {}


def survey_ports(direct_connect: DirectConnect, region: str, request: Request) -> Network:
    """Return a network of the two ports and their VIFs only; raises a `CallError`."""
    with ThreadPoolExecutor(max_workers=READERS) as pool:
        return _network(region, WholeRegion(Reader(pool), direct_connect, request).port_usage())


def _network(region: str, port_usage: PortUsage) -> Network:
    return Network(
        region=region,
        virtual_interface=port_usage.vif,
        source=port_usage.source,
        target=port_usage.target,
        on_source=port_usage.on_source,
        on_target=port_usage.on_target,
        siblings=port_usage.siblings,
        other_paths=OtherPaths(lags=port_usage.sibling_lags),
    )


def _start_background(
    reader: Reader, optional: OptionalSources, siblings: tuple[str, ...] | None
) -> BackgroundReads | None:
    """Start what only the first check reads; a plan has read that for its migrations."""
    asked = optional.background
    return BackgroundReads(reader, asked) if asked and siblings is None else None


def _settle(
    reads: BackgroundReads, request: Request, port_usage: PortUsage, caller_account: str
) -> Background | None:
    """Return the background of a VIF that there is."""
    vif, region = port_usage.vif, port_usage.region
    if vif is None or region is None:
        return None
    return reads.settle(
        Surrounding(
            caller_account=caller_account,
            vif=vif,
            siblings=port_usage.siblings,
            target=request.connection_id,
            vifs=region.vifs,
            ports=region.ports,
        )
    )


def _routes(
    direct_connect: DirectConnect, vif: VirtualInterface | None
) -> tuple[RouteSet, ...] | None:
    return direct_connect.routes(vif.virtual_interface_id) if vif else None


def _attachment_state(direct_connect: DirectConnect, vif: VirtualInterface | None) -> str | None:
    if vif is None or not vif.direct_connect_gateway_id:
        return None
    return direct_connect.attachment_state(vif.direct_connect_gateway_id, vif.virtual_interface_id)
