"""Each rule of preflight: when it speaks, and when it has nothing to say."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.vifshift.fakes import (
    REGION,
    RIVAL,
    SOURCE,
    START,
    TARGET,
    VIF,
    a_connection,
    a_hosted_connection,
    a_lag,
    a_landed_vif,
    a_network,
    a_peer,
    a_request,
    a_route_set,
    a_vif,
    after,
    an_ipv6_peer,
)
from vifshift.findings import RULES, Finding, Move, Severity
from vifshift.network import BgpPeer, Connection, Lag, Network, VirtualInterface
from vifshift.preflight import preflight

OTHER_VLAN = 202
BLIND_GRACE = 120
THERE_AND_BACK = 2 * (600 + 120 + 2 * BLIND_GRACE)


def findings(network: Network | None = None, **request: Any) -> tuple[Finding, ...]:
    return preflight(Move(request=a_request(**request), network=network or a_network(), now=START))


def codes(network: Network | None = None, **request: Any) -> list[str]:
    return [finding.code for finding in findings(network, **request)]


def only(network: Network | None = None, **request: Any) -> Finding:
    [finding] = findings(network, **request)
    return finding


def a_rival(*peers: BgpPeer, **fields: Any) -> VirtualInterface:
    """Build another VIF on the target, with a VLAN and addresses of its own."""
    peers = peers or (a_peer(amazon_address="169.254.9.1/30", customer_address="169.254.9.2/30"),)
    return a_vif(
        *peers,
        **{
            "virtual_interface_id": RIVAL,
            "connection_id": TARGET,
            "vlan": OTHER_VLAN,
            **fields,
        },
    )


def beside(*rivals: VirtualInterface, **fields: Any) -> Network:
    return a_network(on_target=rivals, **fields)


def window(opens: float, closes: float) -> dict[str, str]:
    return {"opensAt": after(opens).isoformat(), "closesAt": after(closes).isoformat()}


def test_an_ordinary_move_has_no_findings() -> None:
    assert findings(beside(a_rival())) == ()


def test_findings_come_worst_first_and_each_says_what_to_do() -> None:
    # given
    network = a_network(
        virtual_interface=a_vif(a_peer(bgp_status="down"), virtual_interface_state="down"),
        target=a_lag(state="down"),
        routes=(a_route_set(count=2000),),
    )
    # when
    found = findings(network)
    # then
    assert [finding.severity for finding in found] == [
        Severity.BLOCK,
        Severity.WARN,
        Severity.INFO,
    ]
    assert all(finding.remedy for finding in found)


def test_every_rule_has_a_code_of_its_own_and_a_sentence() -> None:
    assert len({rule.code for rule in RULES}) == len(RULES)
    assert all(rule.summary.endswith(".") and rule.remedy.endswith(".") for rule in RULES)


# The window.


def test_before_the_window_nothing_moves() -> None:
    finding = only(window=window(1, 10_000))
    assert (finding.code, finding.severity) == ("WINDOW_NOT_OPEN", Severity.BLOCK)


@pytest.mark.parametrize("closes", [THERE_AND_BACK - 1, THERE_AND_BACK / 2])
def test_a_window_too_short_to_go_there_and_back_blocks(closes: float) -> None:
    assert codes(window=window(-60, closes)) == ["WINDOW_NOT_OPEN"]


def test_after_the_window_nothing_moves() -> None:
    assert codes(window=window(-100, -1)) == ["WINDOW_NOT_OPEN"]


@pytest.mark.parametrize("opens", [0, -60])
def test_an_open_window_that_is_just_long_enough_is_fine(opens: float) -> None:
    assert codes(window=window(opens, THERE_AND_BACK)) == []


def test_a_shorter_convergence_fits_into_a_shorter_window() -> None:
    short = {"timeoutSeconds": 60, "holdSeconds": 0}
    assert codes(window=window(-1, 2 * (60 + 2 * BLIND_GRACE)), convergence=short) == []


# What this version can't do.


def test_an_approval_that_nobody_can_give_blocks() -> None:
    assert only(approval={"required": True}).code == "APPROVAL_UNSUPPORTED"
    assert codes(approval={"required": False, "timeoutMinutes": 5}) == []


def test_a_role_that_is_not_on_the_list_blocks() -> None:
    assert only(roleArn="arn:aws:iam::444455556666:role/dx").code == "ROLE_NOT_ALLOWED"


def test_each_code_that_is_acknowledged_is_warned_of() -> None:
    # when
    found = findings(acknowledge=["VLAN_TAKEN", "NO_SUCH_RULE"])
    # then
    assert [(finding.code, finding.severity) for finding in found] == [
        ("NOT_OVERRIDABLE", Severity.WARN)
    ] * 2
    assert "VLAN_TAKEN" in found[0].message
    assert "NO_SUCH_RULE" in found[1].message


def test_where_nothing_is_acknowledged_nothing_is_warned_of() -> None:
    assert codes(acknowledge=[]) == []


def test_what_is_acknowledged_blocks_all_the_same() -> None:
    network = beside(a_rival(vlan=101))
    assert codes(network, acknowledge=["VLAN_TAKEN"]) == ["VLAN_TAKEN", "NOT_OVERRIDABLE"]


# Regions.


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"source": a_connection(region="us-east-1")}, SOURCE),
        ({"target": a_lag(region="us-east-1")}, TARGET),
        ({"virtual_interface": a_vif(region="us-east-1")}, VIF),
    ],
)
def test_what_is_in_another_region_blocks(fields: dict[str, Any], named: str) -> None:
    finding = only(a_network(**fields))
    assert finding.code == "OTHER_REGION"
    assert finding.message.startswith(f"{named} is in us-east-1")


def test_a_request_for_another_region_blocks() -> None:
    assert only(region="us-east-1").code == "OTHER_REGION"
    assert codes(region=REGION) == []


def test_a_region_that_aws_does_not_tell_is_no_other_region() -> None:
    assert codes(a_network(source=a_connection(region=""), target=a_lag(region=""))) == []


# What does not exist, or is in no state to move.


def test_an_unknown_vif_blocks() -> None:
    finding = only(a_network(virtual_interface=None, source=None))
    assert finding.code == "VIRTUAL_INTERFACE_NOT_FOUND"
    assert VIF in finding.message


def test_an_unknown_target_blocks() -> None:
    finding = only(a_network(target=None))
    assert finding.code == "TARGET_NOT_FOUND"
    assert TARGET in finding.message


@pytest.mark.parametrize("state", ["available", "down"])
def test_a_vif_that_is_available_or_down_can_move(state: str) -> None:
    assert codes(a_network(virtual_interface=a_vif(virtual_interface_state=state))) == []


@pytest.mark.parametrize(
    "state",
    [
        *("confirming", "verifying", "pending", "testing", "deleting", "deleted", "rejected"),
        *("unknown", "levitating"),
    ],
)
def test_a_vif_in_any_other_state_blocks(state: str) -> None:
    finding = only(a_network(virtual_interface=a_vif(virtual_interface_state=state)))
    assert finding.code == "VIRTUAL_INTERFACE_STATE"
    assert state in finding.message


@pytest.mark.parametrize(
    "vif",
    [
        a_landed_vif(virtual_interface_state="down"),
        a_landed_vif(a_peer(), an_ipv6_peer(bgp_status="down")),
        a_landed_vif(a_peer(), an_ipv6_peer(bgp_status="unknown")),
    ],
    ids=["down", "one of two peers down", "one of two peers unknown"],
)
def test_a_vif_that_is_on_the_target_and_does_not_work_blocks(vif: VirtualInterface) -> None:
    finding = only(a_network(virtual_interface=vif, source=a_lag()))
    assert (finding.code, finding.severity) == ("ALREADY_ON_TARGET", Severity.BLOCK)
    assert finding.message.startswith(f"{VIF} is on {TARGET} already, and is ")
    for peer in vif.live_peers:
        assert f"{peer.key} {peer.bgp_status}" in finding.message


def test_a_vif_in_a_state_of_no_move_is_also_said_to_be_on_the_target() -> None:
    vif = a_landed_vif(virtual_interface_state="pending")
    assert codes(a_network(virtual_interface=vif)) == [
        "VIRTUAL_INTERFACE_STATE",
        "ALREADY_ON_TARGET",
    ]


@pytest.mark.parametrize(
    "vif",
    [
        a_landed_vif(),
        a_landed_vif(a_peer(), an_ipv6_peer(bgp_status="down", bgp_peer_state="deleting")),
        a_vif(a_peer(), an_ipv6_peer(bgp_status="down")),
        a_vif(virtual_interface_state="down"),
    ],
    ids=["works there", "a peer on its way out", "elsewhere, half up", "elsewhere, down"],
)
def test_a_vif_that_works_on_the_target_or_is_elsewhere_is_fine(vif: VirtualInterface) -> None:
    assert codes(a_network(virtual_interface=vif)) == []


@pytest.mark.parametrize(
    "state", ["requested", "pending", "down", "deleting", "deleted", "rejected", "unknown", "new"]
)
@pytest.mark.parametrize("target", [a_connection("dxcon-target01"), a_lag()])
def test_a_target_that_is_not_available_blocks(target: Connection | Lag, state: str) -> None:
    finding = only(a_network(target=target.model_copy(update={"state": state})))
    assert finding.code == "TARGET_STATE"


def test_a_dead_source_can_be_left() -> None:
    assert codes(a_network(source=a_connection(state="down"))) == []
    assert codes(a_network(source=None)) == []


# What kind of port it is.


def test_a_member_of_a_lag_is_no_target() -> None:
    finding = only(a_network(target=a_connection("dxcon-member01", lag_id=TARGET)))
    assert finding.code == "TARGET_IS_LAG_MEMBER"
    assert TARGET in finding.message


def test_a_source_that_has_joined_a_lag_can_be_left() -> None:
    assert codes(a_network(source=a_connection(lag_id="dxlag-source01"))) == []


@pytest.mark.parametrize("target", [a_lag(), a_hosted_connection("dxcon-target01")])
def test_a_hosted_connection_is_not_left_for_a_lag_or_another_hosted_one(
    target: Connection | Lag,
) -> None:
    finding = only(a_network(source=a_hosted_connection(), target=target))
    assert finding.code == "HOSTED_CONNECTION"


@pytest.mark.parametrize(
    ("source", "target"),
    [
        (a_hosted_connection(), a_connection("dxcon-target01")),
        (a_connection(), a_hosted_connection("dxcon-target01")),
        (a_lag("dxlag-source01"), a_hosted_connection("dxcon-target01")),
        (a_lag("dxlag-source01"), a_connection("dxcon-target01")),
        (a_connection(), a_lag()),
    ],
)
def test_other_ways_between_ports_are_open(
    source: Connection | Lag, target: Connection | Lag
) -> None:
    assert codes(a_network(source=source, target=target)) == []


# What is taken on the target.


def test_a_vlan_that_a_rival_uses_blocks() -> None:
    finding = only(beside(a_rival(vlan=101)))
    assert finding.code == "VLAN_TAKEN"
    assert "VLAN 101" in finding.message
    assert RIVAL in finding.message


def test_a_rival_on_its_way_out_still_holds_its_vlan() -> None:
    assert codes(beside(a_rival(vlan=101, virtual_interface_state="deleting"))) == ["VLAN_TAKEN"]


@pytest.mark.parametrize(
    "other",
    [
        a_rival(vlan=102),
        a_rival(vlan=101, virtual_interface_state="deleted"),
        a_rival(a_peer(), vlan=101, virtual_interface_id=VIF),
    ],
    ids=["another VLAN", "a deleted rival", "the VIF itself"],
)
def test_a_vlan_that_nobody_else_uses_is_free(other: VirtualInterface) -> None:
    assert codes(beside(other)) == []


@pytest.mark.parametrize(
    ("amazon", "customer"),
    [
        ("169.254.1.1/30", "169.254.1.2/30"),
        ("169.254.1.2/31", "169.254.1.3/31"),
        ("169.254.0.1/16", "169.254.0.2/16"),
        ("169.254.1.3", ""),
    ],
    ids=["the same", "a /31 inside a /30", "a /16 around it", "one address of it"],
)
def test_addresses_that_overlap_block(amazon: str, customer: str) -> None:
    rival = a_rival(a_peer(amazon_address=amazon, customer_address=customer))
    finding = only(beside(rival))
    assert finding.code == "ADDRESS_TAKEN"
    assert "169.254.1.0/30" in finding.message
    assert RIVAL in finding.message


def test_an_overlap_in_ipv6_blocks() -> None:
    network = beside(a_rival(an_ipv6_peer()), virtual_interface=a_vif(an_ipv6_peer()))
    assert codes(network) == ["ADDRESS_TAKEN"]


@pytest.mark.parametrize(
    "other",
    [
        a_rival(a_peer(amazon_address="169.254.1.4/31", customer_address="169.254.1.5/31")),
        a_rival(an_ipv6_peer()),
        a_rival(an_ipv6_peer(amazon_address="::/0", customer_address="::/0")),
        a_rival(a_peer(bgp_peer_state="deleted")),
        a_rival(a_peer(), virtual_interface_state="deleted"),
        a_rival(a_peer(), virtual_interface_id=VIF),
        a_rival(a_peer(amazon_address="", customer_address="not an address")),
    ],
    ids=[
        *("the next /31", "another family", "all of another family", "a deleted peer"),
        *("a deleted rival", "the VIF itself", "no address at all"),
    ],
)
def test_addresses_that_do_not_meet_are_free(other: VirtualInterface) -> None:
    assert codes(beside(other)) == []


def test_each_rival_is_named() -> None:
    # given
    second = a_rival(vlan=101, virtual_interface_id="dxvif-cccc0003")
    # when
    found = findings(beside(a_rival(a_peer(), vlan=101), second))
    # then
    assert [(finding.code, finding.message.count("dxvif-")) for finding in found] == [
        ("VLAN_TAKEN", 1),
        ("VLAN_TAKEN", 1),
        ("ADDRESS_TAKEN", 1),
    ]


# What is only worth knowing.


@pytest.mark.parametrize("status", ["down", "unknown", "levitating"])
def test_a_vif_without_a_peer_that_is_up_is_moved_with_a_warning(status: str) -> None:
    finding = only(a_network(virtual_interface=a_vif(a_peer(bgp_status=status))))
    assert (finding.code, finding.severity) == ("NO_PEER_UP", Severity.WARN)


def test_a_peer_on_its_way_out_does_not_count_as_up() -> None:
    leaving = a_peer(bgp_peer_state="deleting")
    vif = a_vif(leaving, an_ipv6_peer(bgp_status="down"))
    assert codes(a_network(virtual_interface=vif)) == ["NO_PEER_UP"]


def test_one_peer_that_is_up_is_enough() -> None:
    vif = a_vif(a_peer(bgp_status="down"), an_ipv6_peer())
    assert codes(a_network(virtual_interface=vif)) == []


def test_routes_that_can_not_be_read_are_a_warning() -> None:
    finding = only(a_network(routes=None, routes_unreadable="AccessDenied: no"))
    assert (finding.code, finding.severity) == ("ROUTES_NOT_CHECKED", Severity.WARN)
    assert "AccessDenied: no" in finding.message


def test_routes_too_many_to_name_are_mentioned() -> None:
    named, counted = a_route_set("10.0.0.0/8", direction="advertised"), a_route_set(count=2000)
    finding = only(a_network(routes=(named, counted)))
    assert (finding.code, finding.severity) == ("ROUTES_COUNTED_ONLY", Severity.INFO)
    assert finding.message.startswith("ipv4 accepted: 2000 routes or more")


# Nothing that Direct Connect might answer brings preflight down.

WORDS = st.sampled_from(["", "available", "down", "deleted", "up", "ipv4", "ipv6", "x"]) | st.text()
ADDRESSES = (
    st.sampled_from(["", "169.254.1.1/30", "169.254.1.1/99", "fe80::1%eth0/64", "::/0", "0/0"])
    | st.ip_addresses().map(str)
    | st.text()
)
IDS = st.sampled_from([VIF, RIVAL, "", "?"])
NUMBERS = st.integers(-1, 2**40)


def some(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Draw a dict that has some of the fields; any of them may be null."""
    return st.fixed_dictionaries(
        {}, optional={name: st.none() | value for name, value in fields.items()}
    )


PEERS = some(
    addressFamily=WORDS,
    amazonAddress=ADDRESSES,
    customerAddress=ADDRESSES,
    asn=NUMBERS,
    asnLong=NUMBERS,
    bgpPeerState=WORDS,
    bgpStatus=WORDS,
    surprise=WORDS,
)
VIFS = st.builds(
    lambda name, fields: VirtualInterface.model_validate({**fields, "virtualInterfaceId": name}),
    IDS,
    some(
        virtualInterfaceState=WORDS,
        connectionId=IDS,
        region=WORDS,
        vlan=NUMBERS,
        bgpPeers=st.lists(PEERS, max_size=3),
    ),
)
PORTS = st.builds(
    lambda fields: Connection.model_validate({**fields, "connectionId": "dxcon-x"}),
    some(connectionState=WORDS, lagId=WORDS, vlan=NUMBERS, region=WORDS),
) | st.builds(
    lambda fields: Lag.model_validate({**fields, "lagId": "dxlag-x"}),
    some(lagState=WORDS, region=WORDS),
)
NETWORKS = st.builds(
    a_network,
    virtual_interface=st.none() | VIFS,
    source=st.none() | PORTS,
    target=st.none() | PORTS,
    on_target=st.lists(VIFS, max_size=3).map(tuple),
    routes=st.none() | st.just((a_route_set(count=2000),)),
    routes_unreadable=st.none() | WORDS,
)


@settings(deadline=None)
@given(network=NETWORKS, opens=st.integers(-5000, 5000))
def test_no_network_is_too_odd_to_be_judged(network: Network, opens: int) -> None:
    found = findings(network, window=window(opens, opens + 3000))
    known = {rule.code: rule.severity for rule in RULES}
    assert all(known[finding.code] is finding.severity for finding in found)
    assert [f.severity for f in found] == sorted(
        (f.severity for f in found), key=list(Severity).index
    )


@settings(deadline=None)
@given(network=NETWORKS, minutes=st.integers(0, 600))
def test_without_a_window_the_hour_does_not_matter(network: Network, minutes: int) -> None:
    now = START + timedelta(minutes=minutes)
    move = Move(request=a_request(), network=network, now=now)
    assert preflight(move) == preflight(move.model_copy(update={"now": START}))
