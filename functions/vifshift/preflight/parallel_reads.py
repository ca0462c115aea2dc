"""Reads side by side, and keeps account of what may not or can't be read."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from typing import TypeVar

from vifshift.domain.errors import CallError
from vifshift.domain.network import Unchecked

READERS = 8
PERMISSIONS = {
    "the account that calls": "sts:GetCallerIdentity",
    "the change calendar": "ssm:GetCalendarState",
    "AWS Health": "health:DescribeEvents and health:DescribeAffectedEntities",
    "the gateway's attachment": "directconnect:DescribeDirectConnectGatewayAttachments",
}

T = TypeVar("T")


class Reader:
    """Reads side by side; keeps account of what may not or can't be read, and raises the rest."""

    def __init__(self, pool: ThreadPoolExecutor) -> None:
        """Read with the threads of a pool."""
        self._pool = pool
        self.unchecked: list[Unchecked] = []

    def start(self, read: Callable[[], T]) -> Future[T]:
        """Start reading what nothing can be judged without; what it calls is counted here."""
        return self._pool.submit(copy_context().run, read)

    def settle(self, subject: str, reading: Future[T], default: T) -> T:
        """Wait for something that can be done without, and note it where it could not be read."""
        try:
            return reading.result()
        except CallError as error:
            permission = PERMISSIONS[subject]
            self.unchecked.append(
                Unchecked(subject=subject, permission=permission, reason=str(error))
            )
            return default
