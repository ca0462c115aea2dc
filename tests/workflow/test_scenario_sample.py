"""What `make test` leaves to `make verify`, of the scenarios that ship."""

import pytest

from simulator.runs.session import Session
from tests.workflow.scenario_sample import Reach, chosen, listed, reach_of_all


def test_what_adds_nothing_is_left() -> None:
    scenarios = {
        "cheap": Reach(frozenset("ab"), 10),
        "dear": Reach(frozenset("ab"), 20),
        "other": Reach(frozenset("bc"), 40),
        "idle": Reach(frozenset(), 0),
    }

    assert chosen(scenarios) == ["cheap", "other"]


@pytest.mark.verify
def test_what_is_left_to_verify_reaches_nothing_more(session: Session) -> None:
    left, scenarios = listed(), reach_of_all(session)
    ran = [each for name, each in scenarios.items() if name not in left]

    assert {thing for each in scenarios.values() for thing in each.things} == {
        thing for each in ran for thing in each.things
    }
    assert len(ran) <= len(chosen(scenarios)) * 1.25
