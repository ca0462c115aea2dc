"""What a state machine is started with by an event: said once, for the rules and for redrive.

A text that begins with `$.` is a path into the event; all else is sent as it stands.
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
}
PLAN_INPUT: Final = MIGRATION_INPUT
"""A plan comes in the same envelope."""

WATCHDOG_INPUT: Final[Mapping[str, JsonValue]] = {
    "execution": {"arn": "$.detail.executionArn", "name": "$.detail.name"},
    "status": "$.detail.status",
}


def fill(template: JsonValue | Mapping[str, JsonValue], event: JsonValue) -> JsonValue:
    """Put an event's values into a template; raises KeyError where the event lacks one."""
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
