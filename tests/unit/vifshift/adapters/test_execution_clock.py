"""An execution's clock starts at the time of its state, and goes on with the function's own."""

from datetime import UTC, datetime, timedelta, timezone
from types import SimpleNamespace

import pytest

from vifshift.adapters import execution_clock
from vifshift.adapters.execution_clock import ExecutionClock

ENTERED = datetime(2026, 7, 1, 9, 0, 0, 123000, tzinfo=UTC)


class Ticking:
    """The function's own clock, which counts from anywhere."""

    def __init__(self, at: float) -> None:
        self.at = at
        self.slept: list[float] = []

    def monotonic(self) -> float:
        return self.at

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.at += seconds + 0.01


@pytest.fixture
def ticking(monkeypatch: pytest.MonkeyPatch) -> Ticking:
    ticking = Ticking(987_654.25)
    time = SimpleNamespace(monotonic=ticking.monotonic, sleep=ticking.sleep)
    monkeypatch.setattr(execution_clock, "time", time)
    return ticking


def test_it_starts_at_the_time_that_it_is_given(ticking: Ticking) -> None:
    assert ExecutionClock(ENTERED).now() == ENTERED


def test_it_counts_what_has_passed_and_how_long_a_sleep_took_in_truth(ticking: Ticking) -> None:
    # given
    clock = ExecutionClock(ENTERED)
    # when
    ticking.at += 1.5
    clock.sleep(2)
    # then
    assert ticking.slept == [2]
    assert clock.now() == ENTERED + timedelta(seconds=3.51)


def test_it_keeps_the_zone_that_it_is_given(ticking: Ticking) -> None:
    there = ENTERED.astimezone(timezone(timedelta(hours=2)))
    assert ExecutionClock(there).now().utcoffset() == timedelta(hours=2)
