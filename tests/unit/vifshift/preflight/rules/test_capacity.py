"""The rules about room on the target."""

from typing import Any

import pytest

from tests.unit.vifshift.fakes import (
    TARGET,
    a_hosted_connection,
    a_lag,
    a_landed_vif,
    a_network,
    a_peer,
    a_rival,
    a_vif,
)
from tests.unit.vifshift.judging import beside, codes, findings, only
from vifshift.domain.findings import Quotas, Severity
from vifshift.domain.network import Network, VirtualInterface


def rivals(number: int, kind: str, **fields: Any) -> tuple[VirtualInterface, ...]:
    """Build so many VIFs of a kind; their addresses are of no matter here."""
    return tuple(
        a_rival(
            a_peer(amazon_address="", customer_address=""),
            virtual_interface_id=f"dxvif-{kind}{index:06}",
            virtual_interface_type=kind,
            vlan=1000 + index,
            **fields,
        )
        for index in range(number)
    )


def full_of(number: int, kind: str, moving: str, **fields: Any) -> Network:
    vif = a_vif(virtual_interface_type=moving)
    return a_network(virtual_interface=vif, on_target=rivals(number, kind, **fields))


@pytest.mark.parametrize(
    ("number", "kind", "moving", "said"),
    [
        (50, "private", "private", "50 of 50 private and public"),
        (50, "public", "private", "50 of 50 private and public"),
        (4, "transit", "transit", "4 of 4 transit"),
        (51, "private", "transit", "51 of 51 virtual interfaces in total"),
        (51, "levitating", "private", "51 of 51 virtual interfaces in total"),
    ],
)
def test_a_target_without_room_blocks(number: int, kind: str, moving: str, said: str) -> None:
    finding = only(full_of(number, kind, moving))
    assert (finding.code, finding.severity) == ("VIRTUAL_INTERFACE_QUOTA", Severity.BLOCK)
    assert f"{TARGET} carries {said}" in finding.message


@pytest.mark.parametrize(
    ("number", "kind", "moving"),
    [(49, "private", "private"), (3, "transit", "transit"), (50, "private", "transit")],
)
def test_the_last_room_may_be_taken(number: int, kind: str, moving: str) -> None:
    assert codes(full_of(number, kind, moving)) == []


def test_deleted_vifs_take_no_room_and_those_on_their_way_out_do() -> None:
    assert codes(full_of(4, "transit", "transit", virtual_interface_state="deleted")) == []
    assert codes(full_of(4, "transit", "transit", virtual_interface_state="deleting")) == [
        "VIRTUAL_INTERFACE_QUOTA"
    ]


def test_quotas_are_those_of_the_settings() -> None:
    # given
    network = full_of(48, "private", "private")
    # when
    finding = only(network, quotas=Quotas(private_or_public_per_port=48))
    # then
    assert "48 of 48" in finding.message


def test_a_vif_that_is_there_already_needs_no_room() -> None:
    vif = a_landed_vif(rate_limit="1Gbps", mtu=8500)
    network = a_network(
        virtual_interface=vif,
        on_target=(vif, *rivals(4, "transit")),
        target=a_lag(jumbo_frame_capable=False, rate_limiter_status={"remaining": 0}),
    )
    assert codes(network) == []


# Hosted connections.


def test_a_hosted_connection_holds_one_vif() -> None:
    hosted = a_hosted_connection(TARGET)
    finding = only(beside(a_rival(), target=hosted))
    assert (finding.code, finding.severity) == ("HOSTED_CONNECTION_FULL", Severity.BLOCK)
    assert "1 of 1" in finding.message
    assert codes(beside(target=hosted)) == []
    assert codes(beside(a_rival(virtual_interface_state="deleted"), target=hosted)) == []


# Rate limiters.


@pytest.mark.parametrize(
    ("status", "others", "said"),
    [
        ({"remaining": 0, "inUse": 10}, 0, "has 0 rate limiters left, 10 in use"),
        ({"remaining": 0}, 0, "has 0 rate limiters left"),
        ({"inUse": 10}, 0, "uses 10 of 10"),
        (None, 10, "uses 10 of 10"),
        ({}, 10, "uses 10 of 10"),
    ],
)
def test_a_rate_limit_needs_a_rate_limiter(
    status: dict[str, int] | None, others: int, said: str
) -> None:
    network = a_network(
        virtual_interface=a_vif(rate_limit="1Gbps"),
        on_target=rivals(others, "private", rate_limit="50Mbps"),
        target=a_lag(rate_limiter_status=status),
    )
    finding = only(network)
    assert (finding.code, finding.severity) == ("RATE_LIMITERS_EXHAUSTED", Severity.BLOCK)
    assert said in finding.message


@pytest.mark.parametrize(
    ("status", "others", "limit"),
    [
        ({"remaining": 1}, 10, "1Gbps"),
        ({"inUse": 9}, 10, "1Gbps"),
        (None, 9, "1Gbps"),
        ({"remaining": 0}, 10, ""),
    ],
    ids=["one left", "one not in use", "nine others", "no limit to keep"],
)
def test_the_last_rate_limiter_may_be_taken(
    status: dict[str, int] | None, others: int, limit: str
) -> None:
    network = a_network(
        virtual_interface=a_vif(rate_limit=limit),
        on_target=rivals(others, "private", rate_limit="50Mbps"),
        target=a_lag(rate_limiter_status=status),
    )
    assert codes(network) == []


def test_a_hosted_connection_has_no_rate_limiter() -> None:
    hosted = a_hosted_connection(TARGET, rate_limiter_status={"remaining": 5})
    network = a_network(virtual_interface=a_vif(rate_limit="1Gbps"), target=hosted)
    assert codes(network) == ["RATE_LIMITERS_EXHAUSTED"]


# Prefixes.


@pytest.mark.parametrize("family", ["ipv4", "ipv6"])
@pytest.mark.parametrize(("left", "blocks"), [(99, True), (100, False), (None, False), (0, True)])
def test_the_prefixes_come_out_of_the_pool_of_their_family(
    family: str, left: int | None, blocks: bool
) -> None:
    vif = a_vif(**{f"prefix_pool_allocated_count_{family}": 100})
    unallocated: dict[str, Any] = {f"prefix_pool_unallocated_count_{family}": left}
    target = a_lag(**unallocated)
    found = findings(a_network(virtual_interface=vif, target=target))
    assert [finding.code for finding in found] == ["PREFIX_POOL_EXHAUSTED"] * blocks
    assert all(f"100 {family}" in f.message and f"{left} left" in f.message for f in found)


def test_the_pool_of_the_other_family_does_not_matter() -> None:
    vif = a_vif(prefix_pool_allocated_count_ipv4=100)
    target = a_lag(prefix_pool_unallocated_count_ipv4=100, prefix_pool_unallocated_count_ipv6=0)
    assert codes(a_network(virtual_interface=vif, target=target)) == []


# Frames.


@pytest.mark.parametrize(
    ("mtu", "is_capable", "expected"),
    [
        (8500, False, ["JUMBO_FRAMES"]),
        (9001, False, ["JUMBO_FRAMES"]),
        (8500, True, []),
        (8500, None, []),
        (1500, False, []),
    ],
)
def test_jumbo_frames_need_a_target_that_takes_them(
    mtu: int, is_capable: bool | None, expected: list[str]
) -> None:
    network = a_network(
        virtual_interface=a_vif(mtu=mtu), target=a_lag(jumbo_frame_capable=is_capable)
    )
    assert codes(network) == expected
