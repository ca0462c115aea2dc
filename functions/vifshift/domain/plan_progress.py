"""How far a plan has come, and how the migrations of its moves have ended."""

from datetime import datetime
from typing import NamedTuple

from pydantic import Field

from vifshift.domain.migration import Answer
from vifshift.domain.model import View
from vifshift.domain.plan_outcome import Counts, MoveOutcome


class ChildEnding(NamedTuple):
    """How a migration has ended, and when it was."""

    outcome: MoveOutcome
    message: str
    started_at: datetime | None = None
    ended_at: datetime | None = None


class ExecutionDescription(View):
    """What DescribeExecution says of an execution, as far as it counts here."""

    status: str = Field(alias="Status")
    error: str = Field(default="", alias="Error")
    cause: str = Field(default="", alias="Cause")
    output: str = Field(default="", alias="Output")
    start_date: datetime | None = Field(default=None, alias="StartDate")
    stop_date: datetime | None = Field(default=None, alias="StopDate")


class PlanStanding(NamedTuple):
    """How far a plan is: how many of its moves have ended how, which are on their way, who halts.

    `lost` are those on their way that are not waited for any more.
    """

    succeeded: int = 0
    unchanged: int = 0
    failed: int = 0
    lost: int = 0
    in_flight: frozenset[int] = frozenset()
    halted_by: Answer | None = None

    def counts(self, before: Counts) -> Counts:
        """Return the counts by now, from those of before the first move."""
        ended = self.succeeded + self.unchanged + self.failed
        on_their_way = len(self.in_flight)
        return before.model_copy(
            update={
                "succeeded": before.succeeded + self.succeeded,
                "unchanged": before.unchanged + self.unchanged,
                "failed": before.failed + self.failed,
                "in_flight": on_their_way,
                "not_started": max(0, before.not_started - ended - on_their_way),
            }
        )


class MoveRecord(NamedTuple):
    """What was recorded of a move when its migration was over."""

    child: str
    ending: ChildEnding
