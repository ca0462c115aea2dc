"""What is installed has licences that let companies use it: all of what is pinned, by name."""

import json
import re
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path
from typing import Any, Final

import pytest

ROOT: Final = Path(__file__).resolve().parents[2]
PERMISSIVE: Final = frozenset(
    {
        "0BSD",
        "Apache Software License",
        "Apache-2.0",
        "BSD",
        "BSD License",
        "BSD-2-Clause",
        "BSD-3-Clause",
        "CNRI-Python",
        "ISC",
        "ISC License (ISCL)",
        "MIT",
        "MIT License",
        "MIT No Attribution License (MIT-0)",
        "MIT-0",
        "PSF-2.0",
        "Python Software Foundation License",
    }
)
# Of tools alone, which don't ship: a copyleft that is about changes of its own files.
OF_FILES: Final = frozenset({"MPL-2.0", "Mozilla Public License 2.0 (MPL 2.0)"})
MIXED: Final = {
    # Each is of some files; what has the GPL is an editor's mode, which is not in the wheel.
    "docutils": "Python Software Foundation License; BSD License; GNU General Public License (GPL)",
}
ELSEWHERE: Final = frozenset({"pywin32", "colorama", "pywin32-ctypes"})
"""Installed on other platforms alone."""


def pinned(path: str) -> list[str]:
    """Return the names of the packages that a file pins."""
    text = (ROOT / path).read_text("utf-8")
    return re.findall(r"^([A-Za-z0-9_.-]+)(?:\[[^\]]*\])?==", text, re.MULTILINE)


def licence_of(name: str) -> str | None:
    """Return what a package says of its licence; None for one that is not installed."""
    try:
        found: Any = metadata(name)
    except PackageNotFoundError:
        return None
    if expression := found.get("License-Expression"):
        return str(expression)
    classifiers = [each.split(" :: ") for each in found.get_all("Classifier") or ()]
    named = [each[-1] for each in classifiers if each[0] == "License" and len(each) > 2]
    return "; ".join(named) or str(found.get("License"))


def is_allowed(licence: str, allowed: frozenset[str]) -> bool:
    """Return whether one of the alternatives, and all that come together, are allowed."""
    return any(
        all(part.strip(" ()") in allowed or part.strip() in allowed for part in parts)
        for each in re.split(r"\bOR\b", licence)
        for parts in [re.split(r"\bAND\b|;", each)]
    )


def test_what_ships_in_the_layer_has_a_permissive_licence() -> None:
    found = {name: licence_of(name) for name in pinned("functions/requirements.txt")}

    assert len(found) > 5
    assert {
        n: each for n, each in found.items() if not each or not is_allowed(each, PERMISSIVE)
    } == {}


def test_no_tool_has_a_licence_that_nobody_has_looked_at() -> None:
    found = {name: licence_of(name) for name in pinned("requirements.txt")}
    absent = {name for name, each in found.items() if each is None}
    odd = {
        n: each for n, each in found.items() if each and not is_allowed(each, PERMISSIVE | OF_FILES)
    }

    assert absent <= ELSEWHERE
    assert odd == MIXED
    listed = json.loads((ROOT / "package-lock.json").read_text("utf-8"))["packages"]
    nodes = {name: each.get("license", "none") for name, each in listed.items() if name}
    assert {
        n: each for n, each in nodes.items() if not is_allowed(each, PERMISSIVE | OF_FILES)
    } == {}


@pytest.mark.parametrize(
    ("licence", "is_fine"),
    [
        ("MIT", True),
        ("MIT OR GPL-3.0-only", True),
        ("(MIT OR Apache-2.0)", True),
        ("MIT AND PSF-2.0", True),
        ("MIT AND GPL-3.0-only", False),
        ("MIT License; GNU Affero General Public License v3", False),
        ("AGPL-3.0-only", False),
        ("MPL-2.0", False),
        ("BUSL-1.1", False),
        ("None", False),
        ("", False),
    ],
)
def test_an_alternative_will_do_and_a_part_will_not(licence: str, is_fine: bool) -> None:
    assert is_allowed(licence, PERMISSIVE) is is_fine
