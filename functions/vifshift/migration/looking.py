"""Observes a VIF several times in one invocation, until there is news or the time is up."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final, Protocol

from vifshift.domain.observation import EarlierLook
from vifshift.migration.next_step import ObservedStep, PhaseProgress

LONGEST_SERIES: Final = timedelta(seconds=20)
"""No observation of an invocation begins later than this after the first."""
SHORTEST_REST: Final = timedelta(seconds=1)
"""So long is between an observation that took its time and the next one."""


class SeriesClock(Protocol):
    """The time of an execution, which passes while a function waits."""

    def now(self) -> datetime:
        """Return the time."""

    def sleep(self, seconds: float) -> None:
        """Wait."""


class ObservedSeries(ObservedStep):
    """The last observation of an invocation, with those before it, which were no news."""

    looks: tuple[EarlierLook, ...] = ()


def look_until_news(
    look: Callable[[PhaseProgress, datetime], ObservedStep],
    way: PhaseProgress,
    clock: SeriesClock,
    spacing: Callable[[], int] = lambda: 1,
) -> ObservedSeries:
    """Return the first observation that is news, or else the last one that there is time for.

    `look` makes an observation, given what is known and the time. One that is lost with its
    invocation is as if it had not been made: the next invocation begins with what is stored.
    `spacing` returns the fewest seconds between two of them, since other migrations observe as
    well; it is called once, after the first.
    """
    at = asked_at = clock.now()
    looks: list[EarlierLook] = []
    shortest: int | None = None
    while True:
        found = look(way, at)
        over_at = clock.now()
        shortest = spacing() if shortest is None else shortest
        observation = found.observation.asked_for_at(asked_at)
        observation = observation.pausing(max(observation.pause_seconds, shortest))
        next_at = at + timedelta(seconds=observation.pause_seconds)
        next_at = max(next_at, over_at + SHORTEST_REST)
        if found.is_news or next_at - asked_at > LONGEST_SERIES:
            return ObservedSeries(
                observation=observation,
                step=found.step,
                announcement=found.announcement,
                outcome_if_it_ends_here=found.outcome_if_it_ends_here,
                looks=tuple(looks),
            )
        looks.append(EarlierLook.of(observation, over_at))
        way = way.after(observation)
        clock.sleep((next_at - over_at).total_seconds())
        at = clock.now()
