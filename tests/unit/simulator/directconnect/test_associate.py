"""AssociateVirtualInterface when nothing stands in its way."""

from simulator.directconnect import Knobs, StaleView
from simulator.directconnect.models import SimulatedDirectConnect
from tests.unit.simulator.directconnect.support import (
    DUAL_STACK,
    LAG,
    SECRET,
    SOURCE,
    START,
    TARGET,
    VIF,
    Api,
    FakeClock,
    vif,
    world,
)


def test_the_answer_is_pending_on_the_target_with_old_and_new_peers_down(api: Api) -> None:
    before = api.vif()["bgpPeers"][0]
    answer = api.associate(TARGET)
    assert (answer["connectionId"], answer["virtualInterfaceState"]) == (TARGET, "pending")
    old, new = answer["bgpPeers"]
    assert (old["bgpPeerState"], new["bgpPeerState"]) == ("deleting", "pending")
    assert (old["bgpStatus"], new["bgpStatus"]) == ("down", "down")
    assert old["bgpPeerId"] == before["bgpPeerId"] != new["bgpPeerId"]
    for same in ("amazonAddress", "customerAddress", "addressFamily", "asn", "authKey"):
        assert old[same] == new[same] == before[same]


def test_the_answer_carries_the_secrets_that_the_real_one_carries(api: Api) -> None:
    answer = api.associate(TARGET)
    assert answer["authKey"] == SECRET
    assert all(peer["authKey"] == SECRET for peer in answer["bgpPeers"])
    assert f"<bgp_auth_key>{SECRET}</bgp_auth_key>" in answer["customerRouterConfig"]


def test_location_and_devices_change_with_the_target_and_all_else_stays(api: Api) -> None:
    before, after = api.vif(), api.associate(TARGET)
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {
        "location",
        "awsDeviceV2",
        "awsLogicalDeviceId",
        "connectionId",
        "virtualInterfaceState",
        "bgpPeers",
    }
    assert after["location"] == "EqDC2"
    assert after["bgpPeers"][1]["awsDeviceV2"] == after["awsDeviceV2"]
    assert after["bgpPeers"][0]["awsDeviceV2"] == before["awsDeviceV2"]


def test_without_a_timeline_it_settles_after_forty_seconds(api: Api, clock: FakeClock) -> None:
    api.associate(LAG)
    assert api.cidrs() == []
    clock.tick(39.9)
    assert api.vif()["virtualInterfaceState"] == "pending"
    clock.tick(0.1)
    settled = api.vif()
    assert settled["virtualInterfaceState"] == "available"
    assert [(p["bgpPeerState"], p["bgpStatus"]) for p in settled["bgpPeers"]] == [
        ("available", "up")
    ]
    assert api.cidrs() == ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"]


def test_the_old_peer_leaves_after_twenty_seconds(api: Api, clock: FakeClock) -> None:
    api.associate(LAG)
    clock.tick(19)
    assert len(api.vif()["bgpPeers"]) == 2
    clock.tick(1)
    assert [peer["bgpPeerState"] for peer in api.vif()["bgpPeers"]] == ["pending"]


def test_the_old_peer_may_stay_for_ever_and_read_up(
    dx: SimulatedDirectConnect, api: Api, clock: FakeClock
) -> None:
    dx.load(world(), knobs=Knobs(old_peer_seconds=None, old_peer_bgp_status="up"))
    api.associate(LAG)
    clock.tick(100_000)
    states = [(peer["bgpPeerState"], peer["bgpStatus"]) for peer in api.vif()["bgpPeers"]]
    assert states == [("deleting", "up"), ("available", "up")]


def test_an_old_peer_that_reads_up_carries_no_routes(dx: SimulatedDirectConnect, api: Api) -> None:
    dx.load(world(), knobs=Knobs(old_peer_bgp_status="up"))
    api.associate(LAG)
    assert api.cidrs() == []


def test_every_peer_of_a_dual_stack_is_renewed(dx: SimulatedDirectConnect, api: Api) -> None:
    dx.load(world(vif(bgpPeers=DUAL_STACK)))
    peers = api.associate(LAG)["bgpPeers"]
    assert [(peer["addressFamily"], peer["bgpPeerState"]) for peer in peers] == [
        ("ipv4", "deleting"),
        ("ipv6", "deleting"),
        ("ipv4", "pending"),
        ("ipv6", "pending"),
    ]


def test_it_can_go_back(dx: SimulatedDirectConnect, api: Api, clock: FakeClock) -> None:
    api.associate(LAG)
    clock.tick(10)
    back = api.associate(SOURCE)
    assert [peer["bgpPeerState"] for peer in back["bgpPeers"]] == ["deleting"] * 2 + ["pending"]
    clock.tick(39)
    # The first move's timeline would have made it available by now.
    assert api.vif()["virtualInterfaceState"] == "pending"
    clock.tick(1)
    assert api.vif()["virtualInterfaceState"] == "available"
    assert dx.connection_of(VIF) == SOURCE


def test_history_has_the_exact_times_however_late_somebody_looks(
    dx: SimulatedDirectConnect, api: Api, clock: FakeClock
) -> None:
    clock.tick(5)
    api.associate(LAG)
    clock.tick(86_400)
    dx.advance()
    told = [((t.at - START).total_seconds(), t.virtual_interface_state) for t in dx.history]
    assert told == [(0, "available"), (5, "pending"), (45, "available")]
    assert [t.cause for t in dx.history] == ["world", "AssociateVirtualInterface", "timeline"]
    assert [t.connection_id for t in dx.history] == [SOURCE, LAG, LAG]
    assert [t.bgp for t in dx.history] == [
        {"ipv4 169.254.0.6": status} for status in ("up", "down", "up")
    ]
    assert [t.routes["ipv4 accepted"] for t in dx.history] == [2, 0, 2]


def test_describe_may_lag_behind_the_truth(
    dx: SimulatedDirectConnect, api: Api, clock: FakeClock
) -> None:
    dx.load(world(), knobs=Knobs(describe_lag_seconds=30))
    assert api.associate(LAG)["connectionId"] == LAG
    seen = api.vif()
    assert (seen["connectionId"], seen["virtualInterfaceState"]) == (SOURCE, "pending")
    assert dx.connection_of(VIF) == LAG
    for port, count in ((SOURCE, 1), (LAG, 0)):
        answer = api("DescribeVirtualInterfaces", connectionId=port)
        assert len(answer["virtualInterfaces"]) == count
    clock.tick(30)
    assert api.vif()["connectionId"] == LAG
    assert len(api("DescribeVirtualInterfaces", connectionId=LAG)["virtualInterfaces"]) == 1


def test_describe_may_show_the_whole_old_record(
    dx: SimulatedDirectConnect, api: Api, clock: FakeClock
) -> None:
    dx.load(world(), knobs=Knobs(describe_lag_seconds=30, describe_lag_shows=StaleView.EVERYTHING))
    before = api.vif()
    api.associate(LAG)
    assert api.vif() == before
    clock.tick(30)
    assert api.vif()["virtualInterfaceState"] == "pending"


def test_describe_may_alternate_between_old_and_new(dx: SimulatedDirectConnect, api: Api) -> None:
    dx.load(world(), knobs=Knobs(describe_lag_seconds=30, describe_lag_alternates=True))
    api.associate(LAG)
    assert [api.vif()["connectionId"] for _ in range(4)] == [SOURCE, LAG, SOURCE, LAG]


def test_the_same_scenario_yields_the_same_ids_and_history(
    dx: SimulatedDirectConnect, api: Api, clock: FakeClock
) -> None:
    told = []
    for _ in range(2):
        clock.time = START
        dx.load(world(vif(), vif("dxvif-aaaa0002", bgpPeers=DUAL_STACK)))
        dx.start()
        answers = [api.associate(LAG), api.associate(TARGET, "dxvif-aaaa0002")]
        clock.tick(60)
        dx.advance()
        told.append((answers, [*dx.history], [*dx.calls]))
    assert told[0] == told[1]
