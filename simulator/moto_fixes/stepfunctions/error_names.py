"""The names of tasks' errors, and which of them can be caught."""

from typing import Any, Final

from botocore.exceptions import ClientError
from moto.stepfunctions.parser.api import (
    HistoryEventType,
    TaskFailedEventDetails,
    TaskTimedOutEventDetails,
)
from moto.stepfunctions.parser.asl.component.common.error_name.custom_error_name import (
    CustomErrorName,
)
from moto.stepfunctions.parser.asl.component.common.error_name.error_equals_decl import (
    ErrorEqualsDecl,
)
from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import (
    FailureEvent,
    FailureEventException,
)
from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name import (
    StatesErrorName,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_map.iteration import (
    iteration_worker,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service_dynamodb import (  # noqa: E501
    StateTaskServiceDynamoDB,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service_events import (  # noqa: E501
    StateTaskServiceEvents,
)
from moto.stepfunctions.parser.asl.eval.event.event_detail import EventDetails

from simulator.core.context import CloudContext
from simulator.core.repairs import correction

# "Handling errors in Step Functions workflows": States.ALL takes neither of them.
_TERMINAL: Final = frozenset({"States.DataLimitExceeded", "States.Runtime"})
_TIMED_OUT: Final = "States.Timeout"
_OF_STEP_FUNCTIONS: Final = "States."
_COMPONENT: Final = "moto.stepfunctions.parser.asl.component"
_TASK: Final = f"{_COMPONENT}.state.exec.state_task.service"


REPAIRS: Final = (
    correction(
        f"{_TASK}.state_task_service_dynamodb:StateTaskServiceDynamoDB._from_error",
        problem="Any failure of a DynamoDB task becomes an error of DynamoDB's own, even that of "
        "an expression.",
        test="moto_fixes/stepfunctions/test_error_names.py::"
        "test_an_expression_that_fails_in_a_task_of_dynamodb_is_no_error_of_dynamodb",
    ),
    correction(
        f"{_TASK}.state_task_service_events:StateTaskServiceEvents._from_error",
        problem="A refused PutEvents becomes States.Runtime, which nothing can catch.",
        test="moto_fixes/stepfunctions/test_error_names.py::"
        "test_what_eventbridge_refuses_can_be_caught",
    ),
    correction(
        f"{_COMPONENT}.common.error_name.error_equals_decl:ErrorEqualsDecl._eval_body",
        problem="States.ALL also catches States.DataLimitExceeded and States.Runtime, which are "
        'terminal (AWS: "Handling errors in Step Functions workflows").',
        test="moto_fixes/stepfunctions/test_error_names.py::"
        "test_all_does_not_take_what_ends_everything",
    ),
    correction(
        f"{_COMPONENT}.state.exec.state_map.iteration.iteration_worker:CustomErrorName",
        problem="An item of a Map that fails with a States error raises an exception of moto's.",
        test="moto_fixes/stepfunctions/test_error_names.py::"
        "test_an_item_that_fails_with_an_error_of_step_functions_can_be_caught",
    ),
)


def repair(context: CloudContext) -> None:
    """Give errors AWS's names, and keep States.ALL from catching terminal errors."""
    of_dynamodb: Any = StateTaskServiceDynamoDB._from_error
    of_events: Any = StateTaskServiceEvents._from_error
    matches: Any = ErrorEqualsDecl._eval_body

    def from_dynamodb(self: Any, env: Any, ex: Exception) -> FailureEvent:
        # moto calls whatever is no ClientError an error of DynamoDB's own.
        if isinstance(ex, FailureEventException):
            return ex.failure_event
        failure: FailureEvent = of_dynamodb(self, env, ex)
        return failure

    def from_events(self: Any, env: Any, ex: Exception) -> FailureEvent:
        # moto calls what PutEvents refuses a fault of the state machine.
        if isinstance(ex, ClientError):
            told = ex.response["Error"]
            return task_failure(self, env, f"EventBridge.{told['Code']}", told["Message"])
        failure: FailureEvent = of_events(self, env, ex)
        return failure

    def takes(self: Any, env: Any) -> None:
        name = env.stack[-1].error_name
        matches(self, env)
        if name in _TERMINAL:
            env.stack[-1] = any(each.error_name == name for each in self.error_names)

    context.patches.set(StateTaskServiceDynamoDB, "_from_error", from_dynamodb)
    context.patches.set(StateTaskServiceEvents, "_from_error", from_events)
    context.patches.set(ErrorEqualsDecl, "_eval_body", takes)
    # moto takes what an item of a Map fails with for an error of somebody's own.
    context.patches.set(iteration_worker, "CustomErrorName", error_name)


def error_name(error_name: str) -> CustomErrorName | StatesErrorName:
    """Return moto's form of an error's name; raises ValueError for an unknown States.… error."""
    if error_name.startswith(_OF_STEP_FUNCTIONS):
        return StatesErrorName.from_name(error_name)
    return CustomErrorName(error_name)


def task_failure(task: Any, env: Any, error: str, cause: str | None) -> FailureEvent:
    """Return the history event of a failed attempt, with the error for Retry and Catch."""
    told: Any = {
        "resource": task._get_sfn_resource(),
        "resourceType": task._get_sfn_resource_type(),
        "error": error,
    }
    if cause is not None:
        told["cause"] = cause
    if error == _TIMED_OUT:
        kind = HistoryEventType.TaskTimedOut
        details = EventDetails(taskTimedOutEventDetails=TaskTimedOutEventDetails(**told))  # type: ignore[typeddict-item]
    else:
        kind = HistoryEventType.TaskFailed
        details = EventDetails(taskFailedEventDetails=TaskFailedEventDetails(**told))  # type: ignore[typeddict-item]
    return FailureEvent(env, error_name(error), kind, details)
