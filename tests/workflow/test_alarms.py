"""The alarms over scenarios that ship: they ring where somebody has to look, and nowhere else."""

from typing import Any

import pytest

from simulator.cloud import InterruptionKind
from simulator.runs.session import Session
from simulator.scenarios.model import load, named
from tests.sampling import sampled
from tests.workflow.alarm_drills import DRILLS, OTHER_ENDS, QUIET, RINGING, ended_by, names


@pytest.mark.parametrize(("name", "alarms"), sampled(RINGING.items()))
def test_an_end_that_leaves_something_to_be_done_rings(
    session: Session, name: str, alarms: list[str]
) -> None:
    assert names(session.run(load(named(name))).alarms) == alarms


@pytest.mark.verify
@pytest.mark.parametrize("name", QUIET)
def test_nothing_rings_where_nobody_has_to_look(session: Session, name: str) -> None:
    assert session.run(load(named(name))).alarms == []


@pytest.mark.verify
@pytest.mark.parametrize(("kind", "alarms"), sampled(OTHER_ENDS.items()))
def test_a_plan_that_ends_otherwise_rings(
    session: Session, kind: InterruptionKind, alarms: list[str]
) -> None:
    assert names(session.run(ended_by(kind)).alarms) == alarms


def test_every_alarm_has_been_heard(template: dict[str, Any]) -> None:
    there = {
        name: resource["Properties"]
        for name, resource in template["Resources"].items()
        if resource["Type"] == "AWS::CloudWatch::Alarm"
    }

    rung = (*RINGING.values(), *OTHER_ENDS.values())
    assert set(names(there)) == {*DRILLS, *(each for some in rung for each in some)}
    assert all(alarm["TreatMissingData"] == "notBreaching" for alarm in there.values())
    assert all((alarm["Period"], alarm["EvaluationPeriods"]) == (60, 1) for alarm in there.values())
