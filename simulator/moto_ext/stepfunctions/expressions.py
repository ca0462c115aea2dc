"""JSONata in moto's interpreter: variables are bound, not written into the expression's text."""

import re
from functools import lru_cache
from typing import Any, Final

import jsonata.functions
import jsonata.timebox
from moto.stepfunctions.parser.api import EvaluationFailedEventDetails, HistoryEventType
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
from moto.stepfunctions.parser.asl.component.common.query_language import QueryLanguageMode
from moto.stepfunctions.parser.asl.component.common.string.string_expression import (
    StringJSONata,
    StringVariableSample,
)
from moto.stepfunctions.parser.asl.eval.event.event_detail import EventDetails
from moto.stepfunctions.parser.asl.eval.states import States

from simulator.core.context import CloudContext, Evaluation
from simulator.core.repairs import correction, extension
from simulator.moto_ext.stepfunctions.jsonata import (
    UNDEFINED,
    JsonataError,
    JsonataFunctions,
    bindable,
    evaluate,
    plain,
    unescaped,
)
from simulator.moto_speed.jsonata_paths import NOT_SIMPLE, followed, is_null, parsed

_VARIABLE = re.compile(r"\$([A-Za-z_][A-Za-z0-9_]*)")
_ANY_STATES = re.compile(r"\$states\b(?!\s*\.\s*(?:input|context|result|errorOutput)\b)")
_PARTS = ("input", "context", "result", "errorOutput")


REPAIRS: Final = (
    extension(
        "moto.stepfunctions.parser.asl.component.common.string.string_expression"
        ":StringJSONata._eval_body",
        "moto.stepfunctions.parser.asl.component.common.string.string_expression"
        ":StringVariableSample._eval_body",
        lacks="No evaluator of JSONata is connected; every expression raises TypeError.",
        test="moto_fixes/stepfunctions/test_states.py::test_variables_keep_quotes_and_line_breaks",
        reported="https://github.com/getmoto/moto/issues/10105",
    ),
    extension(
        "jsonata.timebox:Timebox.current_milli_time",
        lacks="jsonata-python reads the wall clock for $now and $millis.",
        test="moto_ext/stepfunctions/test_jsonata.py::test_now_is_the_clocks",
    ),
    extension(
        "jsonata.functions:random",
        lacks="jsonata-python's $shuffle can't be seeded.",
        test="moto_ext/stepfunctions/test_jsonata.py::test_a_shuffle_comes_from_the_seed",
    ),
    correction(
        "jsonata.functions:Functions._string",
        problem="jsonata-python's $string writes characters beyond ASCII as escapes.",
        test="moto_ext/stepfunctions/test_jsonata.py::test_letters_beyond_ascii_stay_as_they_are",
    ),
)


def repair(context: CloudContext) -> None:
    """Let jsonata-python evaluate what moto leaves to a Java machine that is not there."""
    functions = JsonataFunctions(context.random)
    patches = context.patches

    def eval_jsonata(self: Any, env: Any) -> None:
        if context.on_evaluation is None:
            env.stack.append(_evaluated(self.expression, env, functions, context.speed))
        else:
            env.stack.append(_watched(self.expression, env, functions, context))

    def eval_variable(self: Any, env: Any) -> None:
        if self.query_language_mode == QueryLanguageMode.JSONata:
            eval_jsonata(self, env)
        else:
            bindings = _variables(self.expression, env.variable_store)
            try:
                value = evaluate(self.expression, bindings)
            except JsonataError as error:
                raise _failure(env, f"'{self.expression}': {error}") from error
            env.stack.append(None if value is UNDEFINED else value)

    patches.set(StringJSONata, "_eval_body", eval_jsonata)
    patches.set(StringVariableSample, "_eval_body", eval_variable)
    patches.set(
        jsonata.timebox.Timebox,
        "current_milli_time",
        staticmethod(lambda: round(context.clock.now().timestamp() * 1000)),
    )
    patches.set(jsonata.functions, "random", context.random)
    library = jsonata.functions.Functions
    patches.set(library, "_string", staticmethod(unescaped(library._string)))


def _evaluated(expression: str, env: Any, functions: JsonataFunctions, speed: bool) -> Any:
    try:
        value = _simple(expression, env) if speed else NOT_SIMPLE
        if value is NOT_SIMPLE:
            value = evaluate(expression, _bindings(expression, env, functions))
    except JsonataError as error:
        raise _failure(
            env, f"The JSONata expression '{expression}' threw an error during evaluation. {error}"
        ) from error
    if value is UNDEFINED:
        raise _failure(env, f"The JSONata expression '{expression}' returned nothing (undefined).")
    return value


def _watched(expression: str, env: Any, functions: JsonataFunctions, cloud: CloudContext) -> Any:
    """Evaluate an expression, and report its inputs and its value."""
    context = env.states.context_object.context_object_data
    seen = plain(_variables(expression, env.variable_store))
    if "states" in _names(expression):
        seen["states"] = _states(expression, env.states)
    functions.drawn.clear()
    value, failed = None, True
    try:
        value = _evaluated(expression, env, functions, cloud.speed)
        failed = False
    finally:
        assert cloud.on_evaluation is not None
        cloud.on_evaluation(
            Evaluation(
                execution_arn=context["Execution"]["Id"],
                state=context["State"]["Name"],
                expression=expression,
                inputs=seen,
                drawn=tuple(functions.drawn),
                value=value,
                failed=failed,
            )
        )
    return value


def _bindings(expression: str, env: Any, functions: JsonataFunctions) -> dict[str, Any]:
    bindings = _variables(expression, env.variable_store)
    for name in _names(expression):
        if name in functions.bindings and name not in bindings:
            bindings[name] = functions.bindings[name]
    if "states" in _names(expression):
        bindings["states"] = _states(expression, env.states)
    return bindings


def _simple(expression: str, env: Any) -> Any:
    """Evaluate an expression that needs no interpreter; NOT_SIMPLE where it needs one."""
    if is_null(expression):
        return None
    path = parsed(expression)
    if path is None:
        return NOT_SIMPLE
    variable, names = path
    if variable != "states":
        scopes = (env.variable_store._inner_scope, env.variable_store._outer_scope)
        value = next((scope[variable] for scope in scopes if variable in scope), NOT_SIMPLE)
    elif names[:1] and names[0] in _PARTS:
        # Those that a state has no value for are undefined.
        value = env.states._states_data.get(names[0])
        value, names = NOT_SIMPLE if value is None else value, names[1:]
    else:
        return NOT_SIMPLE
    found = NOT_SIMPLE if value is NOT_SIMPLE else followed(value, names)
    return found if found is NOT_SIMPLE else plain(found)


@lru_cache(maxsize=4096)
def _names(expression: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_VARIABLE.findall(expression)))


@lru_cache(maxsize=4096)
def _parts(expression: str) -> tuple[str, ...]:
    """Name the fields of $states that an expression may read, so that no others are copied."""
    if _ANY_STATES.search(expression):
        return _PARTS
    return tuple(part for part in _PARTS if part in expression)


def _variables(expression: str, store: Any) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name in _names(expression):
        for scope in (store._inner_scope, store._outer_scope):
            if name in scope:
                found[name] = bindable(scope[name])
                break
    return found


def _states(expression: str, states: States) -> dict[str, Any]:
    """Return $states; what the state has no value for (result, errorOutput) is undefined."""
    data: dict[str, Any] = states._states_data  # type: ignore[assignment]
    return {
        part: data.get(part)
        for part in _parts(expression)
        if data.get(part) is not None or part == "input"
    }


def _failure(env: Any, cause: str) -> FailureEventException:
    name = StatesErrorName(typ=StatesErrorNameType.StatesQueryEvaluationError)
    failure = FailureEvent(
        env=env,
        error_name=name,
        event_type=HistoryEventType.EvaluationFailed,
        event_details=EventDetails(  # type: ignore[typeddict-item]
            evaluationFailedEventDetails=EvaluationFailedEventDetails(
                error=name.error_name, cause=cause, state=env.next_state_name
            )
        ),
    )
    return FailureEventException(failure_event=failure)
