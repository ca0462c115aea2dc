"""The times of windows, in UTC and as the request has them."""

from datetime import datetime

import pytest

from vifshift.domain.time_spans import moment, span


@pytest.mark.parametrize(
    ("opens", "closes", "expected"),
    [
        ("2026-07-01T09:00Z", "2026-07-01T11:00Z", "2026-07-01 09:00 to 11:00 UTC"),
        (
            "2026-07-02T00:00+02:00",
            "2026-07-02T04:00+02:00",
            "2026-07-01 22:00 to 2026-07-02 02:00 UTC (2026-07-02 00:00 to 04:00 UTC+02:00)",
        ),
        (
            "2026-07-01T20:00-03:30",
            "2026-07-02T02:00Z",
            "2026-07-01 23:30 to 2026-07-02 02:00 UTC (2026-07-01 20:00 to 22:30 UTC-03:30)",
        ),
        (
            "2026-07-01T09:00:30Z",
            "2026-07-01T13:00+02:00",
            "2026-07-01 09:00:30 to 11:00 UTC",
        ),
        (
            "2026-12-31T23:30:15-01:00",
            "2027-01-01T04:00Z",
            "2027-01-01 00:30:15 to 04:00 UTC (2026-12-31 23:30:15 to 2027-01-01 03:00 UTC-01:00)",
        ),
    ],
    ids=["utc", "east", "west", "seconds", "another-year"],
)
def test_a_window_is_said_in_utc_and_in_local_time(opens: str, closes: str, expected: str) -> None:
    assert span(datetime.fromisoformat(opens), datetime.fromisoformat(closes)) == expected


def test_so_is_a_moment() -> None:
    assert moment(datetime.fromisoformat("2026-07-01T09:00Z")) == "2026-07-01 09:00 UTC"
    assert moment(datetime.fromisoformat("2026-07-01T09:00+05:45")) == (
        "2026-07-01 03:15 UTC (2026-07-01 09:00 UTC+05:45)"
    )
