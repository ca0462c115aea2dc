"""The clock of an execution: the time of a state, and what has passed since by the function's own.

Only differences of the function's clock count, so that one that is wrong does no harm, and every
time that is decided on is in the execution's history, or is this long after one that does.
"""

import time
from datetime import datetime, timedelta


class ExecutionClock:
    """A clock that shows a given time when it is made, and waits in real time."""

    def __init__(self, now: datetime) -> None:
        """Start at the time at which the execution entered the state."""
        self._start = now
        self._started = time.monotonic()

    def now(self) -> datetime:
        """Return the time."""
        return self._start + timedelta(seconds=time.monotonic() - self._started)

    def sleep(self, seconds: float) -> None:
        """Wait."""
        time.sleep(seconds)
