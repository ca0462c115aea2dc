"""A change calendar in the stack's settings keeps every VIF where it is while it is closed."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from simulator.record import Record
from simulator.runner import run
from simulator.scenario import Scenario, named
from simulator.synthesis import synthesize


@pytest.fixture(scope="module")
def with_calendar(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The app with a change calendar in its settings."""
    settings = {"checks": {"changeCalendar": "freeze"}}
    return synthesize(tmp_path_factory.mktemp("calendar") / "assembly", settings)


def moved(assembly: Path, **world: Any) -> Record:
    """Run the happy path in a world with these additions."""
    raw = yaml.safe_load(named("happy-path-dual-stack-lag").read_text("utf-8"))
    raw["world"].update(world)
    return run(Scenario.model_validate(raw), assembly)


def codes(record: Record) -> list[str]:
    """Return the codes of the findings that the final event tells."""
    [event] = record.final_events
    return [finding["code"] for finding in event["detail"]["data"]["findings"]]


def test_a_closed_calendar_keeps_the_vif_where_it_is(with_calendar: Path) -> None:
    record = moved(with_calendar, calendars={"freeze": "CLOSED"})

    assert record.outcome == "rejected"
    assert "CALENDAR_CLOSED" in record.message
    assert "freeze" in record.message or "calendar" in record.message
    assert record.connection_ids["dxvif-aaaa0001"] == "dxcon-source01"


def test_an_open_calendar_lets_it_go(with_calendar: Path) -> None:
    record = moved(with_calendar, calendars={"freeze": "OPEN"})

    assert record.outcome == "succeeded"
    assert codes(record) == []


def test_a_calendar_that_may_not_be_read_is_told(with_calendar: Path) -> None:
    record = moved(with_calendar, calendars={"freeze": "OPEN"}, denied=["ssm:GetCalendarState"])

    assert codes(record) == ["COULD_NOT_CHECK"]


def test_without_one_in_the_settings_no_calendar_is_asked(assembly: Path) -> None:
    assert moved(assembly, calendars={"freeze": "CLOSED"}).outcome == "succeeded"
