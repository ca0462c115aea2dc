"""The resources of a Direct Connect network in their present state."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from simulator.directconnect.fields import flag, megabits, number, record, text
from simulator.directconnect.routes import RouteDirection, Routes, SimulatedRoute
from simulator.directconnect.shapes import Fields
from simulator.directconnect.traffic_model import PastTraffic

GONE = frozenset({"deleting", "deleted"})


class PortKind(StrEnum):
    """The kinds of ports."""

    CONNECTION = "connection"
    LAG = "lag"


@dataclass
class SimulatedPort:
    """A connection or a LAG."""

    number: int
    id: str
    kind: PortKind
    fields: Fields
    # What the port holds in all, as of the world: prefix pools by family, rate limiters.
    pools: dict[str, int] = field(default_factory=dict)
    limiters: int | None = None
    limiters_elsewhere: int = 0

    @property
    def state(self) -> str:
        """The connectionState or lagState."""
        return text(self.fields, f"{self.kind}State") or "unknown"

    @state.setter
    def state(self, value: str) -> None:
        self.fields[f"{self.kind}State"] = value

    @property
    def is_hosted(self) -> bool:
        """A hosted connection is one with a VLAN; a partner's name alone is no sign of one."""
        return self.kind is PortKind.CONNECTION and bool(number(self.fields, "vlan"))

    @property
    def lag_id(self) -> str | None:
        """The LAG that a connection is a member of."""
        return text(self.fields, "lagId") if self.kind is PortKind.CONNECTION else None

    @property
    def megabits(self) -> int | None:
        """The bandwidth, of all a LAG's links together (inferred)."""
        if self.kind is PortKind.CONNECTION:
            return megabits(text(self.fields, "bandwidth"))
        one = megabits(text(self.fields, "connectionsBandwidth"))
        return one and one * max(1, number(self.fields, "numberOfConnections") or 1)

    @property
    def carries_jumbo_frames(self) -> bool:
        """A port that does not say so does, as nearly all do."""
        return flag(self.fields, "jumboFrameCapable", default=True)


@dataclass
class Peer:
    """A BGP peer; `fields` has everything but its state and status."""

    fields: Fields
    state: str
    status: str
    up_since: datetime | None = None

    @property
    def id(self) -> str:
        """The bgpPeerId."""
        return text(self.fields, "bgpPeerId") or ""

    @property
    def family(self) -> str:
        """The address family."""
        return text(self.fields, "addressFamily") or "ipv4"

    @property
    def is_live(self) -> bool:
        """Return whether the peer is neither deleted nor being deleted."""
        return self.state not in GONE

    @property
    def label(self) -> str:
        """Return the label of the peer in a history; unlike its id, it survives a move."""
        address = (text(self.fields, "customerAddress") or "").partition("/")[0]
        return f"{self.family} {address or '?'}"

    @property
    def addresses(self) -> list[str]:
        """The addresses of both ends."""
        ends = (text(self.fields, "amazonAddress"), text(self.fields, "customerAddress"))
        return [end for end in ends if end]

    def turn(self, status: str, at: datetime) -> None:
        """Set the BGP status."""
        if status == "up" and self.status != "up":
            self.up_since = at
        self.status = status


@dataclass
class StaleRecord:
    """An earlier state that Describe may still show, or show instead of the true one."""

    connection_id: str
    until: datetime | None = None
    alternates: bool = False
    whole: Fields | None = None
    looks: int = 0


@dataclass
class SimulatedVirtualInterface:
    """A virtual interface; `fields` has what is not kept beside it."""

    number: int
    id: str
    fields: Fields
    connection_id: str
    state: str
    peers: list[Peer]
    home: Routes
    installed: Routes
    routes_since: datetime
    # Grows with every move and deletion, so that what was planned before is void.
    generation: int = 0
    arrivals: Counter[str] = field(default_factory=Counter)
    past: StaleRecord | None = None
    moved: bool = False
    traffic: PastTraffic | None = None
    carries_traffic: bool = True

    @property
    def owner(self) -> str:
        """The owner's account."""
        return text(self.fields, "ownerAccount") or ""

    @property
    def type(self) -> str:
        """The virtualInterfaceType: private, public or transit."""
        return text(self.fields, "virtualInterfaceType") or "private"

    @property
    def vlan(self) -> int:
        """The VLAN."""
        return number(self.fields, "vlan") or 0

    @property
    def is_limited(self) -> bool:
        """Return whether it uses a rate limiter."""
        return text(self.fields, "rateLimit") is not None

    @property
    def live_peers(self) -> list[Peer]:
        """Return the peers that are neither deleted nor being deleted."""
        return [peer for peer in self.peers if peer.is_live]

    def allocation(self, family: str) -> int:
        """Count the prefixes that it takes from its port's pool."""
        return number(self.fields, f"prefixPoolAllocatedCount{family.capitalize()}") or 0

    def carried(self, direction: RouteDirection, family: str) -> list[SimulatedRoute]:
        """List the routes in force: none while no peer of that family is up."""
        if not any(peer.family == family and peer.status == "up" for peer in self.live_peers):
            return []
        return self.installed.towards(direction, family)

    def prefixes(self, direction: RouteDirection, family: str) -> frozenset[str]:
        """Return the prefixes of the routes in force."""
        if not any(peer.family == family and peer.status == "up" for peer in self.live_peers):
            return frozenset()
        return self.installed.prefixes(direction, family)


def limiter_status(fields: Fields) -> tuple[int | None, int | None, int | None]:
    """Read a rateLimiterStatus: allowed, in use, remaining."""
    status = record(fields, "rateLimiterStatus")
    return number(status, "maxAllowed"), number(status, "inUse"), number(status, "remaining")
