"""Results are the same without what only makes the simulator faster."""

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from simulator.cloud.repairs import SPEED_VARIABLE
from simulator.runs.disclosure import disclosed_text
from simulator.runs.session import Session
from simulator.scenarios.model import SCENARIOS, find, load, named
from simulator.synthesis import ROOT

SAMPLE = [named("bgp-never-comes-up")]
PROGRAM = """
import sys
from pathlib import Path
from simulator.runs.session import Session
from simulator.scenarios.model import load
from tests.workflow.test_speed import shown
assembly, *files = map(Path, sys.argv[1:])
with Session(assembly) as session:
    for file in files:
        print(shown(session, file))
"""


def shown(session: Session, file: Path) -> str:
    """Return all that a run shows, histories included, in one line; its duration is left out."""
    record = session.run(load(file))
    summary: dict[str, Any] = record.summary([])
    del summary["wallSeconds"]
    calls = [str(each) for each in (*record.calls, *record.transitions)]
    digest = hashlib.sha256(f"{disclosed_text(record)}{calls}".encode()).hexdigest()
    return json.dumps({**summary, "digest": digest})


def without_speed(assembly: Path, files: list[Path]) -> list[str]:
    """Run scenarios in a process whose environment turns speed off."""
    path = os.pathsep.join([str(ROOT), str(ROOT / "functions")])
    result = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(assembly), *map(str, files)],
        env={**os.environ, "PYTHONPATH": path, SPEED_VARIABLE: "off"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    return result.stdout.splitlines()


@pytest.mark.verify
def test_a_run_is_the_same_without_speed(session: Session, assembly: Path) -> None:
    assert without_speed(assembly, SAMPLE) == [shown(session, file) for file in SAMPLE]


@pytest.mark.verify
def test_every_scenario_is_the_same_without_speed(session: Session, assembly: Path) -> None:
    files = find([SCENARIOS])

    slow = without_speed(assembly, files)

    assert slow == [shown(session, file) for file in files]
