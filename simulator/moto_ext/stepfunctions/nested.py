"""startExecution.sync and .sync:2: waiting for another execution, and its result.

AWS's page "Start a new Step Functions workflow execution" says that the answer is that of
DescribeExecution; how it is spelled is known from what AWS answers: names in PascalCase and in
alphabetical order, times in milliseconds since 1970, Input and Output as text, with .sync:2 as JSON
where the execution succeeded. The role here may not stop executions, so that one which was started
goes on when nobody waits for it any more.
"""

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import (
    FailureEventException,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service_sfn import (  # noqa: E501
    StateTaskServiceSfn,
)
from moto.stepfunctions.parser.asl.utils.encoding import to_json_str

from simulator.core.context import CloudContext
from simulator.core.repairs import correction
from simulator.moto_ext.stepfunctions.completion import wait_until, wake_at_end
from simulator.moto_ext.stepfunctions.executions import backend_of, directory
from simulator.moto_ext.stepfunctions.faults.interruptions import ExecutionInterrupted
from simulator.moto_ext.stepfunctions.roles import acting_for, refusals
from simulator.moto_fixes.stepfunctions.error_names import task_failure

_FAILED: Final = "States.TaskFailed"


_TASK: Final = (
    "moto.stepfunctions.parser.asl.component.state.exec.state_task.service"
    ".state_task_service_sfn:StateTaskServiceSfn"
)

REPAIRS: Final = (
    correction(
        f"{_TASK}._build_sync_resolver",
        f"{_TASK}._build_sync2_resolver",
        f"{_TASK}._eval_sync",
        problem="startExecution.sync asks for the child's status twice a second, and spells its "
        "answer otherwise than AWS.",
        test="moto_ext/stepfunctions/test_nested.py::test_what_a_child_made_is_told",
    ),
    correction(
        f"{_TASK}._normalise_response",
        problem="StartExecution's result has names in camelCase and a time that is no number.",
        test="moto_ext/stepfunctions/test_nested.py::"
        "test_a_start_that_is_not_waited_for_returns_a_time_in_milliseconds",
    ),
)


def repair(context: CloudContext) -> None:
    """Wait for the end itself, where moto polls twice a second, and return AWS's result."""

    def resolver(as_json: bool) -> Callable[..., Callable[[], Any]]:
        def build(self: Any, env: Any, resource_runtime_part: Any, *_: Any, **__: Any) -> Any:
            started = env.stack.pop()["ExecutionArn"]
            _, _, _, region, account, *_ = started.split(":")
            execution = directory(backend_of(account, region)).executions[started]
            wake_at_end(execution, env)
            with acting_for(context, env) as role, refusals("DescribeExecution"):
                context.authorizer.authorize(role, "states:DescribeExecution", started)
            return lambda: _told(self, env, execution, as_json)

        return build

    def eval_sync(self: Any, env: Any, sync_resolver: Callable[[], Any], **_: Any) -> Any:
        answers: list[Any] = []

        def is_over() -> bool:
            answer = sync_resolver()
            answers.extend([] if answer is None else [answer])
            return bool(answers)

        wait_until(context.clock, env, is_over)
        if not answers:
            raise ExecutionInterrupted
        return answers[0]

    patches = context.patches
    patches.set(StateTaskServiceSfn, "_build_sync_resolver", resolver(as_json=False))
    patches.set(StateTaskServiceSfn, "_build_sync2_resolver", resolver(as_json=True))
    patches.set(StateTaskServiceSfn, "_eval_sync", eval_sync)
    patches.set(StateTaskServiceSfn, "_normalise_response", _spell_start)


def _told(task: Any, env: Any, execution: Any, as_json: bool) -> dict[str, Any] | None:
    """Describe an execution that has succeeded; one that has not fails the task."""
    if execution.status == "RUNNING":
        return None
    succeeded = execution.status == "SUCCEEDED"
    answer = described(execution, as_json=as_json and succeeded)
    if succeeded:
        return answer
    cause = to_json_str(answer, separators=(",", ":"))
    raise FailureEventException(task_failure(task, env, _FAILED, cause))


def described(execution: Any, *, as_json: bool) -> dict[str, Any]:
    """Return DescribeExecution's answer of an execution that has ended, as a task gets it."""
    succeeded = execution.status == "SUCCEEDED"
    made = to_json_str(execution.output, separators=(",", ":")) if succeeded else None
    told = {
        "Cause": execution.cause,
        "Error": execution.error,
        "ExecutionArn": execution.exec_arn,
        "Input": json.loads(execution.execution_input) if as_json else execution.execution_input,
        "InputDetails": {"Included": True},
        "Name": execution.name,
        "Output": json.loads(made) if made is not None and as_json else made,
        "OutputDetails": {"Included": True} if succeeded else None,
        "RedriveCount": 0,
        "RedriveStatus": "NOT_REDRIVABLE" if succeeded else "REDRIVABLE",
        "RedriveStatusReason": (
            "Execution is SUCCEEDED and cannot be redriven" if succeeded else None
        ),
        "StartDate": _milliseconds(execution.start_date),
        "StateMachineArn": execution.state_machine_arn,
        "Status": execution.status,
        "StopDate": _milliseconds(execution.stop_date),
    }
    kept = {"Output"} if succeeded else set()
    return {name: value for name, value in told.items() if value is not None or name in kept}


def _spell_start(
    _: Any,
    response: Any,
    boto_service_name: str | None = None,
    service_action_name: str | None = None,
) -> None:
    """Spell StartExecution's answer."""
    if isinstance(response, dict) and "executionArn" in response:
        arn, started = response["executionArn"], response["startDate"]
        response.clear()
        response.update(ExecutionArn=arn, StartDate=_milliseconds(started))


def _milliseconds(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)
