"""Tests: what one worker of a run of the tests has as a whole."""

import re
import subprocess
import sys

import pytest

from simulator.synthesis import ROOT
from tests.scheduling import scope


@pytest.mark.parametrize(
    ("nodeid", "expected"),
    [
        ("tests/infra/test_grants.py::test_a[x::y]", "tests/infra/test_grants.py"),
        ("tests/infra/test_grants.py::test_b", "tests/infra/test_grants.py"),
        ("tests/workflow/test_mutants.py::test_a[x]", "tests/workflow/test_mutants.py::test_a[x]"),
    ],
)
def test_a_module_is_a_whole_unless_it_is_many_runs(nodeid: str, expected: str) -> None:
    assert scope(nodeid) == expected


@pytest.mark.verify
def test_a_run_has_whole_modules() -> None:
    """An update of pytest once scattered all modules, unnoticed but for what it cost."""
    folder = "tests/unit/vifshift/domain"
    modules = [f"{folder}/{name}.py" for name in ("test_json_text", "test_move_durations")]

    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-n", "2", "-vv", *modules],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )

    ran = re.findall(r"\[(gw.)\].* PASSED (\S+?)::", run.stdout)
    assert {module for _, module in ran} == set(modules)
    assert len(set(ran)) == len(modules)
