"""When schedules are due."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from simulator.moto_ext.eventbridge.schedule_expressions import (
    InvalidScheduleExpressionError,
    next_time,
)

# A Monday.
NOW = datetime(2026, 1, 5, 2, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("expression", "zone", "expected"),
    [
        ("at(2026-01-05T03:30:00)", "UTC", datetime(2026, 1, 5, 3, 30, tzinfo=UTC)),
        ("at(2026-01-05T04:30:00)", "Europe/Berlin", datetime(2026, 1, 5, 3, 30, tzinfo=UTC)),
        ("at(2026-01-05T01:00:00)", "UTC", None),
        ("rate(5 minutes)", "UTC", NOW + timedelta(minutes=5)),
        ("rate(1 day)", "UTC", NOW + timedelta(days=1)),
        ("cron(15 10 * * ? *)", "UTC", datetime(2026, 1, 5, 10, 15, tzinfo=UTC)),
        ("cron(0/20 * * * ? *)", "UTC", datetime(2026, 1, 5, 2, 20, tzinfo=UTC)),
        ("cron(0 1 ? * TUE-THU *)", "UTC", datetime(2026, 1, 6, 1, 0, tzinfo=UTC)),
        ("cron(0 1 1 JUL ? *)", "Europe/Berlin", datetime(2026, 6, 30, 23, 0, tzinfo=UTC)),
        ("cron(0 1 1 1 ? 2020)", "UTC", None),
    ],
)
def test_the_next_time(expression: Any, zone: Any, expected: Any) -> None:
    assert next_time(expression, zone, NOW, NOW) == expected


@pytest.mark.parametrize("expression", ["tomorrow", "cron(1 2 3)", "cron(0 0 X * ? *)"])
def test_what_cannot_be_read_is_refused(expression: Any) -> None:
    with pytest.raises(InvalidScheduleExpressionError):
        next_time(expression, "UTC", NOW, NOW)


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        ("L * ?", "2026-01-31"),
        ("LW * ?", "2026-01-30"),
        ("31W * ?", "2026-01-30"),
        ("1W 2 ?", "2026-02-02"),
        ("15W * ?", "2026-01-15"),
        ("? * 1#1", "2026-02-01"),
        ("? * TUE#2", "2026-01-13"),
        ("? * 6L", "2026-01-30"),
        ("? * L", "2026-01-10"),
        ("? * MON#5", "2026-03-30"),
        ("29 2 ?", "2028-02-29"),
    ],
)
def test_days_that_are_counted(days: str, expected: str) -> None:
    due = next_time(f"cron(0 1 {days} *)", "UTC", NOW, NOW)

    assert due is not None
    assert due.date().isoformat() == expected


def due_in_berlin(expression: str, begun: datetime, days: int) -> list[str]:
    """Return when it is due in the days from then on, as Berlin's clocks show it."""
    found: list[str] = []
    after = begun
    while (due := next_time(expression, "Europe/Berlin", begun, after)) is not None:
        if due > begun + timedelta(days=days):
            break
        found.append(due.astimezone(ZoneInfo("Europe/Berlin")).strftime("%d %H:%M %z"))
        after = due
    return found


# AWS: "Schedule types in EventBridge Scheduler", on daylight saving time.
SPRING = datetime(2026, 3, 28, 12, 0, tzinfo=UTC)
AUTUMN = datetime(2026, 10, 24, 12, 0, tzinfo=UTC)


def test_the_hour_that_spring_skips_is_skipped() -> None:
    assert due_in_berlin("cron(30 2 * * ? *)", SPRING, 2) == ["30 02:30 +0200"]
    assert due_in_berlin("at(2026-03-29T02:30:00)", SPRING, 2) == []


def test_the_hours_around_the_skipped_one_are_due() -> None:
    assert due_in_berlin("cron(0 1-4 29 3 ? *)", SPRING, 2) == [
        "29 01:00 +0100",
        "29 03:00 +0200",
        "29 04:00 +0200",
    ]


def test_the_hour_that_comes_twice_in_autumn_is_due_once() -> None:
    assert due_in_berlin("cron(30 2 * * ? *)", AUTUMN, 2) == ["25 02:30 +0200", "26 02:30 +0100"]
    assert due_in_berlin("at(2026-10-25T02:30:00)", AUTUMN, 2) == ["25 02:30 +0200"]
    assert due_in_berlin("cron(0 1-4 25 10 ? *)", AUTUMN, 2) == [
        "25 01:00 +0200",
        "25 02:00 +0200",
        "25 03:00 +0100",
        "25 04:00 +0100",
    ]


@pytest.mark.parametrize(
    ("begun", "expected"),
    [
        (SPRING, ["29 14:00 +0200", "30 14:00 +0200"]),
        (AUTUMN, ["25 13:00 +0100", "26 13:00 +0100"]),
    ],
)
def test_a_day_of_a_rate_has_24_hours(begun: datetime, expected: list[str]) -> None:
    assert due_in_berlin("rate(1 day)", begun, 2) == expected
