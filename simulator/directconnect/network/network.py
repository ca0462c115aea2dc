"""What happens on the network: arrivals, what follows them, deletions, and their history."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial

from simulator.directconnect.clock import Agenda
from simulator.directconnect.faults import Change
from simulator.directconnect.fields import records
from simulator.directconnect.knobs import Knobs, StaleView
from simulator.directconnect.network.ids import Ids
from simulator.directconnect.network.inventory import FAMILIES, Inventory
from simulator.directconnect.network.passage import Passages, shut
from simulator.directconnect.network.state import (
    GONE,
    Peer,
    PortKind,
    SimulatedPort,
    SimulatedVirtualInterface,
    StaleRecord,
)
from simulator.directconnect.network.views import virtual_interface_view
from simulator.directconnect.network.world_loading import WorldLoader, on_port
from simulator.directconnect.records import Transition
from simulator.directconnect.routes import RouteDirection
from simulator.directconnect.shapes import Fields
from simulator.directconnect.timeline import ArrivalTimeline, Effect, PeerEffect, TimelineStep
from simulator.directconnect.world import World


class SimulatedNetwork:
    """A Direct Connect network of one account and Region, and how it moves on."""

    def __init__(
        self, world: World, timelines: Sequence[ArrivalTimeline], knobs: Knobs, at: datetime
    ):
        self.inventory = Inventory()
        self.agenda = Agenda()
        self.knobs = knobs
        self.account = world.account
        self.region = world.region
        self.history: list[Transition] = []
        # Networks of other Regions and accounts, which may share a Direct Connect gateway.
        self.elsewhere: Callable[[], Sequence[SimulatedNetwork]] = tuple
        self.ids = Ids(f"{world.account}/{world.region}")
        self.founder = WorldLoader(self.inventory, self.ids, world.region, world.account)
        self._timelines = timelines
        self._last: dict[str, Transition] = {}
        self.founder.found(world, at)
        self.founded_at = at
        for port in self.inventory.ports.values():
            self.inventory.measure(port, port.fields, knobs.rate_limited_quota)
        self._passages = Passages(self.inventory)
        for vif in self.inventory.virtual_interfaces.values():
            self.record(vif, at, "world")

    def connection_of(self, virtual_interface_id: str) -> str | None:
        """Find where a virtual interface is, if it is anywhere."""
        vif = self.inventory.virtual_interfaces.get(virtual_interface_id)
        return None if vif is None or vif.state == "deleted" else vif.connection_id

    def record(self, vif: SimulatedVirtualInterface, at: datetime, cause: str) -> None:
        """Record the state of a virtual interface if it has changed."""
        peers = vif.live_peers
        carried = {
            f"{family} {direction}": vif.prefixes(direction, family)
            for family in FAMILIES
            if any(peer.family == family for peer in peers)
            for direction in RouteDirection
        }
        transition = Transition.model_construct(
            at=at,
            virtual_interface_id=vif.id,
            connection_id=vif.connection_id,
            virtual_interface_state=vif.state,
            bgp={peer.label: peer.status for peer in peers},
            routes={kind: len(prefixes) for kind, prefixes in carried.items()},
            cause=cause,
            prefixes=carried,
            carries_traffic=vif.carries_traffic,
        )
        last = self._last.get(vif.id)
        same = {"at": at, "cause": cause}
        if last is None or last.model_copy(update=same) != transition:
            self._last[vif.id] = transition
            self.history.append(transition)

    def arrive(
        self, vif: SimulatedVirtualInterface, port_id: str, at: datetime, cause: str
    ) -> Fields:
        """Move a virtual interface, and return what AssociateVirtualInterface answers.

        The answer has the old peers `deleting` beside new, `pending` ones with the same
        addresses, all of them down (AWS CLI reference, associate-virtual-interface).
        """
        self._remember(vif, at)
        departed = vif.live_peers
        port = self.inventory.ports.get(port_id)
        vif.generation += 1
        vif.moved = True
        vif.arrivals[port_id] += 1
        self.inventory.move(vif, port_id)
        vif.fields.update(on_port(port))
        vif.state = "pending"
        vif.carries_traffic = True
        for peer in departed:
            peer.state = "deleting"
            peer.turn(self.knobs.old_peer_bgp_status, at)
        vif.peers += [self._renewed(peer, port) for peer in departed]
        vif.installed, vif.routes_since = vif.home, at
        if self.knobs.old_peer_seconds is not None:
            leave = partial(self._leave, vif, {peer.id for peer in departed})
            self.agenda.add(at + timedelta(seconds=self.knobs.old_peer_seconds), leave)
        self.record(vif, at, cause)
        self.follow(vif, at)
        return virtual_interface_view(vif)

    def follow(self, vif: SimulatedVirtualInterface, at: datetime) -> None:
        """Plan what the network does after an arrival."""
        for step in self._steps(vif):
            run = partial(self._step, vif, vif.generation, step)
            self.agenda.add(at + timedelta(seconds=step.after), run)

    def affect(
        self, vif: SimulatedVirtualInterface, effect: Effect, at: datetime, cause: str
    ) -> None:
        """Apply the effect of a timeline's step, or of a change made by others."""
        for peer in vif.live_peers:
            _affect_peer(peer, effect.bgp_status, effect.bgp_peer_state, at)
            for one in effect.bgp_peers:
                if _concerns(one, peer):
                    _affect_peer(peer, one.bgp_status, one.bgp_peer_state, at)
        if effect.virtual_interface_state is not None:
            vif.state = effect.virtual_interface_state
            # A VIF that is through provisioning has provisioned peers, up or not (inferred).
            if vif.state in {"available", "down"} and effect.bgp_peer_state is None:
                told = [one for one in effect.bgp_peers if one.bgp_peer_state is not None]
                for peer in vif.live_peers:
                    if peer.state == "pending" and not any(_concerns(o, peer) for o in told):
                        peer.state = "available"
        if effect.routes_percent is not None:
            vif.installed, vif.routes_since = vif.home.percent(effect.routes_percent), at
        if effect.routes is not None:
            vif.installed, vif.routes_since = effect.routes.over(vif.installed), at
        if effect.carries_traffic is not None:
            vif.carries_traffic = effect.carries_traffic
        self.record(vif, at, cause)

    def delete(self, vif: SimulatedVirtualInterface, at: datetime, cause: str) -> None:
        """Delete a virtual interface: `deleting`, `deleted`, and later no longer described."""
        if vif.state in GONE:
            return
        vif.generation += 1
        vif.state = "deleting"
        for peer in vif.peers:
            peer.state = "deleting"
            peer.turn("down", at)
        self.record(vif, at, cause)
        deleted = at + timedelta(seconds=self.knobs.delete_seconds)
        self.agenda.add(deleted, partial(self._deleted, vif, cause))
        gone = deleted + timedelta(seconds=self.knobs.deleted_visible_seconds)
        self.agenda.add(gone, lambda _: self.inventory.remove(vif))

    def change(self, change: Change, at: datetime) -> None:
        """Apply a change made by others."""
        vif = self.inventory.virtual_interfaces.get(change.virtual_interface_id or "")
        if vif is not None:
            self._change_virtual_interface(vif, change, at)
        elif change.virtual_interface_id is None:
            self._change_port(
                self.inventory.ports[change.connection_id or change.lag_id or ""], change
            )

    def _change_virtual_interface(
        self, vif: SimulatedVirtualInterface, change: Change, at: datetime
    ) -> None:
        if change.delete:
            self.delete(vif, at, "change")
            return
        fields = change.fields
        elsewhere = fields.pop("connectionId", None)
        vif.fields.update(fields)
        if elsewhere is not None and elsewhere != vif.connection_id:
            self.arrive(vif, str(elsewhere), at, "change")
        self.affect(vif, change.effect, at, "change")

    def _change_port(self, port: SimulatedPort, change: Change) -> None:
        if change.delete:
            port.state = "deleted"
            return
        fields = change.fields
        members = records(fields, "connections")
        fields.pop("connections", None)
        port.fields.update(fields)
        if port.kind is PortKind.CONNECTION:
            self.inventory.enlist(port)
        for member in members:
            self.founder.member(port, member)
        self.inventory.measure(port, fields, self.knobs.rate_limited_quota)

    def _remember(self, vif: SimulatedVirtualInterface, at: datetime) -> None:
        vif.past = None
        if self.knobs.describe_lag_seconds:
            whole = self.knobs.describe_lag_shows is StaleView.EVERYTHING
            vif.past = StaleRecord(
                vif.connection_id,
                until=at + timedelta(seconds=self.knobs.describe_lag_seconds),
                alternates=self.knobs.describe_lag_alternates,
                whole=virtual_interface_view(vif) if whole else None,
            )
        self.inventory.mark(vif)

    def _renewed(self, peer: Peer, port: SimulatedPort | None) -> Peer:
        devices = {k: v for k, v in on_port(port).items() if k != "location"}
        fields: Fields = {**peer.fields, **devices, "bgpPeerId": self.ids.next("dxpeer")}
        return Peer(fields, state="pending", status="down")

    def _steps(self, vif: SimulatedVirtualInterface) -> Sequence[TimelineStep]:
        port = vif.connection_id
        there, all_in_all = vif.arrivals[port], vif.arrivals.total()
        for timeline in self._timelines:
            if timeline.when.matches(vif.id, port, there, all_in_all):
                return sorted(timeline.steps, key=lambda step: step.after)
        after = self.knobs.available_after_seconds
        return [TimelineStep(after=after, virtual_interface_state="available", bgp_status="up")]

    def _step(
        self, vif: SimulatedVirtualInterface, generation: int, step: TimelineStep, at: datetime
    ) -> None:
        if vif.generation != generation:
            return
        former = [peer for peer in vif.peers if not peer.is_live]
        for peer in former:
            if step.old_peer_bgp_status is not None:
                peer.turn(step.old_peer_bgp_status, at)
        if step.remove_old_peer:
            vif.peers = vif.live_peers
        if step.connection_id is not None:
            vif.past = StaleRecord(step.connection_id)
            self.inventory.mark(vif)
        effect = shut(step) if self._passages.is_shut(vif) else step
        self.affect(vif, effect, at, "timeline")

    def _leave(self, vif: SimulatedVirtualInterface, peer_ids: set[str], at: datetime) -> None:
        vif.peers = [peer for peer in vif.peers if peer.id not in peer_ids]

    def _deleted(self, vif: SimulatedVirtualInterface, cause: str, at: datetime) -> None:
        vif.state = "deleted"
        for peer in vif.peers:
            peer.state = "deleted"
        self.record(vif, at, cause)


def _concerns(effect: PeerEffect, peer: Peer) -> bool:
    if effect.address_family not in {None, peer.family}:
        return False
    wanted = (effect.customer_address or "").partition("/")[0]
    return not wanted or peer.label == f"{peer.family} {wanted}"


def _affect_peer(peer: Peer, status: str | None, state: str | None, at: datetime) -> None:
    if status is not None:
        peer.turn(status, at)
        if status == "up" and state is None and peer.state == "pending":
            state = "available"
    if state is not None:
        peer.state = state
