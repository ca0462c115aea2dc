"""The command `vifshift`: `python -m cli`, or `.venv/bin/vifshift`."""

import sys
from collections.abc import Sequence
from typing import Annotated, Final

import typer
from botocore.exceptions import BotoCoreError, ClientError

from cli.arguments import CANNOT, Common, Unsuccessful
from cli.capture.command import EXAMPLES as EXAMPLES_OF_CAPTURE
from cli.capture.command import capture
from cli.check.command import EXAMPLES, check
from cli.doctor.command import EXAMPLES as EXAMPLES_OF_DOCTOR
from cli.doctor.command import doctor
from cli.environment import RefusedError, in_words
from cli.operate.answering import ANSWERS, Said
from cli.operate.commands import listing, saying, start, status, watch
from cli.operate.examples import (
    EXAMPLES_OF_LIST,
    EXAMPLES_OF_START,
    EXAMPLES_OF_STATUS,
    EXAMPLES_OF_WATCH,
)
from cli.operate.plan_commands import plan
from cli.operate.redriving import EXAMPLES as EXAMPLES_OF_REDRIVE
from cli.operate.redriving import redrive
from cli.operate.reports import EXAMPLES as EXAMPLES_OF_REPORT
from cli.operate.reports import report
from cli.port import EXAMPLES as EXAMPLES_OF_EMPTY
from cli.port import empty
from cli.rehearsal.command import EXAMPLES as EXAMPLES_OF_SIMULATE
from cli.rehearsal.command import simulate
from cli.verify.command import EXAMPLES as EXAMPLES_OF_VERIFY
from cli.verify.command import verify
from tools.terminal import say
from vifshift.domain.errors import CallError
from vifshift.domain.version import VERSION

NAME: Final = "vifshift"
JSON: Final = "--json"
_USAGE = {1, 2}

app = typer.Typer(
    name=NAME,
    help="Moves AWS Direct Connect virtual interfaces, and says before what that would do.",
    epilog="Exit codes: 0 done, 1 cannot (usage errors included), 2 blocked or failed, "
    "3 still running.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
app.command(epilog=EXAMPLES)(check)
app.command(epilog=EXAMPLES_OF_CAPTURE)(capture)
app.command(epilog=EXAMPLES_OF_SIMULATE)(simulate)
app.command(epilog=EXAMPLES_OF_VERIFY)(verify)
app.command(epilog=EXAMPLES_OF_START)(start)
app.command("list", epilog=EXAMPLES_OF_LIST)(listing)
app.command(epilog=EXAMPLES_OF_STATUS)(status)
app.command(epilog=EXAMPLES_OF_WATCH)(watch)
app.command(epilog=EXAMPLES_OF_REPORT)(report)
app.command(epilog=EXAMPLES_OF_EMPTY)(empty)
app.command(epilog=EXAMPLES_OF_REDRIVE)(redrive)
app.command(epilog=EXAMPLES_OF_DOCTOR)(doctor)
app.add_typer(plan)
for said in Said:
    app.command(said.value, epilog=ANSWERS[said].examples)(saying(said))


def _version(is_asked: bool) -> None:
    if is_asked:
        say(VERSION)
        raise typer.Exit


@app.callback()
def options(
    context: typer.Context,
    stack: Annotated[str, typer.Option(help="The name of the deployed stack.")] = "vifshift",
    profile: Annotated[str | None, typer.Option(help="The AWS profile, as of the AWS CLI.")] = None,
    region: Annotated[str | None, typer.Option(help="The AWS Region.")] = None,
    json: Annotated[bool, typer.Option(JSON, help="Print JSON, for programs.")] = False,
    version: Annotated[
        bool, typer.Option("--version", help="Print the version.", is_eager=True, callback=_version)
    ] = False,
) -> None:
    """Keep the options that all commands share."""
    context.obj = Common(stack, profile, region, json)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; return its exit code."""
    try:
        given = sys.argv[1:] if arguments is None else arguments
        app(args=_json_first(given), prog_name=NAME)
    except Unsuccessful as ended:
        return ended.exit_code
    except RefusedError as error:
        say(error, is_error=True)
        return CANNOT
    except CallError as error:
        say(error, is_error=True)
        return CANNOT
    except (BotoCoreError, ClientError) as error:
        say(in_words(error), is_error=True)
        return CANNOT
    except SystemExit as ended:
        # Typer's own exit codes: those of usage errors are not those of this command.
        return CANNOT if ended.code in _USAGE else int(ended.code or 0)
    return 0


def _json_first(arguments: Sequence[str]) -> list[str]:
    """Return arguments with --json before the command, wherever it was given."""
    rest = [each for each in arguments if each != JSON]
    return [JSON, *rest] if len(rest) < len(arguments) else rest
