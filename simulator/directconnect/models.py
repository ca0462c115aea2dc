"""The backend that moto keeps per account and Region, and the handle to load worlds into it."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from threading import RLock
from types import ModuleType

from moto.core.resource_tagging import TaggedResource
from moto.directconnect.models import DirectConnectBackend
from pydantic import JsonValue

from simulator.directconnect.faults import Change, Fault
from simulator.directconnect.fields import text
from simulator.directconnect.knobs import Knobs
from simulator.directconnect.operations.tagging import tagged_resources, tags_of
from simulator.directconnect.reachability import reachable_share
from simulator.directconnect.records import Call, Transition
from simulator.directconnect.shapes import Fields
from simulator.directconnect.simulation import Simulation
from simulator.directconnect.timeline import ArrivalTimeline
from simulator.directconnect.traffic import VifSeries
from simulator.directconnect.world import World

_GATEWAYS = ("directConnectGatewayId", "virtualGatewayId")


class SimulatedDirectConnect(DirectConnectBackend):
    """A Direct Connect with a network behind it.

    moto makes one per account and Region, empty, and throws it away on reset; `load` fills it.
    The moto server calls from several threads, so everything takes the lock.
    """

    def __init__(self, region_name: str, account_id: str) -> None:
        super().__init__(region_name, account_id)
        self._lock = RLock()
        self._simulation = Simulation(World(region=region_name, account=account_id))

    @property
    def _url_module(self) -> ModuleType:
        from simulator.directconnect import urls  # noqa: PLC0415 - it needs this module

        return urls

    def load(
        self,
        world: World,
        timelines: Sequence[ArrivalTimeline] = (),
        faults: Sequence[Fault] = (),
        changes: Sequence[Change] = (),
        knobs: Knobs | None = None,
    ) -> None:
        """Replace everything by a world."""
        if (world.account, world.region) != (self.account_id, self.region_name):
            raise ValueError(
                f"a world of {world.account} in {world.region} does not belong"
                f" in the backend of {self.account_id} in {self.region_name}"
            )
        with self._lock:
            self._simulation = Simulation(world, timelines, faults, changes, knobs)

    def link(self, others: Sequence["SimulatedDirectConnect"]) -> None:
        """Let gateways be shared with the networks of other Regions and accounts."""
        self._simulation.network.elsewhere = lambda: [each._simulation.network for each in others]

    def start(self) -> None:
        """Set the time of the trigger to now: the times of faults and changes count from here."""
        with self._lock:
            self._simulation.start()

    def advance(self) -> None:
        """Advance everything to the present."""
        with self._lock:
            self._simulation.advance()

    @property
    def calls(self) -> list[Call]:
        """Every API call since the world was loaded."""
        return self._simulation.calls

    @property
    def history(self) -> list[Transition]:
        """Every change of a virtual interface, as far as time has been advanced."""
        return self._simulation.network.history

    def series(self) -> dict[str, VifSeries]:
        """Return the series of every virtual interface in CloudWatch, by its id."""
        with self._lock:
            self._simulation.advance()
            network = self._simulation.network
            return {
                vif.id: VifSeries(vif, network.history, network.founded_at)
                for vif in network.inventory.virtual_interfaces.values()
            }

    def reachable_share(
        self, gateway: str, prefix: str | None, begins: datetime, ends: datetime
    ) -> float:
        """Return for how much of a time a gateway's traffic gets through; 1 is all of it."""
        with self._lock:
            self._simulation.advance()
            network = self._simulation.network
            vifs = [
                vif.id
                for vif in network.inventory.virtual_interfaces.values()
                if gateway in {text(vif.fields, name) for name in _GATEWAYS}
            ]
            return reachable_share(network.history, vifs, prefix, begins, ends)

    @property
    def founded_at(self) -> datetime:
        """Return when the world was loaded."""
        return self._simulation.network.founded_at

    @property
    def triggered_at(self) -> datetime | None:
        """Return when the trigger came, None before it."""
        return self._simulation.triggered_at

    def connection_of(self, virtual_interface_id: str) -> str | None:
        """Return the true port of a virtual interface; None if it does not exist, or no longer."""
        with self._lock:
            self._simulation.advance()
            return self._simulation.network.connection_of(virtual_interface_id)

    def tags_of(self, identifier: str) -> dict[str, str]:
        """Return the tags of a connection, LAG or virtual interface; none if it does not exist."""
        with self._lock:
            return tags_of(self._simulation.network, identifier)

    def call(self, operation: str, parameters: Fields) -> Fields:
        """Answer an API call; other calls may arrive before the response does."""
        with self._lock:
            reply = self._simulation.call(operation, parameters)
        return reply.arrive()

    def iter_tagged_resources(self) -> Iterator[TaggedResource]:
        """Yield the resources for the Resource Groups Tagging API."""
        for kind, arn, tags in tagged_resources(self._simulation.network, self.partition):
            yield TaggedResource(arn=arn, tags=tags, resource_type=kind)

    def tag_resource(self, arn: str, tags: dict[str, str]) -> None:
        """Tag through the Resource Groups Tagging API."""
        given: list[JsonValue] = [{"key": key, "value": value} for key, value in tags.items()]
        self.call("TagResource", {"resourceArn": arn, "tags": given})

    def untag_resource(self, arn: str, tag_keys: list[str]) -> None:
        """Untag through the Resource Groups Tagging API."""
        self.call("UntagResource", {"resourceArn": arn, "tagKeys": [*tag_keys]})
