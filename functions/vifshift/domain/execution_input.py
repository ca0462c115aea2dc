"""The input that an event starts a state machine with, shared by the rules and by redrive.

Text that begins with `$.` is a path into the event; everything else is sent unchanged.
"""

from collections.abc import Mapping
from typing import Final

from pydantic import JsonValue

from vifshift.domain.request import Trigger

PATH: Final = "$."

MIGRATION_INPUT: Final[Mapping[str, JsonValue]] = {
    "requestId": "$.id",
    "trigger": Trigger.EVENT.value,
    "request": "$.detail",
    "sender": {"source": "$.source", "account": "$.account"},
}
PLAN_INPUT: Final = MIGRATION_INPUT
"""A plan has the same envelope."""

WATCHDOG_INPUT: Final[Mapping[str, JsonValue]] = {"execution": {"arn": "$.detail.executionArn"}}
"""A watchdog asks Step Functions for the rest; what earlier releases have added is not read."""


def fill(template: JsonValue | Mapping[str, JsonValue], event: JsonValue) -> JsonValue:
    """Return a template with an event's values; raises KeyError if the event lacks one."""
    if isinstance(template, Mapping):
        return {name: fill(value, event) for name, value in template.items()}
    if isinstance(template, str) and template.startswith(PATH):
        return _follow(template.removeprefix(PATH).split("."), event)
    return template


def _follow(path: list[str], event: JsonValue) -> JsonValue:
    for name in path:
        if not isinstance(event, dict):
            raise KeyError(name)
        event = event[name]
    return event
