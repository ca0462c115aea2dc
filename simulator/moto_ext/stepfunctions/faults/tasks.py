"""Planned faults of tasks, and tasks that outlive their execution."""

from collections.abc import Callable, Iterator
from typing import Any, Final

from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import (
    FailureEventException,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service import (
    state_task_service_factory as factory,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service import (  # noqa: E501
    StateTaskService,
)

from simulator.core.context import CloudContext
from simulator.core.repairs import extension
from simulator.moto_ext.stepfunctions.faults.interruptions import ExecutionInterrupted, reach
from simulator.moto_fixes.stepfunctions.error_names import task_failure
from simulator.virtual_time.clock import VirtualClock
from simulator.virtual_time.interpreter import pause
from simulator.virtual_time.threads import VirtualThread

REPAIRS: Final = (
    extension(
        "moto.stepfunctions.parser.asl.component.state.exec.state_task.service.*"
        "._eval_service_task",
        lacks="A task can't be made to fail, or to outlive its execution.",
        test="moto_ext/stepfunctions/test_task_faults.py::test_every_integration_can_fail",
    ),
)


def repair(context: CloudContext) -> None:
    """Apply planned faults to every integration, and let calls outlive their execution."""
    for service in integrations():
        invoke = service.__dict__["_eval_service_task"]
        context.patches.set(service, "_eval_service_task", _disturbed(context, invoke))


def integrations() -> Iterator[Any]:
    """Yield every integration, as moto's factory knows them."""
    for service in vars(factory).values():
        if isinstance(service, type) and "_eval_service_task" in vars(service):
            if service is not StateTaskService:
                yield service


def _disturbed(context: CloudContext, invoke: Callable[..., None]) -> Callable[..., None]:
    def evaluate(self: Any, env: Any, *arguments: Any, **named: Any) -> None:
        fault = context.fault_plan.attempted(self.name, context.since_trigger())

        def carry_out() -> None:
            if fault is None or fault.takes_effect:
                invoke(self, env, *arguments, **named)

        failure = _carried_out(context, env, self.name, carry_out)
        if fault is not None:
            pause(context.clock, env, fault.delay_seconds)
        if not env.is_running():
            raise ExecutionInterrupted
        if fault is not None:
            raise FailureEventException(task_failure(self, env, fault.error, fault.cause))
        if failure is not None:
            raise failure

    return evaluate


def _carried_out(
    context: CloudContext, env: Any, state: str, action: Callable[[], None]
) -> Exception | None:
    """Wait for a call, and return its failure; stop waiting if the execution has ended."""
    clock = context.clock
    failures: list[Exception | None] = []

    def run() -> None:
        try:
            action()
            failures.append(None)
        except Exception as failure:
            failures.append(failure)
        env.program_state_event.set()
        env.program_state_event.clear()

    if isinstance(clock, VirtualClock):
        VirtualThread(clock, run, name="call").start()
        # The call comes first: what strikes during a task strikes after its beginning.
        clock.sleep(0)
    else:
        run()
    reach(context, env, state, during_task=True)
    while not failures and env.is_running():
        env.program_state_event.wait()
    return failures[0] if failures else None
