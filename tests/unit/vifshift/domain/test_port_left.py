"""What is left on a port that was to be emptied, and why."""

from typing import Any

import pytest

from vifshift.domain.errors import CallThrottled
from vifshift.domain.network import VirtualInterface
from vifshift.domain.plan_outcome import MoveOutcome
from vifshift.domain.port_left import (
    MOST_LEFT,
    KnownMoves,
    StayingVif,
    WhyLeft,
    judge_port,
    read_port,
)
from vifshift.domain.ports import Connection, Lag

P = "dxcon-source01"
PORT = Connection.model_validate({"connectionId": P, "connectionState": "available"})


def vif(name: str, state: str = "available") -> VirtualInterface:
    return VirtualInterface.model_validate(
        {
            "virtualInterfaceId": name,
            "connectionId": P,
            "virtualInterfaceState": state,
            "virtualInterfaceType": "private",
            "vlan": 1,
            "region": "eu-central-1",
            "ownerAccount": "111122223333",
        }
    )


def lag(**fields: Any) -> Lag:
    return Lag.model_validate({"lagId": "dxlag-source01", "lagState": "available", **fields})


def test_a_port_with_nothing_on_it_can_be_deleted() -> None:
    left = judge_port(P, PORT, [])
    assert left.is_empty is True
    assert left.in_words == f"nothing is left on {P}: it can be deleted"


def test_what_is_deleted_is_listed_for_a_while_and_is_not_left() -> None:
    assert judge_port(P, PORT, [vif("dxvif-1", "deleted")]).is_empty is True
    being = judge_port(P, PORT, [vif("dxvif-1", "deleting")])
    assert [each.why for each in being.left] == [WhyLeft.DELETING]


@pytest.mark.parametrize(
    ("outcome", "why"),
    [
        (MoveOutcome.SUCCEEDED, WhyLeft.RETURNED),
        (MoveOutcome.UNCHANGED, WhyLeft.RETURNED),
        (MoveOutcome.ROLLED_BACK, WhyLeft.FAILED),
        (MoveOutcome.NEEDS_ATTENTION, WhyLeft.FAILED),
        (MoveOutcome.REJECTED, WhyLeft.FAILED),
        (MoveOutcome.NOT_STARTED, WhyLeft.NOT_STARTED),
        (MoveOutcome.IN_FLIGHT, WhyLeft.IN_FLIGHT),
        (None, WhyLeft.APPEARED),
    ],
)
def test_what_is_left_has_a_reason(outcome: MoveOutcome | None, why: WhyLeft) -> None:
    moves = {"dxvif-1": outcome} if outcome else {}
    left = judge_port(P, PORT, [vif("dxvif-1")], KnownMoves(moves))
    assert (left.is_empty, [each.why for each in left.left]) == (False, [why])
    assert "1 virtual interface is left" in left.in_words


def test_what_was_to_stay_says_why() -> None:
    staying = [StayingVif(virtual_interface_id="dxvif-1", message="excluded, since it is public")]
    left = judge_port(P, PORT, [vif("dxvif-1"), vif("dxvif-2")], KnownMoves({}, staying))
    assert [each.why for each in left.left] == [WhyLeft.EXCLUDED, WhyLeft.APPEARED]
    assert "dxvif-1 (excluded, since it is public)" in left.in_words


def test_a_port_of_others_does_not_show_all_that_is_on_it() -> None:
    left = judge_port(P, None, [])
    assert left.is_empty is None
    assert "not known" in left.in_words
    assert judge_port(P, None, [vif("dxvif-1")]).is_empty is False


@pytest.mark.parametrize(
    ("port", "said"),
    [
        (lag(), "it can be deleted"),
        (lag(allowsHostedConnections=True), "once it hosts no connections"),
        (lag(lagState="deleting"), "it is deleting"),
    ],
)
def test_what_else_keeps_a_port_is_said(port: Lag, said: str) -> None:
    left = judge_port(port.port_id, port, [])
    assert left.is_empty is True
    assert left.in_words.endswith(said) or said in left.in_words


def test_a_full_port_is_counted_and_its_first_are_named() -> None:
    left = judge_port(P, PORT, [vif(f"dxvif-{number:02}") for number in range(30)])
    assert (left.count, len(left.left)) == (30, MOST_LEFT)
    assert "dxvif-02 (appeared since the plan was checked) and 27 more" in left.in_words


class Unreadable:
    def port(self, port_id: str) -> Connection | Lag | None:
        raise CallThrottled("describe_connections: throttled")

    def virtual_interfaces_on(self, port_id: str) -> tuple[VirtualInterface, ...]:
        raise CallThrottled("describe_virtual_interfaces: throttled")


def test_a_port_that_can_not_be_read_is_not_said_to_be_empty() -> None:
    left = read_port(Unreadable(), P)
    assert left.is_empty is None
    assert "throttled" in left.in_words
