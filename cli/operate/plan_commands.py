"""The commands `vifshift plan …`, for what only plans have."""

from pathlib import Path
from typing import Annotated

import typer

from cli.acknowledge_option import Acknowledged
from cli.operate.commands import begin
from cli.operate.examples import EXAMPLES_OF_PLAN_RETURN, EXAMPLES_OF_PLAN_START
from cli.operate.returning import plan_return
from cli.operate.stack import Kind

plan = typer.Typer(name="plan", help="Move several virtual interfaces.", no_args_is_help=True)
plan.command("return", epilog=EXAMPLES_OF_PLAN_RETURN)(plan_return)


@plan.command("start", epilog=EXAMPLES_OF_PLAN_START)
def plan_start(
    context: typer.Context,
    source: Annotated[
        str | None, typer.Option("--from", metavar="PORT", help="The port to empty.")
    ] = None,
    target: Annotated[
        str | None, typer.Option("--to", metavar="PORT", help="Where all of it is to go.")
    ] = None,
    file: Annotated[
        Path | None, typer.Option("--file", "-f", help="A plan, in YAML or JSON.")
    ] = None,
    request_id: Annotated[
        str | None, typer.Option(help="The request's id: the same one starts nothing twice.")
    ] = None,
    acknowledge: Acknowledged = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Validate only.")] = False,
) -> None:
    """Start a plan, and print its id; a request for a single migration is refused."""
    begin(
        context.obj,
        (None, None, source, target, file),
        request_id=request_id,
        acknowledge=acknowledge or (),
        dry_run=dry_run,
        only=Kind.PLAN,
    )
