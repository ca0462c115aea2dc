"""Virtual time and the turns that threads take."""

import threading
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest

from simulator.cloud import VirtualClock
from simulator.virtual_time.clock import DeadlockError
from simulator.virtual_time.threads import datetime_on, threading_on, time_on

START = datetime(2026, 1, 5, 2, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def clock() -> Any:
    clock = VirtualClock(START)
    before = threading.active_count()
    yield clock
    clock.close()
    assert threading.active_count() == before


def test_a_start_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        VirtualClock(datetime(2026, 1, 5))


def test_sleep_moves_the_time_by_exactly_what_was_asked(clock: VirtualClock) -> None:
    for _ in range(1000):
        clock.sleep(0.1)

    assert clock.now() == START + timedelta(seconds=100)


def test_the_earliest_sleeper_is_next_and_ties_go_by_order(clock: VirtualClock) -> None:
    seen = []

    def sleeper(name: Any, seconds: Any) -> Any:
        clock.sleep(seconds)
        seen.append((name, (clock.now() - START).total_seconds()))

    for name, seconds in (("late", 20), ("first", 10), ("second", 10)):
        clock.call_later(0, partial(sleeper, name, seconds))

    assert clock.run_until_idle(HOUR)
    assert seen == [("first", 10), ("second", 10), ("late", 20)]


def test_only_one_thread_runs_at_a_time(clock: VirtualClock) -> None:
    running, most = 0, 0

    def work() -> Any:
        nonlocal running, most
        for _ in range(20):
            running += 1
            most = max(most, running)
            running -= 1
            clock.sleep(1)

    for _ in range(20):
        clock.call_later(0, work)
    clock.run_until_idle(HOUR)

    assert most == 1


def test_run_until_idle_stops_at_its_limit(clock: VirtualClock) -> None:
    clock.call_later(7200, lambda: None)

    assert not clock.run_until_idle(HOUR)
    assert clock.now() == START + HOUR
    assert clock.run_until_idle(2 * HOUR)
    assert clock.now() == START + timedelta(seconds=7200)


def test_what_never_gets_idle_ends_after_so_many_turns(clock: VirtualClock) -> None:
    rings = []

    def ring() -> None:
        rings.append(clock.now())
        clock.call_later(60, ring)

    clock.call_later(60, ring)

    assert not clock.run_until_idle(1000 * HOUR, most_turns=100)
    assert len(rings) == 100
    assert clock.now() == START + timedelta(minutes=100)
    # it can go on from there, and without a limit it does
    assert not clock.run_until_idle(timedelta(minutes=5, seconds=1))
    assert len(rings) == 105


@pytest.mark.parametrize(("turns", "is_idle"), [(3, True), (2, False)])
def test_what_gets_idle_with_its_last_turn_is_idle(
    clock: VirtualClock, turns: int, is_idle: bool
) -> None:
    clock.call_later(60, lambda: None)
    clock.call_later(120, lambda: None)

    assert clock.run_until_idle(HOUR, most_turns=turns) is is_idle


def test_background_work_keeps_nothing_awake_but_runs_when_time_passes(clock: VirtualClock) -> None:
    rings = []

    def ring() -> Any:
        rings.append(clock.now())
        clock.call_later(60, ring, background=True)

    clock.call_later(60, ring, background=True)

    assert clock.run_until_idle(HOUR)
    assert clock.now() == START
    clock.sleep(150)
    assert len(rings) == 2


def test_what_was_called_off_never_runs_and_keeps_nothing_awake(clock: VirtualClock) -> None:
    ran = []
    call_off = clock.call_later(60, lambda: ran.append(1))

    call_off()

    assert clock.run_until_idle(HOUR)
    assert (ran, clock.now()) == ([], START)


def test_an_error_in_a_thread_reaches_the_driver(clock: VirtualClock) -> None:
    def fail() -> Any:
        raise LookupError("lost")

    clock.call_later(5, fail)

    with pytest.raises(LookupError, match="lost"):
        clock.run_until_idle(HOUR)


def test_waiting_for_what_nobody_will_do_is_an_error(clock: VirtualClock) -> None:
    event = threading_on(clock).Event()

    with pytest.raises(DeadlockError):
        event.wait()


def test_closing_ends_threads_that_still_wait(clock: VirtualClock) -> None:
    ended = []

    def wait_for_ever() -> Any:
        try:
            threading_on(clock).Event().wait()
        finally:
            ended.append(True)

    clock.call_later(0, wait_for_ever)
    clock.run_until_idle(HOUR)
    clock.close()

    assert ended == [True]


def test_an_event_wakes_its_waiters_or_times_out(clock: VirtualClock) -> None:
    event = threading_on(clock).Event()
    clock.call_later(30, event.set)

    assert not event.wait(10)
    assert event.wait(60)
    assert clock.now() == START + timedelta(seconds=30)


def test_an_event_cleared_right_after_set_still_wakes(clock: VirtualClock) -> None:
    event = threading_on(clock).Event()

    def pulse() -> Any:
        event.set()
        event.clear()

    clock.call_later(30, pulse)

    assert event.wait(60)
    assert not event.is_set()


def test_a_thread_can_be_joined(clock: VirtualClock) -> None:
    thread = threading_on(clock).Thread(target=clock.sleep, args=(40,), daemon=True)
    thread.start()

    thread.join(timeout=10)
    assert thread.is_alive()
    thread.join()
    assert not thread.is_alive()
    assert clock.now() == START + timedelta(seconds=40)


def test_the_modules_time_and_datetime_read_the_clock(clock: VirtualClock) -> None:
    time, datetimes = time_on(clock), datetime_on(clock)

    time.sleep(90)

    assert time.time() == START.timestamp() + 90
    assert datetimes.datetime.now(tz=UTC) == START + timedelta(seconds=90)
    assert datetimes.datetime.utcnow().tzinfo is None
    assert isinstance(START, datetimes.datetime)
    assert type(datetimes.datetime(2026, 1, 1)) is datetime


def test_a_thread_is_used_again(clock: VirtualClock) -> None:
    """And keeps nothing of the task before."""
    kept: ContextVar[int] = ContextVar("kept", default=0)
    found: list[tuple[int, int]] = []

    def task() -> None:
        found.append((threading.get_ident(), kept.get()))
        kept.set(1)

    for at in (1, 2, 3):
        clock.call_later(at, task)
    clock.sleep(5)

    assert len({thread for thread, _ in found}) == 1
    assert [value for _, value in found] == [0, 0, 0]


def test_two_tasks_have_two_threads(clock: VirtualClock) -> None:
    found: list[int] = []

    def task() -> None:
        found.append(threading.get_ident())
        clock.sleep(10)

    for at in (1, 2):
        clock.call_later(at, task)
    clock.sleep(20)

    assert len(set(found)) == 2
