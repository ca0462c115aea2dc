"""The progress of a plan, and how the migrations of its moves ended."""

from datetime import datetime
from typing import Final, NamedTuple

from pydantic import Field

from vifshift.domain.migration import Answer
from vifshift.domain.model import View
from vifshift.domain.plan_outcome import Counts, MoveOutcome

RUNNING: Final = {"RUNNING", "PENDING_REDRIVE"}
"""The statuses of an execution that has not ended."""


class VifAndTarget(View):
    """Which VIF a migration was of, and where it was to go; empty if that is not known."""

    virtual_interface_id: str = ""
    connection_id: str = ""

    def __str__(self) -> str:
        """Return both as one text."""
        return f"{self.virtual_interface_id} to {self.connection_id}"


class ChildEnding(NamedTuple):
    """How a move's migration ended, and when it started and ended.

    `was_of` is what the migration itself says that it was of; None if it doesn't say.
    """

    outcome: MoveOutcome
    message: str
    started_at: datetime | None = None
    ended_at: datetime | None = None
    was_of: VifAndTarget | None = None


class ExecutionDescription(View):
    """The fields of DescribeExecution that are used (AWS: Step Functions API reference)."""

    status: str = Field(alias="Status")
    error: str = Field(default="", alias="Error")
    cause: str = Field(default="", alias="Cause")
    input: str = Field(default="", alias="Input")
    output: str = Field(default="", alias="Output")
    start_date: datetime | None = Field(default=None, alias="StartDate")
    stop_date: datetime | None = Field(default=None, alias="StopDate")

    @property
    def is_running(self) -> bool:
        """Return whether it has not ended."""
        return self.status in RUNNING


class PlanStanding(NamedTuple):
    """How many moves of a plan have ended how, which are in flight, and who halted it.

    `lost` counts those in flight that are no longer waited for, and `kept_back` those that were
    started, but cancelled before they touched their VIF, since the plan was to start no more;
    `nonce` is a part of the names of their migrations, empty before the first.
    """

    succeeded: int = 0
    unchanged: int = 0
    failed: int = 0
    lost: int = 0
    kept_back: int = 0
    in_flight: frozenset[int] = frozenset()
    halted_by: Answer | None = None
    nonce: str = ""

    def counts(self, before: Counts) -> Counts:
        """Return the current counts, from those before the first move."""
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
    """What was recorded about a move when its migration ended."""

    child: str
    ending: ChildEnding
