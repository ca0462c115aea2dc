"""The waits of a plan: the event that announces one, and what ends it."""

from datetime import datetime
from typing import Protocol

from vifshift.domain.errors import PlanHalted
from vifshift.domain.migration import Answer, Execution, WaitingTask
from vifshift.domain.plan_progress import PlanStanding
from vifshift.domain.table_keys import ItemKind, name_of_plan
from vifshift.domain.workflow import Wait
from vifshift.events import plan_announcements as announcements
from vifshift.events.base import DetailType
from vifshift.events.commands import ReplyTo
from vifshift.events.plan import PlanAnnouncement, PlanMetadata
from vifshift.events.plan_notices import AskedFor
from vifshift.migration.waits import CANCELLATION, Stop, Tasks
from vifshift.plan.planning.preparation import Preparation

HALT = Stop(DetailType.PLAN_HALT_REQUESTED, PlanHalted)


class KeptHalts(Protocol):
    """Has the halts that came before a plan was known."""

    def kept(self, kind: ItemKind, name: str, started_at: datetime | None) -> Answer | None:
        """Return the answer that was kept for an execution that started at this time."""


class Waits(Protocol):
    """Stores what migrations wait for."""

    def waiting(self, migration_id: str) -> WaitingTask | None:
        """Return the task that a migration waits in, None if there is none."""


class Moves(Protocol):
    """Stores which moves of a plan have waited."""

    def waiting_children(self, plan_id: str) -> tuple[str, ...]:
        """Return the names of the migrations that have waited and not ended."""


class Halts(Protocol):
    """Stores the progress of a plan, and who halts it."""

    def standing(self, plan_id: str) -> PlanStanding:
        """Return the progress of a plan."""

    def halt(self, plan_id: str, answer: Answer, *, now: float) -> None:
        """Store that no more moves are to start; `now` is in seconds since 1970."""


def name_in_table(plan_id: str) -> str:
    """Return the name that a plan's token is stored under; no migration can have it."""
    return name_of_plan(plan_id)


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
            asked=AskedFor(
                preparation.covered, preparation.head, preparation.changes, preparation.page
            ),
        )
    if request.window is None:
        raise ValueError("a plan without a window can't wait for it")
    return announcements.window_pending(
        metadata, about, counts, findings, request.window, preparation.covered
    )


def keep_back(plan_id: str, why: Answer, *, table: Waits, moves: Moves, task_tokens: Tasks) -> None:
    """Cancel the waits of a plan's moves, none of which has touched its VIF.

    It must be stored before that no more moves may start: a move that begins to wait later finds
    that by itself.
    """
    for child in moves.waiting_children(plan_id):
        if waiting := table.waiting(child):
            task_tokens.fail(waiting.token, CANCELLATION.error.__name__, why)


def heed_kept_halt(
    table: Halts, kept: KeptHalts, execution: Execution, request_id: str, *, now: datetime
) -> PlanStanding:
    """Return the progress of a plan; store a halt of it, or of its request, that came too early."""
    standing, started_at = table.standing(execution.name), execution.started_at
    if standing.halted_by:
        return standing
    halt = kept.kept(ItemKind.KEPT_HALT, execution.name, started_at) or kept.kept(
        ItemKind.KEPT_HALT_OF_REQUEST, request_id, started_at
    )
    if halt is None:
        return standing
    table.halt(execution.name, halt, now=now.timestamp())
    return standing._replace(halted_by=halt)
