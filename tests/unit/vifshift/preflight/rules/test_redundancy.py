"""The rules about the other paths."""

import pytest

from tests.unit.vifshift.fakes import (
    ACCOUNT,
    REGION,
    SIBLING,
    VIF,
    a_lag,
    a_network,
    a_peer,
    a_route_set,
    a_sibling,
    a_vif,
    an_ipv6_peer,
)
from tests.unit.vifshift.judging import a_move, codes, findings, only
from vifshift.domain.findings import Severity
from vifshift.domain.network import Network, VirtualInterface
from vifshift.domain.other_paths import OtherPaths
from vifshift.domain.path_comparison import compare_path
from vifshift.domain.plan_effects import PlanEffect, PlanEffects, Stage
from vifshift.domain.routes import RouteSet
from vifshift.preflight.checks import preflight
from vifshift.preflight.rules.redundancy import another_path_is_up


@pytest.mark.parametrize(
    ("siblings", "said"),
    [
        ((), f"{VIF} is the only virtual interface of gw-1"),
        ((a_sibling(virtual_interface_state="down"),), f"{SIBLING} (down)"),
        ((a_sibling(a_peer(bgp_status="down")),), f"{SIBLING} (available)"),
        ((a_sibling(a_peer(bgp_status="unknown")),), f"{SIBLING} (available)"),
        ((a_sibling(a_peer(bgp_peer_state="deleting")),), f"{SIBLING} (available)"),
        ((a_sibling(virtual_interface_state="testing"),), f"{SIBLING} (testing)"),
        ((a_sibling(virtual_interface_state="deleting"),), "the only virtual interface"),
        ((a_sibling(virtual_interface_state="deleted"),), "the only virtual interface"),
        ((a_vif(),), "the only virtual interface"),
    ],
    ids=[
        *("none", "down", "BGP down", "BGP unknown", "a peer on its way out", "testing"),
        *("deleting", "deleted", "itself"),
    ],
)
def test_without_another_path_nothing_moves_unless_that_is_acknowledged(
    siblings: tuple[VirtualInterface, ...], said: str
) -> None:
    # given
    network = a_network(siblings=siblings)
    # when
    refused = only(network)
    accepted = only(network, acknowledge=["NO_REDUNDANT_PATH"], requestedBy="ana")
    # then
    assert (refused.code, refused.severity) == ("NO_REDUNDANT_PATH", Severity.BLOCK)
    assert said in refused.message
    assert refused.blocks
    assert (accepted.acknowledged_by, accepted.blocks) == ("ana", False)


@pytest.mark.parametrize(
    ("state", "is_ours", "asked", "is_waited_for"),
    [
        ("pending", True, {}, True),
        ("pending", True, {"is_recheck": True}, False),
        ("pending", True, {"dryRun": True}, False),
        ("pending", False, {}, False),
        ("testing", True, {}, False),
        ("down", True, {}, False),
    ],
    ids=["ours", "once locked", "dry run", "moved by others", "in a failover test", "it failed"],
)
def test_only_a_sibling_that_this_stack_moves_is_waited_for(
    state: str, is_ours: bool, asked: dict[str, bool], is_waited_for: bool
) -> None:
    moved = frozenset({SIBLING} if is_ours else ())
    network = a_network(
        siblings=(a_sibling(virtual_interface_state=state),),
        other_paths=OtherPaths(moved_here=moved),
    )
    found = codes(network, **asked)
    assert found == ([] if is_waited_for else ["NO_REDUNDANT_PATH"])


@pytest.mark.parametrize("is_dry_run", [False, True])
def test_a_plan_waits_for_what_this_stack_moves_unless_it_is_a_dry_run(is_dry_run: bool) -> None:
    network = a_network(
        siblings=(a_sibling(virtual_interface_state="pending"),),
        other_paths=OtherPaths(moved_here=frozenset({SIBLING})),
    )
    move = a_move(network, dryRun=is_dry_run).model_copy(update={"is_projected": True})
    found = [each.code for each in preflight(move)]
    assert found == (["NO_REDUNDANT_PATH", "MAKE_BEFORE_BREAK"] if is_dry_run else [])


def test_an_acknowledgement_by_nobody_in_particular_is_that_of_the_request() -> None:
    finding = only(a_network(siblings=()), acknowledge=["NO_REDUNDANT_PATH"])
    assert finding.acknowledged_by == "the request"


def test_a_vif_without_a_gateway_has_no_other_path() -> None:
    network = a_network(virtual_interface=a_vif(direct_connect_gateway_id=""), siblings=())
    assert "no gateway" in only(network).message


def test_of_a_vif_whose_gateway_is_not_shown_no_other_path_is_known() -> None:
    hosted = a_vif(direct_connect_gateway_id="", owner_account="444455556666")
    network = a_network(virtual_interface=hosted, siblings=(), routes=(V4,), caller_account=ACCOUNT)
    finding = only(network)
    assert (finding.code, finding.severity) == ("NO_REDUNDANT_PATH", Severity.BLOCK)
    assert finding.message == (
        f"the gateway of {VIF} is not shown, since 444455556666 owns it: whether there is another "
        "path is not known; it carries ipv4 accepted: 10.0.0.0/8, 172.16.0.0/12"
    )


@pytest.mark.parametrize(
    "siblings",
    [
        (a_sibling(),),
        (a_sibling(virtual_interface_state="down"), a_sibling()),
        (a_sibling(a_peer(), an_ipv6_peer(bgp_status="down")),),
    ],
    ids=["up", "one of two up", "one of two peers up"],
)
def test_one_path_that_is_up_is_enough(siblings: tuple[VirtualInterface, ...]) -> None:
    assert codes(a_network(siblings=siblings)) == []


def test_a_sole_public_vif_is_warned_of() -> None:
    vif = a_vif(virtual_interface_type="public", owner_account=ACCOUNT, region=REGION)
    found = {each.code: each for each in findings(a_network(virtual_interface=vif, siblings=()))}
    finding = found["NO_REDUNDANT_PATH"]
    assert (finding.severity, finding.blocks) == (Severity.WARN, False)
    assert finding.message == (
        f"{VIF} is the only public virtual interface of {ACCOUNT} in {REGION}"
    )


@pytest.mark.parametrize(("state", "is_warned"), [("available", False), ("down", True)])
def test_public_vifs_back_each_other_up(state: str, is_warned: bool) -> None:
    vif = a_vif(virtual_interface_type="public")
    other = a_sibling(virtual_interface_type="public", virtual_interface_state=state)
    found = codes(a_network(virtual_interface=vif, siblings=(other,)))
    assert ("NO_REDUNDANT_PATH" in found) is is_warned


def test_of_very_many_siblings_a_few_are_named() -> None:
    siblings = tuple(
        a_sibling(virtual_interface_id=f"dxvif-{number:08}", virtual_interface_state="down")
        for number in range(1000)
    )
    assert only(a_network(siblings=siblings)).message.endswith("and 995 more")
    assert only(a_network(siblings=siblings[:6])).message.endswith("and 1 more")
    assert only(a_network(siblings=siblings[:5])).message.endswith("(down)")


# What the paths carry.

V4 = a_route_set("10.0.0.0/8", "172.16.0.0/12")
OUT = a_route_set("192.168.0.0/16", direction="advertised")
V6 = a_route_set("2001:db8::/32", family="ipv6")


def carrying(
    mine: tuple[RouteSet, ...], *theirs: tuple[RouteSet, ...], families: str = "both"
) -> Network:
    """Build a network whose siblings carry these routes."""
    peers = (a_peer(), an_ipv6_peer(bgp_status="up" if families == "both" else "down"))
    others = tuple(
        a_sibling(*peers, virtual_interface_id=f"dxvif-{number:08}")
        for number in range(len(theirs))
    )
    compared = {
        other.virtual_interface_id: compare_path(mine, routes)
        for other, routes in zip(others, theirs, strict=True)
    }
    return a_network(
        virtual_interface=a_vif(a_peer(), an_ipv6_peer()),
        siblings=others,
        routes=mine,
        other_paths=OtherPaths(compared=compared),
    )


@pytest.mark.parametrize(
    ("theirs", "expected"),
    [
        ([(V4, OUT, V6)], []),
        ([(OUT, V6)], ["NO_REDUNDANT_PATH"]),
        ([(V4, V6)], ["NO_REDUNDANT_PATH"]),
        ([(V4, OUT)], ["NO_REDUNDANT_PATH"]),
        ([()], ["NO_REDUNDANT_PATH"]),
        ([(a_route_set("10.0.0.0/8"), OUT, V6)], ["NO_REDUNDANT_PATH"]),
        ([(V4,), (OUT, V6)], ["OTHER_PATHS_CARRY_LESS"]),
        ([(V4,), (OUT,)], ["NO_REDUNDANT_PATH"]),
        ([(V4,), (V4, OUT, V6)], []),
        ([(a_route_set("0.0.0.0/0"), OUT, V6)], []),
    ],
    ids=[
        *("the same", "no accepted", "no advertised", "no IPv6", "nothing", "a part"),
        *("together", "not even together", "one has all", "a default route"),
    ],
)
def test_redundancy_is_judged_by_prefix(
    theirs: list[tuple[RouteSet, ...]], expected: list[str]
) -> None:
    assert codes(carrying((V4, OUT, V6), *theirs)) == expected


def test_what_would_be_cut_off_is_named_by_family_and_direction() -> None:
    many = a_route_set(*(f"10.{number}.0.0/16" for number in range(9)))
    finding = only(carrying((many, OUT, V6), (OUT,)))
    assert finding.message == (
        "no other virtual interface of gw-1 carries ipv4 accepted: 10.0.0.0/16, 10.1.0.0/16, "
        "10.2.0.0/16, 10.3.0.0/16 and 5 more; ipv6 accepted: 2001:db8::/32: dxvif-00000000 "
        "(available)"
    )


def test_where_the_vif_is_alone_its_prefixes_are_named() -> None:
    finding = only(a_network(siblings=(), routes=(V4, OUT)))
    assert finding.message == (
        f"{VIF} is the only virtual interface of gw-1: nothing else carries ipv4 accepted: "
        "10.0.0.0/8, 172.16.0.0/12; ipv4 advertised: 192.168.0.0/16"
    )


def test_the_difference_between_paths_is_named() -> None:
    finding = only(carrying((V4, OUT), (V4,), (OUT,)))
    assert finding.severity is Severity.WARN
    assert finding.message == (
        "each prefix has another path, but none carries all: dxvif-00000000 lacks ipv4 advertised: "
        "192.168.0.0/16; dxvif-00000001 lacks ipv4 accepted: 10.0.0.0/8, 172.16.0.0/12"
    )


def test_an_ipv6_prefix_needs_an_ipv6_peer_that_is_up() -> None:
    network = carrying((V4, V6), (V4, V6), families="ipv4")
    finding = only(network)
    assert (finding.code, finding.severity) == ("NO_REDUNDANT_PATH", Severity.BLOCK)
    assert "ipv6 accepted: 2001:db8::/32" in finding.message
    assert "10.0.0.0/8" not in finding.message


def test_a_family_that_carries_nothing_now_is_worth_a_warning_only() -> None:
    finding = only(carrying((V4,), (V4,), families="ipv4"))
    assert (finding.code, finding.severity) == ("OTHER_PATHS_CARRY_LESS", Severity.WARN)
    assert "ipv6, which carries no prefix now" in finding.message


@pytest.mark.parametrize(
    ("routes", "problem", "families", "expected"),
    [
        (None, "denied", "both", ["ROUTES_NOT_CHECKED"]),
        (None, "denied", "ipv4", ["NO_REDUNDANT_PATH", "ROUTES_NOT_CHECKED"]),
        (None, None, "both", []),
        (None, None, "ipv4", ["NO_REDUNDANT_PATH"]),
        ((), None, "ipv4", ["NO_REDUNDANT_PATH"]),
    ],
)
def test_where_the_vifs_own_routes_are_not_known_family_and_bgp_decide(
    routes: tuple[RouteSet, ...] | None, problem: str | None, families: str, expected: list[str]
) -> None:
    network = carrying((), (), families=families).model_copy(
        update={"routes": routes, "routes_unreadable": problem}
    )
    assert codes(network) == expected


def test_a_sibling_whose_routes_can_not_be_read_is_judged_by_bgp_and_said() -> None:
    network = carrying((V4,), (V4,))
    unread = OtherPaths(unreadable={"dxvif-00000000": "denied"})
    finding = only(network.model_copy(update={"other_paths": unread}))
    assert (finding.code, finding.severity) == ("OTHER_PATHS_NOT_COMPARED", Severity.WARN)
    assert "dxvif-00000000 can't be read" in finding.message
    assert "judged by BGP and address family alone: denied" in finding.message


def test_routes_that_are_only_counted_could_not_be_compared_by_name() -> None:
    many = a_route_set(count=1000)
    [compared] = [
        each for each in findings(carrying((many,), (many,))) if each.code.startswith("O")
    ]
    assert compared.code == "OTHER_PATHS_NOT_COMPARED"
    assert "could not be compared by name" in compared.message


def test_one_path_that_carries_all_makes_comparing_others_needless() -> None:
    many = a_route_set(count=1000)
    assert "OTHER_PATHS_NOT_COMPARED" not in codes(carrying((V4,), (many,), (V4,)))


# What is dead.

DOWN = a_peer(bgp_status="down")


@pytest.mark.parametrize(
    ("vif", "severity"),
    [
        (a_vif(DOWN, virtual_interface_state="down"), Severity.WARN),
        (a_vif(DOWN), Severity.WARN),
        (a_vif(a_peer(bgp_status="unknown"), virtual_interface_state="down"), Severity.WARN),
        (a_vif(a_peer(bgp_status="unknown")), Severity.BLOCK),
        (a_vif(DOWN, an_ipv6_peer()), Severity.BLOCK),
    ],
    ids=["down", "BGP down", "down and unknown", "not known", "one of two up"],
)
def test_a_vif_that_carries_nothing_can_be_rescued(
    vif: VirtualInterface, severity: Severity
) -> None:
    found = {each.code: each for each in findings(a_network(virtual_interface=vif, siblings=()))}
    assert found["NO_REDUNDANT_PATH"].severity is severity


# Where the paths are.


def spread(target: tuple[str, str], *siblings: tuple[str, str]) -> Network:
    """Build a network with its target and siblings on these devices, at these locations."""
    return a_network(
        target=a_lag(aws_logical_device_id=target[0], location=target[1]),
        siblings=tuple(
            a_sibling(aws_logical_device_id=device, location=location)
            for device, location in siblings
        ),
    )


@pytest.mark.parametrize(
    ("target", "sibling", "expected"),
    [
        (("", "v1"), ("", "v1"), ["DEVICE_SHARED", "NO_DIVERSITY"]),
        (("d1", "v1"), ("", "v1"), ["DEVICE_SHARED", "NO_DIVERSITY"]),
        (("", "v1"), ("", "v2"), []),
        (("d1", "v1"), ("d2", "v1"), []),
        (("d1", "v1"), ("d1", "v2"), ["DEVICE_SHARED", "NO_DIVERSITY"]),
        (("d1", ""), ("", "v1"), ["DEVICES_NOT_COMPARED"]),
    ],
)
def test_devices_are_compared_by_the_logical_id_else_by_the_endpoint_that_both_have(
    target: tuple[str, str], sibling: tuple[str, str], expected: list[str]
) -> None:
    network = a_network(
        target=a_lag(aws_logical_device_id=target[0], aws_device_v2=target[1], location="A"),
        siblings=(
            a_sibling(aws_logical_device_id=sibling[0], aws_device_v2=sibling[1], location="B"),
        ),
    )
    assert codes(network) == expected


@pytest.mark.parametrize(
    ("network", "expected"),
    [
        (spread(("d1", "A"), ("d1", "A")), ["DEVICE_SHARED", "NO_DIVERSITY"]),
        (spread(("d1", "A"), ("d1", "A"), ("d2", "B")), ["DEVICE_SHARED"]),
        (spread(("d1", "A"), ("d2", "A")), ["NO_DIVERSITY"]),
        (spread(("d1", "A"), ("d2", "A"), ("d3", "B")), []),
        (spread(("d1", "A"), ("d2", "B")), []),
        (spread(("", ""), ("", "")), ["DEVICES_NOT_COMPARED"]),
        (spread(("d1", ""), ("", "")), ["DEVICES_NOT_COMPARED"]),
        (spread(("d1", "A"), ("d1", "A"), ("", "")), ["DEVICE_SHARED", "DEVICES_NOT_COMPARED"]),
    ],
    ids=[
        *("one device", "one of two on the device", "one location", "one of two at the location"),
        *("apart", "not told", "half told", "one of two not told"),
    ],
)
def test_paths_that_fail_together_are_worth_a_warning(
    network: Network, expected: list[str]
) -> None:
    found = findings(network)
    assert [finding.code for finding in found] == expected
    assert all(finding.severity is Severity.WARN for finding in found)
    assert all(SIBLING in finding.message for finding in found)


def test_a_sibling_that_is_down_shares_nothing() -> None:
    down = a_sibling(a_peer(bgp_status="down"), aws_logical_device_id="d1", location="A")
    up = a_sibling(aws_logical_device_id="d2", location="B")
    target = a_lag(aws_logical_device_id="d1", location="A")
    assert codes(a_network(target=target, siblings=(down, up))) == []


def test_a_sibling_that_is_down_adds_no_diversity() -> None:
    down = a_sibling(a_peer(bgp_status="down"), aws_logical_device_id="d2", location="B")
    up = a_sibling(aws_logical_device_id="d1", location="A")
    target = a_lag(aws_logical_device_id="d1", location="A")
    network = a_network(target=target, siblings=(down, up))
    assert codes(network) == ["DEVICE_SHARED", "NO_DIVERSITY"]


# The gateway.


@pytest.mark.parametrize("state", ["attaching", "detaching", "detached", "levitating", ""])
def test_a_vif_that_is_not_attached_to_its_gateway_blocks(state: str) -> None:
    finding = only(a_network(attachment_state=state))
    assert (finding.code, finding.severity) == ("GATEWAY_NOT_ATTACHED", Severity.BLOCK)
    assert "gw-1" in finding.message


@pytest.mark.parametrize("state", ["attached", None])
def test_an_attachment_that_is_there_or_is_none_is_fine(state: str | None) -> None:
    assert codes(a_network(attachment_state=state)) == []


@pytest.mark.parametrize("is_up", [True, False])
def test_a_later_move_brings_up_only_what_is_down(is_up: bool) -> None:
    network = carrying((V4, OUT, V6), (OUT,))
    [other] = network.siblings
    state = "available" if is_up else "down"
    siblings = (other.model_copy(update={"virtual_interface_state": state}),)
    effects = PlanEffects(
        of={other.virtual_interface_id: PlanEffect(number=2, stage=Stage.TO_COME)}
    )
    move = a_move(network.model_copy(update={"siblings": siblings}))

    [said] = another_path_is_up(move.model_copy(update={"plan_effects": effects}))

    assert ("move 2 may bring one up" in said) is not is_up
