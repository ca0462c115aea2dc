"""Time in moto's interpreter: threads, events, waits, retries and stamps on the cloud's clock."""

import datetime as real_datetime
import sys
import threading as real_threading
import time as real_time
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any, Final

import moto.stepfunctions.parser.models
import moto.stepfunctions.parser.utils
from moto.moto_api._internal import mock_random
from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import (
    FailureEventException,
)
from moto.stepfunctions.parser.asl.component.common.retry import jitter_strategy_decl
from moto.stepfunctions.parser.asl.component.common.retry.max_attempts_decl import (
    MaxAttemptsOutcome,
)
from moto.stepfunctions.parser.asl.component.common.retry.retrier_decl import RetrierDecl
from moto.stepfunctions.parser.asl.component.common.retry.retrier_outcome import RetrierOutcome
from moto.stepfunctions.parser.asl.component.eval_component import EvalComponent
from moto.stepfunctions.parser.asl.component.intrinsic.function.statesfunction.math_operations import (  # noqa: E501
    math_random,
)
from moto.stepfunctions.parser.asl.component.state import state
from moto.stepfunctions.parser.asl.component.state.wait.wait_function import timestamp
from moto.stepfunctions.parser.asl.component.state.wait.wait_function.wait_function import (
    WaitFunction,
)
from moto.stepfunctions.parser.asl.eval.variable_store import VariableStore
from moto.stepfunctions.parser.backend import execution_worker

from simulator.core.clock import Clock
from simulator.core.context import CloudContext
from simulator.core.repairs import correction, extension
from simulator.virtual_time.clock import VirtualClock
from simulator.virtual_time.threads import datetime_on, threading_on, time_on

_INTERPRETER: Final = "moto.stepfunctions.parser"
_STATE: Final = f"{_INTERPRETER}.asl.component.state"


REPAIRS: Final = (
    extension(
        f"{_INTERPRETER}.*:threading",
        f"{_INTERPRETER}.*:Thread",
        f"{_INTERPRETER}.*:Event",
        f"{_INTERPRETER}.*:time",
        f"{_INTERPRETER}.*:datetime",
        lacks="The interpreter runs on real threads and the wall clock.",
        test="cloud/test_patching.py::test_the_interpreter_runs_on_the_clock",
    ),
    extension(
        f"{_STATE}.wait.wait_function.wait_function:WaitFunction._wait_interval",
        lacks="Wait states sleep in real time.",
        test="moto_fixes/stepfunctions/test_states.py::test_waits_take_exactly_their_time",
    ),
    extension(
        f"{_INTERPRETER}.asl.component.common.retry.retrier_decl:RetrierDecl._eval_body",
        lacks="Retries sleep in real time, and go on after the execution has ended.",
        test="moto_ext/stepfunctions/test_interruptions.py::test_a_retry_that_waits_is_interrupted",
    ),
    correction(
        f"{_STATE}.wait.wait_function.timestamp:Timestamp._from_timestamp_string",
        f"{_STATE}.wait.wait_function.timestamp:Timestamp._get_wait_seconds",
        problem="Timestamps are read without their fraction, and with no other offset than Z.",
        test="moto_fixes/stepfunctions/test_states.py::test_waits_take_exactly_their_time",
    ),
    correction(
        f"{_STATE}.state:StateData",
        f"{_INTERPRETER}.backend.execution_worker:ExecutionData",
        problem="Times in the context object have no milliseconds, and RedriveCount is missing.",
        test="moto_fixes/stepfunctions/test_states.py::test_the_context_object_tells_who_and_when",
    ),
    extension(
        f"{_INTERPRETER}.asl.component.common.retry.jitter_strategy_decl:random",
        f"{_INTERPRETER}.asl.component.intrinsic.function.statesfunction.math_operations"
        ".math_random:random",
        f"{_INTERPRETER}.utils:uuid4",
        lacks="Jitter, States.MathRandom and ids can't be seeded.",
        test="moto_fixes/stepfunctions/test_executions.py::"
        "test_the_same_seed_gives_the_same_history_to_the_last_id",
    ),
    extension(
        f"{_INTERPRETER}.asl.component.eval_component:EvalComponent.heap_key",
        lacks="Parts of a state draw a UUID at first use, so that a second cloud differs from "
        "the first.",
        test="moto_fixes/stepfunctions/test_executions.py::"
        "test_the_same_seed_gives_the_same_history_to_the_last_id",
    ),
    extension(
        f"{_INTERPRETER}.asl.eval.variable_store:VariableStore.get_assigned_variables",
        lacks="A history lists the assigned variables in the order of a set, another one in each "
        "process.",
        test="virtual_time/test_interpreter.py::test_assigned_variables_are_listed_by_name",
    ),
)


def iso(moment: real_datetime.datetime) -> str:
    """Write a time as the context object has it: UTC, milliseconds, Z."""
    return (
        moment.astimezone(real_datetime.UTC)
        .isoformat(timespec="milliseconds")
        .replace("+00:00", "Z")
    )


def repair(context: CloudContext) -> None:
    """Make the interpreter use the cloud's clock and its seed."""
    patches, clock = context.patches, context.clock
    _replace_modules(context)

    def wait_interval(_: Any, env: Any, wait_seconds: float) -> None:
        pause(clock, env, wait_seconds)

    patches.set(WaitFunction, "_wait_interval", wait_interval)
    patches.set(RetrierDecl, "_eval_body", _retrier(clock))
    patches.set(timestamp.Timestamp, "_from_timestamp_string", staticmethod(_from_timestamp_string))
    patches.set(timestamp.Timestamp, "_get_wait_seconds", _seconds_until(clock))
    patches.set(state, "StateData", _state_data(clock))
    patches.set(execution_worker, "ExecutionData", _execution_data)
    patches.set(jitter_strategy_decl, "random", context.random)
    patches.set(math_random, "random", context.random)
    patches.set(moto.stepfunctions.parser.utils, "uuid4", mock_random.uuid4)
    patches.set(EvalComponent, "heap_key", property(lambda part: f"component-{id(part)}"))
    patches.set(VariableStore, "get_assigned_variables", _sorted(_assigned(VariableStore)))
    threads = moto.stepfunctions.parser.utils.TMP_THREADS
    patches.on_undo(threads.clear)


def _replace_modules(context: CloudContext) -> None:
    overlays: dict[str, tuple[Any, Any]] = {}
    if isinstance(context.clock, VirtualClock):
        threading = threading_on(context.clock)
        overlays = {
            "threading": (real_threading, threading),
            "Thread": (real_threading.Thread, threading.Thread),
            "Event": (real_threading.Event, threading.Event),
            "time": (real_time, time_on(context.clock)),
            "datetime": (real_datetime, datetime_on(context.clock)),
        }
    for module in interpreter_modules():
        for name, (real, overlay) in overlays.items():
            if vars(module).get(name) is real:
                context.patches.set(module, name, overlay)


def interpreter_modules() -> Iterator[ModuleType]:
    """Yield every module of moto's interpreter that is loaded."""
    for name, module in list(sys.modules.items()):
        if name.startswith(_INTERPRETER) and module is not None:
            yield module


def pause(clock: Clock, env: Any, seconds: float) -> None:
    """Wait in a state; stopping the execution or its time-out ends the wait at once."""
    until = clock.now() + real_datetime.timedelta(seconds=seconds)
    while env.is_running() and clock.now() < until:
        env.program_state_event.wait((until - clock.now()).total_seconds())


def _retrier(clock: Clock) -> Any:
    def eval_body(self: Any, env: Any) -> None:
        self.error_equals.eval(env)
        if not env.stack.pop():
            env.stack.append(RetrierOutcome.Skipped)
            return
        self.max_attempts.eval(env=env)
        if env.stack.pop() == MaxAttemptsOutcome.EXHAUSTED:
            env.stack.append(RetrierOutcome.Failed)
            return
        self.interval_seconds.eval(env=env)
        self.backoff_rate.eval(env=env)
        self.max_delay_seconds.eval(env=env)
        self.jitter_strategy.eval(env=env)
        pause(clock, env, env.stack.pop())
        env.stack.append(RetrierOutcome.Executed)

    return eval_body


def _from_timestamp_string(text: object) -> real_datetime.datetime | None:
    """Read RFC 3339 with any offset, where moto takes Z alone and cuts the fraction off."""
    if not isinstance(text, str) or "T" not in text:
        return None
    try:
        moment = real_datetime.datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else None


def _seconds_until(clock: Clock) -> Any:
    def get_wait_seconds(self: Any, env: Any) -> float:
        self.string.eval(env=env)
        text = env.stack.pop()
        moment = _from_timestamp_string(text)
        if moment is None:
            raise FailureEventException(self._create_failure_event(env, text))
        return (moment - clock.now()).total_seconds()

    return get_wait_seconds


def _state_data(clock: Clock) -> Any:
    def state_data(**fields: Any) -> dict[str, Any]:
        return {**fields, "EnteredTime": iso(clock.now())}

    return state_data


def _execution_data(**fields: Any) -> dict[str, Any]:
    return {**fields, "StartTime": iso(fields["StartTime"]), "RedriveCount": 0}


def _assigned(store: Any) -> Callable[[Any], dict[str, str]]:
    method: Callable[[Any], dict[str, str]] = store.get_assigned_variables
    return method


def _sorted(assigned: Callable[[Any], dict[str, str]]) -> Callable[[Any], dict[str, str]]:
    """Order what moto takes from a set, so that two runs write the same history."""

    def in_order(self: Any) -> dict[str, str]:
        return dict(sorted(assigned(self).items()))

    return in_order
