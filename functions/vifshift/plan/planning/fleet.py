"""The network of one Region, indexed, as it is and as it will be after moves."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from vifshift.domain.background import Background, PortLoad, VifHistory
from vifshift.domain.bgp import PeerKey
from vifshift.domain.guards import GuardStatus
from vifshift.domain.model import Model
from vifshift.domain.network import (
    HealthEvent,
    Network,
    TaggedVirtualInterface,
    Unchecked,
    VirtualInterface,
)
from vifshift.domain.plan_request import PlanRequest
from vifshift.domain.request import Request
from vifshift.plan.planning.arrival import Port, converged, with_vif, without_vif
from vifshift.plan.planning.fleet_maintenance import Maintenance
from vifshift.plan.planning.fleet_paths import NO_PATHS, FleetPaths
from vifshift.preflight.background import load
from vifshift.preflight.maintenance import concerned, resources
from vifshift.preflight.vpn_paths import may_need_vpns

Ids = dict[str, None]


class Surroundings(Model):
    """What surrounds the network, and is the same for every move of a plan."""

    region: str
    caller_account: str = ""
    calendar_state: str | None = None
    health_events: tuple[HealthEvent, ...] | None = ()
    background: Background | None = None
    unchecked: tuple[Unchecked, ...] = ()
    cut_lists: tuple[str, ...] = ()
    guards: tuple[GuardStatus, ...] = ()


class Fleet:
    """The VIFs and ports of a Region, indexed, so that judging a move does not scan the Region.

    It can be moved forward: every value in it is frozen, and only the index changes.
    """

    def __init__(
        self,
        vifs: Iterable[TaggedVirtualInterface],
        ports: Iterable[Port],
        surroundings: Surroundings,
        up_before: Mapping[str, frozenset[PeerKey]] | None = None,
        paths: FleetPaths = NO_PATHS,
        *,
        moved_by: Mapping[str, str] | None = None,
    ) -> None:
        """Index what was read; `up_before` are the peers that were up before VIFs last moved.

        `moved_by` says by VIF which migration moves it now.
        """
        self.surroundings = surroundings
        self._paths = paths
        self._up_before, self._moved_by = up_before or {}, moved_by or {}
        self._tagged = {vif.virtual_interface_id: vif for vif in vifs}
        self._vifs: dict[str, VirtualInterface] = dict(self._tagged)
        self._ports = {port.port_id: port for port in ports}
        self._on: defaultdict[str, Ids] = defaultdict(dict)
        self._groups: defaultdict[str, Ids] = defaultdict(dict)
        for vif in self._vifs.values():
            self._on[vif.connection_id][vif.virtual_interface_id] = None
            self._groups[vif.redundancy_group][vif.virtual_interface_id] = None
        self._maintenance = Maintenance(surroundings.health_events or ())
        self._resources: dict[str, set[str]] = {}
        self._loads: dict[str, PortLoad] = {}

    def copy(self) -> "Fleet":
        """Return an independent copy."""
        fleet = object.__new__(Fleet)
        fleet.surroundings, fleet._tagged = self.surroundings, self._tagged
        fleet._groups, fleet._maintenance = self._groups, self._maintenance
        fleet._up_before, fleet._paths = self._up_before, self._paths
        fleet._moved_by = self._moved_by
        fleet._vifs, fleet._ports = dict(self._vifs), dict(self._ports)
        fleet._on = defaultdict(dict, {port: dict(ids) for port, ids in self._on.items()})
        fleet._resources, fleet._loads = {}, {}
        return fleet

    def guarded(self, guards: tuple[GuardStatus, ...]) -> "Fleet":
        """Return it with the guards of the plan."""
        fleet = self.copy()
        fleet.surroundings = self.surroundings.model_copy(update={"guards": guards})
        return fleet

    def cut_off(self, lists: tuple[str, ...]) -> "Fleet":
        """Return it with the operations whose lists were not read to their end."""
        fleet = self.copy()
        fleet.surroundings = self.surroundings.model_copy(update={"cut_lists": lists})
        return fleet

    def __contains__(self, virtual_interface_id: str) -> bool:
        return virtual_interface_id in self._vifs

    def unlisted(self, request: PlanRequest) -> tuple[str, ...]:
        """Return what a plan moves and Direct Connect does not list; a port that reads empty too.

        A port is only doubted if no VIF at all is listed: a list that has others is no gap.
        """
        if request.evacuate:
            return () if self._vifs else (f"any virtual interface on {request.evacuate.source}",)
        moved = dict.fromkeys(move.virtual_interface_id for move in request.moves or ())
        return tuple(each for each in moved if each not in self)

    def is_known_to_be_gone(self, virtual_interface_id: str) -> bool:
        """Return whether a VIF is deleted: it reads so, or is not listed any more and was moved."""
        vif = self._vifs.get(virtual_interface_id)
        return vif.is_gone if vif else virtual_interface_id in self._up_before

    def vif(self, virtual_interface_id: str) -> VirtualInterface | None:
        """Return a VIF as it is after the moves so far."""
        return self._vifs.get(virtual_interface_id)

    def port(self, port_id: str) -> Port | None:
        """Return a connection or LAG as it is after the moves so far."""
        return self._ports.get(port_id)

    def on(self, port_id: str) -> tuple[VirtualInterface, ...]:
        """Return the VIFs on a port after the moves so far."""
        ids = self._on.get(port_id, {}) if port_id else {}
        return tuple(self._vifs[each] for each in ids)

    def tagged_on(self, port_id: str) -> tuple[TaggedVirtualInterface, ...]:
        """Return the VIFs on a port after the moves so far, as they were read."""
        return tuple(self._tagged[each] for each in self._on.get(port_id, ()))

    def siblings(self, vif: VirtualInterface) -> tuple[VirtualInterface, ...]:
        """Return the other VIFs of the same gateway; none if its gateway is not shown."""
        name, group = vif.virtual_interface_id, vif.redundancy_group
        if not vif.shows_gateway:
            return ()
        here = (self._vifs[each] for each in self._groups[group] if each != name)
        return (*here, *self._paths.elsewhere(group))

    def groups(self, request: PlanRequest) -> list[tuple[VirtualInterface, ...]]:
        """Return the VIFs of each gateway of which a plan may move any."""
        names = dict.fromkeys(vif.redundancy_group for vif in self._moved(request))
        return [tuple(self._vifs[each] for each in self._groups[name]) for name in names]

    def _moved(self, request: PlanRequest) -> list[VirtualInterface]:
        """Return the VIFs that a plan may move."""
        if request.evacuate:
            return list(self.on(request.evacuate.source))
        ids = (each.virtual_interface_id for each in request.moves or ())
        return [vif for each in ids if (vif := self.vif(each))]

    def moved_without_path(self, request: PlanRequest) -> list[VirtualInterface]:
        """Return a VIF of each gateway where no other VIF may carry something of one that moves."""
        found: dict[str, VirtualInterface] = {}
        for vif in self._moved(request):
            asked = Request(
                virtual_interface_id=vif.virtual_interface_id, connection_id=vif.connection_id
            )
            if vif.redundancy_group not in found and may_need_vpns(self.network(asked)):
                found[vif.redundancy_group] = vif
        return list(found.values())

    def with_paths(self, paths: FleetPaths) -> "Fleet":
        """Return a copy that knows its paths."""
        fleet = self.copy()
        fleet._paths = paths
        return fleet

    def told(self, unchecked: tuple[Unchecked, ...]) -> "Fleet":
        """Return a copy that knows all that could not be read."""
        fleet = self.copy()
        fleet.surroundings = self.surroundings.model_copy(update={"unchecked": unchecked})
        return fleet

    def network(self, request: Request) -> Network:
        """Return the network of one request, without its attachment, which is not read."""
        vif = self.vif(request.virtual_interface_id)
        tagged = self._tagged.get(request.virtual_interface_id)
        siblings = self.siblings(vif) if vif else ()
        around = self.surroundings
        network = Network(
            region=around.region,
            virtual_interface=vif,
            source=self.port(vif.connection_id) if vif else None,
            target=self.port(request.connection_id),
            on_source=self.on(vif.connection_id) if vif else (),
            on_target=self.on(request.connection_id),
            siblings=siblings,
            caller_account=around.caller_account,
            calendar_state=around.calendar_state,
            health_events=None if around.health_events is None else (),
            unchecked=around.unchecked,
            cut_lists=around.cut_lists,
            guards=around.guards,
            tags={tag.key: tag.value for tag in tagged.tags} if tagged else {},
            routes=self._paths.routes(request.virtual_interface_id),
            routes_unreadable=self._paths.unreadable(request.virtual_interface_id),
            background=self._background(vif, request),
            up_before=self._up_before.get(request.virtual_interface_id, frozenset()),
            moved_by=self._moved_by.get(request.virtual_interface_id, ""),
            other_paths=self._paths.of(
                request.virtual_interface_id,
                siblings,
                self._ports,
                vif.redundancy_group if vif else "",
            ),
        )
        if not around.health_events:
            return network
        of_siblings = self._resources_of(vif) if vif and self._maintenance.names_any else set()
        events = self._maintenance.of(concerned(request, network), of_siblings)
        return network.model_copy(update={"health_events": tuple(events)})

    def _resources_of(self, vif: VirtualInterface) -> set[str]:
        """Return what the VIFs of a gateway are on now, or were on: an event may name it."""
        group = vif.redundancy_group
        if group not in self._resources:
            vifs = (self._vifs[each] for each in self._groups[group])
            found = (resources(each, self.port(each.connection_id)) for each in vifs)
            self._resources[group] = set().union(*found)
        return self._resources[group]

    def _background(self, vif: VirtualInterface | None, request: Request) -> Background | None:
        """Return what was read once as far as a move concerns it, after the moves so far."""
        whole = self.surroundings.background
        if whole is None or whole.history is None or vif is None:
            return whole
        others = [each for each in self.siblings(vif) if not each.is_gone]
        names = [vif.virtual_interface_id, *(each.virtual_interface_id for each in others)]
        used = dict.fromkeys([request.connection_id, *(each.connection_id for each in others)])
        loads = {
            name: self._load(port, whole.history, vif) for name in used if (port := self.port(name))
        }
        history = {name: whole.history[name] for name in names if name in whole.history}
        return whole.model_copy(update={"history": history, "loads": loads})

    def _load(
        self, port: Port, history: Mapping[str, VifHistory], without: VirtualInterface
    ) -> PortLoad:
        """Return what is carried on a port; it is added up once for all moves of VIFs of others."""
        name = port.port_id
        if without.connection_id == name:
            return load(port, self.on(name), history, without.virtual_interface_id)
        if name not in self._loads:
            self._loads[name] = load(port, self.on(name), history, "")
        return self._loads[name]

    def move(self, virtual_interface_id: str, port_id: str) -> None:
        """Apply a move that has converged; raises KeyError if the VIF or the port is unknown."""
        vif, port = self._vifs[virtual_interface_id], self._ports[port_id]
        if source := self._ports.get(vif.connection_id):
            self._ports[source.port_id] = without_vif(source, vif)
        self._on[vif.connection_id].pop(virtual_interface_id, None)
        self._on[port_id][virtual_interface_id] = None
        self._ports[port_id] = with_vif(self._ports[port_id], vif)
        self._vifs[virtual_interface_id] = converged(vif, port)
        for changed in (vif.connection_id, port_id):
            self._loads.pop(changed, None)
        if vif.redundancy_group in self._resources:
            self._resources[vif.redundancy_group] |= resources(vif, port)
