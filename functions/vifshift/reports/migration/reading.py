"""Reads the evidence of a migration from the history of its execution, and its final event."""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from vifshift.domain.execution_history import Event, Follower, Trail, time_of
from vifshift.domain.migration import Approval, Execution, Migration, Outcome, Phase
from vifshift.domain.observation import Observation
from vifshift.domain.request import Request, Trigger
from vifshift.events import announcements
from vifshift.events.migration import Announcement, Ended
from vifshift.migration.validation_result import Validation
from vifshift.reports.migration.checklist import checklist
from vifshift.reports.migration.infrastructure_as_code import code_changes
from vifshift.reports.migration.interruption import interruption
from vifshift.reports.migration.model import (
    Evidence,
    Interruption,
    ObservationRecord,
    SentEvent,
    StepTaken,
    Timeline,
)
from vifshift.reports.migration.observations import Observations, VifReading
from vifshift.reports.migration.route_counts import route_counts
from vifshift.reports.migration.steps import Attempts, CallCounts, Events, Steps
from vifshift.reports.migration.timeline import draw

DID_NOT_CONVERGE = {
    Outcome.INTERRUPTED,
    Outcome.NEEDS_ATTENTION,
    Outcome.ROLLBACK_FAILED,
    Outcome.ROLLED_BACK,
}


class Readings(NamedTuple):
    """What is read from a history, in one pass."""

    looks: Observations
    steps: Steps
    events: Events
    attempts: Attempts
    calls: CallCounts


class MigrationStart(NamedTuple):
    """When an execution started, and what started it, according to its input."""

    at: datetime | None = None
    trigger: Trigger | None = None


def read(
    history: Iterable[Event], *, announcement: Announcement, execution: Execution, now: datetime
) -> Evidence:
    """Return the evidence of a migration whose final event is about to be sent.

    The history is oldest first, and only what the evidence needs is kept of it.
    """
    ended = announcement.detail.data
    assert isinstance(ended, Ended)
    beginning, trail, found = _go_through(history)
    validation = _validation(trail)
    request = validation.request if validation else None
    migration = validation.migration if validation else None
    associations = found.attempts.made(migration)
    told = (*found.events.told, SentEvent(at=now, detail_type=announcement.detail_type))
    started_at = beginning.at or now
    before = validation.before if validation else None
    return Evidence(
        migration_id=execution.name,
        request_id=announcement.detail.metadata.request_id,
        execution_arn=execution.arn,
        trigger=migration.trigger if migration else beginning.trigger,
        region=_region(migration, request, execution),
        account=_account(migration, request, execution),
        started_at=started_at,
        ended_at=now,
        subject=announcements.subject(request, migration) if request else ended.subject,
        virtual_interface_type=migration.snapshot.virtual_interface_type if migration else "",
        request=request,
        outcome=ended.outcome,
        sentence=ended.message,
        next_step=ended.next_step,
        carries_traffic=ended.carries_traffic,
        approval=ended.approval or _approval(trail),
        findings=ended.findings or (validation.findings if validation else ()),
        before=before,
        after=ended.now,
        routes=ended.routes,
        looks=tuple(found.looks.looks),
        steps=tuple(found.steps.taken),
        told=told,
        associations=associations,
        api_calls=dict(sorted(found.calls.counted.items())),
        interruption=(
            _interruption(migration, found.looks, _final_reading(announcement, ended, now))
            if migration and associations
            else None
        ),
        code_changes=code_changes(migration, ended.now),
        timeline=draw(
            looks=tuple(found.looks.looks),
            steps=tuple(found.steps.taken),
            told=told,
            associations=associations,
            before=before,
            started_at=started_at,
            ended_at=now,
        ),
        digest=ended.digest or (validation.digest if validation else None),
        move=validation.checked.move if validation and validation.checked else None,
        asked_by=announcement.detail.metadata.asked_by,
        policy=validation.policy if validation else None,
        overview=validation.overview if validation else None,
        route_counts=(
            route_counts(migration, ended.routes, found.looks.looks)
            if migration and associations
            else ()
        ),
        checklist=(
            checklist(migration, found.looks.looks)
            if migration and associations and ended.outcome in DID_NOT_CONVERGE
            else ()
        ),
        guards=ended.guards,
    )


class SoFar(NamedTuple):
    """What the history of a migration shows that may still run.

    `state` is where it is now, since `entered_at`; `observation` is the last one, of any phase.
    """

    validation: Validation | None
    looks: tuple[ObservationRecord, ...]
    told: tuple[SentEvent, ...]
    timeline: Timeline
    state: str | None
    entered_at: datetime | None = None
    phase: Phase = Phase.FORWARD
    observation: Observation | None = None
    steps: tuple[StepTaken, ...] = ()


def read_so_far(
    history: Iterable[Event], *, now: datetime, besides: Sequence[ObservationRecord] = ()
) -> SoFar:
    """Return what the history of a migration shows up to now; it is oldest first.

    `besides` is what others have read of its VIF meanwhile, which the timeline shows as well.
    """
    beginning, trail, found = _go_through(history)
    validation = _validation(trail)
    looks, told = tuple(found.looks.looks), tuple(found.events.told)
    steps, last = tuple(found.steps.taken), trail.variables.get("observation")
    return SoFar(
        validation=validation,
        looks=looks,
        told=told,
        timeline=draw(
            looks=tuple(sorted((*looks, *besides), key=lambda look: look.at)),
            steps=steps,
            told=told,
            associations=found.attempts.made(validation.migration if validation else None),
            before=validation.before if validation else None,
            started_at=beginning.at or now,
            ended_at=now,
        ),
        state=trail.last_state,
        entered_at=steps[-1].entered_at if steps else None,
        phase=Phase(trail.variables.get("phase") or Phase.FORWARD),
        observation=Observation.model_validate(last) if last else None,
        steps=steps,
    )


def _go_through(history: Iterable[Event]) -> tuple[MigrationStart, Trail, Readings]:
    beginning, follower = MigrationStart(), Follower()
    found = Readings(Observations(), Steps(), Events(), Attempts(), CallCounts())
    for event in history:
        if started := event.get("executionStartedEventDetails"):
            beginning = MigrationStart(time_of(event), _trigger(started.get("input") or ""))
        follower.see(event)
        for reader in found:
            reader.see(event, follower)
    return beginning, follower.trail, found


def _trigger(text: str) -> Trigger | None:
    """Return what started an execution, according to its input; None if that can't be read."""
    try:
        given = json.loads(text)
    except (ValueError, RecursionError):
        return None
    match given:
        case {"request": _, "trigger": str(trigger)} if trigger in set(Trigger):
            return Trigger(trigger)
        case {**fields} if "request" not in fields:
            return Trigger.EXECUTION
    return None


def _validation(trail: Trail) -> Validation | None:
    validation = trail.variables.get("validation")
    return Validation.model_validate(validation) if validation else None


def _approval(trail: Trail) -> Approval | None:
    approval = trail.variables.get("approval")
    return Approval.model_validate(approval) if approval else None


def _region(migration: Migration | None, request: Request | None, execution: Execution) -> str:
    """Return the Region of the VIF, or else the requested one."""
    asked = migration.region if migration else request.region if request else None
    return asked or execution.region


def _account(migration: Migration | None, request: Request | None, execution: Execution) -> str:
    """Return the account that the VIF was read in, or else the requested one."""
    if migration and migration.caller_account:
        return migration.caller_account
    if request and request.role_arn:
        return request.role_arn.split(":")[4]
    return execution.account


def _final_reading(announcement: Announcement, ended: Ended, now: datetime) -> VifReading | None:
    """Return the reading of the VIF after its execution was interrupted."""
    if ended.outcome is not Outcome.INTERRUPTED or ended.now is None:
        return None
    return VifReading(announcement.detail.metadata.occurred_at, now, ended.now)


def _interruption(
    migration: Migration, looks: Observations, final_reading: VifReading | None
) -> Interruption | None:
    """Return the interruption, None if the VIF carried no traffic before."""
    if not migration.expectation.carried_traffic or looks.validated_at is None:
        return None
    needed = {str(peer) for peer in migration.expectation.peers}
    readings = [*looks.readings, final_reading] if final_reading else looks.readings
    return interruption(needed, looks.validated_at, readings)
