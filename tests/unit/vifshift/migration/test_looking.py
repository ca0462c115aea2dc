"""What one invocation observes: until there is news, or for some twenty seconds."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from tests.unit.vifshift.fakes import (
    EXECUTION,
    START,
    a_landed_vif,
    a_migration,
    a_peer,
    a_picture,
    after,
)
from vifshift.domain.migration import Answer, Association, Phase
from vifshift.domain.observation import Observation, Progress, Reading, Reason, Verdict
from vifshift.domain.workflow import NextStep
from vifshift.migration.looking import ObservedSeries, look_until_news
from vifshift.migration.next_step import ObservedStep, PhaseProgress, watch
from vifshift.migration.pace import spacing

MIGRATION = a_migration()
GOOD = Reading(virtual_interface=a_landed_vif(), routes=())
DOWN = Reading(virtual_interface=a_landed_vif(a_peer(bgp_status="down")))
BLIND = Reading(problem="slow")


class FakeClock:
    """A clock on which only waiting takes time."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def now(self) -> datetime:
        return after(self.seconds)

    def sleep(self, seconds: float) -> None:
        assert seconds > 0
        self.seconds += seconds


class World:
    """What is read at each time; each reading takes some seconds."""

    def __init__(
        self, read: Callable[[float], Reading], takes: float = 0, cancelled_at: float = 1e9
    ) -> None:
        self.clock = FakeClock()
        self.read_at: list[float] = []
        self._read, self._takes, self._cancelled_at = read, takes, cancelled_at

    def series(
        self, progress: Progress | None, looked_at: datetime | None = None, shortest: int = 1
    ) -> ObservedSeries:
        way = PhaseProgress(
            phase=Phase.FORWARD,
            association=Association.CONFIRMED,
            progress=progress,
            before=a_picture(),
            looked_at=looked_at,
        )
        return look_until_news(self._look, way, self.clock, lambda: shortest)

    def _look(self, way: PhaseProgress, now: datetime) -> ObservedStep:
        at = (now - START).total_seconds()
        self.read_at.append(at)
        reading = self._read(at)
        self.clock.seconds += self._takes
        return watch(
            reading,
            migration=MIGRATION,
            way=way,
            look_back=tuple,
            cancellation=lambda: Answer(by="ana") if at >= self._cancelled_at else None,
            execution=EXECUTION,
            now=now,
        )


def known(reading: Reading) -> Progress:
    """Return the progress of a phase that has just seen this for the first time."""
    assert reading.virtual_interface
    return Progress(
        started_at=START, seen_at=START, picture=a_picture(reading.virtual_interface), changes=1
    )


def test_what_is_wrong_is_looked_at_every_two_seconds_for_twenty() -> None:
    # given
    world = World(lambda _: DOWN)
    # when
    series = world.series(known(DOWN))
    # then
    assert world.read_at == [*range(0, 21, 2)]
    assert series.step is NextStep.WAIT
    assert series.announcement is None
    assert (series.observation.at, series.observation.pause_seconds) == (after(20), 2)
    assert [look.at for look in series.looks] == [after(at) for at in range(0, 20, 2)]
    assert {look.reason for look in series.looks} == {Reason.PEERS_NOT_UP}
    assert series.observation.progress.asked_at == START


def test_a_change_is_returned_at_once() -> None:
    # given
    world = World(lambda at: GOOD if at >= 7 else DOWN)
    # when
    series = world.series(known(DOWN))
    # then
    assert world.read_at == [0, 2, 4, 6, 8]
    assert series.observation.reason is Reason.AS_EXPECTED
    assert series.announcement
    assert series.observation.progress.good_since == after(8)
    assert len(series.looks) == 4


def test_a_first_look_that_is_news_is_the_only_one() -> None:
    # given
    world = World(lambda _: DOWN)
    # when
    series = world.series(None)
    # then
    assert (world.read_at, series.looks) == ([0], ())
    assert series.announcement


def test_a_cancellation_is_returned_at_once() -> None:
    # given
    world = World(lambda _: DOWN, cancelled_at=5)
    # when
    series = world.series(known(DOWN))
    # then
    assert (world.read_at[-1], series.step) == (6, NextStep.TURN_BACK)


def test_a_verdict_is_returned_when_the_hold_is_over() -> None:
    # given a hold that began 110 s ago
    good = known(GOOD).model_copy(update={"good_since": after(-110)})
    world = World(lambda _: GOOD)
    # when
    series = world.series(good)
    # then
    assert (world.read_at, series.step) == ([0, 5, 10], NextStep.CONCLUDE)


def test_looks_that_take_long_do_not_outlast_the_invocation() -> None:
    # given readings that take 12 s, each of which fails
    world = World(lambda _: BLIND, takes=12)
    # when
    series = world.series(known(DOWN))
    # then
    assert world.read_at == [0, 13]
    assert world.clock.seconds == 25
    [look] = series.looks
    assert (look.at, look.over_at, look.is_seen) == (START, after(12), False)


def test_a_look_that_takes_longer_than_a_pause_is_followed_by_a_rest() -> None:
    world = World(lambda _: DOWN, takes=2.5)
    world.series(known(DOWN))
    assert world.read_at == [0, 3.5, 7, 10.5, 14, 17.5]


@pytest.mark.parametrize("late", [0, 3, 90])
def test_a_hold_that_began_in_an_invocation_that_came_late_is_held_in_full(late: int) -> None:
    # given a Lambda that was retried, whose times are those of when it was requested
    begun = World(lambda _: GOOD).series(known(DOWN))
    again = World(lambda _: GOOD)
    first = again.series(begun.observation.progress)
    assert first.observation.progress.good_since == START
    # when its last observation was over
    over = first.observation.at + timedelta(seconds=late)
    later = World(lambda _: GOOD)
    later.clock.seconds = (over - START).total_seconds() + 5
    progress = first.observation.progress.model_copy(update={"asked_at": START})
    observed: Observation = later.series(progress, over).observation
    # then
    assert observed.progress.good_since
    truly = after(late) if late < 30 else after(20 + late + 5)
    assert observed.progress.good_since >= truly


@pytest.mark.parametrize(
    ("on_their_way", "per_second", "seconds"),
    [(0, 10, 0), (1, 10, 1), (20, 10, 2), (21, 10, 3), (2000, 10, 200), (5, 1, 5), (None, 10, 10)],
)
def test_the_more_migrations_are_on_their_way_the_less_often_each_looks(
    on_their_way: int | None, per_second: int, seconds: int
) -> None:
    assert spacing(on_their_way, per_second) == seconds


def test_looks_are_as_far_apart_as_many_migrations_need() -> None:
    # given
    world = World(lambda _: DOWN)
    # when
    series = world.series(known(DOWN), shortest=7)
    # then
    assert world.read_at == [0, 7, 14]
    assert series.observation.pause_seconds == 7
    assert series.observation.progress.pause_seconds == 7


def test_a_hold_lasts_however_far_apart_its_looks_are() -> None:
    # given looks that are a minute apart
    world, progress = World(lambda _: GOOD), known(DOWN)
    # when
    while (series := world.series(progress, shortest=60)).step is NextStep.WAIT:
        progress = series.observation.progress
        world.clock.seconds += series.observation.pause_seconds
    # then
    assert world.read_at == [0, 60, 120]
    assert series.observation.verdict is Verdict.SETTLED
