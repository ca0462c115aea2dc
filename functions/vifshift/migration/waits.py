"""The waits of a migration: the event that announces one, and the answer that ends it."""

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple, Protocol

from vifshift.domain.errors import MigrationCancelled
from vifshift.domain.migration import Answer
from vifshift.domain.workflow import REFUSED, Wait
from vifshift.events import announcements
from vifshift.events.base import DetailType
from vifshift.events.migration import Announcement, Command, Metadata
from vifshift.events.notices import ReplyTo
from vifshift.migration.validation import Validation

APPROVALS = {DetailType.APPROVED, DetailType.PLAN_APPROVED}


class Stop(NamedTuple):
    """The command that stops an execution, and the error that its waiting task fails with."""

    detail_type: DetailType
    error: type[Exception]


CANCELLATION = Stop(DetailType.CANCEL_REQUESTED, MigrationCancelled)


class Tokens(Protocol):
    """Stores the tokens of waiting tasks, and cancellations."""

    def waiting(self, migration_id: str) -> tuple[str, str] | None:
        """Return what a migration last waited for, and that task's token; None if nothing."""

    def cancel(self, migration_id: str, answer: Answer, *, now: float) -> None:
        """Store that a migration is to be cancelled; `now` is in seconds since 1970."""


class Cancellations(Protocol):
    """Stores which migrations are cancelled."""

    def cancellation(self, migration_id: str) -> Answer | None:
        """Return who cancelled a migration, None if nobody did."""


class Plans(Protocol):
    """Stores which plans start no more moves."""

    def stop_of(self, plan_id: str) -> str | None:
        """Return why a plan starts no more moves, None if it does; raises a `CallError`."""


class Tasks(Protocol):
    """Ends waiting tasks."""

    def succeed(self, token: str, answer: Answer) -> bool:
        """Let a task succeed; return whether it was still waiting."""

    def fail(self, token: str, error: str, answer: Answer) -> bool:
        """Let a task fail; return whether it was still waiting."""


def raise_if_cancelled(
    migration_id: str, plan_id: str | None, table: Cancellations, plans: Callable[[], Plans]
) -> None:
    """Raise `MigrationCancelled` if somebody cancelled it, or its plan starts no more moves.

    Raises a `CallError` if what the plan does can't be read.
    """
    if cancellation := table.cancellation(migration_id):
        raise MigrationCancelled(f"cancelled by {cancellation}")
    if plan_id and (why := plans().stop_of(plan_id)):
        raise MigrationCancelled(f"not started, since plan {plan_id} {why}")


def hold(
    validation: Validation, wait: Wait, token: str, metadata: Metadata, reply_to: ReplyTo
) -> Announcement | None:
    """Return the event that announces a wait; a wait for a gateway has none.

    Raises ValueError for a wait that the migration does not have.
    """
    migration, findings = validation.migration, validation.findings
    if migration is None:
        raise ValueError("a migration that is not known can't be held")
    if wait is Wait.GATEWAY:
        return None
    if wait is Wait.APPROVAL:
        return announcements.approval_requested(metadata, migration, findings, token, reply_to)
    if migration.request.window is None:
        raise ValueError("a migration without a window can't wait for it")
    return announcements.window_pending(metadata, migration, findings, migration.request.window)


def answer(
    detail_type: DetailType, command: Command, *, table: Tokens, task_tokens: Tasks, now: datetime
) -> bool:
    """Answer the task that a migration waits in, and return whether one was waiting for it.

    A cancellation is stored as well, for a migration that does not wait: it checks for one before
    it associates, and at each observation of its VIF.
    """
    reply = Answer(by=command.by, comment=command.comment)
    if detail_type is DetailType.CANCEL_REQUESTED:
        table.cancel(command.migration_id, reply, now=now.timestamp())
    return answer_task(
        table.waiting(command.migration_id), detail_type, reply, CANCELLATION, task_tokens
    )


def answer_task(
    waiting: tuple[str, str] | None,
    detail_type: DetailType,
    reply: Answer,
    stop: Stop,
    task_tokens: Tasks,
) -> bool:
    """Answer a waiting task, and return whether it was still waiting for that.

    `waiting` is what it waits for, and its token. An approval or a refusal ends no wait for a
    window; what stops the execution ends any wait.
    """
    wait, token = waiting or (None, "")
    if wait is None:
        return False
    if detail_type is stop.detail_type:
        return task_tokens.fail(token, stop.error.__name__, reply)
    if wait != Wait.APPROVAL:
        return False
    if detail_type in APPROVALS:
        return task_tokens.succeed(token, reply)
    return task_tokens.fail(token, REFUSED, reply)
