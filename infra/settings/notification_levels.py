"""Which events people are told of, by the setting `notify`: decided here, once, as data."""

from enum import StrEnum
from typing import Final

from tools.events.catalog import INCOMING
from vifshift.events.migration import DetailType


class Notify(StrEnum):
    """How much people want to hear, from everything to the least."""

    ALL = "all"
    OUTCOMES = "outcomes"
    TROUBLE = "trouble"


QUIETEST: Final = {
    DetailType.STARTED: Notify.ALL,
    DetailType.PROGRESSED: Notify.ALL,
    DetailType.WINDOW_PENDING: Notify.OUTCOMES,
    DetailType.SUCCEEDED: Notify.OUTCOMES,
    DetailType.UNCHANGED: Notify.OUTCOMES,
    DetailType.PLANNED: Notify.OUTCOMES,
    DetailType.DUPLICATE: Notify.OUTCOMES,
    DetailType.CANCELLED: Notify.OUTCOMES,
    # Nobody acts if nobody is asked.
    DetailType.APPROVAL_REQUESTED: Notify.TROUBLE,
    # Nothing was touched, but what somebody wanted does not happen.
    DetailType.REJECTED: Notify.TROUBLE,
    DetailType.ROLLING_BACK: Notify.TROUBLE,
    DetailType.ROLLED_BACK: Notify.TROUBLE,
    DetailType.ROLLBACK_FAILED: Notify.TROUBLE,
    DetailType.NEEDS_ATTENTION: Notify.TROUBLE,
    DetailType.INTERRUPTED: Notify.TROUBLE,
    DetailType.PLAN_STARTED: Notify.ALL,
    DetailType.PLAN_PROGRESSED: Notify.ALL,
    DetailType.PLAN_WINDOW_PENDING: Notify.OUTCOMES,
    # Each move that did not come good tells of itself.
    DetailType.PLAN_COMPLETED: Notify.OUTCOMES,
    DetailType.PLAN_PLANNED: Notify.OUTCOMES,
    DetailType.PLAN_DUPLICATE: Notify.OUTCOMES,
    DetailType.PLAN_CANCELLED: Notify.OUTCOMES,
    DetailType.PLAN_APPROVAL_REQUESTED: Notify.TROUBLE,
    DetailType.PLAN_HALTED: Notify.TROUBLE,
    DetailType.PLAN_REJECTED: Notify.TROUBLE,
    DetailType.PLAN_INTERRUPTED: Notify.TROUBLE,
}
"""The quietest setting that still tells of an event."""

PASSING: Final = frozenset(
    {
        DetailType.STARTED,
        DetailType.PROGRESSED,
        DetailType.ROLLING_BACK,
        DetailType.PLAN_STARTED,
        DetailType.PLAN_PROGRESSED,
    }
)
"""What is over soon: told hours late it would mislead."""


def told_at(level: Notify) -> tuple[DetailType, ...]:
    """Return what is told at a level; an event that was not decided on is a KeyError."""
    levels = list(Notify)
    outgoing = (each for each in DetailType if each not in INCOMING)
    return tuple(each for each in outgoing if levels.index(QUIETEST[each]) >= levels.index(level))
