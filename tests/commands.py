"""The commands of `vifshift`, those of its groups too."""

from collections.abc import Iterator
from typing import Any

import typer
from typer.main import get_command

from cli.app import app


def every_command() -> Iterator[tuple[str, Any]]:
    """Yield each command with its name, such as `plan start`."""
    whole = get_command(app)
    assert isinstance(whole, typer.core.TyperGroup)
    for name, command in whole.commands.items():
        if isinstance(command, typer.core.TyperGroup):
            yield from ((f"{name} {inner}", each) for inner, each in command.commands.items())
        else:
            yield name, command
