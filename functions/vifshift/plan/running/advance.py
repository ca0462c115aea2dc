"""Decides whether the next move of a track may start, and reports the last one."""

from datetime import datetime, timedelta
from enum import StrEnum

from vifshift.domain.migration import Execution
from vifshift.domain.model import Model
from vifshift.domain.plan_outcome import MoveOutcome
from vifshift.domain.plan_progress import ChildEnding, PlanStanding
from vifshift.domain.sizes import shortened
from vifshift.events import plan_announcements as announcements
from vifshift.events.plan import LONGEST_MESSAGE, MoveSummary, PlanAnnouncement
from vifshift.plan.planning.preparation import Rules
from vifshift.plan.planning.stages import StagedMove
from vifshift.plan.running.child import AbandonedMove, ChildInput, start_of


class HoldReason(StrEnum):
    """Why a track does not start its next move."""

    HALTED = "halted"
    FAILURES = "failures"
    WINDOW = "window"
    DONE = "done"


class Advance(Model):
    """Whether the next move may start, or why not; what to start, and the event to send."""

    go: bool
    why: HoldReason | None = None
    start: ChildInput | None = None
    announcement: PlanAnnouncement | None = None


def in_a_line(ended: MoveSummary | None, move: StagedMove | None, advance: Advance) -> str:
    """Return how a move ended and what is next, for people who look at the execution's graph."""
    done = f"move {ended.number} {ended.outcome}; " if ended else ""
    if advance.go and move:
        return f"{done}next: move {move.number}, {move.request['virtualInterfaceId']}"
    return f"{done}no further move: {advance.why}"


def decide(
    rules: Rules, standing: PlanStanding, move: StagedMove | None, now: datetime
) -> HoldReason | None:
    """Return why the next move must not start, None if it may."""
    if move is None:
        return HoldReason.DONE
    if standing.halted_by is not None:
        return HoldReason.HALTED
    if is_limit_reached(rules, standing):
        return HoldReason.FAILURES
    if rules.closes_at and now + _longest(move) > rules.closes_at:
        return HoldReason.WINDOW
    return None


def is_limit_reached(rules: Rules, standing: PlanStanding) -> bool:
    """Return whether as many moves have failed as may fail."""
    return standing.failed + standing.lost >= rules.stop_after_failures


def counted(ending: ChildEnding, rules: Rules, standing: PlanStanding) -> ChildEnding:
    """Return how a move ended, for the plan: one that the plan itself kept back was not started."""
    is_over = standing.halted_by is not None or is_limit_reached(rules, standing)
    if ending.outcome is MoveOutcome.CANCELLED and is_over:
        return ending._replace(outcome=MoveOutcome.NOT_STARTED)
    return ending


def advance(
    execution: Execution,
    request_id: str,
    *,
    rules: Rules,
    move: StagedMove | None,
    ended: MoveSummary | None,
    standing: PlanStanding,
    now: datetime,
    nonce: str = "",
) -> Advance:
    """Return whether the next move starts, and the event that reports the last one.

    `nonce` is a part of the name of the migration that is started.
    """
    why = decide(rules, standing, move, now)
    start = start_of(execution, move, rules, nonce) if move and why is None else None
    announcement = None
    if ended:
        announcement = announcements.progressed(
            announcements.metadata(execution, request_id, now),
            rules.subject,
            standing.counts(rules.counts),
            ended,
        )
    return Advance(go=start is not None, why=why, start=start, announcement=announcement)


def summary_of(done: AbandonedMove, found: ChildEnding) -> MoveSummary:
    """Return the summary of a move that has ended, for its event."""
    return MoveSummary(
        number=done.number,
        virtual_interface_id=done.virtual_interface_id,
        outcome=found.outcome,
        message=shortened(found.message, LONGEST_MESSAGE),
    )


def _longest(move: StagedMove) -> timedelta:
    """Return how long a move and a rollback may take, as in its own preflight."""
    return 2 * move.complete.longest_way
