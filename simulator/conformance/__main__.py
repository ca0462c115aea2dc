"""The command `python -m simulator.conformance [FILE…]`; it exits with 1 if anything differs."""

import argparse
import sys
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from simulator.synthesis import ROOT, SynthesisError, synthesize

sys.path.insert(0, str(ROOT / "functions"))

from simulator.conformance.reference import ReferenceMissingError, judge
from simulator.conformance.report import Report
from simulator.conformance.running import EVALUATIONS, all_done
from simulator.conformance.variations import variations
from simulator.scenarios.model import SCENARIOS, BadScenarioError, find, load

DIFFERS, MISUSED = 1, 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Record and replay scenarios; return 0: all agree, 1: something differs, 2: invalid input."""
    asked = _parser().parse_args(arguments)
    try:
        return _conform(asked)
    except (BadScenarioError, SynthesisError, ReferenceMissingError) as error:
        print(error, file=sys.stderr)
        return MISUSED


def _conform(asked: argparse.Namespace) -> int:
    scenarios = [load(file) for file in find(asked.files or [SCENARIOS])]
    if not asked.files:
        scenarios += variations()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        assembly = asked.assembly or synthesize(folder / "assembly")
        jobs = max(1, min(asked.jobs, len(scenarios)))
        shares = [
            (assembly, folder / str(number), scenarios[number::jobs]) for number in range(jobs)
        ]
        report = Report(assembly, len(scenarios))
        for outcomes in all_done(shares):
            report.add(outcomes)
        report.judgement = judge(share / EVALUATIONS for _, share, _ in shares)
    print(report)
    return DIFFERS if report.differs else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m simulator.conformance", description=__doc__)
    parser.add_argument("files", nargs="*", type=Path, metavar="FILE", help="files or folders")
    parser.add_argument("--assembly", type=Path, metavar="DIR", help="what `cdk synth` has made")
    parser.add_argument("--jobs", type=int, default=1, help="number of parallel processes")
    return parser


if __name__ == "__main__":
    sys.exit(main())
