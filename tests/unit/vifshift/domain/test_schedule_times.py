"""When a schedule was due, as AWS's page "Schedule types in EventBridge Scheduler" says."""

import zoneinfo
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from simulator.moto_ext.eventbridge.schedule_expressions import next_time
from vifshift.domain.schedule_times import was_due

NIGHT = datetime(2026, 3, 6, 2, 30, tzinfo=UTC)
"""A Friday, the first one of its month."""


@pytest.mark.parametrize(
    ("expression", "zone", "expected"),
    [
        ("cron(30 2 * * ? *)", "UTC", True),
        ("cron(31 2 * * ? *)", "UTC", False),
        ("cron(30 3 * * ? *)", "Europe/Berlin", True),
        ("cron(30 2 * * ? *)", "Europe/Berlin", False),
        ("cron(0/15 1-3 6 MAR ? 2026)", "UTC", True),
        ("cron(0/20 * 6 * ? *)", "UTC", False),
        ("cron(30 2 ? * FRI *)", "UTC", True),
        ("cron(30 2 ? * 6 *)", "UTC", True),
        ("cron(30 2 ? * MON-THU *)", "UTC", False),
        ("cron(30 2 ? * FRI#1 *)", "UTC", True),
        ("cron(30 2 ? * FRI#2 *)", "UTC", False),
        ("cron(30 2 ? * 6L *)", "UTC", False),
        ("cron(30 2 6W * ? *)", "UTC", True),
        ("cron(30 2 L * ? *)", "UTC", False),
        ("cron(30 2 */5 * ? *)", "UTC", True),
        ("cron(30 2 * * ? 2027)", "UTC", False),
        ("at(2026-03-06T02:30:00)", "UTC", True),
        ("at(2026-03-06T02:30:01)", "UTC", False),
        ("at(2026-03-06T11:30:00)", "Asia/Tokyo", True),
        ("rate(5 minutes)", "UTC", True),
        ("cron(30 2 * * ?)", "UTC", False),
        ("cron(x 2 * * ? *)", "UTC", False),
        ("cron(30/0 2 * * ? *)", "UTC", False),
        ("anything", "UTC", False),
        ("cron(30 2 * * ? *)", "Nowhere/Land", False),
    ],
)
def test_a_moment_is_one_of_a_schedule_s(expression: str, zone: str, expected: bool) -> None:
    assert was_due(expression, zone, NIGHT) is expected


@pytest.fixture
def bare_system() -> Iterator[None]:
    """An operating system without a time zone database, as a slim container's."""
    before = zoneinfo.TZPATH
    zoneinfo.reset_tzpath(())
    zoneinfo.ZoneInfo.clear_cache()
    yield
    zoneinfo.reset_tzpath(before)
    zoneinfo.ZoneInfo.clear_cache()


@pytest.mark.usefixtures("bare_system")
def test_time_zones_are_known_without_the_operating_system_s() -> None:
    assert was_due("cron(30 3 * * ? *)", "Europe/Berlin", NIGHT)
    assert not was_due("cron(30 2 * * ? *)", "Europe/Berlin", NIGHT)


@pytest.mark.parametrize(
    "expression",
    [
        "cron(0/17 5,22 ? * MON-FRI *)",
        "cron(15 1 LW * ? *)",
        "cron(15 2 31W 1-12/2 ? *)",
        "cron(45 23 ? JAN,OCT SAT#5 *)",
        "cron(0 0 */7 * ? 2026-2028)",
        "cron(30 2 ? * 1L *)",
    ],
)
def test_it_is_due_when_the_simulator_s_schedules_are(expression: str) -> None:
    due: datetime | None = datetime(2026, 1, 1, tzinfo=UTC)
    for _ in range(20):
        assert due is not None
        due = next_time(expression, "Europe/Berlin", due, due)
        assert due is not None
        assert was_due(expression, "Europe/Berlin", due)
        assert not was_due(expression, "Europe/Berlin", due + timedelta(seconds=1))
        assert not was_due(expression, "Europe/Berlin", due + timedelta(minutes=3))
