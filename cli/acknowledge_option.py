"""The option of commands whose request can acknowledge findings."""

from typing import Annotated

import typer

from cli.acknowledging import OPTION

Acknowledged = Annotated[
    list[str] | None,
    typer.Option(
        OPTION, metavar="CODE", help="Accept what this finding says; may be given several times."
    ),
]
