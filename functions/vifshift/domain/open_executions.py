"""The executions that are registered as running, and when the sweep looks after one that ended.

Each has an item in the lock table from its start until its end was reported and its locks are
released. Only these items and the locks of gateways have the attribute `open`, so that the index on
it holds nothing else.
"""

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, TypeVar

OPEN_ATTRIBUTE: Final = "open"
"""The attribute that is the key of the index: whether it is a migration or a plan."""
OPEN_INDEX: Final = "open"
"""The name of the index."""
ON_THE_WAY: Final = "on-the-way"
"""What the index has for the lock of a gateway: a migration is on its way."""
EVERY: Final = timedelta(minutes=5)
"""How often the sweep runs."""
MOST_AT_ONCE: Final = 200
"""How many executions one sweep asks for; where there are more, the next one goes on."""

Each = TypeVar("Each")


class ExecutionKind(StrEnum):
    """What an execution is, as the index has it."""

    MIGRATION = "migration"
    PLAN = "plan"


def due(found: Sequence[Each], now: datetime) -> Sequence[Each]:
    """Return the part of what was found that a sweep looks at now; the parts take turns."""
    parts = -(-len(found) // MOST_AT_ONCE)
    if parts <= 1:
        return found
    turn = int(now.timestamp() // EVERY.total_seconds()) % parts
    return found[turn * MOST_AT_ONCE : (turn + 1) * MOST_AT_ONCE]


def attempt_of(ended_at: datetime, now: datetime) -> int:
    """Return the number of the attempt that is due, from 0.

    The first is due at once, and each later one after twice the time: while it is being looked
    after, or can't be, nothing is started at every sweep.
    """
    return max(0, (now - ended_at) // EVERY).bit_length()


def name_of_watchdog(execution_arn: str, ended_at: datetime, attempt: int) -> str:
    """Return the name of a watchdog's execution.

    It is the same for the same attempt at the same end, so that no attempt is started twice.
    """
    digest = hashlib.sha256(f"{execution_arn} {ended_at.isoformat()}".encode()).hexdigest()[:40]
    return f"sweep-{digest}-{attempt}"
