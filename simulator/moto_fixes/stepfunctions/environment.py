"""Executions that are stopped or time out, and the callbacks that they wait for."""

from collections.abc import Callable
from typing import Any, Final

from moto.stepfunctions.parser.asl.component.state.exec.execute_state import ExecutionState
from moto.stepfunctions.parser.asl.eval.environment import Environment

from simulator.core.context import CloudContext
from simulator.core.repairs import correction

REPAIRS: Final = (
    correction(
        "moto.stepfunctions.parser.asl.eval.environment:Environment.set_stop",
        "moto.stepfunctions.parser.asl.eval.environment:Environment.set_timed_out",
        problem="A task that waits for its token goes on waiting after its execution has ended.",
        test="moto_fixes/stepfunctions/test_executions.py::test_stopping_lets_go_of_a_task_token",
    ),
    correction(
        "moto.stepfunctions.parser.asl.component.state.exec.execute_state"
        ":ExecutionState._evaluate_with_timeout",
        problem="The error of a task that was interrupted ends the execution a second time.",
        test="moto_ext/stepfunctions/test_interruptions.py::"
        "test_a_function_goes_on_without_its_execution",
    ),
)


def repair(context: CloudContext) -> None:
    """Wake tasks that wait for a token when their execution ends; moto waits for their timeout."""
    for name in ("set_stop", "set_timed_out"):
        original = getattr(Environment, name)
        context.patches.set(Environment, name, _interrupting(original))
    evaluate = ExecutionState._evaluate_with_timeout
    context.patches.set(ExecutionState, "_evaluate_with_timeout", _while_running(evaluate))


def _while_running(evaluate: Callable[[Any, Any], None]) -> Callable[[Any, Any], None]:
    """Ignore the error of a task that was interrupted: the execution has ended another way."""

    def evaluate_with_timeout(self: Any, env: Any) -> None:
        try:
            evaluate(self, env)
        except Exception:
            if env.is_running():
                raise

    return evaluate_with_timeout


def _interrupting(ending: Callable[..., None]) -> Callable[..., None]:
    def end(self: Any, *arguments: Any, **named: Any) -> None:
        ending(self, *arguments, **named)
        let_go(self)

    return end


def let_go(env: Any) -> None:
    """Wake what an execution that has ended waits for."""
    for endpoint in list(env.callback_pool_manager._pool.values()):
        endpoint.interrupt_all()
