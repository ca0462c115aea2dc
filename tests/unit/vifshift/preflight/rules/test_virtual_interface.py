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
from vifshift.domain.observation import status_of


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
    network = a_network(virtual_interface=a_vif(virtual_interface_state=state))
    finding = only(network, is_recheck=True)
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
def test_a_vif_that_is_on_the_target_and_does_not_work_as_before_blocks(
    vif: VirtualInterface,
) -> None:
    up_before = frozenset(peer.key for peer in vif.live_peers)
    finding = only(a_network(virtual_interface=vif, source=a_lag(), up_before=up_before))
    assert (finding.code, finding.severity) == ("ALREADY_ON_TARGET", Severity.BLOCK)
    assert finding.message.startswith(f"{VIF} is already on {TARGET}, and is ")
    for peer in vif.live_peers:
        assert f"{peer.key} {peer.bgp_status}" in finding.message


def test_a_vif_in_a_state_of_no_move_is_also_said_to_be_on_the_target() -> None:
    vif = a_landed_vif(virtual_interface_state="pending")
    assert codes(a_network(virtual_interface=vif), is_recheck=True) == [
        "VIRTUAL_INTERFACE_STATE",
        "ALREADY_ON_TARGET",
    ]


def test_a_vif_that_is_on_its_way_is_waited_for_but_not_in_a_dry_run() -> None:
    for vif in (
        a_vif(virtual_interface_state="pending"),
        a_landed_vif(virtual_interface_state="pending"),
    ):
        network = a_network(virtual_interface=vif)
        assert codes(network) == []
        assert "VIRTUAL_INTERFACE_STATE" in codes(network, dryRun=True)


def test_a_peer_that_never_was_up_does_not_matter_on_the_target() -> None:
    vif = a_landed_vif(a_peer(), an_ipv6_peer(bgp_status="down"))
    up_before = frozenset([a_peer().key])
    assert codes(a_network(virtual_interface=vif, source=a_lag(), up_before=up_before)) == []
    assert codes(a_network(virtual_interface=vif, source=a_lag())) == []


@pytest.mark.parametrize(
    ("vif", "first", "holder", "said"),
    [
        (
            a_vif(connection_id="dxcon-other001"),
            a_vif(),
            "it was moved by execution run-2",
            "was on dxcon-source01 when it was first checked, and is on dxcon-other001 now: it was "
            "moved by execution run-2",
        ),
        (
            a_vif(),
            a_vif(virtual_interface_state="pending"),
            "",
            "was on its way to dxcon-source01 when it was first checked",
        ),
    ],
)
def test_a_vif_that_was_moved_since_the_first_check_blocks(
    vif: VirtualInterface, first: VirtualInterface, holder: str, said: str
) -> None:
    seen = {"is_recheck": True, "first_seen": status_of(first), "holder": holder}
    finding = only(a_network(virtual_interface=vif), **seen)
    assert (finding.code, finding.severity) == ("MOVED_MEANWHILE", Severity.BLOCK)
    assert finding.message.endswith(said)


def test_a_vif_that_was_in_the_hold_of_another_move_at_the_first_check_blocks() -> None:
    # given a VIF that had already landed where somebody else was moving it
    there = a_vif(connection_id="dxcon-other001")
    seen = {
        "is_recheck": True,
        "first_seen": status_of(there),
        "holder": "it was moved to dxcon-other001 by execution run-2",
    }
    # when
    finding = only(a_network(virtual_interface=there), moved_to="dxcon-other001", **seen)
    # then
    assert finding.code == "MOVED_MEANWHILE"
    assert finding.message.endswith(
        "was being moved to dxcon-other001 when it was first checked: it was moved to "
        "dxcon-other001 by execution run-2"
    )
    assert codes(a_network(virtual_interface=there), moved_to="dxcon-source01", **seen) == []


@pytest.mark.parametrize("vif", [a_vif(), a_landed_vif()])
def test_a_vif_that_is_where_it_was_or_where_it_is_to_go_does_not(vif: VirtualInterface) -> None:
    assert (
        codes(a_network(virtual_interface=vif), is_recheck=True, first_seen=status_of(a_vif()))
        == []
    )


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
    network = a_network(virtual_interface=a_vif(virtual_interface_state=state))
    assert said in only(network, is_recheck=True).message


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
    finding = only(a_network(virtual_interface=vif))
    assert (finding.code, finding.severity) == ("PUBLIC_MAY_VERIFY_AGAIN", Severity.WARN)


@pytest.mark.parametrize("kind", ["private", "transit", "", "levitating"])
def test_no_other_vif_is_verified(kind: str) -> None:
    assert codes(a_network(virtual_interface=a_vif(virtual_interface_type=kind))) == []
