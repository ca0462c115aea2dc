"""When an execution checked what it is to move."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from simulator.runs.record import Record
from vifshift.domain.workflow import StateName

CHECKING = {
    StateName.VALIDATE,
    StateName.VALIDATE_AGAIN,
    StateName.LAST_LOOK,
    StateName.LAST_LOOK_AGAIN,
}


def checks_of(
    record: Record, execution: dict[str, Any] | None
) -> Iterator[tuple[datetime, datetime]]:
    """Yield when each check of an execution began and ended, as its history has it."""
    began: datetime | None = None
    for event in _history_of(record, execution):
        entered, exited = (
            event.get(f"state{what}EventDetails", {}).get("name") for what in ("Entered", "Exited")
        )
        if entered in CHECKING:
            began = event["timestamp"]
        if exited in CHECKING and began is not None:
            yield began, event["timestamp"]


def _history_of(record: Record, execution: dict[str, Any] | None) -> Iterator[dict[str, Any]]:
    for each, history in zip(record.executions, record.histories, strict=True):
        if execution is not None and each.get("executionArn") == execution.get("executionArn"):
            yield from history
