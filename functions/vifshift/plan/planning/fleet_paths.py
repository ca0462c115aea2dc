"""The routes of the VIFs that a plan moves and of their siblings, each read once."""

from collections.abc import Callable, Collection, Iterable, Mapping
from concurrent.futures import Future
from functools import partial
from typing import NamedTuple

from vifshift.domain.direct_connect import DirectConnect
from vifshift.domain.network import VirtualInterface, VirtualInterfaceState
from vifshift.domain.other_paths import OtherPaths
from vifshift.domain.path_comparison import PathComparison, compare_path
from vifshift.domain.ports import Connection, Lag
from vifshift.domain.routes import RouteSet, kept
from vifshift.domain.scope import OwnMove
from vifshift.preflight.attached_paths import NOTHING_ATTACHED, AttachedPaths
from vifshift.preflight.other_paths import Routes, kinds_of, settled_routes
from vifshift.preflight.parallel_reads import ROUTES, Reader, some_of
from vifshift.preflight.port_usage import lag_ids, lags_among
from vifshift.preflight.vpn_paths import NO_VPNS, VpnPaths

MOST_READ = 2000
"""The most VIFs whose routes are read for one plan; each migration reads those it needs anyway."""


class FleetPaths:
    """The routes of VIFs by id, compared once for each pair of siblings.

    `moved_here` are the VIFs that this stack is moving.
    """

    def __init__(
        self,
        routes: Mapping[str, Routes] | None = None,
        unreadable: Mapping[str, str] | None = None,
        moved_here: Collection[str] = (),
        attached: Mapping[str, AttachedPaths] | None = None,
        vpns: Mapping[str, VpnPaths] | None = None,
    ) -> None:
        """Keep what was read, and why the rest can't be."""
        self._attached = dict(attached or {})
        self._vpns = dict(vpns or {})
        self._routes = dict(routes or {})
        self._unreadable = dict(unreadable or {})
        for each in self._attached.values():
            for name, found in each.routes.items():
                if isinstance(found, str):
                    self._unreadable[name] = found
                else:
                    self._routes[name] = found
        self._moved_here = frozenset(moved_here)
        self._compared: dict[tuple[str, str], PathComparison] = {}

    def routes(self, virtual_interface_id: str) -> Routes | None:
        """Return the routes of a VIF, None if they were not read."""
        return self._routes.get(virtual_interface_id)

    def unreadable(self, virtual_interface_id: str) -> str | None:
        """Return why the routes of a VIF can't be read, None if they could or were not needed."""
        return self._unreadable.get(virtual_interface_id)

    def with_vpns(self, vpns: Mapping[str, VpnPaths]) -> "FleetPaths":
        """Return these paths with the VPN connections of gateways."""
        return FleetPaths(self._routes, self._unreadable, self._moved_here, self._attached, vpns)

    def elsewhere(self, gateway: str) -> tuple[VirtualInterface, ...]:
        """Return the VIFs of a gateway in other Regions and accounts."""
        return self._attached.get(gateway, NOTHING_ATTACHED).vifs

    def of(
        self,
        virtual_interface_id: str,
        siblings: Collection[VirtualInterface],
        ports: Mapping[str, Connection | Lag],
        gateway: str,
    ) -> OtherPaths:
        """Return what is known of the other paths of a VIF, on their ports."""
        ids = [each.virtual_interface_id for each in siblings]
        mine = self._routes.get(virtual_interface_id)
        attached = self._attached.get(gateway, NOTHING_ATTACHED)
        vpns = self._vpns.get(gateway, NO_VPNS)
        compared = {
            name: self._comparison(virtual_interface_id, mine, name, self._routes[name])
            for name in ids
            if mine and name in self._routes
        }
        return OtherPaths(
            compared=compared,
            unreadable={name: self._unreadable[name] for name in ids if name in self._unreadable},
            moved_here=self._moved_here & {*ids},
            lags=(*lags_among(map(ports.get, lag_ids(siblings))), *attached.lags),
            unseen=(*attached.unseen, *vpns.unseen),
            vpns=vpns.found,
            is_unlisted=attached.is_unlisted,
        )

    def _comparison(
        self, name: str, mine: Routes | None, other: str, theirs: tuple[RouteSet, ...]
    ) -> PathComparison:
        pair = name, other
        if pair not in self._compared:
            self._compared[pair] = compare_path(mine or (), theirs)
        return self._compared[pair]


NO_PATHS = FleetPaths()


class FleetPathReads(NamedTuple):
    """Reads of routes that have been started, and what this stack is moving."""

    routes: Mapping[str, "Future[Routes]"]
    pending: Mapping[str, str]
    moved: "Future[Mapping[str, OwnMove]] | None"
    is_last: bool

    @classmethod
    def start(
        cls,
        reader: Reader,
        direct_connect: DirectConnect,
        groups: Iterable[Collection[VirtualInterface]],
        own_moves: Callable[[Collection[str]], Mapping[str, OwnMove]] | None,
    ) -> "FleetPathReads":
        """Start reading for the VIFs of some gateways; what is not up carries nothing."""
        vifs = [vif for group in groups for vif in group]
        up = [vif for vif in vifs if vif.works]
        if left_out := [vif.virtual_interface_id for vif in up[MOST_READ:]]:
            reader.leave_out(
                ROUTES,
                f"those of {len(left_out)} are not read beforehand ({some_of(left_out)}), and are "
                "judged by BGP and address family alone; each migration reads them again",
            )
        pending = {
            vif.virtual_interface_id: vif.connection_id
            for vif in vifs
            if vif.virtual_interface_state == VirtualInterfaceState.PENDING
        }
        return cls(
            routes={
                vif.virtual_interface_id: reader.start(
                    partial(_compact_routes, direct_connect, vif)
                )
                for vif in up[:MOST_READ]
            },
            pending=pending,
            moved=reader.start(partial(own_moves, tuple(pending)))
            if own_moves and pending
            else None,
            is_last=reader.is_last,
        )

    def paths(self, attached: Mapping[str, AttachedPaths]) -> FleetPaths:
        """Wait for all reads, and add what was found elsewhere; raises a `CallError`."""
        found: dict[str, Routes] = {}
        unreadable: dict[str, str] = {}
        for name, reading in self.routes.items():
            routes, problem = settled_routes(reading, is_last=self.is_last)
            if routes is None:
                unreadable[name] = problem or "they were not listed"
            else:
                found[name] = routes
        moved = self.moved.result() if self.moved else {}
        moved_here = [
            name for name, own in moved.items() if own.connection_id == self.pending[name]
        ]
        return FleetPaths(found, unreadable, moved_here, attached)


def _compact_routes(direct_connect: DirectConnect, vif: VirtualInterface) -> Routes:
    """Return the routes of a VIF in little memory, since a plan has thousands of VIFs."""
    found = direct_connect.routes(vif.virtual_interface_id, kinds_of(vif))
    return kept(each.model_copy(update={"attributes": None}) for each in found)
