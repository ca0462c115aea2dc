"""Reads the history of an execution: what its variables held last, and how far it had come.

Step Functions records what a state assigns when the state is left, as JSON (AWS: API reference of
GetExecutionHistory, StateExitedEventDetails).
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

ENDINGS = (
    "executionAbortedEventDetails",
    "executionFailedEventDetails",
    "executionTimedOutEventDetails",
)


class Trail(NamedTuple):
    """What an execution has left behind; `entered` and `done` are the names of states.

    `done` are those whose task has succeeded; `error` and `cause` are the execution's own.
    """

    variables: Mapping[str, Any]
    entered: tuple[str, ...]
    done: frozenset[str]
    error: str
    cause: str

    @property
    def last_state(self) -> str | None:
        """Return the state that the execution entered last."""
        return self.entered[-1] if self.entered else None


def follow(events: Iterable[Mapping[str, Any]]) -> Trail:
    """Follow the events of a history, oldest first."""
    variables: dict[str, Any] = {}
    entered: list[str] = []
    done: set[str] = set()
    end: Mapping[str, Any] = {}
    for event in events:
        if details := event.get("stateEnteredEventDetails"):
            entered.append(details["name"])
        elif event["type"] == "TaskSucceeded":
            done.add(entered[-1])
        elif details := event.get("stateExitedEventDetails"):
            assigned = details.get("assignedVariables") or {}
            variables.update({name: _value(text) for name, text in assigned.items()})
        for ending in ENDINGS:
            end = event.get(ending) or end
    return Trail(
        variables=variables,
        entered=tuple(entered),
        done=frozenset(done),
        error=end.get("error") or "",
        cause=end.get("cause") or "",
    )


def _value(text: str) -> Any:
    """Read a variable's value, also a string whose own quotes are not escaped."""
    try:
        return json.loads(text)
    except ValueError:
        return text.removeprefix('"').removesuffix('"')
