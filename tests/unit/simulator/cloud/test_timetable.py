"""When schedules are due."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from simulator.cloud.eventbridge.timetable import UnknownExpression, next_time

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


@pytest.mark.parametrize("expression", ["tomorrow", "cron(1 2 3)", "cron(0 0 L * ? *)"])
def test_what_cannot_be_read_is_refused(expression: Any) -> None:
    with pytest.raises(UnknownExpression):
        next_time(expression, "UTC", NOW, NOW)
