"""The same cases on the fake in memory and on the adapter, so that the fake can't drift.

The adapter talks to the simulated Direct Connect, through boto3 and moto.
"""

from collections.abc import Iterator

import pytest
from moto import mock_aws

from simulator.directconnect import World, install, simulated
from tests.unit.vifshift.fakes import (
    REGION,
    SOURCE,
    TARGET,
    VIF,
    FakeDirectConnect,
    a_route_set,
    a_vif,
)
from vifshift.adapters.directconnect import direct_connect
from vifshift.domain.access_policy import Access
from vifshift.domain.direct_connect import DirectConnect
from vifshift.domain.errors import CallRefused
from vifshift.domain.ports import Connection, Lag

ACCOUNT = "111122223333"
PEER = {
    "addressFamily": "ipv4",
    "amazonAddress": "169.254.1.1/30",
    "customerAddress": "169.254.1.2/30",
    "asn": 65001,
    "bgpStatus": "up",
    "authKey": "a-secret-that-must-not-leak",
}
WORLD = World.model_validate(
    {
        "region": REGION,
        "account": ACCOUNT,
        "connections": [{"connectionId": SOURCE, "connectionState": "available"}],
        "lags": [{"lagId": TARGET, "lagState": "available"}],
        "virtualInterfaces": [
            {
                "virtualInterfaceId": VIF,
                "connectionId": SOURCE,
                "virtualInterfaceType": "transit",
                "virtualInterfaceState": "available",
                "directConnectGatewayId": "gw-1",
                "vlan": 101,
                "asn": 65001,
                "bgpPeers": [PEER],
                "tags": [{"key": "site", "value": "berlin"}],
                "routes": {"accepted": ["10.0.0.0/8"], "advertised": ["192.168.0.0/16"]},
            }
        ],
    }
)


@pytest.fixture(params=["fake", "adapter"])
def network(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Iterator[DirectConnect]:
    if request.param == "fake":
        accepted = a_route_set("10.0.0.0/8")
        advertised = a_route_set("192.168.0.0/16", direction="advertised")
        fake = FakeDirectConnect(a_vif(), routes=(accepted, advertised))
        fake.tags[VIF] = {"site": "berlin"}
        yield fake
        return
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "contract")
    monkeypatch.setenv("MOTO_ACCOUNT_ID", ACCOUNT)
    install()
    direct_connect.cache_clear()
    with mock_aws():
        simulated(ACCOUNT, REGION).load(WORLD)
        yield direct_connect(Access(REGION, REGION))
    direct_connect.cache_clear()


def test_a_vif_is_seen_where_it_is_with_its_peers(network: DirectConnect) -> None:
    vif = network.virtual_interface(VIF)

    assert vif is not None
    assert (vif.connection_id, vif.virtual_interface_state) == (SOURCE, "available")
    assert (vif.vlan, vif.redundancy_group) == (101, "gw-1")
    assert [(str(peer.key), peer.is_up) for peer in vif.live_peers] == [("ipv4 169.254.1.2", True)]


def test_what_is_not_there_is_none(network: DirectConnect) -> None:
    assert network.virtual_interface("dxvif-00000000") is None


def test_ports_are_connections_and_lags(network: DirectConnect) -> None:
    [source] = [port for port in network.connections() if port.port_id == SOURCE]
    [target] = network.lags()

    assert isinstance(source, Connection)
    assert isinstance(target, Lag)
    assert (source.state, target.state) == ("available", "available")
    assert target.port_id == TARGET


def test_a_port_is_found_by_its_id(network: DirectConnect) -> None:
    source, target = network.port(SOURCE), network.port(TARGET)

    assert isinstance(source, Connection)
    assert isinstance(target, Lag)
    assert [source, target] == [*network.connections(), *network.lags()]


@pytest.mark.parametrize("port_id", ["dxcon-00000000", "dxlag-00000000"])
def test_a_port_that_is_not_there_is_none_and_carries_nothing(
    network: DirectConnect, port_id: str
) -> None:
    assert network.port(port_id) is None
    assert network.virtual_interfaces_on(port_id) == ()


def test_what_rides_on_a_port_is_found_by_its_id(network: DirectConnect) -> None:
    assert network.virtual_interfaces_on(SOURCE) == network.virtual_interfaces()
    assert network.virtual_interfaces_on(TARGET) == ()


def test_tags_come_only_where_they_are_asked_for(network: DirectConnect) -> None:
    [tagged], [vif] = network.tagged_virtual_interfaces(), network.virtual_interfaces()

    assert tagged.has({"site": "berlin"})
    assert not tagged.has({"site": "berlin", "ring": "blue"})
    assert vif == type(vif).model_validate(dict(tagged))
    assert "berlin" not in vif.model_dump_json()


def test_a_vif_of_a_gateway_is_attached_to_it(network: DirectConnect) -> None:
    assert network.attachment_state("gw-1", VIF) == "attached"


def test_routes_come_by_family_and_direction(network: DirectConnect) -> None:
    found = network.routes(VIF)

    assert [(str(routes), routes.count, routes.cidrs) for routes in found] == [
        ("ipv4 accepted", 1, ("10.0.0.0/8",)),
        ("ipv4 advertised", 1, ("192.168.0.0/16",)),
    ]


def test_only_the_kinds_of_routes_that_are_asked_for_are_read(network: DirectConnect) -> None:
    found = network.routes(VIF, {("ipv4", "advertised"), ("ipv6", "accepted")})

    assert [(str(routes), routes.count, routes.cidrs) for routes in found] == [
        ("ipv4 advertised", 1, ("192.168.0.0/16",)),
    ]


def test_an_associated_vif_is_on_its_target_and_pending(network: DirectConnect) -> None:
    network.associate(VIF, TARGET)

    vif = network.virtual_interface(VIF)
    assert vif is not None
    assert (vif.connection_id, vif.virtual_interface_state) == (TARGET, "pending")
    assert [each.connection_id for each in network.virtual_interfaces()] == [TARGET]
    assert network.virtual_interfaces_on(SOURCE) == ()
    assert network.virtual_interfaces_on(TARGET) == (vif,)


@pytest.mark.parametrize(
    ("virtual_interface_id", "connection_id"),
    [("dxvif-00000000", TARGET), (VIF, "dxcon-00000000"), (VIF, "dxlag-00000000")],
)
def test_what_is_not_there_can_not_be_associated(
    network: DirectConnect, virtual_interface_id: str, connection_id: str
) -> None:
    with pytest.raises(CallRefused):
        network.associate(virtual_interface_id, connection_id)
