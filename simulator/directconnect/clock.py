"""Time: read lazily, and waited for only where a call takes its time."""

import heapq
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from moto.core import utils

Action = Callable[[datetime], None]


def now() -> datetime:
    """Read moto's clock, through its module, so that a virtual clock can stand in for it."""
    moment = utils.utcnow()
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def sleep(seconds: float) -> None:
    """Let time pass for the caller, through the module too; behind a server it is real time."""
    if seconds:
        time.sleep(seconds)


@dataclass
class Agenda:
    """The scheduled actions; none happens before the network is read."""

    _entries: list[tuple[datetime, int, Action]] = field(default_factory=list)
    _entered: int = 0

    def add(self, at: datetime, action: Action) -> None:
        """Schedule an action; those of the same time happen in the order of their scheduling."""
        self._entered += 1
        heapq.heappush(self._entries, (at, self._entered, action))

    def run_until(self, moment: datetime) -> None:
        """Perform every action that is due, each at its own time."""
        while self._entries and self._entries[0][0] <= moment:
            at, _, action = heapq.heappop(self._entries)
            action(at)
