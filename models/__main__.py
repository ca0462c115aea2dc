"""Check the model of claims, locks, watchdogs and the sweep: `python -m models [ASSEMBLY]`.

It is made from the definitions of an assembly, which is synthesized if none is given. It exits with
1 if a property does not hold, with the shortest story that the checker has found, and with 2 if
the check could not be done.
"""

import sys
import tempfile
from pathlib import Path

from infra.workflows.definitions import definitions
from models.assembling import assemble, written
from models.checking import CheckError, MissingToolError, check
from models.scopes import SCOPES
from simulator.synthesis import SynthesisError, synthesize


def main(*arguments: str) -> int:
    """Check every scope, and print what was found."""
    with tempfile.TemporaryDirectory(prefix="vifshift-model-") as temporary:
        folder = Path(temporary)
        try:
            assembly = Path(arguments[0]) if arguments else synthesize(folder / "assembly")
            return _check(assembly, folder)
        except (CheckError, MissingToolError, SynthesisError) as error:
            print(error, file=sys.stderr)
            return 2


def _check(assembly: Path, folder: Path) -> int:
    found = written(definitions(assembly))
    states, seconds, wrong = 0, 0.0, False
    for number, scope in enumerate(SCOPES):
        checked = check(assemble(found, scope), folder / str(number))
        states, seconds = states + checked.states, seconds + checked.seconds
        print(f"{scope.name}: {checked.states:,} states, {checked.seconds:.0f} s", flush=True)
        if checked.violation:
            wrong = True
            print("\n".join([*checked.story, f"does not hold: {checked.violation}"]))
    print(f"{states:,} states in {seconds:.0f} s, every one of them visited")
    return int(wrong)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
