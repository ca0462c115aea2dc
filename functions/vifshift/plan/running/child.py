"""The migration of a move: the name and input of its execution, and how it ended."""

import json
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

from pydantic import JsonValue, ValidationError

from vifshift.domain.child_names import name_of
from vifshift.domain.errors import CallDenied, ExecutionError
from vifshift.domain.migration import Execution
from vifshift.domain.model import Model, View
from vifshift.domain.plan_outcome import MoveOutcome
from vifshift.domain.plan_progress import ChildEnding, ExecutionDescription, VifAndTarget
from vifshift.domain.request import Trigger
from vifshift.domain.scrubbing import scrubbed
from vifshift.domain.sizes import shortened
from vifshift.plan.planning.preparation import Rules
from vifshift.plan.planning.stages import StagedMove

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


NOT_OURS: Final = ChildEnding(
    MoveOutcome.REJECTED,
    "its migration was not started: its name is that of an execution that the plan did not start",
)


class ChildInput(Model):
    """The name and the input of a migration's execution."""

    name: str
    input: dict[str, JsonValue]


class ChildResult(View):
    """The result or the error of the task that runs a migration."""

    status: str = ""
    error: str = ""
    cause: str = ""
    start_date: datetime | None = None
    stop_date: datetime | None = None
    output: JsonValue = None


class AbandonedMove(Model):
    """A move whose migration is no longer waited for, with the task's result."""

    number: int
    virtual_interface_id: str
    request: dict[str, JsonValue]
    result: ChildResult

    @property
    def target(self) -> str | None:
        """Return where its VIF was to go, None if the request doesn't say."""
        target = self.request.get("connectionId")
        return target if isinstance(target, str) else None


def arn_of(state_machine_arn: str, name: str) -> str:
    """Return the ARN of an execution of a state machine."""
    return f"{state_machine_arn.replace(':stateMachine:', ':execution:', 1)}:{name}"


def start_of(plan: Execution, move: StagedMove, rules: Rules, nonce: str) -> ChildInput:
    """Return the name and the input of a move's migration.

    It has what the plan found about the move, which the migration compares with what it finds.
    The request's id contains the move's number, since a plan may move a VIF to one port twice.
    """
    plan_id = plan.name
    return ChildInput(
        name=name_of(plan, move.number, nonce),
        input={
            "request": move.request,
            "requestId": f"{_NOT_IN_IDS.sub('-', plan_id)[:100]}-{move.number:04}",
            "trigger": Trigger.PLAN.value,
            "plan": {
                "planId": plan_id,
                "number": move.number,
                "siblings": list(move.siblings),
                "askedBy": plan.asked_by.to_json() if plan.asked_by else None,
                **_checked(move, rules),
            },
        },
    )


def _checked(move: StagedMove, rules: Rules) -> dict[str, JsonValue]:
    if move.checked is None or rules.checked_at is None:
        return {}
    return {
        "checked": move.checked.to_json(),
        "checkedAt": rules.checked_at.isoformat(),
        "approvalMinutes": rules.approval_minutes,
        "approvalOf": rules.approval_of,
    }


def ending(result: ChildResult) -> ChildEnding | None:
    """Return how a migration ended, None if the task's result does not tell."""
    if result.status == "SUCCEEDED":
        return _well(result.output, result.start_date, result.stop_date)
    try:
        described = ExecutionDescription.model_validate_json(result.cause)
    except ValidationError:
        return None
    return ending_of(described)


def ending_of(described: ExecutionDescription) -> ChildEnding | None:
    """Return how an execution ended, None if it is still running."""
    if described.is_running:
        return None
    times = described.start_date, described.stop_date, _asked_of(described.input)
    if described.status == "SUCCEEDED":
        return _well(_read(described.output), *times[:2])
    if described.status == "FAILED" and described.error in set(ExecutionError):
        outcome = _OUTCOMES.get(ExecutionError(described.error), MoveOutcome.INTERRUPTED)
        return ChildEnding(outcome, shortened(described.cause, LONGEST_MESSAGE), *times)
    said = ": ".join(filter(None, (described.error, described.cause)))
    message = f"its execution ended as {described.status}{f': {scrubbed(said)}' if said else ''}"
    return ChildEnding(MoveOutcome.INTERRUPTED, shortened(message, LONGEST_MESSAGE), *times)


def is_of(
    described: ExecutionDescription,
    plan: Execution,
    number: int,
    request: Mapping[str, JsonValue],
    *,
    in_full: bool = True,
) -> bool:
    """Return whether an execution was started by a plan, for a move with this request.

    If the request is not known `in_full`, just its fields are compared.
    """
    given = _read(described.input)
    if not isinstance(given, dict):
        return False
    whose, asked = given.get("plan"), given.get("request")
    if not (isinstance(whose, dict) and isinstance(asked, dict)):
        return False
    if (whose.get("planId"), whose.get("number")) != (plan.name, number):
        return False
    known = asked if in_full else {name: asked.get(name) for name in request}
    return known == request


def resolve(
    result: ChildResult,
    describe: Callable[[], ExecutionDescription | None],
    is_ours: Callable[[ExecutionDescription], bool],
) -> ChildEnding:
    """Return how a migration ended; if the task's result does not tell, `describe` is called.

    `describe` returns None if there is no such execution. One of the name that is not ours was not
    started by this plan, and what has become of it says nothing about the move.
    """
    if found := ending(result):
        return found
    try:
        described = describe()
    except CallDenied:
        return _lost(result)
    if described is None:
        return _not_started(result)
    if not is_ours(described):
        return NOT_OURS
    return ending_of(described) or _lost(result)


def _not_started(result: ChildResult) -> ChildEnding:
    why = ": ".join(filter(None, (result.error, result.cause)))
    message = f"its migration could not be started: {scrubbed(why) or 'the reason is not known'}"
    return ChildEnding(MoveOutcome.REJECTED, shortened(message, LONGEST_MESSAGE))


def _lost(result: ChildResult) -> ChildEnding:
    why = scrubbed(result.error) or "its end was not reported"
    return ChildEnding(
        MoveOutcome.IN_FLIGHT, f"its migration continues, and is no longer waited for: {why}"
    )


def _well(output: JsonValue, began: datetime | None, ended: datetime | None) -> ChildEnding:
    said: Mapping[str, Any] = output if isinstance(output, dict) else {}
    outcome = said.get("outcome")
    if not isinstance(outcome, str) or outcome not in _GOOD_ENDS:
        return ChildEnding(MoveOutcome.INTERRUPTED, f"it has ended as {outcome}", began, ended)
    return ChildEnding(
        MoveOutcome(outcome),
        shortened(str(said.get("message") or ""), LONGEST_MESSAGE),
        began,
        ended,
        _vif_and_target(said.get("moved")),
    )


def verified(ending: ChildEnding, virtual_interface_id: str, target: str | None) -> ChildEnding:
    """Return how a move ended, or that its migration was one of something else.

    What a migration doesn't say about itself is not compared.
    """
    was_of = ending.was_of
    if was_of is None or (
        was_of.virtual_interface_id == virtual_interface_id
        and target in {None, was_of.connection_id}
    ):
        return ending
    sent = VifAndTarget(virtual_interface_id=virtual_interface_id, connection_id=target or "")
    message = f"its migration was one of {was_of}, not of {sent}: {ending.message}"
    return ending._replace(
        outcome=MoveOutcome.INTERRUPTED, message=shortened(message, LONGEST_MESSAGE)
    )


def _asked_of(text: str) -> VifAndTarget | None:
    """Return what a migration was started for, by its input."""
    given = _read(text)
    return _vif_and_target(given.get("request")) if isinstance(given, dict) else None


def _vif_and_target(value: JsonValue) -> VifAndTarget | None:
    try:
        found = VifAndTarget.model_validate(value)
    except ValidationError:
        return None
    return found if found.virtual_interface_id and found.connection_id else None


def _read(text: str) -> JsonValue:
    try:
        found: JsonValue = json.loads(text)
    except ValueError:
        return None
    return found
