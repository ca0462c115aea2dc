"""Cuts a plan into tracks: what depends on each other is one track, and tracks are independent.

The moves of a track follow one another. Those of different tracks may be done side by side, in any
order, and on any one's way back: each passes preflight as it does in the order of the plan.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from functools import partial
from itertools import pairwise
from typing import NamedTuple

from vifshift.domain.findings import Quotas
from vifshift.domain.network import VirtualInterface
from vifshift.plan.planning.fleet import Fleet, Port
from vifshift.preflight.rules.capacity import FAMILIES, allocated, counted, quotas_of, unallocated
from vifshift.preflight.rules.conflicts import held

Track = tuple[int, ...]


class Trip(NamedTuple):
    """A move that is to be done: its number, its VIF, and the ports that it leads from and to."""

    number: int
    vif: VirtualInterface
    source: str
    target: str


class Calls(NamedTuple):
    """The trips that lead to a port, and those that lead away from it."""

    arriving: list[Trip]
    leaving: list[Trip]

    @property
    def all(self) -> Iterator[Trip]:
        """Yield all of them."""
        yield from self.arriving
        yield from self.leaving


def tracks(trips: Sequence[Trip], fleet: Fleet, quotas: Quotas) -> tuple[Track, ...]:
    """Return the numbers of the moves of each track, all in the order of the plan.

    `fleet` is as it is before the first move.
    """
    bonds = _Bonds(trip.number for trip in trips)
    for trip in trips:
        bonds.tie(trip.number, ("gateway", trip.vif.redundancy_group))
        for port_id in (trip.source, trip.target):
            bonds.tie(trip.number, ("vlan", port_id, trip.vif.vlan))
    for port_id, calls in _calls(trips).items():
        _tie_addresses(bonds, calls)
        if port := fleet.port(port_id):
            _tie_room(bonds, port, calls, fleet.on(port_id), quotas)
    found: defaultdict[int, list[int]] = defaultdict(list)
    for trip in trips:
        found[bonds.root(trip.number)].append(trip.number)
    return tuple(map(tuple, found.values()))


def _calls(trips: Iterable[Trip]) -> dict[str, Calls]:
    found: defaultdict[str, Calls] = defaultdict(lambda: Calls([], []))
    for trip in trips:
        found[trip.target].arriving.append(trip)
        found[trip.source].leaving.append(trip)
    return found


def _tie_addresses(bonds: "_Bonds", calls: Calls) -> None:
    """Tie trips whose VIFs have addresses in one network, on a port that both touch."""
    for version in (4, 6):
        spans = sorted(
            (int(network.network_address), int(network.broadcast_address), trip.number)
            for trip in calls.all
            for network in held(trip.vif)
            if network.version == version
        )
        furthest = -1
        for one, other in pairwise(spans):
            furthest = max(furthest, one[1])
            if other[0] <= furthest:
                bonds.join(one[2], other[2])


def _tie_room(
    bonds: "_Bonds", port: Port, calls: Calls, riders: Iterable[VirtualInterface], quotas: Quotas
) -> None:
    """Tie the trips that touch a port, where there is not room from the start for all arrivals.

    Where there is, no order of theirs fills it up, not even if nobody leaves, or all come back.
    """
    for room in _rooms(port, tuple(counted(riders)), quotas):
        if sum(room.needed(trip.vif) for trip in calls.arriving) > room.left:
            bonds.tie_all(trip.number for trip in calls.all if room.needed(trip.vif))


class Room(NamedTuple):
    """What of one kind a port has left, and how much of it a virtual interface takes."""

    left: int
    needed: Callable[[VirtualInterface], int]


def _rooms(port: Port, riders: Sequence[VirtualInterface], quotas: Quotas) -> Iterator[Room]:
    for quota in quotas_of(port, quotas):
        yield Room(quota.most - sum(map(quota.counts, riders)), quota.counts)
    yield Room(_limiters_left(port, riders, quotas), lambda vif: bool(vif.rate_limit))
    for family in FAMILIES:
        left = unallocated(port, family)
        if left is not None:
            yield Room(left, partial(allocated, family=family))


def _limiters_left(port: Port, riders: Iterable[VirtualInterface], quotas: Quotas) -> int:
    status = port.rate_limiter_status
    if status and status.remaining is not None:
        return status.remaining
    used = status.in_use if status else None
    if used is None:
        used = sum(bool(rider.rate_limit) for rider in riders)
    return quotas.rate_limited_per_port - used


class _Bonds:
    """Which moves belong together: union-find, over moves and over what they have in common."""

    def __init__(self, numbers: Iterable[int]) -> None:
        self._parents = {number: number for number in numbers}
        self._first: dict[Hashable, int] = {}

    def root(self, number: int) -> int:
        """Return the one that stands for all that a move belongs with."""
        while (parent := self._parents[number]) != number:
            self._parents[number] = number = self._parents[parent]
        return number

    def join(self, one: int, other: int) -> None:
        """Put two moves together, with all that either belongs with."""
        self._parents[self.root(other)] = self.root(one)

    def tie(self, number: int, thing: Hashable) -> None:
        """Put a move together with all others that have the same thing."""
        self.join(self._first.setdefault(thing, number), number)

    def tie_all(self, numbers: Iterable[int]) -> None:
        """Put moves together."""
        for one, other in pairwise(numbers):
            self.join(one, other)
