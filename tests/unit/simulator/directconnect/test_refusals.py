"""Why AssociateVirtualInterface refuses: one test a reason, and nothing touched by any."""

from collections.abc import Callable
from typing import Any

import pytest

from simulator.directconnect import Knobs
from simulator.directconnect.models import SimulatedDirectConnect
from tests.unit.simulator.directconnect.support import (
    DUAL_STACK,
    LAG,
    MEMBER,
    SOURCE,
    TARGET,
    VIF,
    Api,
    Json,
    vif,
    world,
)

Refusal = Callable[..., str]
OTHER = "dxvif-aaaa0002"
STRANGER = "999988887777"


def rival(**fields: Any) -> Json:
    """Another virtual interface, on the target."""
    return vif(OTHER, connectionId=TARGET, **fields)


@pytest.mark.parametrize(
    ("port", "message"),
    [
        ("dxcon-unknown1", "Could not find Connection with ID dxcon-unknown1"),
        ("dxlag-unknown1", "Could not find Lag with ID dxlag-unknown1"),
        (SOURCE, f"Virtual Interface {VIF} is already associated with {SOURCE}"),
        (MEMBER, f"Connection {MEMBER} is a member of LAG {LAG}"),
    ],
)
def test_it_refuses_a_port_that_cannot_be_a_target(
    move_refused: Refusal, dx: SimulatedDirectConnect, port: str, message: str
) -> None:
    assert move_refused(port) == message
    assert [call.took_effect for call in dx.calls] == [False]
    assert dx.connection_of(VIF) == SOURCE
    assert len(dx.history) == 1


def test_it_refuses_an_unknown_virtual_interface(move_refused: Refusal) -> None:
    assert "dxvif-unknown1" in move_refused(TARGET, "dxvif-unknown1")


@pytest.mark.parametrize("state", ["deleting", "deleted"])
def test_it_refuses_a_virtual_interface_on_its_way_out(
    dx: SimulatedDirectConnect, move_refused: Refusal, state: str
) -> None:
    dx.load(world(vif(virtualInterfaceState=state)))
    assert VIF in move_refused(TARGET)


@pytest.mark.parametrize("state", ["deleting", "deleted", "rejected"])
def test_it_refuses_a_target_on_its_way_out(
    dx: SimulatedDirectConnect, move_refused: Refusal, state: str
) -> None:
    dx.load(world(target={"connectionState": state}))
    assert move_refused(TARGET) == f"{TARGET} is {state}"


@pytest.mark.parametrize("state", ["down", "pending", "ordering", "available"])
def test_it_takes_a_target_that_is_merely_not_up(
    dx: SimulatedDirectConnect, api: Api, state: str
) -> None:
    dx.load(world(target={"connectionState": state}))
    assert api.associate(TARGET)["connectionId"] == TARGET


def test_it_refuses_a_vlan_taken_on_the_target(
    dx: SimulatedDirectConnect, move_refused: Refusal
) -> None:
    dx.load(world(vif(vlan=7), rival(vlan=7)))
    assert move_refused(TARGET) == f"VLAN 7 is already in use on {TARGET}"


def test_a_deleted_virtual_interface_holds_no_vlan(dx: SimulatedDirectConnect, api: Api) -> None:
    dx.load(world(vif(vlan=7), rival(vlan=7, virtualInterfaceState="deleted")))
    assert api.associate(TARGET)["connectionId"] == TARGET


@pytest.mark.parametrize(
    "peer",
    [
        {"amazonAddress": "169.254.0.5/30", "customerAddress": "169.254.9.2/30"},
        {"amazonAddress": "169.254.9.1/30", "customerAddress": "169.254.0.6/30"},
        {"amazonAddress": "169.254.0.1/29", "customerAddress": "169.254.0.2/29"},
        {"amazonAddress": "169.254.0.6"},
    ],
)
def test_it_refuses_an_address_whose_network_overlaps_one_on_the_target(
    dx: SimulatedDirectConnect, move_refused: Refusal, peer: Json
) -> None:
    dx.load(world(vif(), rival(bgpPeers=[peer])))
    message = move_refused(TARGET)
    assert message == f"IP address 169.254.0.4/30 is already in use on {TARGET}"


def test_it_compares_addresses_of_every_family(
    dx: SimulatedDirectConnect, move_refused: Refusal
) -> None:
    six = {"addressFamily": "ipv6", "customerAddress": "fd00::3/125"}
    dx.load(world(vif(bgpPeers=DUAL_STACK), rival(bgpPeers=[six])))
    assert move_refused(TARGET) == f"IP address fd00::/125 is already in use on {TARGET}"


@pytest.mark.parametrize(("target", "what"), [(LAG, "LAG"), (TARGET, "hosted connection")])
def test_a_virtual_interface_on_a_hosted_connection_stays_on_hosted_ground(
    dx: SimulatedDirectConnect, move_refused: Refusal, target: str, what: str
) -> None:
    dx.load(world(source={"vlan": 55, "partnerName": "P"}, target={"vlan": 56}))
    assert what in move_refused(target)


def test_a_partner_alone_does_not_make_a_connection_hosted(
    dx: SimulatedDirectConnect, api: Api
) -> None:
    dx.load(world(source={"partnerName": "P"}))
    assert api.associate(LAG)["connectionId"] == LAG


def test_a_hosted_connection_holds_one_virtual_interface(
    dx: SimulatedDirectConnect, api: Api, move_refused: Refusal
) -> None:
    dx.load(world(vif(), vif(OTHER), target={"vlan": 56}))
    api.associate(TARGET)
    assert "already has a virtual interface" in move_refused(TARGET, OTHER)


def test_it_refuses_jumbo_frames_on_a_target_without(
    dx: SimulatedDirectConnect, move_refused: Refusal, api: Api
) -> None:
    dx.load(world(vif(mtu=8500), target={"jumboFrameCapable": False}))
    assert move_refused(TARGET) == f"{TARGET} does not support an MTU of 8500"
    assert api.associate(LAG)["mtu"] == 8500


@pytest.mark.parametrize(
    ("kinds", "mover", "knobs"),
    [
        (["private", "public"], "private", {"privateAndPublicQuota": 2}),
        (["transit"] * 4, "transit", {}),
        (["transit", "private"], "public", {"totalQuota": 2}),
    ],
)
def test_it_refuses_when_the_quota_is_used_up(
    dx: SimulatedDirectConnect, move_refused: Refusal, kinds: list[str], mover: str, knobs: Json
) -> None:
    there = [
        vif(f"dxvif-aaaa{index:04}", connectionId=TARGET, virtualInterfaceType=kind)
        for index, kind in enumerate(kinds, 2)
    ]
    dx.load(world(vif(virtualInterfaceType=mover), *there), knobs=Knobs.model_validate(knobs))
    assert move_refused(TARGET) == f"{TARGET} has reached its limit of virtual interfaces"


def test_kinds_have_quotas_of_their_own(dx: SimulatedDirectConnect, api: Api) -> None:
    there = [
        vif(f"dxvif-aaaa{index:04}", connectionId=TARGET, virtualInterfaceType="transit")
        for index in range(2, 6)
    ]
    dx.load(world(vif(), *there))
    assert api.associate(TARGET)["connectionId"] == TARGET


@pytest.mark.parametrize(
    ("target", "message"),
    [
        ({"bandwidth": "1Gbps"}, "exceeds the bandwidth"),
        ({"vlan": 9}, "does not support rate limiting"),
        ({"rateLimiterStatus": {"maxAllowed": 10, "inUse": 10, "remaining": 0}}, "no rate limit"),
    ],
)
def test_it_refuses_a_rate_limit_that_does_not_fit(
    dx: SimulatedDirectConnect, move_refused: Refusal, target: Json, message: str
) -> None:
    dx.load(world(vif(rateLimit="2Gbps"), target=target))
    assert message in move_refused(TARGET)


def test_rate_limiters_move_along(
    dx: SimulatedDirectConnect, api: Api, move_refused: Refusal
) -> None:
    status = {"maxAllowed": 10, "inUse": 9, "remaining": 1}
    limited = vif(rateLimit="1Gbps"), vif(OTHER, rateLimit="500Mbps")
    dx.load(world(*limited, target={"rateLimiterStatus": status}))
    api.associate(TARGET)
    (target,) = api("DescribeConnections", connectionId=TARGET)["connections"]
    assert target["rateLimiterStatus"] | {"totalBandwidth": ""} == {
        "maxAllowed": 10,
        "inUse": 10,
        "remaining": 0,
        "totalBandwidth": "",
    }
    assert "no rate limiters" in move_refused(TARGET, OTHER)
    api.associate(SOURCE)
    api.associate(TARGET, OTHER)


def test_it_refuses_more_prefixes_than_the_pool_has_left(
    dx: SimulatedDirectConnect, move_refused: Refusal, api: Api
) -> None:
    dx.load(
        world(vif(prefixPoolAllocatedCountIpv6=500), target={"prefixPoolUnallocatedCountIpv6": 499})
    )
    assert "ipv6 prefix pool" in move_refused(TARGET)
    api.associate(LAG)
    (lag,) = api("DescribeLags")["lags"]
    assert lag["prefixPoolUnallocatedCountIpv6"] == 30_000 - 500
    assert lag["prefixPoolUnallocatedCountIpv4"] == 30_000


@pytest.mark.parametrize(
    ("vif_owner", "source_owner", "target_owner", "allowed"),
    [
        (None, None, None, True),
        (STRANGER, None, None, True),
        (None, STRANGER, None, True),
        (STRANGER, STRANGER, None, False),
        (None, None, STRANGER, False),
    ],
)
def test_the_requester_owns_the_interface_or_its_connection_and_the_target(
    dx: SimulatedDirectConnect,
    api: Api,
    move_refused: Refusal,
    vif_owner: str | None,
    source_owner: str | None,
    target_owner: str | None,
    allowed: bool,
) -> None:
    def owned(owner: str | None) -> Json:
        return {"ownerAccount": owner} if owner else {}

    dx.load(world(vif(**owned(vif_owner)), source=owned(source_owner), target=owned(target_owner)))
    if allowed:
        assert api.associate(TARGET)["connectionId"] == TARGET
    else:
        assert "own" in move_refused(TARGET)


def test_it_refuses_a_target_in_another_region(
    dx: SimulatedDirectConnect, move_refused: Refusal
) -> None:
    dx.load(world(target={"region": "eu-west-1"}))
    assert move_refused(TARGET) == f"{TARGET} is not in Region eu-central-1"


def test_it_refuses_a_second_move_while_pending_only_if_told_so(
    dx: SimulatedDirectConnect, api: Api, move_refused: Refusal
) -> None:
    api.associate(TARGET)
    api.associate(LAG)
    dx.load(world(), knobs=Knobs(refuse_while_pending=True))
    api.associate(TARGET)
    assert move_refused(LAG) == f"Virtual Interface {VIF} is in a transitioning state"
