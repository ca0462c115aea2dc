"""What the rest of the simulated cloud needs to know about time."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol

Action = Callable[[], None]
Aside = Callable[[], AbstractContextManager[object]]


class Sleeper(Protocol):
    """What tells the time, and lets it pass."""

    def now(self) -> datetime:
        """Return the time, with its zone (UTC)."""

    def sleep(self, seconds: float) -> None:
        """Let time pass for the caller."""


class Clock(Protocol):
    """A clock, be it virtual or real."""

    def now(self) -> datetime:
        """Return the time, with its zone (UTC)."""

    def sleep(self, seconds: float, aside: Aside = ...) -> None:
        """Let time pass for the caller; `aside` is entered while others run, if any do."""

    def call_later(self, seconds: float, action: Action, *, background: bool = False) -> Action:
        """Run an action later, in a thread of its own, and return a function that cancels it.

        A background action keeps nothing awake: run_until_idle() does not wait for it.
        """
