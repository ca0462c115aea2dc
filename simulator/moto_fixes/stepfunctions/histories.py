"""GetExecutionHistory in pages, written without moto's serializer: that takes longer than a run."""

import json
from datetime import datetime
from typing import Any, Final

from moto.stepfunctions.responses import StepFunctionResponse

from simulator.core.context import CloudContext

# As AWS has them: Step Functions API reference, GetExecutionHistory.
_PAGE: Final = 100
_MOST: Final = 1000


def repair(context: CloudContext) -> None:
    """Answer with one page of the events, from either end."""

    def get_execution_history(self: Any) -> str:
        arn = self._get_param("executionArn")
        events = self.stepfunction_backend.get_execution_history(arn)["events"]
        if self._get_param("reverseOrder"):
            events.reverse()
        start = int(self._get_param("nextToken") or 0)
        end = start + min(self._get_param("maxResults") or _PAGE, _MOST)
        page: dict[str, Any] = {"events": [_written(event) for event in events[start:end]]}
        if end < len(events):
            page["nextToken"] = str(end)
        return json.dumps(page)

    context.patches.set(StepFunctionResponse, "get_execution_history", get_execution_history)


def _written(event: dict[str, Any]) -> dict[str, Any]:
    """Return an event as the API writes it: what is not there is left out, times are numbers."""
    return {
        **{name: _told(value) for name, value in event.items()},
        "type": event["type"].value,
        "timestamp": datetime.fromisoformat(event["timestamp"]).timestamp(),
    }


def _told(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: inner for name, inner in value.items() if inner is not None}
    return value
