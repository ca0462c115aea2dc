"""Who hears an answer, what it does, and why it is not heard."""

import json
from datetime import timedelta
from typing import Any

import pytest

from tests.unit.vifshift.fakes import (
    EXECUTION,
    START,
    FakeAnswerTable,
    FakeMigrationTable,
    FakeRunning,
    FakeTaskTokens,
)
from vifshift.adapters.answer_table import Registered
from vifshift.domain.errors import CallDenied
from vifshift.domain.migration import Answer
from vifshift.domain.plan_progress import ExecutionDescription
from vifshift.domain.senders import SourceRule, Voice
from vifshift.domain.table_keys import ItemKind
from vifshift.domain.workflow import Wait
from vifshift.events.answers import AnswerReason, Hearing
from vifshift.events.base import DetailType
from vifshift.events.migration import Command
from vifshift.migration.answers import KEPT, Audience, Hearings
from vifshift.migration.waits import CANCELLATION, kept_cancellation

RUN, OTHER, CHANGE = EXECUTION.name, "run-2", "CHG0042"
DIGEST = "a" * 64
ANA = Answer(by="ana", comment="because")
ANSWERS = [DetailType.APPROVED, DetailType.REFUSED, DetailType.CANCEL_REQUESTED]
ERRORS = {DetailType.REFUSED: "Refused", DetailType.CANCEL_REQUESTED: "MigrationCancelled"}
ENDED = ExecutionDescription(status="SUCCEEDED", output=json.dumps({"outcome": "unchanged"}))


ANYBODY = Voice("a-person", "111122223333", SourceRule())
CHAT = Voice("chat-bot", "111122223333", SourceRule(is_bound=True, not_for=("chat-bot",)))
DESK = Voice("service-desk", "222233334444", SourceRule(is_bound=True))


class Room:
    """Migrations, what they wait for, and a person who says something to them."""

    def __init__(self, *running: str, **others: ExecutionDescription) -> None:
        self.table = FakeMigrationTable()
        self.answers = FakeAnswerTable()
        self.tasks = FakeTaskTokens()
        self.running = FakeRunning(*running, **others)

    def say(self, said: DetailType, *voices: Voice, **named: Any) -> Hearing:
        [voice] = voices or (ANYBODY,)
        named = named or {"migration_id": RUN}
        command = Command.model_validate({"by": "ana", "comment": "because", **named})
        audience = Audience(
            noun="migration",
            no_such=AnswerReason.NO_SUCH_MIGRATION,
            stop=CANCELLATION,
            describe=self.running.describe,
            waiting=self.table.waiting,
            stop_running=lambda name, answer: self.table.cancel(name, answer, now=0),
            name_in_table=str,
            registered_as=ItemKind.MIGRATIONS_OF,
            kept_as=ItemKind.KEPT_CANCEL,
            kept_for_request_as=ItemKind.KEPT_CANCEL_OF_REQUEST,
            others=ItemKind.PLANS_OF,
            others_hint="a plan does",
        )
        hearings = Hearings(audience, self.answers, self.tasks, START)
        return hearings.hear(said, command, command.migration_id, voice)

    def under(self, *running: str, last: str, kind: ItemKind = ItemKind.MIGRATIONS_OF) -> None:
        self.answers.requests[(kind, CHANGE)] = Registered(frozenset(running), last)


@pytest.mark.parametrize("named", [{"migration_id": RUN}, {"request_id": CHANGE}])
@pytest.mark.parametrize("said", ANSWERS)
def test_a_task_that_waits_is_answered_with_who_and_why(
    said: DetailType, named: dict[str, str]
) -> None:
    room = Room(RUN, OTHER)
    room.table.tokens = {RUN: "token-1", OTHER: "token-2"}
    room.under(RUN, last=RUN)

    heard = room.say(said, **named)

    assert (heard.reason, heard.heard_by) == (AnswerReason.HEARD, (RUN,))
    assert room.tasks.answers == [("token-1", ERRORS.get(said), ANA)]


def waiting_for(of: int = 1, asked: str = "") -> Room:
    room = Room(RUN)
    room.table.keep_token(RUN, Wait.APPROVAL, "token-1", now=0, digest=DIGEST, of=of, asked=asked)
    return room


def test_two_approvals_come_from_two_bound_sources() -> None:
    room = waiting_for(of=2)

    first = room.say(DetailType.APPROVED, CHAT)
    assert (first.is_heard, room.tasks.answers) == (True, [])
    assert first.message.endswith("; it has 1 of 2 approvals")
    assert room.say(DetailType.APPROVED, DESK).is_heard

    [(token, error, reply)] = room.tasks.answers
    assert (token, error, reply.by) == ("token-1", None, "ana")
    assert {each.source for each in room.answers.given(RUN, DIGEST)} == {
        "service-desk",
        "chat-bot",
    }


def test_one_source_is_one_approval_whoever_it_says_they_are() -> None:
    room = waiting_for(of=2)

    for name in ("ana", "bob", "carol"):
        assert room.say(DetailType.APPROVED, CHAT, migration_id=RUN, by=name).is_heard
    assert room.tasks.answers == []
    assert len(room.answers.given(RUN, DIGEST)) == 3


def test_two_sources_of_one_principal_are_one_approval() -> None:
    other = Voice("pager", "111122223333", SourceRule(is_bound=True, same_as=("chat-bot",)))
    room = waiting_for(of=2)
    assert room.say(DetailType.APPROVED, CHAT).is_heard

    heard = room.say(DetailType.APPROVED, other)

    assert (heard.reason, room.tasks.answers) == (AnswerReason.SOURCE_NOT_BOUND, [])
    assert "a principal of the source pager is one of chat-bot as well" in heard.message
    assert len(room.answers.given(RUN, DIGEST)) == 1
    assert room.say(DetailType.APPROVED, DESK).is_heard
    assert len(room.tasks.answers) == 1


def test_a_source_that_anybody_can_pick_is_no_approval_of_several() -> None:
    room = waiting_for(of=2)
    room.say(DetailType.APPROVED, CHAT)

    heard = room.say(DetailType.APPROVED, ANYBODY)

    assert (heard.reason, room.tasks.answers) == (AnswerReason.SOURCE_NOT_BOUND, [])


def test_approvals_of_what_it_was_before_do_not_count() -> None:
    room = waiting_for(of=2)
    room.say(DetailType.APPROVED, CHAT)
    room.table.keep_token(RUN, Wait.APPROVAL, "token-2", now=0, digest="b" * 64, of=2)

    assert room.say(DetailType.APPROVED, DESK).is_heard
    assert room.tasks.answers == []


@pytest.mark.parametrize(
    ("asked", "voice", "reason"),
    [
        ("chat-bot", CHAT, AnswerReason.ASKED_BY_SAME),
        ("chat-bot", DESK, AnswerReason.HEARD),
        ("", CHAT, AnswerReason.HEARD),
        ("chat-bot", ANYBODY, AnswerReason.HEARD),
    ],
)
def test_who_asks_may_not_approve_where_both_are_bound(
    asked: str, voice: Voice, reason: AnswerReason
) -> None:
    room = waiting_for(asked=asked)

    assert room.say(DetailType.APPROVED, voice).reason is reason
    assert len(room.tasks.answers) == (reason is AnswerReason.HEARD)


@pytest.mark.parametrize("said", [DetailType.REFUSED, DetailType.CANCEL_REQUESTED])
def test_who_asks_may_refuse_and_cancel(said: DetailType) -> None:
    room = waiting_for(of=2, asked="chat-bot")

    assert room.say(said, CHAT).is_heard
    assert [error for _, error, _ in room.tasks.answers] == [ERRORS[said]]


def test_an_approval_that_comes_too_late_is_not_kept() -> None:
    room = waiting_for()
    room.tasks.over = {"token-1"}

    assert room.say(DetailType.APPROVED, DESK).reason is AnswerReason.WAITS_FOR_NOTHING
    assert room.answers.given(RUN, DIGEST) == ()


@pytest.mark.parametrize("said", [DetailType.APPROVED, DetailType.REFUSED])
def test_an_approval_is_no_answer_to_who_waits_for_a_window(said: DetailType) -> None:
    room = Room(RUN)
    room.table.tokens, room.table.wait = {RUN: "token-1"}, Wait.WINDOW

    assert room.say(said).reason is AnswerReason.WAITS_FOR_NOTHING
    assert room.tasks.answers == []


@pytest.mark.parametrize("tokens", [{}, {RUN: "token-1"}])
def test_a_migration_that_runs_is_cancelled_whether_or_not_it_waits(tokens: dict[str, str]) -> None:
    room = Room(RUN)
    room.table.tokens, room.table.wait = tokens, Wait.WINDOW

    assert room.say(DetailType.CANCEL_REQUESTED).is_heard
    assert room.table.cancelled == {RUN: ANA}
    assert room.table.calls == ["cancel", "token"]
    assert len(room.tasks.answers) == len(tokens)


@pytest.mark.parametrize("said", [DetailType.APPROVED, DetailType.REFUSED])
def test_what_waits_no_more_or_never_did_does_not_hear(said: DetailType) -> None:
    room = Room(RUN)
    assert room.say(said).reason is AnswerReason.WAITS_FOR_NOTHING
    room.table.tokens, room.tasks.over = {RUN: "token-1"}, {"token-1"}
    assert room.say(said).reason is AnswerReason.WAITS_FOR_NOTHING
    assert room.table.cancelled == {}


@pytest.mark.parametrize("said", ANSWERS)
@pytest.mark.parametrize(
    ("described", "how"),
    [
        (ENDED, "unchanged"),
        (ExecutionDescription(status="FAILED", error="VifShift.RolledBack"), "rolled-back"),
        (ExecutionDescription(status="FAILED", error="States.Runtime"), "interrupted"),
        (ExecutionDescription(status="ABORTED"), "interrupted"),
        (ExecutionDescription(status="SUCCEEDED", output="[]"), "succeeded"),
    ],
)
def test_what_has_ended_is_told_with_its_outcome_and_nothing_is_kept(
    said: DetailType, described: ExecutionDescription, how: str
) -> None:
    room = Room(**{RUN: described})
    room.table.tokens = {RUN: "token-1"}
    room.under(last=RUN)

    for named in ({"migration_id": RUN}, {"request_id": CHANGE}):
        told = room.say(said, **named)
        assert told.reason is AnswerReason.HAS_ENDED
        assert told.message == f"migration {RUN} has ended: {how}"
    assert (room.table.cancelled, room.answers.answers, room.tasks.answers) == ({}, {}, [])


@pytest.mark.parametrize("named", [{"migration_id": RUN}, {"request_id": CHANGE}])
def test_a_cancellation_of_something_unknown_is_kept_for_a_minute(named: dict[str, str]) -> None:
    room = Room()

    told = room.say(DetailType.CANCEL_REQUESTED, **named)

    assert (told.reason, told.kept_until) == (AnswerReason.NO_SUCH_MIGRATION, START + KEPT)
    assert timedelta(0) < KEPT <= timedelta(minutes=1)
    assert room.table.cancelled == {}
    for started, heard in ((START, ANA), (START + KEPT, ANA), (told.kept_until, ANA)):
        run = EXECUTION.model_copy(update={"started_at": started})
        assert kept_cancellation(room.answers, run, CHANGE) == heard
    for started_at in (START + KEPT + timedelta(seconds=1), START + timedelta(days=39), None):
        run = EXECUTION.model_copy(update={"started_at": started_at})
        assert kept_cancellation(room.answers, run, CHANGE) is None


@pytest.mark.parametrize("named", [{"migration_id": RUN}, {"request_id": CHANGE}])
@pytest.mark.parametrize("said", [DetailType.APPROVED, DetailType.REFUSED])
def test_nothing_is_approved_before_it_is_asked(said: DetailType, named: dict[str, str]) -> None:
    room = Room()
    told = room.say(said, **named)
    assert (told.reason, told.kept_until) == (AnswerReason.NO_SUCH_MIGRATION, None)
    assert room.answers.answers == {}


def test_who_registers_while_a_cancellation_is_kept_hears_it() -> None:
    """An execution looks for what was kept after it has registered; so one of the two sees it."""
    room = Room(RUN)

    class Late(FakeAnswerTable):
        def keep(self, *arguments: Any, **more: Any) -> None:
            super().keep(*arguments, **more)
            room.under(RUN, last=RUN)

    room.answers = Late()
    assert room.say(DetailType.CANCEL_REQUESTED, request_id=CHANGE).heard_by == (RUN,)
    assert room.table.cancelled == {RUN: ANA}


def test_a_cancelled_change_is_all_of_it() -> None:
    room = Room(RUN, OTHER, **{"run-0": ENDED})
    room.under("run-0", RUN, OTHER, last=OTHER)

    assert room.say(DetailType.CANCEL_REQUESTED, request_id=CHANGE).heard_by == (RUN, OTHER)
    assert room.table.cancelled == {RUN: ANA, OTHER: ANA}


def test_what_has_just_begun_may_not_be_known_to_step_functions_yet() -> None:
    room = Room()
    room.under(RUN, last=RUN)
    assert room.say(DetailType.CANCEL_REQUESTED, request_id=CHANGE).heard_by == (RUN,)


def test_an_approval_of_several_is_for_none_of_them() -> None:
    room = Room(RUN, OTHER, "run-3")
    room.table.tokens = {RUN: "token-1", OTHER: "token-2"}
    room.under(RUN, OTHER, "run-3", last=OTHER)

    told = room.say(DetailType.APPROVED, request_id=CHANGE)

    assert told.reason is AnswerReason.AMBIGUOUS
    assert RUN in told.message
    assert OTHER in told.message
    assert room.tasks.answers == []
    assert room.say(DetailType.REFUSED, request_id=CHANGE).heard_by == (RUN, OTHER)


def test_the_one_that_waits_is_approved_among_several_that_run() -> None:
    room = Room(RUN, OTHER)
    room.table.tokens = {OTHER: "token-2"}
    room.under(RUN, OTHER, last=OTHER)
    assert room.say(DetailType.APPROVED, request_id=CHANGE).heard_by == (OTHER,)


@pytest.mark.parametrize("said", [DetailType.APPROVED, DetailType.REFUSED])
def test_an_approval_is_for_the_digest_that_it_carries(said: DetailType) -> None:
    mine, other = "a" * 64, "b" * 64
    room = Room(RUN, OTHER)
    room.table.tokens = {RUN: "token-1", OTHER: "token-2"}
    room.table.digests = {RUN: mine, OTHER: other}
    room.under(RUN, OTHER, last=OTHER)

    by_id = room.say(said, migration_id=RUN, digest=other)
    by_change = room.say(said, request_id=CHANGE, digest=mine)

    if said is DetailType.APPROVED:
        assert by_id.reason is AnswerReason.OTHER_DIGEST
        assert by_change.heard_by == (RUN,)
        assert room.tasks.answers == [("token-1", None, ANA)]
    else:
        assert (by_id.heard_by, by_change.heard_by) == ((RUN,), (RUN, OTHER))


def test_what_was_asked_without_a_digest_is_approved_without_one() -> None:
    room = Room(RUN)
    room.table.tokens = {RUN: "token-1"}
    assert room.say(DetailType.APPROVED, migration_id=RUN, digest="a" * 64).reason is (
        AnswerReason.OTHER_DIGEST
    )
    assert room.say(DetailType.APPROVED).is_heard


def test_a_change_that_is_a_plan_is_not_cancelled_like_a_migration() -> None:
    room = Room()
    room.under("plan-1", last="plan-1", kind=ItemKind.PLANS_OF)

    told = room.say(DetailType.CANCEL_REQUESTED, request_id=CHANGE)

    assert (told.reason, told.kept_until) == (AnswerReason.NO_SUCH_MIGRATION, None)
    assert "a plan does" in told.message


def test_a_cancellation_that_can_not_be_kept_fails_and_is_not_handed_on() -> None:
    class Brittle(FakeMigrationTable):
        def cancel(self, migration_id: str, answer: Answer, *, now: float) -> None:
            raise CallDenied("put_item: no")

    room = Room(RUN)
    room.table = Brittle()
    room.table.tokens = {RUN: "token-1"}
    with pytest.raises(CallDenied):
        room.say(DetailType.CANCEL_REQUESTED)
    assert room.tasks.answers == []
