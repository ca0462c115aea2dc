"""Which executions a sweep looks at, and when a watchdog is started again."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.vifshift.fakes import START
from vifshift.domain.open_executions import (
    EVERY,
    MOST_AT_ONCE,
    attempt_of,
    due,
    name_of_watchdog,
)

ARN = "arn:aws:states:eu-central-1:111122223333:execution:vifshift-migrations:CHG0042"


@pytest.mark.parametrize(
    ("minutes", "attempt"),
    [(-1, 0), (0, 0), (4, 0), (5, 1), (9, 1), (10, 2), (19, 2), (20, 3), (39, 3), (40, 4)],
)
def test_each_attempt_waits_for_twice_as_long(minutes: int, attempt: int) -> None:
    assert attempt_of(START, START + timedelta(minutes=minutes)) == attempt


@given(st.integers(0, 2_000), st.integers(0, 50))
def test_every_execution_has_its_turn(count: int, begins: int) -> None:
    found = range(count)
    turns = max(1, -(-count // MOST_AT_ONCE))
    seen = [due(found, START + EVERY * (begins + turn)) for turn in range(turns)]

    assert sorted(each for part in seen for each in part) == list(found)
    assert all(len(part) <= MOST_AT_ONCE for part in seen)


def test_the_same_attempt_has_the_same_name_and_no_other_has() -> None:
    names = {
        name_of_watchdog(arn, ended_at, attempt)
        for arn in (ARN, f"{ARN}x")
        # One that was redriven has ended twice.
        for ended_at in (START, START + timedelta(seconds=1))
        for attempt in (0, 1)
    }

    assert len(names) == 8
    assert name_of_watchdog(ARN, START, 0) in names
    assert all(len(name) <= 80 for name in names)
