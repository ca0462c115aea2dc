"""Reads the history of an execution state by state: what each was given, asked, told, and left.

Step Functions writes these events (API reference, "HistoryEvent"). States side by side, of a
Parallel or of an inline Map that does several items at once, could not be told apart; the workflows
here have none.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from simulator.virtual_time.interpreter import iso

Event = Mapping[str, Any]

_FAILURES = {
    "TaskFailed": "taskFailedEventDetails",
    "TaskTimedOut": "taskTimedOutEventDetails",
    "TaskStartFailed": "taskStartFailedEventDetails",
    "TaskSubmitFailed": "taskSubmitFailedEventDetails",
}
_TIMED_OUT = "States.Timeout"
_TOKEN = "{% $states.context.Task.Token %}"


@dataclass(frozen=True)
class RecordedError:
    """What a task, a Map Run or an execution has failed with."""

    error: str
    cause: str


@dataclass
class Attempt:
    """One try of a task: what it was asked, within how many seconds, and what it answered."""

    parameters: Any = None
    is_scheduled: bool = False
    timeout: int | None = None
    output: Any = None
    error: RecordedError | None = None
    is_over: bool = False


@dataclass
class RecordedMapRun:
    """One run of a distributed Map."""

    arn: str
    error: RecordedError | None = None


@dataclass
class StateVisit:
    """One visit to a state; `tried` counts what of it the replay has come to."""

    name: str
    kind: str
    entered_at: datetime
    given: Any
    attempts: list[Attempt] = field(default_factory=list)
    map_runs: list[RecordedMapRun] = field(default_factory=list)
    is_unevaluable: bool = False
    left_at: datetime | None = None
    output: Any = None
    assigned: dict[str, Any] = field(default_factory=dict)
    tried: int = 0

    @property
    def entered(self) -> str:
        """Return when the state was entered, as the context object says it."""
        return iso(self.entered_at)

    @property
    def has_failed(self) -> bool:
        """Return whether something in the state failed, which may have ended the execution."""
        has_error = [each.error is not None for each in self.attempts]
        has_error += [run.error is not None for run in self.map_runs]
        return self.is_unevaluable or any(has_error)

    def token(self, arguments: Any) -> str | None:
        """Return the task token that was made for the current try, where its Arguments have one."""
        if self.tried >= len(self.attempts):
            return None
        return _found(arguments, self.attempts[self.tried].parameters)


def steps(history: Sequence[Event]) -> list[StateVisit]:
    """Return the visits to states in the order in which they were entered."""
    found: list[StateVisit] = []
    latest: dict[str, StateVisit] = {}
    for event in history:
        kind = str(event["type"])
        if kind.endswith("StateEntered"):
            details = event["stateEnteredEventDetails"]
            step = StateVisit(
                name=details["name"],
                kind=kind.removesuffix("StateEntered"),
                entered_at=event["timestamp"],
                given=json.loads(details["input"]),
            )
            found.append(step)
            latest[step.name] = step
        elif kind.endswith("StateExited"):
            _leave(latest[event["stateExitedEventDetails"]["name"]], event)
        elif found:
            _go_on(found[-1], kind, event)
    return found


def _leave(step: StateVisit, event: Event) -> None:
    details = event["stateExitedEventDetails"]
    step.left_at = event["timestamp"]
    step.output = json.loads(details["output"])
    assigned = details.get("assignedVariables") or {}
    step.assigned = {name: _value(text) for name, text in assigned.items()}


def _go_on(step: StateVisit, kind: str, event: Event) -> None:
    if kind == "TaskScheduled":
        details = event["taskScheduledEventDetails"]
        step.attempts.append(
            Attempt(
                parameters=json.loads(details["parameters"]),
                is_scheduled=True,
                timeout=details.get("timeoutInSeconds"),
            )
        )
    elif kind == "TaskSucceeded":
        attempt = _open(step)
        attempt.output = json.loads(event["taskSucceededEventDetails"]["output"])
        attempt.is_over = True
    elif kind in _FAILURES:
        attempt = _open(step)
        attempt.error = _error(event.get(_FAILURES[kind]) or {})
        attempt.is_over = True
    elif kind == "EvaluationFailed":
        step.is_unevaluable = True
    elif kind == "MapRunStarted":
        step.map_runs.append(RecordedMapRun(event["mapRunStartedEventDetails"]["mapRunArn"]))
    elif kind == "MapRunFailed":
        step.map_runs[-1].error = _error(event["mapRunFailedEventDetails"])


def _open(step: StateVisit) -> Attempt:
    """Return the try that is on its way; one that could not even be scheduled begins here."""
    if not step.attempts or step.attempts[-1].is_over:
        step.attempts.append(Attempt())
    return step.attempts[-1]


def _value(text: str) -> Any:
    """Read a variable's value; moto does not escape the quotes within a string."""
    try:
        return json.loads(text)
    except ValueError:
        return text.removeprefix('"').removesuffix('"')


def _error(details: Mapping[str, Any]) -> RecordedError:
    return RecordedError(details.get("error") or _TIMED_OUT, details.get("cause") or "")


def _found(template: Any, recorded: Any) -> str | None:
    """Find in what was sent what stands where the Arguments have the token."""
    return next(_tokens(template, recorded), None)


def _tokens(template: Any, recorded: Any) -> Iterator[str]:
    if template == _TOKEN:
        yield str(recorded)
    elif isinstance(template, dict) and isinstance(recorded, dict):
        for name in template.keys() & recorded.keys():
            yield from _tokens(template[name], recorded[name])
