"""The real-time clock of a served cloud."""

import threading
import time
from collections.abc import Callable
from contextlib import nullcontext
from datetime import UTC, datetime

from simulator.core.clock import Aside


class RealClock:
    """A clock on which waiting takes as long as it says."""

    def __init__(self) -> None:
        self._timers: set[threading.Timer] = set()
        self._lock = threading.Lock()
        self._closed = False

    def now(self) -> datetime:
        """Return the time, with its zone (UTC)."""
        return datetime.now(UTC)

    def sleep(self, seconds: float, aside: Aside = nullcontext) -> None:
        """Wait, while others run."""
        with aside():
            time.sleep(max(0.0, seconds))

    def call_later(
        self, seconds: float, action: Callable[[], None], *, background: bool = False
    ) -> Callable[[], None]:
        """Run an action later, in a thread of its own."""

        def run() -> None:
            with self._lock:
                self._timers.discard(timer)
            action()

        timer = threading.Timer(max(0.0, seconds), run)
        timer.daemon = True
        with self._lock:
            if self._closed:
                return timer.cancel
            self._timers.add(timer)
        timer.start()
        return timer.cancel

    def close(self) -> None:
        """Drop everything that has not run yet."""
        with self._lock:
            self._closed = True
            timers, self._timers = self._timers, set()
        for timer in timers:
            timer.cancel()
