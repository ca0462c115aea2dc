"""What a scenario may do once more, and how it says so."""

from typing import Any

import pytest
from pydantic import ValidationError

from simulator.cloud import Cloud
from simulator.expectations import lie_in_order
from simulator.runs.repetitions import redrive, replay
from simulator.scenarios.model import BadScenarioError, ScenarioRedrive, ScenarioReplay


@pytest.mark.parametrize(
    ("model", "fields"),
    [
        (ScenarioRedrive, {"at": 10}),
        (ScenarioRedrive, {"at": 10, "execution": 2}),
        (ScenarioReplay, {"at": 10, "event": "VIF Migration Requested"}),
        (ScenarioReplay, {"at": 10, "event": "VIF Migration Requested", "number": 2}),
    ],
)
def test_it_is_read(model: type[ScenarioRedrive | ScenarioReplay], fields: Any) -> None:
    assert model.model_validate(fields).at == 10


@pytest.mark.parametrize(
    ("model", "fields"),
    [
        (ScenarioRedrive, {}),
        (ScenarioRedrive, {"at": -1}),
        (ScenarioRedrive, {"at": 10, "execution": 0}),
        (ScenarioRedrive, {"at": 10, "state": "Pause"}),
        (ScenarioReplay, {"at": 10}),
        (ScenarioReplay, {"at": 10, "event": "any", "number": 0}),
        (ScenarioReplay, {"at": 10, "event": "any", "id": "1"}),
    ],
)
def test_what_makes_no_sense_is_refused(
    model: type[ScenarioRedrive | ScenarioReplay], fields: Any
) -> None:
    with pytest.raises(ValidationError):
        model.model_validate(fields)


def test_what_is_not_there_can_not_be_repeated() -> None:
    with Cloud() as cloud:
        with pytest.raises(BadScenarioError, match="no execution 2 at 10 s"):
            redrive(cloud, ScenarioRedrive(at=10, execution=2), "a-machine")
        with pytest.raises(BadScenarioError, match="no 'VIF Migration Requested' 1 at 10 s"):
            replay(cloud, ScenarioReplay(at=10, event="VIF Migration Requested"))


@pytest.mark.parametrize(
    ("wanted", "is_so"),
    [
        ("", True),
        ("S E", True),
        ("E S", True),
        ("E S S", False),
        ("S S", True),
        ("R S C E", True),
        ("S R", False),
        ("C R", False),
        ("S E C", True),
        ("E E", False),
        ("P", False),
    ],
)
def test_events_of_one_migration_lie_in_order(wanted: str, is_so: bool) -> None:
    """One migration sends S and E, the other one S and C; R is a person's."""
    sent = [("R", None), ("S", "one"), ("S", "two"), ("C", "two"), ("E", "one")]
    assert lie_in_order(wanted.split(), sent) is is_so


@pytest.mark.parametrize(("wanted", "is_so"), [("S C E", True), ("S E C", False)])
def test_where_all_are_one_s_they_lie_in_one_order(wanted: str, is_so: bool) -> None:
    sent = [("S", None), ("S", None), ("C", None), ("E", None)]
    assert lie_in_order(wanted.split(), sent) is is_so
