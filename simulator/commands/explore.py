"""The command `explore`: `python -m simulator explore --seeds 0:1000 --jobs 2`."""

import argparse
import time
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from simulator.commands.assemblies import assembly
from simulator.explore.examination import Examined, examine_all
from simulator.explore.generators import generate
from simulator.runs.session import Session
from simulator.scenarios.writing import write
from simulator.timeline.view import timeline
from tools.terminal import PlainConsole

FOUND, HOLDS = 1, 0


def explore(asked: argparse.Namespace) -> int:
    """Run the seeds, print violations and a summary, and return the exit code."""
    console = PlainConsole(soft_wrap=True)
    began = time.perf_counter()
    all_examined: list[Examined] = []
    with assembly(asked.assembly) as folder:
        for examined in examine_all(asked.seeds, folder, max(1, asked.jobs)):
            all_examined.append(examined)
            if examined.violations:
                _show(console, examined, asked.out)
                console.file.flush()
            if asked.timeline:
                _show_timeline(examined.seed, folder)
    if asked.statistics:
        console.print(_statistics(all_examined))
    wrong = sum(bool(each.violations) for each in all_examined)
    simulated = timedelta(seconds=round(sum(each.virtual_seconds for each in all_examined)))
    console.print(
        f"{len(all_examined)} seeds, {wrong} with violations, "
        f"{time.perf_counter() - began:.0f} s, {simulated} of virtual time"
    )
    return FOUND if wrong else HOLDS


def _show(console: Console, examined: Examined, folder: Path) -> None:
    told = "; ".join(examined.troubles) or "no trouble"
    console.print(Text(f"seed {examined.seed}: {examined.request}; {told}", "bold"))
    for violation in examined.violations:
        console.print(Text(f"  {violation.name}: {violation.words}", "red"))
    if examined.minimal:
        console.print(f"  python -m simulator run --timeline {write(examined.minimal, folder)}")


def _show_timeline(seed: int, folder: Path) -> None:
    with Session(folder) as session:
        PlainConsole().print(timeline(session.run(generate(seed).scenario)))


def _statistics(all_examined: Sequence[Examined]) -> Table:
    """Return a table of outcomes, and of how often each kind of request and fault was generated."""
    table = Table(box=None, pad_edge=False, show_header=False)
    for title, counts in (
        ("outcome", Counter(each.outcome for each in all_examined)),
        ("request", Counter(each.request for each in all_examined)),
        ("troubles", Counter(str(len(each.troubles)) for each in all_examined)),
        ("trouble", Counter(told for each in all_examined for told in each.troubles)),
    ):
        for name, count in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
            share = 100 * count / len(all_examined)
            table.add_row(Text(title, "bright_black"), name, str(count), f"{share:.1f} %")
    return table
