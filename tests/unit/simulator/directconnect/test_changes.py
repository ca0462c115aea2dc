"""What others do meanwhile."""

from simulator.directconnect import Change
from simulator.directconnect.models import SimulatedDirectConnect
from tests.unit.simulator.directconnect.support import (
    LAG,
    MEMBER,
    SOURCE,
    START,
    TARGET,
    VIF,
    Api,
    FakeClock,
    Json,
    world,
)


def load(dx: SimulatedDirectConnect, *changes: Json) -> None:
    dx.load(world(), changes=[Change.model_validate(change) for change in changes])
    dx.start()


def test_nothing_changes_before_the_trigger(
    dx: SimulatedDirectConnect, api: Api, clock: FakeClock
) -> None:
    change = Change(at=10, virtual_interface_id=VIF, delete=True)
    dx.load(world(), changes=[change])
    clock.tick(100)
    assert api.vif()["virtualInterfaceState"] == "available"
    dx.start()
    clock.tick(9)
    assert api.vif()["virtualInterfaceState"] == "available"
    clock.tick(1)
    assert api.vif()["virtualInterfaceState"] == "deleting"


def test_somebody_else_moves_the_virtual_interface(
    dx: SimulatedDirectConnect, api: Api, clock: FakeClock
) -> None:
    elsewhere = "dxcon-other001"
    load(dx, {"at": 120, "virtualInterfaceId": VIF, "set": {"connectionId": elsewhere}})
    clock.tick(120)
    seen = api.vif()
    assert (seen["connectionId"], seen["virtualInterfaceState"]) == (elsewhere, "pending")
    clock.tick(40)
    dx.advance()
    told = [((t.at - START).total_seconds(), t.connection_id, t.cause) for t in dx.history]
    assert told == [
        (0, SOURCE, "world"),
        (120, elsewhere, "change"),
        (160, elsewhere, "timeline"),
    ]


def test_a_move_to_where_it_is_changes_nothing(
    dx: SimulatedDirectConnect, api: Api, clock: FakeClock
) -> None:
    load(dx, {"at": 1, "virtualInterfaceId": VIF, "set": {"connectionId": SOURCE}})
    clock.tick(1)
    assert api.vif()["virtualInterfaceState"] == "available"
    assert len(dx.history) == 1


def test_fields_states_peers_and_routes_can_be_set(
    dx: SimulatedDirectConnect, api: Api, clock: FakeClock
) -> None:
    changed = {
        "vlan": 999,
        "virtualInterfaceState": "testing",
        "bgpPeers": [{"addressFamily": "ipv4", "bgpStatus": "unknown"}],
    }
    load(
        dx,
        {"at": 5, "virtualInterfaceId": VIF, "set": {"routes": {"accepted": []}}},
        {"at": 9, "virtualInterfaceId": VIF, "set": changed},
    )
    clock.tick(5)
    assert api.cidrs() == ["192.168.0.0/16"]
    clock.tick(4)
    seen = api.vif()
    assert (seen["vlan"], seen["virtualInterfaceState"]) == (999, "testing")
    assert seen["bgpPeers"][0]["bgpStatus"] == "unknown"
    assert [t.routes["ipv4 accepted"] for t in dx.history] == [2, 0, 0]


def test_a_virtual_interface_is_deleted_by_somebody_else(
    dx: SimulatedDirectConnect, api: Api, clock: FakeClock
) -> None:
    load(dx, {"at": 5, "virtualInterfaceId": VIF, "delete": True})
    clock.tick(15)
    assert api.vif()["virtualInterfaceState"] == "deleted"
    assert dx.history[-1].cause == "change"


def test_a_connection_goes_down_or_away(
    dx: SimulatedDirectConnect, api: Api, clock: FakeClock
) -> None:
    load(
        dx,
        {"at": 5, "connectionId": TARGET, "set": {"connectionState": "down"}},
        {"at": 9, "connectionId": TARGET, "delete": True},
    )
    seen = []
    for _ in range(3):
        seen.append(api("DescribeConnections", connectionId=TARGET)["connections"][0])
        clock.tick(5)
    assert [one["connectionState"] for one in seen] == ["available", "down", "deleted"]


def test_a_member_of_a_lag_goes_down(
    dx: SimulatedDirectConnect, api: Api, clock: FakeClock
) -> None:
    member: Json = {"connectionId": MEMBER, "connectionState": "down"}
    new: Json = {"connectionId": "dxcon-member02"}
    load(
        dx,
        {"at": 5, "connectionId": MEMBER, "set": {"connectionState": "pending"}},
        {"at": 9, "lagId": LAG, "set": {"lagState": "down", "connections": [member, new]}},
    )
    states = []
    for _ in range(3):
        (lag,) = api("DescribeLags")["lags"]
        states.append([one["connectionState"] for one in lag["connections"]])
        clock.tick(5)
    assert states == [["available"], ["pending"], ["down", "available"]]
    assert api("DescribeLags")["lags"][0]["lagState"] == "down"


def test_a_pool_is_emptied_by_somebody_else(
    dx: SimulatedDirectConnect, api: Api, clock: FakeClock
) -> None:
    emptied = {"prefixPoolUnallocatedCountIpv4": 0, "rateLimiterStatus": {"remaining": 0}}
    load(dx, {"at": 5, "connectionId": TARGET, "set": emptied})
    clock.tick(5)
    (target,) = api("DescribeConnections", connectionId=TARGET)["connections"]
    assert target["prefixPoolUnallocatedCountIpv4"] == 0
    assert target["prefixPoolUnallocatedCountIpv6"] == 5000
    assert target["rateLimiterStatus"]["remaining"] == 0


def test_somebody_else_starts_a_failover_test_which_ends_by_itself(
    dx: SimulatedDirectConnect, api: Api, clock: FakeClock
) -> None:
    test = {"testDurationInMinutes": 5}
    load(dx, {"at": 60, "virtualInterfaceId": VIF, "startBgpFailoverTest": test})
    states = []
    for _ in range(4):
        states.append(api.vif()["virtualInterfaceState"])
        clock.tick(120)
    assert states == ["available", "testing", "testing", "available"]
    (over,) = api("ListVirtualInterfaceTestHistory")["virtualInterfaceTestHistory"]
    assert (over["status"], over["testDurationInMinutes"]) == ("COMPLETED", 5)


def test_a_failover_test_that_is_refused_does_not_happen(
    dx: SimulatedDirectConnect, api: Api, clock: FakeClock
) -> None:
    load(
        dx,
        {"at": 5, "virtualInterfaceId": VIF, "delete": True},
        {"at": 9, "virtualInterfaceId": VIF, "startBgpFailoverTest": {}},
    )
    clock.tick(10)
    assert api.vif()["virtualInterfaceState"] == "deleting"
