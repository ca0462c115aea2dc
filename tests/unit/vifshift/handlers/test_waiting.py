"""The Lambdas that hold a migration and hand answers on, called as they are in AWS."""

import json
from io import StringIO
from typing import Any

import pytest

from tests.unit.vifshift.fakes import (
    EXECUTION,
    SECRET,
    FakeEventBus,
    FakeMigrationTable,
    FakeTaskTokens,
    a_migration,
    after,
)
from tests.unit.vifshift.judging import window
from tests.unit.vifshift.lambdas import Handler, Json, invoke, now, send
from vifshift.domain.errors import CallFailed, MigrationCancelled
from vifshift.domain.migration import Answer, Decision
from vifshift.domain.workflow import Wait
from vifshift.events.base import DetailType
from vifshift.events.migration import ApprovalRequested
from vifshift.handlers import answer, hold
from vifshift.migration.validation import Validation

RUN = EXECUTION.name
ANA = Answer(by="ana", comment="because")
ERRORS = {DetailType.REFUSED: "Refused", DetailType.CANCEL_REQUESTED: "MigrationCancelled"}
ANSWERS = [DetailType.APPROVED, DetailType.REFUSED, DetailType.CANCEL_REQUESTED]


def held(wait: Wait, **fields: Any) -> Json:
    migration = a_migration(window=window(3600, 9000), approval={"required": True})
    validation = Validation(
        decision=Decision.PROCEED,
        request_id="change-1",
        request=migration.request,
        migration=migration,
    )
    payload = {
        "validation": validation.to_json(),
        "wait": wait,
        "token": SECRET,
        "now": now(60),
        **fields,
    }
    return invoke(hold.handler, **payload)


def an_event(detail_type: str = DetailType.APPROVED, **fields: Any) -> Json:
    """Build an event as EventBridge hands it on."""
    return {
        "version": "0",
        "id": "6a7e8feb-0000-4000-8000-000000000000",
        "detail-type": detail_type,
        "source": "a-person",
        "account": "111122223333",
        "time": "2026-07-01T09:01:00Z",
        "region": "eu-central-1",
        "resources": [],
        "detail": {"migrationId": RUN, "by": "ana", "comment": "because"},
        **fields,
    }


@pytest.mark.parametrize(
    ("wait", "detail_type"),
    [
        (Wait.APPROVAL, DetailType.APPROVAL_REQUESTED),
        (Wait.WINDOW, DetailType.WINDOW_PENDING),
    ],
)
def test_hold_keeps_the_token_and_tells_what_is_waited_for(
    kept: FakeMigrationTable, told: FakeEventBus, wait: Wait, detail_type: DetailType
) -> None:
    # when
    assert held(wait) == {}
    # then
    assert kept.tokens == {RUN: SECRET}
    assert kept.kept_at == [after(60).timestamp()]
    [announcement] = told.sent
    assert announcement.detail_type is detail_type
    assert announcement.detail.metadata.to_json() == {
        "version": "1",
        "migrationId": RUN,
        "requestId": "change-1",
        "executionArn": EXECUTION.arn,
        "occurredAt": "2026-07-01T09:01:00Z",
    }


def test_hold_keeps_the_token_of_a_wait_for_a_gateway_and_tells_nobody(
    kept: FakeMigrationTable, told: FakeEventBus
) -> None:
    assert held(Wait.GATEWAY) == {}
    assert kept.tokens == {RUN: SECRET}
    assert told.sent == []


@pytest.mark.parametrize("wait", Wait)
def test_what_was_cancelled_before_it_waits_is_not_held(
    kept: FakeMigrationTable, told: FakeEventBus, wait: Wait
) -> None:
    kept.cancelled[RUN] = ANA
    with pytest.raises(MigrationCancelled, match=r"^cancelled by ana: because$"):
        held(wait)
    assert kept.calls == ["keep_token", "cancellation"]
    assert told.sent == []


def test_a_cancellation_ends_a_wait_for_a_gateway_and_an_approval_does_not(
    kept: FakeMigrationTable, told: FakeEventBus, tasks: FakeTaskTokens
) -> None:
    held(Wait.GATEWAY)
    assert send(answer.handler, an_event(DetailType.APPROVED)) == {"isHeard": False}
    assert send(answer.handler, an_event(DetailType.REFUSED)) == {"isHeard": False}
    assert tasks.answers == []
    assert send(answer.handler, an_event(DetailType.CANCEL_REQUESTED)) == {"isHeard": True}
    assert tasks.answers == [(SECRET, "MigrationCancelled", ANA)]


def test_who_is_asked_by_hold_is_given_the_token(
    kept: FakeMigrationTable, told: FakeEventBus
) -> None:
    held(Wait.APPROVAL)
    data = told.sent[0].detail.data
    assert isinstance(data, ApprovalRequested)
    assert data.task_token == SECRET
    assert '"EventBusName":"the-bus","Source":"a-person"' in data.notice.next_step
    assert SECRET not in data.notice.model_dump_json()


def test_an_answer_to_what_is_told_finds_its_token(
    kept: FakeMigrationTable, told: FakeEventBus, tasks: FakeTaskTokens
) -> None:
    """Nobody can answer before the token is kept: it is kept before anything is told."""
    # given
    told.error = CallFailed("put_events: 500")
    # when
    with pytest.raises(CallFailed):
        held(Wait.APPROVAL)
    # then
    assert kept.tokens == {RUN: SECRET}
    assert send(answer.handler, an_event()) == {"isHeard": True}


@pytest.mark.parametrize("detail_type", ANSWERS)
def test_answer_hands_on_what_is_said(
    kept: FakeMigrationTable, tasks: FakeTaskTokens, detail_type: DetailType
) -> None:
    # given
    kept.tokens[RUN] = "token-1"
    # when
    answered = send(answer.handler, an_event(detail_type))
    # then
    assert answered == {"isHeard": True}
    assert tasks.answers == [("token-1", ERRORS.get(detail_type), ANA)]


def test_answer_keeps_a_cancellation_that_nobody_waits_for(
    kept: FakeMigrationTable, tasks: FakeTaskTokens
) -> None:
    # when
    answered = send(answer.handler, an_event(DetailType.CANCEL_REQUESTED))
    # then
    assert answered == {"isHeard": False}
    assert kept.cancelled == {RUN: ANA}
    assert kept.kept_at == [after(60).timestamp()]
    assert tasks.answers == []


def test_who_and_why_may_be_left_out(kept: FakeMigrationTable, tasks: FakeTaskTokens) -> None:
    kept.tokens[RUN] = "token-1"
    assert send(answer.handler, an_event(detail={"migrationId": RUN})) == {"isHeard": True}
    assert tasks.answers == [("token-1", None, Answer())]


@pytest.mark.parametrize(
    "event",
    [
        an_event(DetailType.REQUESTED),
        an_event(DetailType.STARTED),
        an_event(SECRET),
        an_event(detail={"by": SECRET}),
        an_event(detail={"migrationId": "", "by": SECRET}),
        an_event(detail={"migrationId": 7, "by": SECRET}),
        an_event(detail={"migrationId": RUN, "token": SECRET}),
        an_event(detail={"migrationId": RUN, "by": [SECRET]}),
        an_event(detail={"migrationId": RUN, "by": SECRET + "x" * 256}),
        an_event(detail={"migrationId": RUN, "comment": SECRET + "x" * 1024}),
        an_event(detail={"migrationId": SECRET + "x" * 80}),
        an_event(detail=SECRET),
        an_event(detail=[SECRET]),
        an_event(detail=None),
        an_event(time=SECRET),
        {},
    ],
)
def test_a_malformed_answer_is_refused_and_not_repeated(
    kept: FakeMigrationTable, tasks: FakeTaskTokens, log: StringIO, event: Json
) -> None:
    # given
    kept.tokens[RUN] = "token-1"
    # when
    with pytest.raises(ValueError) as caught:
        send(answer.handler, event)
    # then
    assert SECRET not in str(caught.value) + log.getvalue()
    assert (kept.calls, kept.cancelled, tasks.answers) == ([], {}, [])


@pytest.mark.parametrize("handler", [hold.handler, answer.handler])
def test_a_payload_that_can_not_be_read_is_not_repeated(
    kept: FakeMigrationTable, told: FakeEventBus, log: StringIO, handler: Handler
) -> None:
    # given
    payload = {"now": SECRET, "token": [SECRET], "wait": SECRET, "validation": {"x": SECRET}}
    # when
    with pytest.raises(ValueError) as caught:
        invoke(handler, **payload)
    # then
    assert SECRET not in str(caught.value) + log.getvalue()
    assert (kept.calls, told.sent) == ([], [])


def test_the_log_holds_neither_the_token_nor_what_was_said(
    kept: FakeMigrationTable, told: FakeEventBus, tasks: FakeTaskTokens, log: StringIO
) -> None:
    # when
    held(Wait.APPROVAL)
    held(Wait.WINDOW)
    for detail_type in ANSWERS:
        detail = {"migrationId": RUN, "by": SECRET, "comment": SECRET}
        send(answer.handler, an_event(detail_type, detail=detail))
    # then
    lines = [json.loads(line) for line in log.getvalue().splitlines()]
    assert [line["message"] for line in lines] == ["held"] * 2 + ["answered"] * 3
    assert all(line["migrationId"] == RUN for line in lines)
    assert SECRET not in log.getvalue()
