"""Limits of the data of states, and of what is sent to Step Functions."""

import json
from collections.abc import Callable, Mapping
from typing import Any, Final

from moto.core.exceptions import JsonRESTError
from moto.stepfunctions.parser.api import HistoryEventType, TaskFailedEventDetails
from moto.stepfunctions.parser.asl.component.common.assign.assign_decl import AssignDecl
from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import (
    FailureEvent,
    FailureEventException,
)
from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name import (
    StatesErrorName,
)
from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name_type import (
    StatesErrorNameType,
)
from moto.stepfunctions.parser.asl.component.common.parargs import Arguments
from moto.stepfunctions.parser.asl.component.state import state
from moto.stepfunctions.parser.asl.component.state.exec.state_task import state_task_lambda
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service import (
    state_task_service,
)
from moto.stepfunctions.parser.asl.eval.event.event_detail import EventDetails
from moto.stepfunctions.parser.models import StepFunctionsParserBackend
from moto.stepfunctions.responses import StepFunctionResponse
from pydantic_core import to_json

from simulator.core.context import CloudContext
from simulator.core.repairs import correction, extension
from simulator.moto_ext.limits.argument_checks import guard, size_of

# "Step Functions service quotas", "Quotas related to task executions": in bytes of UTF-8.
DATA: Final = 262_144
# "Passing data between states with variables": of one variable and of one Assign, then of all.
VARIABLES: Final = 10 * 1024 * 1024
_TOO_FEW_TO_MEASURE: Final = VARIABLES // DATA
# A number of Pydantic's may be that much shorter, at most.
_SHORTER: Final = 8
# API references of CreateStateMachine, SendTaskSuccess, SendTaskFailure and StopExecution.
DEFINITION: Final = 1_048_576
ERROR: Final = 256
CAUSE: Final = 32_768

_KIND: Final = StatesErrorNameType.StatesStatesDataLimitExceeded


_COMPONENT: Final = "moto.stepfunctions.parser.asl.component"

REPAIRS: Final = (
    correction(
        f"{_COMPONENT}.state.state:is_within_size_quota",
        f"{_COMPONENT}.state.exec.state_task.state_task_lambda:is_within_size_quota",
        f"{_COMPONENT}.state.exec.state_task.service.state_task_service:is_within_size_quota",
        problem="Results are measured by the memory that Python takes for them, not in bytes of "
        "UTF-8.",
        test="moto_ext/stepfunctions/test_data_limits.py::"
        "test_what_just_fits_is_taken_and_a_byte_more_ends_the_execution",
    ),
    extension(
        f"{_COMPONENT}.common.parargs:Arguments._eval_body",
        f"{_COMPONENT}.state.state:CommonStateField._eval_state_input",
        f"{_COMPONENT}.common.assign.assign_decl:AssignDecl._eval_body",
        lacks="Arguments, inputs and variables have no limit.",
        test="moto_ext/stepfunctions/test_data_limits.py::"
        "test_what_just_fits_is_taken_and_a_byte_more_ends_the_execution",
    ),
    extension(
        "moto.stepfunctions.parser.models:StepFunctionsParserBackend.create_state_machine",
        "moto.stepfunctions.parser.models:StepFunctionsParserBackend.update_state_machine",
        lacks="A definition has no limit.",
        test="moto_ext/stepfunctions/test_data_limits.py::test_a_definition_has_a_mebibyte",
    ),
    extension(
        "moto.stepfunctions.parser.models:StepFunctionsParserBackend.send_task_success",
        "moto.stepfunctions.parser.models:StepFunctionsParserBackend.send_task_failure",
        lacks="The output, error and cause sent for a task have no limit.",
        test="moto_ext/stepfunctions/test_data_limits.py::"
        "test_what_a_task_is_answered_is_refused_where_it_is_too_large",
    ),
    extension(
        "moto.stepfunctions.responses:StepFunctionResponse.stop_execution",
        lacks="The error and cause of a stop have no limit.",
        test="moto_ext/stepfunctions/test_data_limits.py::"
        "test_why_an_execution_is_stopped_is_refused_where_it_is_too_long",
    ),
)


def repair(context: CloudContext) -> None:
    """Fail what holds too much with States.DataLimitExceeded, and refuse what is sent too large."""
    patches = context.patches
    for module in (state, state_task_lambda, state_task_service):
        patches.set(module, "is_within_size_quota", fits)
    evaluate_arguments: Callable[..., None] = Arguments._eval_body
    take_input: Callable[..., None] = state.CommonStateField._eval_state_input

    def checked_arguments(self: Any, env: Any) -> None:
        evaluate_arguments(self, env)
        if not fits(env.stack[-1]):
            raise _exceeded(env, "arguments")

    def checked_input(self: Any, env: Any) -> None:
        if not fits(env.states.get_input()):
            raise _exceeded(env, "an input")
        take_input(self, env)

    patches.set(Arguments, "_eval_body", checked_arguments)
    patches.set(state.CommonStateField, "_eval_state_input", checked_input)
    patches.set(AssignDecl, "_eval_body", _assign)
    for method in ("create_state_machine", "update_state_machine"):
        guard(context, StepFunctionsParserBackend, method, _check_definition)
    for method in ("send_task_success", "send_task_failure"):
        guard(context, StepFunctionsParserBackend, method, check_answer)
    guard(context, StepFunctionResponse, "stop_execution", _check_stop)


def fits(value: Any) -> bool:
    """Return whether a value, as JSON, is no larger than Step Functions lets one be."""
    return _is_far_below(value, DATA) or measured(value) <= DATA


def _is_far_below(value: Any, most: int) -> bool:
    """Return whether a value is surely so small that it need not be measured to the byte.

    Pydantic's writer takes a tenth of the time, and writes some numbers shorter than others do.
    """
    try:
        return len(to_json(value)) * _SHORTER < most
    except ValueError:
        # It does not know a type, or a lone surrogate.
        return False


def measured(value: Any) -> int:
    """Return the bytes of a value as JSON without white space."""
    return size_of(json.dumps(value, separators=(",", ":"), ensure_ascii=False, default=str))


def _assign(self: Any, env: Any) -> None:
    """Evaluate all of an Assign before any of it counts, as moto does, and measure it."""
    assigned: dict[str, Any] = {}
    for binding in self.declaration_bindings:
        binding.eval(env=env)
        assigned.update(env.stack.pop())
    if not fits(assigned):
        for name, value in assigned.items():
            if not fits(value):
                raise _exceeded(env, f"the variable '{name}'")
        raise _exceeded(env, f"the variables {', '.join(sorted(assigned))}, together")
    store = env.variable_store
    known = {**store._outer_scope, **store._inner_scope, **assigned}
    if len(known) > _TOO_FEW_TO_MEASURE and _total(known) > VARIABLES:
        raise _exceeded(env, "all its variables")
    for name, value in assigned.items():
        store.set(variable_identifier=name, variable_value=value)


def _total(variables: Mapping[str, Any]) -> int:
    return sum(map(measured, variables.values()))


def _exceeded(env: Any, what: str) -> FailureEventException:
    name = env.states.context_object.context_object_data["State"]["Name"]
    error = _KIND.to_name()
    cause = (
        f"The state/task '{name}' has {what} with a size exceeding the maximum number of bytes "
        "service limit."
    )
    details = TaskFailedEventDetails(error=error, cause=cause)
    return FailureEventException(
        FailureEvent(
            env,
            StatesErrorName(typ=_KIND),
            HistoryEventType.TaskFailed,
            EventDetails(taskFailedEventDetails=details),  # type: ignore[typeddict-item]
        )
    )


def _check_definition(given: Mapping[str, Any]) -> None:
    definition = given.get("definition")
    if definition and size_of(definition) > DEFINITION:
        raise _refused("definition", DEFINITION)


def check_answer(given: Mapping[str, Any]) -> None:
    """Refuse what a task is answered, or why an execution is stopped, where it is too long."""
    for parameter, most in (("outcome", DATA), ("error", ERROR), ("cause", CAUSE)):
        text = given.get(parameter)
        if text and size_of(text) > most:
            raise _refused(parameter.replace("outcome", "output"), most)


def _check_stop(given: Mapping[str, Any]) -> None:
    """Refuse an error or a cause that is too long; what has ended already is not stopped."""
    request = given["self"]
    arn = request._get_param("executionArn")
    if request.stepfunction_backend.describe_execution(arn).status == "RUNNING":
        check_answer({name: request._get_param(name) for name in ("error", "cause")})


def _refused(parameter: str, most: int) -> JsonRESTError:
    return JsonRESTError(
        "ValidationException",
        f"1 validation error detected: Value at '{parameter}' failed to satisfy constraint: "
        f"Member must have length less than or equal to {most}",
    )
