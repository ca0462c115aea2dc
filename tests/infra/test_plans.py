"""What the template must have, so that plans can run and no VIF is stopped with them."""

import json
from pathlib import Path
from typing import Any

import pytest

from infra.workflows.definitions import definitions
from vifshift.domain.watchdog import PlanWatchdogState
from vifshift.domain.workflow import PlanState


def _read(assembly: Path, name: str) -> dict[str, Any]:
    [text] = [text for key, text in definitions(assembly).items() if key.startswith(name)]
    definition: dict[str, Any] = json.loads(text)
    return definition


@pytest.fixture
def plan(assembly: Path) -> dict[str, Any]:
    return _read(assembly, "PlanStateMachine")


def _tracks(plan: dict[str, Any]) -> dict[str, Any]:
    stages = plan["States"][PlanState.RUN_STAGES]["ItemProcessor"]["States"]
    tracks: dict[str, Any] = stages[PlanState.RUN_TRACKS]
    return tracks


def test_the_plan_has_the_states_that_the_code_knows(plan: dict[str, Any]) -> None:
    tracks = _tracks(plan)
    inner = set(tracks["ItemProcessor"]["States"])

    assert {*plan["States"], PlanState.RUN_TRACKS, *inner} == set(PlanState)


def test_the_watchdog_of_plans_has_the_states_that_the_code_knows(assembly: Path) -> None:
    assert set(_read(assembly, "PlanWatchdog")["States"]) == set(PlanWatchdogState)


def test_tracks_are_executions_of_their_own_and_none_stops_the_others(
    plan: dict[str, Any],
) -> None:
    tracks = _tracks(plan)

    assert tracks["ItemProcessor"]["ProcessorConfig"] == {
        "Mode": "DISTRIBUTED",
        "ExecutionType": "STANDARD",
    }
    assert tracks["ToleratedFailurePercentage"] == 100
    assert plan["States"][PlanState.RUN_STAGES]["MaxConcurrency"] == 1


def test_whatever_becomes_of_a_migration_the_track_goes_on(plan: dict[str, Any]) -> None:
    run = _tracks(plan)["ItemProcessor"]["States"][PlanState.RUN_MIGRATION]

    assert run["Resource"].endswith(":states:startExecution.sync:2")
    [caught] = run["Catch"]
    assert (caught["ErrorEquals"], caught["Next"]) == (["States.ALL"], PlanState.ADVANCE)
    assert run["Next"] == PlanState.ADVANCE
    retried = {error for retrier in run["Retry"] for error in retrier["ErrorEquals"]}
    assert not {"States.ALL", "States.TaskFailed", "States.Timeout"} & retried


def test_every_part_before_the_end_is_caught_and_concluded(plan: dict[str, Any]) -> None:
    for name in (
        PlanState.CLAIM_PLAN,
        PlanState.PREPARE,
        PlanState.PREPARE_AGAIN,
        PlanState.ASK_FOR_APPROVAL,
        PlanState.WAIT_FOR_WINDOW,
        PlanState.ANNOUNCE_START,
        PlanState.RUN_STAGES,
    ):
        catches = plan["States"][name]["Catch"]
        assert (catches[-1]["ErrorEquals"], catches[-1]["Next"]) == (
            ["States.ALL"],
            PlanState.CONCLUDE,
        )


def test_nobody_may_stop_a_migration(template: dict[str, Any]) -> None:
    found = [
        json.dumps(statement["Resource"])
        for resource in template["Resources"].values()
        if resource["Type"] == "AWS::IAM::Policy"
        for statement in resource["Properties"]["PolicyDocument"]["Statement"]
        if "states:StopExecution" in statement["Action"]
    ]

    assert found
    assert all(":execution:vifshift-plans:*" in each for each in found)
