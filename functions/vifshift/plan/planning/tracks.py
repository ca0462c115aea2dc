"""Cuts a plan into independent tracks: moves that depend on each other are in one track.

The moves of a track follow one another. Those of different tracks may be done in parallel and in
any order, with or without a rollback: each passes preflight as it does in the plan's order.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from functools import partial
from itertools import pairwise
from typing import NamedTuple

from vifshift.domain.findings import Quotas
from vifshift.domain.network import VirtualInterface
from vifshift.plan.planning.arrival import Port
from vifshift.plan.planning.fleet import Fleet
from vifshift.preflight.rules.capacity import FAMILIES, allocated, counted, quotas_of, unallocated
from vifshift.preflight.rules.conflicts import held

Track = tuple[int, ...]


class TrackMove(NamedTuple):
    """A move to do: its number, its VIF, and the ports that it leaves and reaches."""

    number: int
    vif: VirtualInterface
    source: str
    target: str


class PortTraffic(NamedTuple):
    """The moves that reach a port, and those that leave it."""

    arriving: list[TrackMove]
    leaving: list[TrackMove]

    @property
    def all(self) -> Iterator[TrackMove]:
        """Yield all of them."""
        yield from self.arriving
        yield from self.leaving


def tracks(track_moves: Sequence[TrackMove], fleet: Fleet, quotas: Quotas) -> tuple[Track, ...]:
    """Return the numbers of the moves of each track, all in the order of the plan.

    `fleet` is as it is before the first move.
    """
    bonds = _Bonds(move.number for move in track_moves)
    for move in track_moves:
        bonds.tie(move.number, ("gateway", move.vif.redundancy_group))
        for port_id in (move.source, move.target):
            bonds.tie(move.number, ("vlan", port_id, move.vif.vlan))
    for port_id, traffic in _traffic_by_port(track_moves).items():
        _tie_addresses(bonds, traffic)
        if port := fleet.port(port_id):
            _tie_room(bonds, port, traffic, fleet.on(port_id), quotas)
    found: defaultdict[int, list[int]] = defaultdict(list)
    for move in track_moves:
        found[bonds.root(move.number)].append(move.number)
    return tuple(map(tuple, found.values()))


def _traffic_by_port(track_moves: Iterable[TrackMove]) -> dict[str, PortTraffic]:
    found: defaultdict[str, PortTraffic] = defaultdict(lambda: PortTraffic([], []))
    for move in track_moves:
        found[move.target].arriving.append(move)
        found[move.source].leaving.append(move)
    return found


def _tie_addresses(bonds: "_Bonds", traffic: PortTraffic) -> None:
    """Tie moves that touch the same port, and whose VIFs have addresses in one network."""
    for version in (4, 6):
        spans = sorted(
            (int(network.network_address), int(network.broadcast_address), move.number)
            for move in traffic.all
            for network in held(move.vif)
            if network.version == version
        )
        furthest = -1
        for one, other in pairwise(spans):
            furthest = max(furthest, one[1])
            if other[0] <= furthest:
                bonds.join(one[2], other[2])


def _tie_room(
    bonds: "_Bonds",
    port: Port,
    traffic: PortTraffic,
    attached: Iterable[VirtualInterface],
    quotas: Quotas,
) -> None:
    """Tie the moves that touch a port, unless it has room for all arrivals from the start.

    With that room, no order fills it up, even if no VIF leaves, or all are rolled back.
    """
    for room in _rooms(port, tuple(counted(attached)), quotas):
        if sum(room.needed(move.vif) for move in traffic.arriving) > room.left:
            bonds.tie_all(move.number for move in traffic.all if room.needed(move.vif))


class RemainingCapacity(NamedTuple):
    """How much of one resource a port has left, and how much of it a virtual interface needs."""

    left: int
    needed: Callable[[VirtualInterface], int]


def _rooms(
    port: Port, attached: Sequence[VirtualInterface], quotas: Quotas
) -> Iterator[RemainingCapacity]:
    for quota in quotas_of(port, quotas):
        yield RemainingCapacity(quota.most - sum(map(quota.counts, attached)), quota.counts)
    yield RemainingCapacity(
        _limiters_left(port, attached, quotas), lambda vif: bool(vif.rate_limit)
    )
    for family in FAMILIES:
        left = unallocated(port, family)
        if left is not None:
            yield RemainingCapacity(left, partial(allocated, family=family))


def _limiters_left(port: Port, attached: Iterable[VirtualInterface], quotas: Quotas) -> int:
    status = port.rate_limiter_status
    if status and status.remaining is not None:
        return status.remaining
    used = status.in_use if status else None
    if used is None:
        used = sum(bool(each.rate_limit) for each in attached)
    return quotas.rate_limited_per_port - used


class _Bonds:
    """Which moves belong together: a union-find of moves, and of what they have in common."""

    def __init__(self, numbers: Iterable[int]) -> None:
        self._parents = {number: number for number in numbers}
        self._first: dict[Hashable, int] = {}

    def root(self, number: int) -> int:
        """Return the representative of the moves that a move belongs with."""
        while (parent := self._parents[number]) != number:
            self._parents[number] = number = self._parents[parent]
        return number

    def join(self, one: int, other: int) -> None:
        """Put two moves, and all that they belong with, together."""
        self._parents[self.root(other)] = self.root(one)

    def tie(self, number: int, thing: Hashable) -> None:
        """Put a move together with all others that share a thing."""
        self.join(self._first.setdefault(thing, number), number)

    def tie_all(self, numbers: Iterable[int]) -> None:
        """Put moves together."""
        for one, other in pairwise(numbers):
            self.join(one, other)
