"""Tasks that fail though nothing is wrong with them, and tasks that outlive their execution."""

from collections.abc import Callable, Iterator
from typing import Any

from moto.stepfunctions.parser.api import (
    HistoryEventType,
    TaskFailedEventDetails,
    TaskTimedOutEventDetails,
)
from moto.stepfunctions.parser.asl.component.common.error_name.custom_error_name import (
    CustomErrorName,
)
from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import (
    FailureEvent,
    FailureEventException,
)
from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name import (
    StatesErrorName,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service import (
    state_task_service_factory as factory,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service import (  # noqa: E501
    StateTaskService,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service_dynamodb import (  # noqa: E501
    StateTaskServiceDynamoDB,
)
from moto.stepfunctions.parser.asl.eval.event.event_detail import EventDetails

from simulator.cloud.clock import VirtualClock
from simulator.cloud.context import CloudContext
from simulator.cloud.cooperative import CooperativeThread
from simulator.cloud.disturbances import TaskFault
from simulator.cloud.stepfunctions.interrupting import Interrupted, reach
from simulator.cloud.stepfunctions.timing import pause

_TIMED_OUT = "States.Timeout"
_OF_STEP_FUNCTIONS = "States."


def repair(context: CloudContext) -> None:
    """Let every integration fail as planned, and go on by itself when nobody waits any more."""
    for service in _services():
        invoke = service.__dict__["_eval_service_task"]
        context.patches.set(service, "_eval_service_task", _disturbed(context, invoke))
    from_error: Any = StateTaskServiceDynamoDB._from_error

    def from_any_error(self: Any, env: Any, ex: Exception) -> FailureEvent:
        # moto calls whatever is no ClientError an error of DynamoDB's own.
        if isinstance(ex, FailureEventException):
            return ex.failure_event
        failure: FailureEvent = from_error(self, env, ex)
        return failure

    context.patches.set(StateTaskServiceDynamoDB, "_from_error", from_any_error)


def _services() -> Iterator[Any]:
    """Yield every integration, as moto's factory knows them."""
    for service in vars(factory).values():
        if isinstance(service, type) and "_eval_service_task" in vars(service):
            if service is not StateTaskService:
                yield service


def _disturbed(context: CloudContext, invoke: Callable[..., None]) -> Callable[..., None]:
    def evaluate(self: Any, env: Any, *arguments: Any, **named: Any) -> None:
        fault = context.disturbances.attempted(self.name, context.since_trigger())

        def carry_out() -> None:
            if fault is None or fault.takes_effect:
                invoke(self, env, *arguments, **named)

        failure = _carried_out(context, env, self.name, carry_out)
        if fault is not None:
            pause(context.clock, env, fault.delay_seconds)
        if not env.is_running():
            raise Interrupted
        if fault is not None:
            raise FailureEventException(_failure_event(self, env, fault))
        if failure is not None:
            raise failure

    return evaluate


def _carried_out(
    context: CloudContext, env: Any, state: str, action: Callable[[], None]
) -> Exception | None:
    """Wait for a call, and return its failure; stop waiting where the execution has ended."""
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
        CooperativeThread(clock, run, name="call").start()
        # The call comes first: what strikes during a task strikes after its beginning.
        clock.sleep(0)
    else:
        run()
    reach(context, env, state, during_task=True)
    while not failures and env.is_running():
        env.program_state_event.wait()
    return failures[0] if failures else None


def _failure_event(task: Any, env: Any, fault: TaskFault) -> FailureEvent:
    told: dict[str, str] = {
        "resource": task._get_sfn_resource(),
        "resourceType": task._get_sfn_resource_type(),
        "error": fault.error,
    }
    if fault.cause is not None:
        told["cause"] = fault.cause
    details: Any
    if fault.error == _TIMED_OUT:
        kind = HistoryEventType.TaskTimedOut
        details = EventDetails(taskTimedOutEventDetails=TaskTimedOutEventDetails(**told))  # type: ignore[typeddict-item]
    else:
        kind = HistoryEventType.TaskFailed
        details = EventDetails(taskFailedEventDetails=TaskFailedEventDetails(**told))  # type: ignore[typeddict-item]
    return FailureEvent(env, error_name(fault.error), kind, details)


def error_name(name: str) -> CustomErrorName | StatesErrorName:
    """Return moto's form of an error's name; ValueError for a States.… that does not exist."""
    if name.startswith(_OF_STEP_FUNCTIONS):
        return StatesErrorName.from_name(name)
    return CustomErrorName(name)
