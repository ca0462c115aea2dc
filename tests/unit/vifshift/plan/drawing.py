"""Regions and plans drawn at random: small enough that their moves get in each other's way."""

from typing import Any, NamedTuple

from hypothesis import assume
from hypothesis import strategies as st

from tests.unit.vifshift.fakes import (
    ACCOUNT,
    REGION,
    START,
    FakeAccount,
    FakeDirectConnect,
    Ports,
    a_connection,
    a_peer,
)
from tests.unit.vifshift.plan.plans import FAR, P, Q, R, S, name, vif
from vifshift.domain.findings import Limits, Move, Quotas
from vifshift.domain.network import Connection, HealthEvent, Lag, VirtualInterface
from vifshift.domain.request import Request
from vifshift.plan.planning.discovery import survey_fleet
from vifshift.plan.planning.fleet import Fleet
from vifshift.preflight.checks import preflight

LAG = "dxlag-laglag01"
PORTS = [P, Q, R, S, LAG]
MEMBER = "dxcon-member01"
MOSTLY = ["available"] * 8
DEVICES = st.sampled_from(["", "dev-1", "dev-2"])
LOCATIONS = st.sampled_from(["", "EqFA5", "EqDA2"])
LIMITS = Limits(
    Quotas(
        private_or_public_per_port=4, transit_per_port=2, total_per_port=5, rate_limited_per_port=2
    )
)
# Prefixes that overlap without being equal, too.
SUBNETS = st.tuples(st.integers(0, 15), st.sampled_from([30, 30, 30, 29]))


class Drawn(NamedTuple):
    """A Region, moves in it, as a person writes them, and what is acknowledged."""

    region: FakeDirectConnect
    moves: list[dict[str, Any]]
    acknowledge: list[str]

    def passes(self, fleet: Fleet, move: dict[str, Any], limits: Limits) -> bool:
        """Say whether nothing blocks a move by now."""
        request = Request.model_validate({**move, "acknowledge": tuple(self.acknowledge)})
        network = fleet.network(request)
        asked = Move(request=request, network=network, now=START, quotas=limits.quotas)
        return not any(finding.blocks for finding in preflight(asked))


ROOM = {
    "prefix_pool_unallocated_count_ipv4": st.none() | st.integers(0, 300),
    "prefix_pool_unallocated_count_ipv6": st.none() | st.integers(0, 300),
    "rate_limiter_status": st.none()
    | st.fixed_dictionaries(
        {"in_use": st.none() | st.integers(0, 2), "remaining": st.none() | st.integers(0, 2)}
    ),
}


def _peer(subnet: tuple[int, int], is_up: bool) -> dict[str, Any]:
    number, length = subnet
    return {
        "amazon_address": f"169.254.0.{number * 4 + 1}/{length}",
        "customer_address": f"169.254.0.{number * 4 + 2}/{length}",
        "bgp_status": "up" if is_up else "down",
    }


@st.composite
def vifs(draw: st.DrawFn, number: int) -> VirtualInterface:
    """Draw a VIF; gateways are few, and so are VLANs and subnets."""
    kind = draw(st.sampled_from(["private", "private", "transit", "public"]))
    gateway = f"gw-{draw(st.integers(0, 4))}"
    return VirtualInterface.model_validate(
        {
            "virtual_interface_id": name(number),
            "virtual_interface_type": kind,
            "virtual_interface_state": draw(st.sampled_from([*MOSTLY, "down", "testing"])),
            "connection_id": draw(st.sampled_from([*PORTS, FAR])),
            "region": REGION,
            "location": draw(LOCATIONS),
            "aws_logical_device_id": draw(DEVICES),
            "owner_account": ACCOUNT,
            "vlan": draw(st.integers(100, 112)),
            "mtu": draw(st.sampled_from([1500, 1500, 1500, 9001])),
            "rate_limit": draw(st.sampled_from(["", "", "50Mbps"])),
            "prefix_pool_allocated_count_ipv4": draw(st.sampled_from([0, 0, 100])),
            "prefix_pool_allocated_count_ipv6": draw(st.sampled_from([0, 0, 100])),
            "direct_connect_gateway_id": "" if kind == "public" else gateway,
            "bgp_peers": [_peer(draw(SUBNETS), draw(st.sampled_from([True] * 5 + [False])))],
        }
    )


@st.composite
def ports(draw: st.DrawFn, port_id: str) -> Ports:
    """Draw a port that mostly takes what comes."""
    fields = {
        "port_id": port_id,
        "state": draw(st.sampled_from([*MOSTLY * 2, "down"])),
        "region": REGION,
        "location": draw(LOCATIONS),
        "aws_logical_device_id": draw(DEVICES),
        "owner_account": ACCOUNT,
        "jumbo_frame_capable": draw(st.sampled_from([None, True, True, False])),
        "bandwidth": "10Gbps",
        **draw(st.fixed_dictionaries({}, optional=ROOM)),
    }
    if port_id == LAG:
        members = [{"port_id": MEMBER, "state": "available"}]
        return Lag.model_validate({**fields, "minimum_links": 1, "connections": members})
    member_of = draw(st.sampled_from([""] * 15 + [LAG]))
    hosted = draw(st.sampled_from([0] * 15 + [300]))
    return Connection.model_validate({**fields, "lag_id": member_of, "vlan": hosted})


@st.composite
def regions(draw: st.DrawFn) -> FakeDirectConnect:
    """Draw a Region."""
    count = draw(st.integers(1, 9))
    return FakeDirectConnect(
        *(draw(vifs(number)) for number in range(count)),
        ports=tuple(draw(ports(port_id)) for port_id in (*PORTS, FAR)),
    )


@st.composite
def plans(draw: st.DrawFn) -> Drawn:
    """Draw a Region and moves in it, some of them twice of one VIF."""
    region = draw(regions())
    known = st.sampled_from(sorted(region.vifs))
    chosen = draw(st.lists(known, min_size=1, max_size=8, unique=draw(st.booleans())))
    moves = [
        {"virtualInterfaceId": each, "connectionId": draw(st.sampled_from(PORTS))}
        for each in chosen
    ]
    return Drawn(region, moves, ["MOVED_TWICE", *draw(ACKNOWLEDGED)])


@st.composite
def workable_plans(draw: st.DrawFn, limits: Limits = LIMITS, *, with_room: bool = False) -> Drawn:
    """Draw a crowded Region in which nothing is amiss, and moves that work in the order given.

    With room enough, nothing but VLANs and addresses is in the way of a move.
    """
    region = FakeDirectConnect(
        *draw(crowds(with_room)),
        ports=tuple(
            a_connection(port, rate_limiter_status={"remaining": draw(st.integers(0, 2))})
            for port in CROWDED
        ),
    )
    acknowledged = ["NO_REDUNDANT_PATH"] if with_room else draw(ACKNOWLEDGED)
    drawn = Drawn(region, [], acknowledged)
    fleet = survey_fleet(region, FakeAccount(), REGION)
    for each in draw(st.permutations(sorted(region.vifs))):
        others = [port for port in CROWDED if port != region.vifs[each].connection_id]
        move = {"virtualInterfaceId": each, "connectionId": draw(st.sampled_from(others))}
        if drawn.passes(fleet, move, limits):
            fleet.move(each, move["connectionId"])
            drawn.moves.append(move)
    assume(drawn.moves)
    return drawn


@st.composite
def crowds(draw: st.DrawFn, with_room: bool) -> list[VirtualInterface]:
    """Draw VIFs that share VLANs, addresses and gateways, but no port with their likes."""
    found = []
    for index, port in enumerate(CROWDED):
        subnets, vlans = draw(st.permutations(range(4))), draw(st.permutations(range(4)))
        for place in range(draw(st.integers(0, 3))):
            number = 10 * index + place
            address = f"169.254.{subnets[place]}"
            length = draw(st.sampled_from([30, 29]))
            peer = a_peer(
                amazon_address=f"{address}.1/{length}",
                customer_address=f"{address}.2/{length}",
                bgp_status=(status := draw(st.sampled_from(["up", "up", "down"]))),
            )
            fields: dict[str, Any] = {
                "peers": (peer if draw(st.booleans()) else vif(number, port).bgp_peers[0],),
                "vlan": draw(st.sampled_from([vlans[place] + 101, number + 1000])),
                "direct_connect_gateway_id": f"gw-{draw(st.integers(0, 3))}",
                "virtual_interface_state": "available" if status == "up" else "down",
                "rate_limit": "" if with_room else draw(st.sampled_from(["", "50Mbps"])),
            }
            found.append(vif(number, port, **fields))
    assume(found)
    return found


CROWDED = [P, Q, R, S]
ACKNOWLEDGED = st.sampled_from([["NO_REDUNDANT_PATH"], []])
EVENTS = st.lists(
    st.builds(
        HealthEvent,
        status_code=st.sampled_from(["open", "upcoming", "closed"]),
        entities=st.lists(
            st.sampled_from(
                [P, f"arn:aws:directconnect:::dxcon/{Q}", MEMBER, name(1), "other", ""]
            ),
            max_size=3,
        ).map(tuple),
    ),
    max_size=3,
).map(tuple)
