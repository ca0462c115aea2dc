"""Reads the report of a plan: from its history, what is kept of it, and its migrations' reports."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

from pydantic import JsonValue

from vifshift.domain.execution_history import Event, Follower, follow, time_of
from vifshift.domain.migration import Approval, Execution
from vifshift.domain.plan_request import PlanTerms
from vifshift.domain.workflow import PlanState
from vifshift.events.migration import EvidenceUris
from vifshift.events.plan import PlanAnnouncement, PlanEnded
from vifshift.plan.planning.documents import folder_of
from vifshift.plan.planning.preparation import Preparation
from vifshift.plan.running.results import MoveResult, Results
from vifshift.reports.migration.model import PREFIX
from vifshift.reports.plan.model import MoveReport, PlanReport


class Beginning(NamedTuple):
    """When a plan began, and what was prepared and approved by its end."""

    started_at: datetime | None = None
    preparation: Preparation | None = None
    approval: Approval | None = None


class Interruptions(Protocol):
    """Where the reports of migrations are kept."""

    @property
    def bucket(self) -> str:
        """Return the name of the bucket."""

    def reports(
        self, keys: Sequence[str], pick: Callable[[str], float | None]
    ) -> Mapping[str, float | None]:
        """Return by their keys what is picked from reports, those that can't be read left out."""


def begin(history: Iterable[Event]) -> Beginning:
    """Read from a plan's history what its report needs."""
    started_at, follower = None, Follower()
    for event in history:
        if event.get("executionStartedEventDetails") is not None:
            started_at = time_of(event)
        follower.see(event)
    known = follower.trail.variables
    preparation, approval = known.get("preparation"), known.get("approval")
    return Beginning(
        started_at=started_at,
        preparation=(
            # What it was going to send may be of an earlier deployment's form.
            Preparation.model_validate({**preparation, "announcement": None})
            if preparation
            else None
        ),
        approval=Approval.model_validate(approval) if approval else None,
    )


def is_told(history: Iterable[Event]) -> bool:
    """Say whether the last event of a plan had been sent."""
    return PlanState.ANNOUNCE_OUTCOME in follow(history).done


def folder(execution: Execution, beginning: Beginning, now: datetime) -> str:
    """Return where a plan's report is kept: beside its moves, where these are kept."""
    preparation = beginning.preparation
    if preparation and preparation.moves:
        return preparation.moves.key.rpartition("/")[0]
    return folder_of(execution, beginning.started_at or now)


def report(
    announcement: PlanAnnouncement,
    beginning: Beginning,
    results: Results,
    *,
    archive: Interruptions,
    execution: Execution,
    now: datetime,
) -> PlanReport:
    """Return the report of a plan whose last event is about to be sent."""
    ended = announcement.detail.data
    assert isinstance(ended, PlanEnded)
    preparation = beginning.preparation
    terms = (preparation.request if preparation else None) or PlanTerms()
    keys = {each.move.number: key for each in results.moves if (key := _key(each))}
    seconds = archive.reports(list(keys.values()), interruption_seconds)
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
            _move(each, keys.get(each.move.number), seconds, archive.bucket)
            for each in results.moves
        ),
    )


def interruption_seconds(text: str) -> float | None:
    """Return what a migration's report says; raises ValueError for what is no report."""
    found: JsonValue = json.loads(text)
    interruption = found.get("interruption") if isinstance(found, dict) else None
    seconds = interruption.get("seconds") if isinstance(interruption, dict) else None
    return seconds if isinstance(seconds, int | float) else None


def _key(result: MoveResult) -> str | None:
    """Return where the report of a move's migration is kept, None where there can't be any."""
    began, ended = result.ending.started_at, result.ending.ended_at
    if result.child is None or began is None or ended is None:
        return None
    return f"{PREFIX}{began:%Y/%m/%d}/{result.child}/report.json"


def _move(
    result: MoveResult, key: str | None, seconds: Mapping[str, float | None], bucket: str
) -> MoveReport:
    move, ending = result.move, result.ending
    base = f"s3://{bucket}/{key.removesuffix('.json')}" if key and key in seconds else None
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
        interruption_seconds=seconds.get(key) if key else None,
        migration_id=result.child,
        evidence=(EvidenceUris(html_uri=f"{base}.html", json_uri=f"{base}.json") if base else None),
        findings=move.findings,
    )
