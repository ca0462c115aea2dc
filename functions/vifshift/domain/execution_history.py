"""Reads the history of an execution: the last values of its variables, and its states.

Step Functions records the variables that a state assigns when it exits, as JSON (AWS: API
reference of GetExecutionHistory, StateExitedEventDetails).
"""

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

from vifshift.domain.errors import OWN_ERRORS, message_of_lambda
from vifshift.domain.scrubbing import scrubbed

Event = Mapping[str, Any]

ENDINGS = (
    "executionAbortedEventDetails",
    "executionFailedEventDetails",
    "executionTimedOutEventDetails",
)
FAILURES = (
    "taskFailedEventDetails",
    "taskTimedOutEventDetails",
    "taskStartFailedEventDetails",
    "taskSubmitFailedEventDetails",
    "evaluationFailedEventDetails",
)


class Failure(NamedTuple):
    """The error and cause of a failed state, which may be retried or caught."""

    error: str
    cause: str

    @property
    def message(self) -> str:
        """Return the message of a Lambda's exception, or else error and cause without secrets."""
        message = message_of_lambda(self.cause)
        return scrubbed(": ".join(filter(None, self))) if message is None else message


class Trail(NamedTuple):
    """What the history of an execution shows; `entered` and `done` are names of states.

    `done` are those whose task succeeded; `error` and `cause` are the execution's own. `redrives`
    counts how often the execution was redriven.
    """

    variables: Mapping[str, Any]
    entered: tuple[str, ...]
    done: frozenset[str]
    error: str
    cause: str
    redrives: int = 0

    @property
    def last_state(self) -> str | None:
        """Return the state that the execution entered last."""
        return self.entered[-1] if self.entered else None


class Follower:
    """Follows a history event by event, and holds the execution's variables at each of them.

    `asked_at` is when the state's task was last scheduled, or when the state was entered.
    """

    def __init__(self) -> None:
        self._variables: dict[str, str] = {}
        self._entered: list[str] = []
        self._done: set[str] = set()
        self._end: Mapping[str, Any] = {}
        self._redrives = 0
        self.asked_at: datetime | None = None

    @property
    def state(self) -> str | None:
        """Return the state that the execution is in."""
        return self._entered[-1] if self._entered else None

    def variable(self, name: str) -> Any:
        """Return the value of a variable, None if it has not been assigned."""
        return _value(self._variables[name]) if name in self._variables else None

    def see(self, event: Event) -> None:
        """Process the next event."""
        if details := event.get("stateEnteredEventDetails"):
            self._entered.append(details["name"])
            self.asked_at = time_of(event)
        elif event["type"] == "TaskScheduled":
            self.asked_at = time_of(event)
        elif event["type"] == "TaskSucceeded":
            self._done.add(self._entered[-1])
        elif event["type"] == "ExecutionRedriven":
            self._redrives += 1
            # It goes on: what it has said about its end was about an earlier one.
            self._done.clear()
            self._end = {}
        else:
            self._variables.update(assigned(event))
        for ending in ENDINGS:
            self._end = event.get(ending) or self._end

    @property
    def trail(self) -> Trail:
        """Return what the events so far show."""
        return Trail(
            variables={name: _value(text) for name, text in self._variables.items()},
            entered=tuple(self._entered),
            done=frozenset(self._done),
            error=self._end.get("error") or "",
            cause=self._end.get("cause") or "",
            redrives=self._redrives,
        )


def has_ended_by_itself(status: str, error: str) -> bool:
    """Return whether an execution with this status and error ended as its workflow says."""
    return status == "SUCCEEDED" or (status == "FAILED" and error.startswith(OWN_ERRORS))


def follow(events: Iterable[Event]) -> Trail:
    """Return what the events of a history, oldest first, show."""
    follower = Follower()
    for event in events:
        follower.see(event)
    return follower.trail


def time_of(event: Event) -> datetime | None:
    """Return the time of an event, in UTC."""
    at: datetime | None = event.get("timestamp")
    return at.astimezone(UTC) if at else None


def assigned(event: Event) -> Mapping[str, str]:
    """Return the variables that an event assigns, each as JSON text."""
    details = event.get("stateExitedEventDetails") or {}
    found: Mapping[str, str] = details.get("assignedVariables") or {}
    return found


def failure(event: Event) -> Failure | None:
    """Return the error of a failed state if this is such an event, else None."""
    for name in FAILURES:
        if details := event.get(name):
            return Failure(details.get("error") or "", details.get("cause") or "")
    return None


def _value(text: str) -> Any:
    """Return a variable's value from its JSON, even if quotes within a string are not escaped."""
    try:
        return json.loads(text)
    except ValueError:
        return text.removeprefix('"').removesuffix('"')
