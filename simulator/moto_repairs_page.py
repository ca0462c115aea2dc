"""The page about the repairs of moto: `python -m simulator.moto_repairs_page FILE`."""

import sys
from collections.abc import Iterator
from pathlib import Path
from posixpath import normpath
from typing import Final

from simulator.cloud.repairs import LEFT_OUT_VARIABLE, SPEED_VARIABLE, all_repairs
from simulator.core.repairs import MOTO_VERSION, NOT_REPORTED, Repair, RepairKind

TESTS: Final = "tests/unit/simulator"

HEAD: Final = f"""# Repairs of moto

Made by `make docs` from what the simulator's modules declare in `REPAIRS`, next to the code that
makes the repair. All were last checked against moto {MOTO_VERSION}. The simulator replaces nothing
else of moto, nor of the libraries beneath it (botocore, jsonata-python): `Patches.declared` refuses
what is not declared.

- `{SPEED_VARIABLE}=off`, or `Cloud(speed=False)`, turns off all repairs that are for speed alone;
  results are the same without them (`tests/workflow/test_speed.py`).
- `{LEFT_OUT_VARIABLE}=NAME` leaves one repair out. `make verify` does so with every correction, and
  expects its test to fail: a correction whose test passes without it is one that a newer moto makes
  needless.

"""

TITLES: Final = {
    RepairKind.CORRECTION: "Corrections: what moto gets wrong",
    RepairKind.EXTENSION: "Extensions: what moto lacks",
    RepairKind.SPEED: "Speed: what takes moto longer than it has to",
}

TABLE: Final = """## {title}

| moto | what is wrong | reported | repair | test that needs it |
|---|---|---|---|---|
"""


def page() -> str:
    """Return the page: one table for each kind of repair, sorted by moto's modules."""
    found = list(all_repairs())
    return HEAD + "\n".join(
        "".join(_table(title, [(name, each) for name, each in found if each.kind is kind]))
        for kind, title in TITLES.items()
    )


def _table(title: str, repairs: list[tuple[str, Repair]]) -> Iterator[str]:
    yield TABLE.format(title=title)
    for name, repair in sorted(repairs, key=lambda each: (each[1].targets, each[0])):
        cells = ("<br>".join(_targets(repair)), repair.problem, _reported(repair), f"`{name}`")
        yield f"| {' | '.join((*cells, _test(repair)))} |\n"


def _targets(repair: Repair) -> Iterator[str]:
    """Yield each module once, with what of it is replaced."""
    modules: dict[str, list[str]] = {}
    for target in repair.targets:
        module, _, attribute = target.partition(":")
        modules.setdefault(module, []).append(attribute)
    for module, attributes in modules.items():
        yield f"`{module}`: {', '.join(f'`{each}`' for each in attributes)}"


def _reported(repair: Repair) -> str:
    if repair.kind is RepairKind.SPEED:
        return ""
    if repair.reported == NOT_REPORTED:
        return NOT_REPORTED
    return f"[{'/'.join(repair.reported.split('/')[-4:])}]({repair.reported})"


def _test(repair: Repair) -> str:
    file, _, name = repair.test.partition("::")
    return f"[{name or file}](../{normpath(f'{TESTS}/{file}')})"


def main(path: str) -> None:
    """Write the page."""
    Path(path).write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
