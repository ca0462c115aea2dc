"""Which events people are notified of, by the setting `notify`: decided here, as data."""

from enum import StrEnum
from typing import Final

from tools.events.catalog import INCOMING
from vifshift.events.base import DetailType


class Notify(StrEnum):
    """How much people want to be notified of, from everything to the least."""

    ALL = "all"
    OUTCOMES = "outcomes"
    TROUBLE = "trouble"


QUIETEST: Final = {
    # With the id to cancel it by, while there is time to.
    DetailType.STARTED: Notify.OUTCOMES,
    DetailType.PROGRESSED: Notify.ALL,
    DetailType.WINDOW_PENDING: Notify.OUTCOMES,
    DetailType.SUCCEEDED: Notify.OUTCOMES,
    DetailType.UNCHANGED: Notify.OUTCOMES,
    DetailType.PLANNED: Notify.OUTCOMES,
    DetailType.DUPLICATE: Notify.OUTCOMES,
    DetailType.CANCELLED: Notify.OUTCOMES,
    # Nobody approves who is not asked.
    DetailType.APPROVAL_REQUESTED: Notify.TROUBLE,
    # Nothing was touched, but what somebody wanted will not happen.
    DetailType.REJECTED: Notify.TROUBLE,
    DetailType.ROLLING_BACK: Notify.TROUBLE,
    DetailType.ROLLED_BACK: Notify.TROUBLE,
    DetailType.ROLLBACK_FAILED: Notify.TROUBLE,
    DetailType.NEEDS_ATTENTION: Notify.TROUBLE,
    DetailType.INTERRUPTED: Notify.TROUBLE,
    DetailType.PLAN_STARTED: Notify.OUTCOMES,
    DetailType.PLAN_PROGRESSED: Notify.ALL,
    DetailType.PLAN_WINDOW_PENDING: Notify.OUTCOMES,
    # Each move that failed has a notification of its own.
    DetailType.PLAN_COMPLETED: Notify.OUTCOMES,
    DetailType.PLAN_PLANNED: Notify.OUTCOMES,
    DetailType.PLAN_DUPLICATE: Notify.OUTCOMES,
    DetailType.PLAN_CANCELLED: Notify.OUTCOMES,
    DetailType.PLAN_APPROVAL_REQUESTED: Notify.TROUBLE,
    DetailType.PLAN_HALTED: Notify.TROUBLE,
    DetailType.PLAN_REJECTED: Notify.TROUBLE,
    DetailType.PLAN_INTERRUPTED: Notify.TROUBLE,
    # Whoever has sent it is waiting for a word.
    DetailType.ANSWER_HEARD: Notify.OUTCOMES,
    DetailType.ANSWER_NOT_HEARD: Notify.OUTCOMES,
    DetailType.CHANGED_OUTSIDE: Notify.TROUBLE,
}
"""The quietest setting that still notifies of an event."""

PASSING: Final = frozenset(
    {
        DetailType.STARTED,
        DetailType.PROGRESSED,
        DetailType.ROLLING_BACK,
        DetailType.PLAN_STARTED,
        DetailType.PLAN_PROGRESSED,
    }
)
"""Events that are soon out of date: a notification hours later would mislead."""


def notified_at(level: Notify) -> tuple[DetailType, ...]:
    """Return the events that people are notified of at a level.

    Raises KeyError for an event that has no entry in `QUIETEST`.
    """
    levels = list(Notify)
    outgoing = (each for each in DetailType if each not in INCOMING)
    return tuple(each for each in outgoing if levels.index(QUIETEST[each]) >= levels.index(level))
