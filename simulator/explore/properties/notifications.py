"""A property of notifications: what the chat's topic received."""

import json
from collections.abc import Iterator
from typing import Any

from simulator.explore.case import Case

# With this setting people hear of trouble alone; with any other, of every end.
QUIET = "trouble"


def people_are_told(case: Case) -> Iterator[str]:
    """Every final event is sent to chat once, as text, in the thread of its migration or plan."""
    if (case.record.scenario.settings or {}).get("notify") == QUIET:
        return
    told = [_read(text) for text in case.record.chat]
    for event in case.ends:
        messages = [each for each in told if each.get("id") == event["id"]]
        if len(messages) != 1:
            yield f"{event['detail-type']} was sent to chat {len(messages)} times"
        for message in messages:
            yield from (f"{event['detail-type']} was sent {it}" for it in _faults(message, event))


def _faults(message: dict[str, Any], event: dict[str, Any]) -> Iterator[str]:
    if (message.get("version"), message.get("source")) != ("1.0", "custom"):
        yield "in a form that chat does not accept"
    thread = message.get("metadata", {}).get("threadId")
    about = event["detail"]["metadata"]
    if thread != about.get("migrationId", about.get("planId")):
        yield f"in the thread {thread}"
    for part in ("title", "description"):
        if not str(message.get("content", {}).get(part, "")).strip():
            yield f"without a {part}"


def _read(text: str) -> dict[str, Any]:
    """Return a message as a JSON object, or an empty object."""
    try:
        message = json.loads(text)
    except ValueError:
        return {}
    return message if isinstance(message, dict) else {}
