"""The command `run`: runs scenarios in virtual time, and prints and writes the results."""

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.text import Text

from simulator.commands.assemblies import assembly
from simulator.expectations import failures
from simulator.runs.record import Record
from simulator.runs.report_index import IndexedReports
from simulator.runs.session import Session
from simulator.runs.vocabulary import unknown_words
from simulator.scenarios.consistency import novelties
from simulator.scenarios.files import SCENARIOS, find, meant, read
from simulator.scenarios.model import BadScenarioError, Scenario, load
from simulator.scenarios.requested_ids import strangers
from simulator.timeline.view import timeline
from simulator.usage_error import UsageError
from tools.private_folder import made
from tools.terminal import PlainConsole, say, width

FAILED, MISUSED = 1, 2
_OF_SCENARIOS = {".yaml", ".yml"}
SHIPPED = SCENARIOS.relative_to(SCENARIOS.parents[1])
WIDTH = 110


def run_files(asked: argparse.Namespace) -> int:
    """Run the given scenarios; return 0 if all expectations hold, 2 if there are none."""
    files = find([meant(given) for given in asked.files])
    if asked.json:
        _refuse_to_replace(asked.json)
    if not files:
        say(_what_to_run(asked.files), is_error=True)
        return MISUSED
    scenarios = _loaded(files)
    for path in files:
        for each in novelties(read(path)):
            say(f"{path}: {each.text()}; it is simulated as it is", is_error=True)
        for each in strangers(read(path)):
            say(f"{path}: {each.text()}", is_error=True)
    console = PlainConsole(width=width(WIDTH))
    reports = IndexedReports(asked.report) if asked.report else None
    summaries = []
    with assembly(asked.assembly) as folder, Session(folder, asked.lambda_runtime) as session:
        for scenario in scenarios:
            record = session.run(scenario)
            wrong = failures(record)
            summaries.append(record.summary(wrong))
            with_timeline = asked.timeline or scenario.expect.outcome is None
            _show(console, record, wrong, with_timeline=with_timeline)
            for page in reports.add(record, wrong) if reports else ():
                console.print(Text(f"  report: {page}", "bright_black"), soft_wrap=True)
    if asked.json:
        made(asked.json.parent)
        asked.json.write_text(json.dumps(summaries, indent=2) + "\n", encoding="utf-8")
    return FAILED if any(summary["failures"] for summary in summaries) else 0


def _loaded(files: Sequence[Path]) -> list[Scenario]:
    """Return the scenarios of files; raises `BadScenarioError` with the mistakes of all of them."""
    scenarios, mistakes = list[Scenario](), list[str]()
    for path in files:
        try:
            scenarios.append(load(path, unknown_words))
        except BadScenarioError as error:
            mistakes.append(str(error))
    if mistakes:
        raise BadScenarioError("\n".join(mistakes))
    return scenarios


def _refuse_to_replace(path: Path) -> None:
    """Raise `UsageError` for a file of results that would replace something else."""
    if path.suffix.lower() in _OF_SCENARIOS:
        raise UsageError(f"{path} is a scenario by its name: results go to a file such as a.json.")
    if not path.is_file() or not path.stat().st_size:
        return
    try:
        found = json.loads(path.read_text("utf-8"))
    except ValueError:
        found = None
    if not isinstance(found, list):
        raise UsageError(f"{path} holds no results of an earlier run, and is not replaced.")


def _what_to_run(given: Sequence[Path]) -> str:
    """Return what could be run, where nothing is to be."""
    if given:
        return f"No scenario is in {', '.join(map(str, given))}: their files end in .yaml."
    return (
        f"Say what to run: a FILE, or the NAME of one of the {len(find([SCENARIOS]))} scenarios "
        f"that ship (`python -m simulator list`).\nAll of them: python -m simulator run {SHIPPED}"
    )


def _show(console: Console, record: Record, wrong: list[str], *, with_timeline: bool) -> None:
    if with_timeline:
        console.print(timeline(record))
        console.print()
    else:
        mark = ("✗", "red") if wrong else ("✓", "green")
        line = Text.assemble(mark, f" {record.scenario.name}: {record.outcome}")
        taken = f"  {record.virtual_seconds:.0f} s" if round(record.virtual_seconds) else ""
        console.print(line.append(taken, "bright_black"))
    for failure in wrong:
        console.print(Text(f"  {failure}", "red"))
