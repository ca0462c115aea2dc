"""The rules about the virtual interface."""

import pytest

from tests.unit.vifshift.fakes import (
    TARGET,
    VIF,
    a_connection,
    a_lag,
    a_landed_vif,
    a_network,
    a_peer,
    a_sibling,
    a_vif,
    an_ipv6_peer,
)
from tests.unit.vifshift.judging import codes, findings, only
from vifshift.domain.findings import Severity
from vifshift.domain.network import Network, VirtualInterface


def test_an_unknown_vif_blocks() -> None:
    finding = only(a_network(virtual_interface=None, source=None))
    assert finding.code == "VIRTUAL_INTERFACE_NOT_FOUND"
    assert VIF in finding.message


@pytest.mark.parametrize("state", ["available", "down"])
def test_a_vif_that_is_available_or_down_can_move(state: str) -> None:
    assert codes(a_network(virtual_interface=a_vif(virtual_interface_state=state))) == []


@pytest.mark.parametrize(
    "state",
    [
        *("confirming", "verifying", "pending", "deleting", "deleted", "rejected"),
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
    assert finding.message.startswith(f"{VIF} is already on {TARGET}, and is ")
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
    ("state", "said"),
    [
        ("confirming", "not accepted"),
        ("verifying", "public prefixes"),
        ("pending", "being created or moved"),
        ("deleting", "is being deleted"),
        ("deleted", "has been deleted"),
        ("rejected", "has rejected"),
        ("unknown", "does not know its state"),
        ("levitating", "does not know this state"),
    ],
)
def test_each_state_of_no_move_has_a_sentence_of_its_own(state: str, said: str) -> None:
    assert said in only(a_network(virtual_interface=a_vif(virtual_interface_state=state))).message


def test_a_failover_test_blocks() -> None:
    finding = only(a_network(virtual_interface=a_vif(virtual_interface_state="testing")))
    assert (finding.code, finding.severity) == ("FAILOVER_TEST_RUNNING", Severity.BLOCK)
    assert "StopBgpFailoverTest" in finding.remedy


def test_a_failover_test_of_a_sibling_is_none_of_this_one() -> None:
    siblings = (a_sibling(), a_sibling(virtual_interface_state="testing"))
    assert codes(a_network(siblings=siblings)) == []


# Who owns it.


def owned(vif: str, source: str, caller: str) -> Network:
    return a_network(
        virtual_interface=a_vif(owner_account=vif),
        source=a_connection(owner_account=source),
        caller_account=caller,
    )


def test_a_vif_of_others_on_a_connection_of_others_blocks() -> None:
    finding = findings(owned("1", "2", "3"))[0]
    assert (finding.code, finding.severity) == ("VIRTUAL_INTERFACE_NOT_OWNED", Severity.BLOCK)
    for account in ("belongs to 1", "to 2", "is 3"):
        assert account in finding.message


@pytest.mark.parametrize(
    ("vif", "source", "caller"),
    [("1", "2", "1"), ("1", "2", "2"), ("", "2", "3"), ("1", "", "3"), ("1", "2", "")],
)
def test_either_owner_may_move_it_and_an_owner_not_known_does_not_block(
    vif: str, source: str, caller: str
) -> None:
    assert "VIRTUAL_INTERFACE_NOT_OWNED" not in codes(owned(vif, source, caller))


def test_a_source_that_can_not_be_seen_does_not_tell_who_owns_it() -> None:
    network = a_network(virtual_interface=a_vif(owner_account="1"), source=None, caller_account="3")
    assert "VIRTUAL_INTERFACE_NOT_OWNED" not in codes(network)


# What is public.


def test_a_public_vif_may_be_verified_again() -> None:
    vif = a_vif(virtual_interface_type="public")
    finding = only(a_network(virtual_interface=vif, siblings=()))
    assert (finding.code, finding.severity) == ("PUBLIC_MAY_VERIFY_AGAIN", Severity.WARN)


@pytest.mark.parametrize("kind", ["private", "transit", "", "levitating"])
def test_no_other_vif_is_verified(kind: str) -> None:
    assert codes(a_network(virtual_interface=a_vif(virtual_interface_type=kind))) == []
