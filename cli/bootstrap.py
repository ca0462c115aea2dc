"""The CDK's bootstrap: made where there is none, and left alone where there is one.

`cdk bootstrap` on one that exists takes off a permissions boundary that somebody has put on it
(read in the CLI's own code), so that it is never called then.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

from botocore.exceptions import ClientError

from cli.environment import Environment, RefusedError, is_denied, option

QUALIFIER: Final = "hnb659fds"
QUALIFIER_KEY: Final = "@aws-cdk/core:bootstrapQualifier"
_STACK: Final = "CDKToolkit"
# Options of `cdk deploy` that say how AWS is reached, and mean the same to `cdk bootstrap`.
_SHARED: Final = (
    "--profile",
    "--region",
    "--proxy",
    "--ca-bundle-path",
    "--toolkit-stack-name",
    "--context",
    "-c",
)
_LEFT_HALF_MADE: Final = frozenset(
    {"REVIEW_IN_PROGRESS", "CREATE_FAILED", "ROLLBACK_COMPLETE", "ROLLBACK_FAILED"}
)
_NOT_ALLOWED: Final = ("AccessDenied", "is not authorized", "not authorized to perform")


class Cdk(Protocol):
    """The CDK's command line."""

    def run(self, *arguments: str) -> int:
        """Run it as if it had been called by hand, and return its exit status."""

    def run_quietly(self, *arguments: str) -> tuple[int, str]:
        """Run it, and return its exit status and all that it has printed."""


@dataclass
class Bootstrap:
    """The bootstrap of an environment, for one qualifier."""

    environment: Environment
    cdk: Cdk
    say: Callable[[str], None]
    arguments: Sequence[str] = ()
    bootstrap_arguments: Sequence[str] = ()
    context: Mapping[str, Any] | None = None

    def ensure(self) -> None:
        """Make the bootstrap where there is none; raises `RefusedError`."""
        place = self.environment.name
        try:
            version = self._version()
            status = None if version else self._stack_status()
        except ClientError as error:
            if not is_denied(error):
                raise
            self.say(f"Whether {place} is bootstrapped can't be seen: the CDK will find out.")
            return
        if version:
            self.say(f"{place} is bootstrapped (version {version}): that is left as it is.")
        elif status:
            raise RefusedError(
                f"The stack {self._stack} is in {place} ({status}), but it is no bootstrap for the "
                f"qualifier {self.qualifier}: set {QUALIFIER_KEY} in cdk.json's context to its "
                "own, or have it repaired."
            )
        else:
            self._make()

    @property
    def qualifier(self) -> str:
        """Return the bootstrap's qualifier: from the command's context, else from cdk.json's."""
        for number, argument in enumerate(self.arguments):
            if argument in ("-c", "--context"):
                name, _, value = "".join(self.arguments[number + 1 : number + 2]).partition("=")
                if name == QUALIFIER_KEY:
                    return value
        return str((self.context or {}).get(QUALIFIER_KEY, QUALIFIER))

    @property
    def _stack(self) -> str:
        arguments = [*self.arguments, *self.bootstrap_arguments]
        return option(arguments, "--toolkit-stack-name") or _STACK

    def _make(self) -> None:
        place = self.environment.name
        self.say(f"{place} has no bootstrap of the CDK: making one, which takes a minute or two.")
        status, printed = self.cdk.run_quietly(
            "bootstrap",
            f"aws://{place}",
            "--no-notices",
            *_shared(self.arguments),
            *self.bootstrap_arguments,
        )
        if status == 0:
            self.say(f"{place} is bootstrapped.")
            return
        left = self._clean_up()
        if any(each in printed for each in _NOT_ALLOWED):
            why = "these credentials may not bootstrap it: ask who may to run"
        else:
            self.say(printed.strip())
            why = "the bootstrap failed, as said above: when that is mended, run"
        raise RefusedError(
            f"{place} is not bootstrapped, and {why} `cdk bootstrap aws://{place}`, then "
            f"`make deploy` again{left}."
        )

    def _clean_up(self) -> str:
        """Delete what a bootstrap that failed has left, which is this command's own."""
        try:
            if self._stack_status() not in _LEFT_HALF_MADE:
                return ""
            self.environment.client("cloudformation").delete_stack(StackName=self._stack)
        except ClientError:
            return f" (the stack {self._stack} may have been left half made: delete it)"
        return ""

    def _version(self) -> str | None:
        ssm = self.environment.client("ssm")
        try:
            found = ssm.get_parameter(Name=f"/cdk-bootstrap/{self.qualifier}/version")
        except ClientError as error:
            if error.response["Error"]["Code"] == "ParameterNotFound":
                return None
            raise
        return str(found["Parameter"]["Value"])

    def _stack_status(self) -> str | None:
        cloudformation = self.environment.client("cloudformation")
        try:
            [stack] = cloudformation.describe_stacks(StackName=self._stack)["Stacks"]
        except ClientError as error:
            if "does not exist" in error.response["Error"]["Message"]:
                return None
            raise
        return str(stack["StackStatus"])


def _shared(arguments: Sequence[str]) -> list[str]:
    """Return those of the arguments of `cdk deploy` that the bootstrap needs as well."""
    kept: list[str] = []
    for number, argument in enumerate(arguments):
        name, equals, _ = argument.partition("=")
        if name in _SHARED:
            kept += [argument] if equals else list(arguments[number : number + 2])
    return kept
