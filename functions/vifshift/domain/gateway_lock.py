"""The lock of a gateway: who holds it, and for how long."""

from datetime import timedelta
from typing import Final

from vifshift.domain.request import Convergence
from vifshift.domain.table_keys import ItemKind, key

LEASE_MARGIN: Final = timedelta(hours=2)
"""What a phase may take beside its observations: retries of every state, and a last event."""
LONGEST_CONVERGENCE: Final = timedelta(seconds=3600 + 1800)
"""The longest timeout and hold that a request may ask for."""
LONGEST_LEASE: Final = LEASE_MARGIN + 2 * LONGEST_CONVERGENCE


def key_of(redundancy_group: str) -> str:
    """Return the key of a gateway's lock in the table."""
    return key(ItemKind.GATEWAY, redundancy_group)


def lease(convergence: Convergence) -> timedelta:
    """Return how long a lock is taken for; it is taken again before each call.

    A phase that can't be observed may take its time twice: it gives up only after it has seen
    nothing for as long as the phase itself may take.
    """
    seconds = convergence.timeout_seconds + convergence.hold_seconds
    return LEASE_MARGIN + 2 * timedelta(seconds=seconds)
