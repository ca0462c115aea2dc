"""The command `vifshift plan return`: moves back what a plan has moved."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer
import yaml
from pydantic import ValidationError

from cli.arguments import Common, in_json
from cli.environment import RefusedError
from cli.operate.commands import Id, ask
from cli.operate.executions import FoundExecution, found
from cli.operate.reports import last_report
from cli.operate.stack import Kind, Stack
from tools.terminal import say
from vifshift.domain.plan_outcome import MoveOutcome
from vifshift.domain.plan_request import PlanOptions, parse_plan
from vifshift.domain.request_envelope import MalformedRequestError
from vifshift.plan.running.returning import MoveDone, NothingToReturnError, way_back
from vifshift.reports.plan.model import PlanReport


def plan_return(
    context: typer.Context,
    given: Id,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="Write the plan back to a file, and start nothing."),
    ] = None,
    request_id: Annotated[
        str | None, typer.Option(help="The request's id: the same one starts nothing twice.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Validate only.")] = False,
) -> None:
    """Start a plan that moves back what an ended plan has moved, and print its id."""
    common: Common = context.obj
    stack = Stack.find(common.environment(), common.stack)
    execution = found(stack, given)
    if execution.kind is not Kind.PLAN:
        raise RefusedError(f"{execution.name} is a migration: start one the other way.")
    request, left_out = _back(stack, execution)
    if request_id:
        request["requestId"] = request_id
    if dry_run:
        request["dryRun"] = True
    for each in left_out:
        say(
            f"Not in it: {each.virtual_interface_id}, which ended as {each.outcome}.", is_error=True
        )
    if output is None:
        ask(common, stack, Kind.PLAN, request)
        return
    try:
        output.write_text(yaml.safe_dump(request, sort_keys=False, allow_unicode=True), "utf-8")
    except OSError as error:
        raise RefusedError(f"{output} can't be written: {error.strerror}.") from None
    if common.json:
        in_json({"file": str(output), "request": request})
    else:
        say(f"{output}\nCheck it with `vifshift check --file {output}`.")


def _back(stack: Stack, execution: FoundExecution) -> tuple[dict[str, Any], list[MoveDone]]:
    """Return the plan back of a plan, and the moves that it leaves out though they were begun."""
    _, text = last_report(stack, execution, "json")
    try:
        report = PlanReport.model_validate_json(text)
        options: PlanOptions = parse_plan(json.loads(execution.description.input)).request.terms
    except (ValidationError, MalformedRequestError, ValueError):
        raise RefusedError(f"The record of {execution.name} can't be read.") from None
    moves = [
        MoveDone(each.virtual_interface_id, each.source, each.target, each.outcome)
        for each in report.moves
    ]
    try:
        request = way_back(execution.name, options, moves)
    except NothingToReturnError as error:
        raise RefusedError(f"{execution.name} can't be returned: {error}.") from None
    return request, [each for each in moves if each.outcome in _UNCERTAIN]


_UNCERTAIN = {
    MoveOutcome.NEEDS_ATTENTION,
    MoveOutcome.ROLLBACK_FAILED,
    MoveOutcome.INTERRUPTED,
    MoveOutcome.IN_FLIGHT,
}
"""How moves ended whose VIFs may be on their targets: a person looks first."""
