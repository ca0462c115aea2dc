"""How times and durations are said."""

from datetime import datetime, timedelta, timezone

import pytest

from tests.unit.vifshift.fakes import START, after
from vifshift.reports.base import words
from vifshift.reports.migration.interruption import bounds, length
from vifshift.reports.migration.model import Interruption

MINUS = "\N{MINUS SIGN}"


def an_interruption(seconds: float, at_least: float, at_most: float) -> Interruption:
    return Interruption(
        began_at=START,
        ended_at=after(seconds),
        seconds=seconds,
        at_least=at_least,
        at_most=at_most,
    )


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "0 s"),
        (0.2, "less than 1 s"),
        (47.4, "47 s"),
        (59.9, "1 min"),
        (192, "3 min 12 s"),
        (3600, "1 h"),
        (7500, "2 h 5 min"),
        (190_800, "2 d 5 h"),
    ],
)
def test_a_duration_is_said_in_its_two_largest_units(seconds: float, said: str) -> None:
    assert words.lasting(seconds) == said
    assert words.lasting(timedelta(seconds=seconds)) == said


@pytest.mark.parametrize(
    ("seconds", "said", "on_an_axis"),
    [
        (0, "+0:00", "+0:00"),
        (65, "+1:05", "+1:05"),
        (-30, f"{MINUS}0:30", f"{MINUS}0:30"),
        (-0.5, "+0:00", "+0:00"),
        (5400, "+1:30:00", "+1:30:00"),
        (43_200, "+12:00:00", "+12 h"),
        (-3600, f"{MINUS}1:00:00", f"{MINUS}1 h"),
        (86_400, "+1 d 0:00:00", "+1 d"),
        (183_600, "+2 d 3:00:00", "+2 d 3 h"),
    ],
)
def test_a_moment_is_said_by_how_long_after_another_it_is(
    seconds: float, said: str, on_an_axis: str
) -> None:
    assert words.offset(START, after(seconds)) == said
    assert words.briefly(START, after(seconds)) == on_an_axis


def test_all_times_are_utc() -> None:
    at = datetime(2026, 7, 1, 1, 30, tzinfo=timezone(timedelta(hours=2)))
    assert words.stamp(at) == "2026-06-30 23:30:00 UTC"
    assert words.iso(at) == "2026-06-30T23:30:00Z"
    assert (words.day(at), words.clock(at)) == ("30 Jun", "23:30:00")


@pytest.mark.parametrize(
    ("interruption", "said"),
    [
        (an_interruption(47, 42, 57), "47 s between 42 and 57 s"),
        (an_interruption(47.2, 42.9, 56.1), "47 s between 42 and 57 s"),
        (an_interruption(630, 620, 636), "10 min 30 s between 10 min 20 s and 10 min 36 s"),
        (an_interruption(3600, 3590, 3601), "1 h between 59 min 50 s and 1 h 1 min"),
    ],
)
def test_an_interruption_is_said_with_bounds_that_hold(
    interruption: Interruption, said: str
) -> None:
    assert f"{length(interruption)} {bounds(interruption)}" == said


def test_names_are_listed_as_in_a_sentence() -> None:
    assert words.listed(["up"]) == "up"
    assert words.listed(["a", "b", "c"]) == "a, b and c"
