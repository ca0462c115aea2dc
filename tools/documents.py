"""Find generated documents that are out of date: `python -m tools.documents [CHANGED…]`.

Given the names of changed files, it checks only the documents that depend on these, and loads no
more than that requires. The examples of events come from a simulation, so they are only checked
against their schemas here; `make test` compares them with what is sent.
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
FORMAT = (
    "simulator/scenario_",
    "simulator/scenarios/model",
    "simulator/scenarios/interventions",
    "simulator/directconnect/",
    "simulator/core/fault_plan",
    "simulator/moto_ext/account/",
    "docs/scenario",
)
PAGES = {
    "events.md": ("tools.events.page", EVENTS),
    "findings.md": ("tools.findings_page", ("functions/", "tools/findings", "docs/findings")),
    "scenarios.md": ("simulator.scenarios_page", ("simulator/scenario", "docs/scenarios")),
    "scenario.schema.json": ("simulator.scenario_schema", FORMAT),
    "scenario-format.md": ("simulator.scenario_format", FORMAT),
    "moto-repairs.md": ("simulator.moto_repairs_page", REPAIRS),
}
"""For each page, the module that makes it, and the prefixes of the files that it is made from."""


def stale(docs: Path, changed: Sequence[str] = ()) -> Iterator[str]:
    """Yield a sentence for each outdated document; checks all if `changed` is empty."""
    for name, (module, sources) in PAGES.items():
        if _is_touched(changed, sources) and _text(docs / name) != import_module(module).page():
            yield f"{docs / name}: is out of date"
    if _is_touched(changed, EVENTS):
        yield from _stale_events(docs / "events")


def _stale_events(folder: Path) -> Iterator[str]:
    made = import_module("tools.events.schemas").schemas()
    validator = import_module("jsonschema").Draft202012Validator
    for kind in (folder, folder / "examples"):
        for name in sorted({path.name for path in kind.glob("*.json")} ^ made.keys()):
            yield f"{kind / name}: {'is missing' if name in made else 'belongs to no event'}"
    for name, schema in made.items():
        if (path := folder / name).exists() and json.loads(_text(path)) != schema:
            yield f"{path}: is out of date"
        if (path := folder / "examples" / name).exists():
            example = json.loads(_text(path))
            if not validator(schema).is_valid(example["detail"]):
                yield f"{path}: does not match its schema"


def _is_touched(changed: Sequence[str], sources: tuple[str, ...]) -> bool:
    return not changed or any(name.startswith(sources) for name in changed)


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""


def main(*changed: str) -> int:
    """Print what is out of date; return 1 if anything is."""
    found = list(stale(DOCS, changed))
    for each in found:
        print(f"{each}; `make docs` writes it")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
