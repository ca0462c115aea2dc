"""Decides the next step of a migration after an observation, and the event to send."""

from collections.abc import Callable
from datetime import datetime

from vifshift.domain.migration import Answer, Association, Execution, Migration, Outcome, Phase
from vifshift.domain.model import Model
from vifshift.domain.observation import (
    TURNS_BACK,
    Observation,
    Progress,
    Reading,
    Reason,
    Verdict,
    VifStatus,
)
from vifshift.domain.outcomes import outcome_of_association
from vifshift.domain.workflow import NextStep
from vifshift.events import announcements
from vifshift.events.migration import Announcement
from vifshift.migration.convergence import observe
from vifshift.migration.guarding import guarding_of
from vifshift.migration.progress import PhaseTerms


class ObservedStep(Model):
    """An observation, the next step, and the event to send, if any."""

    observation: Observation
    step: NextStep
    announcement: Announcement | None
    outcome_if_it_ends_here: Outcome

    @property
    def is_news(self) -> bool:
        """Return whether the workflow has something to do or to tell, or the status has changed."""
        return (
            self.step is not NextStep.WAIT
            or self.announcement is not None
            or self.observation.changed
            or self.observation.guards_changed
        )


class PhaseProgress(Model):
    """The progress of a phase: the state of its association, and its earlier observations.

    `looked_at` is when the last of them was over.
    """

    phase: Phase
    association: Association
    progress: Progress | None
    before: VifStatus
    looked_at: datetime | None = None

    @property
    def known(self) -> Progress | None:
        """Return the progress, with a hold that did not begin before it was observed."""
        return self.progress and self.progress.looked_at(self.looked_at)

    def after(self, observation: Observation) -> "PhaseProgress":
        """Return what is known after another observation in the same invocation."""
        update = {"progress": observation.progress, "looked_at": None}
        return self.model_copy(update=update)


def watch(
    sighting: Reading,
    *,
    migration: Migration,
    way: PhaseProgress,
    look_back: Callable[[], tuple[str, ...]],
    cancellation: Callable[[], Answer | None],
    execution: Execution,
    now: datetime,
) -> ObservedStep:
    """Return the observation of a reading, the next step, and the event to send.

    `look_back` returns what prevents a rollback, `cancellation` who cancelled the migration; they
    are called only if the VIF may be about to be rolled back.
    """
    observation = observe(
        sighting,
        PhaseTerms(
            migration.ends(way.phase),
            migration.expectation,
            migration.request.convergence,
            migration.request.routes,
            guarding_of(migration, way.phase),
        ),
        progress=way.known,
        before=way.before,
        now=now,
    )
    step = next_step(migration, way.phase, way.association, observation)
    caller = cancellation() if _has_landed(way, observation) else None
    obstacles: tuple[str, ...] = ()
    if caller and migration.obstacle_to_rollback:
        obstacles = (migration.obstacle_to_rollback,)
    elif caller or step is NextStep.TURN_BACK:
        obstacles = look_back()
    if caller and not obstacles:
        why = {"reason": Reason.CANCELLED, "message": f"cancelled by {caller}"}
        observation, step = observation.model_copy(update=why), NextStep.TURN_BACK
    elif obstacles and step is NextStep.TURN_BACK:
        observation = observation.model_copy(update={"obstacles": obstacles})
        step = NextStep.CONCLUDE
    is_news = bool(caller and obstacles) and not (way.progress and way.progress.is_unheeded_told)
    if caller and obstacles:
        observation = _unheeded(observation, caller, obstacles)
    metadata = announcements.metadata(execution, migration.request_id, now)
    announcement = None
    if step is NextStep.TURN_BACK:
        announcement = announcements.rolling_back(metadata, migration, observation)
    elif step is NextStep.WAIT and (observation.changed or observation.guards_changed or is_news):
        announcement = announcements.progressed(metadata, migration, way.phase, observation)
    return ObservedStep(
        observation=observation,
        step=step,
        announcement=announcement,
        outcome_if_it_ends_here=outcome_of_association(way.phase, way.association, observation),
    )


def _has_landed(way: PhaseProgress, observation: Observation) -> bool:
    """Return whether the VIF is on the target, where a cancellation would roll it back."""
    is_there = observation.reason in {*TURNS_BACK, Reason.AS_EXPECTED}
    return way.phase is Phase.FORWARD and is_there


def _unheeded(observation: Observation, caller: Answer, obstacles: tuple[str, ...]) -> Observation:
    """Return an observation that says that somebody cancelled, and why that has no effect."""
    why = f"cancelled by {caller}, but it can't be rolled back: {', '.join(obstacles)}"
    progress = observation.progress.model_copy(update={"is_unheeded_told": True})
    message = f"{observation.message}; {why}"
    return observation.model_copy(update={"message": message, "progress": progress})


def next_step(
    migration: Migration, phase: Phase, association: Association, observation: Observation
) -> NextStep:
    """Return the next step: roll back only if the forward phase failed for a fixable reason.

    A rollback's call without a response is sent again until the deadline; a forward call is not.
    """
    if observation.verdict is Verdict.SETTLING:
        is_stuck = phase is Phase.ROLLBACK and observation.reason is Reason.NOT_MOVED
        if is_stuck and association is Association.UNCONFIRMED:
            return NextStep.ASSOCIATE
        return NextStep.WAIT
    if (
        observation.verdict is Verdict.FAILED
        and phase is Phase.FORWARD
        and migration.may_turn_back
        and observation.reason in TURNS_BACK
    ):
        return NextStep.TURN_BACK
    return NextStep.CONCLUDE
