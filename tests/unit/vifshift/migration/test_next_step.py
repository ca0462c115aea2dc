"""Where a look leads, and what is told of it."""

from itertools import product

import pytest

from tests.unit.vifshift.fakes import (
    EXECUTION,
    START,
    TARGET,
    a_landed_vif,
    a_migration,
    a_peer,
    a_picture,
    a_vif,
    after,
    an_observation,
)
from vifshift.domain.migration import Answer, Association, Migration, Phase
from vifshift.domain.observation import Progress, Reading, Reason, Verdict
from vifshift.domain.workflow import NextStep
from vifshift.events.base import DetailType
from vifshift.events.migration import Progressed, RollingBack
from vifshift.migration.next_step import ObservedStep, PhaseProgress, next_step, watch

GUARDED = a_migration()
UNGUARDED = a_migration(rollback="never")
DEAD_BEFORE = a_migration(a_vif(a_peer(bgp_status="down")))
MENDABLE = [Reason.NOT_AVAILABLE, Reason.PEERS_NOT_UP, Reason.ROUTES_MISSING]
BEYOND_MENDING = [
    Reason.CANNOT_SEE,
    Reason.NOT_MOVED,
    Reason.DELETED,
    Reason.REJECTED,
    Reason.MOVED_ELSEWHERE,
    Reason.FAILOVER_TEST,
]
GOOD = Reading(virtual_interface=a_landed_vif(), routes=())
DOWN = Reading(virtual_interface=a_landed_vif(a_peer(bgp_status="down")))
PENDING = Reading(virtual_interface=a_landed_vif(virtual_interface_state="pending"))
AT_SOURCE = Reading(virtual_interface=a_vif())
BLIND = Reading(problem="slow")
ANA = Answer(by="ana", comment="not tonight")


def watch_at(
    seconds: float,
    sighting: Reading,
    migration: Migration = GUARDED,
    phase: Phase = Phase.FORWARD,
    progress: Progress | None = None,
    association: Association = Association.CONFIRMED,
    obstacles: tuple[str, ...] = (),
    cancellation: Answer | None = None,
) -> ObservedStep:
    return watch(
        sighting,
        migration=migration,
        way=PhaseProgress(
            phase=phase, association=association, progress=progress, before=a_picture()
        ),
        look_back=lambda: obstacles,
        cancellation=lambda: cancellation,
        execution=EXECUTION,
        now=after(seconds),
    )


def since_start(sighting: Reading) -> Progress:
    """Return the progress of a phase that has seen this from its start."""
    assert sighting.virtual_interface
    return Progress(started_at=START, seen_at=START, picture=a_picture(sighting.virtual_interface))


EVERY_ASSOCIATION = pytest.mark.parametrize("association", Association)
STUCK_ON_THE_WAY_BACK = (Phase.ROLLBACK, Association.UNCONFIRMED, Reason.NOT_MOVED)


@pytest.mark.parametrize(
    ("phase", "association", "reason"),
    [case for case in product(Phase, Association, Reason) if case != STUCK_ON_THE_WAY_BACK],
)
def test_what_settles_is_waited_for(phase: Phase, association: Association, reason: Reason) -> None:
    observation = an_observation(Verdict.SETTLING, reason)
    assert next_step(GUARDED, phase, association, observation) is NextStep.WAIT


@pytest.mark.parametrize("migration", [GUARDED, UNGUARDED, DEAD_BEFORE])
def test_a_way_back_whose_call_had_no_answer_is_sent_again_where_it_does_not_show(
    migration: Migration,
) -> None:
    phase, association, reason = STUCK_ON_THE_WAY_BACK
    observation = an_observation(Verdict.SETTLING, reason)
    assert next_step(migration, phase, association, observation) is NextStep.ASSOCIATE


@pytest.mark.parametrize("phase", Phase)
@EVERY_ASSOCIATION
def test_what_has_settled_is_concluded(phase: Phase, association: Association) -> None:
    observation = an_observation(Verdict.SETTLED, Reason.AS_EXPECTED)
    assert next_step(GUARDED, phase, association, observation) is NextStep.CONCLUDE


@pytest.mark.parametrize("reason", MENDABLE)
@EVERY_ASSOCIATION
def test_a_way_there_that_going_back_can_mend_turns_back(
    reason: Reason, association: Association
) -> None:
    observation = an_observation(Verdict.FAILED, reason)
    assert next_step(GUARDED, Phase.FORWARD, association, observation) is NextStep.TURN_BACK


@pytest.mark.parametrize("reason", BEYOND_MENDING)
@EVERY_ASSOCIATION
def test_a_way_there_that_going_back_can_not_mend_is_concluded(
    reason: Reason, association: Association
) -> None:
    observation = an_observation(Verdict.FAILED, reason)
    assert next_step(GUARDED, Phase.FORWARD, association, observation) is NextStep.CONCLUDE


@pytest.mark.parametrize("reason", [*MENDABLE, *BEYOND_MENDING])
@EVERY_ASSOCIATION
def test_a_way_back_that_fails_is_never_turned_again(
    reason: Reason, association: Association
) -> None:
    observation = an_observation(Verdict.FAILED, reason)
    assert next_step(GUARDED, Phase.ROLLBACK, association, observation) is NextStep.CONCLUDE


@pytest.mark.parametrize(("migration", "reason"), list(product([UNGUARDED, DEAD_BEFORE], MENDABLE)))
@EVERY_ASSOCIATION
def test_without_a_guarded_way_back_it_stays(
    migration: Migration, reason: Reason, association: Association
) -> None:
    observation = an_observation(Verdict.FAILED, reason)
    assert next_step(migration, Phase.FORWARD, association, observation) is NextStep.CONCLUDE


def test_a_change_on_the_way_is_told() -> None:
    # when
    watched = watch_at(10, DOWN)
    # then
    assert watched.step is NextStep.WAIT
    assert watched.announcement is not None
    assert watched.announcement.detail_type is DetailType.PROGRESSED
    data = watched.announcement.detail.data
    assert isinstance(data, Progressed)
    assert data.phase is Phase.FORWARD
    assert data.now == a_picture(DOWN.virtual_interface)
    assert watched.announcement.detail.metadata.occurred_at == after(10)


def test_what_stays_the_same_is_not_told_again() -> None:
    watched = watch_at(10, DOWN, progress=since_start(DOWN))
    assert (watched.step, watched.announcement) == (NextStep.WAIT, None)


def test_a_blind_look_is_no_change() -> None:
    watched = watch_at(10, Reading(problem="slow"), progress=since_start(DOWN))
    assert (watched.step, watched.announcement) == (NextStep.WAIT, None)


@pytest.mark.parametrize("is_changed", [True, False])
def test_turning_back_is_told_with_its_reason(is_changed: bool) -> None:
    # when
    watched = watch_at(600, DOWN, progress=since_start(GOOD if is_changed else DOWN))
    # then
    assert watched.step is NextStep.TURN_BACK
    assert watched.announcement is not None
    assert watched.announcement.detail_type is DetailType.ROLLING_BACK
    data = watched.announcement.detail.data
    assert isinstance(data, RollingBack)
    assert data.reason_code == Reason.PEERS_NOT_UP
    assert data.now.connection_id == TARGET


@pytest.mark.parametrize(
    ("sighting", "phase", "seconds"),
    [
        (DOWN, Phase.ROLLBACK, 600),
        (Reading(virtual_interface=a_vif(virtual_interface_state="deleted")), Phase.FORWARD, 10),
        (Reading(problem="slow"), Phase.FORWARD, 720),
    ],
)
def test_an_end_is_told_by_the_conclusion_alone(
    sighting: Reading, phase: Phase, seconds: float
) -> None:
    watched = watch_at(seconds, sighting, phase=phase, progress=since_start(GOOD))
    assert (watched.step, watched.announcement) == (NextStep.CONCLUDE, None)


def test_the_way_back_is_judged_on_the_source() -> None:
    # given
    back = Reading(virtual_interface=a_vif(), routes=())
    migration = a_migration(convergence={"holdSeconds": 0})
    # when
    watched = watch_at(0, back, migration, Phase.ROLLBACK)
    # then
    assert watched.observation.verdict is Verdict.SETTLED


@pytest.mark.parametrize(
    ("association", "step"),
    [
        (Association.NONE, NextStep.WAIT),
        (Association.CONFIRMED, NextStep.WAIT),
        (Association.UNCONFIRMED, NextStep.ASSOCIATE),
    ],
)
def test_a_way_back_that_does_not_show_is_sent_again_until_its_deadline(
    association: Association, step: NextStep
) -> None:
    # given a VIF that is still on the target
    progress = since_start(DOWN)
    # when
    before = watch_at(599, DOWN, phase=Phase.ROLLBACK, progress=progress, association=association)
    at_the_end = watch_at(
        600, DOWN, phase=Phase.ROLLBACK, progress=progress, association=association
    )
    # then
    assert (before.step, before.observation.reason) == (step, Reason.NOT_MOVED)
    assert at_the_end.step is NextStep.CONCLUDE


def test_sending_again_is_not_told() -> None:
    watched = watch_at(
        10,
        DOWN,
        phase=Phase.ROLLBACK,
        progress=since_start(GOOD),
        association=Association.UNCONFIRMED,
    )
    assert watched.observation.changed
    assert (watched.step, watched.announcement) == (NextStep.ASSOCIATE, None)


def test_what_stands_in_the_way_back_keeps_it_from_turning() -> None:
    watched = watch_at(600, DOWN, progress=since_start(DOWN), obstacles=("VLAN 101 is taken",))
    assert watched.step is NextStep.CONCLUDE
    assert watched.observation.obstacles == ("VLAN 101 is taken",)
    assert watched.announcement is None


def test_the_way_back_is_looked_at_only_where_it_is_about_to_be_taken() -> None:
    watched = watch_at(10, DOWN, obstacles=("VLAN 101 is taken",))
    assert (watched.step, watched.observation.obstacles) == (NextStep.WAIT, ())


@pytest.mark.parametrize(
    ("migration", "step"), [(GUARDED, NextStep.TURN_BACK), (UNGUARDED, NextStep.CONCLUDE)]
)
def test_who_sees_again_after_the_deadline_that_it_is_bad_may_turn_back(
    migration: Migration, step: NextStep
) -> None:
    # given
    blind = watch_at(600, Reading(problem="slow"), migration, progress=since_start(DOWN))
    assert (blind.step, blind.announcement) == (NextStep.WAIT, None)
    # when
    watched = watch_at(650, DOWN, migration, progress=blind.observation.progress)
    # then
    assert watched.step is step


def test_the_request_says_how_long_and_how_much() -> None:
    migration = a_migration(convergence={"timeoutSeconds": 60, "pollSeconds": 20})
    watched = watch_at(60, DOWN, migration, progress=since_start(DOWN))
    assert watched.step is NextStep.TURN_BACK


def test_a_watch_survives_the_way_through_step_functions() -> None:
    watched = watch_at(10, DOWN)
    assert ObservedStep.model_validate_json(watched.model_dump_json()) == watched


# Called off on the way.


@pytest.mark.parametrize("sighting", [GOOD, DOWN, PENDING], ids=["good", "down", "pending"])
@EVERY_ASSOCIATION
def test_what_is_cancelled_turns_back_once_it_has_landed(
    sighting: Reading, association: Association
) -> None:
    # when
    watched = watch_at(10, sighting, association=association, cancellation=ANA)
    # then
    assert watched.step is NextStep.TURN_BACK
    assert watched.observation.reason is Reason.CANCELLED
    assert watched.observation.message == "cancelled by ana: not tonight"
    assert watched.observation.picture == a_picture(sighting.virtual_interface)


def test_a_cancellation_is_told_as_the_reason_for_going_back() -> None:
    # when
    watched = watch_at(10, GOOD, cancellation=Answer())
    # then
    assert watched.announcement is not None
    assert watched.announcement.detail_type is DetailType.ROLLING_BACK
    data = watched.announcement.detail.data
    assert isinstance(data, RollingBack)
    assert data.reason_code == "CANCELLED"
    assert data.message == "cancelled by somebody"
    assert data.now.connection_id == TARGET


def test_what_is_cancelled_when_it_has_just_settled_turns_back() -> None:
    migration = a_migration(convergence={"holdSeconds": 0})
    assert watch_at(10, GOOD, migration).step is NextStep.CONCLUDE
    watched = watch_at(10, GOOD, migration, cancellation=ANA)
    assert (watched.step, watched.observation.reason) == (NextStep.TURN_BACK, Reason.CANCELLED)


def test_what_is_cancelled_and_has_failed_turns_back_as_cancelled() -> None:
    watched = watch_at(600, DOWN, progress=since_start(DOWN), cancellation=ANA)
    assert watched.observation.verdict is Verdict.FAILED
    assert (watched.step, watched.observation.reason) == (NextStep.TURN_BACK, Reason.CANCELLED)


DELETED = Reading(virtual_interface=a_vif(virtual_interface_state="deleted"))
ELSEWHERE = Reading(virtual_interface=a_vif(connection_id="dxcon-other001"))
TESTING = Reading(virtual_interface=a_landed_vif(virtual_interface_state="testing"))


@pytest.mark.parametrize("seconds", [10, 600, 960])
@pytest.mark.parametrize(
    ("sighting", "migration", "phase", "obstacles"),
    [
        (AT_SOURCE, GUARDED, Phase.FORWARD, ()),
        (BLIND, GUARDED, Phase.FORWARD, ()),
        (Reading(), GUARDED, Phase.FORWARD, ()),
        (DELETED, GUARDED, Phase.FORWARD, ()),
        (ELSEWHERE, GUARDED, Phase.FORWARD, ()),
        (TESTING, GUARDED, Phase.FORWARD, ()),
        (GOOD, UNGUARDED, Phase.FORWARD, ()),
        (DOWN, UNGUARDED, Phase.FORWARD, ()),
        (GOOD, DEAD_BEFORE, Phase.FORWARD, ()),
        (DOWN, DEAD_BEFORE, Phase.FORWARD, ()),
        (GOOD, GUARDED, Phase.FORWARD, ("VLAN 101 is taken",)),
        (DOWN, GUARDED, Phase.FORWARD, ("VLAN 101 is taken",)),
        (AT_SOURCE, GUARDED, Phase.ROLLBACK, ()),
        (DOWN, GUARDED, Phase.ROLLBACK, ()),
        (BLIND, GUARDED, Phase.ROLLBACK, ()),
    ],
    ids=[
        *("on its source", "not seen", "not listed", "deleted", "elsewhere", "a failover test"),
        *("good, never back", "down, never back", "good, dead before", "down, dead before"),
        *("good, no way back", "down, no way back"),
        *("back", "not back yet", "not seen on its way back"),
    ],
)
def test_a_cancellation_changes_nothing_where_it_can_not_be_heeded(
    sighting: Reading,
    migration: Migration,
    phase: Phase,
    obstacles: tuple[str, ...],
    seconds: float,
) -> None:
    # given
    progress = since_start(DOWN if phase is Phase.FORWARD else AT_SOURCE)
    # when
    cancelled, undisturbed = (
        watch_at(
            seconds,
            sighting,
            migration,
            phase,
            progress=progress,
            obstacles=obstacles,
            cancellation=cancellation,
        )
        for cancellation in (ANA, None)
    )
    # then
    assert cancelled.step == undisturbed.step
    told = (
        {"message": "", "progress": cancelled.observation.progress, "obstacles": ()}
        if sighting in {GOOD, DOWN} and phase is Phase.FORWARD
        else {}
    )
    assert cancelled.observation.model_copy(update=told) == undisturbed.observation.model_copy(
        update=told
    )
    assert cancelled.observation.reason is not Reason.CANCELLED
    assert cancelled.step is not NextStep.TURN_BACK


def test_what_was_cancelled_too_early_turns_back_when_it_lands() -> None:
    # given
    first = watch_at(10, AT_SOURCE, cancellation=ANA)
    # when
    second = watch_at(15, PENDING, progress=first.observation.progress, cancellation=ANA)
    # then
    assert (first.step, second.step) == (NextStep.WAIT, NextStep.TURN_BACK)


def test_a_cancelled_watch_survives_the_way_through_step_functions() -> None:
    watched = watch_at(10, GOOD, cancellation=ANA)
    assert ObservedStep.model_validate_json(watched.model_dump_json()) == watched


@pytest.mark.parametrize(
    ("migration", "obstacles", "why"),
    [
        (UNGUARDED, (), "its request says rollback: never"),
        (DEAD_BEFORE, (), "it carried no traffic before the move"),
        (GUARDED, ("VLAN 101 is taken",), "VLAN 101 is taken"),
    ],
    ids=["never back", "dead before", "no way back"],
)
def test_a_cancellation_that_has_no_effect_is_announced_once(
    migration: Migration, obstacles: tuple[str, ...], why: str
) -> None:
    # when
    first = watch_at(10, GOOD, migration, obstacles=obstacles, cancellation=ANA)
    progress = first.observation.progress
    second = watch_at(20, GOOD, migration, progress=progress, obstacles=obstacles, cancellation=ANA)
    # then
    said = f"; cancelled by {ANA}, but it can't be rolled back: {why}"
    assert first.announcement
    assert first.announcement.detail_type is DetailType.PROGRESSED
    assert isinstance(first.announcement.detail.data, Progressed)
    assert first.announcement.detail.data.message.endswith(said)
    assert second.announcement is None
    assert second.observation.message.endswith(said)


def test_a_cancellation_that_comes_before_the_vif_has_landed_is_not_called_unheeded() -> None:
    waiting = watch_at(10, AT_SOURCE, UNGUARDED, cancellation=ANA)
    assert "cancelled" not in waiting.observation.message
    assert not waiting.observation.progress.is_unheeded_told


def test_the_last_event_tells_of_a_cancellation_that_had_no_effect() -> None:
    progress = watch_at(10, DOWN, UNGUARDED, cancellation=ANA).observation.progress
    last = watch_at(610, DOWN, UNGUARDED, progress=progress, cancellation=ANA)
    assert last.step is NextStep.CONCLUDE
    assert "cancelled by ana" in last.observation.message
