"""The migration of a move: what its execution is called and given, and how it has ended."""

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final, NamedTuple

from pydantic import Field, JsonValue, ValidationError

from vifshift.domain.errors import CallDenied, ExecutionError
from vifshift.domain.migration import Execution
from vifshift.domain.model import Model, View
from vifshift.domain.plan_outcome import MoveOutcome
from vifshift.domain.request import Trigger
from vifshift.domain.sizes import shortened
from vifshift.plan.planning.stages import StagedMove

LONGEST_PLAN_NAME: Final = 50
LONGEST_MESSAGE: Final = 4000
_NOT_IN_IDS: Final = re.compile(r"[^A-Za-z0-9._-]")
_OUTCOMES: Final = {
    ExecutionError.REJECTED: MoveOutcome.REJECTED,
    ExecutionError.ROLLED_BACK: MoveOutcome.ROLLED_BACK,
    ExecutionError.ROLLBACK_FAILED: MoveOutcome.ROLLBACK_FAILED,
    ExecutionError.NEEDS_ATTENTION: MoveOutcome.NEEDS_ATTENTION,
}
_GOOD_ENDS: Final = {
    MoveOutcome.SUCCEEDED,
    MoveOutcome.UNCHANGED,
    MoveOutcome.CANCELLED,
    MoveOutcome.DUPLICATE,
}
RUNNING: Final = {"RUNNING", "PENDING_REDRIVE"}


class Start(Model):
    """What a migration is started with."""

    name: str
    input: dict[str, JsonValue]


class Result(View):
    """What the task that runs a migration has answered, or what it has failed with."""

    status: str = ""
    error: str = ""
    cause: str = ""
    start_date: datetime | None = None
    stop_date: datetime | None = None
    output: JsonValue = None


class Done(Model):
    """A move whose migration is not waited for any more."""

    number: int
    virtual_interface_id: str
    result: Result


class Ending(NamedTuple):
    """How a migration has ended, and when it was."""

    outcome: MoveOutcome
    message: str
    started_at: datetime | None = None
    ended_at: datetime | None = None


class Described(View):
    """What DescribeExecution says of an execution, as far as it counts here."""

    status: str = Field(alias="Status")
    error: str = Field(default="", alias="Error")
    cause: str = Field(default="", alias="Cause")
    output: str = Field(default="", alias="Output")
    start_date: datetime | None = Field(default=None, alias="StartDate")
    stop_date: datetime | None = Field(default=None, alias="StopDate")


def name_of(plan: Execution, number: int) -> str:
    """Return what a move's migration is called: the same however often it is asked for."""
    digest = hashlib.sha1(plan.arn.encode(), usedforsecurity=False).hexdigest()[:8]
    return f"{plan.name[:LONGEST_PLAN_NAME]}-{digest}-{number:04}"


def arn_of(state_machine_arn: str, name: str) -> str:
    """Return the ARN of an execution of a state machine."""
    return f"{state_machine_arn.replace(':stateMachine:', ':execution:', 1)}:{name}"


def start_of(plan: Execution, move: StagedMove) -> Start:
    """Return what a move is started with.

    The request's id has the number, since a plan may move one VIF to a port twice.
    """
    plan_id = plan.name
    return Start(
        name=name_of(plan, move.number),
        input={
            "request": move.request,
            "requestId": f"{_NOT_IN_IDS.sub('-', plan_id)[:100]}-{move.number:04}",
            "trigger": Trigger.PLAN.value,
            "plan": {
                "planId": plan_id,
                "number": move.number,
                "siblings": list(move.siblings),
            },
        },
    )


def ending(result: Result) -> Ending | None:
    """Return how a migration has ended, None where the answer does not say."""
    if result.status == "SUCCEEDED":
        return _well(result.output, result.start_date, result.stop_date)
    try:
        described = Described.model_validate_json(result.cause)
    except ValidationError:
        return None
    return ending_of(described)


def ending_of(described: Described) -> Ending | None:
    """Return how an execution has ended, None where it is on its way."""
    if described.status in RUNNING:
        return None
    times = described.start_date, described.stop_date
    if described.status == "SUCCEEDED":
        return _well(_read(described.output), *times)
    if described.status == "FAILED" and described.error in set(ExecutionError):
        outcome = _OUTCOMES.get(ExecutionError(described.error), MoveOutcome.INTERRUPTED)
        return Ending(outcome, shortened(described.cause, LONGEST_MESSAGE), *times)
    said = ": ".join(filter(None, (described.error, described.cause)))
    message = f"its execution has ended as {described.status}{f': {said}' if said else ''}"
    return Ending(MoveOutcome.INTERRUPTED, shortened(message, LONGEST_MESSAGE), *times)


def resolve(result: Result, describe: Callable[[], Described | None]) -> Ending:
    """Return how a migration has ended, asking for it where the answer does not say.

    `describe` returns None where there is no such execution.
    """
    if found := ending(result):
        return found
    try:
        described = describe()
    except CallDenied:
        return _lost(result)
    if described is None:
        return _not_started(result)
    return ending_of(described) or _lost(result)


def _not_started(result: Result) -> Ending:
    why = ": ".join(filter(None, (result.error, result.cause)))
    message = f"its migration could not be started: {why or 'nobody said why'}"
    return Ending(MoveOutcome.REJECTED, shortened(message, LONGEST_MESSAGE))


def _lost(result: Result) -> Ending:
    why = result.error or "its end was not told"
    return Ending(MoveOutcome.IN_FLIGHT, f"its migration goes on, and is not waited for: {why}")


def _well(output: JsonValue, began: datetime | None, ended: datetime | None) -> Ending:
    said: Mapping[str, Any] = output if isinstance(output, dict) else {}
    outcome = said.get("outcome")
    if not isinstance(outcome, str) or outcome not in _GOOD_ENDS:
        return Ending(MoveOutcome.INTERRUPTED, f"it has ended as {outcome}", began, ended)
    return Ending(
        MoveOutcome(outcome),
        shortened(str(said.get("message") or ""), LONGEST_MESSAGE),
        began,
        ended,
    )


def _read(text: str) -> JsonValue:
    try:
        found: JsonValue = json.loads(text)
    except ValueError:
        return None
    return found
