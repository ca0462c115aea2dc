"""Every event vifshift publishes, as a model; `docs/events` has the schema of each."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Literal

from pydantic import ConfigDict, Field

from vifshift.domain.findings import Finding, Severity
from vifshift.domain.migration import Approval, Execution, Migration, Outcome, Phase
from vifshift.domain.model import Model
from vifshift.domain.request import Request, Window
from vifshift.domain.routes import RouteChange
from vifshift.domain.traffic_status import Traffic
from vifshift.events import notices
from vifshift.events.notices import Notice, ReplyTo
from vifshift.migration.convergence import Observation, Picture, draw

SOURCE = "vifshift"


class DetailType(StrEnum):
    """The events' names, first of migrations and then of plans: of each, the first four come in."""

    REQUESTED = "VIF Migration Requested"
    APPROVED = "VIF Migration Approved"
    REFUSED = "VIF Migration Refused"
    CANCEL_REQUESTED = "VIF Migration Cancel Requested"
    WINDOW_PENDING = "VIF Migration Window Pending"
    APPROVAL_REQUESTED = "VIF Migration Approval Requested"
    STARTED = "VIF Migration Started"
    PROGRESSED = "VIF Migration Progressed"
    ROLLING_BACK = "VIF Migration Rolling Back"
    SUCCEEDED = "VIF Migration Succeeded"
    UNCHANGED = "VIF Migration Unchanged"
    PLANNED = "VIF Migration Planned"
    DUPLICATE = "VIF Migration Duplicate"
    CANCELLED = "VIF Migration Cancelled"
    REJECTED = "VIF Migration Rejected"
    ROLLED_BACK = "VIF Migration Rolled Back"
    ROLLBACK_FAILED = "VIF Migration Rollback Failed"
    NEEDS_ATTENTION = "VIF Migration Needs Attention"
    INTERRUPTED = "VIF Migration Interrupted"
    PLAN_REQUESTED = "VIF Plan Requested"
    PLAN_APPROVED = "VIF Plan Approved"
    PLAN_REFUSED = "VIF Plan Refused"
    PLAN_HALT_REQUESTED = "VIF Plan Halt Requested"
    PLAN_WINDOW_PENDING = "VIF Plan Window Pending"
    PLAN_APPROVAL_REQUESTED = "VIF Plan Approval Requested"
    PLAN_STARTED = "VIF Plan Started"
    PLAN_PROGRESSED = "VIF Plan Progressed"
    PLAN_COMPLETED = "VIF Plan Completed"
    PLAN_HALTED = "VIF Plan Halted"
    PLAN_PLANNED = "VIF Plan Planned"
    PLAN_DUPLICATE = "VIF Plan Duplicate"
    PLAN_CANCELLED = "VIF Plan Cancelled"
    PLAN_REJECTED = "VIF Plan Rejected"
    PLAN_INTERRUPTED = "VIF Plan Interrupted"


ANSWERS = (DetailType.APPROVED, DetailType.REFUSED, DetailType.CANCEL_REQUESTED)
"""What people say to a migration that is there already."""

PLAN_ANSWERS = (
    DetailType.PLAN_APPROVED,
    DetailType.PLAN_REFUSED,
    DetailType.PLAN_HALT_REQUESTED,
)
"""What people say to a plan that is there already."""

FINAL = {
    Outcome.SUCCEEDED: DetailType.SUCCEEDED,
    Outcome.UNCHANGED: DetailType.UNCHANGED,
    Outcome.PLANNED: DetailType.PLANNED,
    Outcome.DUPLICATE: DetailType.DUPLICATE,
    Outcome.CANCELLED: DetailType.CANCELLED,
    Outcome.REJECTED: DetailType.REJECTED,
    Outcome.ROLLED_BACK: DetailType.ROLLED_BACK,
    Outcome.ROLLBACK_FAILED: DetailType.ROLLBACK_FAILED,
    Outcome.NEEDS_ATTENTION: DetailType.NEEDS_ATTENTION,
    Outcome.INTERRUPTED: DetailType.INTERRUPTED,
}


class Metadata(Model):
    """Which migration an event is of, and when it occurred."""

    model_config = ConfigDict(json_schema_serialization_defaults_required=True)

    version: Literal["1"] = Field(
        default="1", description="The version of this event's schema; see docs/events.md."
    )
    migration_id: str = Field(
        description="The name of the migration's execution in Step Functions, the same in all its "
        "events; what people answer names it."
    )
    request_id: str = Field(
        description="The id that the request was made under: its own, else its event's, its "
        "schedule's or its execution's."
    )
    execution_arn: str = Field(description="The ARN of the migration's execution.")
    occurred_at: datetime = Field(
        description="When what the event tells was so; it is sent a little later."
    )


class Subject(Model):
    """What a migration is about; null is what could not be found out."""

    virtual_interface_id: str | None = Field(description="The virtual interface.")
    virtual_interface_name: str | None = Field(
        description="Its name, as its owner has written it: show it as text, never as markup."
    )
    source_connection_id: str | None = Field(
        description="The connection or LAG that it was on before."
    )
    target_connection_id: str | None = Field(
        description="The connection or LAG that it is to be moved to."
    )
    requested_by: str = Field(description="Who asked for it; empty where nobody said.")
    reason: str = Field(description="Why, in the words of who asked; empty where nobody said.")
    region: str | None = Field(description="The Region of the virtual interface.")
    owner_account: str | None = Field(
        description="The id of the account that owns the virtual interface."
    )


class Said(Model):
    """What a person says to a migration, on the bus: approved, refused, or cancel."""

    migration_id: str = Field(
        min_length=1, max_length=80, description="The metadata.migrationId of any of its events."
    )
    by: str = Field(default="", max_length=256, description="Who says so, for the record.")
    comment: str = Field(default="", max_length=1024, description="Why, for the record.")


class Outgoing(Model):
    """What every event that goes out has in its data."""

    subject: Subject
    notice: Notice


class WindowPending(Outgoing):
    """The migration can be done as far as can be seen today, and waits for its window."""

    opens_at: datetime = Field(description="When the window opens.")
    closes_at: datetime = Field(description="When the window closes.")
    findings: tuple[Finding, ...] = Field(
        description="What preflight has found; the worst of it, where it is very much."
    )


class ApprovalRequested(Outgoing):
    """The migration waits for a person's approval."""

    expires_at: datetime = Field(
        description="Until when to answer; after that it ends as rejected, with nothing touched."
    )
    before: Picture
    findings: tuple[Finding, ...] = Field(
        description="What preflight has found; the worst of it, where it is very much."
    )
    rollback_guarded: bool = Field(
        description="Whether it goes back by itself where the move does not come good."
    )
    task_token: str = Field(
        description="The key to the task that waits, for SendTaskSuccess with {approvedBy, "
        "comment} or SendTaskFailure: keep it out of chats and logs. An answer by event does not "
        "need it."
    )


class Started(Outgoing):
    """Preflight has passed, and the VIF is about to be associated."""

    findings: tuple[Finding, ...] = Field(
        description="What preflight has found; the worst of it, where it is very much."
    )
    rollback_guarded: bool = Field(
        description="Whether it goes back by itself where the move does not come good."
    )


class Progressed(Outgoing):
    """The VIF's state, its connection or a peer has changed."""

    phase: Phase
    message: str = Field(description="What the last look has seen, for people.")
    now: Picture


class RollingBack(Outgoing):
    """The way there did not come good, and the VIF is about to go back."""

    reason_code: str = Field(description="Why, as a code such as PEERS_NOT_UP or CANCELLED.")
    message: str = Field(description="Why, for people.")
    now: Picture


class EvidenceUris(Model):
    """Where the report is kept, as `s3://` URIs: as a page, and as data."""

    html_uri: str = Field(description="The report as a page, for people.")
    json_uri: str = Field(description="The report as data.")


class Ended(Outgoing):
    """How the migration ended, where the VIF is now, and what a person has to do."""

    outcome: Outcome
    reason_code: str | None = Field(
        description="What first went wrong, as a code: of a look (PEERS_NOT_UP, CANCELLED) or the "
        "error of a step; AS_EXPECTED where all went well, null where nothing was looked at."
    )
    message: str = Field(description="What happened and why, for people; 4,000 characters at most.")
    next_step: str = Field(description="What a person has to do, for people.")
    now: Picture | None = Field(
        description="The virtual interface as last seen; null where that is not known."
    )
    carries_traffic: Traffic
    routes: tuple[RouteChange, ...] = Field(
        description="The sets of routes that differ from before, by address family and direction."
    )
    findings: tuple[Finding, ...] = Field(
        description="What preflight has found; the worst of it, where it is very much."
    )
    approval: Approval | None = Field(
        default=None, description="Who has approved it; null where nobody was asked, or answered."
    )
    evidence: EvidenceUris | None = Field(
        default=None, description="Where its report is kept; null where it could not be kept."
    )


Data = Started | Progressed | RollingBack | Ended | WindowPending | ApprovalRequested


class Detail(Model):
    """An event's detail."""

    metadata: Metadata
    data: Data


class Announcement(Model):
    """An event that the workflow sends."""

    detail_type: DetailType
    detail: Detail


def metadata(execution: Execution, request_id: str, now: datetime) -> Metadata:
    """Return what every event of one execution says of it."""
    return Metadata(
        migration_id=execution.name,
        request_id=request_id,
        execution_arn=execution.arn,
        occurred_at=now,
    )


def subject(request: Request | None, migration: Migration | None) -> Subject:
    """Return what is known of a migration's subject."""
    snapshot = migration.snapshot if migration else None
    return Subject(
        virtual_interface_id=request.virtual_interface_id if request else None,
        virtual_interface_name=snapshot.virtual_interface_name if snapshot else None,
        source_connection_id=migration.source if migration else None,
        target_connection_id=request.connection_id if request else None,
        requested_by=request.requested_by if request else "",
        reason=request.reason if request else "",
        region=migration.region if migration else request.region if request else None,
        owner_account=(snapshot.owner_account or None) if snapshot else None,
    )


def started(of: Metadata, migration: Migration, findings: tuple[Finding, ...]) -> Announcement:
    """Announce that the VIF is about to be associated."""
    about = subject(migration.request, migration)
    data = Started(
        subject=about,
        notice=notices.started(about, is_guarded=migration.may_turn_back),
        findings=findings,
        rollback_guarded=migration.may_turn_back,
    )
    return _announcement(DetailType.STARTED, of, data)


def progressed(
    of: Metadata, migration: Migration, phase: Phase, observation: Observation
) -> Announcement:
    """Announce that something has changed."""
    about = subject(migration.request, migration)
    data = Progressed(
        subject=about,
        notice=notices.progressed(about, phase, observation.message),
        phase=phase,
        message=observation.message,
        now=observation.picture,
    )
    return _announcement(DetailType.PROGRESSED, of, data)


def rolling_back(of: Metadata, migration: Migration, observation: Observation) -> Announcement:
    """Announce that the VIF is about to go back."""
    about = subject(migration.request, migration)
    data = RollingBack(
        subject=about,
        notice=notices.rolling_back(about, observation.message),
        reason_code=observation.reason,
        message=observation.message,
        now=observation.picture,
    )
    return _announcement(DetailType.ROLLING_BACK, of, data)


def ended(of: Metadata, data: Ended) -> Announcement:
    """Announce how it ended."""
    return _announcement(FINAL[data.outcome], of, data)


def with_evidence(announcement: Announcement, evidence: EvidenceUris) -> Announcement:
    """Return the last event with where the report is kept."""
    data = announcement.detail.data.model_copy(update={"evidence": evidence})
    detail = announcement.detail.model_copy(update={"data": data})
    return announcement.model_copy(update={"detail": detail})


def window_pending(
    of: Metadata, migration: Migration, findings: tuple[Finding, ...], window: Window
) -> Announcement:
    """Announce that the migration waits for its window."""
    about = subject(migration.request, migration)
    data = WindowPending(
        subject=about,
        notice=notices.window_pending(about, window),
        opens_at=window.opens_at,
        closes_at=window.closes_at,
        findings=findings,
    )
    return _announcement(DetailType.WINDOW_PENDING, of, data)


def approval_requested(
    of: Metadata,
    migration: Migration,
    findings: tuple[Finding, ...],
    token: str,
    reply_to: ReplyTo,
) -> Announcement:
    """Ask for a person's approval."""
    about = subject(migration.request, migration)
    expires_at = of.occurred_at + timedelta(minutes=migration.request.approval.timeout_minutes)
    data = ApprovalRequested(
        subject=about,
        notice=notices.approval_requested(
            about,
            migration_id=of.migration_id,
            expires_at=expires_at,
            warnings=[each.code for each in findings if each.severity is not Severity.INFO],
            is_guarded=migration.may_turn_back,
            reply_to=reply_to,
        ),
        expires_at=expires_at,
        before=draw(migration.snapshot),
        findings=findings,
        rollback_guarded=migration.may_turn_back,
        task_token=token,
    )
    return _announcement(DetailType.APPROVAL_REQUESTED, of, data)


def _announcement(detail_type: DetailType, of: Metadata, data: Data) -> Announcement:
    return Announcement(detail_type=detail_type, detail=Detail(metadata=of, data=data))
