"""TestEventPattern (AWS: EventBridge API reference)."""

import json
from typing import Any, Final

from moto.core.exceptions import JsonRESTError
from moto.events.models import EventPattern
from moto.events.responses import EventsHandler

from simulator.core.context import CloudContext
from simulator.core.repairs import extension

_NEEDED: Final = ("id", "account", "source", "time", "region", "resources", "detail-type")


REPAIRS: Final = (
    extension(
        "moto.events.responses:EventsHandler.test_event_pattern",
        lacks="TestEventPattern is not there.",
        test="moto_ext/eventbridge/test_patterns.py",
    ),
)


def repair(context: CloudContext) -> None:
    """Compare an event with a pattern as the rules of a bus do."""

    def test_event_pattern(self: Any) -> tuple[str, dict[str, Any]]:
        event = _event(self._get_param("Event"))
        matches = EventPattern.load(self._get_param("EventPattern")).matches_event(event)
        answer: tuple[str, dict[str, Any]] = self._create_response({"Result": matches})
        return answer

    context.patches.set(EventsHandler, "test_event_pattern", test_event_pattern)


def _event(text: str) -> Any:
    try:
        event = json.loads(text)
    except ValueError:
        event = None
    if not isinstance(event, dict):
        raise JsonRESTError("ValidationException", "Parameter Event is not valid.")
    for name in _NEEDED:
        if name not in event:
            raise JsonRESTError(
                "ValidationException", f"Parameter Event is missing mandatory field: {name}."
            )
    return event
