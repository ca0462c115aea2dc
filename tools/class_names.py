"""Find class names that stand for more than one thing: `python -m tools.class_names`.

One name for one thing: a class that is defined in two modules of the code is known by two meanings,
or should be shared. Only classes at the top of a module count; a class inside another class or
function is known by its surroundings.
"""

import ast
import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CODE = ("functions", "infra", "models", "simulator", "cli", "tools")
EXCEPTIONS: tuple[tuple[str, str], ...] = ()
"""Names that may be defined more than once, three at most, each with its reason."""

Definitions = Mapping[str, list[str]]
"""For each class name, the places that define it, as `file:line`."""


def classes(root: Path, folders: Iterable[str] = CODE) -> Definitions:
    """Return where each class of the modules in these folders is defined."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for folder in folders:
        for path in sorted((root / folder).rglob("*.py")):
            for node in ast.parse(path.read_text(encoding="utf-8")).body:
                if isinstance(node, ast.ClassDef):
                    found[node.name].append(f"{path.relative_to(root)}:{node.lineno}")
    return found


def faults(defined: Definitions, exceptions: Iterable[tuple[str, str]]) -> list[str]:
    """Return what is wrong with the names, and with the exceptions to the rule."""
    allowed = {name for name, _ in exceptions}
    twice = {name: places for name, places in defined.items() if len(places) > 1}
    return [
        *(
            f"{name}: is defined in {' and '.join(places)}"
            for name, places in sorted(twice.items())
            if name not in allowed
        ),
        *(f"{name}: needs no exception" for name in sorted(allowed - twice.keys())),
    ]


def main() -> int:
    """Print each name that is defined more than once; 1 where there is any."""
    found = faults(classes(ROOT), EXCEPTIONS)
    print("\n".join(found), end="\n" if found else "")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
