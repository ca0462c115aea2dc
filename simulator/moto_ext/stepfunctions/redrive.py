"""RedriveExecution: an execution that failed, was stopped or timed out goes on where it ended.

AWS's page "Restarting state machine executions with redrive in Step Functions": the ARN, the
definition and the history stay, the state that ended is run again with the same input, its retries
count from 0, and so does the time-out of the whole execution.
"""

import copy
from datetime import timedelta
from typing import Any, Final

from moto.core.exceptions import AWSError
from moto.core.responses import ActionResult
from moto.stepfunctions.parser.api import ExecutionStatus, HistoryEventType
from moto.stepfunctions.parser.asl.component.common.flow.start_at import StartAt
from moto.stepfunctions.parser.asl.component.state.exec.state_map.state_map import StateMap
from moto.stepfunctions.parser.asl.component.state.exec.state_parallel.state_parallel import (
    StateParallel,
)
from moto.stepfunctions.parser.asl.component.state.state import CommonStateField
from moto.stepfunctions.responses import StepFunctionResponse

from simulator.core.context import CloudContext
from simulator.core.repairs import extension
from simulator.moto_ext.eventbridge.status_events import tell
from simulator.moto_ext.stepfunctions.executions import backend_of, directory

REDRIVABLE_FOR: Final = timedelta(days=14)
MOST_EVENTS: Final = 24_999
_ENDED_IN: Final = "_last_state_entered"
_COUNT: Final = "_redrive_count"
_UNSUCCESSFUL: Final = {ExecutionStatus.FAILED, ExecutionStatus.ABORTED, ExecutionStatus.TIMED_OUT}

REPAIRS: Final = (
    extension(
        "moto.stepfunctions.responses:StepFunctionResponse.redrive_execution",
        lacks="RedriveExecution is not there.",
        test="moto_ext/stepfunctions/test_redrive.py::test_it_goes_on_in_the_state_that_it_ended_in",
        adds=True,
    ),
    extension(
        "moto.stepfunctions.responses:StepFunctionResponse.describe_execution",
        "moto.stepfunctions.parser.asl.component.state.state:CommonStateField._eval_state_input",
        lacks="How often an execution was redriven is not described, nor where it goes on.",
        test="moto_ext/stepfunctions/test_redrive.py::test_it_goes_on_in_the_state_that_it_ended_in",
    ),
)


class ExecutionNotRedrivable(AWSError):
    """An execution that AWS does not redrive; its name is that of the API's exception."""

    TYPE = "ExecutionNotRedrivable"
    STATUS = 400


class CannotRedriveMapError(NotImplementedError):
    """An execution that ended in a Map or Parallel state, which only AWS can redrive."""


def repair(context: CloudContext) -> None:
    """Redrive executions, and describe how often that was done."""
    evaluate_input: Any = CommonStateField._eval_state_input
    describe: Any = StepFunctionResponse.describe_execution

    def enter(self: Any, env: Any) -> None:
        if not env.is_frame():
            vars(env)[_ENDED_IN] = self
        evaluate_input(self, env)

    def redrive_execution(self: Any) -> ActionResult:
        arn = self._get_param("executionArn")
        execution = self.stepfunction_backend.describe_execution(arn)
        redrive(context, execution)
        return ActionResult({"redriveDate": context.clock.now()})

    def describe_execution(self: Any) -> ActionResult:
        answer: Any = describe(self)
        execution = self.stepfunction_backend.describe_execution(self._get_param("executionArn"))
        reason = _why_not(context, execution)
        answer.result["redriveCount"] = redrive_count(execution)
        answer.result["redriveStatus"] = "NOT_REDRIVABLE" if reason else "REDRIVABLE"
        if reason:
            answer.result["redriveStatusReason"] = reason
        return ActionResult(answer.result)

    patches = context.patches
    patches.set(CommonStateField, "_eval_state_input", enter)
    patches.add(StepFunctionResponse, "redrive_execution", redrive_execution)
    patches.set(StepFunctionResponse, "describe_execution", describe_execution)


def redrive_count(execution: Any) -> int:
    """Return how often an execution was redriven."""
    count: int = vars(execution).get(_COUNT, 0)
    return count


def redrive(context: CloudContext, execution: Any) -> None:
    """Let an execution go on where it ended; raises `ExecutionNotRedrivable`."""
    if reason := _why_not(context, execution):
        raise ExecutionNotRedrivable(reason)
    ended = execution.exec_worker.env
    state = vars(ended)[_ENDED_IN]
    if isinstance(state, (StateMap, StateParallel)):
        raise CannotRedriveMapError(f"{execution.name} ended in {state.name!r}")
    count = vars(execution)[_COUNT] = redrive_count(execution) + 1
    worker = execution._get_start_execution_worker()

    def go_on() -> None:
        program = copy.copy(worker._get_evaluation_entrypoint())
        program.start_at = StartAt(state.name)
        worker.env = _going_on(worker._get_evaluation_environment(), ended, count)
        program.eval(worker.env)
        worker._execution_communication.terminated()

    worker._execution_logic = go_on
    execution.exec_worker = worker
    execution.exec_status = ExecutionStatus.RUNNING
    execution.stop_date = execution.error = execution.cause = None
    known = directory(backend_of(execution.account_id, execution.region_name))
    known.running[execution.exec_arn] = execution
    worker.start()
    tell(context, execution)


def _going_on(env: Any, ended: Any, count: int) -> Any:
    """Return an environment with the history, the variables and the input of an earlier one."""
    env.event_manager, env.variable_store = ended.event_manager, ended.variable_store
    env.event_history_context.source_event_id = ended.event_history_context.source_event_id
    env.states.reset(ended.states.get_input())
    env.states.context_object.context_object_data["Execution"]["RedriveCount"] = count
    # moto's type of an event's details has none for this one.
    details: Any = {"executionRedrivenEventDetails": {"redriveCount": count}}
    env.event_manager.add_event(
        context=env.event_history_context,
        event_type=HistoryEventType.ExecutionRedriven,
        event_details=details,
        update_source_event_id=False,
    )
    return env


def _why_not(context: CloudContext, execution: Any) -> str | None:
    """Return why an execution can't be redriven, in AWS's words (API: DescribeExecution)."""
    status = execution.exec_status
    if status not in _UNSUCCESSFUL:
        return f"Execution is {execution.status} and cannot be redriven"
    env = execution.exec_worker.env
    if env is None or _ENDED_IN not in vars(env):
        return "Execution has not started and cannot be redriven"
    if len(env.event_manager.get_event_history()) > MOST_EVENTS:
        return "Execution history event limit exceeded"
    if context.clock.now() - execution.stop_date > REDRIVABLE_FOR:
        return "Execution redrivable period exceeded"
    return None
