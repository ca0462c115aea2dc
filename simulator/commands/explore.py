"""The command `explore`: `python -m simulator explore --seeds 0:1000 --jobs 2`."""

import argparse
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from simulator.commands.assemblies import assembly
from simulator.explore.coverage.exclusions import EXCLUDED
from simulator.explore.coverage.existing import existing
from simulator.explore.coverage.shares import shares_of
from simulator.explore.coverage.tally import Tally, tally
from simulator.explore.coverage.things import ReachKind
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
        exist = existing(folder)
    counted = tally(exist, (each.reached for each in all_examined))
    if asked.statistics:
        console.print(_statistics(all_examined))
        console.print(_coverage(counted))
    wrong = sum(bool(each.violations) for each in all_examined)
    simulated = timedelta(seconds=round(sum(each.virtual_seconds for each in all_examined)))
    console.print(
        f"{len(all_examined)} seeds, {wrong} with violations, "
        f"{time.perf_counter() - began:.0f} s, {simulated} of virtual time"
    )
    incomplete = list(_incomplete(counted)) if asked.complete else []
    for line in incomplete:
        console.print(Text(line, "red"))
    return FOUND if wrong or incomplete else HOLDS


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
    """Return a table of the outcomes of seeds, and of what is drawn for them."""
    table = Table(box=None, pad_edge=False, show_header=False)
    shares = Counter(name for each in all_examined for name in shares_of(generate(each.seed)))
    for title, counts in (
        ("seeds", shares),
        ("outcome", Counter(each.outcome for each in all_examined)),
        ("troubles", Counter(str(len(each.troubles)) for each in all_examined)),
    ):
        for name, count in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
            _add(table, title, name, count, len(all_examined))
    return table


def _coverage(counted: Tally) -> Table:
    """Return a table of how often each state, transition, rule, outcome and fault was reached."""
    table = Table(box=None, pad_edge=False, show_header=False)
    for kind in ReachKind:
        for name, count in counted.of(kind):
            _add(table, kind, name, count, counted.seeds)
    return table


def _add(table: Table, title: str, name: str, count: int, seeds: int) -> None:
    """Add a row; what is excluded has its reason in the place of a count."""
    reasons = {(each.kind.value, each.name): why.reason for each, why in EXCLUDED.items()}
    if count == 0 and (title, name) in reasons:
        table.add_row(Text(title, "bright_black"), name, "-", reasons[title, name])
        return
    style = "" if count else "red"
    share = f"{100 * count / seeds:.1f} %"
    table.add_row(Text(title, "bright_black"), Text(name, style), str(count), share)


def _incomplete(counted: Tally) -> Iterator[str]:
    """Yield what is wrong with the coverage: what was never reached, and what is not known."""
    yield from (f"never reached: {each}" for each in counted.never)
    yield from (f"reached, and not listed: {each}" for each in counted.unknown)
    yield from (f"excluded for nothing: {each}" for each in counted.needless)
