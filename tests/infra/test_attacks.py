"""The attacks that docs/threat-model.md tells of: each has a test, and that test exists."""

import ast
import re
from functools import cache
from typing import Final

from simulator.synthesis import ROOT

TEST: Final = re.compile(r"`([\w/]+\.py)::(test_\w+)`")


def rows() -> list[list[str]]:
    """Return the cells of the table's rows, without its head."""
    text = (ROOT / "docs" / "threat-model.md").read_text("utf-8")
    table = text.partition("\n## Attacks\n")[2].partition("\n## ")[0]
    found = [line.strip("|").split("|") for line in table.splitlines() if line.startswith("| ")]
    return found[1:]


@cache
def names_in(path: str) -> frozenset[str]:
    tree = ast.parse((ROOT / "tests" / path).read_text("utf-8"))
    return frozenset(each.name for each in tree.body if isinstance(each, ast.FunctionDef))


def test_each_attack_has_a_test_that_exists() -> None:
    told = rows()

    assert len(told) >= 18
    for attack, _, cell in told:
        named = TEST.findall(cell)
        assert named, attack
        assert [(path, name) for path, name in named if name not in names_in(path)] == [], attack


def test_no_attack_is_listed_twice() -> None:
    attacks = [attack for attack, *_ in rows()]

    assert len(set(attacks)) == len(attacks)
