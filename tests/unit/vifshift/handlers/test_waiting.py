"""The Lambdas that hold a migration and hand answers on, called as they are in AWS."""

import json
from io import StringIO
from types import SimpleNamespace
from typing import Any

import pytest

from tests.unit.vifshift.fakes import (
    EXECUTION,
    SECRET,
    FakeAnswerTable,
    FakeEventBus,
    FakeMigrationTable,
    FakeTaskTokens,
    a_migration,
    a_network,
    after,
)
from tests.unit.vifshift.judging import a_move, window
from tests.unit.vifshift.lambdas import CONTEXT, Handler, Json, invoke, now, send
from vifshift.domain.asked_by import digest_of_request
from vifshift.domain.errors import CallFailed, CallTimedOut, MigrationCancelled
from vifshift.domain.migration import Answer, Decision
from vifshift.domain.table_keys import ItemKind
from vifshift.domain.workflow import Wait
from vifshift.events.base import DetailType
from vifshift.events.migration import ApprovalRequested
from vifshift.handlers import answer, hold
from vifshift.migration.validation_result import Validation
from vifshift.preflight.overview import overview_of_one

RUN = EXECUTION.name
ANA = Answer(by="ana", comment="because")
ERRORS = {DetailType.REFUSED: "Refused", DetailType.CANCEL_REQUESTED: "MigrationCancelled"}
ANSWERS = [DetailType.APPROVED, DetailType.REFUSED, DetailType.CANCEL_REQUESTED]


def held(wait: Wait, overview: Any = None, **fields: Any) -> Json:
    migration = a_migration(window=window(3600, 9000), approval={"required": True})
    validation = Validation(
        decision=Decision.PROCEED,
        request_id="change-1",
        request=migration.request,
        migration=migration,
        overview=overview,
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
        "askedBy": None,
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
    for number, said in enumerate((DetailType.APPROVED, DetailType.REFUSED)):
        assert send(answer.handler, an_event(said, id=f"unheard-{number}")) == {"isHeard": False}
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


def test_a_cancellation_is_stored_for_a_migration_that_does_not_wait(
    kept: FakeMigrationTable, tasks: FakeTaskTokens
) -> None:
    # when
    answered = send(answer.handler, an_event(DetailType.CANCEL_REQUESTED))
    # then
    assert answered == {"isHeard": True}
    assert kept.cancelled == {RUN: ANA}
    assert kept.kept_at == [after(60).timestamp()]
    assert tasks.answers == []


@pytest.mark.parametrize("time", ["2999-01-01T00:00:00Z", "1970-01-01T00:00:00Z", SECRET])
def test_the_time_that_a_sender_says_is_not_believed(
    kept: FakeMigrationTable, tasks: FakeTaskTokens, time: str
) -> None:
    send(answer.handler, an_event(DetailType.CANCEL_REQUESTED, time=time))
    assert kept.kept_at == [after(60).timestamp()]


def test_who_and_why_may_be_left_out(kept: FakeMigrationTable, tasks: FakeTaskTokens) -> None:
    kept.tokens[RUN] = "token-1"
    assert send(answer.handler, an_event(detail={"migrationId": RUN})) == {"isHeard": True}
    assert tasks.answers == [("token-1", None, Answer())]


@pytest.mark.parametrize(
    "event",
    [
        an_event(DetailType.ROLLED_BACK),
        an_event(DetailType.STARTED),
        an_event(SECRET),
        an_event(id=""),
        an_event(id=SECRET + "x" * 128),
        {},
    ],
)
def test_what_is_no_answer_is_refused_and_not_repeated(
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


@pytest.mark.parametrize("said", ANSWERS)
@pytest.mark.parametrize(
    "detail",
    [
        {"by": SECRET},
        {"migrationId": "", "by": SECRET},
        {"migrationId": 7, "by": SECRET},
        {"migrationId": None},
        {"planId": RUN},
        {"migrationId": RUN, "requestId": "CHG0042"},
        {"migrationId": RUN, "token": SECRET},
        {"migrationId": RUN, "by": [SECRET]},
        {"migrationId": RUN, "digest": SECRET},
        {"migrationId": f"plan/{RUN}"},
        {"migrationId": f"{RUN}#1"},
        {"migrationId": f"{RUN}\n"},
        {"migrationId": f" {RUN}"},
        {"migrationId": RUN + "x" * 80},
        {"requestId": f'CHG0042#["{RUN}"]'},
        {"requestId": "x" * 129},
        SECRET,
        [SECRET],
        None,
    ],
)
def test_an_answer_that_can_not_be_understood_is_answered_and_does_nothing(
    kept: FakeMigrationTable,
    tasks: FakeTaskTokens,
    replies: FakeEventBus,
    log: StringIO,
    said: DetailType,
    detail: Any,
) -> None:
    # given
    kept.tokens[RUN] = "token-1"
    # when
    answered = send(answer.handler, an_event(said, detail=detail))
    # then
    assert answered == {"isHeard": False}
    assert (kept.calls, kept.cancelled, tasks.answers) == ([], {}, [])
    [reply] = replies.sent
    assert reply.detail.data.reason_code == "INVALID"
    assert SECRET not in reply.detail.data.message + log.getvalue()


def test_a_source_that_may_not_answer_is_told_so(
    kept: FakeMigrationTable,
    tasks: FakeTaskTokens,
    replies: FakeEventBus,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("VIFSHIFT_ANSWER_RULES", '{"approvers": {"the-chat-bot": {}}}')
    kept.tokens[RUN] = "token-1"

    assert send(answer.handler, an_event(id="1")) == {"isHeard": False}
    assert send(answer.handler, an_event(id="2", source="the-chat-bot")) == {"isHeard": True}

    assert [each.detail.data.reason_code for each in replies.sent] == [
        "SOURCE_NOT_ALLOWED",
        "HEARD",
    ]
    assert len(tasks.answers) == 1


def test_a_long_comment_is_cut_and_not_lost(
    kept: FakeMigrationTable, tasks: FakeTaskTokens, replies: FakeEventBus
) -> None:
    kept.tokens[RUN] = "token-1"
    detail = {"migrationId": RUN, "by": "a" * 300, "comment": "c" * 5000}

    assert send(answer.handler, an_event(detail=detail)) == {"isHeard": True}

    [(_, _, passed_on)] = tasks.answers
    assert (len(passed_on.by), len(passed_on.comment)) == (256, 1024)
    [reply] = replies.sent
    assert (reply.detail.data.by, reply.detail.data.comment) == (passed_on.by, passed_on.comment)


def test_who_answers_is_answered(
    kept: FakeMigrationTable, tasks: FakeTaskTokens, replies: FakeEventBus
) -> None:
    kept.tokens[RUN] = "token-1"
    event = an_event()

    send(answer.handler, event)

    [reply] = replies.sent
    assert reply.detail_type is DetailType.ANSWER_HEARD
    assert reply.detail.metadata.to_json() == {
        "version": "1",
        "answerId": event["id"],
        "thread": RUN,
        "occurredAt": "2026-07-01T09:01:00Z",
    }
    data = reply.detail.data.to_json()
    assert data.pop("notice") == {
        "title": f"Approval of {RUN}: heard",
        "text": f"It was passed on to migration {RUN}. Sent by claimed source a-person of "
        "account 111122223333, who says they are ana: because.",
        "nextStep": "Nothing to do.",
        "more": "",
    }
    assert data == {
        "said": "VIF Migration Approved",
        "subject": {"migrationId": RUN, "planId": None, "requestId": None},
        "by": "ana",
        "comment": "because",
        "source": "a-person",
        "account": "111122223333",
        "sourceIsBound": False,
        "digest": None,
        "message": f"it was passed on to migration {RUN}",
        "reasonCode": "HEARD",
        "heardBy": [RUN],
    }


def test_an_event_that_is_delivered_twice_is_answered_once(
    kept: FakeMigrationTable, tasks: FakeTaskTokens, replies: FakeEventBus
) -> None:
    kept.tokens[RUN] = "token-1"
    again = SimpleNamespace(**{**vars(CONTEXT), "aws_request_id": "another"})

    send(answer.handler, an_event())
    tasks.over = {"token-1"}
    assert answer.handler(an_event(), again) == {"isHeard": None}

    assert [each.detail_type for each in replies.sent] == [DetailType.ANSWER_HEARD]
    assert len(tasks.answers) == 1


def test_an_answer_whose_event_could_not_be_sent_is_told_as_it_was_heard(
    kept: FakeMigrationTable, tasks: FakeTaskTokens, replies: FakeEventBus
) -> None:
    """Lambda repeats the invocation under its id; the task does not wait any more by then."""
    kept.tokens[RUN] = "token-1"
    replies.error = CallFailed("put_events: 500")
    with pytest.raises(CallFailed):
        send(answer.handler, an_event())
    replies.error, tasks.over = None, {"token-1"}

    assert send(answer.handler, an_event()) == {"isHeard": True}

    assert [each.detail_type for each in replies.sent] == [DetailType.ANSWER_HEARD]
    assert len(tasks.answers) == 1


def test_a_retry_does_not_claim_that_the_first_attempt_was_not_heard(
    kept: FakeMigrationTable,
    tasks: FakeTaskTokens,
    replies: FakeEventBus,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The task was ended, but there was no response; a minute later it waits no more."""
    kept.tokens[RUN] = "token-1"

    def no_response(token: str, answer: Answer) -> bool:
        raise CallTimedOut("send_task_success: no answer")

    with monkeypatch.context() as patch:
        patch.setattr(tasks, "succeed", no_response)
        with pytest.raises(CallTimedOut):
            send(answer.handler, an_event())
    tasks.over = {"token-1"}

    assert send(answer.handler, an_event()) == {"isHeard": False}

    [reply] = replies.sent
    assert "unless it heard this answer at the first attempt" in reply.detail.data.message


def test_what_was_cancelled_right_before_it_started_is_not_held(
    kept: FakeMigrationTable, answers: FakeAnswerTable, told: FakeEventBus
) -> None:
    answers.keep(ItemKind.KEPT_CANCEL_OF_REQUEST, "change-1", ANA, until=after(60), now=after(0))
    execution = {**EXECUTION.to_json(), "startedAt": now(59)}

    with pytest.raises(MigrationCancelled, match="ana: because"):
        held(Wait.WINDOW, execution=execution)
    assert told.sent == []
    assert held(Wait.WINDOW, execution={**execution, "startedAt": now(61)}) == {}


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
        send(answer.handler, an_event(detail_type, detail=detail, id=detail_type))
    # then
    lines = [json.loads(line) for line in log.getvalue().splitlines()]
    assert [line["message"] for line in lines] == ["held"] * 2 + ["answered"] * 3
    assert all(line["migrationId"] == RUN for line in lines)
    assert SECRET not in log.getvalue()


@pytest.mark.parametrize("bound", [True, False])
def test_who_sent_a_request_is_noted_and_nothing_else(
    kept: FakeMigrationTable,
    answers: FakeAnswerTable,
    replies: FakeEventBus,
    monkeypatch: pytest.MonkeyPatch,
    bound: bool,
) -> None:
    monkeypatch.setenv("VIFSHIFT_BOUND_REQUESTERS", json.dumps(["a-person"] if bound else []))
    asked = an_event(DetailType.REQUESTED)

    assert send(answer.handler, asked) == {"isHeard": None}

    sent = answers.senders[asked["id"]]
    assert (sent.source, sent.account, sent.is_bound) == ("a-person", "111122223333", bound)
    assert sent.digest == digest_of_request(asked["detail"])
    assert (replies.sent, kept.calls) == ([], [])


@pytest.mark.parametrize("uri", ["s3://b/proposals/a.html", None], ids=["kept", "not kept"])
def test_who_is_asked_is_shown_a_page_if_it_could_be_kept(
    monkeypatch: pytest.MonkeyPatch, kept: FakeMigrationTable, told: FakeEventBus, uri: str | None
) -> None:
    pages: dict[str, str] = {}
    bucket = SimpleNamespace(keep_page=lambda key, page: pages.update({key: page}) or uri)
    monkeypatch.setattr(hold, "report_bucket", lambda: bucket)
    move = a_move(a_network(), approval={"required": True})
    shown = overview_of_one(move, Decision.PROCEED, (), "d" * 64)

    held(Wait.APPROVAL, overview=shown)

    [(key, page)] = pages.items()
    assert key.startswith("proposals/2026/07/01/")
    assert "Waiting for approval" in page
    [asked] = told.sent
    assert isinstance(asked.detail.data, ApprovalRequested)
    assert asked.detail.data.page == uri
    assert (str(uri) in asked.detail.data.notice.more) is bool(uri)
