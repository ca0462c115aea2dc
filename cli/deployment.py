"""Deploy, compare or destroy the stack: `python -m cli.deployment deploy -- ARGS`.

Everything after `--` is passed to the CDK unchanged, and so is the environment with AWS_PROFILE.
"""

import argparse
import json
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from cli.bootstrap import Bootstrap, Cdk
from cli.deployed import DeployedStack
from cli.environment import (
    AwsEnvironment,
    RefusedError,
    check_direct_connect,
    find,
    in_words,
    is_denied,
    option,
)
from tools.terminal import PlainParser, say

ROOT: Final = Path(__file__).resolve().parent.parent
FAILED: Final = 1
_SHOWN: Final = 10
_YES: Final = frozenset({"--yes", "-y", "--yes=true"})
_FORCE: Final = frozenset({"--force", "-f", "--force=true"})


class CdkCommand:
    """The CDK pinned in package.json, run in the project folder with this process's environment."""

    def run(self, *arguments: str) -> int:
        """Run it with this process's terminal."""
        return subprocess.run([_cdk(), *arguments], cwd=ROOT, check=False).returncode

    def run_quietly(self, *arguments: str) -> tuple[int, str]:
        """Run it, and return its exit status and everything that it printed."""
        done = subprocess.run(
            [_cdk(), *arguments],
            cwd=ROOT,
            check=False,
            text=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        return done.returncode, done.stdout


@dataclass
class Deployment:
    """The stack that cdk.json describes, and what can be done with it."""

    cdk: Cdk
    arguments: Sequence[str]
    bootstrap_arguments: Sequence[str] = ()
    say: Callable[[str], None] = say
    has_terminal: bool = False
    root: Path = ROOT

    def deploy(self) -> int:
        """Bootstrap the environment if nobody has, then create or update the stack."""
        approves_all = option(self.arguments, "--require-approval") == "never"
        if not (self.has_terminal or approves_all or _YES & set(self.arguments)):
            raise RefusedError(
                "There is no terminal to approve changes of permissions on: review them with "
                "`make diff`, then run `make deploy ARGS='--require-approval never'`."
            )
        environment = self._find()
        check_direct_connect(environment)
        Bootstrap(
            environment,
            self.cdk,
            self.say,
            self.arguments,
            self.bootstrap_arguments,
            self._context,
        ).ensure()
        self._print_what_is_moving(environment)
        return self.cdk.run("deploy", "--no-notices", *self.arguments)

    def diff(self) -> int:
        """Show what a deployment would change."""
        self._find()
        return self.cdk.run("diff", "--no-notices", *self.arguments)

    def destroy(self) -> int:
        """Delete the stack unless something is moving, and print what will remain."""
        is_forced = (_FORCE | _YES) & set(self.arguments)
        if not (self.has_terminal or is_forced):
            raise RefusedError(
                "There is no terminal to confirm this on: if you are sure, run "
                "`make destroy ARGS=--force`, which still refuses while something is moving."
            )
        environment = self._find()
        stack = DeployedStack(environment, self.stack_name)
        if not stack.exists:
            raise RefusedError(
                f"There is no stack {self.stack_name} in {environment.name}: is that the right "
                "account and Region?"
            )
        try:
            moving = stack.moving()
        except ClientError as error:
            if not is_denied(error):
                raise
            why = f"No permission to see whether something is moving. {in_words(error)}"
            raise RefusedError(why) from None
        if moving:
            self._list(moving)
            raise RefusedError(
                "Nothing was destroyed, since the above is still running: wait until it has ended, "
                "or cancel it (docs/operations.md)."
            )
        self._print_what_remains(stack)
        return self.cdk.run("destroy", "--no-notices", *self.arguments)

    @property
    def stack_name(self) -> str:
        """Return the stack's name in the settings."""
        settings = self._context.get("vifshift") or {}
        return str(settings.get("stackName", "vifshift"))

    @property
    def _context(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((self.root / "cdk.json").read_text("utf-8"))["context"]
        return found

    def _find(self) -> AwsEnvironment:
        environment = find(self.arguments)
        self.say(f"Account and Region: {environment.name}.")
        return environment

    def _print_what_is_moving(self, environment: AwsEnvironment) -> None:
        """Print what is running during the update, if the credentials may see that."""
        stack = DeployedStack(environment, self.stack_name)
        try:
            moving = stack.moving() if stack.exists else []
        except ClientError as error:
            if is_denied(error):
                return
            raise
        if moving:
            self._list(moving)
            self.say("The above is still running, and ends with the code that it was started with.")

    def _print_what_remains(self, stack: DeployedStack) -> None:
        self.say("These resources remain, and incur costs until you delete them yourself:")
        self._list(stack.left_behind())
        self._list(["the CDK bootstrap, with the files that were uploaded to it for this stack"])
        self.say(f"Everything else is deleted with its contents: {', '.join(stack.lost())}.")

    def _list(self, lines: Sequence[str]) -> None:
        for line in lines[:_SHOWN]:
            self.say(f"  {line}")
        if len(lines) > _SHOWN:
            self.say(f"  and {len(lines) - _SHOWN} more")


def main(
    arguments: Sequence[str] | None = None,
    *,
    cdk: Cdk | None = None,
    has_terminal: bool | None = None,
) -> int:
    """Run the command; return 0 if it is done, or 1 after printing why it is not."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    own = given.index("--") if "--" in given else len(given)
    asked = _parser().parse_args(given[:own])
    if has_terminal is None:
        has_terminal = sys.stdin.isatty() and sys.stdout.isatty()
    deployment = Deployment(
        cdk=cdk or CdkCommand(),
        arguments=given[own + 1 :],
        bootstrap_arguments=shlex.split(asked.bootstrap_args),
        say=say,
        has_terminal=has_terminal,
    )
    commands = {
        "deploy": deployment.deploy,
        "diff": deployment.diff,
        "destroy": deployment.destroy,
    }
    try:
        return FAILED if commands[asked.command]() else 0
    except RefusedError as error:
        say(error, is_error=True)
    except (BotoCoreError, ClientError) as error:
        say(in_words(error), is_error=True)
    except KeyboardInterrupt:
        say("Interrupted. CloudFormation continues with what it has begun.", is_error=True)
    return FAILED


def _cdk() -> str:
    found = shutil.which("cdk")
    if found is None:
        raise RefusedError("The CDK is not installed: run `make setup`.")
    return found


def _parser() -> argparse.ArgumentParser:
    parser = PlainParser(prog="python -m cli.deployment", description=__doc__)
    parser.add_argument("command", choices=("deploy", "diff", "destroy"))
    parser.add_argument("--bootstrap-args", default="", help="arguments for `cdk bootstrap`")
    return parser


if __name__ == "__main__":
    sys.exit(main())
