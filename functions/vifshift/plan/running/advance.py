"""Decides whether the next move of a track may start, and says what has become of the last one."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from vifshift.domain.migration import Answer, Execution
from vifshift.domain.model import Model
from vifshift.domain.plan_outcome import Counts
from vifshift.domain.sizes import shortened
from vifshift.events import plan as events
from vifshift.events.plan import LONGEST_MESSAGE, MoveTold, PlanAnnouncement
from vifshift.plan.planning.preparation import Rules
from vifshift.plan.planning.stages import StagedMove
from vifshift.plan.running.child import Done, Ending, Start, start_of


class Why(StrEnum):
    """What keeps a track from going on."""

    HALTED = "halted"
    FAILURES = "failures"
    WINDOW = "window"
    DONE = "done"


class Standing(NamedTuple):
    """How far a plan is: how many of its moves have ended how, which are on their way, who halts.

    `lost` are those on their way that are not waited for any more.
    """

    succeeded: int = 0
    unchanged: int = 0
    failed: int = 0
    lost: int = 0
    in_flight: frozenset[int] = frozenset()
    halted_by: Answer | None = None

    def counts(self, before: Counts) -> Counts:
        """Return the counts by now, from those of before the first move."""
        ended = self.succeeded + self.unchanged + self.failed
        on_their_way = len(self.in_flight)
        return before.model_copy(
            update={
                "succeeded": before.succeeded + self.succeeded,
                "unchanged": before.unchanged + self.unchanged,
                "failed": before.failed + self.failed,
                "in_flight": on_their_way,
                "not_started": max(0, before.not_started - ended - on_their_way),
            }
        )


class Advance(Model):
    """Whether the next move may start, and if not, why; what to start, and what to tell."""

    go: bool
    why: Why | None = None
    start: Start | None = None
    announcement: PlanAnnouncement | None = None


def decide(rules: Rules, standing: Standing, move: StagedMove | None, now: datetime) -> Why | None:
    """Return what keeps the next move from starting, None where nothing does."""
    if move is None:
        return Why.DONE
    if standing.halted_by is not None:
        return Why.HALTED
    if standing.failed + standing.lost >= rules.stop_after_failures:
        return Why.FAILURES
    if rules.closes_at and now + _there_and_back(move) > rules.closes_at:
        return Why.WINDOW
    return None


def advance(
    execution: Execution,
    request_id: str,
    *,
    rules: Rules,
    move: StagedMove | None,
    ended: MoveTold | None,
    standing: Standing,
    now: datetime,
) -> Advance:
    """Say whether the next move starts, and what is to be told of the last one."""
    why = decide(rules, standing, move, now)
    start = start_of(execution, move) if move and why is None else None
    announcement = None
    if ended:
        announcement = events.progressed(
            events.metadata(execution, request_id, now),
            rules.subject,
            standing.counts(rules.counts),
            ended,
        )
    return Advance(go=start is not None, why=why, start=start, announcement=announcement)


def told(done: Done, found: Ending) -> MoveTold:
    """Return what is told of a move that has ended."""
    return MoveTold(
        number=done.number,
        virtual_interface_id=done.virtual_interface_id,
        outcome=found.outcome,
        message=shortened(found.message, LONGEST_MESSAGE),
    )


def _there_and_back(move: StagedMove) -> timedelta:
    """Return how long a move may take, as its own preflight reckons."""
    return 2 * move.complete.convergence.longest_way
