"""A request that a schedule starts: its window is made from the firing."""

from datetime import UTC, datetime
from typing import Any

import pytest

from vifshift.domain.request import Trigger
from vifshift.domain.request_envelope import MalformedRequestError, parse_request

REQUEST: dict[str, Any] = {"virtualInterfaceId": "dxvif-aaaa0001", "connectionId": "dxlag-target01"}
WINDOW: dict[str, Any] = {"opensAt": "2026-01-05T02:00:00Z", "closesAt": "2026-01-05T03:00:00Z"}
SCHEDULED = {"at": "2026-01-05T02:00:00Z", "durationMinutes": 60}


def envelope(**changes: Any) -> Any:
    return {"trigger": "schedule", "request": REQUEST, "scheduled": SCHEDULED, **changes}


def test_the_window_opens_when_the_schedule_was_due() -> None:
    asked = parse_request(envelope())

    assert asked.trigger is Trigger.SCHEDULE
    assert asked.request.window is not None
    assert asked.request.window.opens_at == datetime(2026, 1, 5, 2, 0, tzinfo=UTC)
    assert asked.request.window.closes_at == datetime(2026, 1, 5, 3, 0, tzinfo=UTC)
    assert asked.in_its_window() == asked


def test_a_request_without_a_schedule_keeps_its_window() -> None:
    asked = parse_request({**REQUEST, "window": WINDOW})

    assert asked.request.window is not None
    assert asked.request.window.closes_at == datetime(2026, 1, 5, 3, 0, tzinfo=UTC)


def test_a_window_within_a_scheduled_request_is_refused() -> None:
    with pytest.raises(MalformedRequestError) as refused:
        parse_request(envelope(request={**REQUEST, "window": WINDOW}))

    assert refused.value.faults == ("the request: window and scheduled can't be used together",)


@pytest.mark.parametrize(
    ("scheduled", "fault"),
    [
        ({"at": "<aws.scheduler.scheduled-time>", "durationMinutes": 60}, "scheduled.at: "),
        ({"at": "2026-01-05T02:00:00", "durationMinutes": 60}, "scheduled.at: "),
        ({"at": "2026-01-05T02:00:00Z", "durationMinutes": 0}, "scheduled.durationMinutes: "),
        (
            {"at": "9999-12-31T23:59:00Z", "durationMinutes": 60},
            "scheduled.at: must be in the years",
        ),
        ({"at": "9998-12-31T23:59:00Z", "durationMinutes": 60}, "scheduled: the end of the window"),
        ({"at": "2026-01-05T02:00:00Z"}, "scheduled.durationMinutes: is missing"),
    ],
)
def test_a_firing_that_can_t_be_read_is_refused(scheduled: Any, fault: str) -> None:
    with pytest.raises(MalformedRequestError) as refused:
        parse_request(envelope(scheduled=scheduled))

    assert [each.startswith(fault) for each in refused.value.faults] == [True]
