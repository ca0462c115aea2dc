"""The command line of `python -m simulator`; it imports nothing that a command itself needs."""

import argparse
from pathlib import Path

from simulator.scenarios.files import named
from simulator.synthesis import ROOT
from tools.terminal import PlainParser

ASSEMBLY_HELP = (
    "use this assembly instead of synthesizing: a folder filled by `make synth` (cdk.out) "
    "from the present code and cdk.json, which is not checked"
)


def parser() -> argparse.ArgumentParser:
    """Return the parser; the attribute `do` of its result names the function to call."""
    whole = PlainParser(prog="python -m simulator", description="Run scenarios on this machine.")
    commands = whole.add_subparsers(required=True)
    _add_run(commands.add_parser("run", help="run scenarios in virtual time"))
    listing = commands.add_parser("list", help="list the scenarios that ship")
    listing.set_defaults(do="simulator.commands.listing:show")
    _add_explore(
        commands.add_parser("explore", help="run generated scenarios and check properties")
    )
    _add_demo(commands.add_parser("demo", help="check, watch and follow one move, and roll back"))
    _add_serve(commands.add_parser("serve", help="run a local cloud in real time"))
    return whole


def seeds(text: str) -> range:
    """Return the seeds that `17` or `0:1000` means; the end is exclusive."""
    first, colon, end = text.partition(":")
    begin = int(first)
    return range(begin, int(end) if colon else begin + 1)


def _add_run(running: argparse.ArgumentParser) -> None:
    running.add_argument(
        "files",
        nargs="*",
        type=Path,
        metavar="NAME|FILE",
        help="what to run: names or folders of scenarios that ship (see `list`), or files of yours",
    )
    running.add_argument("--json", type=Path, metavar="PATH", help="write the results here")
    running.add_argument(
        "--report", type=Path, metavar="DIR", help="write the reports here, and an index.html"
    )
    running.add_argument("--timeline", action="store_true", help="show each run as a timeline")
    running.add_argument(
        "--assembly",
        type=Path,
        metavar="DIR",
        help=f"{ASSEMBLY_HELP}; a scenario with its own settings is synthesized nevertheless",
    )
    running.add_argument(
        "--lambda",
        dest="lambda_runtime",
        choices=["inline", "process"],
        default="inline",
        help="run the Lambdas in this process, or under AWS's runtime client",
    )
    running.set_defaults(do="simulator.commands.run:run_files")


def _add_demo(showing: argparse.ArgumentParser) -> None:
    showing.add_argument("--report", type=Path, metavar="DIR", help="write the reports here")
    showing.add_argument("--assembly", type=Path, metavar="DIR", help=ASSEMBLY_HELP)
    showing.set_defaults(do="simulator.commands.demo:demo")


def _add_explore(exploring: argparse.ArgumentParser) -> None:
    exploring.add_argument(
        "--seeds",
        type=seeds,
        default=range(100),
        metavar="A:B",
        help="from A up to B; or one seed",
    )
    exploring.add_argument("--jobs", type=int, default=1, help="number of parallel processes")
    exploring.add_argument(
        "--out",
        type=Path,
        metavar="DIR",
        default=ROOT / "build/explore",
        help="for failing scenarios",
    )
    exploring.add_argument("--timeline", action="store_true", help="show each run as a timeline")
    exploring.add_argument(
        "--statistics", action="store_true", help="show how often what was reached"
    )
    exploring.add_argument(
        "--complete", action="store_true", help="fail if something that exists was never reached"
    )
    exploring.add_argument("--assembly", type=Path, metavar="DIR", help=ASSEMBLY_HELP)
    exploring.set_defaults(do="simulator.commands.explore:explore")


def _add_serve(serving: argparse.ArgumentParser) -> None:
    serving.add_argument("--port", type=int, default=5055)
    serving.add_argument(
        "--scenario",
        type=Path,
        metavar="FILE",
        default=named("happy-path-dual-stack-lag"),
        help="whose world, timelines and faults to serve",
    )
    serving.add_argument(
        "--assembly",
        type=Path,
        metavar="DIR",
        help="deploy this assembly at once, so that no `cdk deploy` is needed: a folder that "
        "`make synth` has filled (cdk.out) from the code as it is now, which is not checked",
    )
    serving.set_defaults(do="simulator.commands.serve:serve")
