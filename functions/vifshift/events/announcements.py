"""Makes the events of a migration, each with its notice."""

from datetime import datetime, timedelta

from vifshift.domain.findings import Finding, Severity
from vifshift.domain.migration import Execution, Migration, Phase
from vifshift.domain.observation import Observation, status_of
from vifshift.domain.request import Request, Window
from vifshift.domain.scope import CheckedScope, ScopeChange
from vifshift.events import notices
from vifshift.events.base import DetailType, EvidenceUris
from vifshift.events.commands import ReplyTo, linked, where_to_find, with_more
from vifshift.events.migration import (
    FINAL,
    Announcement,
    ApprovalRequested,
    Data,
    Detail,
    Ended,
    Metadata,
    Progressed,
    RollingBack,
    Started,
    Subject,
    WindowPending,
)


def metadata(execution: Execution, request_id: str, now: datetime) -> Metadata:
    """Return the metadata that all events of one execution share."""
    return Metadata(
        migration_id=execution.name,
        request_id=request_id,
        execution_arn=execution.arn,
        occurred_at=now,
        asked_by=execution.asked_by,
    )


def subject(request: Request | None, migration: Migration | None) -> Subject:
    """Return what is known about a migration's subject."""
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


def started(
    of: Metadata,
    migration: Migration,
    findings: tuple[Finding, ...],
    *,
    digest: str | None = None,
) -> Announcement:
    """Return the event of a VIF that is about to be associated."""
    about = subject(migration.request, migration)
    data = Started(
        subject=about,
        notice=notices.started(
            about,
            of.asked_by,
            is_guarded=migration.may_turn_back,
            digest=digest,
            migration_id=of.migration_id,
        ),
        findings=findings,
        rollback_guarded=migration.may_turn_back,
        digest=digest,
    )
    return _announcement(DetailType.STARTED, of, data)


def progressed(
    of: Metadata, migration: Migration, phase: Phase, observation: Observation
) -> Announcement:
    """Return the event of a change that was observed."""
    about = subject(migration.request, migration)
    data = Progressed(
        subject=about,
        notice=notices.progressed(about, phase, observation.message),
        phase=phase,
        message=observation.message,
        now=observation.picture,
        guards=observation.guards,
    )
    return _announcement(DetailType.PROGRESSED, of, data)


def rolling_back(of: Metadata, migration: Migration, observation: Observation) -> Announcement:
    """Return the event of a VIF that is about to be rolled back."""
    about = subject(migration.request, migration)
    data = RollingBack(
        subject=about,
        notice=notices.rolling_back(about, observation.message),
        reason_code=observation.reason,
        message=observation.message,
        now=observation.picture,
        guards=observation.guards,
    )
    return _announcement(DetailType.ROLLING_BACK, of, data)


def ended(of: Metadata, data: Ended) -> Announcement:
    """Return the final event of a migration."""
    return _announcement(FINAL[data.outcome], of, data)


def with_evidence(
    announcement: Announcement, evidence: EvidenceUris, interruption: str = ""
) -> Announcement:
    """Return the final event with the report's URIs, versions and SHA-256.

    `interruption` says how long traffic was interrupted, for people.
    """
    data = announcement.detail.data
    region = announcement.detail.metadata.region
    notice = notices.with_interruption(data.notice, interruption)
    told = {"evidence": evidence, "notice": notices.with_evidence(notice, evidence, region)}
    data = data.model_copy(update=told)
    detail = announcement.detail.model_copy(update={"data": data})
    return announcement.model_copy(update={"detail": detail})


def window_pending(
    of: Metadata,
    migration: Migration,
    findings: tuple[Finding, ...],
    window: Window,
    *,
    digest: str | None = None,
) -> Announcement:
    """Return the event of a migration that waits for its window."""
    about = subject(migration.request, migration)
    data = WindowPending(
        subject=about,
        notice=notices.window_pending(
            about, window, of.asked_by, digest=digest, migration_id=of.migration_id
        ),
        opens_at=window.opens_at,
        closes_at=window.closes_at,
        findings=findings,
        digest=digest,
    )
    return _announcement(DetailType.WINDOW_PENDING, of, data)


def approval_requested(
    of: Metadata,
    migration: Migration,
    findings: tuple[Finding, ...],
    token: str,
    reply_to: ReplyTo,
    *,
    minutes: int | None = None,
    checked: CheckedScope | None = None,
    changes: tuple[ScopeChange, ...] = (),
) -> Announcement:
    """Return the event that asks for a person's approval; `token` is the waiting task's.

    An answer is waited for `minutes`, by default for as long as is requested. `checked` is what is
    to be approved, and `changes` what is not as it was when that was asked before.
    """
    about = subject(migration.request, migration)
    expires_at = of.occurred_at + timedelta(
        minutes=minutes or migration.request.approval.timeout_minutes
    )
    digest = checked.digest if checked else None
    data = ApprovalRequested(
        subject=about,
        notice=notices.approval_requested(
            about,
            of,
            expires_at=expires_at,
            warnings=[each.code for each in findings if each.severity is not Severity.INFO],
            is_guarded=migration.may_turn_back,
            reply_to=reply_to,
            digest=digest,
            changes=[change.message for change in changes],
        ),
        expires_at=expires_at,
        before=status_of(migration.snapshot),
        findings=findings,
        rollback_guarded=migration.may_turn_back,
        task_token=token,
        digest=digest,
        move=checked and checked.move,
        changes=changes,
    )
    return _announcement(DetailType.APPROVAL_REQUESTED, of, data)


def with_page(announcement: Announcement, page: str | None) -> Announcement:
    """Return a request for approval with the URI of the page that shows what it is about."""
    data = announcement.detail.data
    notice = data.notice
    if page:
        region = announcement.detail.metadata.region
        notice = with_more(notice, where_to_find("What is to be approved", page, region))
    data = data.model_copy(update={"page": page, "notice": notice})
    detail = announcement.detail.model_copy(update={"data": data})
    return announcement.model_copy(update={"detail": detail})


def _announcement(detail_type: DetailType, of: Metadata, data: Data) -> Announcement:
    data = data.model_copy(update={"notice": linked(data.notice, of.execution_arn)})
    return Announcement(detail_type=detail_type, detail=Detail(metadata=of, data=data))
