"""Counts the calls to AWS in one invocation of a Lambda, those throttled, and the lists cut off.

The counter is a context variable, so that a warm Lambda's invocations do not share it. A thread
has its own context; code that calls AWS in threads copies the context, as `survey` does.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from threading import Lock


class CallCounter:
    """The calls of one invocation, by the API's names of operations; it is thread-safe."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._calls: Counter[str] = Counter()
        self._throttles = 0
        self._cut: set[str] = set()

    def count_call(self, operation: str) -> None:
        """Count a call, whether or not it succeeds."""
        with self._lock:
            self._calls[operation] += 1

    def count_throttle(self) -> None:
        """Count a call that was throttled."""
        with self._lock:
            self._throttles += 1

    def note_cut(self, operation: str) -> None:
        """Note that the list of an operation was not read to its end."""
        with self._lock:
            self._cut.add(operation)

    def cut_lists(self) -> tuple[str, ...]:
        """Return the operations whose lists were not read to their end."""
        with self._lock:
            return tuple(sorted(self._cut))

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
    """Count the calls in this context, from zero."""
    counter = CallCounter()
    outer = _CURRENT.set(counter)
    try:
        yield counter
    finally:
        _CURRENT.reset(outer)


def current_call_counter() -> CallCounter:
    """Return the current counter; outside of an invocation, one that nobody reads."""
    return _CURRENT.get(None) or CallCounter()
