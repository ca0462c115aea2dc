"""Recordings that are not as they were: each function changes one thing in a history."""

import json
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import replace
from datetime import timedelta
from typing import Any

from simulator.conformance.recording import RecordedExecution

Event = dict[str, Any]
Tamper = Callable[[RecordedExecution], RecordedExecution]

FORGED = "forged"


def with_history(
    recorded: RecordedExecution, change: Callable[[list[Event]], None]
) -> RecordedExecution:
    history: list[Event] = deepcopy(list(map(dict, recorded.history)))
    change(history)
    return replace(recorded, history=history)


def details(history: list[Event], kind: str, state: str | None = None) -> Iterator[Event]:
    """Yield the details of events of a kind, all or those in a state."""
    now = None
    for event in history:
        found: Any = next((value for name, value in event.items() if name.endswith("Details")), {})
        now = found.get("name", now) if event["type"].endswith("StateEntered") else now
        if event["type"].endswith(kind) and state in {None, now}:
            yield found


def in_first(
    kind: str, field: str, change: Callable[[Any], Any], state: str | None = None
) -> Tamper:
    """Change a field of the first event of a kind that has it."""

    def tamper(recorded: RecordedExecution) -> RecordedExecution:
        def change_it(history: list[Event]) -> None:
            found = next(each for each in details(history, kind, state) if each.get(field))
            found[field] = change(found[field])

        return with_history(recorded, change_it)

    return tamper


def in_json(change: Callable[[Any], Any]) -> Callable[[str], str]:
    return lambda text: json.dumps(change(json.loads(text)))


def forged(value: dict[str, Any]) -> dict[str, Any]:
    return {**value, FORGED: 1}


def empty(_: object) -> str:
    return "{}"


def forged_variables(variables: dict[str, str]) -> dict[str, str]:
    return {name: json.dumps(FORGED) for name in variables}


def elsewhere(recorded: RecordedExecution) -> RecordedExecution:
    """Give the first state another name."""

    def change(history: list[Event]) -> None:
        for kind in "StateEntered", "StateExited":
            next(details(history, kind))["name"] = FORGED

    return with_history(recorded, change)


def later_wait(recorded: RecordedExecution) -> RecordedExecution:
    def change(history: list[Event]) -> None:
        left = next(event for event in history if event["type"] == "WaitStateExited")
        left["timestamp"] += timedelta(seconds=1)

    return with_history(recorded, change)


def without_the_last_state(recorded: RecordedExecution) -> RecordedExecution:
    def change(history: list[Event]) -> None:
        while not history.pop()["type"].endswith("StateEntered"):
            pass

    return with_history(recorded, change)


def with_a_state_more(recorded: RecordedExecution) -> RecordedExecution:
    def change(history: list[Event]) -> None:
        entered = next(event for event in history if event["type"].endswith("StateEntered"))
        history.append(entered)

    return with_history(recorded, change)


def without_its_answers(recorded: RecordedExecution) -> RecordedExecution:
    def change(history: list[Event]) -> None:
        history[:] = [
            event for event in history if event["type"] not in {"TaskScheduled", "TaskSucceeded"}
        ]

    return with_history(recorded, change)


def in_execution(field: str, value: Any) -> Tamper:
    return lambda recorded: replace(recorded, execution={**recorded.execution, field: value})


def without_its_last_item(recorded: RecordedExecution) -> RecordedExecution:
    return replace(recorded, items={run: each[:-1] for run, each in recorded.items.items()})


def with_forged_items(recorded: RecordedExecution) -> RecordedExecution:
    items = {
        run: [in_execution("input", in_json(forged)(each.execution["input"]))(each) for each in of]
        for run, of in recorded.items.items()
    }
    return replace(recorded, items=items)


def with_an_item_less_to_read(recorded: RecordedExecution) -> RecordedExecution:
    objects = {
        key: json.dumps(json.loads(text)[1:])
        for key, text in recorded.objects.items()
        if "/stage-" in key
    }
    return replace(recorded, objects=objects)


def with_another_definition(recorded: RecordedExecution) -> RecordedExecution:
    """Exchange what the first Choice has for a rule and for otherwise."""
    definition = deepcopy(dict(recorded.definition))
    choice = next(each for each in definition["States"].values() if each["Type"] == "Choice")
    rule = choice["Choices"][0]
    rule["Next"], choice["Default"] = choice["Default"], rule["Next"]
    return replace(recorded, definition=definition)
