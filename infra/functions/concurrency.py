"""What Lambda always has room for: the functions that keep a moving virtual interface in sight.

All functions of an account and Region share one limit, 1,000 by default, and 10 in new accounts
(AWS: Lambda quotas). Whoever floods one of them, or this stack with requests, keeps the others
waiting. Reserved concurrency is both: nobody else can take it, and the function can't take more.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple, cast

from aws_cdk import aws_lambda as lambda_

from infra.functions.handler import HandlerFunction
from infra.functions.migration import MigrationFunctions
from infra.functions.plan import PlanFunctions

ANSWERING: Final = 5
"""How many answers at once: an answer takes a second or two, and people send few."""
LEAST_ASKING: Final = 5
PREPARING: Final = 2
"""How many plans at once are prepared."""


class ReservedConcurrency(NamedTuple):
    """How many invocations each function may have at once, for moves that are in progress at once.

    Each migration invokes one function at a time. What asks is limited, since a flood of requests
    is nothing but that; it waits, and is tried again.
    """

    at_once: int

    @property
    def in_sight(self) -> int:
        """Return how many of a function that each move needs: one, and one that is given up."""
        return self.at_once + 1

    @property
    def asking(self) -> int:
        """Return how many requests at once are validated."""
        return max(LEAST_ASKING, self.at_once)


def reserve(
    at_once: int, migrations: MigrationFunctions, plans: PlanFunctions, answer: HandlerFunction
) -> Sequence[HandlerFunction]:
    """Reserve concurrency, and return the functions that keep a moving VIF in sight."""
    reserved = ReservedConcurrency(at_once)
    in_sight = [migrations.associate, migrations.observe, migrations.conclude]
    for function in in_sight:
        _reserve(function, reserved.in_sight)
    _reserve(answer, ANSWERING)
    _reserve(migrations.validate, reserved.asking)
    _reserve(plans.prepare, PREPARING)
    return [*in_sight, answer]


def _reserve(function: HandlerFunction, number: int) -> None:
    made = cast(lambda_.CfnFunction, function.node.default_child)
    made.reserved_concurrent_executions = number
