"""The command `list`: the scenarios that ship with the project."""

import argparse
import sys

from rich.table import Table
from rich.text import Text

from simulator.scenarios.files import SCENARIOS, find, title
from tools.terminal import PlainConsole, say


def show(_asked: argparse.Namespace) -> int:
    """Print the folder, name, expected outcome and summary of each scenario.

    Into a pipe it prints a line for each, whose first three words are the first three of these.
    """
    rows = [
        (path.parent.name, told.name, told.outcome or "-", told.summary)
        for path in find([SCENARIOS])
        for told in [title(path)]
    ]
    if not sys.stdout.isatty():
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)][:3]
        say("\n".join(_line(row, widths) for row in rows))
        return 0
    table = Table(box=None, pad_edge=False, show_header=False)
    for style in ("bright_black", "bold", ""):
        table.add_column(no_wrap=True, overflow="fold", style=style)
    table.add_column()
    for row in rows:
        table.add_row(*map(Text, row))
    PlainConsole().print(table)
    return 0


def _line(row: tuple[str, ...], widths: list[int]) -> str:
    padded = (cell.ljust(width) for cell, width in zip(row, widths, strict=False))
    return "  ".join([*padded, row[-1]])
