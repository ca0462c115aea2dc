"""What the workflow announces when `Conclude` is unavailable is what `Conclude` would have said."""

from pathlib import Path
from typing import Any

import pytest

from simulator.cloud import TaskFault
from simulator.runs.record import Record
from simulator.runs.session import Session
from simulator.scenarios.model import SCENARIOS, Scenario, find, load

UNAVAILABLE = TaskFault(state="Conclude", error="Lambda.ServiceException")
# To read them all as scenarios takes seconds of every collection.
FILES = [file for file in find([SCENARIOS]) if "state: Conclude" not in file.read_text("utf-8")]
SAMPLES = (
    "happy-path-dual-stack-lag",
    "already-on-target",
    "dry-run",
    "vlan-taken",
    "bgp-never-comes-up",
    "cancelled-before-its-window",
    "moved-by-someone-else",
    "nobody-approves",
)
"""One for each way in which a migration can end."""


def without(fault: TaskFault, scenario: Scenario) -> Scenario:
    return scenario.model_copy(update={"task_faults": (*scenario.task_faults, fault)})


def outcomes(ends: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """Return the detail-type and the outcome of each last event, in the order of their sending."""
    return [(end["detail-type"], end["detail"]["data"]["outcome"]) for end in ends]


def compared(session: Session, file: Path) -> tuple[Record, Record]:
    scenario = load(file)
    return session.run(scenario), session.run(without(UNAVAILABLE, scenario))


@pytest.mark.parametrize(
    "file",
    [
        pytest.param(file, marks=() if file.stem in SAMPLES else pytest.mark.verify, id=file.stem)
        for file in FILES
    ],
)
def test_it_ends_as_conclude_would_have_said(session: Session, file: Path) -> None:
    usual, blind = compared(session, file)
    assert outcomes(blind.final_events) == outcomes(usual.final_events)


def test_the_samples_ship() -> None:
    assert {file.stem for file in FILES} >= set(SAMPLES)
