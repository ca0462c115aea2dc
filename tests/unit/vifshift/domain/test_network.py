"""The view of Direct Connect: what it keeps, what it drops, and what it says of it."""

import pytest

from tests.unit.vifshift.fakes import (
    RIVAL,
    SECRET,
    VIF,
    a_connection,
    a_network,
    a_peer,
    a_route_set,
    a_vif,
    an_ipv6_peer,
)
from vifshift.domain.bgp import BgpPeer
from vifshift.domain.network import VirtualInterface
from vifshift.domain.ports import Connection, Lag
from vifshift.domain.routes import RouteSet


def test_what_has_no_field_is_dropped() -> None:
    # given
    answer = {
        "virtualInterfaceId": VIF,
        "authKey": SECRET,
        "customerRouterConfig": f"<key>{SECRET}</key>",
        "rateLimit": "1Gbps",
        "bgpPeers": [{"addressFamily": "ipv4", "authKey": SECRET}],
    }
    # when
    vif = VirtualInterface.model_validate(answer)
    # then
    assert SECRET not in repr(vif) + vif.model_dump_json()
    assert set(vif.to_json()) == {
        "virtualInterfaceId",
        "virtualInterfaceName",
        "virtualInterfaceType",
        "virtualInterfaceState",
        "connectionId",
        "region",
        "location",
        "ownerAccount",
        "awsDeviceV2",
        "awsLogicalDeviceId",
        "vlan",
        "mtu",
        "rateLimit",
        "prefixPoolAllocatedCountIpv4",
        "prefixPoolAllocatedCountIpv6",
        "virtualGatewayId",
        "directConnectGatewayId",
        "bgpPeers",
    }


def test_a_null_is_a_value_that_is_not_there() -> None:
    # given
    nulls = {"virtualInterfaceState": None, "vlan": None, "bgpPeers": None, "connectionId": None}
    # when
    vif = VirtualInterface.model_validate({"virtualInterfaceId": VIF, **nulls})
    # then
    assert vif == VirtualInterface(virtual_interface_id=VIF)
    assert vif.virtual_interface_state == "unknown"


@pytest.mark.parametrize(
    ("numbers", "asn"),
    [
        ({"asn": 65001}, 65001),
        ({"asn": 65001, "asnLong": 65001}, 65001),
        ({"asn": 0, "asnLong": 4_200_000_001}, 4_200_000_001),
        ({"asn": 65001, "asnLong": None}, 65001),
        ({"asn": None}, 0),
        ({}, 0),
    ],
)
def test_the_long_asn_wins(numbers: dict[str, int | None], asn: int) -> None:
    assert BgpPeer.model_validate(numbers).asn == asn


def test_a_peer_stays_the_same_when_a_move_gives_it_another_id() -> None:
    old = a_peer(bgp_peer_id="dxpeer-old00001", bgp_peer_state="deleting", bgp_status="down")
    new = a_peer(bgp_peer_id="dxpeer-new00001", bgp_peer_state="pending")
    assert old.key == new.key
    assert hash(old.key) == hash(new.key)


@pytest.mark.parametrize(
    "other",
    [
        a_peer(asn=65002),
        a_peer(customer_address="169.254.1.6/30"),
        an_ipv6_peer(),
    ],
)
def test_a_peer_of_another_asn_address_or_family_is_another_peer(other: BgpPeer) -> None:
    assert a_peer().key != other.key


def test_a_peer_is_called_by_its_family_and_address() -> None:
    assert str(a_peer().key) == "ipv4 169.254.1.2"
    assert str(an_ipv6_peer().key) == "ipv6 2001:db8::2"


@pytest.mark.parametrize(
    ("status", "is_up"), [("up", True), ("down", False), ("unknown", False), ("UP?", False)]
)
def test_only_up_is_up(status: str, is_up: bool) -> None:
    assert a_peer(bgp_status=status).is_up is is_up


@pytest.mark.parametrize("state", ["deleting", "deleted"])
def test_a_peer_on_its_way_out_is_not_live(state: str) -> None:
    leaving, staying = a_peer(bgp_peer_state=state), an_ipv6_peer(bgp_peer_state="brand-new")
    assert a_vif(leaving, staying).live_peers == (staying,)


@pytest.mark.parametrize(
    ("vif", "works"),
    [
        (a_vif(), True),
        (a_vif(a_peer(), an_ipv6_peer()), True),
        (a_vif(a_peer(), an_ipv6_peer(bgp_status="down", bgp_peer_state="deleting")), True),
        (a_vif(a_peer(), an_ipv6_peer(bgp_status="down")), True),
        (a_vif(a_peer(bgp_status="unknown")), False),
        (a_vif(virtual_interface_state="down"), False),
        (a_vif(virtual_interface_state="testing"), False),
        (a_vif(virtual_interface_state="pending"), False),
        (a_vif(virtual_interface_state="deleted"), False),
        (a_vif(virtual_interface_state="levitating"), False),
    ],
)
def test_a_vif_works_where_it_is_available_and_a_live_peer_is_up(
    vif: VirtualInterface, works: bool
) -> None:
    assert vif.works is works


@pytest.mark.parametrize(
    ("gateways", "group"),
    [
        ({"direct_connect_gateway_id": "gw-1", "virtual_gateway_id": ""}, "gw-1"),
        ({"direct_connect_gateway_id": "", "virtual_gateway_id": "vgw-1"}, "vgw-1"),
        ({"direct_connect_gateway_id": "", "virtual_gateway_id": ""}, VIF),
        ({"direct_connect_gateway_id": "", "owner_account": "444455556666"}, "owner/444455556666"),
        ({"direct_connect_gateway_id": "gw-1", "owner_account": "444455556666"}, "gw-1"),
        (
            {
                "direct_connect_gateway_id": "",
                "virtual_interface_type": "public",
                "owner_account": "111122223333",
                "region": "eu-central-1",
            },
            "public/111122223333/eu-central-1",
        ),
    ],
)
def test_vifs_of_one_gateway_are_of_one_redundancy_group(
    gateways: dict[str, str], group: str
) -> None:
    assert a_vif(**gateways).redundancy_group == group


def test_a_port_goes_by_one_name_be_it_a_connection_or_a_lag() -> None:
    # given
    answer = {"region": "eu-central-1", "cak": SECRET}
    # when
    connection = Connection.model_validate(
        {"connectionId": "dxcon-source01", "connectionState": "down", **answer}
    )
    lag = Lag.model_validate({"lagId": "dxlag-target01", "lagState": "available", **answer})
    # then
    assert (connection.port_id, connection.state) == ("dxcon-source01", "down")
    assert (lag.port_id, lag.state) == ("dxlag-target01", "available")
    assert SECRET not in repr((connection, lag))


def test_a_connection_with_a_vlan_of_its_own_is_hosted() -> None:
    assert a_connection(vlan=300).is_hosted
    assert not a_connection().is_hosted


def test_a_snapshot_survives_the_way_through_step_functions() -> None:
    vif = a_vif(a_peer(asn=4_200_000_001), an_ipv6_peer())
    assert VirtualInterface.model_validate_json(vif.model_dump_json()) == vif


def test_rivals_are_those_on_the_target_but_for_itself_and_the_deleted() -> None:
    # given
    rival = a_vif(virtual_interface_id=RIVAL)
    leaving = a_vif(virtual_interface_id="dxvif-cccc0003", virtual_interface_state="deleting")
    gone = a_vif(virtual_interface_id="dxvif-dddd0004", virtual_interface_state="deleted")
    # when
    network = a_network(on_target=(a_vif(), rival, leaving, gone))
    # then
    assert tuple(network.rivals()) == (rival, leaving)


def test_without_the_vif_everything_on_the_target_is_a_rival() -> None:
    network = a_network(virtual_interface=None, on_target=(a_vif(),))
    assert tuple(network.rivals()) == (a_vif(),)


@pytest.mark.parametrize(
    ("before", "now", "percent"),
    [
        (a_route_set("10.0.0.0/8", "10.1.0.0/16"), a_route_set("10.0.0.0/8"), 50),
        (a_route_set("10.0.0.0/8"), a_route_set("10.0.0.0/8", "10.1.0.0/16"), 100),
        (a_route_set("10.0.0.0/8"), a_route_set("10.1.0.0/16"), 0),
        (a_route_set("10.0.0.0/8"), None, 0),
        (a_route_set(), None, 100),
        (a_route_set(count=2000), a_route_set(count=1000), 50),
        (a_route_set(count=2000), a_route_set(count=9000), 100),
        (a_route_set("10.0.0.0/8"), a_route_set(count=2000), 100),
    ],
)
def test_routes_are_compared_by_prefix_where_both_are_named_else_by_number(
    before: RouteSet, now: RouteSet | None, percent: float
) -> None:
    assert before.recovered_percent(now) == percent
