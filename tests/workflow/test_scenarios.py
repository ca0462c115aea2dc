"""Every scenario that ships, through the deployed definition."""

from pathlib import Path

import pytest
from _pytest.mark import ParameterSet

from simulator.expectations import failures
from simulator.runs.session import Session
from simulator.scenarios.model import SCENARIOS, find, load
from tests.workflow.scenario_sample import listed
from tests.workflow.timelines import false_claims, shown

FILES = find([SCENARIOS])
LEFT = listed()


def _each() -> list[ParameterSet]:
    """Return all scenarios; those that reach nothing that others don't are marked."""
    marks = {True: [pytest.mark.verify], False: []}
    return [pytest.param(file, marks=marks[file.stem in LEFT], id=file.stem) for file in FILES]


@pytest.mark.parametrize("file", _each())
def test_a_scenario_ends_as_it_expects(file: Path, session: Session) -> None:
    record = session.run(load(file))

    assert failures(record) == []
    assert false_claims(record, shown(record)) == []


def test_what_is_left_to_verify_is_there() -> None:
    assert {file.stem for file in FILES} >= LEFT


def test_a_scenario_has_the_name_of_its_file() -> None:
    assert [load(file).name for file in FILES] == [file.stem for file in FILES]
