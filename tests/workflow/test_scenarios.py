"""Every scenario that ships, through the deployed definition, twice."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from simulator.expectations import disclosed_text, failures
from simulator.runs.session import Session
from simulator.scenarios.model import SCENARIOS, find, load, named
from simulator.synthesis import ROOT
from tests.workflow.timelines import false_claims, shown

FILES = find([SCENARIOS])


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_scenario_ends_as_it_expects(file: Path, session: Session) -> None:
    record = session.run(load(file))

    assert failures(record) == []
    assert false_claims(record, shown(record)) == []


@pytest.mark.verify
@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_scenario_ends_the_same_way_twice(file: Path, session: Session) -> None:
    scenario = load(file)

    first, second = session.run(scenario), session.run(scenario)

    assert disclosed_text(first) == disclosed_text(second)
    assert first.calls == second.calls
    assert first.transitions == second.transitions


def test_a_scenario_has_the_name_of_its_file() -> None:
    assert [load(file).name for file in FILES] == [file.stem for file in FILES]


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
