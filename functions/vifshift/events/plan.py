"""Every event of a plan, as a model; `docs/events` has the schema of each."""

from datetime import datetime
from typing import NamedTuple, Self

from pydantic import Field, model_validator

from vifshift.domain.findings import Finding
from vifshift.domain.identifiers import ExecutionName
from vifshift.domain.migration import Approval
from vifshift.domain.model import Model
from vifshift.domain.plan_outcome import Counts, MoveOutcome, PlanOutcome
from vifshift.domain.port_left import LeftOnPort
from vifshift.domain.scope import ScopeChange, ScopedMove
from vifshift.events.base import (
    DIGEST,
    PAGE,
    Answering,
    DetailType,
    EventMetadata,
    EvidenceUris,
    Notice,
)

MOST_FAILED = 20
LONGEST_MESSAGE = 1000
LONGEST_END = 4000

PLAN_FINAL = {
    PlanOutcome.COMPLETED: DetailType.PLAN_COMPLETED,
    PlanOutcome.PARTLY_COMPLETED: DetailType.PLAN_COMPLETED,
    PlanOutcome.UNCHANGED: DetailType.PLAN_COMPLETED,
    PlanOutcome.HALTED: DetailType.PLAN_HALTED,
    PlanOutcome.PLANNED: DetailType.PLAN_PLANNED,
    PlanOutcome.DUPLICATE: DetailType.PLAN_DUPLICATE,
    PlanOutcome.CANCELLED: DetailType.PLAN_CANCELLED,
    PlanOutcome.REJECTED: DetailType.PLAN_REJECTED,
    PlanOutcome.INTERRUPTED: DetailType.PLAN_INTERRUPTED,
}
"""The final event of a plan, by outcome."""


class PlanMetadata(EventMetadata):
    """Which plan an event is of, and when it occurred."""

    plan_id: str = Field(
        description="The name of the plan's execution in Step Functions, the same in all its "
        "events; answers refer to it."
    )


class PlanSubject(Model):
    """What a plan is about; null where it is not known."""

    requested_by: str = Field(default="", description="Who requested it; empty if not given.")
    reason: str = Field(
        default="", description="Why, as the requester wrote it; empty if not given."
    )
    region: str | None = Field(
        default=None, description="The Region of the virtual interfaces; null if not known."
    )
    source: str | None = Field(
        default=None,
        alias="from",
        description="The connection or LAG that is emptied; null if moves are listed one by one.",
    )
    target: str | None = Field(
        default=None,
        alias="to",
        description="Where everything is moved to; null if moves are listed one by one.",
    )
    return_after_hours: int | None = Field(
        default=None,
        description="How many hours after its end what has moved is moved back; null if never.",
    )


class PlanCommand(Answering):
    """A person's command to a plan: approve it, refuse it, or halt it."""

    plan_id: ExecutionName | None = Field(
        default=None,
        description="The metadata.planId of any of its events; this or requestId is required.",
    )

    @model_validator(mode="after")
    def names_one(self) -> Self:
        """Refuse a command that names no plan, or names it in two ways."""
        if (self.plan_id is None) == (self.request_id is None):
            raise ValueError("either planId or requestId is required")
        return self


class PlanFinding(Finding):
    """A finding of preflight about the plan as a whole, or about one of its moves."""

    move: int | None = Field(
        default=None, description="The move's number, from 1; null if it is about the plan."
    )

    @property
    def without_move(self) -> Finding:
        """Return the finding without its move."""
        return Finding(**{name: getattr(self, name) for name in Finding.model_fields})


class MoveSummary(Model):
    """How one move ended."""

    number: int = Field(description="The move's number: its place in the request, from 1.")
    virtual_interface_id: str = Field(description="The virtual interface.")
    outcome: MoveOutcome = Field(description="How its migration ended.")
    message: str = Field(description="What happened and why, for people.")


class PlanOutgoing(Model):
    """What the data of every outgoing event of a plan has."""

    subject: PlanSubject
    notice: Notice


class MoveListLocation(Model):
    """Where the JSON is stored whose SHA-256 is `digest`."""

    uri: str = Field(description="Its `s3://` URI.")
    version_id: str | None = Field(description="The object's version.")


class Covered(NamedTuple):
    """What is to be done, by its digest, and where it is stored."""

    digest: str | None = None
    move_list: MoveListLocation | None = None


NOTHING_COVERED = Covered()


class CoveredOutgoing(PlanOutgoing):
    """What the data of every event has that is about all of what is to be done."""

    digest: str | None = Field(default=None, description=DIGEST)
    move_list: MoveListLocation | None = Field(
        default=None, description="Where all of it is stored; null if nowhere."
    )


class PlanWindowPending(CoveredOutgoing):
    """Preflight has passed, and the plan waits for its window."""

    opens_at: datetime = Field(description="When the window opens.")
    closes_at: datetime = Field(description="When the window closes.")
    counts: Counts
    findings: tuple[PlanFinding, ...] = Field(description="The most severe findings of preflight.")


class PlanApprovalRequested(CoveredOutgoing):
    """The plan waits for a person's approval."""

    expires_at: datetime = Field(
        description="The time to answer by; after that it ends as rejected, with nothing touched."
    )
    counts: Counts
    findings: tuple[PlanFinding, ...] = Field(description="The most severe findings of preflight.")
    moves: tuple[ScopedMove, ...] = Field(
        default=(),
        description="The first moves to approve, 20 at most.",
    )
    changes: tuple[ScopeChange, ...] = Field(
        default=(),
        description="What has changed since it was checked before; 20 at most.",
    )
    page: str | None = Field(default=None, description=PAGE)
    task_token: str = Field(
        description="The token of the waiting task, for SendTaskSuccess with {approvedBy, "
        "comment} or SendTaskFailure: keep it out of chats and logs. An answer by event does not "
        "need it. Empty if it takes several approvals, or with the setting approval.tokenInEvent: "
        "false."
    )


class PlanStarted(CoveredOutgoing):
    """Preflight has passed, and the first moves are about to start."""

    counts: Counts
    findings: tuple[PlanFinding, ...] = Field(description="The most severe findings of preflight.")


class PlanProgressed(PlanOutgoing):
    """A move has ended."""

    counts: Counts
    move: MoveSummary


class ReturnPlan(Model):
    """The plan that moves back what this one has moved."""

    plan_id: ExecutionName = Field(description="Its planId; to halt it keeps what has moved.")
    opens_at: datetime = Field(description="When its window opens.")
    closes_at: datetime = Field(description="When its window closes.")


class PlanEnded(CoveredOutgoing):
    """How the plan ended, and what a person has to do."""

    outcome: PlanOutcome
    reason_code: str | None = Field(
        description="What prevented its completion, as a code: HALTED, FAILURES, WINDOW or the "
        "error of a step, or CLAIMED_FOR_ANOTHER_SENDER; null if all moves are done."
    )
    message: str = Field(description="What happened and why, for people; 4,000 characters at most.")
    next_step: str = Field(description="What a person has to do, for people.")
    counts: Counts
    failed: tuple[MoveSummary, ...] = Field(
        default=(), description="The moves that failed; 20 at most."
    )
    findings: tuple[PlanFinding, ...] = Field(
        default=(), description="The most severe findings of preflight; 50 at most."
    )
    approval: Approval | None = Field(
        default=None, description="Who approved it; null if nobody was asked, or nobody answered."
    )
    evidence: EvidenceUris | None = Field(
        default=None, description="Where its report is stored; null if it could not be stored."
    )
    port_is_empty: bool | None = Field(
        default=None,
        description="Whether no virtual interface was left on the port that the plan was to empty; "
        "null if it was to empty none, moved nothing, or the port could not be read.",
    )
    left_on_port: tuple[LeftOnPort, ...] = Field(
        default=(), description="The virtual interfaces that were left on it; 20 at most."
    )
    return_plan: ReturnPlan | None = Field(
        default=None,
        description="The plan that waits to move everything back; null if none was asked for or "
        "started.",
    )


PlanData = PlanProgressed | PlanEnded | PlanApprovalRequested | PlanWindowPending | PlanStarted


class PlanDetail(Model):
    """An event's detail."""

    metadata: PlanMetadata
    data: PlanData


class PlanAnnouncement(Model):
    """An event that the workflow of a plan sends."""

    detail_type: DetailType
    detail: PlanDetail
