"""Reads what only the first check reads, in parallel with the rest; nothing of it must succeed."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from concurrent.futures import Future
from datetime import datetime, timedelta
from functools import partial
from typing import NamedTuple, Protocol

from vifshift.domain.background import (
    Background,
    LastFailoverTests,
    PortLoad,
    ResiliencyGroup,
    ResiliencyGroups,
    VifHistory,
)
from vifshift.domain.errors import CallError
from vifshift.domain.network import VirtualInterface
from vifshift.domain.ports import Connection, Lag
from vifshift.domain.scope import LONGEST_FLIGHT
from vifshift.preflight.parallel_reads import Reader
from vifshift.preflight.rules.target import bandwidth

GROUPS, TESTS = "the resiliency groups", "the failover tests"
METRICS = "the metrics of AWS/DX"
MOST_A_CALL = 100
"""The most VIFs whose metrics are read by one call."""
LATELY = timedelta(hours=1)
BITS_IN_A_MEGABIT = 1_000_000
MOST_ASKED = 8
"""The most VIFs of a gateway whose failover tests are listed, each with a call of its own."""

Port = Connection | Lag


class BackgroundSources(Protocol):
    """What is read once; each method may raise a `CallError`."""

    def resiliency_groups(self) -> ResiliencyGroups:
        """Return the resiliency groups of the account and Region."""

    def failover_tests(self, virtual_interface_id: str | None = None) -> LastFailoverTests:
        """Return the last failover test of a VIF, or of each of the account's in the Region."""

    def history(
        self, virtual_interface_ids: Sequence[str], with_bgp: Collection[str], now: datetime
    ) -> Mapping[str, VifHistory]:
        """Return what VIFs have carried, and for some of them when BGP was up."""


MovesOf = Callable[[Collection[str], datetime], Mapping[str, object]]
"""Returns by id which of some VIFs this stack has moved since a time; raises a `CallError`."""


def no_moves(ids: Collection[str], since: datetime) -> Mapping[str, object]:
    """Return that this stack has moved none."""
    return {}


class BackgroundAsked(NamedTuple):
    """Where the background is read from, at which time, and what this stack has moved itself."""

    sources: BackgroundSources
    now: datetime
    own_moves: MovesOf = no_moves


class Surrounding(NamedTuple):
    """What was read of the network: the VIF, its siblings, its target, and the whole Region."""

    caller_account: str
    vif: VirtualInterface
    siblings: tuple[VirtualInterface, ...]
    target: str
    vifs: tuple[VirtualInterface, ...]
    ports: tuple[Port, ...]


class BackgroundReads:
    """The reads of one check: started early where nothing else has to be known for them."""

    def __init__(self, reader: Reader, asked: BackgroundAsked) -> None:
        """Start reading."""
        self._reader, self._asked = reader, asked
        self._groups = reader.start(asked.sources.resiliency_groups)

    def settle(self, around: Surrounding) -> Background:
        """Read the rest, and wait for all of it; what fails is recorded as unchecked."""
        tests = self._start_tests(around)
        of_gateway = [around.vif, *(vif for vif in around.siblings if not vif.is_gone)]
        used = [around.target, *(vif.connection_id for vif in of_gateway[1:])]
        on = {port: [vif for vif in around.vifs if vif.connection_id == port] for port in used}
        concerned = [*of_gateway, *(vif for vifs in on.values() for vif in vifs)]
        reading = start_history(self._reader, self._asked, concerned, of_gateway)
        history = settle_history(self._reader, reading)
        by_id = {port.port_id: port for port in around.ports}
        name = around.vif.virtual_interface_id
        return Background(
            resiliency_groups=settle_groups(self._reader, self._groups, around.ports),
            failover_tests=self._settle_tests(tests),
            history=history,
            loads={
                port: load(by_id[port], vifs, history, name)
                for port, vifs in on.items()
                if history is not None and port in by_id
            },
            moved_lately=moved_lately(self._asked, history, around.siblings),
        )

    def _start_tests(self, around: Surrounding) -> list[Future[LastFailoverTests]]:
        """Start listing the tests of those that the account owns: of others it is refused."""
        of_gateway = (around.vif, *(vif for vif in around.siblings if not vif.is_gone))
        owned = [
            vif.virtual_interface_id
            for vif in of_gateway
            if vif.owner_account in {"", around.caller_account} or not around.caller_account
        ]
        return [
            self._reader.start(partial(self._asked.sources.failover_tests, each))
            for each in owned[:MOST_ASKED]
        ]

    def _settle_tests(
        self, reading: Sequence[Future[LastFailoverTests]]
    ) -> LastFailoverTests | None:
        """Return the tests of all that were asked; None if any of them could not be read."""
        found: list[LastFailoverTests] = []
        for each in reading:
            tests: LastFailoverTests | None = self._reader.settle(TESTS, each, None)
            if tests is None:
                # What refuses one of them refuses them all; it is said once.
                return None
            found.append(tests)
        return LastFailoverTests(
            last={name: at for tests in found for name, at in tests.last.items()},
            asked=frozenset(name for tests in found for name in tests.asked or ()),
        )


def settle_groups(
    reader: Reader, reading: Future[ResiliencyGroups], ports: Iterable[Port]
) -> tuple[ResiliencyGroup, ...] | None:
    """Return the resiliency groups; what was not read of them is recorded."""
    groups: ResiliencyGroups | None = reader.settle(GROUPS, reading, None)
    if groups is None:
        return None
    if groups.unread:
        number = groups.unread + len(groups.groups)
        reader.leave_out(GROUPS, f"{groups.unread} of {number} are left out")
    return with_lags(groups.groups, ports)


Histories = Mapping[str, VifHistory]


def start_history(
    reader: Reader,
    asked: BackgroundAsked,
    vifs: Iterable[VirtualInterface],
    with_bgp: Iterable[VirtualInterface],
) -> list[Future[Histories]]:
    """Start reading the history of VIFs, with a call for each hundred."""
    ids = list(dict.fromkeys(vif.virtual_interface_id for vif in vifs))
    of_bgp = frozenset(vif.virtual_interface_id for vif in with_bgp)
    return [
        reader.start(
            partial(asked.sources.history, ids[start : start + MOST_A_CALL], of_bgp, asked.now)
        )
        for start in range(0, len(ids), MOST_A_CALL)
    ]


def settle_history(reader: Reader, reading: Sequence[Future[Histories]]) -> Histories | None:
    """Return what was read; None if any of it could not be, which is recorded once."""
    found: dict[str, VifHistory] = {}
    for each in reading:
        history: Histories | None = reader.settle(METRICS, each, None)
        if history is None:
            return None
        found.update(history)
    return found


def load(
    port: Port,
    vifs: Iterable[VirtualInterface],
    history: Histories | None,
    without: str,
) -> PortLoad:
    """Return what VIFs on a port carry at their peaks, apart from the one that moves."""
    egress = ingress = 0.0
    unknown = 0
    for vif in vifs:
        if vif.virtual_interface_id == without or vif.is_gone:
            continue
        past = (history or {}).get(vif.virtual_interface_id)
        if past is None or not past.hours:
            unknown += vif.works
            continue
        egress += past.egress or 0.0
        ingress += past.ingress or 0.0
    megabits = bandwidth(port)
    return PortLoad(
        port_id=port.port_id,
        bandwidth=None if megabits is None else megabits * BITS_IN_A_MEGABIT,
        egress=egress,
        ingress=ingress,
        unknown=unknown,
    )


def moved_lately(
    asked: BackgroundAsked, history: Histories | None, vifs: Iterable[VirtualInterface]
) -> frozenset[str]:
    """Return which VIFs, of those that were down lately, this stack has moved since then."""
    names = [vif.virtual_interface_id for vif in vifs]
    down = [name for name in names if (past := (history or {}).get(name)) and past.down_lately]
    if not down:
        return frozenset()
    try:
        return frozenset(asked.own_moves(down, asked.now - LATELY - LONGEST_FLIGHT))
    except CallError:
        # Without our own record, nothing is excused.
        return frozenset()


def with_lags(
    groups: Iterable[ResiliencyGroup], ports: Iterable[Port]
) -> tuple[ResiliencyGroup, ...]:
    """Return groups with the LAGs whose members are associated: a LAG counts as one connection."""
    lag_of = {port.port_id: port.lag_id for port in ports if isinstance(port, Connection)}

    def whole(group: ResiliencyGroup) -> ResiliencyGroup:
        lags = [lag for port in group.ports if (lag := lag_of.get(port))]
        return group.model_copy(update={"ports": (*group.ports, *lags)})

    return tuple(map(whole, groups))
