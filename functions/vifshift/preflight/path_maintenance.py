"""Judges which other paths AWS works on while a VIF moves, and what that leaves."""

from collections.abc import Sequence
from typing import NamedTuple

from vifshift.domain.findings import Move
from vifshift.domain.network import HealthEvent, VirtualInterface
from vifshift.domain.ports import Connection, Lag
from vifshift.domain.routes import RouteSet
from vifshift.preflight.maintenance import (
    concerned,
    is_about,
    overlaps,
    period_of,
    resources,
    works_on,
)
from vifshift.preflight.path_coverage import (
    counting,
    cut_off,
    families_without,
    is_judged_by_name,
)


class PathMaintenance(NamedTuple):
    """An event of AWS Health, and the other paths that it affects during the move."""

    event: HealthEvent
    paths: tuple[VirtualInterface, ...]


class Remainder(NamedTuple):
    """What else carries the traffic without some paths, and which routes nothing carries."""

    paths: tuple[VirtualInterface, ...]
    lost: tuple[RouteSet, ...]
    families: tuple[str, ...]
    has_vpn: bool

    @property
    def suffices(self) -> bool:
        """Return whether there is a path for everything."""
        return bool(self.paths or self.has_vpn) and not (self.lost or self.families)


def path_maintenance(move: Move, *, is_during: bool = True) -> tuple[PathMaintenance, ...]:
    """Return the events that affect other paths that are up, but neither end of the move.

    They are those of the time of the move, or else those of another time.
    """
    network, period = move.network, period_of(move)
    ours = concerned(move.request, network)
    found: dict[int, list[VirtualInterface]] = {}
    events = network.health_events or ()
    for path in counting(move) if events else ():
        region = path.region or network.region
        for event in works_on(events, _resources(move, path), region):
            is_ours = region == network.region and is_about(event, ours)
            if overlaps(event, period) is is_during and not is_ours:
                found.setdefault(events.index(event), []).append(path)
    return tuple(
        PathMaintenance(events[number], tuple(paths)) for number, paths in sorted(found.items())
    )


def remainder(move: Move, maintained: Sequence[PathMaintenance]) -> Remainder:
    """Return what is left of the other paths while AWS works on some of them."""
    gone = {path.virtual_interface_id for each in maintained for path in each.paths}
    left = tuple(path for path in counting(move) if path.virtual_interface_id not in gone)
    families = () if is_judged_by_name(move.network) else families_without(move.network, left)
    has_vpn = bool(move.network.other_paths.vpns)
    return Remainder(left, cut_off(move.network, left), families, has_vpn)


def _resources(move: Move, path: VirtualInterface) -> frozenset[str]:
    """Return the ids that an event about a path would name: its own, and those of its port."""
    others: tuple[Connection | Lag | None, ...] = (
        move.network.source,
        move.network.target,
        *move.network.other_paths.lags,
    )
    ports = (port for port in others if port and port.port_id == path.connection_id)
    gateways = {path.direct_connect_gateway_id, path.virtual_gateway_id}
    return resources(path, *ports) - gateways
