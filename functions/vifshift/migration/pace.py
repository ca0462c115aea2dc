"""How long to wait between two observations."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from math import ceil
from typing import Final

from vifshift.domain.observation import Progress
from vifshift.domain.request import Convergence

QUICK: Final = 2
"""Seconds between two observations while anything is wrong, for the first minutes."""
QUICK_FOR: Final = timedelta(minutes=5)
SLOWER: Final = 5
"""Seconds between two observations in a hold, and after `QUICK_FOR`."""
SLOWER_FOR: Final = timedelta(minutes=10)
SLOWER_WHILE_UNKNOWN: Final = 10
"""Seconds between two observations where it can't be read how many migrations are on their way."""
MOST_CHANGES: Final = 100
"""So many changes of a phase are told at once: each takes events of the execution's history."""
SLOW: Final = 20
"""Seconds between two observations after that many changes."""


def pause(
    progress: Progress,
    dues: Iterable[datetime | None],
    convergence: Convergence,
    now: datetime,
) -> int:
    """Return the seconds to the next observation, which is not past a due time.

    After one that could not be read they are twice as many as before it, up to a limit.
    """
    seconds = _interval(progress, convergence, now)
    if progress.seen_at < now:
        # A call that was throttled, or had no response, is not to be repeated all the more.
        longer = min(
            2 * progress.pause_seconds, max(SLOWER_WHILE_UNKNOWN, convergence.poll_seconds)
        )
        seconds = max(seconds, longer)
    ahead = [int((due - now).total_seconds()) for due in dues if due and due > now]
    return max(1, min([seconds, *ahead]))


def spacing(on_their_way: int | None, per_second: int) -> int:
    """Return the fewest seconds between two observations of a migration, from how many there are.

    Where that can't be read, it is as if there were many.
    """
    return SLOWER_WHILE_UNKNOWN if on_their_way is None else ceil(on_their_way / per_second)


def _interval(progress: Progress, convergence: Convergence, now: datetime) -> int:
    if progress.changes > MOST_CHANGES:
        return max(SLOW, convergence.poll_seconds)
    taken = now - (progress.landed_at or progress.started_at)
    if progress.good_since is None and taken < QUICK_FOR:
        return min(QUICK, convergence.poll_seconds)
    if progress.good_since or taken < SLOWER_FOR:
        return min(SLOWER, convergence.poll_seconds)
    return convergence.poll_seconds
