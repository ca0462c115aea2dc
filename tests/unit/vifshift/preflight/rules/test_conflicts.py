"""The rules about what is taken on the target."""

from ipaddress import ip_interface

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.vifshift.fakes import RIVAL, VIF, a_peer, a_rival, a_vif, an_ipv6_peer
from tests.unit.vifshift.judging import beside, codes, findings, only
from vifshift.domain.network import VirtualInterface
from vifshift.preflight.rules.conflicts import Ranges


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


def test_a_peer_on_its_way_out_still_holds_its_addresses() -> None:
    rival = a_rival(a_peer(bgp_peer_state="deleting"))
    assert codes(beside(rival)) == ["ADDRESS_TAKEN"]


def test_one_address_family_of_two_is_enough_to_conflict() -> None:
    network = beside(a_rival(an_ipv6_peer()), virtual_interface=a_vif(a_peer(), an_ipv6_peer()))
    assert "2001:db8::/125" in only(network).message


def test_a_network_inside_one_of_its_own_is_found_behind_it() -> None:
    # given
    wide = a_peer(amazon_address="10.0.0.1/8", customer_address="10.0.0.1/30")
    rival = a_rival(a_peer(amazon_address="10.200.0.1/30", customer_address="10.200.0.2/30"))
    # when
    finding = only(beside(rival, virtual_interface=a_vif(wide)))
    # then
    assert "10.0.0.0/8 overlaps 10.200.0.0/30" in finding.message


def test_very_many_conflicts_are_counted() -> None:
    # given
    rivals = [
        a_rival(vlan=101, virtual_interface_id=f"dxvif-{number:08}", virtual_interface_type="x")
        for number in range(30)
    ]
    # when
    found = findings(beside(*rivals))
    # then
    assert [finding.code for finding in found] == ["VLAN_TAKEN"] * 21
    assert found[-1].message == "and 10 more"


IPV4 = st.ip_addresses(v=4).flatmap(
    lambda address: st.integers(0, 32).map(lambda length: f"{address}/{length}")
)


@given(own=st.lists(IPV4, min_size=1, max_size=4), theirs=IPV4)
def test_overlaps_are_those_that_python_knows(own: list[str], theirs: str) -> None:
    # given
    networks = {ip_interface(address).network for address in own}
    other = ip_interface(theirs).network
    # when
    found = Ranges(networks).overlapping(other)
    # then
    assert (found is not None) == any(network.overlaps(other) for network in networks)
    assert found is None or found.overlaps(other)
