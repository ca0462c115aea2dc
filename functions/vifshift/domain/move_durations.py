"""How long moves are expected to take, how long they may take, and when each would start.

AWS publishes no duration of a move. What is expected is an estimate: a router that was not told may
keep the old session for BGP's hold time, which is 90 seconds by default (AWS: Direct Connect user
guide, "BGP-specific settings"). The longest is a bound, which the workflow keeps.
"""

import heapq
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from math import ceil
from typing import Final, NamedTuple

from vifshift.domain.model import Model
from vifshift.domain.request import Convergence, RollbackMode, Window

USUAL_INTERRUPTION: Final = 90
"""For how many seconds BGP is usually down in a move: an estimate."""

Track = tuple[int, ...]
"""The numbers of moves that follow one another."""


class MoveDuration(Model):
    """How many seconds one move takes.

    `interruption_seconds` and `expected_seconds` are estimates; `longest_seconds` is how long it
    may take, with the rollback that may follow it.
    """

    interruption_seconds: int
    expected_seconds: int
    longest_seconds: int

    @classmethod
    def of(cls, convergence: Convergence, rollback: RollbackMode) -> "MoveDuration":
        """Return how long a move with these options takes."""
        interruption = min(USUAL_INTERRUPTION, convergence.timeout_seconds)
        ways = 2 if rollback is RollbackMode.AUTO else 1
        return cls(
            interruption_seconds=interruption,
            expected_seconds=interruption + convergence.hold_seconds,
            longest_seconds=ways * ceil(convergence.longest_way.total_seconds()),
        )


class MovePeriod(NamedTuple):
    """When a move of a plan starts and ends, counted from the start of the first one."""

    number: int
    starts: timedelta
    ends: timedelta


class PlanDuration(Model):
    """How many seconds all moves take, without waits; the longest has a rollback of each."""

    expected_seconds: int
    longest_seconds: int


def duration_of_plan(
    tracks: Sequence[Track], durations: Mapping[int, MoveDuration], at_once: int
) -> PlanDuration:
    """Return how long the moves of a plan take, at most `at_once` of its tracks at a time."""
    expected = {number: _seconds(each.expected_seconds) for number, each in durations.items()}
    longest = {number: _seconds(each.longest_seconds) for number, each in durations.items()}
    return PlanDuration(
        expected_seconds=_end(periods(tracks, expected, at_once)),
        longest_seconds=_end(periods(tracks, longest, at_once)),
    )


def periods(
    tracks: Sequence[Track], lengths: Mapping[int, timedelta], at_once: int
) -> Iterator[MovePeriod]:
    """Yield when each move starts and ends if each takes its length, track by track.

    A track starts as soon as one of those before it has ended, its moves follow one another.
    """
    free = [timedelta()] * min(at_once, max(1, len(tracks)))
    for track in tracks:
        time = heapq.heappop(free)
        for number in track:
            starts, time = time, time + lengths[number]
            yield MovePeriod(number, starts, time)
        heapq.heappush(free, time)


def time_left(window: Window, now: datetime, seconds: int) -> timedelta:
    """Return how much of a window is left after what takes so long; negative if it is too short."""
    return window.closes_at - (max(now, window.opens_at) + _seconds(seconds))


def _seconds(seconds: int) -> timedelta:
    return timedelta(seconds=seconds)


def _end(found: Iterator[MovePeriod]) -> int:
    return ceil(max((each.ends.total_seconds() for each in found), default=0))
