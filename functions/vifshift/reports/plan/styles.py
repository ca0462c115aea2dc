"""The styles of outcomes of plans and moves: a word, a colour and a pattern."""

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from vifshift.domain.plan_outcome import MoveOutcome, PlanOutcome
from vifshift.reports.base.axis import where_it_fits
from vifshift.reports.base.page_parts import Badge, OutcomeStyle
from vifshift.reports.migration.page import BADGES as MIGRATIONS
from vifshift.reports.migration.styles import LaneStyle
from vifshift.reports.plan.model import MoveReport

LEAST_SHARE = 1
"""The smallest part of the bar, in percent, so that a single failure is visible."""

PLANS = {
    PlanOutcome.COMPLETED: Badge("Completed", OutcomeStyle.GOOD),
    PlanOutcome.UNCHANGED: Badge("Unchanged", OutcomeStyle.GOOD),
    PlanOutcome.PLANNED: Badge("Planned", OutcomeStyle.CALM),
    PlanOutcome.DUPLICATE: Badge("Duplicate", OutcomeStyle.CALM),
    PlanOutcome.CANCELLED: Badge("Cancelled", OutcomeStyle.CALM),
    PlanOutcome.REJECTED: Badge("Rejected", OutcomeStyle.WARN),
    PlanOutcome.PARTLY_COMPLETED: Badge("Partly completed", OutcomeStyle.WARN),
    PlanOutcome.HALTED: Badge("Halted", OutcomeStyle.WARN),
    PlanOutcome.INTERRUPTED: Badge("Interrupted", OutcomeStyle.BAD),
}

MOVES: dict[str, Badge] = {
    **{outcome.value: badge for outcome, badge in MIGRATIONS.items()},
    MoveOutcome.NOT_STARTED: Badge("Not started", OutcomeStyle.CALM),
    MoveOutcome.IN_FLIGHT: Badge("In flight", OutcomeStyle.WARN),
}

TONES = {
    MoveOutcome.SUCCEEDED: LaneStyle.GOOD,
    MoveOutcome.UNCHANGED: LaneStyle.TARGET,
    MoveOutcome.ROLLED_BACK: LaneStyle.WAIT,
    MoveOutcome.ROLLBACK_FAILED: LaneStyle.BAD,
    MoveOutcome.NEEDS_ATTENTION: LaneStyle.BAD,
    MoveOutcome.INTERRUPTED: LaneStyle.BAD,
    MoveOutcome.REJECTED: LaneStyle.ODD,
    MoveOutcome.CANCELLED: LaneStyle.ELSEWHERE,
    MoveOutcome.DUPLICATE: LaneStyle.ELSEWHERE,
    MoveOutcome.IN_FLIGHT: LaneStyle.SOURCE,
    MoveOutcome.NOT_STARTED: LaneStyle.UNSEEN,
}
"""In the order of the bar: successes, failures, then what has not ended."""


class OutcomeBar(NamedTuple):
    """The moves of one outcome, as a part of the bar; `fits` is where its number fits."""

    x: float
    width: float
    tone: LaneStyle
    word: str
    number: int
    fits: str


def in_a_word(outcome: MoveOutcome) -> str:
    """Return an outcome as in a sentence: `rolled back`."""
    return MOVES[outcome].text.lower()


def outcome_bars(moves: Iterable[MoveReport]) -> tuple[OutcomeBar, ...]:
    """Return the parts of the bar of all moves, by outcome."""
    numbers = Counter(move.outcome for move in moves)
    shares = {
        outcome: max(LEAST_SHARE, 100 * numbers[outcome] / numbers.total())
        for outcome in TONES
        if numbers[outcome]
    }
    parts: list[OutcomeBar] = []
    x = 0.0
    for outcome, share in shares.items():
        width = 100 * share / sum(shares.values())
        number = numbers[outcome]
        fits = where_it_fits(str(number), width)
        parts.append(OutcomeBar(x, width, TONES[outcome], in_a_word(outcome), number, fits))
        x += width
    return tuple(parts)
