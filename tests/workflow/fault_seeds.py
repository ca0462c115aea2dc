"""Looks for a seed of `explore` that finds a deliberate fault.

`PYTHONPATH=functions:. python -m tests.workflow.fault_seeds "one family is enough"` prints the
first of two thousand; `--drawn "forward: leaves a family down"` tries only seeds with that drawn.
"""

import argparse
import tempfile
from collections.abc import Iterable
from pathlib import Path

from simulator.commands.arguments import seeds
from simulator.commands.assemblies import assembly
from simulator.explore.examination import examine
from simulator.explore.generators import generate
from simulator.runs.session import Session
from tests.workflow.mutants import Definition, Mutant, breed
from tests.workflow.test_mutants import MUTANTS

MOST = 2000
"""The seeds that `make verify` runs."""
COMMAND = "PYTHONPATH=functions:. python -m tests.workflow.fault_seeds"


def believe_who_starts_it(definition: Definition) -> None:
    """Let a watchdog look after an execution that is running."""
    states = definition["States"]
    states["Has it ended?"] = {"Type": "Pass", "Next": states["Has it ended?"]["Default"]}


FAULTS = (
    *MUTANTS,
    Mutant(
        "a watchdog believes who starts it",
        shown_by="",
        rewire=believe_who_starts_it,
        machine="Watchdog",
    ),
)
"""Those that a scenario shows, and one that only a seed shows."""


def first(candidates: Iterable[int], name: str, right: Path, folder: Path) -> int | None:
    """Return the first seed that violates a property with a fault in the assembly, if any does.

    A seed with settings of its own is deployed from the code as it is, without the fault.
    """
    [mutant] = [each for each in FAULTS if each.name == name]
    with Session(breed(mutant, right, folder)) as session:
        for seed in candidates:
            is_plain = generate(seed).scenario.settings is None
            if is_plain and examine(seed, session, is_shrinking=False).violations:
                return seed
    return None


def main() -> None:
    """Print the first seed that finds a fault."""
    parser = argparse.ArgumentParser(description="Look for a seed that finds a deliberate fault.")
    parser.add_argument("name", choices=[each.name for each in FAULTS], metavar="NAME")
    parser.add_argument("--seeds", type=seeds, default=range(MOST), metavar="A:B")
    parser.add_argument("--drawn", action="append", default=[], metavar="KIND")
    asked = parser.parse_args()
    wanted = set(asked.drawn)
    candidates = (each for each in asked.seeds if wanted <= set(generate(each).drawn))
    with assembly(None) as right, tempfile.TemporaryDirectory() as parent:
        found = first(candidates, asked.name, right, Path(parent) / "assembly")
    print("none" if found is None else found)


if __name__ == "__main__":
    main()
