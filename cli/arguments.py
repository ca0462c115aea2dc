"""What all commands of `vifshift` have in common: their options, exit codes, and JSON."""

import json
from dataclasses import dataclass
from typing import Final

from pydantic import JsonValue

from cli.environment import AwsEnvironment, find

CANNOT: Final = 1
"""The exit code of a command that can't do what it is asked for, usage errors included."""
STILL_RUNNING: Final = 3
"""The exit code if what was asked about goes on."""
BLOCKED: Final = 2
"""The exit code if what was asked for is blocked, or has failed."""


class Unsuccessful(Exception):
    """A command has done what it could, and its result is not a success."""

    def __init__(self, exit_code: int) -> None:
        super().__init__(exit_code)
        self.exit_code = exit_code


@dataclass(frozen=True)
class Common:
    """The options before the command's name."""

    stack: str
    profile: str | None
    region: str | None
    json: bool

    def environment(self) -> AwsEnvironment:
        """Return the account and Region; raises `RefusedError`."""
        options = {"--profile": self.profile, "--region": self.region}
        return find([part for each in options.items() if each[1] for part in each if part])


def in_json(value: JsonValue) -> None:
    """Print a value as JSON."""
    print(json.dumps(value, indent=2))
