"""What an answer does to a migration that waits, or is on its way."""

import pytest

from tests.unit.vifshift.fakes import EXECUTION, START, FakeMigrationTable, FakeTaskTokens
from vifshift.domain.errors import CallDenied
from vifshift.domain.migration import Answer
from vifshift.domain.workflow import Wait
from vifshift.events.base import DetailType
from vifshift.events.migration import Command
from vifshift.migration.waits import answer

RUN = EXECUTION.name
SAID = Command(migration_id=RUN, by="ana", comment="because")
ANA = Answer(by="ana", comment="because")
ANSWERS = [DetailType.APPROVED, DetailType.REFUSED, DetailType.CANCEL_REQUESTED]
ERRORS = {DetailType.REFUSED: "Refused", DetailType.CANCEL_REQUESTED: "MigrationCancelled"}


class Brittle(FakeMigrationTable):
    """A ledger that can't be written."""

    def cancel(self, migration_id: str, answer: Answer, *, now: float) -> None:
        raise CallDenied("put_item: no")


@pytest.fixture
def ledger() -> FakeMigrationTable:
    return FakeMigrationTable()


@pytest.fixture
def tasks() -> FakeTaskTokens:
    return FakeTaskTokens()


def say(detail_type: DetailType, ledger: FakeMigrationTable, tasks: FakeTaskTokens) -> bool:
    return answer(detail_type, SAID, table=ledger, task_tokens=tasks, now=START)


@pytest.mark.parametrize("detail_type", ANSWERS)
def test_a_task_that_waits_is_answered_with_who_and_why(
    ledger: FakeMigrationTable, tasks: FakeTaskTokens, detail_type: DetailType
) -> None:
    # given
    ledger.tokens = {RUN: "token-1", "another-run": "token-2"}
    # when
    is_heard = say(detail_type, ledger, tasks)
    # then
    assert is_heard
    assert tasks.answers == [("token-1", ERRORS.get(detail_type), ANA)]


@pytest.mark.parametrize("detail_type", [DetailType.APPROVED, DetailType.REFUSED])
def test_an_approval_is_no_answer_to_who_waits_for_a_window(
    ledger: FakeMigrationTable, tasks: FakeTaskTokens, detail_type: DetailType
) -> None:
    ledger.tokens, ledger.wait = {RUN: "token-1"}, Wait.WINDOW
    assert not say(detail_type, ledger, tasks)
    assert tasks.answers == []


def test_who_waits_for_a_window_can_be_called_off(
    ledger: FakeMigrationTable, tasks: FakeTaskTokens
) -> None:
    ledger.tokens, ledger.wait = {RUN: "token-1"}, Wait.WINDOW
    assert say(DetailType.CANCEL_REQUESTED, ledger, tasks)


@pytest.mark.parametrize("detail_type", ANSWERS)
def test_what_waits_no_more_does_not_hear(
    ledger: FakeMigrationTable, tasks: FakeTaskTokens, detail_type: DetailType
) -> None:
    ledger.tokens = {RUN: "token-1"}
    tasks.over = {"token-1"}
    assert not say(detail_type, ledger, tasks)


@pytest.mark.parametrize("detail_type", ANSWERS)
def test_what_has_never_waited_does_not_hear(
    ledger: FakeMigrationTable, tasks: FakeTaskTokens, detail_type: DetailType
) -> None:
    assert not say(detail_type, ledger, tasks)
    assert tasks.answers == []


@pytest.mark.parametrize("detail_type", ANSWERS)
@pytest.mark.parametrize("tokens", [{}, {RUN: "token-1"}])
def test_a_cancellation_alone_is_kept_whether_or_not_a_task_waits(
    ledger: FakeMigrationTable,
    tasks: FakeTaskTokens,
    detail_type: DetailType,
    tokens: dict[str, str],
) -> None:
    # given
    ledger.tokens = tokens
    # when
    say(detail_type, ledger, tasks)
    # then
    is_cancelled = detail_type is DetailType.CANCEL_REQUESTED
    assert ledger.cancelled == ({RUN: ANA} if is_cancelled else {})
    assert ledger.kept_at == ([START.timestamp()] if is_cancelled else [])


def test_a_cancellation_is_kept_before_a_task_is_looked_for(
    ledger: FakeMigrationTable, tasks: FakeTaskTokens
) -> None:
    say(DetailType.CANCEL_REQUESTED, ledger, tasks)
    assert ledger.calls == ["cancel", "token"]


def test_a_cancellation_that_can_not_be_kept_fails_and_is_not_handed_on(
    tasks: FakeTaskTokens,
) -> None:
    # given
    ledger = Brittle()
    ledger.tokens = {RUN: "token-1"}
    # when
    with pytest.raises(CallDenied):
        say(DetailType.CANCEL_REQUESTED, ledger, tasks)
    # then
    assert tasks.answers == []
