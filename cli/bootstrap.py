"""The CDK's bootstrap: created if an environment has none, and left alone if it has one.

On an existing bootstrap, `cdk bootstrap` would remove a permissions boundary that somebody has
added (seen in the CLI's own code), so it is never called then.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

from botocore.exceptions import ClientError

from cli.environment import AwsEnvironment, RefusedError, is_denied, option

QUALIFIER: Final = "hnb659fds"
QUALIFIER_KEY: Final = "@aws-cdk/core:bootstrapQualifier"
_STACK: Final = "CDKToolkit"
# Options of `cdk deploy` for access to AWS, which mean the same to `cdk bootstrap`.
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
        """Run it as from a terminal, and return its exit status."""

    def run_quietly(self, *arguments: str) -> tuple[int, str]:
        """Run it, and return its exit status and everything that it printed."""


@dataclass
class Bootstrap:
    """The bootstrap of an environment, for one qualifier."""

    environment: AwsEnvironment
    cdk: Cdk
    say: Callable[[str], None]
    arguments: Sequence[str] = ()
    bootstrap_arguments: Sequence[str] = ()
    context: Mapping[str, Any] | None = None

    def ensure(self) -> None:
        """Create the bootstrap if there is none; raises `RefusedError`."""
        place = self.environment.name
        try:
            version = self._version()
            status = None if version else self._stack_status()
        except ClientError as error:
            if not is_denied(error):
                raise
            self.say(
                f"No permission to see whether {place} is bootstrapped: the CDK will find out."
            )
            return
        if version:
            self.say(f"{place} is bootstrapped (version {version}): left as it is.")
        elif status:
            raise RefusedError(
                f"{place} has a stack {self._stack} ({status}), but it is no bootstrap for the "
                f"qualifier {self.qualifier}: set {QUALIFIER_KEY} in the context of cdk.json to "
                "that of the bootstrap, or have the bootstrap repaired."
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
        self.say(f"{place} has no CDK bootstrap: creating one, which takes a minute or two.")
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
            why = "these credentials may not bootstrap it: ask someone with permission to run"
        else:
            self.say(printed.strip())
            why = "the bootstrap failed for the reason above: fix that, then run"
        raise RefusedError(
            f"{place} is not bootstrapped, and {why} `cdk bootstrap aws://{place}`, then "
            f"`make deploy` again{left}."
        )

    def _clean_up(self) -> str:
        """Delete what the failed bootstrap has left, and return a text if that fails as well."""
        try:
            if self._stack_status() not in _LEFT_HALF_MADE:
                return ""
            self.environment.client("cloudformation").delete_stack(StackName=self._stack)
        except ClientError:
            return f" (the stack {self._stack} may be left half created: delete it)"
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
    """Return the arguments of `cdk deploy` that the bootstrap needs as well."""
    kept: list[str] = []
    for number, argument in enumerate(arguments):
        name, equals, _ = argument.partition("=")
        if name in _SHARED:
            kept += [argument] if equals else list(arguments[number : number + 2])
    return kept
