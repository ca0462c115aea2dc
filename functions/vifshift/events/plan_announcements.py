"""Makes the events of a plan, each with its notice."""

from datetime import datetime, timedelta

from vifshift.domain.findings import Severity
from vifshift.domain.migration import Execution
from vifshift.domain.plan_outcome import Counts
from vifshift.domain.plan_request import PlanOptions
from vifshift.domain.request import Window
from vifshift.events import plan_notices as notices
from vifshift.events.base import DetailType, EvidenceUris
from vifshift.events.commands import ReplyTo, linked, where_to_find, with_more
from vifshift.events.notices import with_evidence as with_evidence_in_words
from vifshift.events.plan import (
    NOTHING_COVERED,
    PLAN_FINAL,
    Covered,
    MoveSummary,
    PlanAnnouncement,
    PlanApprovalRequested,
    PlanData,
    PlanDetail,
    PlanEnded,
    PlanFinding,
    PlanMetadata,
    PlanProgressed,
    PlanStarted,
    PlanSubject,
    PlanWindowPending,
)
from vifshift.events.plan_notices import NOTHING_SHOWN, AskedFor


def metadata(execution: Execution, request_id: str, now: datetime) -> PlanMetadata:
    """Return the metadata that all events of one plan share."""
    return PlanMetadata(
        plan_id=execution.name,
        request_id=request_id,
        execution_arn=execution.arn,
        occurred_at=now,
        asked_by=execution.asked_by,
    )


def subject(request: PlanOptions | None, region: str | None) -> PlanSubject:
    """Return what is known about a plan's subject."""
    evacuation = request.evacuate if request else None
    return PlanSubject(
        requested_by=request.requested_by if request else "",
        reason=request.reason if request else "",
        region=(request.region if request else None) or region,
        source=evacuation.source if evacuation else None,
        target=evacuation.target if evacuation else None,
        return_after_hours=request.return_.after_hours if request and request.return_ else None,
    )


def window_pending(
    of: PlanMetadata,
    about: PlanSubject,
    counts: Counts,
    findings: tuple[PlanFinding, ...],
    window: Window,
    covered: Covered = NOTHING_COVERED,
) -> PlanAnnouncement:
    """Return the event of a plan that waits for its window."""
    data = PlanWindowPending(
        subject=about,
        notice=notices.window_pending(
            about, counts, window, of.asked_by, digest=covered.digest, plan_id=of.plan_id
        ),
        opens_at=window.opens_at,
        closes_at=window.closes_at,
        counts=counts,
        findings=findings,
        **covered._asdict(),
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
    asked: AskedFor = NOTHING_SHOWN,
) -> PlanAnnouncement:
    """Return the event that asks for a person's approval; `token` is the waiting task's."""
    expires_at = of.occurred_at + timedelta(minutes=timeout_minutes)
    data = PlanApprovalRequested(
        subject=about,
        notice=notices.approval_requested(
            about,
            counts,
            plan_id=of.plan_id,
            asked_by=of.asked_by,
            expires_at=expires_at,
            warnings=[each.code for each in findings if each.severity is not Severity.INFO],
            reply_to=reply_to,
            asked=asked,
        ),
        expires_at=expires_at,
        counts=counts,
        findings=findings,
        moves=asked.moves,
        changes=asked.changes,
        page=asked.page,
        **asked.covered._asdict(),
        task_token=token,
    )
    if asked.page:
        where = where_to_find("What is to be approved", asked.page, of.region)
        data = data.model_copy(update={"notice": with_more(data.notice, where)})
    return _announcement(DetailType.PLAN_APPROVAL_REQUESTED, of, data)


def started(
    of: PlanMetadata,
    about: PlanSubject,
    counts: Counts,
    findings: tuple[PlanFinding, ...],
    covered: Covered = NOTHING_COVERED,
) -> PlanAnnouncement:
    """Return the event of a plan whose first moves are about to start."""
    data = PlanStarted(
        subject=about,
        notice=notices.started(
            about, counts, of.asked_by, digest=covered.digest, plan_id=of.plan_id
        ),
        counts=counts,
        findings=findings,
        **covered._asdict(),
    )
    return _announcement(DetailType.PLAN_STARTED, of, data)


def progressed(
    of: PlanMetadata, about: PlanSubject, counts: Counts, move: MoveSummary
) -> PlanAnnouncement:
    """Return the event of a move that has ended."""
    data = PlanProgressed(
        subject=about,
        notice=notices.progressed(about, counts, move),
        counts=counts,
        move=move,
    )
    return _announcement(DetailType.PLAN_PROGRESSED, of, data)


def ended(of: PlanMetadata, data: PlanEnded) -> PlanAnnouncement:
    """Return the final event of a plan."""
    return _announcement(PLAN_FINAL[data.outcome], of, data)


def with_evidence(announcement: PlanAnnouncement, evidence: EvidenceUris) -> PlanAnnouncement:
    """Return the final event with the report's URIs, versions and SHA-256."""
    data, region = announcement.detail.data, announcement.detail.metadata.region
    told = {"evidence": evidence, "notice": with_evidence_in_words(data.notice, evidence, region)}
    data = data.model_copy(update=told)
    detail = announcement.detail.model_copy(update={"data": data})
    return announcement.model_copy(update={"detail": detail})


def covering(announcement: PlanAnnouncement, covered: Covered) -> PlanAnnouncement:
    """Return the event with where all of what is to be done is stored."""
    data = announcement.detail.data.model_copy(update=covered._asdict())
    detail = announcement.detail.model_copy(update={"data": data})
    return announcement.model_copy(update={"detail": detail})


def _announcement(detail_type: DetailType, of: PlanMetadata, data: PlanData) -> PlanAnnouncement:
    data = data.model_copy(update={"notice": linked(data.notice, of.execution_arn)})
    return PlanAnnouncement(detail_type=detail_type, detail=PlanDetail(metadata=of, data=data))
