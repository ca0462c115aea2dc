"""Reads in parallel, and records what could not be read."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from typing import TypeVar

from vifshift.domain.errors import PASSING, CallError
from vifshift.domain.network import CHANGE_CALENDAR, Unchecked

READERS = 8
ATTACHMENT = "the gateway's attachment"
ROUTES = "the routes of virtual interfaces"
VPNS = "the VPN connections of the gateway"
LOCKS = "which virtual interfaces this stack moves"
PERMISSIONS = {
    LOCKS: "dynamodb:BatchGetItem",
    "the account that calls": "sts:GetCallerIdentity",
    CHANGE_CALENDAR: "ssm:GetCalendarState",
    "AWS Health": "health:DescribeEvents and health:DescribeAffectedEntities",
    VPNS: ("ec2:DescribeVpnConnections and directconnect:DescribeDirectConnectGatewayAssociations"),
    ATTACHMENT: "directconnect:DescribeDirectConnectGatewayAttachments",
    "the metrics of AWS/DX": "cloudwatch:GetMetricData",
    "the failover tests": "directconnect:ListVirtualInterfaceTestHistory",
    "the resiliency groups": (
        "directconnect:ListResiliencyGroups and directconnect:ListResiliencyGroupAssociations"
    ),
}

READ_AGAIN = frozenset({"the account that calls", CHANGE_CALENDAR, "AWS Health", ATTACHMENT})
"""What a block may depend on: it is read again where it fails in passing."""

MOST_NAMED = 5

T = TypeVar("T")
D = TypeVar("D")


class Reader:
    """Reads in parallel; `unchecked` lists the optional reads that failed.

    Unless it `is_last`, everything is read again where anything fails in passing.
    """

    def __init__(self, pool: ThreadPoolExecutor, *, is_last: bool = True) -> None:
        """Use the threads of a pool."""
        self._pool = pool
        self.is_last = is_last
        self.unchecked: list[Unchecked] = []

    def start(self, read: Callable[[], T]) -> Future[T]:
        """Start a read; its calls to AWS are counted in the caller's context."""
        return self._pool.submit(copy_context().run, read)

    def leave_out(self, subject: str, reason: str) -> None:
        """Record that something was not read, as it would be too much."""
        self.unchecked.append(Unchecked(subject=subject, permission="", reason=reason))

    def settle(self, subject: str, reading: Future[T], default: D) -> T | D:
        """Return the result of an optional read, or `default` if it failed, which is recorded.

        Raises a `CallError` that may pass, if there is another attempt.
        """
        try:
            return reading.result()
        except CallError as error:
            if isinstance(error, PASSING) and subject in READ_AGAIN and not self.is_last:
                raise
            permission = PERMISSIONS[subject]
            self.unchecked.append(
                Unchecked(subject=subject, permission=permission, reason=str(error))
            )
            return default


def some_of(names: Sequence[str]) -> str:
    """Return the first of some names, and how many more there are."""
    unsaid = len(names) - MOST_NAMED
    more = f" and {unsaid} more" if unsaid > 0 else ""
    return f"{', '.join(names[:MOST_NAMED])}{more}"
