"""Makes the report of a plan from its history, its documents, and its migrations' reports."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

from pydantic import JsonValue

from vifshift.domain.execution_history import (
    Event,
    Follower,
    Trail,
    has_ended_by_itself,
    time_of,
)
from vifshift.domain.migration import Approval, Execution
from vifshift.domain.object_keys import MIGRATIONS, report_folder
from vifshift.domain.plan_request import PlanOptions
from vifshift.domain.workflow import PlanState
from vifshift.events.base import EvidenceUris
from vifshift.events.plan import PlanAnnouncement, PlanEnded
from vifshift.plan.planning.documents import folder_of
from vifshift.plan.planning.preparation import Preparation
from vifshift.plan.running.results import MoveResult, Results
from vifshift.reports.plan.model import MoveReport, PlanReport


class PlanStart(NamedTuple):
    """When a plan started, its last preparation, and its approval."""

    started_at: datetime | None = None
    preparation: Preparation | None = None
    approval: Approval | None = None


class StoredReports(Protocol):
    """Where the reports of migrations are stored."""

    def reports(
        self, folders: Sequence[str], pick: Callable[[str], float | None]
    ) -> Mapping[str, tuple[EvidenceUris, float | None]]:
        """Return the last report in each folder, with what `pick` returns for it.

        Those that can't be read are left out.
        """


def begin(history: Iterable[Event]) -> PlanStart:
    """Return what a plan's report needs from its history."""
    started_at, follower = None, Follower()
    for event in history:
        if event.get("executionStartedEventDetails") is not None:
            started_at = time_of(event)
        follower.see(event)
    known = follower.trail.variables
    preparation, approval = known.get("preparation"), known.get("approval")
    return PlanStart(
        started_at=started_at,
        preparation=(
            # The event that it was about to send may have an earlier release's fields.
            Preparation.model_validate({**preparation, "announcement": None})
            if preparation
            else None
        ),
        approval=Approval.model_validate(approval) if approval else None,
    )


def is_told(trail: Trail) -> bool:
    """Return whether the final event of a plan was sent."""
    return PlanState.ANNOUNCE_OUTCOME in trail.done


def conclusion_of(trail: Trail, status: str) -> PlanAnnouncement | None:
    """Return the final event of a plan that has ended by itself, if it had one ready."""
    announcement = trail.variables.get("announcement")
    if announcement is None or not has_ended_by_itself(status, trail.error):
        return None
    return PlanAnnouncement.model_validate(announcement)


def folder(execution: Execution, beginning: PlanStart, now: datetime) -> str:
    """Return the folder of a plan's report: that of its moves, if these are stored."""
    preparation = beginning.preparation
    if preparation and preparation.moves:
        return preparation.moves.key.rpartition("/")[0]
    return folder_of(execution, beginning.started_at or now)


def report(
    announcement: PlanAnnouncement,
    beginning: PlanStart,
    results: Results,
    *,
    bucket: StoredReports,
    execution: Execution,
    now: datetime,
) -> PlanReport:
    """Return the report of a plan whose final event is about to be sent."""
    ended = announcement.detail.data
    assert isinstance(ended, PlanEnded)
    preparation = beginning.preparation
    terms = (preparation.request if preparation else None) or PlanOptions()
    folders = {each.move.number: found for each in results.moves if (found := _folder(each))}
    stored = bucket.reports(list(folders.values()), interruption_seconds)
    return PlanReport(
        plan_id=execution.name,
        request_id=announcement.detail.metadata.request_id,
        execution_arn=execution.arn,
        region=ended.subject.region or execution.region,
        account=terms.role_arn.split(":")[4] if terms.role_arn else execution.account,
        started_at=beginning.started_at or now,
        ended_at=now,
        outcome=ended.outcome,
        sentence=ended.message,
        next_step=ended.next_step,
        requested_by=terms.requested_by,
        reason=terms.reason,
        approval=ended.approval or beginning.approval,
        max_concurrency=terms.max_concurrency,
        stop_after_failures=terms.stop_after_failures,
        order=terms.order,
        window=terms.window,
        counts=ended.counts,
        findings=results.findings,
        moves=tuple(
            _move(each, *stored.get(folders.get(each.move.number, ""), (None, None)))
            for each in results.moves
        ),
        digest=ended.digest,
        move_list=ended.move_list,
        asked_by=announcement.detail.metadata.asked_by,
        policy=preparation.policy if preparation else None,
        emptied=ended.subject.source,
        port_is_empty=ended.port_is_empty,
        left_on_port=ended.left_on_port,
        overview=results.overview,
    )


def interruption_seconds(text: str) -> float | None:
    """Return the interruption in a migration's report; raises ValueError if it is not JSON."""
    found: JsonValue = json.loads(text)
    interruption = found.get("interruption") if isinstance(found, dict) else None
    seconds = interruption.get("seconds") if isinstance(interruption, dict) else None
    return seconds if isinstance(seconds, int | float) else None


def _folder(result: MoveResult) -> str | None:
    """Return the folder of the report of a move's migration, None if it can't have one."""
    began, ended = result.ending.started_at, result.ending.ended_at
    if result.child is None or began is None or ended is None:
        return None
    return report_folder(MIGRATIONS, began, result.child)


def _move(
    result: MoveResult, evidence: EvidenceUris | None, interrupted: float | None
) -> MoveReport:
    move, ending = result.move, result.ending
    return MoveReport(
        number=move.number,
        virtual_interface_id=move.virtual_interface_id,
        virtual_interface_name=move.name,
        source=move.source,
        target=move.target,
        outcome=ending.outcome,
        message=ending.message,
        started_at=ending.started_at,
        ended_at=ending.ended_at,
        interruption_seconds=interrupted,
        migration_id=result.child,
        evidence=evidence,
        findings=move.findings,
    )
