"""The commands that work on a deployed stack: start, list, follow, answer."""

import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Final

import typer
from pydantic import JsonValue
from rich.table import Table

from cli.acknowledge_option import Acknowledged
from cli.acknowledging import acknowledging
from cli.arguments import BLOCKED, STILL_RUNNING, Common, Unsuccessful, in_json
from cli.environment import RefusedError
from cli.operate import watching
from cli.operate.answering import ANSWERS, Said, answer
from cli.operate.executions import FoundExecution, UnknownIdError, found, running, what
from cli.operate.stack import Kind, Stack
from cli.requests import asked, is_plan, with_fields
from tools.terminal import PlainConsole, say

DONE: Final = frozenset({"succeeded", "completed", "unchanged", "planned", "duplicate"})
_LOOKS: Final = 5
_LOOK_SECONDS: Final = 2
_NAME: Final = "%Y%m%dT%H%M%SZ"

Id = Annotated[
    str, typer.Argument(metavar="ID", help="A migration's or plan's id, its ARN, or a request id.")
]


def start(  # noqa: PLR0913, PLR0917 - one for each option
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
        Path | None, typer.Option("--file", "-f", help="A request, or a plan, in YAML or JSON.")
    ] = None,
    request_id: Annotated[
        str | None, typer.Option(help="The request's id: the same one starts nothing twice.")
    ] = None,
    acknowledge: Acknowledged = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Validate only.")] = False,
) -> None:
    """Start a migration or a plan, and print its id."""
    given = (virtual_interface, port, source, target, file)
    begin(context.obj, given, request_id=request_id, acknowledge=acknowledge or (), dry_run=dry_run)


def begin(
    common: Common,
    given: tuple[str | None, str | None, str | None, str | None, Path | None],
    *,
    request_id: str | None,
    acknowledge: Sequence[str],
    dry_run: bool,
    only: Kind | None = None,
) -> None:
    """Start what is asked for, which must be of a kind if only that is wanted."""
    fields: dict[str, JsonValue] = {"requestId": request_id} if request_id else {}
    if dry_run:
        fields["dryRun"] = True
    request = acknowledging(with_fields(asked(*given), fields), acknowledge)
    kind = Kind.PLAN if is_plan(request) else Kind.MIGRATION
    if only not in {None, kind}:
        raise RefusedError(f"This is the request of a {kind}: start it with `vifshift start`.")
    ask(common, Stack.find(common.environment(), common.stack), kind, request)


def ask(common: Common, stack: Stack, kind: Kind, request: JsonValue) -> None:
    """Start what a request asks for, and print its id; raises `RefusedError`."""
    name = f"{kind}-{now().strftime(_NAME)}"
    is_new = stack.executions.start(stack.machine(kind), name, request)
    if not is_new:
        raise RefusedError(f"{name} exists already: something was started this second; try again.")
    if common.json:
        in_json({"id": name, "kind": kind})
    else:
        say(f"{name}\nFollow it with `vifshift watch {name}`.")


def status(context: typer.Context, given: Id) -> None:
    """Print what a migration or plan is doing, or how it ended."""
    common: Common = context.obj
    stack = Stack.find(common.environment(), common.stack)
    execution = found(stack, given)
    if common.json:
        in_json(_described(execution))
    else:
        PlainConsole().print(watching.look(stack, execution, _timing()))
    _end(execution)


def listing(context: typer.Context) -> None:
    """Print the migrations and plans that run now."""
    common: Common = context.obj
    stack = Stack.find(common.environment(), common.stack)
    executions = list(running(stack))
    if common.json:
        in_json([_described(each) for each in executions])
        return
    if not executions:
        say("Nothing is running.")
        return
    table = Table(box=None, header_style="bold", pad_edge=False)
    for column in ("id", "kind", "what", "started"):
        table.add_column(column, overflow="fold")
    for each in executions:
        table.add_row(each.name, each.kind, what(each), _at(each.started_at))
    PlainConsole().print(table)


def watch(context: typer.Context, given: Id) -> None:
    """Follow a migration or plan until it ends; to stop watching (Ctrl-C) changes nothing."""
    common: Common = context.obj
    stack = Stack.find(common.environment(), common.stack)
    execution = _awaited(stack, given)
    if common.json:
        execution = watching.wait(stack, execution, _timing())
        in_json(_described(execution))
    else:
        console = PlainConsole()
        execution = watching.follow(stack, execution, console, _timing(), _stopped)
    _end(execution)


def saying(said: Said) -> Callable[..., None]:
    """Return the command that gives an answer."""

    def command(
        context: typer.Context,
        given: Id,
        by: Annotated[str, typer.Option(help="Who answers, for the record.")] = "",
        comment: Annotated[str, typer.Option(help="Why, for the record.")] = "",
        digest: Annotated[
            str | None, typer.Option(help="The digest that is approved, and nothing else.")
        ] = None,
        source: Annotated[
            str, typer.Option(help="The source of the event, as the settings allow it.")
        ] = "a-person",
    ) -> None:
        common: Common = context.obj
        stack = Stack.find(common.environment(), common.stack)
        execution = found(stack, given)
        data = {"by": by, "comment": comment, **({"digest": digest} if digest else {})}
        told = answer(stack, said, execution, data, source=source, sleep=sleep)
        if common.json:
            in_json({"reasonCode": told.reason, "message": told.message})
        else:
            say(told.message)
        if not told.is_heard:
            raise Unsuccessful(BLOCKED)

    command.__doc__ = ANSWERS[said].help
    return command


def now() -> datetime:
    """Return the time by this machine's clock."""
    return datetime.fromtimestamp(time.time(), UTC)


def sleep(seconds: float) -> None:
    """Wait between two looks."""
    time.sleep(seconds)


def _awaited(stack: Stack, given: str) -> FoundExecution:
    """Return an execution, for which it waits a little: a request takes a while to be known."""
    for number in range(_LOOKS):
        try:
            return found(stack, given)
        except UnknownIdError:
            if number == 0:
                say(f"Nothing is known of {given} yet; waiting for it …", is_error=True)
            sleep(_LOOK_SECONDS)
    return found(stack, given)


def _timing() -> watching.Timing:
    return watching.Timing(now, sleep)


def _stopped(execution: FoundExecution) -> str:
    """Return what to do about an execution that is no longer watched."""
    end = "cancel" if execution.kind is Kind.MIGRATION else "halt"
    return (
        f"It goes on. Follow it again with `vifshift watch {execution.name}`, or end it with "
        f"`vifshift {end} {execution.name}`."
    )


def _described(execution: FoundExecution) -> dict[str, JsonValue]:
    return {
        "id": execution.name,
        "kind": execution.kind,
        "arn": execution.arn,
        "startedAt": _at(execution.started_at),
        "outcome": execution.outcome,
        "what": what(execution),
    }


def _at(time_: datetime | None) -> str:
    return f"{time_:%Y-%m-%d %H:%M:%S}Z" if time_ else ""


def _end(execution: FoundExecution) -> None:
    """Raise `Unsuccessful` unless an execution has ended well."""
    if execution.outcome is None:
        raise Unsuccessful(STILL_RUNNING)
    if execution.outcome not in DONE:
        raise Unsuccessful(BLOCKED)
