"""How the outcomes of plans and moves are shown: in a word, with a colour and a pattern."""

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from vifshift.domain.plan_outcome import MoveOutcome, PlanOutcome
from vifshift.reports.base.axis import where_it_fits
from vifshift.reports.base.head import Badge, Feeling
from vifshift.reports.migration.page import BADGES as MIGRATIONS
from vifshift.reports.migration.styles import Tone
from vifshift.reports.plan.model import MoveReport

LEAST_SHARE = 1
"""How many per cent of a bar a part takes at least, so that a single failure is seen."""

PLANS = {
    PlanOutcome.COMPLETED: Badge("Completed", Feeling.GOOD),
    PlanOutcome.UNCHANGED: Badge("Unchanged", Feeling.GOOD),
    PlanOutcome.PLANNED: Badge("Planned", Feeling.CALM),
    PlanOutcome.DUPLICATE: Badge("Duplicate", Feeling.CALM),
    PlanOutcome.CANCELLED: Badge("Cancelled", Feeling.CALM),
    PlanOutcome.REJECTED: Badge("Rejected", Feeling.WARN),
    PlanOutcome.PARTLY_COMPLETED: Badge("Partly completed", Feeling.WARN),
    PlanOutcome.HALTED: Badge("Halted", Feeling.WARN),
    PlanOutcome.INTERRUPTED: Badge("Interrupted", Feeling.BAD),
}

MOVES: dict[str, Badge] = {
    **{outcome.value: badge for outcome, badge in MIGRATIONS.items()},
    MoveOutcome.NOT_STARTED: Badge("Not started", Feeling.CALM),
    MoveOutcome.IN_FLIGHT: Badge("In flight", Feeling.WARN),
}

TONES = {
    MoveOutcome.SUCCEEDED: Tone.GOOD,
    MoveOutcome.UNCHANGED: Tone.TARGET,
    MoveOutcome.ROLLED_BACK: Tone.WAIT,
    MoveOutcome.ROLLBACK_FAILED: Tone.BAD,
    MoveOutcome.NEEDS_ATTENTION: Tone.BAD,
    MoveOutcome.INTERRUPTED: Tone.BAD,
    MoveOutcome.REJECTED: Tone.ODD,
    MoveOutcome.CANCELLED: Tone.ELSEWHERE,
    MoveOutcome.DUPLICATE: Tone.ELSEWHERE,
    MoveOutcome.IN_FLIGHT: Tone.SOURCE,
    MoveOutcome.NOT_STARTED: Tone.UNSEEN,
}
"""In the order of the bar: what is well, what is not, what is still to come."""


class Part(NamedTuple):
    """The moves of one outcome, as a part of the bar; `fits` is where its number does."""

    x: float
    width: float
    tone: Tone
    word: str
    number: int
    fits: str


def in_a_word(outcome: MoveOutcome) -> str:
    """Say an outcome as it is said in a sentence: `rolled back`."""
    return MOVES[outcome].text.lower()


def tally(moves: Iterable[MoveReport]) -> tuple[Part, ...]:
    """Return the parts of the bar of all moves, by outcome."""
    numbers = Counter(move.outcome for move in moves)
    shares = {
        outcome: max(LEAST_SHARE, 100 * numbers[outcome] / numbers.total())
        for outcome in TONES
        if numbers[outcome]
    }
    parts: list[Part] = []
    x = 0.0
    for outcome, share in shares.items():
        width = 100 * share / sum(shares.values())
        number = numbers[outcome]
        fits = where_it_fits(str(number), width)
        parts.append(Part(x, width, TONES[outcome], in_a_word(outcome), number, fits))
        x += width
    return tuple(parts)
