"""The command `list`: the scenarios that ship with the project."""

import argparse

from rich.table import Table
from rich.text import Text

from simulator.scenarios.files import SCENARIOS, find, title
from tools.terminal import PlainConsole


def show(_asked: argparse.Namespace) -> int:
    """Print the name and summary of each scenario."""
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column(no_wrap=True, overflow="fold")
    table.add_column()
    for each in map(title, find([SCENARIOS])):
        table.add_row(Text(each.name, "bold"), Text(each.summary))
    PlainConsole().print(table)
    return 0
