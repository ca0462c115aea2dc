"""The third mover: the deployed stack, started by the event that the scenario sends."""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from benchmarks.side_by_side.figures import (
    DOLLARS_PER_GB_SECOND,
    DOLLARS_PER_INVOCATION,
    Answer,
    Move,
    measured,
)
from simulator.cloud import Cloud
from simulator.runs.record import Record
from simulator.runs.session import Session
from simulator.scenarios.model import Scenario
from vifshift.events.base import DetailType

AS_BEFORE = "as before"

WORK = timedelta(milliseconds=300)
"""What an invocation is billed on top of its waiting, which is all that takes virtual time."""


def move(session: Session, scenario: Scenario) -> Move:
    """Move a VIF with the stack, as it ships."""
    record = session.run(scenario)
    histories = record.histories
    return measured(
        scenario,
        record.transitions,
        _answer(record),
        calls=len(record.calls),
        transitions=sum(
            event["type"].endswith("StateEntered") for each in histories for event in each
        ),
        lambda_dollars=sum(_costs(session.cloud, histories)),
    )


def _answer(record: Record) -> Answer:
    """Return the first event that says that all is as before, or that it is not."""
    for event in record.events:
        match event["detail-type"]:
            case DetailType.PROGRESSED if _says_as_before(event):
                return Answer(_occurred_at(event), is_success=True)
            case DetailType.SUCCEEDED:
                return Answer(_occurred_at(event), is_success=True)
            case DetailType.ROLLING_BACK:
                return Answer(_occurred_at(event), is_success=False)
    raise RuntimeError(f"{record.scenario.name}: {record.outcome}")


def _says_as_before(event: Mapping[str, Any]) -> bool:
    return str(event["detail"]["data"]["message"]).startswith(AS_BEFORE)


def _occurred_at(event: Mapping[str, Any]) -> datetime:
    return datetime.fromisoformat(event["detail"]["metadata"]["occurredAt"])


def _costs(cloud: Cloud, histories: Sequence[Sequence[Mapping[str, Any]]]) -> Iterator[float]:
    """Yield what each invocation costs, from when its task is scheduled until it is over."""
    functions = cloud.client("lambda").list_functions()["Functions"]
    memory = {each["FunctionName"]: each["MemorySize"] / 1024 for each in functions}
    for history in histories:
        function, began = None, None
        for event in history:
            if event["type"] == "TaskScheduled":
                function, began = _function(event["taskScheduledEventDetails"]), event["timestamp"]
            elif event["type"] in {"TaskSucceeded", "TaskFailed"} and function:
                billed = (event["timestamp"] - began + WORK).total_seconds()
                yield DOLLARS_PER_INVOCATION + billed * memory[function] * DOLLARS_PER_GB_SECOND
                function = None


def _function(scheduled: Mapping[str, Any]) -> str | None:
    """Return the name of the function that a task invokes, or None if it does something else."""
    if scheduled["resourceType"] != "lambda":
        return None
    name = str(json.loads(scheduled["parameters"])["FunctionName"])
    return name.partition(":function:")[2].partition(":")[0] or name
