"""The outcomes of plans and of moves, and the counts of moves by outcome."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Self

from pydantic import Field

from vifshift.domain.errors import ExecutionError
from vifshift.domain.migration import Outcome
from vifshift.domain.model import Model


class PlanOutcome(StrEnum):
    """How a plan ended."""

    COMPLETED = "completed"
    PARTLY_COMPLETED = "partly-completed"
    HALTED = "halted"
    REJECTED = "rejected"
    PLANNED = "planned"
    UNCHANGED = "unchanged"
    DUPLICATE = "duplicate"
    CANCELLED = "cancelled"
    INTERRUPTED = "interrupted"

    @property
    def error(self) -> ExecutionError | None:
        """Return the error that the execution fails with, or None if it succeeds."""
        return _ERRORS.get(self)


_ERRORS = {
    PlanOutcome.PARTLY_COMPLETED: ExecutionError.PLAN_PARTLY_COMPLETED,
    PlanOutcome.HALTED: ExecutionError.PLAN_HALTED,
    PlanOutcome.REJECTED: ExecutionError.REJECTED,
}


class MoveOutcome(StrEnum):
    """How a move's migration ended, or that it has not."""

    SUCCEEDED = Outcome.SUCCEEDED.value
    UNCHANGED = Outcome.UNCHANGED.value
    REJECTED = Outcome.REJECTED.value
    ROLLED_BACK = Outcome.ROLLED_BACK.value
    ROLLBACK_FAILED = Outcome.ROLLBACK_FAILED.value
    NEEDS_ATTENTION = Outcome.NEEDS_ATTENTION.value
    CANCELLED = Outcome.CANCELLED.value
    DUPLICATE = Outcome.DUPLICATE.value
    INTERRUPTED = Outcome.INTERRUPTED.value
    NOT_STARTED = "not-started"
    IN_FLIGHT = "in-flight"

    @property
    def is_good(self) -> bool:
        """Return whether the VIF is on its target."""
        return self in {MoveOutcome.SUCCEEDED, MoveOutcome.UNCHANGED}

    @property
    def is_failure(self) -> bool:
        """Return whether the move has ended and failed."""
        return self not in _NO_FAILURES


_NO_FAILURES = {
    MoveOutcome.SUCCEEDED,
    MoveOutcome.UNCHANGED,
    MoveOutcome.NOT_STARTED,
    MoveOutcome.IN_FLIGHT,
}


class Counts(Model):
    """The number of a plan's moves, in total and by outcome so far."""

    moves: int = Field(default=0, description="How many moves the plan has.")
    succeeded: int = Field(default=0, description="How many were moved and verified.")
    unchanged: int = Field(default=0, description="How many were already on their target.")
    failed: int = Field(default=0, description="How many ended in any other way.")
    not_started: int = Field(default=0, description="How many were not started.")
    in_flight: int = Field(default=0, description="How many are in progress.")

    @classmethod
    def of(cls, outcomes: Iterable[MoveOutcome]) -> Self:
        """Return the counts of the outcomes of all moves."""
        found = list(outcomes)
        return cls(
            moves=len(found),
            succeeded=found.count(MoveOutcome.SUCCEEDED),
            unchanged=found.count(MoveOutcome.UNCHANGED),
            failed=sum(each.is_failure for each in found),
            not_started=found.count(MoveOutcome.NOT_STARTED),
            in_flight=found.count(MoveOutcome.IN_FLIGHT),
        )
