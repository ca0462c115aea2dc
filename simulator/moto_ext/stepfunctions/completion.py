"""Wakes what waits for the end of an execution, instead of polling."""

from collections.abc import Callable
from typing import Any, Final

from moto.stepfunctions.parser.backend.execution import BaseExecutionWorkerCommunication

from simulator.core.clock import Clock
from simulator.core.context import CloudContext
from simulator.core.repairs import extension
from simulator.virtual_time.clock import VirtualClock

# With real threads an end may come between the question and the wait.
_REAL_SECONDS: Final = 0.5
_WAITING: Final = "_waited_for_by"


REPAIRS: Final = (
    extension(
        "moto.stepfunctions.parser.backend.execution:BaseExecutionWorkerCommunication.terminated",
        lacks="Whoever waits for another execution asks for its status again and again.",
        test="moto_ext/stepfunctions/test_nested.py::test_the_parent_wakes_when_the_child_ends",
    ),
)


def repair(context: CloudContext) -> None:
    """Wake what waits for an execution once its status tells the end."""
    terminated = BaseExecutionWorkerCommunication.terminated

    def terminate_and_wake(self: Any) -> None:
        terminated(self)
        for env in vars(self.execution).pop(_WAITING, ()):
            env.program_state_event.set()
            env.program_state_event.clear()

    context.patches.set(BaseExecutionWorkerCommunication, "terminated", terminate_and_wake)


def wake_at_end(execution: Any, env: Any) -> None:
    """Let the end of an execution wake whoever waits in an environment."""
    if execution.status == "RUNNING":
        vars(execution).setdefault(_WAITING, []).append(env)


def wait_until(clock: Clock, env: Any, is_over: Callable[[], bool]) -> None:
    """Wait in an environment until something is over, or the environment is left."""
    at_most = None if isinstance(clock, VirtualClock) else _REAL_SECONDS
    while env.is_running() and not is_over():
        env.program_state_event.wait(at_most)
