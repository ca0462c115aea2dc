"""The command `vifshift check`: preflight on the real account, before anything is deployed."""

import json
from pathlib import Path
from typing import Annotated

import typer
from pydantic import JsonValue

from cli.acknowledge_option import Acknowledged
from cli.acknowledging import acknowledging
from cli.arguments import BLOCKED, Common, Unsuccessful, in_json
from cli.check.policy import policy
from cli.check.reading import Check, now, use
from cli.check.result import CheckResult
from cli.check.screen import show
from cli.check.settings import find
from cli.requests import asked, is_plan
from tools.terminal import PlainConsole

EXAMPLES = """\b
Examples:
  vifshift check dxvif-fg1hhgb4 dxcon-ffabc123
  vifshift check --from dxcon-ffabc123 --to dxlag-ffdef456
  vifshift check --from dxcon-ffabc123 --to dxlag-ffdef456 --acknowledge NO_REDUNDANT_PATH
  vifshift check --file plan.yaml --json
  vifshift check --policy
"""


def check(  # noqa: PLR0913, PLR0917 - one for each option
    context: typer.Context,
    virtual_interface: Annotated[
        str | None, typer.Argument(metavar="[VIF]", help="The virtual interface to move.")
    ] = None,
    port: Annotated[
        str | None, typer.Argument(metavar="[PORT]", help="The connection or LAG to move it to.")
    ] = None,
    source: Annotated[
        str | None, typer.Option("--from", metavar="PORT", help="The port to empty.")
    ] = None,
    target: Annotated[
        str | None, typer.Option("--to", metavar="PORT", help="Where all of it is to go.")
    ] = None,
    file: Annotated[
        Path | None,
        typer.Option("--file", "-f", help="A request, or a plan, in YAML or JSON."),
    ] = None,
    acknowledge: Acknowledged = None,
    settings: Annotated[
        Path | None,
        typer.Option(help="The settings to use, as in cdk.json, instead of the deployed stack's."),
    ] = None,
    only_policy: Annotated[
        bool, typer.Option("--policy", help="Print the IAM policy that a check needs.")
    ] = False,
) -> None:
    """Check a move or a plan on the real network, without changing or deploying anything."""
    common: Common = context.obj
    if only_policy:
        typer.echo(json.dumps(policy(), indent=2))
        return
    request = acknowledging(asked(virtual_interface, port, source, target, file), acknowledge)
    environment = common.environment()
    use(environment, common.profile)
    found = find(environment, common.stack, settings)
    checking = Check(environment, found, now())
    result = checking.plan(request) if is_plan(request) else checking.migration(request)
    if common.json:
        in_json(_as_json(result))
    else:
        show(result, PlainConsole())
    if result.is_blocked:
        raise Unsuccessful(BLOCKED)


def _as_json(result: CheckResult) -> dict[str, JsonValue]:
    return {**result.to_json(), "passed": dict(result.passed)}
