"""When guards count: what an alarm shows, and what follows from it in either phase."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.unit.vifshift.fakes import (
    SOURCE,
    TARGET,
    a_landed_vif,
    a_migration,
    a_peer,
    a_picture,
    a_vif,
    after,
)
from vifshift.domain.guards import GuardState, GuardStatus
from vifshift.domain.migration import Phase
from vifshift.domain.observation import Observation, Progress, Reading, Reason, Verdict
from vifshift.migration.convergence import observe
from vifshift.migration.guarding import (
    BETWEEN_READINGS,
    are_due,
    guarding_of,
    read_if_due,
    verified,
)
from vifshift.migration.progress import PhaseTerms

ALARM = "arn:aws:cloudwatch:eu-central-1:111122223333:alarm:orders"
OTHER = "arn:aws:cloudwatch:eu-central-1:111122223333:alarm:others"
GOOD, BAD, UNKNOWN = GuardState
WINDOW = 120
DUE = WINDOW + 120
"""When a guard of that window counts, in seconds after BGP and routes came back."""


def status(
    state: GuardState = GOOD, window: int | None = WINDOW, alarm: str = ALARM, **fields: Any
) -> GuardStatus:
    return GuardStatus(alarm=alarm, state=state, window_seconds=window, **fields)


class Way:
    """One phase of a guarded migration, looked at again and again."""

    def __init__(
        self, *alarms: str, phase: Phase = Phase.FORWARD, hold: int = 60, longest: int = 900
    ) -> None:
        self.migration = a_migration(
            guards=[{"alarm": each} for each in alarms or (ALARM,)],
            convergence={"holdSeconds": hold, "guardSeconds": longest},
        )
        self.phase = phase
        self.progress: Progress | None = None

    def see(self, at: int, *guards: GuardStatus, is_up: bool = True) -> Observation:
        """Look once, with the guards as they are now; without any they are not read."""
        port = self.migration.ends(self.phase).destination
        vif = a_vif(a_peer(bgp_status="up" if is_up else "down"), connection_id=port)
        read = tuple(each.model_copy(update={"read_at": after(at)}) for each in guards)
        observation = observe(
            Reading(virtual_interface=vif, routes=(), guards=read or None),
            PhaseTerms(
                self.migration.ends(self.phase),
                self.migration.expectation,
                self.migration.request.convergence,
                self.migration.request.routes,
                guarding_of(self.migration, self.phase),
            ),
            progress=self.progress,
            before=a_picture(),
            now=after(at),
        )
        self.progress = observation.progress
        return observation

    def keep(self, since: int, until: int, *guards: GuardStatus) -> Observation:
        """Look every ten seconds; all of that must leave it settling."""
        for at in range(since, until + 1, 10):
            observation = self.see(at, *guards)
            assert observation.verdict is Verdict.SETTLING, at
        return observation


def told(observation: Observation) -> tuple[Verdict, Reason]:
    return observation.verdict, observation.reason


def test_it_is_held_until_a_full_evaluation_lies_after_bgp_came_back() -> None:
    way = Way(hold=60)
    way.keep(0, DUE - 10, status())

    observation = way.see(DUE, status())

    assert told(observation) == (Verdict.SETTLED, Reason.AS_EXPECTED)
    assert [each.counts for each in observation.guards] == [True]
    assert "alarm orders is OK" in observation.message


def test_a_longer_hold_stays_as_long_as_it_is() -> None:
    way = Way(hold=600)
    way.keep(0, 590, status())

    assert way.see(600, status()).verdict is Verdict.SETTLED


def test_a_guard_that_is_bad_once_it_counts_fails_the_move_at_once() -> None:
    way = Way(hold=600)
    way.keep(0, DUE - 10, status(BAD))

    observation = way.see(DUE, status(BAD))

    assert told(observation) == (Verdict.FAILED, Reason.GUARD_FAILED)
    assert "but alarm orders is in ALARM" in observation.message


def test_a_guard_that_was_bad_before_it_counts_does_not_fail_the_move() -> None:
    way = Way()
    way.keep(0, DUE - 10, status(BAD))

    assert told(way.see(DUE, status(GOOD))) == (Verdict.SETTLED, Reason.AS_EXPECTED)


def test_the_wait_begins_again_with_a_flap() -> None:
    way = Way()
    way.keep(0, 200, status(BAD))
    way.see(210, status(BAD), is_up=False)
    way.keep(220, 220 + DUE - 10, status(BAD))

    assert told(way.see(220 + DUE, status(BAD))) == (Verdict.FAILED, Reason.GUARD_FAILED)


@pytest.mark.parametrize("state", [UNKNOWN, BAD])
def test_one_whose_evaluation_takes_longer_than_allowed_is_told_and_turns_nothing_back(
    state: GuardState,
) -> None:
    way = Way(longest=300)
    long = status(state, window=600)
    way.keep(0, 290, long)

    observation = way.see(300, long)

    assert told(observation) == (Verdict.SETTLED, Reason.AS_EXPECTED)
    assert "it is not settled, and does not count" in observation.message
    assert [each.counts for each in observation.guards] == [False]


def test_one_without_data_is_told_and_turns_nothing_back() -> None:
    way = Way()
    way.keep(0, DUE - 10, status(UNKNOWN))

    observation = way.see(DUE, status(UNKNOWN))

    assert observation.verdict is Verdict.SETTLED
    assert "alarm orders has INSUFFICIENT_DATA" in observation.message


def test_one_that_can_not_be_read_is_waited_for_as_long_as_allowed() -> None:
    way = Way(longest=400)
    way.keep(0, 100, status())
    unread = GuardStatus(alarm=ALARM, problem="Rate exceeded")
    way.keep(110, 390, unread)

    observation = way.see(400, unread)

    assert observation.verdict is Verdict.SETTLED
    assert "could not be read: Rate exceeded" in observation.message


def test_one_that_can_be_read_again_counts() -> None:
    way = Way(longest=400)
    way.keep(0, 290, GuardStatus(alarm=ALARM, problem="Rate exceeded"))

    assert way.see(300, status(BAD)).reason is Reason.GUARD_FAILED


def test_one_that_watches_what_the_vif_has_left_is_named_and_does_not_count() -> None:
    way = Way(hold=60)
    starved = status(BAD, connection_id=SOURCE)
    way.keep(0, 50, starved)

    observation = way.see(60, starved)

    assert observation.verdict is Verdict.SETTLED
    assert f"it watches {SOURCE} alone" in observation.message


def test_one_that_watches_the_target_counts() -> None:
    way = Way(hold=60)
    way.keep(0, DUE - 10, status(BAD, connection_id=TARGET))

    assert way.see(DUE, status(BAD, connection_id=TARGET)).reason is Reason.GUARD_FAILED


def test_of_several_each_counts_in_its_own_time() -> None:
    way = Way(ALARM, OTHER)
    way.keep(0, DUE - 10, status(), status(BAD, window=600, alarm=OTHER))
    way.keep(DUE, 710, status(), status(BAD, window=600, alarm=OTHER))

    assert way.see(720, status(), status(BAD, window=600, alarm=OTHER)).reason is (
        Reason.GUARD_FAILED
    )


def test_while_bgp_is_down_a_bad_guard_is_told_and_nothing_else() -> None:
    way = Way()
    first = way.see(0, status(), is_up=False)
    second = way.see(10, status(BAD), is_up=False)
    third = way.see(20, status(BAD), is_up=False)

    assert not first.guards_changed
    assert second.guards_changed
    assert not third.guards_changed
    assert second.reason is Reason.PEERS_NOT_UP
    assert "alarm orders is in ALARM" in second.message


def test_after_a_rollback_a_good_guard_costs_no_time() -> None:
    way = Way(phase=Phase.ROLLBACK, hold=60)
    way.keep(0, 50, status())

    observation = way.see(60, status())

    assert observation.verdict is Verdict.SETTLED
    assert "alarm orders is OK" in observation.message


def test_after_a_rollback_a_bad_guard_is_waited_for_and_fails_nothing() -> None:
    way = Way(phase=Phase.ROLLBACK, hold=60)
    way.keep(0, DUE - 10, status(BAD))

    observation = way.see(DUE, status(BAD))

    assert told(observation) == (Verdict.SETTLED, Reason.AS_EXPECTED)
    assert "alarm orders is in ALARM" in observation.message


def test_the_last_look_comes_after_the_longest_wait() -> None:
    way = Way(longest=1800)
    way.see(0, status(), is_up=False)
    way.keep(590, 590 + 1790, status(window=1680))

    assert way.see(590 + 1800, status(window=1680)).verdict is Verdict.SETTLED


def test_guards_are_read_now_and_then_and_whenever_something_is_decided() -> None:
    way = Way(hold=60)
    guarding = guarding_of(way.migration, Phase.FORWARD)
    assert guarding is not None
    assert are_due(guarding, None, after(0))
    way.see(0, status())

    pause = int(BETWEEN_READINGS.total_seconds())
    assert not are_due(guarding, way.progress, after(pause - 1))
    assert are_due(guarding, way.progress, after(pause))
    way.keep(10, DUE - 10, status())
    way.see(DUE - 5, status())
    assert not are_due(guarding, way.progress, after(DUE - 1))
    assert are_due(guarding, way.progress, after(DUE))


def test_without_guards_nothing_is_read_or_held() -> None:
    migration = a_migration()

    def fail(arns: Any) -> tuple[GuardStatus, ...]:
        raise AssertionError(arns)

    assert guarding_of(migration, Phase.FORWARD) is None
    assert read_if_due(None, None, fail, after(0)) is None
    convergence = migration.request.convergence
    assert verified(None, None, convergence) is convergence


def test_without_guards_an_observation_says_nothing_of_them() -> None:
    migration = a_migration()
    observation = observe(
        Reading(virtual_interface=a_landed_vif(), routes=()),
        PhaseTerms(
            migration.ends(Phase.FORWARD),
            migration.expectation,
            migration.request.convergence,
            migration.request.routes,
        ),
        progress=None,
        before=a_picture(),
        now=after(0),
    )

    assert "guard" not in observation.model_dump_json().lower()


def test_the_pause_ends_when_a_guard_counts() -> None:
    way = Way(hold=0)
    way.keep(0, DUE - 10, status())
    observation = way.see(DUE - 3, status())

    assert observation.pause_seconds == 3


def test_a_time_since_when_it_is_bad_is_told() -> None:
    since = datetime.fromisoformat("2026-01-05T02:03:04+00:00") + timedelta()
    way = Way()

    assert "since 2026-01-05 02:03 UTC" in way.see(0, status(BAD, since=since)).message
