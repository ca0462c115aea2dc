"""The rules about the way back."""

import pytest

from tests.unit.vifshift.fakes import (
    a_connection,
    a_hosted_connection,
    a_lag,
    a_landed_vif,
    a_network,
    a_peer,
    a_vif,
    an_ipv6_peer,
)
from tests.unit.vifshift.judging import codes, findings, only
from vifshift.domain.findings import Severity
from vifshift.domain.network import Network
from vifshift.domain.ports import Connection, Lag


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


# What the source could take.


@pytest.mark.parametrize(
    "network",
    [
        a_network(source=a_connection(state="down")),
        a_network(source=a_connection(state="rejected")),
        a_network(source=a_lag("dxlag-source01", state="down", connections=())),
        a_network(source=None),
    ],
    ids=["down", "rejected", "a LAG that is down", "not to be seen"],
)
def test_a_dead_source_can_be_left_without_a_way_back(network: Network) -> None:
    finding = only(network)
    assert (finding.code, finding.severity) == ("SOURCE_NOT_AVAILABLE", Severity.WARN)
    assert finding.message.endswith("rollback is off")


@pytest.mark.parametrize(
    ("status", "expected"),
    [("up", []), ("down", ["NO_PEER_UP", "SOURCE_NOT_AVAILABLE"])],
)
@pytest.mark.parametrize(
    "source",
    [
        a_connection(state="unknown"),
        a_connection(state="levitating"),
        a_lag("dxlag-source01", state="down", minimum_links=2),
    ],
    ids=["unknown", "a new state", "a LAG below its minimum"],
)
def test_a_source_that_may_work_takes_back_what_it_carried(
    source: Connection | Lag, status: str, expected: list[str]
) -> None:
    vif = a_vif(a_peer(bgp_status=status))
    assert codes(a_network(virtual_interface=vif, source=source)) == expected


@pytest.mark.parametrize(
    ("owner", "caller", "expected"),
    [("1", "2", ["SOURCE_NOT_OWNED"]), ("2", "2", []), ("", "2", []), ("1", "", [])],
)
def test_only_the_owner_of_the_source_can_go_back(
    owner: str, caller: str, expected: list[str]
) -> None:
    network = a_network(
        virtual_interface=a_vif(owner_account="2"),
        source=a_connection(owner_account=owner),
        caller_account=caller,
    )
    assert codes(network) == expected


def test_a_source_that_has_joined_a_lag_can_be_left_but_not_gone_back_to() -> None:
    finding = only(a_network(source=a_connection(lag_id="dxlag-source01")))
    assert (finding.code, finding.severity) == ("SOURCE_IS_LAG_MEMBER", Severity.WARN)
    assert "dxlag-source01" in finding.message


@pytest.mark.parametrize(("others", "expected"), [(4, ["SOURCE_OVER_QUOTA"]), (3, [])])
def test_a_source_over_its_quota_does_not_take_it_back(others: int, expected: list[str]) -> None:
    # given
    on_source = tuple(
        a_vif(virtual_interface_id=f"dxvif-{number:08}", vlan=500 + number)
        for number in range(others)
    )
    # when
    found = findings(a_network(on_source=(a_vif(), *on_source)))
    # then
    assert [finding.code for finding in found] == expected
    assert all("4 of 4 transit" in finding.message for finding in found)


def test_a_hosted_source_takes_its_only_vif_back() -> None:
    network = a_network(
        source=a_hosted_connection(),
        target=a_connection("dxcon-target01"),
        on_source=(a_vif(),),
    )
    assert codes(network) == []


def test_where_it_is_on_the_target_already_there_is_no_way_back_to_judge() -> None:
    lag = a_lag(owner_account="1")
    network = a_network(
        virtual_interface=a_landed_vif(), source=lag, target=lag, caller_account="2"
    )
    assert codes(network) == ["TARGET_NOT_OWNED"]
    assert codes(a_network(virtual_interface=a_landed_vif(), source=None)) == []


# What the target would let go.


def test_a_hosted_target_is_not_left_for_a_lag_again() -> None:
    network = a_network(
        source=a_lag("dxlag-source01"),
        target=a_hosted_connection("dxcon-target01"),
        virtual_interface=a_vif(connection_id="dxlag-source01"),
    )
    told = findings(network, connectionId="dxcon-target01")
    assert [(each.code, each.message) for each in told if each.code.startswith("TARGET_CAN")] == [
        (
            "TARGET_CAN_NOT_BE_LEFT",
            "dxcon-target01 is a hosted connection, which dxvif-aaaa0001 can't leave for "
            "dxlag-source01: rollback is off",
        )
    ]


def test_a_hosted_target_is_left_for_a_dedicated_connection() -> None:
    network = a_network(target=a_hosted_connection("dxcon-target01"))
    assert "TARGET_CAN_NOT_BE_LEFT" not in codes(network, connectionId="dxcon-target01")
