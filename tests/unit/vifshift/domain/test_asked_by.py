"""Tests of who asked: what AWS vouches for, and what is only claimed."""

from typing import Any

import pytest

from vifshift.domain.asked_by import (
    AskedBy,
    SentRequest,
    Witnesses,
    asked_by,
    digest_of_request,
    is_move,
    move_of_plan,
    recalled,
    unproven,
)
from vifshift.domain.errors import SenderNotNoted
from vifshift.domain.request import Trigger

ACCOUNT, OTHER = "111122223333", "222233334444"
REQUEST: dict[str, Any] = {
    "virtualInterfaceId": "dxvif-aaaa0001",
    "connectionId": "dxlag-target01",
    "requestedBy": "alice@example.com",
}
EVENT_ID = "7bf73129-1428-4cd3-a780-95db273d1602"


def by_event(**changed: Any) -> dict[str, Any]:
    return {
        "request": REQUEST,
        "requestId": EVENT_ID,
        "trigger": "event",
        "sender": {"source": "change-management", "account": OTHER},
        **changed,
    }


def noted(**changed: Any) -> SentRequest:
    known = {
        "source": "change-management",
        "account": OTHER,
        "is_bound": True,
        "digest": digest_of_request(REQUEST),
    }
    return SentRequest.model_validate({**known, **changed})


def judged(
    raw: Any,
    sent: SentRequest | None = None,
    of_plan: tuple[str, int] | None = None,
    of_schedule: Any = None,
) -> AskedBy:
    known = {EVENT_ID: sent}
    witnesses = Witnesses(
        known.get,
        lambda plan_id, number: (plan_id, number) == of_plan,
        lambda given: given == of_schedule,
    )
    return asked_by(raw, ACCOUNT, witnesses)


def test_a_source_counts_where_what_was_noted_agrees_and_it_is_bound() -> None:
    found = judged(by_event(), noted())

    assert found == AskedBy(
        account=OTHER,
        source="change-management",
        source_is_bound=True,
        trigger=Trigger.EVENT,
        claimed="alice@example.com",
    )
    assert found.in_words == "by source change-management of account 222233334444"


def test_a_source_that_nothing_binds_is_claimed() -> None:
    found = judged(by_event(), noted(is_bound=False))

    assert (found.account, found.bound_source, found.trigger_is_claimed) == (OTHER, "", False)
    assert found.in_words == "by claimed source change-management of account 222233334444"


@pytest.mark.parametrize(
    "sent",
    [
        noted(source="chat-bot"),
        noted(account=ACCOUNT),
        noted(digest=digest_of_request({**REQUEST, "connectionId": "dxlag-elsewhere"})),
    ],
)
def test_whoever_writes_an_events_input_by_hand_has_only_claimed_it(sent: SentRequest) -> None:
    found = judged(by_event(), sent)

    assert found.trigger_is_claimed
    assert (found.account, found.source_is_bound) == (ACCOUNT, False)


@pytest.mark.parametrize(
    "changed",
    [
        {"sender": None},
        {"sender": "change-management"},
        {"sender": {"source": "x" * 257, "account": OTHER}},
        {"requestId": None},
        {"requestId": 7},
        {"requestId": ""},
        {"requestId": "x" * 129},
    ],
)
def test_an_input_that_no_rule_makes_is_claimed(changed: dict[str, Any]) -> None:
    assert judged(by_event(**changed), noted()).trigger_is_claimed


def test_an_event_that_is_not_noted_yet_is_looked_for_again() -> None:
    with pytest.raises(SenderNotNoted, match=EVENT_ID):
        judged(by_event(), None)

    assert unproven(by_event(), ACCOUNT).in_words == (
        "by claimed source change-management of account 111122223333"
    )


def test_the_order_of_a_requests_fields_does_not_matter() -> None:
    turned = dict(reversed(REQUEST.items()))

    assert judged(by_event(request=turned), noted()).source_is_bound


def test_a_schedule_is_what_an_input_says_unless_it_is_known_to_be_one() -> None:
    raw: dict[str, Any] = {"request": REQUEST, "requestId": "night@2026", "trigger": "schedule"}

    claimed, known = judged(raw), judged(raw, of_schedule=raw)

    assert (claimed.trigger_is_claimed, known.trigger_is_claimed) == (True, False)
    assert claimed.in_words == (
        "by StartExecution of account 111122223333, claimed to be a schedule"
    )
    assert known.in_words == "by a schedule of account 111122223333"
    assert unproven(raw, ACCOUNT) == claimed


@pytest.mark.parametrize("raw", [REQUEST, {"request": REQUEST}, "text", None, [], {"request": 7}])
def test_a_start_by_hand_is_nothing_else(raw: Any) -> None:
    found = judged(raw)

    assert (found.trigger, found.trigger_is_claimed) == (Trigger.EXECUTION, False)
    assert found.in_words == "by StartExecution of account 111122223333"


def test_a_move_was_asked_for_by_who_asked_for_its_plan() -> None:
    whose = judged(by_event(), noted())
    raw = {
        "request": REQUEST,
        "trigger": "plan",
        "plan": {"planId": "CHG0043", "number": 2, "askedBy": whose.to_json()},
    }

    found = judged(raw, of_plan=("CHG0043", 2))
    assert (found.source_is_bound, found.trigger) == (True, Trigger.PLAN)
    forged = judged(raw, of_plan=("CHG0043", 3))
    assert (forged.source_is_bound, forged.account, forged.trigger_is_claimed) == (
        False,
        ACCOUNT,
        True,
    )


def test_a_move_is_the_one_that_the_plan_has_noted_under_its_name() -> None:
    own: dict[str, Any] = {"request": REQUEST, "requestId": "CHG0043-0002", "trigger": "plan"}
    other = {**own, "request": {**REQUEST, "virtualInterfaceId": "dxvif-bbbb0001"}}
    noted = move_of_plan(own, ACCOUNT)

    assert is_move(noted, own)
    assert is_move(noted, {**own, "request": dict(reversed(REQUEST.items()))})
    for raw in (other, {**own, "request": None}, {}, None, "text"):
        assert not is_move(noted, raw)
    # An earlier release has noted nothing.
    assert is_move(None, own)
    # It vouches for no event that says to have its name for an id.
    forged = by_event(sender={"source": "", "account": ACCOUNT})
    assert judged(forged, noted).trigger_is_claimed


def test_a_plan_of_an_earlier_release_does_not_say_who_asked() -> None:
    raw = {"request": REQUEST, "trigger": "plan", "plan": {"planId": "CHG0043", "number": 2}}

    assert judged(raw, of_plan=("CHG0043", 2)).trigger_is_claimed is False


def test_a_name_that_is_too_long_is_cut() -> None:
    raw = {**REQUEST, "requestedBy": "x" * 400}

    assert len(judged(raw).claimed) == 256


def test_what_an_earlier_release_assigned_has_nobody() -> None:
    known = judged(by_event(), noted())

    assert recalled({"arn": "arn", "askedBy": known.to_json()}) == known
    for execution in ({"arn": "arn"}, {"askedBy": None}, {"askedBy": {"who": 1}}, None):
        assert recalled(execution) is None
