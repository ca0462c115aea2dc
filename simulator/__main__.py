"""The command: `python -m simulator run|list|serve|explore`."""

import argparse
import json
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from simulator.synthesis import ROOT, SynthesisError, synthesize

sys.path.insert(0, str(ROOT / "functions"))

from simulator import pages
from simulator.explore import command as exploring
from simulator.judging import failures
from simulator.record import Record
from simulator.runner import Session
from simulator.scenario import SCENARIOS, BadScenarioError, find, load, named
from simulator.serving import serve
from simulator.timeline_view import timeline

FAILED, MISUSED = 1, 2
WIDTH = 110


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what is asked; 0: all holds, 1: something does not, 2: it could not be read."""
    asked = _parser().parse_args(arguments)
    try:
        return int(asked.do(asked))
    except (BadScenarioError, SynthesisError) as error:
        print(error, file=sys.stderr)
        return MISUSED
    except KeyboardInterrupt:
        return 130


def _run(asked: argparse.Namespace) -> int:
    scenarios = [load(path) for path in find(asked.files or [SCENARIOS])]
    console = Console(width=None if sys.stdout.isatty() else WIDTH)
    summaries = []
    with tempfile.TemporaryDirectory() as folder:
        assembly = synthesize(Path(folder))
        with Session(assembly, asked.lambda_runtime) as session:
            for scenario in scenarios:
                record = session.run(scenario)
                wrong = failures(record)
                summaries.append(record.summary(wrong))
                _show(console, record, wrong, with_timeline=asked.timeline)
                for page in pages.write(pages.pages(record), asked.report) if asked.report else ():
                    console.print(Text(f"  report: {page}", "bright_black"), soft_wrap=True)
    if asked.json:
        asked.json.parent.mkdir(parents=True, exist_ok=True)
        asked.json.write_text(json.dumps(summaries, indent=2) + "\n", encoding="utf-8")
    return FAILED if any(summary["failures"] for summary in summaries) else 0


def _show(console: Console, record: Record, wrong: list[str], *, with_timeline: bool) -> None:
    if with_timeline:
        console.print(timeline(record))
        console.print()
    else:
        mark = ("✗", "red") if wrong else ("✓", "green")
        line = Text.assemble(mark, f" {record.scenario.name}: {record.outcome}")
        console.print(line.append(f"  {record.virtual_seconds:.0f} s", "bright_black"))
    for failure in wrong:
        console.print(Text(f"  {failure}", "red"))


def _list(_asked: argparse.Namespace) -> int:
    table = Table(box=None, pad_edge=False, show_header=False)
    for path in find([SCENARIOS]):
        scenario = load(path)
        table.add_row(Text(scenario.name, "bold"), Text(scenario.summary))
    Console().print(table)
    return 0


def _serve(asked: argparse.Namespace) -> int:
    return serve(asked.port, load(asked.scenario))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m simulator", description=__doc__)
    commands = parser.add_subparsers(required=True)
    running = commands.add_parser("run", help="run scenarios in virtual time")
    running.add_argument("files", nargs="*", type=Path, metavar="FILE", help="files or folders")
    running.add_argument("--json", type=Path, metavar="PATH", help="write the results here")
    running.add_argument("--report", type=Path, metavar="DIR", help="write the reports here")
    running.add_argument("--timeline", action="store_true", help="show each run as a timeline")
    running.add_argument(
        "--lambda",
        dest="lambda_runtime",
        choices=["inline", "process"],
        default="inline",
        help="run the Lambdas in this process, or under AWS's runtime client",
    )
    running.set_defaults(do=_run)
    commands.add_parser("list", help="list the scenarios that ship").set_defaults(do=_list)
    exploring.add_to(commands)
    serving = commands.add_parser("serve", help="keep a local cloud up, in real time")
    serving.add_argument("--port", type=int, default=5055)
    serving.add_argument(
        "--scenario",
        type=Path,
        metavar="FILE",
        default=named("happy-path-dual-stack-lag"),
        help="whose world, timelines and faults to serve",
    )
    serving.set_defaults(do=_serve)
    return parser


if __name__ == "__main__":
    sys.exit(main())
