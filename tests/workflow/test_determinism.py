"""Every scenario that ships, twice."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from simulator.expectations import disclosed_text
from simulator.runs.session import Session
from simulator.scenarios.model import SCENARIOS, find, load, named
from simulator.synthesis import ROOT


@pytest.mark.verify
@pytest.mark.parametrize("file", find([SCENARIOS]), ids=lambda file: file.stem)
def test_a_scenario_ends_the_same_way_twice(file: Path, session: Session) -> None:
    scenario = load(file)

    first, second = session.run(scenario), session.run(scenario)

    assert disclosed_text(first) == disclosed_text(second)
    assert first.calls == second.calls
    assert first.transitions == second.transitions


@pytest.mark.verify
def test_the_first_run_of_a_process_is_like_the_next(assembly: Path) -> None:
    program = (
        "import sys; from pathlib import Path\n"
        "from simulator.runs.disclosure import disclosed_text\n"
        "from simulator.runs.session import run\n"
        "from simulator.scenarios.model import load\n"
        "scenario, assembly = load(Path(sys.argv[1])), Path(sys.argv[2])\n"
        "first, second = run(scenario, assembly), run(scenario, assembly)\n"
        "assert disclosed_text(first) == disclosed_text(second)\n"
    )
    path = os.pathsep.join([str(ROOT), str(ROOT / "functions")])

    subprocess.run(
        [sys.executable, "-c", program, str(named("dry-run")), str(assembly)],
        env={**os.environ, "PYTHONPATH": path},
        check=True,
    )
