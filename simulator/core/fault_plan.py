"""Faults of the platform: failing tasks (`taskFaults`), and interruptions of executions.

Pure data, with the progress of one run; `moto_ext.stepfunctions.faults` applies it.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from enum import StrEnum
from typing import Annotated

from pydantic import Field, model_validator

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
    those of the affected state machine. `function` is the module of a handler, without package.
    """

    at: Seconds
    kind: InterruptionKind
    state: str | None = None
    during_task: bool = False
    execution: Count = 1
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

    def awaits(self, execution: int, state: str, age: float, *, during_task: bool) -> bool:
        """Return whether it is due where an execution is now."""
        return (
            self.at <= age
            and self.execution == execution
            and self.state in {None, state}
            and self.during_task == during_task
        )


class FaultPlan:
    """The planned faults of one run, and its progress."""

    def __init__(
        self,
        task_faults: Iterable[TaskFault] = (),
        interruptions: Iterable[ExecutionInterruption] = (),
        machine: str | None = None,
    ) -> None:
        self.machine = machine
        # The executions that can be disturbed, by ARN, and how many were looked at for it.
        self.numbers: dict[str, int] = {}
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

    def reached(
        self, execution: int, state: str, age: float, *, during_task: bool
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
        self._faults, self._pending = (), []
        timers, self._timers = self._timers, []
        for timer in timers:
            timer()
