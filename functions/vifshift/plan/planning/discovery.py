"""Reads a Region once, for all the moves of a plan.

The routes of what moves and of its siblings are read once; each migration reads them again, and
its attachment, right before its move.
"""

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from vifshift.domain.direct_connect import DirectConnect
from vifshift.domain.errors import not_listed
from vifshift.domain.network import CHANGE_CALENDAR, VirtualInterface
from vifshift.domain.plan_request import PlanRequest
from vifshift.plan.planning.arrival import Port
from vifshift.plan.planning.background import FleetBackgroundReads
from vifshift.plan.planning.fleet import Fleet, Surroundings
from vifshift.plan.planning.fleet_paths import FleetPathReads
from vifshift.preflight.attached_paths import AttachedReads
from vifshift.preflight.discovery import (
    LAST_ATTEMPT,
    NO_SOURCES,
    Account,
    CheckAttempt,
    OptionalSources,
    affected,
    up_before_last_move,
)
from vifshift.preflight.maintenance import entity_values, resources
from vifshift.preflight.moves_in_progress import Wanted, moved_by
from vifshift.preflight.parallel_reads import LOCKS, READERS, Reader
from vifshift.preflight.vpn_paths import read_vpns


def survey_fleet(
    direct_connect: DirectConnect,
    account: Account,
    region: str,
    *,
    calendar: str | None = None,
    plan: PlanRequest | None = None,
    attempt: CheckAttempt = LAST_ATTEMPT,
    optional: OptionalSources = NO_SOURCES,
) -> Fleet:
    """Return all VIFs of a Region with their tags, all ports, and their surroundings.

    The routes are those of what the `plan` may move, and of its siblings. What is optional and
    can't be read is listed in `unchecked`. Raises a `CallError` if anything else can't be read, or
    if there is another `attempt` and the error may pass. Unless its gap is over, raises `NotSeen`
    if VIFs that the plan moves are not listed.
    """
    with ThreadPoolExecutor(max_workers=READERS) as pool:
        reader = Reader(pool, is_last=attempt.is_last)
        vifs = reader.start(direct_connect.tagged_virtual_interfaces)
        connections = reader.start(direct_connect.connections)
        lags = reader.start(direct_connect.lags)
        asked = optional.background
        once = FleetBackgroundReads(reader, asked, plan) if asked and plan else None
        caller = reader.start(account.caller)
        events = reader.start(account.health_events)
        state = reader.start(lambda: account.calendar_state(calendar) if calendar else None)
        caller_account = reader.settle("the account that calls", caller, "")
        calendar_state = reader.settle(CHANGE_CALENDAR, state, None)
        ports: tuple[Port, ...] = (*connections.result(), *lags.result())
        ids = resources(None, *ports).union(*map(resources, vifs.result()))
        values = partial(entity_values, ids, region, [caller_account])
        health = reader.start(partial(affected, account, events, values))
        moving = reader.start(lambda: moved_by(optional.locks, _wanted(plan, vifs.result())))
        health_events = reader.settle("AWS Health", health, ())
        moving_now = reader.settle(LOCKS, moving, {})
        surroundings = Surroundings(
            region=region,
            caller_account=caller_account,
            calendar_state=calendar_state,
            health_events=health_events,
            background=once and once.settle(vifs.result(), ports),
            unchecked=tuple(reader.unchecked),
        )
        up_before = up_before_last_move(
            optional.records, vifs.result(), _unlisted(plan, vifs.result())
        )
        fleet = Fleet(vifs.result(), ports, surroundings, up_before, moved_by=moving_now)
        if plan is None:
            return fleet
        if not attempt.is_gap_over and (unlisted := fleet.unlisted(plan)):
            raise not_listed(unlisted)
        groups = fleet.groups(plan)
        gateways = (vif.direct_connect_gateway_id for group in groups for vif in group)
        attached = AttachedReads(reader, direct_connect, gateways, optional.elsewhere)
        reads = FleetPathReads.start(reader, direct_connect, groups, optional.moves)
        paths = reads.paths(attached.read({vif.virtual_interface_id for vif in vifs.result()}))
        fleet = fleet.with_paths(paths)
        alone = fleet.moved_without_path(plan)
        if vpns := read_vpns(reader, direct_connect, optional.vpns, alone, region):
            fleet = fleet.with_paths(paths.with_vpns(vpns))
        return fleet.told(tuple(dict.fromkeys(reader.unchecked)))


def _unlisted(plan: PlanRequest | None, vifs: Iterable[VirtualInterface]) -> tuple[str, ...]:
    """Return the VIFs that a plan names and Direct Connect does not list."""
    listed = {vif.virtual_interface_id for vif in vifs}
    named = (move.virtual_interface_id for move in (plan.moves if plan else None) or ())
    return tuple(dict.fromkeys(name for name in named if name not in listed))


def _wanted(plan: PlanRequest | None, vifs: Iterable[VirtualInterface]) -> Iterator[Wanted]:
    """Yield the VIFs that a plan moves, and where to."""
    if plan is None:
        return
    targets = {move.virtual_interface_id: move.connection_id for move in plan.moves or ()}
    leaving = plan.evacuate
    for vif in vifs:
        if vif.virtual_interface_id in targets:
            yield vif, targets[vif.virtual_interface_id]
        elif leaving and vif.connection_id == leaving.source:
            yield vif, leaving.target
