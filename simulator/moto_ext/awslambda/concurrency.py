"""How many invocations Lambda runs at once: reserved, unreserved, and the account's limit.

AWS: Lambda developer guide, "Understanding Lambda function scaling" and "Configuring reserved
concurrency". A function with reserved concurrency runs that many invocations at most, and nobody
else can take them; all others share what is left of the account's limit.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from moto.awslambda.models import lambda_backends

from simulator.core.context import CloudContext

_BACKENDS: Any = lambda_backends
LONGEST_QUEUED: Final = 6 * 3600.0
"""For how many seconds an asynchronous invocation that is throttled stays in the queue."""
_LONGEST_PAUSE: Final = 300.0


class ThrottledError(Exception):
    """No invocation is left for a function."""


class Concurrency:
    """The invocations that run now, by the names of their functions."""

    def __init__(self, context: CloudContext) -> None:
        self._context = context
        self._running: Counter[str] = Counter()

    @contextmanager
    def taken(self, function: Any) -> Iterator[None]:
        """Run an invocation; raises `ThrottledError` if it is one too many."""
        name = function.function_name
        if self._is_full(name):
            raise ThrottledError(name)
        self._running[name] += 1
        try:
            yield
        finally:
            self._running[name] -= 1

    def _is_full(self, name: str) -> bool:
        reserved = self._reserved()
        if name in reserved:
            return self._running[name] >= reserved[name]
        shared = sum(count for each, count in self._running.items() if each not in reserved)
        return shared >= self._context.lambda_limit - sum(reserved.values())

    def _reserved(self) -> dict[str, int]:
        """Return the reserved concurrency of each function that has some, zero included."""
        functions = _BACKENDS[self._context.account][self._context.region].list_functions()
        return {
            each.function_name: int(each.reserved_concurrency)
            for each in functions
            if each.reserved_concurrency is not None
        }


def pause_after(queued: float) -> float:
    """Return the seconds until the next attempt of what has been queued for some seconds.

    AWS: Lambda developer guide, "Error handling for asynchronous invocation": from one second to
    five minutes, each about twice as long as the one before.
    """
    return min(_LONGEST_PAUSE, queued + 1)
