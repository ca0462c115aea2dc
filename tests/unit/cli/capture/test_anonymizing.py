"""What identifies a network is replaced, and how its parts relate stays."""

import ipaddress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cli.capture.anonymizing import Anonymizer

KEY = bytes(range(32))
PREFIXES = st.tuples(st.ip_addresses(v=4), st.integers(min_value=0, max_value=32)) | st.tuples(
    st.ip_addresses(v=6), st.integers(min_value=0, max_value=128)
)


def anonymous(value: Any, name: str = "") -> Any:
    return Anonymizer(KEY).whole(value, name)


def prefix(drawn: Any) -> Any:
    return ipaddress.ip_network(f"{drawn[0]}/{drawn[1]}", strict=False)


@given(PREFIXES, PREFIXES)
def test_a_prefix_contains_what_it_contained(one: Any, other: Any) -> None:
    first, second = prefix(one), prefix(other)
    anonymizer = Anonymizer(KEY)
    a, b = (ipaddress.ip_network(anonymizer.whole(str(each), "cidr")) for each in (first, second))
    if first.version == second.version:
        assert a.overlaps(b) == first.overlaps(second)
    assert (a.prefixlen, b.prefixlen) == (first.prefixlen, second.prefixlen)


@given(PREFIXES, st.integers(min_value=0, max_value=128))
def test_what_is_in_a_prefix_stays_in_it(drawn: Any, more: int) -> None:
    inner = prefix(drawn)
    outer = inner.supernet(new_prefix=min(inner.prefixlen, more))
    anonymizer = Anonymizer(KEY)
    a, b = (ipaddress.ip_network(anonymizer.whole(str(each), "cidr")) for each in (inner, outer))
    assert a.network_address in b
    assert a.prefixlen >= b.prefixlen


def test_both_ends_of_a_session_stay_in_one_network() -> None:
    anonymizer = Anonymizer(KEY)
    for one, other in (
        ("169.254.1.1/30", "169.254.1.2/30"),
        ("2001:db8:0:1::1/125", "2001:db8:0:1::6/125"),
    ):
        ends = [
            ipaddress.ip_interface(anonymizer.whole(each, "customerAddress"))
            for each in (one, other)
        ]
        assert ends[0].network == ends[1].network
        assert ends[0].ip != ends[1].ip


@pytest.mark.parametrize("network", ["10.0.0.0/8", "192.168.1.0/24", "fd00::/8", "0.0.0.0/0"])
def test_a_private_prefix_stays_private(network: str) -> None:
    replaced = ipaddress.ip_network(anonymous(network, "cidr"))
    assert replaced.is_private == ipaddress.ip_network(network).is_private


def test_the_same_is_replaced_by_the_same_and_nothing_stays() -> None:
    vif = {
        "virtualInterfaceId": "dxvif-fg1hhgb4",
        "virtualInterfaceName": "Frankfurt 1",
        "connectionId": "dxcon-ffabc123",
        "ownerAccount": "444455556666",
        "directConnectGatewayId": "5f294f92-bafb-4011-916d-9b0bdc4efe54",
        "asnLong": 65001,
        "location": "EqFA5",
        "tags": [{"key": "owner", "value": "ana"}],
        "routes": {"accepted": ["203.0.113.0/24", {"cidr": "198.51.100.0/24", "asPath": [65001]}]},
    }
    connection = {"connectionId": "dxcon-ffabc123", "connectionName": "Frankfurt 1"}
    group = {"connections": {"dxcon-ffabc123": "associated"}}
    event = {"entities": ["arn:aws:directconnect:eu-central-1:444455556666:dxcon/dxcon-ffabc123"]}
    found = anonymous({"vifs": [vif], "ports": [connection], "groups": [group], "event": event})
    port = found["ports"][0]["connectionId"]
    assert found["vifs"][0]["connectionId"] == port
    assert found["groups"][0]["connections"] == {port: "associated"}
    assert found["event"]["entities"][0].endswith(f"dxcon/{port}")
    text = str(found)
    for told in (
        "fg1hhgb4",
        "ffabc123",
        "Frankfurt",
        "444455556666",
        "5f294f92",
        "65001",
        "EqFA5",
        "owner'",
        "ana'",
        "203.0.113",
        "198.51.100",
    ):
        assert told not in text.replace("ownerAccount", ""), told


def test_what_is_amazons_stays() -> None:
    assert anonymous(64512, "amazonSideAsn") == 64512
    assert anonymous(0, "asn") == 0
    assert anonymous({"communities": ["7224:7100", "65001:9"]})["communities"][0] == "7224:7100"
    assert anonymous(4_200_000_777, "asnLong") > 65_535
    assert anonymous({"vlan": 101, "mtu": 8500}) == {"vlan": 101, "mtu": 8500}
