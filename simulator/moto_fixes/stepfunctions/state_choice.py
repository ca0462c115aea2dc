"""Choice states: Assign and Output belong to the branch that was taken."""

from typing import Any, Final

from moto.stepfunctions.parser.api import ExecutionFailedEventDetails, HistoryEventType
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
from moto.stepfunctions.parser.asl.component.state.choice.state_choice import StateChoice
from moto.stepfunctions.parser.asl.eval.event.event_detail import EventDetails

from simulator.core.context import CloudContext
from simulator.core.repairs import correction

_BY_DEFAULT: Final = "simulator: no rule matched"


REPAIRS: Final = (
    correction(
        "moto.stepfunctions.parser.asl.component.state.choice.state_choice:StateChoice._eval_state",
        "moto.stepfunctions.parser.asl.component.state.choice.state_choice"
        ":StateChoice._eval_state_output",
        problem="Assign and Output of the Choice state are evaluated for every branch, not for "
        "the default alone.",
        test="moto_fixes/stepfunctions/test_states.py::test_a_choice_assigns_for_the_branch_it_takes",
    ),
)


def repair(context: CloudContext) -> None:
    """Tell the default branch from a rule that leads to the same state."""
    context.patches.set(StateChoice, "_eval_state", _eval_state)
    context.patches.set(StateChoice, "_eval_state_output", _eval_state_output)


def _eval_state(self: Any, env: Any) -> None:
    for rule in self.choices_decl.rules:
        rule.eval(env)
        if env.stack.pop() is True:
            env.stack.append(rule.next_stmt.name)
            return
    if self.default_state is None:
        raise _nothing_matched(self, env)
    env.heap[_BY_DEFAULT] = True
    env.stack.append(self.default_state.state_name)


def _eval_state_output(self: Any, env: Any) -> None:
    next_state = env.stack.pop()
    if env.heap.pop(_BY_DEFAULT, False):
        if self.assign_decl:
            self.assign_decl.eval(env=env)
        if self.output:
            self.output.eval(env=env)
    if self._is_language_query_jsonpath():
        if self.output_path:
            self.output_path.eval(env=env)
        else:
            env.states.reset(input_value=env.stack.pop())
    env.next_state_name = next_state


def _nothing_matched(state: Any, env: Any) -> FailureEventException:
    name = StatesErrorName(typ=StatesErrorNameType.StatesNoChoiceMatched)
    return FailureEventException(
        FailureEvent(
            env=env,
            error_name=name,
            event_type=HistoryEventType.ExecutionFailed,
            event_details=EventDetails(  # type: ignore[typeddict-item]
                executionFailedEventDetails=ExecutionFailedEventDetails(
                    error=name.error_name,
                    cause=f"No choice of state '{state.name}' matched, and it has no Default.",
                )
            ),
        )
    )
