"""What the network does after an arrival, as a scenario tells it."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simulator.directconnect import ArrivalTimeline, TimelineStep
from simulator.directconnect.models import SimulatedDirectConnect
from tests.unit.simulator.directconnect.support import (
    DUAL_STACK,
    LAG,
    SOURCE,
    START,
    TARGET,
    VIF,
    Api,
    FakeClock,
    Json,
    vif,
    world,
)


def timeline(*steps: Json, **when: Any) -> ArrivalTimeline:
    return ArrivalTimeline.model_validate({"when": when, "steps": list(steps)})


def told(dx: SimulatedDirectConnect) -> list[tuple[float, str, list[str]]]:
    return [
        ((t.at - START).total_seconds(), t.virtual_interface_state, list(t.bgp.values()))
        for t in dx.history[1:]
    ]


def test_steps_run_at_their_times(dx: SimulatedDirectConnect, api: Api, clock: FakeClock) -> None:
    steps = (
        {"after": 0, "virtualInterfaceState": "pending", "bgpStatus": "down"},
        {"after": 30, "virtualInterfaceState": "down"},
        {"after": 90.5, "virtualInterfaceState": "available", "bgpStatus": "up"},
    )
    dx.load(world(), [timeline(*steps, virtualInterfaceId=VIF, connectionId=LAG)])
    api.associate(LAG)
    clock.tick(1000)
    dx.advance()
    assert told(dx) == [
        (0, "pending", ["down"]),
        (30, "down", ["down"]),
        (90.5, "available", ["up"]),
    ]


def test_the_answer_is_of_before_the_first_step(dx: SimulatedDirectConnect, api: Api) -> None:
    dx.load(world(), [timeline({"after": 0, "virtualInterfaceState": "down"})])
    assert api.associate(LAG)["virtualInterfaceState"] == "pending"
    assert api.vif()["virtualInterfaceState"] == "down"


@pytest.mark.parametrize(
    ("when", "state"),
    [
        ({}, "down"),
        ({"virtualInterfaceId": VIF}, "down"),
        ({"virtualInterfaceId": "dxvif-aaaa0002"}, "pending"),
        ({"connectionId": LAG}, "down"),
        ({"connectionId": TARGET}, "pending"),
        ({"arrival": 1}, "down"),
        ({"arrival": 2}, "pending"),
        ({"connectionId": LAG, "arrival": 1}, "down"),
    ],
)
def test_a_timeline_is_for_the_arrivals_it_names(
    dx: SimulatedDirectConnect, api: Api, when: Json, state: str
) -> None:
    dx.load(world(), [timeline({"virtualInterfaceState": "down"}, **when)])
    api.associate(LAG)
    assert api.vif()["virtualInterfaceState"] == state


def test_arrivals_are_counted_per_port_or_in_all(
    dx: SimulatedDirectConnect, api: Api, clock: FakeClock
) -> None:
    dx.load(
        world(),
        [
            timeline({"virtualInterfaceState": "down"}, connectionId=LAG, arrival=2),
            timeline({"virtualInterfaceState": "testing"}, arrival=4),
        ],
    )
    seen = []
    for port in (LAG, SOURCE, LAG, SOURCE):
        api.associate(port)
        clock.tick(40)
        seen.append(api.vif()["virtualInterfaceState"])
    assert seen == ["available", "available", "down", "testing"]


def test_the_first_that_matches_is_run(dx: SimulatedDirectConnect, api: Api) -> None:
    states = ({"virtualInterfaceState": "down"}, {"virtualInterfaceState": "testing"})
    dx.load(world(), [timeline(state) for state in states])
    api.associate(LAG)
    assert api.vif()["virtualInterfaceState"] == "down"


def test_one_of_two_families_comes_up(
    dx: SimulatedDirectConnect, api: Api, clock: FakeClock
) -> None:
    steps = {
        "after": 10,
        "virtualInterfaceState": "available",
        "bgpPeers": [{"addressFamily": "ipv6", "bgpStatus": "up"}],
    }
    routes = {"accepted": ["10.0.0.0/8", "fd01::/48"]}
    dx.load(world(vif(bgpPeers=DUAL_STACK, routes=routes)), [timeline(steps)])
    api.associate(LAG)
    clock.tick(20)
    assert [peer["bgpStatus"] for peer in api.vif()["bgpPeers"]] == ["down", "up"]
    assert api.cidrs() == ["fd01::/48"]
    assert dx.history[-1].bgp == {"ipv4 169.254.1.2": "down", "ipv6 fd00::2": "up"}
    assert dx.history[-1].routes == {
        "ipv4 accepted": 0,
        "ipv4 advertised": 0,
        "ipv6 accepted": 1,
        "ipv6 advertised": 0,
    }


def test_a_peer_is_found_by_its_customer_address(
    dx: SimulatedDirectConnect, api: Api, clock: FakeClock
) -> None:
    second = {"addressFamily": "ipv4", "customerAddress": "169.254.2.2/30"}
    effect = {"customerAddress": "169.254.2.2", "bgpStatus": "up"}
    dx.load(world(vif(bgpPeers=[DUAL_STACK[0], second])), [timeline({"bgpPeers": [effect]})])
    api.associate(LAG)
    clock.tick(20)
    peers = [(peer["bgpPeerState"], peer["bgpStatus"]) for peer in api.vif()["bgpPeers"]]
    assert peers == [("pending", "down"), ("available", "up")]


@pytest.mark.parametrize(
    ("step", "peer"),
    [
        ({"virtualInterfaceState": "available"}, ("available", "down")),
        ({"bgpStatus": "up"}, ("available", "up")),
        ({"bgpStatus": "unknown"}, ("pending", "unknown")),
        ({"virtualInterfaceState": "down", "bgpPeerState": "pending"}, ("pending", "down")),
        ({"bgpStatus": "up", "bgpPeerState": "verifying"}, ("verifying", "up")),
        (
            {"virtualInterfaceState": "available", "bgpPeers": [{"bgpPeerState": "pending"}]},
            ("pending", "down"),
        ),
    ],
)
def test_peer_states_follow_unless_said_otherwise(
    dx: SimulatedDirectConnect, api: Api, clock: FakeClock, step: Json, peer: tuple[str, str]
) -> None:
    dx.load(world(), [timeline(step)])
    api.associate(LAG)
    clock.tick(20)
    (seen,) = api.vif()["bgpPeers"]
    assert (seen["bgpPeerState"], seen["bgpStatus"]) == peer


def test_a_flap_is_in_the_history(dx: SimulatedDirectConnect, api: Api, clock: FakeClock) -> None:
    up = {"virtualInterfaceState": "available", "bgpStatus": "up"}
    down = {"virtualInterfaceState": "down", "bgpStatus": "down"}
    dx.load(world(), [timeline(up | {"after": 5}, down | {"after": 8}, up | {"after": 9})])
    api.associate(LAG)
    clock.tick(60)
    dx.advance()
    assert [(at, bgp) for at, _, bgp in told(dx)] == [
        (0, ["down"]),
        (5, ["up"]),
        (8, ["down"]),
        (9, ["up"]),
    ]


@pytest.mark.parametrize(
    ("step", "cidrs"),
    [
        ({}, ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"]),
        ({"routesPercent": 0}, []),
        ({"routesPercent": 50}, ["10.0.0.0/8"]),
        ({"routes": {"accepted": ["1.0.0.0/8"]}}, ["1.0.0.0/8", "192.168.0.0/16"]),
        ({"routes": {"advertised": []}}, ["10.0.0.0/8", "172.16.0.0/12"]),
        ({"routesPercent": 0, "routes": {"accepted": ["1.0.0.0/8"]}}, ["1.0.0.0/8"]),
    ],
)
def test_routes_come_back_as_told(
    dx: SimulatedDirectConnect, api: Api, step: Json, cidrs: list[str]
) -> None:
    dx.load(world(), [timeline({"bgpStatus": "up", **step})])
    api.associate(LAG)
    assert api.cidrs() == cidrs


def test_routes_lost_on_the_way_are_back_at_home(
    dx: SimulatedDirectConnect, api: Api, clock: FakeClock
) -> None:
    dx.load(world(), [timeline({"bgpStatus": "up", "routesPercent": 0}, connectionId=LAG)])
    api.associate(LAG)
    assert api.cidrs() == []
    api.associate(SOURCE)
    clock.tick(40)
    assert len(api.cidrs()) == 3


def test_describe_may_show_another_connection_while_the_truth_stays(
    dx: SimulatedDirectConnect, api: Api, clock: FakeClock
) -> None:
    steps = ({"connectionId": SOURCE}, {"after": 10, "connectionId": LAG})
    dx.load(world(), [timeline(*steps)])
    api.associate(LAG)
    assert api.vif()["connectionId"] == SOURCE
    assert dx.connection_of(VIF) == LAG
    assert len(api("DescribeVirtualInterfaces", connectionId=SOURCE)["virtualInterfaces"]) == 1
    clock.tick(10)
    assert api.vif()["connectionId"] == LAG


def test_the_old_peer_can_be_told_to_read_up_and_to_go(
    dx: SimulatedDirectConnect, api: Api, clock: FakeClock
) -> None:
    dx.load(world(), [timeline({"oldPeerBgpStatus": "up"}, {"after": 5, "removeOldPeer": True})])
    api.associate(LAG)
    old, new = api.vif()["bgpPeers"]
    assert (old["bgpPeerState"], old["bgpStatus"]) == ("deleting", "up")
    assert new["bgpStatus"] == "down"
    clock.tick(5)
    assert [peer["bgpPeerState"] for peer in api.vif()["bgpPeers"]] == ["pending"]


def test_unknown_states_can_be_told(dx: SimulatedDirectConnect, api: Api) -> None:
    dx.load(world(), [timeline({"virtualInterfaceState": "frozen", "bgpStatus": "flapping"})])
    api.associate(LAG)
    api.enums_checked = False
    seen = api.vif()
    assert (seen["virtualInterfaceState"], seen["bgpPeers"][1]["bgpStatus"]) == (
        "frozen",
        "flapping",
    )


steps = st.builds(
    TimelineStep,
    after=st.integers(0, 300),
    virtual_interface_state=st.sampled_from([None, "pending", "available", "down"]),
    bgp_status=st.sampled_from([None, "up", "down", "unknown"]),
    routes_percent=st.sampled_from([None, 0, 50, 100]),
)


@given(plan=st.lists(steps, max_size=6), looks=st.lists(st.integers(1, 60), max_size=6))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_history_does_not_depend_on_who_looks_when(
    dx: SimulatedDirectConnect, clock: FakeClock, plan: list[TimelineStep], looks: list[int]
) -> None:
    histories = []
    for pauses in ([], looks):
        clock.time = START
        dx.load(world(), [ArrivalTimeline(steps=tuple(plan))])
        dx.call("AssociateVirtualInterface", {"virtualInterfaceId": VIF, "connectionId": LAG})
        for pause in pauses:
            clock.tick(pause)
            dx.call("DescribeVirtualInterfaces", {})
        clock.tick(1000 - clock.seconds)
        dx.advance()
        histories.append(dx.history)
    assert histories[0] == histories[1]
    moments = [transition.at for transition in histories[0]]
    assert moments == sorted(moments)
    for transition in histories[0]:
        carried = sum(transition.routes.values())
        assert not carried or "up" in transition.bgp.values()
