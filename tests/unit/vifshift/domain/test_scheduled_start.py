"""Whether an execution was started as a schedule starts it: exactly so, and when it was due."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from vifshift.domain.scheduled_start import Schedule, is_of_schedule, state_machine_of

MACHINE = "arn:aws:states:eu-central-1:111122223333:stateMachine:vifshift-migrations"
DUE = datetime(2026, 3, 6, 2, 30, tzinfo=UTC)
AT = "2026-03-06T02:30:00Z"
REQUEST = {"virtualInterfaceId": "dxvif-aaaa0001", "connectionId": "dxlag-target01", "dryRun": True}


def given(at: str = AT, **changed: Any) -> dict[str, Any]:
    return {
        "requestId": f"nightly@{at}",
        "trigger": "schedule",
        "scheduled": {"at": at, "durationMinutes": 60, "schedule": "nightly.1"},
        "request": REQUEST,
        **changed,
    }


SCHEDULE = Schedule(
    is_enabled=True,
    target=MACHINE,
    input=json.dumps(given("<aws.scheduler.scheduled-time>")),
    expression="cron(30 3 * * ? *)",
    timezone="Europe/Berlin",
    delay=timedelta(minutes=15),
)


def is_its(raw: Any, started_at: datetime | None = DUE, **changed: Any) -> bool:
    known = {"nightly.1": SCHEDULE._replace(**changed)}
    return is_of_schedule(raw, MACHINE, started_at, known.get)


@pytest.mark.parametrize("minutes", [0, 1, 16])
def test_it_is_within_the_time_that_a_start_may_take(minutes: int) -> None:
    assert is_its(given(), DUE + timedelta(minutes=minutes))
    assert is_its(dict(reversed(given().items())))


@pytest.mark.parametrize("seconds", [-1, 16 * 60 + 1, 24 * 3600])
def test_it_is_not_at_another_time(seconds: int) -> None:
    assert not is_its(given(), DUE + timedelta(seconds=seconds))


@pytest.mark.parametrize(
    "raw",
    [
        given(request={**REQUEST, "connectionId": "dxlag-elsewhere"}),
        given(request={**REQUEST, "dryRun": 1}),
        given(request={**REQUEST, "reason": "as agreed"}),
        given(requestId="another"),
        given(sender={"source": "change-management", "account": "111122223333"}),
        given(scheduled={"at": AT, "durationMinutes": 600, "schedule": "nightly.1"}),
        given(scheduled={"at": AT, "durationMinutes": 60}),
        given(scheduled={"at": AT, "durationMinutes": 60, "schedule": "nightly.2"}),
        given(scheduled={"at": AT, "durationMinutes": 60, "schedule": "../nightly.1"}),
        given(scheduled={"at": AT, "durationMinutes": 60, "schedule": ["nightly.1"]}),
        given(scheduled="nightly.1"),
        given("2026-03-06T02:31:00Z"),
        given("2026-03-06T03:30:00+01:00"),
        given("2026-03-66T02:30:00Z"),
        given('", "x": "'),
        {"request": REQUEST, "trigger": "schedule"},
        REQUEST,
        "nightly.1",
        None,
        [],
    ],
)
def test_what_the_schedule_would_not_say_is_not_its(raw: Any) -> None:
    assert not is_its(raw)


@pytest.mark.parametrize(
    "changed",
    [
        {"is_enabled": False},
        {"target": MACHINE.replace("migrations", "plans")},
        {"expression": "cron(30 2 * * ? *)"},
        {"expression": "rate(1 day)"},
        {"expression": " rate(1 day)"},
        {"timezone": "Nowhere/Land"},
        {"input": ""},
        {"input": SCHEDULE.input.replace('"dryRun": true', '"dryRun": true, "dryRun": true')},
        {"input": SCHEDULE.input.replace("dxlag-target01", "dxlag-swapped")},
    ],
)
def test_a_schedule_that_would_not_start_it_has_not(changed: dict[str, Any]) -> None:
    assert not is_its(given(), **changed)


def test_nothing_is_known_of_an_execution_without_a_start() -> None:
    assert not is_its(given(), None)


def test_the_state_machine_is_the_execution_s() -> None:
    execution = "arn:aws:states:eu-central-1:111122223333:execution:vifshift-migrations:CHG1"

    assert state_machine_of(execution) == MACHINE
