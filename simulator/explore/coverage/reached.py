"""What a run has reached."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any

from pydantic import JsonValue

from simulator.explore.coverage.definitions import short
from simulator.explore.coverage.things import ReachKind, Thing
from simulator.runs.record import Record
from vifshift.events.base import DetailType

Event = Mapping[str, Any]

WAITS = {
    "migrations: Ask for approval": "approval",
    "plans: Ask for approval": "approval",
    "migrations: Wait for window": "window",
    "plans: Wait for window": "window",
    "migrations: Wait for gateway": "gateway",
}
"""The states in which something waits for people, for time, or for others."""
ANSWERED = {DetailType.ANSWER_HEARD, DetailType.ANSWER_NOT_HEARD}


def reached(record: Record, faults: Iterable[str]) -> frozenset[Thing]:
    """Return what a run has reached; its faults are those that were drawn for it."""
    return frozenset(
        chain(
            (Thing(ReachKind.FAULT, name) for name in faults),
            _in_histories(record),
            _in_events(record),
            _in_reports(record),
        )
    )


def _in_histories(record: Record) -> Iterator[Thing]:
    for execution, history in zip(record.executions, record.histories, strict=True):
        machine = short(execution["stateMachineArn"].split(":")[6].partition("/")[0])
        before = _last_exits(history)
        for event in history:
            if not event["type"].endswith("StateEntered"):
                continue
            state = event["stateEnteredEventDetails"]["name"]
            yield Thing(ReachKind.STATE, f"{machine}: {state}")
            if wait := WAITS.get(f"{machine}: {state}"):
                yield Thing(ReachKind.WAIT, wait)
            if left := before.get(event["id"]):
                yield Thing(ReachKind.TRANSITION, f"{machine}: {left} → {state}")


def _last_exits(history: Sequence[Event]) -> dict[int, str]:
    """Return which state was left right before each event that enters one, by the event's id."""
    by_id = {event["id"]: event for event in history}
    found = {}
    for event in history:
        earlier = by_id.get(event["previousEventId"], {})
        if event["type"].endswith("StateEntered") and "stateExitedEventDetails" in earlier:
            found[event["id"]] = earlier["stateExitedEventDetails"]["name"]
    return found


def _in_events(record: Record) -> Iterator[Thing]:
    for event in record.events:
        said = event["detail-type"]
        if said in ANSWERED:
            yield Thing(ReachKind.ANSWER, event["detail"]["data"]["reasonCode"])
    for kind, events in (("migration", record.final_events), ("plan", record.plan_ends)):
        for event in events:
            yield Thing(ReachKind.OUTCOME, f"{kind}: {event['detail']['data']['outcome']}")


def _in_reports(record: Record) -> Iterator[Thing]:
    """Yield the rules that found something, and what became of the moves of plans."""
    for key, text in record.evidence.items():
        if key.endswith("/report.json"):
            report = json.loads(text)
            yield from (Thing(ReachKind.RULE, code) for code in _codes(report))
            for move in report.get("moves") or ():
                yield Thing(ReachKind.OUTCOME, f"move: {move['outcome']}")


def _codes(value: JsonValue) -> Iterator[str]:
    """Yield the codes of all findings in a report, wherever they are in it."""
    if isinstance(value, dict):
        if "code" in value and "severity" in value:
            yield str(value["code"])
        value = list(value.values())
    for each in value if isinstance(value, list) else ():
        yield from _codes(each)
