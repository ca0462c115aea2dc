"""Every scenario that ships, through the deployed definition, twice."""

from pathlib import Path

import pytest

from simulator.__main__ import SCENARIOS
from simulator.judging import failures, traces
from simulator.runner import run
from simulator.scenario import find, load

FILES = find([SCENARIOS])


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_scenario_ends_as_it_expects_and_the_same_way_twice(file: Path, assembly: Path) -> None:
    scenario = load(file)

    first, second = run(scenario, assembly), run(scenario, assembly)

    assert failures(first) == []
    assert traces(first) == traces(second)
    assert first.calls == second.calls
    assert first.transitions == second.transitions


def test_a_scenario_has_the_name_of_its_file() -> None:
    assert [load(file).name for file in FILES] == [file.stem for file in FILES]
