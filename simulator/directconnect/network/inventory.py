"""Everything on the network, found by id and by port."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from simulator.directconnect.fields import number, records, text
from simulator.directconnect.network.state import (
    GONE,
    PortKind,
    SimulatedPort,
    SimulatedVirtualInterface,
    limiter_status,
)
from simulator.directconnect.shapes import Fields

FAMILIES = ("ipv4", "ipv6")
# Prefix pool by bandwidth in Mbps (AWS: Direct Connect quotas).
_POOL_SIZES = {1_000: 5_000, 10_000: 5_000, 100_000: 30_000, 400_000: 50_000}
_SMALLEST_POOL = 5_000


@dataclass
class Inventory:
    """Ports and virtual interfaces, with the indexes that a large Region needs."""

    ports: dict[str, SimulatedPort] = field(default_factory=dict)
    virtual_interfaces: dict[str, SimulatedVirtualInterface] = field(default_factory=dict)
    direct_connect_gateways: dict[str, Fields] = field(default_factory=dict)
    attachments: dict[tuple[str, str], Fields] = field(default_factory=dict)
    associations: list[Fields] = field(default_factory=list)
    virtual_gateways: dict[str, Fields] = field(default_factory=dict)
    locations: dict[str, Fields] = field(default_factory=dict)
    resiliency_groups: dict[str, Fields] = field(default_factory=dict)
    _on_port: dict[str, dict[int, SimulatedVirtualInterface]] = field(default_factory=dict)
    _members: dict[str, dict[int, SimulatedPort]] = field(default_factory=dict)
    _lag_of: dict[int, str] = field(default_factory=dict)
    # Those whose past may hide where they are, so that a look by connection finds them too.
    _hazy: dict[int, SimulatedVirtualInterface] = field(default_factory=dict)

    def add_port(self, id_: str, kind: PortKind, fields: Fields) -> SimulatedPort:
        """Add a connection or a LAG."""
        port = SimulatedPort(number=len(self.ports) + 1, id=id_, kind=kind, fields=fields)
        self.ports[id_] = port
        self.enlist(port)
        return port

    def enlist(self, port: SimulatedPort) -> None:
        """Count a connection among the members of the LAG that it names."""
        former = self._lag_of.pop(port.number, None)
        if former is not None:
            del self._members[former][port.number]
        if port.lag_id is not None:
            self._lag_of[port.number] = port.lag_id
            self._members.setdefault(port.lag_id, {})[port.number] = port

    def connections(self) -> Iterator[SimulatedPort]:
        """List the connections, members of LAGs included."""
        return (port for port in self.ports.values() if port.kind is PortKind.CONNECTION)

    def lags(self) -> Iterator[SimulatedPort]:
        """List the LAGs."""
        return (port for port in self.ports.values() if port.kind is PortKind.LAG)

    def members(self, lag_id: str) -> list[SimulatedPort]:
        """List the connections of a LAG."""
        return list(self._members.get(lag_id, {}).values())

    def add(self, vif: SimulatedVirtualInterface) -> None:
        """Add a virtual interface on its port."""
        self.virtual_interfaces[vif.id] = vif
        self._on_port.setdefault(vif.connection_id, {})[vif.number] = vif

    def move(self, vif: SimulatedVirtualInterface, connection_id: str) -> None:
        """Put a virtual interface on another port."""
        del self._on_port[vif.connection_id][vif.number]
        vif.connection_id = connection_id
        self._on_port.setdefault(connection_id, {})[vif.number] = vif

    def remove(self, vif: SimulatedVirtualInterface) -> None:
        """Forget a virtual interface."""
        del self.virtual_interfaces[vif.id]
        del self._on_port[vif.connection_id][vif.number]
        self._hazy.pop(vif.number, None)

    def mark(self, vif: SimulatedVirtualInterface) -> None:
        """Remember, or forget, that Describe may show a VIF elsewhere than where it is."""
        if vif.past is None:
            self._hazy.pop(vif.number, None)
        else:
            self._hazy[vif.number] = vif

    def perhaps_on(self, connection_id: str) -> list[SimulatedVirtualInterface]:
        """List, in order, those on a port and those that Describe may show there."""
        found = {**self._on_port.get(connection_id, {}), **self._hazy}
        return [found[key] for key in sorted(found)]

    def occupying(self, connection_id: str) -> list[SimulatedVirtualInterface]:
        """List those that really take up room on a port, the ones being deleted included."""
        there = self._on_port.get(connection_id, {}).values()
        return [vif for vif in there if vif.state not in {"deleted", "rejected"}]

    def measure(self, port: SimulatedPort, told: Fields, limiters: int) -> None:
        """Derive the capacity of a port from what is left of it."""
        there = self.occupying(port.id)
        for family in FAMILIES:
            left = number(told, f"prefixPoolUnallocatedCount{family.capitalize()}")
            size = number(told, f"prefixPoolSize{family.capitalize()}")
            if left is not None:
                port.pools[family] = left + sum(vif.allocation(family) for vif in there)
            elif size is not None:
                port.pools[family] = size
            elif family not in port.pools and not port.is_hosted:
                port.pools[family] = _POOL_SIZES.get(_single_link(port) or 0, _SMALLEST_POOL)
        allowed, used, left = limiter_status(told)
        if port.is_hosted and allowed is None:
            return
        if allowed is not None or port.limiters is None:
            port.limiters = limiters if allowed is None else allowed
        limited = sum(vif.is_limited for vif in there)
        if left is not None:
            port.limiters_elsewhere = port.limiters - left - limited
        elif used is not None:
            port.limiters_elsewhere = used - limited

    def pool_left(self, port: SimulatedPort, family: str) -> int | None:
        """Count the prefixes that a port has left; None where it has no pool."""
        if family not in port.pools:
            return None
        taken = sum(vif.allocation(family) for vif in self.occupying(port.id))
        return max(0, port.pools[family] - taken)

    def limiters_left(self, port: SimulatedPort) -> int | None:
        """Count the rate limiters that a port has left; None where it has none at all."""
        if port.limiters is None:
            return None
        limited = sum(vif.is_limited for vif in self.occupying(port.id))
        return max(0, port.limiters - port.limiters_elsewhere - limited)

    def gateway_ids(self, name: str) -> list[str]:
        """List the gateways that virtual interfaces name, in order of appearance."""
        seen: dict[str, None] = {}
        for vif in self.virtual_interfaces.values():
            if vif.state not in GONE and (id_ := text(vif.fields, name)):
                seen[id_] = None
        return list(seen)


def lag_members(fields: Fields) -> list[Fields]:
    """Read the member connections that a LAG's record names."""
    return records(fields, "connections")


def _single_link(port: SimulatedPort) -> int | None:
    links = max(1, number(port.fields, "numberOfConnections") or 1)
    total = port.megabits
    return total // links if total and port.kind is PortKind.LAG else total
