"""What is said about the end of a plan, by outcome."""

from typing import Final

from vifshift.domain.plan_outcome import Counts, PlanOutcome
from vifshift.events import plan_notices as notices

AGAIN: Final = "send the same plan again: what is already on its target is left alone."

WHAT: Final = {
    PlanOutcome.COMPLETED: "all moves are done: ",
    PlanOutcome.PARTLY_COMPLETED: "done, but not all moves succeeded: ",
    PlanOutcome.HALTED: "not all moves were started: ",
    PlanOutcome.REJECTED: "nothing was touched",
    PlanOutcome.PLANNED: "dry run, nothing was touched: preflight has passed",
    PlanOutcome.UNCHANGED: "all are already on their targets",
    PlanOutcome.DUPLICATE: "nothing was done",
    PlanOutcome.CANCELLED: "cancelled, nothing was touched",
    PlanOutcome.INTERRUPTED: "its execution was stopped before it ended: ",
}
IN_NUMBERS: Final = {
    PlanOutcome.COMPLETED,
    PlanOutcome.PARTLY_COMPLETED,
    PlanOutcome.HALTED,
    PlanOutcome.INTERRUPTED,
}
AFTER_MOVES: Final = {*IN_NUMBERS, PlanOutcome.UNCHANGED}
NEXT_STEPS: Final = {
    PlanOutcome.COMPLETED: (
        "Update your infrastructure code and your alarms: the virtual interfaces have new "
        "connectionIds."
    ),
    PlanOutcome.PARTLY_COMPLETED: f"Fix what the messages of the failed moves name, then {AGAIN}",
    PlanOutcome.HALTED: f"To do the rest, {AGAIN}",
    PlanOutcome.REJECTED: "Follow the findings' remedies, then send the plan again.",
    PlanOutcome.PLANNED: f"To run it, send the plan again without dryRun. {notices.IN_CODE}",
    PlanOutcome.UNCHANGED: "Nothing to do.",
    PlanOutcome.DUPLICATE: "Nothing to do; the other execution has the outcome.",
    PlanOutcome.CANCELLED: "Nothing was touched. Send the plan again when you want the moves.",
    PlanOutcome.INTERRUPTED: f"To do the rest, {AGAIN}",
}


def after(outcome: PlanOutcome, counts: Counts) -> str:
    """Return the next step after an outcome; what is in progress or has failed comes first."""
    if outcome not in {PlanOutcome.HALTED, PlanOutcome.INTERRUPTED}:
        return NEXT_STEPS[outcome]
    if counts.in_flight:
        return f"Moves in progress continue, and report how they end. Once they have, {AGAIN}"
    if counts.failed:
        return f"Fix what the messages of the failed moves name; to do the rest, {AGAIN}"
    return NEXT_STEPS[outcome]
