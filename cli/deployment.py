"""Deploys, compares and destroys the stack: `python -m cli.deployment deploy -- ARGS`.

What follows `--` goes to the CDK as it stands; so does the environment, AWS_PROFILE and all.
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
    Environment,
    RefusedError,
    check_direct_connect,
    find,
    in_words,
    is_denied,
    option,
)

ROOT: Final = Path(__file__).resolve().parent.parent
FAILED: Final = 1
_SHOWN: Final = 10
_YES: Final = frozenset({"--yes", "-y", "--yes=true"})
_FORCE: Final = frozenset({"--force", "-f", "--force=true"})


class CdkCommand:
    """The CDK that package.json pins, in the project's folder and this process's environment."""

    def run(self, *arguments: str) -> int:
        """Run it with this process's terminal."""
        return subprocess.run([_cdk(), *arguments], cwd=ROOT, check=False).returncode

    def run_quietly(self, *arguments: str) -> tuple[int, str]:
        """Run it, and return its exit status and all that it has printed."""
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
    """The stack of cdk.json, and what can be done with it."""

    cdk: Cdk
    arguments: Sequence[str]
    bootstrap_arguments: Sequence[str] = ()
    say: Callable[[str], None] = print
    has_terminal: bool = False
    root: Path = ROOT

    def deploy(self) -> int:
        """Bootstrap where nobody has, then create or update the stack."""
        approves_all = option(self.arguments, "--require-approval") == "never"
        if not (self.has_terminal or approves_all or _YES & set(self.arguments)):
            raise RefusedError(
                "There is no terminal on which the changes of permissions could be approved: look "
                "at them with `make diff`, then `make deploy ARGS='--require-approval never'`."
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
        self._tell_what_moves(environment)
        return self.cdk.run("deploy", "--no-notices", *self.arguments)

    def diff(self) -> int:
        """Show what a deployment would change."""
        self._find()
        return self.cdk.run("diff", "--no-notices", *self.arguments)

    def destroy(self) -> int:
        """Delete the stack, unless something moves; say what will be left of it."""
        is_forced = (_FORCE | _YES) & set(self.arguments)
        if not (self.has_terminal or is_forced):
            raise RefusedError(
                "There is no terminal on which this could be confirmed: if you mean it, "
                "`make destroy ARGS=--force`, which still refuses while something moves."
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
            why = f"Whether something moves can't be seen. {in_words(error)}"
            raise RefusedError(why) from None
        if moving:
            self._list(moving)
            raise RefusedError(
                "Nothing was destroyed, since this is still moving: wait until it has ended, or "
                "cancel it (docs/operations.md)."
            )
        self._say_what_stays(stack)
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

    def _find(self) -> Environment:
        environment = find(self.arguments)
        self.say(f"Account and Region: {environment.name}.")
        return environment

    def _tell_what_moves(self, environment: Environment) -> None:
        """Say what the update will find on its way; it need not be seen by who may deploy."""
        stack = DeployedStack(environment, self.stack_name)
        try:
            moving = stack.moving() if stack.exists else []
        except ClientError as error:
            if is_denied(error):
                return
            raise
        if moving:
            self._list(moving)
            self.say("This is on its way, and ends with the code that it was started with.")

    def _say_what_stays(self, stack: DeployedStack) -> None:
        self.say("These stay behind, and cost until you delete them yourself:")
        self._list(stack.left_behind())
        self._list(["the CDK's bootstrap, and what was uploaded there for this stack"])
        self.say(f"All else goes, with what is in it: {', '.join(stack.lost())}.")

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
    """Do what is asked for; 0: it is done, 1: it is not, and a sentence says why."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    own = given.index("--") if "--" in given else len(given)
    asked = _parser().parse_args(given[:own])
    if has_terminal is None:
        has_terminal = sys.stdin.isatty() and sys.stdout.isatty()
    deployment = Deployment(
        cdk=cdk or CdkCommand(),
        arguments=given[own + 1 :],
        bootstrap_arguments=shlex.split(asked.bootstrap_args),
        say=_print,
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
        print(error, file=sys.stderr)
    except (BotoCoreError, ClientError) as error:
        print(in_words(error), file=sys.stderr)
    except KeyboardInterrupt:
        print("Interrupted. CloudFormation goes on with what it has begun.", file=sys.stderr)
    return FAILED


def _cdk() -> str:
    found = shutil.which("cdk")
    if found is None:
        raise RefusedError("The CDK is not installed: run `make setup`.")
    return found


def _print(text: str) -> None:
    print(text, flush=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m cli.deployment", description=__doc__)
    parser.add_argument("command", choices=("deploy", "diff", "destroy"))
    parser.add_argument("--bootstrap-args", default="", help="arguments for `cdk bootstrap`")
    return parser


if __name__ == "__main__":
    sys.exit(main())
