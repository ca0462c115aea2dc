"""Faults of the platform: failing tasks (`taskFaults`), interruptions, and faults of `events`.

Pure data, with the progress of one run; `moto_ext.stepfunctions.faults` and
`moto_ext.eventbridge.publishing` apply it.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from typing import Annotated, Any, NamedTuple

from pydantic import Field, JsonValue, model_validator

from simulator.directconnect.scenario_model import ScenarioModel, Seconds

Count = Annotated[int, Field(ge=1)]


class TaskFault(ScenarioModel):
    """A fault of a state's task, as Step Functions reports it.

    `from` (inclusive) and `to` (exclusive) are seconds from the trigger. `calls` are the numbers,
    from 1, of the attempts of that task over the whole run, retries included. `takesEffect`
    performs the task nevertheless, and loses its result. `delaySeconds` pass before the failure
    is reported.
    """

    state: str
    from_: Seconds | None = Field(default=None, alias="from")
    to: Seconds | None = None
    calls: tuple[Count, ...] | None = None
    error: str
    cause: str | None = None
    takes_effect: bool = False
    delay_seconds: Seconds = 0

    def concerns(self, state: str, attempt: int, age: float) -> bool:
        """Return whether the fault applies to an attempt, `age` seconds after the trigger."""
        if state != self.state or (self.calls is not None and attempt not in self.calls):
            return False
        return (self.from_ or 0) <= age and (self.to is None or age < self.to)


class Numbered(NamedTuple):
    """The number of an execution of the disturbed state machine, or of a plan's moves."""

    number: int
    is_move: bool


class InterruptionKind(StrEnum):
    """The kinds of interruptions."""

    STOP = "stop"
    TIME_OUT = "time-out"
    FAIL = "fail"
    DELETE_FUNCTION = "delete-function"


class ExecutionInterruption(ScenarioModel):
    """An interruption that ends an execution from outside, or deletes a function.

    It happens `at` seconds after the trigger, or once the execution has started after that. With
    `state` it happens when that state is next entered, before it does anything; with `duringTask`
    once its task was invoked, whose result is then lost. `execution` is its number, from 1, among
    those of the affected state machine, which is the one that the trigger starts; with `ofMoves` it
    is that of migrations, which a plan starts. `function` is the module of a handler, without
    package.
    """

    at: Seconds
    kind: InterruptionKind
    state: str | None = None
    during_task: bool = False
    execution: Count = 1
    of_moves: bool = False
    error: str | None = None
    cause: str | None = None
    function: str | None = None

    @model_validator(mode="after")
    def _says_what_its_kind_needs(self) -> "ExecutionInterruption":
        if (self.function is not None) != (self.kind is InterruptionKind.DELETE_FUNCTION):
            raise ValueError("a function is named where, and only where, one is deleted")
        takes_error = self.kind in {InterruptionKind.STOP, InterruptionKind.FAIL}
        if not takes_error and (self.error is not None or self.cause is not None):
            raise ValueError(f"{self.kind} takes no error and no cause")
        if self.kind is InterruptionKind.FAIL and self.error is None:
            raise ValueError("fail needs an error")
        if self.during_task and self.state is None:
            raise ValueError("duringTask needs a state")
        return self

    def awaits(self, execution: "Numbered", state: str, age: float, *, during_task: bool) -> bool:
        """Return whether it is due where an execution is now."""
        return (
            self.at <= age
            and (self.execution, self.of_moves) == execution
            and self.state in {None, state}
            and self.during_task == during_task
        )


class EventFault(ScenarioModel):
    """A fault of EventBridge: an event that gets lost, comes late, or comes again.

    It concerns the events with this `source`, `detailType` and fields of `detail`, whatever is
    given, and among them the one of the number `occurrence`, from 1, or else all of them. The event
    is lost, or repeated so many times; `delay` is in seconds, and with `repeat` it is the copies
    that are late. Each of them has the event's own id.
    """

    source: str | None = None
    detail_type: str | None = None
    detail: dict[str, JsonValue] = Field(default_factory=dict)
    occurrence: Count | None = None
    lose: bool = False
    repeat: Annotated[int, Field(ge=0)] = 0
    delay: Seconds = 0

    @model_validator(mode="after")
    def _says_what_happens(self) -> "EventFault":
        if not (self.source or self.detail_type):
            raise ValueError("a fault of events names their source or their detailType")
        if self.lose == bool(self.repeat or self.delay):
            raise ValueError("an event is lost, or it is repeated or delayed")
        return self

    def concerns(self, event: Mapping[str, Any]) -> bool:
        """Return whether an event, in EventBridge's envelope, is one of those."""
        detail = event["detail"]
        return (
            self.source in {None, event["source"]}
            and self.detail_type in {None, event["detail-type"]}
            and all(detail.get(name) == value for name, value in self.detail.items())
        )


class FaultPlan:
    """The planned faults of one run, and its progress."""

    def __init__(
        self,
        task_faults: Iterable[TaskFault] = (),
        interruptions: Iterable[ExecutionInterruption] = (),
        machine: str | None = None,
        events: Iterable[EventFault] = (),
        machine_of_moves: str | None = None,
    ) -> None:
        self.machine = machine
        self.machine_of_moves = machine_of_moves
        self._events = tuple(events)
        self._occurrences: Counter[int] = Counter()
        # The executions that can be disturbed, by ARN, and how many were looked at for it.
        self.numbers: dict[str, Numbered] = {}
        self.seen = 0
        self._faults = tuple(task_faults)
        self._pending = list(interruptions)
        self._attempts: Counter[str] = Counter()
        self._timers: list[Callable[[], None]] = []

    @property
    def are_pending(self) -> bool:
        """Return whether an interruption is still to come."""
        return bool(self._pending)

    def attempted(self, state: str, age: float) -> TaskFault | None:
        """Count an attempt of a state's task, and return the first fault that hits it."""
        self._attempts[state] += 1
        attempt = self._attempts[state]
        return next((each for each in self._faults if each.concerns(state, attempt, age)), None)

    def arrivals(self, event: Mapping[str, Any]) -> list[float]:
        """Count an event, and return after how many seconds it comes, each time that it does."""
        arrivals = [0.0]
        for number, fault in enumerate(self._events):
            if fault.concerns(event):
                self._occurrences[number] += 1
                if fault.occurrence in {None, self._occurrences[number]}:
                    arrivals = _arrivals(fault)
        return arrivals

    def reached(
        self, execution: Numbered, state: str, age: float, *, during_task: bool
    ) -> list[ExecutionInterruption]:
        """Remove and return the interruptions that are due where an execution is now."""
        struck = [
            each
            for each in self._pending
            if each.awaits(execution, state, age, during_task=during_task)
        ]
        for each in struck:
            self._pending.remove(each)
        return struck

    def take(self, interruption: ExecutionInterruption) -> bool:
        """Remove an interruption; return False if it has already happened."""
        if interruption not in self._pending:
            return False
        self._pending.remove(interruption)
        return True

    def remember(self, timer: Callable[[], None]) -> None:
        """Keep the function that cancels a timer."""
        self._timers.append(timer)

    def call_off(self) -> None:
        """Cancel the plan."""
        self._faults, self._pending, self._events = (), [], ()
        timers, self._timers = self._timers, []
        for timer in timers:
            timer()


def _arrivals(fault: EventFault) -> list[float]:
    if fault.lose:
        return []
    copies = [fault.delay] * fault.repeat
    return [0.0, *copies] if copies else [fault.delay]
