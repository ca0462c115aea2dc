"""Map states in distributed mode: each item is processed by an execution of its own, as in AWS.

What AWS's pages on the Distributed Map say, and moto does otherwise: a child has its own name,
start, variables and history; its failure counts against the tolerated ones; with its parent it is
stopped. What they leave open is done so that a workflow which runs here runs there: a child's
context object has no `Map`, and the limit of data holds for the results before `Output`.
"""

from collections import deque
from typing import Any, Final

from moto.stepfunctions.parser.api import (
    HistoryEventType,
    MapRunFailedEventDetails,
    MapRunStartedEventDetails,
    MapRunStatus,
)
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
from moto.stepfunctions.parser.asl.component.state.exec.state_map.iteration import (
    distributed_iteration_component,
)
from moto.stepfunctions.parser.utils import long_uid

from simulator.core.clock import Clock
from simulator.core.context import CloudContext
from simulator.core.repairs import extension
from simulator.moto_ext.iam.authorizer import AccessDeniedError
from simulator.moto_ext.stepfunctions.completion import wait_until, wake_at_end
from simulator.moto_ext.stepfunctions.data_limits import fits
from simulator.moto_ext.stepfunctions.distributed_map.children import ChildExecution, stop
from simulator.moto_ext.stepfunctions.distributed_map.counters import MapRunCounters
from simulator.moto_ext.stepfunctions.executions import backend_of, directory
from simulator.moto_ext.stepfunctions.faults.interruptions import ExecutionInterrupted
from simulator.moto_ext.stepfunctions.roles import role_of

EXCEEDED: Final = "The specified tolerated failure threshold was exceeded"


REPAIRS: Final = (
    extension(
        "moto.stepfunctions.parser.asl.component.state.exec.state_map.iteration"
        ".distributed_iteration_component:DistributedIterationComponent._eval_body",
        lacks="A distributed Map runs its items inside of the parent's execution, not in "
        "executions of their own.",
        test="moto_ext/stepfunctions/test_distributed_map.py::"
        "test_each_item_of_a_list_in_s3_is_an_execution",
    ),
)


def repair(context: CloudContext) -> None:
    """Start an execution for each item, where moto runs the items inside of the parent's."""

    def evaluate(self: Any, env: Any) -> None:
        DistributedMapRun(context, self, env, env.stack.pop()).evaluate()

    component = distributed_iteration_component.DistributedIterationComponent
    context.patches.set(component, "_eval_body", evaluate)


class DistributedMapRun:
    """One run of a Map state, in the thread of its state."""

    def __init__(self, context: CloudContext, component: Any, env: Any, settings: Any) -> None:
        self._context = context
        self._clock: Clock = context.clock
        self._env = env
        self._settings = settings
        self._program = component._get_iteration_program()
        self._record = settings.map_run_record
        account = env.aws_execution_details
        self._directory = directory(backend_of(account.account, account.region))
        self._directory.map_runs[self._record.map_run_arn] = self._record
        self._parent = self._directory.executions[self._record.execution_arn]
        self._tally = MapRunCounters(self._record)
        self._record.children = []

    def evaluate(self) -> None:
        """Run to the end, and leave the results of those that succeeded on the stack."""
        started = MapRunStartedEventDetails(mapRunArn=self._record.map_run_arn)
        self._tell(HistoryEventType.MapRunStarted, {"mapRunStartedEventDetails": started})
        try:
            results = self._results(self._items())
        except FailureEventException as failure:
            error, cause = failure.extract_error_cause_pair() or (None, None)
            details = MapRunFailedEventDetails(error=error, cause=cause)
            self._tell(HistoryEventType.MapRunFailed, _failed(details))
            self._record.set_stop(MapRunStatus.FAILED)
            raise
        if not self._env.is_running():
            self._tell(HistoryEventType.MapRunAborted)
            self._tell(HistoryEventType.MapStateAborted)
            self._record.set_stop(MapRunStatus.ABORTED)
            raise ExecutionInterrupted
        self._env.stack.append(results)
        self._tell(HistoryEventType.MapRunSucceeded)
        self._record.set_stop(MapRunStatus.SUCCEEDED)

    def _items(self) -> list[Any]:
        """Read the items, and make of each what the child is given."""
        items = self._read()
        if self._settings.item_selector is None and self._settings.parameters is None:
            return items
        return [self._selected(number, item) for number, item in enumerate(items)]

    def _read(self) -> list[Any]:
        if not self._settings.item_reader:
            given: list[Any] = self._settings.input_items
            return given
        try:
            self._settings.item_reader.eval(env=self._env)
        except FailureEventException:
            raise
        except Exception as error:
            raise self._failure(StatesErrorNameType.StatesItemReaderFailed, str(error)) from error
        read: list[Any] = self._env.stack.pop()
        return read

    def _selected(self, number: int, item: object) -> Any:
        """Evaluate the ItemSelector, which belongs to the Map state and sees its variables."""
        frame = self._env.open_inner_frame()
        try:
            frame.states.reset(self._env.states.get_input())
            context = frame.states.context_object.context_object_data
            context["Map"] = {"Item": {"Index": number, "Value": item}}
            frame.stack.append(frame.states.get_input())
            (self._settings.item_selector or self._settings.parameters).eval(frame)
            return frame.stack.pop()
        finally:
            self._env.delete_frame(frame)

    def _results(self, items: list[Any]) -> list[Any]:
        """Process the items, as many side by side as is allowed, and collect what came of them."""
        children = self._processed(items)
        results = [child.output for child in children if child.status == "SUCCEEDED"]
        if not fits(results):
            raise self._failure(
                StatesErrorNameType.StatesStatesDataLimitExceeded,
                f"The state/task '{self._settings.state_name}' returned a result with a size "
                "exceeding the maximum number of bytes service limit.",
            )
        return results

    def _processed(self, items: list[Any]) -> list[ChildExecution]:
        children: list[ChildExecution] = self._record.children
        waiting, running = deque(items), list[ChildExecution]()
        self._tally.expect(len(items))
        while self._env.is_running():
            while waiting and self._may_start(len(running)):
                running.append(self._start(waiting.popleft()))
            if not running:
                return children
            self._wait_for_one_of(running)
            running = [child for child in running if not self._has_ended(child)]
            if self._is_exceeded(len(items)):
                self._stop(running)
                raise self._failure(StatesErrorNameType.StatesExceedToleratedFailureThreshold)
        self._stop(running)
        return children

    def _may_start(self, running: int) -> bool:
        return not self._record.max_concurrency or running < self._record.max_concurrency

    def _start(self, item: object) -> ChildExecution:
        """Start an execution for an item, which the role has to be permitted.

        AWS: Step Functions, "IAM policies for using Distributed Map states".
        """
        try:
            role = role_of(self._context, self._env)
            self._context.authorizer.authorize(
                role, "states:StartExecution", self._parent.state_machine_arn
            )
        except AccessDeniedError as refused:
            kind = StatesErrorNameType.StatesPermissions
            raise self._failure(kind, str(refused)) from refused
        child = ChildExecution(
            self._parent, self._record, self._program, item, long_uid(), self._clock.now()
        )
        self._record.children.append(child)
        self._tally.start()
        child.start()
        wake_at_end(child, self._env)
        return child

    def _wait_for_one_of(self, running: list[ChildExecution]) -> None:
        wait_until(self._clock, self._env, lambda: any(map(_has_ended, running)))

    def _has_ended(self, child: ChildExecution) -> bool:
        """Return whether a child has ended, and count how."""
        if not _has_ended(child):
            return False
        self._tally.end(child.status)
        return True

    def _is_exceeded(self, items: int) -> bool:
        """Return whether more items failed than AWS's "Tolerated failure threshold" lets pass."""
        failed, record = self._tally.failed, self._record
        count, percentage = record.tolerated_failure_count, record.tolerated_failure_percentage
        if count and failed > count:
            return True
        return bool((percentage or not count) and failed * 100 > percentage * items)

    def _stop(self, running: list[ChildExecution]) -> None:
        for child in running:
            stop(child, self._clock.now())
            self._tally.end("ABORTED")

    def _tell(self, kind: HistoryEventType, details: Any = None) -> None:
        self._env.event_manager.add_event(
            context=self._env.event_history_context,
            event_type=kind,
            event_details=details,
        )

    def _failure(self, kind: StatesErrorNameType, cause: str = EXCEEDED) -> FailureEventException:
        details = MapRunFailedEventDetails(error=kind.to_name(), cause=cause)
        return FailureEventException(
            FailureEvent(
                self._env,
                StatesErrorName(typ=kind),
                HistoryEventType.MapRunFailed,
                _failed(details),
            )
        )


def _failed(details: MapRunFailedEventDetails) -> Any:
    return {"mapRunFailedEventDetails": details}


def _has_ended(child: ChildExecution) -> bool:
    return bool(child.status != "RUNNING")
