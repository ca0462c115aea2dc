"""What the network does after a virtual interface lands on a port: `timelines` of a scenario."""

from typing import Annotated

from pydantic import Field

from simulator.directconnect.routes import Percent, Routes
from simulator.directconnect.scenario_model import ScenarioModel, Seconds


class PeerEffect(ScenarioModel):
    """What happens to the live peers of one family, or to one of them."""

    address_family: str | None = None
    customer_address: str | None = None
    bgp_status: str | None = None
    bgp_peer_state: str | None = None


class Effect(ScenarioModel):
    """What the network does to a virtual interface; what is not said stays.

    `bgpStatus` and `bgpPeerState` go to every live peer, then `bgpPeers` to those they name.
    Unknown states are allowed, since the API may grow some. A peer that comes `up`, and every
    pending peer of a VIF that becomes `available` or `down`, turns `available` unless a peer
    state is given (inferred). `routes` replaces the directions it names; `routesPercent` restores
    that share of the routes that the VIF had in the world. With `carriesTraffic: false` something
    beyond BGP swallows what it carries, until its next arrival: only an application sees that.
    """

    virtual_interface_state: str | None = None
    bgp_status: str | None = None
    bgp_peer_state: str | None = None
    bgp_peers: tuple[PeerEffect, ...] = ()
    routes: Routes | None = None
    routes_percent: float | None = Percent
    carries_traffic: bool | None = None


class TimelineStep(Effect):
    """An effect at a time after the arrival, and what Describe makes of the move.

    `connectionId` is what Describe shows from now on, whatever is true, until a later step or
    move; `removeOldPeer` takes the peers of before the move away.
    """

    after: Seconds = 0
    connection_id: str | None = None
    old_peer_bgp_status: str | None = None
    remove_old_peer: bool = False


class When(ScenarioModel):
    """Which arrivals a timeline is for.

    `arrival` counts the VIF's arrivals on `connectionId`, or all its arrivals if none is named.
    """

    virtual_interface_id: str | None = None
    connection_id: str | None = None
    arrival: Annotated[int, Field(ge=1)] | None = None

    def matches(
        self, virtual_interface_id: str, connection_id: str, arrival_there: int, arrival: int
    ) -> bool:
        """Return whether the timeline applies to this arrival."""
        if self.virtual_interface_id not in {None, virtual_interface_id}:
            return False
        if self.connection_id not in {None, connection_id}:
            return False
        return self.arrival in {None, arrival if self.connection_id is None else arrival_there}


class ArrivalTimeline(ScenarioModel):
    """Steps after an arrival; of several timelines the first that matches is run."""

    when: When = When()
    steps: tuple[TimelineStep, ...] = ()
