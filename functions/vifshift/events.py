"""Every event vifshift publishes, as a model; `docs/events` has the schema of each."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Literal

from pydantic import Field

from vifshift.convergence import Observation, Picture, draw
from vifshift.findings import Finding
from vifshift.migration import Approval, Execution, Migration, Outcome, Phase
from vifshift.model import Model
from vifshift.request import Request, Window
from vifshift.routes import RouteChange
from vifshift.traffic import Traffic

SOURCE = "vifshift"


class DetailType(StrEnum):
    """The events' names: the first four come in, the others go out."""

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


ANSWERS = (DetailType.APPROVED, DetailType.REFUSED, DetailType.CANCEL_REQUESTED)
"""What people say to a migration that is there already."""

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

    version: Literal["1"] = "1"
    migration_id: str
    request_id: str
    execution_arn: str
    occurred_at: datetime


class Subject(Model):
    """What a migration is about; null is what could not be found out."""

    virtual_interface_id: str | None
    virtual_interface_name: str | None
    source_connection_id: str | None
    target_connection_id: str | None
    requested_by: str
    reason: str


class Said(Model):
    """What a person says to a migration, on the bus: approved, refused, or cancel."""

    migration_id: str = Field(min_length=1, max_length=80)
    by: str = Field(default="", max_length=256)
    comment: str = Field(default="", max_length=1024)


class WindowPending(Model):
    """The migration can be done as far as can be seen today, and waits for its window."""

    subject: Subject
    opens_at: datetime
    closes_at: datetime
    findings: tuple[Finding, ...]


class ApprovalRequested(Model):
    """The migration waits for a person's approval.

    `task_token` is for SendTaskSuccess with `{approvedBy, comment}`, or SendTaskFailure; who
    answers by an event needs the migration's id alone.
    """

    subject: Subject
    expires_at: datetime
    before: Picture
    findings: tuple[Finding, ...]
    rollback_guarded: bool
    task_token: str


class Started(Model):
    """Preflight has passed, and the VIF is about to be associated."""

    subject: Subject
    findings: tuple[Finding, ...]
    rollback_guarded: bool


class Progressed(Model):
    """The VIF's state, its connection or a peer has changed."""

    subject: Subject
    phase: Phase
    message: str
    now: Picture


class RollingBack(Model):
    """The way there did not come good, and the VIF is about to go back."""

    subject: Subject
    reason_code: str
    message: str
    now: Picture


class EvidenceUris(Model):
    """Where the report of a migration is kept, as `s3://` URIs: as a page, and as data."""

    html_uri: str
    json_uri: str


class Ended(Model):
    """How the migration ended, where the VIF is now, and what a person has to do.

    `reason_code` is that of what first went wrong, be it a look, a step or, where all went well,
    the last look; `routes` are those sets that differ from before. `evidence` is null where the
    report could not be kept.
    """

    subject: Subject
    outcome: Outcome
    reason_code: str | None
    message: str
    next_step: str
    now: Picture | None
    carries_traffic: Traffic
    routes: tuple[RouteChange, ...]
    findings: tuple[Finding, ...]
    approval: Approval | None = None
    evidence: EvidenceUris | None = None


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
    )


def started(of: Metadata, migration: Migration, findings: tuple[Finding, ...]) -> Announcement:
    """Announce that the VIF is about to be associated."""
    data = Started(
        subject=subject(migration.request, migration),
        findings=findings,
        rollback_guarded=migration.may_turn_back,
    )
    return _announcement(DetailType.STARTED, of, data)


def progressed(
    of: Metadata, migration: Migration, phase: Phase, observation: Observation
) -> Announcement:
    """Announce that something has changed."""
    data = Progressed(
        subject=subject(migration.request, migration),
        phase=phase,
        message=observation.message,
        now=observation.picture,
    )
    return _announcement(DetailType.PROGRESSED, of, data)


def rolling_back(of: Metadata, migration: Migration, observation: Observation) -> Announcement:
    """Announce that the VIF is about to go back."""
    data = RollingBack(
        subject=subject(migration.request, migration),
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
    data = WindowPending(
        subject=subject(migration.request, migration),
        opens_at=window.opens_at,
        closes_at=window.closes_at,
        findings=findings,
    )
    return _announcement(DetailType.WINDOW_PENDING, of, data)


def approval_requested(
    of: Metadata, migration: Migration, findings: tuple[Finding, ...], token: str
) -> Announcement:
    """Ask for a person's approval."""
    minutes = migration.request.approval.timeout_minutes
    data = ApprovalRequested(
        subject=subject(migration.request, migration),
        expires_at=of.occurred_at + timedelta(minutes=minutes),
        before=draw(migration.snapshot),
        findings=findings,
        rollback_guarded=migration.may_turn_back,
        task_token=token,
    )
    return _announcement(DetailType.APPROVAL_REQUESTED, of, data)


def _announcement(detail_type: DetailType, of: Metadata, data: Data) -> Announcement:
    return Announcement(detail_type=detail_type, detail=Detail(metadata=of, data=data))
