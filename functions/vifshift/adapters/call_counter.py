"""Counts the calls that one invocation of a Lambda makes, and how many of them are throttled.

What counts is a context variable: no invocation sees another's, however warm the Lambda is. A
thread has a context of its own, so whoever calls AWS in one hands its own on: see `survey`.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from threading import Lock


class CallCounter:
    """The calls of one invocation, by the API's names of operations; several threads may count."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._calls: Counter[str] = Counter()
        self._throttles = 0

    def count_call(self, operation: str) -> None:
        """Count a call, whatever becomes of it."""
        with self._lock:
            self._calls[operation] += 1

    def count_throttle(self) -> None:
        """Count a call that was throttled."""
        with self._lock:
            self._throttles += 1

    @property
    def calls(self) -> dict[str, int]:
        """Return how often each operation was called."""
        with self._lock:
            return dict(sorted(self._calls.items()))

    @property
    def throttles(self) -> int:
        """Return how many calls were throttled."""
        with self._lock:
            return self._throttles


_CURRENT: ContextVar[CallCounter] = ContextVar("call_counter")


@contextmanager
def counting() -> Iterator[CallCounter]:
    """Count from nothing."""
    counter = CallCounter()
    outer = _CURRENT.set(counter)
    try:
        yield counter
    finally:
        _CURRENT.reset(outer)


def current_call_counter() -> CallCounter:
    """Return what counts now; outside of an invocation it is a tally that nobody reads."""
    return _CURRENT.get(None) or CallCounter()
