"""The command `vifshift redrive`: starts again what could not be delivered."""

import sys
from typing import Annotated, Final

import typer

from cli.arguments import BLOCKED, Common, Unsuccessful, in_json
from cli.environment import RefusedError
from cli.operate.stack import Stack
from cli.redrive import NoStackError, Redrive, confirm
from tools.terminal import PlainConsole

EXAMPLES: Final = """\b
Examples:
  vifshift redrive --dry-run
  vifshift redrive --yes
"""


def redrive(
    context: typer.Context,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Print what would be started, and start nothing.")
    ] = False,
    yes: Annotated[
        bool, typer.Option("--yes", help="Start what is shown without asking on the terminal.")
    ] = False,
) -> None:
    """Start again what is in the dead-letter queue; exit with 2 if something is left there."""
    common: Common = context.obj
    console = PlainConsole(soft_wrap=True)
    console.quiet = common.json
    environment = common.environment()
    Stack.find(environment, common.stack)
    redriving = Redrive(environment.session, common.stack, console, dry_run)
    if sys.stdin.isatty() and not (yes or common.json):
        redriving.confirm = confirm
    try:
        redriving.run()
    except NoStackError as error:
        raise RefusedError(str(error)) from None
    except KeyboardInterrupt:
        raise RefusedError("Interrupted. Whatever was not started is still in the queue.") from None
    if common.json:
        in_json([{"result": result, "what": text} for result, text in redriving.said])
    if not redriving.is_clean:
        raise Unsuccessful(BLOCKED)
