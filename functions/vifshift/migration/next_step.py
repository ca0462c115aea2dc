"""Watches a migration on its way: judges a sighting, says where to go and what to tell."""

from collections.abc import Callable
from datetime import datetime

from vifshift.domain.migration import Answer, Association, Execution, Migration, Phase
from vifshift.domain.model import Model
from vifshift.domain.workflow import Step
from vifshift.events import migration as events
from vifshift.events.migration import Announcement
from vifshift.migration.convergence import (
    MENDABLE,
    Observation,
    Picture,
    Progress,
    Reason,
    Sighting,
    Verdict,
    observe,
)


class Watch(Model):
    """An observation, the step it leads to, and the event it is worth, if any."""

    observation: Observation
    step: Step
    announcement: Announcement | None


class Way(Model):
    """How far a phase has come: what is known of its call, and what earlier looks have found.

    `looked_at` is when the last of them was over.
    """

    phase: Phase
    association: Association
    progress: Progress | None
    before: Picture
    looked_at: datetime | None = None


def watch(
    sighting: Sighting,
    *,
    migration: Migration,
    way: Way,
    look_back: Callable[[], tuple[str, ...]],
    cancellation: Callable[[], Answer | None],
    execution: Execution,
    now: datetime,
) -> Watch:
    """Judge a sighting and say what follows from it.

    `look_back` returns what stands in the way back, `cancellation` who wants it taken whatever is
    seen; either is asked only where the VIF may be about to go back.
    """
    observation = observe(
        sighting,
        ends=migration.ends(way.phase),
        expectation=migration.expectation,
        convergence=migration.request.convergence,
        route_check=migration.request.routes,
        progress=way.progress and way.progress.looked_at(way.looked_at),
        before=way.before,
        now=now,
    )
    step = next_step(migration, way.phase, way.association, observation)
    caller = cancellation() if _has_landed(migration, way, observation) else None
    obstacles = look_back() if caller or step is Step.TURN_BACK else ()
    if caller and not obstacles:
        why = {"reason": Reason.CANCELLED, "message": f"cancelled by {caller}"}
        observation, step = observation.model_copy(update=why), Step.TURN_BACK
    elif obstacles and step is Step.TURN_BACK:
        observation = observation.model_copy(update={"obstacles": obstacles})
        step = Step.CONCLUDE
    metadata = events.metadata(execution, migration.request_id, now)
    announcement = None
    if step is Step.TURN_BACK:
        announcement = events.rolling_back(metadata, migration, observation)
    elif step is Step.WAIT and observation.changed:
        announcement = events.progressed(metadata, migration, way.phase, observation)
    return Watch(observation=observation, step=step, announcement=announcement)


def _has_landed(migration: Migration, way: Way, observation: Observation) -> bool:
    """Say whether the VIF has landed, and can be brought back from there."""
    is_there = observation.reason in {*MENDABLE, Reason.AS_EXPECTED}
    return way.phase is Phase.FORWARD and migration.may_turn_back and is_there


def next_step(
    migration: Migration, phase: Phase, association: Association, observation: Observation
) -> Step:
    """Say where to go: back only from a failed way there that going back can mend.

    A way back whose call had no answer is sent again until its deadline; the way there is not.
    """
    if observation.verdict is Verdict.SETTLING:
        is_stuck = phase is Phase.ROLLBACK and observation.reason is Reason.NOT_MOVED
        if is_stuck and association is Association.UNCONFIRMED:
            return Step.ASSOCIATE
        return Step.WAIT
    if (
        observation.verdict is Verdict.FAILED
        and phase is Phase.FORWARD
        and migration.may_turn_back
        and observation.reason in MENDABLE
    ):
        return Step.TURN_BACK
    return Step.CONCLUDE
