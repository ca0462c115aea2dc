"""Says what a plan that is held waits for, and what an answer does to a plan."""

from datetime import datetime
from typing import Protocol

from vifshift.domain.errors import PlanHalted
from vifshift.domain.migration import Answer
from vifshift.domain.workflow import REFUSED, Wait
from vifshift.events import plan as events
from vifshift.events.migration import DetailType
from vifshift.events.notices import ReplyTo
from vifshift.events.plan import PlanAnnouncement, PlanMetadata, PlanSaid
from vifshift.migration.answers import Tasks
from vifshift.plan.planning.preparation import Preparation


class Waits(Protocol):
    """Where the tokens of waiting tasks are kept."""

    def waiting(self, migration_id: str) -> tuple[str, str] | None:
        """Return what is waited for, and the token of that task."""


class Halts(Protocol):
    """Where it is noted who halts a plan."""

    def halt(self, plan_id: str, answer: Answer, *, now: float) -> None:
        """Note that no more moves are to start."""


def name_in_ledger(plan_id: str) -> str:
    """Return the name that a plan's token is kept under: no migration can have it."""
    return f"plan/{plan_id}"


def hold(
    preparation: Preparation, wait: Wait, token: str, metadata: PlanMetadata, reply_to: ReplyTo
) -> PlanAnnouncement:
    """Return what is to be told; raises ValueError for what there is nothing to wait for."""
    request, about = preparation.request, preparation.subject
    counts, findings = preparation.counts, preparation.findings
    if request is None:
        raise ValueError("a plan that is not known can't be held")
    if wait is Wait.APPROVAL:
        return events.approval_requested(
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
    return events.window_pending(metadata, about, counts, findings, request.window)


def answer(
    detail_type: DetailType,
    said: PlanSaid,
    *,
    ledger: Waits,
    halts: Halts,
    callbacks: Tasks,
    now: datetime,
) -> bool:
    """Answer the task that a plan waits in; say whether any was waiting for that.

    A halt is noted in any case: it is looked for before each move.
    """
    told = Answer(by=said.by, comment=said.comment)
    if detail_type is DetailType.PLAN_HALT_REQUESTED:
        halts.halt(said.plan_id, told, now=now.timestamp())
    wait, token = ledger.waiting(name_in_ledger(said.plan_id)) or (None, "")
    match detail_type, wait:
        case _, None:
            return False
        case DetailType.PLAN_HALT_REQUESTED, _:
            return callbacks.fail(token, PlanHalted.__name__, told)
        case DetailType.PLAN_APPROVED, Wait.APPROVAL:
            return callbacks.succeed(token, told)
        case DetailType.PLAN_REFUSED, Wait.APPROVAL:
            return callbacks.fail(token, REFUSED, told)
        case _:
            return False
