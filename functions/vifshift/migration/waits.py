"""The waits of a migration: the event that announces one, and what ends it."""

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple, Protocol

from vifshift.domain.errors import MigrationCancelled
from vifshift.domain.migration import Answer, Execution, WaitingTask
from vifshift.domain.table_keys import ItemKind
from vifshift.domain.workflow import REFUSED, Wait
from vifshift.events import announcements
from vifshift.events.base import DetailType
from vifshift.events.commands import ReplyTo
from vifshift.events.migration import Announcement, Metadata
from vifshift.migration.validation_result import Validation

APPROVALS = {DetailType.APPROVED, DetailType.PLAN_APPROVED}


class Stop(NamedTuple):
    """The command that stops an execution, and the error that its waiting task fails with."""

    detail_type: DetailType
    error: type[Exception]


CANCELLATION = Stop(DetailType.CANCEL_REQUESTED, MigrationCancelled)


class KeptCancellations(Protocol):
    """Has the cancellations of migrations, and those that came before they were known."""

    def kept(self, kind: ItemKind, name: str, started_at: datetime | None) -> Answer | None:
        """Return the answer that was kept for an execution that started at this time."""


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
    execution: Execution,
    request_id: str,
    plan_id: str | None,
    *,
    table: Cancellations,
    kept: KeptCancellations,
    plans: Callable[[], Plans],
) -> None:
    """Raise `MigrationCancelled` if somebody cancelled it, or its plan starts no more moves.

    Raises a `CallError` if what the plan does can't be read.
    """
    cancellation = table.cancellation(execution.name) or kept_cancellation(
        kept, execution, request_id
    )
    if cancellation:
        raise MigrationCancelled(f"cancelled by {cancellation}")
    if plan_id and (why := plans().stop_of(plan_id)):
        raise MigrationCancelled(f"not started, since plan {plan_id} {why}")


def hold(
    validation: Validation,
    wait: Wait,
    token: str,
    metadata: Metadata,
    reply_to: ReplyTo,
    *,
    page: str | None = None,
) -> Announcement | None:
    """Return the event that announces a wait; a wait for a gateway has none.

    `page` is where people find what they are asked to approve.

    Raises ValueError for a wait that the migration does not have.
    """
    migration, findings = validation.migration, validation.findings
    if migration is None:
        raise ValueError("a migration that is not known can't be held")
    if wait is Wait.GATEWAY:
        return None
    if wait is Wait.APPROVAL:
        asked = announcements.approval_requested(
            metadata,
            migration,
            findings,
            token,
            reply_to,
            minutes=validation.approval_minutes,
            checked=validation.checked,
            changes=validation.changes,
        )
        return announcements.with_page(asked, page)
    if migration.request.window is None:
        raise ValueError("a migration without a window can't wait for it")
    return announcements.window_pending(
        metadata,
        migration,
        findings,
        migration.request.window,
        digest=validation.digest,
    )


def kept_cancellation(
    table: KeptCancellations, execution: Execution, request_id: str
) -> Answer | None:
    """Return who cancelled a migration, or its request, right before it started."""
    started_at = execution.started_at
    return table.kept(ItemKind.KEPT_CANCEL, execution.name, started_at) or table.kept(
        ItemKind.KEPT_CANCEL_OF_REQUEST, request_id, started_at
    )


def answer_task(
    waiting: WaitingTask | None,
    detail_type: DetailType,
    reply: Answer,
    stop: Stop,
    task_tokens: Tasks,
    *,
    digest: str | None = None,
) -> bool:
    """Answer a waiting task, and return whether it was still waiting for that.

    An approval or a refusal ends no wait for a window; what stops the execution ends any wait. An
    approval of another `digest` is not one of what is to be approved now.
    """
    if waiting is None:
        return False
    token = waiting.token
    if detail_type is stop.detail_type:
        return task_tokens.fail(token, stop.error.__name__, reply)
    if waiting.wait != Wait.APPROVAL:
        return False
    if detail_type in APPROVALS:
        if digest is not None and digest != waiting.digest:
            return False
        return task_tokens.succeed(token, reply)
    return task_tokens.fail(token, REFUSED, reply)
