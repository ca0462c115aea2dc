"""Every event that tells of a plan, as a model; `docs/events` has the schema of each."""

from datetime import datetime, timedelta
from typing import Literal

from pydantic import ConfigDict, Field

from vifshift.domain.findings import Finding, Severity
from vifshift.domain.migration import Approval, Execution
from vifshift.domain.model import Model
from vifshift.domain.plan_outcome import Counts, MoveOutcome, PlanOutcome
from vifshift.domain.plan_request import PlanTerms
from vifshift.domain.request import Window
from vifshift.events import plan_notices as notices
from vifshift.events.migration import DetailType, EvidenceUris
from vifshift.events.notices import Notice, ReplyTo

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
"""The last event of a plan, by how it ended."""


class PlanMetadata(Model):
    """Which plan an event is of, and when it occurred."""

    model_config = ConfigDict(json_schema_serialization_defaults_required=True)

    version: Literal["1"] = Field(
        default="1", description="The version of this event's schema; see docs/events.md."
    )
    plan_id: str = Field(
        description="The name of the plan's execution in Step Functions, the same in all its "
        "events; what people answer names it."
    )
    request_id: str = Field(
        description="The id that the plan was asked for under: its own, else its event's, its "
        "schedule's or its execution's."
    )
    execution_arn: str = Field(description="The ARN of the plan's execution.")
    occurred_at: datetime = Field(
        description="When what the event tells was so; it is sent a little later."
    )


class PlanSubject(Model):
    """What a plan is about; null is what is not known."""

    requested_by: str = Field(default="", description="Who asked; empty where nobody said.")
    reason: str = Field(
        default="", description="Why, in the words of who asked; empty where nobody said."
    )
    region: str | None = Field(
        default=None, description="The Region of the virtual interfaces; null is not known."
    )
    source: str | None = Field(
        default=None,
        alias="from",
        description="The connection or LAG that is emptied; null where moves are named one by one.",
    )
    target: str | None = Field(
        default=None,
        alias="to",
        description="Where it is emptied to; null where moves are named one by one.",
    )


class PlanSaid(Model):
    """What a person says to a plan, on the bus: approved, refused, or halt."""

    plan_id: str = Field(
        min_length=1, max_length=80, description="The metadata.planId of any of its events."
    )
    by: str = Field(default="", max_length=256, description="Who says so, for the record.")
    comment: str = Field(default="", max_length=1024, description="Why, for the record.")


class PlanFinding(Finding):
    """What preflight has found, of the plan as a whole or of one of its moves."""

    move: int | None = Field(
        default=None, description="The move's number, from 1; null where it is the plan's."
    )

    @property
    def without_move(self) -> Finding:
        """Return it as any other finding."""
        return Finding(**{name: getattr(self, name) for name in Finding.model_fields})


class MoveTold(Model):
    """What became of one move."""

    number: int = Field(description="The move's number: the place it was given in, from 1.")
    virtual_interface_id: str = Field(description="The virtual interface.")
    outcome: MoveOutcome = Field(description="How its migration ended.")
    message: str = Field(description="What happened and why, for people.")


class PlanOutgoing(Model):
    """What every event of a plan that goes out has in its data."""

    subject: PlanSubject
    notice: Notice


class PlanWindowPending(PlanOutgoing):
    """The plan can be done as far as can be seen today, and waits for its window."""

    opens_at: datetime = Field(description="When the window opens.")
    closes_at: datetime = Field(description="When the window closes.")
    counts: Counts
    findings: tuple[PlanFinding, ...] = Field(description="The worst of what preflight has found.")


class PlanApprovalRequested(PlanOutgoing):
    """The plan waits for a person's approval."""

    expires_at: datetime = Field(
        description="Until when to answer; after that it ends as rejected, with nothing touched."
    )
    counts: Counts
    findings: tuple[PlanFinding, ...] = Field(description="The worst of what preflight has found.")
    task_token: str = Field(
        description="The key to the task that waits, for SendTaskSuccess with {approvedBy, "
        "comment} or SendTaskFailure: keep it out of chats and logs. An answer by event does not "
        "need it."
    )


class PlanStarted(PlanOutgoing):
    """Preflight has passed, and the first moves are about to start."""

    counts: Counts
    findings: tuple[PlanFinding, ...] = Field(description="The worst of what preflight has found.")


class PlanProgressed(PlanOutgoing):
    """A move has ended."""

    counts: Counts
    move: MoveTold


class PlanEnded(PlanOutgoing):
    """How the plan ended, and what a person has to do."""

    outcome: PlanOutcome
    reason_code: str | None = Field(
        description="What kept it from being done, as a code: HALTED, FAILURES, WINDOW or the "
        "error of a step; null where all is done."
    )
    message: str = Field(description="What happened and why, for people; 4,000 characters at most.")
    next_step: str = Field(description="What a person has to do, for people.")
    counts: Counts
    failed: tuple[MoveTold, ...] = Field(
        default=(), description="The moves that ended in any other way than well; 20 at most."
    )
    findings: tuple[PlanFinding, ...] = Field(
        default=(), description="The worst of what preflight has found; 50 at most."
    )
    approval: Approval | None = Field(
        default=None, description="Who has approved it; null where nobody was asked, or answered."
    )
    evidence: EvidenceUris | None = Field(
        default=None, description="Where its report is kept; null where it could not be kept."
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


def metadata(execution: Execution, request_id: str, now: datetime) -> PlanMetadata:
    """Return what every event of one plan says of it."""
    return PlanMetadata(
        plan_id=execution.name, request_id=request_id, execution_arn=execution.arn, occurred_at=now
    )


def subject(request: PlanTerms | None, region: str | None) -> PlanSubject:
    """Return what is known of a plan's subject."""
    evacuation = request.evacuate if request else None
    return PlanSubject(
        requested_by=request.requested_by if request else "",
        reason=request.reason if request else "",
        region=(request.region if request else None) or region,
        source=evacuation.source if evacuation else None,
        target=evacuation.target if evacuation else None,
    )


def window_pending(
    of: PlanMetadata,
    about: PlanSubject,
    counts: Counts,
    findings: tuple[PlanFinding, ...],
    window: Window,
) -> PlanAnnouncement:
    """Announce that the plan waits for its window."""
    data = PlanWindowPending(
        subject=about,
        notice=notices.window_pending(about, counts, window),
        opens_at=window.opens_at,
        closes_at=window.closes_at,
        counts=counts,
        findings=findings,
    )
    return _announcement(DetailType.PLAN_WINDOW_PENDING, of, data)


def approval_requested(
    of: PlanMetadata,
    about: PlanSubject,
    counts: Counts,
    findings: tuple[PlanFinding, ...],
    *,
    timeout_minutes: int,
    token: str,
    reply_to: ReplyTo,
) -> PlanAnnouncement:
    """Ask for a person's approval."""
    expires_at = of.occurred_at + timedelta(minutes=timeout_minutes)
    data = PlanApprovalRequested(
        subject=about,
        notice=notices.approval_requested(
            about,
            counts,
            plan_id=of.plan_id,
            expires_at=expires_at,
            warnings=[each.code for each in findings if each.severity is not Severity.INFO],
            reply_to=reply_to,
        ),
        expires_at=expires_at,
        counts=counts,
        findings=findings,
        task_token=token,
    )
    return _announcement(DetailType.PLAN_APPROVAL_REQUESTED, of, data)


def started(
    of: PlanMetadata, about: PlanSubject, counts: Counts, findings: tuple[PlanFinding, ...]
) -> PlanAnnouncement:
    """Announce that the first moves are about to start."""
    data = PlanStarted(
        subject=about, notice=notices.started(about, counts), counts=counts, findings=findings
    )
    return _announcement(DetailType.PLAN_STARTED, of, data)


def progressed(
    of: PlanMetadata, about: PlanSubject, counts: Counts, move: MoveTold
) -> PlanAnnouncement:
    """Announce that a move has ended."""
    data = PlanProgressed(
        subject=about,
        notice=notices.progressed(about, counts, move),
        counts=counts,
        move=move,
    )
    return _announcement(DetailType.PLAN_PROGRESSED, of, data)


def ended(of: PlanMetadata, data: PlanEnded) -> PlanAnnouncement:
    """Announce how it ended."""
    return _announcement(PLAN_FINAL[data.outcome], of, data)


def with_evidence(announcement: PlanAnnouncement, evidence: EvidenceUris) -> PlanAnnouncement:
    """Return the last event with where the report is kept."""
    data = announcement.detail.data.model_copy(update={"evidence": evidence})
    detail = announcement.detail.model_copy(update={"data": data})
    return announcement.model_copy(update={"detail": detail})


def _announcement(detail_type: DetailType, of: PlanMetadata, data: PlanData) -> PlanAnnouncement:
    return PlanAnnouncement(detail_type=detail_type, detail=PlanDetail(metadata=of, data=data))
