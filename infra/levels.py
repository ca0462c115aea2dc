"""Which events people are told of, by the setting `notify`: decided here, once, as data."""

from enum import StrEnum
from typing import Final

from vifshift.events import ANSWERS, DetailType


class Notify(StrEnum):
    """How much people want to hear, from everything to the least."""

    ALL = "all"
    OUTCOMES = "outcomes"
    TROUBLE = "trouble"


INCOMING: Final = frozenset({DetailType.REQUESTED, *ANSWERS})

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
}
"""The quietest setting that still tells of an event."""

PASSING: Final = frozenset({DetailType.STARTED, DetailType.PROGRESSED, DetailType.ROLLING_BACK})
"""What is over soon: told hours late it would mislead."""


def told_at(level: Notify) -> tuple[DetailType, ...]:
    """Return what is told at a level; an event that was not decided on is a KeyError."""
    levels = list(Notify)
    outgoing = (each for each in DetailType if each not in INCOMING)
    return tuple(each for each in outgoing if levels.index(QUIETEST[each]) >= levels.index(level))
