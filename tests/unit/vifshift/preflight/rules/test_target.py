"""The rules about the target."""

from typing import Any

import pytest

from tests.unit.vifshift.fakes import (
    SOURCE,
    TARGET,
    VIF,
    a_connection,
    a_hosted_connection,
    a_lag,
    a_network,
    a_vif,
)
from tests.unit.vifshift.judging import codes, findings, only
from vifshift.domain.findings import Severity
from vifshift.domain.ports import Connection, Lag
from vifshift.preflight.rules.target import bandwidth


def test_an_unknown_target_blocks() -> None:
    finding = only(a_network(target=None))
    assert finding.code == "TARGET_NOT_FOUND"
    assert TARGET in finding.message


@pytest.mark.parametrize(
    "state", ["requested", "pending", "down", "deleting", "deleted", "rejected", "unknown", "new"]
)
@pytest.mark.parametrize("target", [a_connection("dxcon-target01"), a_lag()])
def test_a_target_that_is_not_available_blocks(target: Connection | Lag, state: str) -> None:
    finding = only(a_network(target=target.model_copy(update={"state": state})))
    assert finding.code == "TARGET_STATE"


def test_a_member_of_a_lag_is_no_target() -> None:
    finding = only(a_network(target=a_connection("dxcon-member01", lag_id=TARGET)))
    assert finding.code == "TARGET_IS_LAG_MEMBER"
    assert TARGET in finding.message


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
    found = findings(a_network(source=source, target=target))
    assert not any(finding.blocks for finding in found)


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


def test_a_region_that_aws_does_not_tell_is_no_other_region() -> None:
    assert codes(a_network(source=a_connection(region=""), target=a_lag(region=""))) == []


def test_no_hosted_connection_is_moved_to_itself() -> None:
    vif, hosted = a_vif(connection_id=TARGET), a_hosted_connection(TARGET)
    assert codes(a_network(virtual_interface=vif, source=hosted, target=hosted)) == []


# Who owns it.


@pytest.mark.parametrize(
    ("owner", "caller", "expected"),
    [
        ("1", "2", ["TARGET_NOT_OWNED"]),
        ("1", "1", []),
        ("", "2", []),
        ("1", "", []),
    ],
)
def test_the_caller_has_to_own_the_target(owner: str, caller: str, expected: list[str]) -> None:
    network = a_network(target=a_lag(owner_account=owner), caller_account=caller)
    assert codes(network) == expected


# What a LAG stands on.


def members(*states: str) -> tuple[Connection, ...]:
    return tuple(
        a_connection(f"dxcon-member{number:02}", state=state) for number, state in enumerate(states)
    )


@pytest.mark.parametrize("states", [(), ("available",), ("available", "down", "x", "unknown")])
def test_a_lag_below_its_minimum_links_blocks(states: tuple[str, ...]) -> None:
    finding = only(a_network(target=a_lag(minimum_links=2, connections=members(*states))))
    assert (finding.code, finding.severity) == ("LAG_BELOW_MINIMUM_LINKS", Severity.BLOCK)
    assert f"available connections of {len(states)}, and needs 2" in finding.message


@pytest.mark.parametrize("minimum", [0, 1])
@pytest.mark.parametrize("states", [(), ("down",), ("down", "unknown")])
def test_a_lag_without_an_available_connection_blocks_whatever_its_minimum_is(
    minimum: int, states: tuple[str, ...]
) -> None:
    finding = only(a_network(target=a_lag(minimum_links=minimum, connections=members(*states))))
    assert (finding.code, finding.severity) == ("LAG_BELOW_MINIMUM_LINKS", Severity.BLOCK)
    assert f"0 available connections of {len(states)}, and needs 1" in finding.message


@pytest.mark.parametrize("states", [("available",), ("available", "down")])
def test_a_lag_that_need_not_have_any_link_is_a_warning(states: tuple[str, ...]) -> None:
    finding = only(a_network(target=a_lag(minimum_links=0, connections=members(*states))))
    assert (finding.code, finding.severity) == ("LAG_WITHOUT_MINIMUM_LINKS", Severity.WARN)


# The VLAN of a hosted connection.


def test_a_hosted_target_passes_its_own_vlan_only() -> None:
    # given
    network = a_network(target=a_hosted_connection("dxcon-target01", vlan=3034))
    # when
    refused = only(network)
    accepted = only(network, acknowledge=["HOSTED_VLAN_DIFFERS"], requestedBy="ana")
    # then
    assert (refused.code, refused.blocks) == ("HOSTED_VLAN_DIFFERS", True)
    assert "with VLAN 3034, and dxvif-aaaa0001 keeps VLAN 101" in refused.message
    assert not accepted.blocks


@pytest.mark.parametrize(
    ("vlan", "target"),
    [
        (101, a_hosted_connection("dxcon-target01", vlan=101)),
        (0, a_hosted_connection("dxcon-target01", vlan=3034)),
        (101, a_connection("dxcon-target01")),
        (101, a_connection("dxcon-target01", vlan=0)),
    ],
    ids=["the same", "not known", "dedicated", "zero"],
)
def test_a_target_that_passes_the_vlan_is_fine(vlan: int, target: Connection) -> None:
    assert codes(a_network(virtual_interface=a_vif(vlan=vlan), target=target)) == []


@pytest.mark.parametrize("states", [("available", "available"), ("available", "available", "down")])
def test_a_lag_at_its_minimum_links_is_fine(states: tuple[str, ...]) -> None:
    assert codes(a_network(target=a_lag(minimum_links=2, connections=members(*states)))) == []


# Where it is.


@pytest.mark.parametrize(
    ("source", "target", "expected"),
    [
        ("EqFA5", "EqDB3", ["OTHER_LOCATION"]),
        ("EqFA5", "EqFA5", []),
        ("", "EqDB3", []),
        ("EqFA5", "", []),
    ],
)
def test_another_location_is_worth_a_warning(source: str, target: str, expected: list[str]) -> None:
    found = findings(a_network(source=a_connection(location=source), target=a_lag(location=target)))
    assert [finding.code for finding in found] == expected
    assert all(finding.severity is Severity.WARN for finding in found)


# How fast it is.


def test_a_slower_target_is_worth_a_warning() -> None:
    network = a_network(
        source=a_connection(bandwidth="10Gbps"), target=a_connection(TARGET, bandwidth="500Mbps")
    )
    finding = only(network)
    assert (finding.code, finding.severity) == ("TARGET_SLOWER", Severity.WARN)
    assert "500Mbps" in finding.message
    assert "10Gbps" in finding.message


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("1Gbps", "1Gbps"),
        ("1Gbps", "1000Mbps"),
        ("10Gbps", "100Gbps"),
        ("10Gbps", ""),
        ("", "50Mbps"),
        ("fast", "slow"),
    ],
)
def test_a_target_that_is_as_fast_or_not_known_is_fine(source: str, target: str) -> None:
    network = a_network(
        source=a_connection(bandwidth=source), target=a_connection(TARGET, bandwidth=target)
    )
    assert codes(network) == []


@pytest.mark.parametrize(
    ("states", "expected"),
    [
        (("available", "available"), []),
        (("available", "down"), ["TARGET_SLOWER"]),
        ((), ["LAG_BELOW_MINIMUM_LINKS", "TARGET_SLOWER"]),
    ],
    ids=["as fast together", "one of two", "no members"],
)
def test_a_lag_has_the_bandwidth_of_its_available_members(
    states: tuple[str, ...], expected: list[str]
) -> None:
    lag = a_lag(bandwidth="10Gbps", connections=members(*states))
    assert codes(a_network(source=a_connection(bandwidth="20Gbps"), target=lag)) == expected


@pytest.mark.parametrize(
    ("limit", "expected"),
    [
        ("2Gbps", ["RATE_LIMIT_ABOVE_BANDWIDTH"]),
        ("1Gbps", []),
        ("500Mbps", []),
        ("", []),
        ("?", []),
    ],
)
def test_a_rate_limit_has_to_fit_the_target(limit: str, expected: list[str]) -> None:
    network = a_network(
        virtual_interface=a_vif(rate_limit=limit), target=a_connection(TARGET, bandwidth="1Gbps")
    )
    assert codes(network) == expected


@pytest.mark.parametrize(
    ("text", "megabits"),
    [("1Gbps", 1000), ("500Mbps", 500), ("100 gbps", 100_000), ("1.6Tbps", 1_600_000)],
)
def test_a_bandwidth_is_read_in_any_unit(text: str, megabits: float) -> None:
    assert bandwidth(a_connection(bandwidth=text)) == megabits
