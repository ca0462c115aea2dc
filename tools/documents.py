"""Says which generated documents are not what the code makes of them: `python -m tools.documents`.

Given the files that have changed, it looks only at what depends on these, and loads no more than
that takes. The examples of events come from a simulation, so they are only held against their
schemas here; whether they are to the letter what is sent, `make test` says.
"""

import json
import sys
from collections.abc import Iterator, Sequence
from importlib import import_module
from pathlib import Path

DOCS = Path(__file__).resolve().parent.parent / "docs"
EVENTS = ("functions/", "tools/events/", "docs/events")
REPAIRS = (
    "simulator/cloud/repairs",
    "simulator/core/repairs",
    "simulator/moto_",
    "docs/moto-repairs",
)
PAGES = {
    "events.md": ("tools.events.page", EVENTS),
    "findings.md": ("tools.findings_page", ("functions/", "tools/findings", "docs/findings")),
    "scenarios.md": ("simulator.scenarios_page", ("simulator/scenario", "docs/scenarios")),
    "moto-repairs.md": ("simulator.moto_repairs_page", REPAIRS),
}
"""Which module makes a page, and how the names of the files begin that it is made from."""


def stale(docs: Path, changed: Sequence[str] = ()) -> Iterator[str]:
    """Yield what is not fresh, and why; without a word on what has changed, of all documents."""
    for name, (module, sources) in PAGES.items():
        if _is_touched(changed, sources) and _text(docs / name) != import_module(module).page():
            yield f"{docs / name}: is not what the code makes"
    if _is_touched(changed, EVENTS):
        yield from _stale_events(docs / "events")


def _stale_events(folder: Path) -> Iterator[str]:
    made = import_module("tools.events.schemas").schemas()
    validator = import_module("jsonschema").Draft202012Validator
    for kind in (folder, folder / "examples"):
        for name in sorted({path.name for path in kind.glob("*.json")} ^ made.keys()):
            yield f"{kind / name}: is {'missing' if name in made else 'of no event'}"
    for name, schema in made.items():
        if (path := folder / name).exists() and json.loads(_text(path)) != schema:
            yield f"{path}: is not what the code makes"
        if (path := folder / "examples" / name).exists():
            example = json.loads(_text(path))
            if not validator(schema).is_valid(example["detail"]):
                yield f"{path}: does not keep to its schema"


def _is_touched(changed: Sequence[str], sources: tuple[str, ...]) -> bool:
    return not changed or any(name.startswith(sources) for name in changed)


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""


def main(*changed: str) -> int:
    """Print what is stale; 1 where anything is."""
    found = list(stale(DOCS, changed))
    for each in found:
        print(f"{each}; `make docs` writes it")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
