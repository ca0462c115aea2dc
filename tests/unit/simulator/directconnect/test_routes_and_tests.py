"""Routes in detail, and BGP failover tests."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from simulator.directconnect.models import SimulatedDirectConnect
from tests.unit.simulator.directconnect.support import (
    DUAL_STACK,
    LAG,
    START,
    VIF,
    Api,
    FakeClock,
    Json,
    vif,
    world,
)

ROUTES: Json = {
    "accepted": [
        {"cidr": "10.0.0.0/8", "asPath": [65001, 65002], "communities": ["7224:7100"]},
        {"cidr": "fd01::/48", "communities": ["7224:7300", "65001:1"]},
    ],
    "advertised": ["192.168.0.0/16"],
}


@pytest.fixture
def routed(dx: SimulatedDirectConnect, api: Api) -> Api:
    dx.load(world(vif(bgpPeers=DUAL_STACK, routes=ROUTES)))
    return api


def test_a_route_tells_path_communities_device_and_time(routed: Api) -> None:
    answer = routed("ListVirtualInterfaceRoutes", virtualInterfaceId=VIF)
    assert answer["virtualInterfaceId"] == VIF
    assert answer["routes"][0] == {
        "cidr": "10.0.0.0/8",
        "routeDirection": "accepted",
        "addressFamily": "ipv4",
        "asPath": [{"pathType": "seq", "path": [65001, 65002]}],
        "communities": ["7224:7100"],
        "awsLogicalDeviceId": "EqFA5-source01",
        "routeInstalledAt": START,
    }


def test_a_path_defaults_to_the_as_that_announces(routed: Api) -> None:
    routes = routed("ListVirtualInterfaceRoutes", virtualInterfaceId=VIF)["routes"]
    assert [route["asPath"][0]["path"] for route in routes[1:]] == [[65001], [64512]]


@pytest.mark.parametrize(
    ("filters", "cidrs"),
    [
        ({"routeDirection": "accepted"}, ["10.0.0.0/8", "fd01::/48"]),
        ({"addressFamily": "ipv6"}, ["fd01::/48"]),
        ({"cidrs": ["192.168.0.0/16", "1.1.1.0/24"]}, ["192.168.0.0/16"]),
        ({"asPath": [65002]}, ["10.0.0.0/8"]),
        ({"asPath": [65002, 65001]}, []),
        ({"communities": ["65001:1", "7224:7100"]}, ["10.0.0.0/8", "fd01::/48"]),
        ({"routeDirection": "advertised", "addressFamily": "ipv6"}, []),
    ],
)
def test_routes_are_filtered(routed: Api, filters: Json, cidrs: list[str]) -> None:
    assert routed.cidrs(**filters) == cidrs


def test_routes_come_in_pages_of_a_hundred(dx: SimulatedDirectConnect, api: Api) -> None:
    many = [f"10.{index}.0.0/16" for index in range(150)]
    dx.load(world(vif(routes={"accepted": many})))
    first = api("ListVirtualInterfaceRoutes", virtualInterfaceId=VIF)
    second = api("ListVirtualInterfaceRoutes", virtualInterfaceId=VIF, nextToken=first["nextToken"])
    assert [route["cidr"] for route in first["routes"] + second["routes"]] == many
    assert "nextToken" not in second


def test_a_route_is_installed_when_its_peer_comes_up(routed: Api, clock: FakeClock) -> None:
    routed.associate(LAG)
    clock.tick(300)
    routes = routed("ListVirtualInterfaceRoutes", virtualInterfaceId=VIF)["routes"]
    assert {route["routeInstalledAt"] for route in routes} == {START + timedelta(seconds=40)}
    assert {route["awsLogicalDeviceId"] for route in routes} == {"EqFA5-target01"}


def test_two_peers_of_a_family_carry_each_route_once(dx: SimulatedDirectConnect, api: Api) -> None:
    second = {"addressFamily": "ipv4", "customerAddress": "169.254.2.2/30"}
    dx.load(world(vif(bgpPeers=[DUAL_STACK[0], second])))
    assert len(api.cidrs()) == 3


def test_a_failover_test_puts_peers_down_and_ends_by_itself(
    dx: SimulatedDirectConnect, api: Api, clock: FakeClock
) -> None:
    test = api("StartBgpFailoverTest", virtualInterfaceId=VIF, testDurationInMinutes=5)[
        "virtualInterfaceTest"
    ]
    peer = api.vif()["bgpPeers"][0]
    assert (test["status"], test["testDurationInMinutes"]) == ("IN_PROGRESS", 5)
    assert test["bgpPeers"] == [peer["bgpPeerId"]]
    assert (api.vif()["virtualInterfaceState"], peer["bgpStatus"]) == ("testing", "down")
    assert api.cidrs() == []
    clock.tick(1000)
    seen = api.vif()
    assert seen["virtualInterfaceState"] == "available"
    assert seen["bgpPeers"][0]["bgpStatus"] == "up"
    (over,) = api("ListVirtualInterfaceTestHistory")["virtualInterfaceTestHistory"]
    assert (over["status"], over["endTime"]) == ("COMPLETED", START + timedelta(minutes=5))
    assert [(t.at - START).total_seconds() for t in dx.history] == [0, 0, 300]


def test_a_failover_test_is_for_chosen_peers_and_can_be_stopped(
    routed: Api, clock: FakeClock
) -> None:
    chosen = routed.vif()["bgpPeers"][1]["bgpPeerId"]
    test = routed("StartBgpFailoverTest", virtualInterfaceId=VIF, bgpPeers=[chosen])
    assert test["virtualInterfaceTest"]["testDurationInMinutes"] == 180
    assert [peer["bgpStatus"] for peer in routed.vif()["bgpPeers"]] == ["up", "down"]
    clock.tick(60)
    stopped = routed("StopBgpFailoverTest", virtualInterfaceId=VIF)["virtualInterfaceTest"]
    assert stopped["status"] == "STOPPED"
    assert [peer["bgpStatus"] for peer in routed.vif()["bgpPeers"]] == ["up", "up"]
    clock.tick(100_000)
    history = routed("ListVirtualInterfaceTestHistory", virtualInterfaceId=VIF, status="STOPPED")
    assert history["virtualInterfaceTestHistory"] == [stopped]
    for nothing in ({"status": "COMPLETED"}, {"testId": "x"}, {"bgpPeers": ["x"]}):
        assert not routed("ListVirtualInterfaceTestHistory", **nothing)[
            "virtualInterfaceTestHistory"
        ]


def test_a_move_outlives_a_failover_test(api: Api, clock: FakeClock) -> None:
    api("StartBgpFailoverTest", virtualInterfaceId=VIF, testDurationInMinutes=1)
    api.associate(LAG)
    clock.tick(45)
    assert api.vif()["virtualInterfaceState"] == "available"
    clock.tick(60)
    assert api.vif()["virtualInterfaceState"] == "available"
    assert [peer["bgpStatus"] for peer in api.vif()["bgpPeers"]] == ["up"]


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"testDurationInMinutes": 4321}, "4321 minutes"),
        ({"testDurationInMinutes": 0}, "0 minutes"),
        ({"bgpPeers": ["dxpeer-unknown1"]}, "dxpeer-unknown1"),
    ],
)
def test_an_impossible_failover_test_is_refused(
    refused: Callable[..., str], parameters: Json, message: str
) -> None:
    assert message in refused("StartBgpFailoverTest", virtualInterfaceId=VIF, **parameters)


def test_only_the_owner_starts_one_and_only_one(
    dx: SimulatedDirectConnect, api: Api, refused: Callable[..., str]
) -> None:
    assert "No failover test" in refused("StopBgpFailoverTest", virtualInterfaceId=VIF)
    api("StartBgpFailoverTest", virtualInterfaceId=VIF)
    assert "already running" in refused("StartBgpFailoverTest", virtualInterfaceId=VIF)
    dx.load(world(vif(ownerAccount="999988887777")))
    assert "does not own" in refused("StartBgpFailoverTest", virtualInterfaceId=VIF)
