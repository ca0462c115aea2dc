"""The waits of a plan: the event that announces one, and the answer that ends it."""

from datetime import datetime
from typing import Protocol

from vifshift.domain.errors import PlanHalted
from vifshift.domain.migration import Answer
from vifshift.domain.workflow import Wait
from vifshift.events import plan_announcements as announcements
from vifshift.events.base import DetailType
from vifshift.events.notices import ReplyTo
from vifshift.events.plan import PlanAnnouncement, PlanCommand, PlanMetadata
from vifshift.migration.waits import CANCELLATION, Stop, Tasks, answer_task
from vifshift.plan.planning.preparation import Preparation

HALT = Stop(DetailType.PLAN_HALT_REQUESTED, PlanHalted)


class Waits(Protocol):
    """Stores the tokens of waiting tasks."""

    def waiting(self, migration_id: str) -> tuple[str, str] | None:
        """Return what was last waited for, and that task's token; None if nothing."""


class Moves(Protocol):
    """Stores which moves of a plan have waited."""

    def waiting_children(self, plan_id: str) -> tuple[str, ...]:
        """Return the names of the migrations that have waited and not ended."""


class Halts(Moves, Protocol):
    """Stores who halts a plan."""

    def halt(self, plan_id: str, answer: Answer, *, now: float) -> None:
        """Store that no more moves are to start; `now` is in seconds since 1970."""


def name_in_table(plan_id: str) -> str:
    """Return the name that a plan's token is stored under; no migration can have it."""
    return f"plan/{plan_id}"


def hold(
    preparation: Preparation, wait: Wait, token: str, metadata: PlanMetadata, reply_to: ReplyTo
) -> PlanAnnouncement:
    """Return the event that announces a wait.

    Raises ValueError for a wait that the plan does not have.
    """
    request, about = preparation.request, preparation.subject
    counts, findings = preparation.counts, preparation.findings
    if request is None:
        raise ValueError("a plan that is not known can't be held")
    if wait is Wait.APPROVAL:
        return announcements.approval_requested(
            metadata,
            about,
            counts,
            findings,
            timeout_minutes=request.approval.timeout_minutes,
            token=token,
            reply_to=reply_to,
        )
    if request.window is None:
        raise ValueError("a plan without a window can't wait for it")
    return announcements.window_pending(metadata, about, counts, findings, request.window)


def keep_back(plan_id: str, why: Answer, *, table: Waits, moves: Moves, task_tokens: Tasks) -> None:
    """Cancel the waits of a plan's moves, none of which has touched its VIF.

    It must be stored before that no more moves may start: a move that begins to wait later finds
    that by itself.
    """
    for child in moves.waiting_children(plan_id):
        if waiting := table.waiting(child):
            _, token = waiting
            task_tokens.fail(token, CANCELLATION.error.__name__, why)


def answer(
    detail_type: DetailType,
    command: PlanCommand,
    *,
    table: Waits,
    halts: Halts,
    task_tokens: Tasks,
    now: datetime,
) -> bool:
    """Answer the task that a plan waits in, and return whether one was waiting for it.

    A halt is stored in any case, and checked before each move, and by each move before it touches
    its VIF.
    """
    reply = Answer(by=command.by, comment=command.comment)
    if detail_type is DetailType.PLAN_HALT_REQUESTED:
        halts.halt(command.plan_id, reply, now=now.timestamp())
        keep_back(command.plan_id, reply, table=table, moves=halts, task_tokens=task_tokens)
    return answer_task(
        table.waiting(name_in_table(command.plan_id)), detail_type, reply, HALT, task_tokens
    )
