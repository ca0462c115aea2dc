"""What the graph of an execution shows in the console: each state's output, in a line."""

import json

from simulator.runs.record import Record
from simulator.runs.session import Session
from simulator.scenarios.model import load, named
from simulator.timeline.executions import runs
from vifshift.domain.workflow import PlanState, StateName


def lines(record: Record, state: str) -> list[str]:
    """Return what a state says in the executions of a run, each line once."""
    outputs = [
        json.loads(event["stateExitedEventDetails"]["output"])
        for run in runs(record)
        for event in run.history
        if event.get("stateExitedEventDetails", {}).get("name") == state
    ]
    return list(dict.fromkeys(output["saw"] for output in outputs if "saw" in output))


def test_each_state_shows_what_it_saw(session: Session) -> None:
    record = session.run(load(named("bgp-never-comes-up")))
    assert lines(record, StateName.VALIDATE) == ["proceed"]
    assert lines(record, StateName.ASSOCIATE) == [
        "dxcon-source01 → dxlag-target01",
        "dxlag-target01 → dxcon-source01",
    ]
    seen = lines(record, StateName.OBSERVE)
    assert seen[0] == "pending, BGP down, 0 of 3 routes, 5:00 left"
    assert "down, BGP down, 0 of 3 routes, failed" in seen
    assert seen[-1] == "available, BGP up, 3 of 3 routes, converged"


def test_a_plan_shows_its_decision(session: Session) -> None:
    record = session.run(load(named("a-plan-as-a-dry-run")))
    assert lines(record, PlanState.PREPARE) == ["planned"]
