"""An execution's history holds 25,000 events, and the last of them is its end."""

from collections.abc import Callable
from typing import Any, Final

from moto.stepfunctions.parser.api import ExecutionFailedEventDetails, HistoryEventType
from moto.stepfunctions.parser.asl.eval.event.event_manager import EventManager
from moto.stepfunctions.parser.backend.execution_worker import ExecutionWorker

from simulator.core.context import CloudContext
from simulator.core.repairs import extension
from simulator.moto_ext.stepfunctions.faults.interruptions import ExecutionInterrupted
from simulator.moto_fixes.stepfunctions.environment import let_go

MOST_EVENTS: Final = 25_000
_ENDS: Final = frozenset(
    {
        HistoryEventType.ExecutionSucceeded,
        HistoryEventType.ExecutionFailed,
        HistoryEventType.ExecutionAborted,
        HistoryEventType.ExecutionTimedOut,
    }
)
_OF: Final = "_environment"


REPAIRS: Final = (
    extension(
        "moto.stepfunctions.parser.backend.execution_worker"
        ":ExecutionWorker._get_evaluation_environment",
        "moto.stepfunctions.parser.asl.eval.event.event_manager:EventManager.add_event",
        lacks='A history may have more than 25,000 events (AWS: "Service quotas").',
        test="moto_ext/stepfunctions/test_nested.py::test_a_history_is_full_at_25_000_events",
    ),
)


def repair(context: CloudContext) -> None:
    """Fail an execution where its history is full (AWS: "Service quotas")."""
    begin: Callable[[Any], Any] = ExecutionWorker._get_evaluation_environment
    add: Callable[..., int] = EventManager.add_event

    def begin_with_limit(self: Any) -> Any:
        env = begin(self)
        setattr(env.event_manager, _OF, env)
        return env

    def add_event(
        self: Any, context: Any, event_type: HistoryEventType, *details: Any, **named: Any
    ) -> int:
        if self._event_id_gen._next_id >= MOST_EVENTS and event_type not in _ENDS:
            _end(getattr(self, _OF))
            raise ExecutionInterrupted
        return add(self, context, event_type, *details, **named)

    context.patches.set(ExecutionWorker, "_get_evaluation_environment", begin_with_limit)
    context.patches.set(EventManager, "add_event", add_event)


def _end(env: Any) -> None:
    if env.is_running():
        cause = f"The execution reached the maximum number of history events ({MOST_EVENTS})."
        env.set_error(ExecutionFailedEventDetails(error="States.Runtime", cause=cause))
        let_go(env)
