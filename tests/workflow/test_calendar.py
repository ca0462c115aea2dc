"""A change calendar in the stack's settings keeps every VIF where it is while it is closed."""

from typing import Any

import pytest
import yaml

from simulator.runs.record import Record
from simulator.runs.session import Session
from simulator.scenarios.model import Scenario, named

CALENDAR = {"checks": {"changeCalendar": "freeze"}}


def moved(session: Session, settings: dict[str, Any] | None = CALENDAR, **world: Any) -> Record:
    """Run the happy path with these settings, in a world with these additions."""
    raw = yaml.safe_load(named("happy-path-dual-stack-lag").read_text("utf-8"))
    raw["world"].update(world)
    return session.run(Scenario.model_validate({**raw, "settings": settings}))


def codes(record: Record) -> list[str]:
    """Return the codes of the findings that the final event tells."""
    [event] = record.final_events
    return [finding["code"] for finding in event["detail"]["data"]["findings"]]


def test_a_closed_calendar_keeps_the_vif_where_it_is(session: Session) -> None:
    record = moved(session, calendars={"freeze": "CLOSED"})

    assert record.outcome == "rejected"
    assert "CALENDAR_CLOSED" in record.message
    assert "freeze" in record.message or "calendar" in record.message
    assert record.connection_ids["dxvif-aaaa0001"] == "dxcon-source01"


@pytest.mark.verify
def test_an_open_calendar_lets_it_go(session: Session) -> None:
    record = moved(session, calendars={"freeze": "OPEN"})

    assert record.outcome == "succeeded"
    assert codes(record) == []


@pytest.mark.verify
def test_a_calendar_that_may_not_be_read_may_be_closed(session: Session) -> None:
    record = moved(session, calendars={"freeze": "OPEN"}, denied=["ssm:GetCalendarState"])

    assert (record.outcome, codes(record)) == ("rejected", ["CALENDAR_NOT_CHECKED"])


@pytest.mark.verify
def test_without_one_in_the_settings_no_calendar_is_asked(session: Session) -> None:
    assert moved(session, None, calendars={"freeze": "CLOSED"}).outcome == "succeeded"
