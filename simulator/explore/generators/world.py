"""Generates a world: ports at several locations, gateways, and VIFs with a secret each."""

from dataclasses import dataclass, field

from simulator.directconnect.fields import records
from simulator.directconnect.shapes import Fields
from simulator.explore.generators.dice import Dice

LOCATIONS = ["EqFA5", "EqFA8", "Interxion-FRA6"]
FIRST_VLAN = 100
PER_PORT = 12
TRANSIT_PER_PORT = 3


@dataclass
class WorldPlan:
    """A world under construction; `subject` is the VIF of the request."""

    seed: int
    source: str = ""
    target: str = ""
    subject: str = "dxvif-subject01"
    subject_vlan: int = FIRST_VLAN
    families: list[str] = field(default_factory=list)
    connections: list[Fields] = field(default_factory=list)
    lags: list[Fields] = field(default_factory=list)
    virtual_interfaces: list[Fields] = field(default_factory=list)
    extras: Fields = field(default_factory=dict)
    is_alone: bool = False
    timeout: int = 600
    peers: int = 0
    settings: Fields | None = None
    other_worlds: list[Fields] = field(default_factory=list)

    @property
    def deadlines(self) -> list[int]:
        """Return the times, roughly, at which the forward phase and the rollback are decided."""
        return [self.timeout, self.timeout, 2 * self.timeout]

    @property
    def ports(self) -> list[str]:
        """Return the ids of all ports."""
        connections = [str(each["connectionId"]) for each in self.connections]
        return connections + [str(each["lagId"]) for each in self.lags]

    @property
    def others(self) -> list[str]:
        """Return the ids of all VIFs except the subject."""
        ids = [str(each["virtualInterfaceId"]) for each in self.virtual_interfaces]
        return [name for name in ids if name != self.subject]

    def port(self, port_id: str) -> Fields:
        """Return the fields of a port, or of a LAG's member."""
        members = [member for lag in self.lags for member in records(lag, "connections")]
        named = [*self.connections, *self.lags, *members]
        return next(
            each for each in named if port_id in {each.get("connectionId"), each.get("lagId")}
        )

    def is_hosted(self, port_id: str) -> bool:
        """Return whether a port is a hosted connection."""
        return "vlan" in self.port(port_id)


def generate_world(dice: Dice, seed: int) -> WorldPlan:
    """Generate a world in which the request succeeds unless faults are added."""
    plan = WorldPlan(seed)
    for number in range(dice.whole(3, 7)):
        _add_port(dice, plan, number)
    _choose_ends(dice, plan)
    _add_subject(dice, plan)
    _add_others(dice, plan)
    if dice.chance(15):
        plan.extras["healthEvents"] = "unavailable"
    return plan


def _add_port(dice: Dice, plan: WorldPlan, number: int) -> None:
    location = dice.pick(LOCATIONS)
    kind = dice.weigh({"dedicated": 55, "lag": 35, "hosted": 10})
    if number == 0:
        kind = "dedicated"
    if kind == "lag":
        members = dice.whole(1, 4)
        plan.lags.append(
            {
                "lagId": f"dxlag-port{number:04}",
                "location": location,
                "connectionsBandwidth": dice.pick(["10Gbps", "100Gbps"]),
                "minimumLinks": dice.whole(0, members),
                "connections": [
                    {"connectionId": f"dxcon-link{number:02}{member:02}"}
                    for member in range(members)
                ],
            }
        )
        return
    connection: Fields = {
        "connectionId": f"dxcon-port{number:04}",
        "location": location,
        "bandwidth": dice.pick(["1Gbps", "10Gbps", "100Gbps"]),
    }
    if kind == "hosted":
        connection["vlan"] = 900 + number
    plan.connections.append(connection)


def _choose_ends(dice: Dice, plan: WorldPlan) -> None:
    plan.source = dice.pick(plan.ports)
    others = [port for port in plan.ports if port != plan.source]
    # From a hosted connection a VIF goes to a dedicated one only.
    if plan.is_hosted(plan.source):
        others = [port for port in others if port.startswith("dxcon") and not plan.is_hosted(port)]
    if not others:
        plan.source, others = plan.ports[0], plan.ports[1:]
    plan.target = dice.pick(others)


def _add_subject(dice: Dice, plan: WorldPlan) -> None:
    kind = dice.weigh({"transit": 40, "private": 45, "public": 15})
    if plan.is_hosted(plan.source):
        plan.subject_vlan = int(str(plan.port(plan.source)["vlan"]))
    if plan.is_hosted(plan.target):
        plan.port(plan.target)["vlan"] = plan.subject_vlan
    plan.families = dice.weigh({"ipv4": 40, "ipv6": 15, "ipv4 ipv6": 45}).split()
    gateway = _gateway(dice, kind, 0)
    subject = _vif(dice, plan, plan.subject, kind, plan.source, plan.subject_vlan)
    subject.update(gateway)
    plan.virtual_interfaces.append(subject)
    siblings = dice.weigh({0: 20, 1: 50, 2: 20, 3: 10}) if gateway else 0
    plan.is_alone = bool(siblings == 0 and kind != "public")
    for _ in range(siblings):
        _add_other(dice, plan, kind, gateway)
    if not plan.others and kind != "public":
        plan.is_alone = True


def _add_others(dice: Dice, plan: WorldPlan) -> None:
    wanted = dice.weigh({dice.whole(0, 3): 60, dice.whole(4, 12): 30, dice.whole(13, 36): 10})
    gateway_number = 1
    while wanted > 0:
        kind = dice.weigh({"transit": 30, "private": 50, "public": 20})
        gateway = _gateway(dice, kind, gateway_number)
        gateway_number += 1
        for _ in range(min(wanted, dice.whole(1, 4))):
            _add_other(dice, plan, kind, gateway)
            wanted -= 1


def _add_other(dice: Dice, plan: WorldPlan, kind: str, gateway: Fields) -> None:
    """Add a VIF that conflicts with no other, if there is room for it."""
    number = len(plan.virtual_interfaces)
    port = dice.pick([port for port in plan.ports if not plan.is_hosted(port)])
    there = [each for each in plan.virtual_interfaces if each["connectionId"] == port]
    transit = sum(each["virtualInterfaceType"] == "transit" for each in there)
    if len(there) >= PER_PORT or (kind == "transit" and transit >= TRANSIT_PER_PORT):
        return
    other = _vif(dice, plan, f"dxvif-other{number:04}", kind, port, FIRST_VLAN + number)
    plan.virtual_interfaces.append({**other, **gateway})


def _gateway(dice: Dice, kind: str, number: int) -> Fields:
    if kind == "public":
        return {}
    if kind == "private" and dice.chance(40):
        return {"virtualGatewayId": f"vgw-{number:04}"}
    return {"directConnectGatewayId": f"dxgw-{number:04}"}


def _vif(dice: Dice, plan: WorldPlan, name: str, kind: str, port: str, vlan: int) -> Fields:
    is_subject = name == plan.subject
    families = plan.families if is_subject else dice.pick([["ipv4"], ["ipv6"], ["ipv4", "ipv6"]])
    peers = []
    for family in families:
        for _ in range(2 if dice.chance(10) else 1):
            plan.peers += 1
            peers.append(_peer(plan, family))
    return {
        "virtualInterfaceId": name,
        "virtualInterfaceName": f"name-of-{name}",
        "connectionId": port,
        "virtualInterfaceType": kind,
        "vlan": vlan,
        "asn": 65000 + dice.whole(1, 400),
        "authKey": f"secret-of-{plan.seed}-{name}",
        "mtu": 1500 if kind == "public" else dice.pick([1500, 8500]),
        "bgpPeers": [*peers],
        "routes": _routes(dice, families),
    }


def _peer(plan: WorldPlan, family: str) -> Fields:
    number = plan.peers
    ends = (
        (f"169.254.{number}.1/30", f"169.254.{number}.2/30")
        if family == "ipv4"
        else (f"2001:db8:{number:x}::1/125", f"2001:db8:{number:x}::2/125")
    )
    return {
        "addressFamily": family,
        "amazonAddress": ends[0],
        "customerAddress": ends[1],
        "bgpStatus": "up",
        "authKey": f"secret-of-{plan.seed}-peer-{number}",
    }


def _routes(dice: Dice, families: list[str]) -> Fields:
    most = dice.weigh({0: 10, 3: 40, 25: 50})
    accepted: list[str] = []
    advertised: list[str] = []
    for family in families:
        pattern = "10.{}.0.0/16" if family == "ipv4" else "2001:db8:a{:03}::/48"
        accepted += [pattern.format(number) for number in range(dice.whole(0, most))]
        pattern = "172.16.{}.0/24" if family == "ipv4" else "2001:db8:b{:03}::/48"
        advertised += [pattern.format(number) for number in range(dice.whole(0, most // 2))]
    return {"accepted": [*accepted], "advertised": [*advertised]}
