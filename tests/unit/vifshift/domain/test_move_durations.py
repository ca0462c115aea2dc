"""How long moves and plans are expected to take, and may take."""

from datetime import UTC, datetime, timedelta

import pytest

from vifshift.domain.move_durations import (
    MoveDuration,
    MovePeriod,
    duration_of_plan,
    periods,
    time_left,
)
from vifshift.domain.request import Convergence, RollbackMode, Window

NOW = datetime(2026, 7, 1, 9, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def move(**options: int) -> MoveDuration:
    return MoveDuration.of(Convergence(**options), RollbackMode.AUTO)


def test_a_move_is_expected_to_take_an_interruption_and_its_hold() -> None:
    assert move().interruption_seconds == 90
    assert move().expected_seconds == 90 + 120
    assert move(hold_seconds=0).expected_seconds == 90


def test_an_interruption_is_not_expected_to_outlast_the_deadline() -> None:
    assert move(timeout_seconds=60).interruption_seconds == 60


def test_the_longest_time_has_room_for_a_rollback_if_one_is_wanted() -> None:
    way = Convergence().longest_way.total_seconds()

    assert move().longest_seconds == 2 * way
    assert MoveDuration.of(Convergence(), RollbackMode.NEVER).longest_seconds == way


@pytest.mark.parametrize(
    ("at_once", "expected"), [(1, 3 * 210), (2, 2 * 210), (3, 2 * 210)], ids=str
)
def test_tracks_side_by_side_take_as_long_as_the_longest(at_once: int, expected: int) -> None:
    durations = {number: move() for number in (1, 2, 3)}

    found = duration_of_plan(((1, 2), (3,)), durations, at_once)

    assert found.expected_seconds == expected
    assert found.longest_seconds == expected // 210 * move().longest_seconds


def test_nothing_to_do_takes_no_time() -> None:
    assert duration_of_plan((), {}, 4).expected_seconds == 0
    assert duration_of_plan((), {}, 4).longest_seconds == 0


def test_a_track_starts_when_one_before_it_has_ended() -> None:
    lengths = {1: 5 * MINUTE, 2: 2 * MINUTE, 3: MINUTE}

    assert [*periods(((1,), (2,), (3,)), lengths, 2)] == [
        MovePeriod(1, 0 * MINUTE, 5 * MINUTE),
        MovePeriod(2, 0 * MINUTE, 2 * MINUTE),
        MovePeriod(3, 2 * MINUTE, 3 * MINUTE),
    ]


@pytest.mark.parametrize(
    ("opens_in", "left"),
    [(-30, 20), (0, 20), (10, 10), (30, -10)],
    ids=["open", "opening", "opens later", "opens too late"],
)
def test_what_is_left_of_a_window_counts_from_when_it_opens(opens_in: int, left: int) -> None:
    window = Window(opens_at=NOW + opens_in * MINUTE, closes_at=NOW + 60 * MINUTE)

    assert time_left(window, NOW, 40 * 60) == left * MINUTE
