"""Requests and responses of the Step Functions API."""

import json
from datetime import datetime
from typing import Any, Final

from moto.core.responses import ActionResult
from moto.stepfunctions.parser.asl.utils.encoding import to_json_str
from moto.stepfunctions.responses import StepFunctionResponse

from simulator.core.context import CloudContext
from simulator.core.repairs import correction

_MODULE: Final = "moto.stepfunctions.responses:StepFunctionResponse"
# As AWS has them: Step Functions API reference, GetExecutionHistory.
_PAGE: Final = 100
_MOST: Final = 1000


REPAIRS: Final = (
    correction(
        f"{_MODULE}.describe_execution",
        problem="The output has no quotes where it is a string, and is missing where it is null; "
        "the stopDate is that of the last state.",
        test="moto_ext/stepfunctions/test_interruptions.py::"
        "test_an_execution_is_interrupted_at_its_time",
    ),
    correction(
        f"{_MODULE}.stop_execution",
        problem="Error and cause of a stop are dropped.",
        test="moto_ext/eventbridge/test_status_events.py::"
        "test_a_stop_is_told_with_what_the_stopper_said",
    ),
    correction(
        f"{_MODULE}.send_task_failure",
        problem="Error and cause of a failed task are dropped.",
        test="moto_fixes/stepfunctions/test_executions.py::"
        "test_a_task_token_can_fail_its_task_and_say_why",
    ),
    correction(
        f"{_MODULE}.get_execution_history",
        problem="maxResults, nextToken and reverseOrder are ignored.",
        test="moto_fixes/stepfunctions/test_executions.py::"
        "test_a_history_comes_in_pages_from_either_end",
    ),
)


def repair(context: CloudContext) -> None:
    """Return output as JSON text, pass on errors and causes, and page histories."""
    describe = StepFunctionResponse.describe_execution

    def describe_execution(self: Any) -> ActionResult:
        answer = describe(self)
        execution = self.stepfunction_backend.describe_execution(self._get_param("executionArn"))
        result: Any = answer.result
        if execution.stop_date is not None:
            result["stopDate"] = execution.stop_date
        if execution.status == "SUCCEEDED":
            # moto hands a string out without its quotes, and null not at all.
            result["output"] = to_json_str(execution.output, separators=(",", ":"))
        return answer

    def stop_execution(self: Any) -> ActionResult:
        execution = self.stepfunction_backend.describe_execution(self._get_param("executionArn"))
        now = context.clock.now()
        if execution.status == "RUNNING":
            execution.error = self._get_param("error")
            execution.cause = self._get_param("cause")
            execution.stop(stop_date=now, error=execution.error, cause=execution.cause)
        return ActionResult({"stopDate": execution.stop_date or now})

    def send_task_failure(self: Any) -> ActionResult:
        self.stepfunction_backend.send_task_failure(
            self._get_param("taskToken"), self._get_param("error"), self._get_param("cause")
        )
        return ActionResult({})

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
    context.patches.set(StepFunctionResponse, "send_task_failure", send_task_failure)
    context.patches.set(StepFunctionResponse, "describe_execution", describe_execution)
    context.patches.set(StepFunctionResponse, "stop_execution", stop_execution)


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
