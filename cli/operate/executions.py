"""The executions of a stack, found by any name that a person may have."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from cli.environment import RefusedError
from cli.operate.stack import Kind, Stack
from vifshift.domain.outcomes import outcome_in_words
from vifshift.domain.plan_progress import ExecutionDescription
from vifshift.domain.table_keys import ItemKind

_REGISTERED: Final = {Kind.MIGRATION: ItemKind.MIGRATIONS_OF, Kind.PLAN: ItemKind.PLANS_OF}


class UnknownIdError(RefusedError):
    """Nothing has the name or the request's id."""


@dataclass(frozen=True)
class FoundExecution:
    """An execution, as Step Functions describes it."""

    kind: Kind
    arn: str
    description: ExecutionDescription

    @property
    def name(self) -> str:
        """Return its name: the id of the migration or plan."""
        return self.arn.rpartition(":")[2]

    @property
    def started_at(self) -> datetime | None:
        """Return when it started."""
        at = self.description.start_date
        return at.astimezone(UTC) if at else None

    @property
    def outcome(self) -> str | None:
        """Return how it ended, None if it has not."""
        return None if self.description.is_running else outcome_in_words(self.description)

    @property
    def message(self) -> str:
        """Return what it says about its end: its output's message, or else its cause."""
        try:
            output = json.loads(self.description.output or self.description.cause)
        except ValueError:
            return self.description.cause
        return str(output.get("message", "")) if isinstance(output, dict) else ""

    @property
    def request(self) -> dict[str, Any]:
        """Return the request that it was started with, as far as its input shows one."""
        try:
            given = json.loads(self.description.input)
        except ValueError:
            return {}
        inner = given.get("request", given) if isinstance(given, dict) else {}
        return inner if isinstance(inner, dict) else {}


def found(stack: Stack, given: str) -> FoundExecution:
    """Return the execution of a name, an ARN, or a request's id.

    Of several under one request's id, it is the one that runs; if several do, they are named.
    Raises `RefusedError`, and of these `UnknownIdError` for what nothing has.
    """
    for kind in Kind:
        if execution := _by_name(stack, kind, given.rpartition(":")[2]):
            return execution
    named = [each for kind in Kind for each in _under_request(stack, kind, given)]
    still = [each for each in named if each.outcome is None]
    if len(still) > 1:
        names = ", ".join(each.name for each in still)
        raise RefusedError(f"Several run under the request {given}; name one of them: {names}.")
    if not named:
        raise UnknownIdError(
            f"No migration and no plan has the name or the request id {given}: "
            "`vifshift list` shows those that run."
        )
    return (still or named)[-1]


def what(execution: FoundExecution) -> str:
    """Return what an execution moves, and where, as far as its input says."""
    request = execution.request
    if execution.kind is Kind.MIGRATION:
        return f"{request.get('virtualInterfaceId')} → {request.get('connectionId')}"
    match request:
        case {"evacuate": {"from": source, "to": target}}:
            return f"everything on {source} → {target}"
        case {"moves": list(moves)}:
            return f"{len(moves)} {'move' if len(moves) == 1 else 'moves'}"
    return json.dumps(request.get("movesUri", ""))


def described_again(stack: Stack, execution: FoundExecution) -> FoundExecution:
    """Return an execution as it is now, by one call."""
    described = stack.executions.describe(execution.arn)
    return FoundExecution(execution.kind, execution.arn, described) if described else execution


def running(stack: Stack) -> Iterator[FoundExecution]:
    """Yield the executions that run: migrations, then plans, the latest first."""
    client = stack.client("stepfunctions")
    for kind in Kind:
        pages = client.get_paginator("list_executions").paginate(
            stateMachineArn=stack.machine(kind), statusFilter="RUNNING"
        )
        for each in (execution for page in pages for execution in page["executions"]):
            if execution := _by_name(stack, kind, each["name"]):
                yield execution


def _by_name(stack: Stack, kind: Kind, name: str) -> FoundExecution | None:
    arn = f"{stack.machine(kind).replace(':stateMachine:', ':execution:')}:{name}"
    described = stack.executions.describe(arn) if name else None
    return FoundExecution(kind, arn, described) if described else None


def _under_request(stack: Stack, kind: Kind, request_id: str) -> Iterator[FoundExecution]:
    """Yield the executions under a request's id, as the table lists them, the last one last."""
    listed = stack.answers.registered(_REGISTERED[kind], request_id)
    others = sorted(listed.running - {listed.last})
    for name in filter(None, [*others, listed.last]):
        if execution := _by_name(stack, kind, name):
            yield execution
