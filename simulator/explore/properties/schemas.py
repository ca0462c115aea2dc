"""A property of events: each matches its published schema."""

import functools
import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker

from simulator.explore.case import Case
from simulator.synthesis import ROOT
from vifshift.events.base import SOURCE

SCHEMAS = ROOT / "docs" / "events"

formats = FormatChecker(formats=())


@formats.checks("date-time", raises=ValueError)
def is_a_time_with_a_zone(value: object) -> bool:
    """Return whether a string is a time with a zone; other values pass."""
    return not isinstance(value, str) or datetime.fromisoformat(value).tzinfo is not None


def every_event_is_as_its_schema_says(case: Case) -> Iterator[str]:
    """Every event has a schema in docs/events, and matches it."""
    if case.trigger is not case.record.scenario.trigger:
        return
    for event in case.record.events:
        if event.get("source") == SOURCE:
            yield from faults(event["detail-type"], event["detail"])


def faults(detail_type: str, detail: Any) -> Iterator[str]:
    """Yield where an event's detail does not match its schema."""
    schema = validators().get(detail_type)
    if schema is None:
        yield f"{detail_type} has no schema"
        return
    # Most are valid, and to find that out is quicker than to list faults.
    if not schema.is_valid(detail):
        for error in schema.iter_errors(detail):
            yield f"{detail_type}: {error.json_path}: {error.message}"


@functools.cache
def validators() -> dict[str, Draft202012Validator]:
    """Return the validators of the events' details, by detail-type."""
    schemas = [json.loads(path.read_text("utf-8")) for path in sorted(SCHEMAS.glob("*.json"))]
    return {
        schema["title"]: Draft202012Validator(schema, format_checker=formats) for schema in schemas
    }
