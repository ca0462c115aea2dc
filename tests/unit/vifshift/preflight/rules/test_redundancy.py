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
    a_sibling,
    a_vif,
    an_ipv6_peer,
)
from tests.unit.vifshift.judging import codes, findings, only
from vifshift.domain.findings import Severity
from vifshift.domain.network import Network, VirtualInterface


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


def test_a_sibling_that_is_on_its_way_is_judged_once_the_gateway_is_locked() -> None:
    network = a_network(siblings=(a_sibling(virtual_interface_state="pending"),))
    assert codes(network) == []
    assert codes(network, is_recheck=True) == ["NO_REDUNDANT_PATH"]


def test_an_acknowledgement_by_nobody_in_particular_is_that_of_the_request() -> None:
    finding = only(a_network(siblings=()), acknowledge=["NO_REDUNDANT_PATH"])
    assert finding.acknowledged_by == "the request"


def test_a_vif_without_a_gateway_has_no_other_path() -> None:
    network = a_network(virtual_interface=a_vif(direct_connect_gateway_id=""), siblings=())
    assert "no gateway" in only(network).message


@pytest.mark.parametrize(
    "siblings",
    [
        (a_sibling(),),
        (a_sibling(virtual_interface_state="down"), a_sibling()),
        (a_sibling(a_peer(bgp_status="down"), an_ipv6_peer()),),
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
    ("network", "expected"),
    [
        (spread(("d1", "A"), ("d1", "A")), ["DEVICE_SHARED", "NO_DIVERSITY"]),
        (spread(("d1", "A"), ("d1", "A"), ("d2", "B")), ["DEVICE_SHARED"]),
        (spread(("d1", "A"), ("d2", "A")), ["NO_DIVERSITY"]),
        (spread(("d1", "A"), ("d2", "A"), ("d3", "B")), []),
        (spread(("d1", "A"), ("d2", "B")), []),
        (spread(("", ""), ("", "")), []),
        (spread(("d1", ""), ("", "")), []),
    ],
    ids=[
        *("one device", "one of two on the device", "one location", "one of two at the location"),
        *("apart", "not told", "half told"),
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
