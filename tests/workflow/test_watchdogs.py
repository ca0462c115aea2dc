"""What watchdogs believe, and what the sweep finds: everything is reported once."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from simulator.cloud import EventFault, ExecutionInterruption, InterruptionKind, TaskFault
from simulator.runs.session import Session
from simulator.scenarios.model import load, named
from tests.sampling import sampled
from tests.workflow.conftest import Deployed
from vifshift.domain.child_names import LONGEST_PLAN_NAME
from vifshift.domain.claim import ANOTHER_SENDER
from vifshift.domain.open_executions import ExecutionKind
from vifshift.domain.watchdog import WatchdogState

Deploy = Callable[[str], Deployed]
WORLD = "happy-path-dual-stack-lag"
REQUEST = {"virtualInterfaceId": "dxvif-aaaa0001", "connectionId": "dxlag-target01"}
ON_ITS_WAY = timedelta(seconds=40)
FIVE_MINUTES = timedelta(minutes=5)
NOBODY_SAYS_SO = EventFault(source="aws.states", lose=True)
STOPPED = ExecutionInterruption(at=40, kind=InterruptionKind.STOP)


def _watch(deployed: Deployed, given: object, output: str = "WatchdogStateMachineArn") -> str:
    """Start a watchdog by hand, and return its execution."""
    started = deployed.cloud.client("stepfunctions").start_execution(
        stateMachineArn=deployed.cloud.outputs[output], input=json.dumps(given)
    )
    return str(started["executionArn"])


def _described(deployed: Deployed, arn: str) -> dict[str, Any]:
    answer: dict[str, Any] = deployed.cloud.client("stepfunctions").describe_execution(
        executionArn=arn
    )
    return answer


def _let_the_sweep_come(deployed: Deployed) -> None:
    deployed.cloud.clock.sleep(FIVE_MINUTES.total_seconds())
    deployed.finish()


def _open(deployed: Deployed) -> list[str]:
    table = deployed.cloud.outputs["LocksTableName"]
    items = deployed.cloud.client("dynamodb").scan(TableName=table)["Items"]
    kinds = [kind.value for kind in ExecutionKind]
    return [item["executionArn"]["S"] for item in items if item.get("open", {}).get("S") in kinds]


def test_a_watchdog_of_a_running_migration_does_nothing(deployed_on_its_way: Deployed) -> None:
    deployed = deployed_on_its_way
    [running] = deployed.cloud.executions()

    arn = _watch(
        deployed,
        {"execution": {"arn": running["executionArn"], "name": "x"}, "status": "ABORTED"},
    )
    deployed.cloud.run_until_idle(timedelta(seconds=80))

    assert _described(deployed, arn)["status"] == "SUCCEEDED"
    assert deployed.locks == ["gateway#gw-1"]
    deployed.finish()
    assert deployed.sent[-1] == "VIF Migration Succeeded"
    assert "VIF Migration Interrupted" not in deployed.sent


@pytest.fixture
def deployed_on_its_way(deploy: Deploy) -> Deployed:
    """A migration that has associated its VIF, and looks at it."""
    deployed = deploy(WORLD)
    deployed.send(REQUEST)
    assert not deployed.cloud.run_until_idle(ON_ITS_WAY)
    return deployed


def test_a_watchdog_of_what_has_reported_its_end_does_nothing(deploy: Deploy) -> None:
    deployed = deploy(WORLD)
    deployed.send(REQUEST)
    [ended] = deployed.finish()
    sent = deployed.sent

    arn = _watch(deployed, {"execution": {"arn": ended["executionArn"]}})
    deployed.finish()

    assert _described(deployed, arn)["status"] == "SUCCEEDED"
    assert deployed.sent == sent


@pytest.mark.parametrize(
    "forge",
    sampled(
        [
            lambda arn: arn.replace("-migrations:", "-plans:"),
            lambda arn: arn.replace("-migrations:", "-migrations/Track:"),
            lambda arn: f"{arn}:another",
            lambda arn: "CHG0042",
            lambda arn: None,
            lambda arn: f"{arn}-that-never-was",
        ]
    ),
)
def test_a_watchdog_refuses_what_is_not_an_execution_of_its_own(
    deployed_on_its_way: Deployed, forge: Callable[[str], str | None]
) -> None:
    deployed = deployed_on_its_way
    [running] = deployed.cloud.executions()

    arn = _watch(deployed, {"execution": {"arn": forge(running["executionArn"])}})
    deployed.finish()

    described = _described(deployed, arn)
    assert described["status"] == "FAILED"
    assert described["error"] in {"NotOurs", "NotKnown"}
    assert deployed.sent[-1] == "VIF Migration Succeeded"


@pytest.mark.parametrize(
    "state", [WatchdogState.INVESTIGATE, WatchdogState.IS_IT_SAFE], ids=["before", "after"]
)
def test_a_watchdog_that_breaks_is_taken_over_from_and_it_is_reported_once(
    deploy: Deploy, state: WatchdogState
) -> None:
    deployed = deploy(WORLD)
    watchdog = deployed.cloud.outputs["WatchdogStateMachineArn"]
    deployed.send(REQUEST)
    assert not deployed.cloud.run_until_idle(ON_ITS_WAY)
    breaks = ExecutionInterruption(at=0, kind=InterruptionKind.STOP, state=state)
    deployed.cloud.plan_faults(interruptions=[breaks], state_machine=watchdog)
    [running] = deployed.cloud.executions()
    deployed.cloud.client("stepfunctions").stop_execution(executionArn=running["executionArn"])
    deployed.finish()
    assert _open(deployed) == [running["executionArn"]]

    _let_the_sweep_come(deployed)

    assert deployed.sent.count("VIF Migration Interrupted") == 1
    assert (deployed.locks, _open(deployed)) == ([], [])


def test_without_the_table_an_end_is_reported_all_the_same(deploy: Deploy) -> None:
    deployed = deploy(WORLD)
    fault = TaskFault(state=WatchdogState.CLAIM_END, error="DynamoDB.InternalServerErrorException")
    deployed.cloud.plan_faults([fault], [STOPPED], deployed.cloud.outputs["StateMachineArn"])
    deployed.send(REQUEST)
    deployed.finish()

    assert deployed.sent[-1] == "VIF Migration Interrupted"
    assert deployed.locks == []


def test_the_sweep_comes_within_five_minutes_and_starts_one_watchdog(deploy: Deploy) -> None:
    deployed = deploy(WORLD)
    machine = deployed.cloud.outputs["StateMachineArn"]
    deployed.cloud.plan_faults([], [STOPPED], machine, [NOBODY_SAYS_SO])
    deployed.send(REQUEST)
    [stopped] = deployed.finish()
    assert "VIF Migration Interrupted" not in deployed.sent

    _let_the_sweep_come(deployed)
    _let_the_sweep_come(deployed)

    [_, watchdog] = deployed.cloud.executions()
    assert watchdog["startDate"] - stopped["stopDate"] <= FIVE_MINUTES
    assert json.loads(watchdog["input"]) == {"execution": {"arn": stopped["executionArn"]}}
    assert deployed.sent[-1] == "VIF Migration Interrupted"
    assert (deployed.locks, _open(deployed)) == ([], [])


def test_a_lock_that_could_not_be_released_is_found(deploy: Deploy) -> None:
    deployed = deploy(WORLD)
    fault = TaskFault(state="Unlock gateway", error="DynamoDB.InternalServerErrorException")
    deployed.cloud.plan_faults([fault])
    deployed.send(REQUEST)
    deployed.finish()
    sent = deployed.sent
    assert deployed.locks == ["gateway#gw-1"]

    _let_the_sweep_come(deployed)

    assert (deployed.locks, _open(deployed), deployed.sent) == ([], [], sent)


@pytest.mark.parametrize(
    ("tries", "told"),
    [
        pytest.param(40, 1, id="for a while"),
        pytest.param(10_000, 0, marks=pytest.mark.verify, id="for good"),
    ],
)
def test_an_end_that_watchdogs_can_not_tell_is_tried_again_more_and_more_seldom(
    tries: int, told: int, session: Session
) -> None:
    bus = "EventBridge.InternalException"
    fails = TaskFault(
        state=WatchdogState.ANNOUNCE_INTERRUPTION, calls=tuple(range(1, tries + 1)), error=bus
    )
    stopped = {"task_faults": (fails,), "interruptions": (STOPPED,)}

    record = session.run(load(named(WORLD)).model_copy(update=stopped))

    interrupted = [
        each for each in record.events if each["detail-type"] == "VIF Migration Interrupted"
    ]
    sweeps = [each["name"] for each in record.executions if each["name"].startswith("sweep-")]
    assert record.is_idle
    assert len(interrupted) == told
    assert 3 <= len(sweeps) <= 12


def test_the_sweep_comes_seldom_while_a_migration_waits_for_weeks(session: Session) -> None:
    record = session.run(load(named("a-wait-of-weeks")))

    sweeps = [line for function, line in record.logs if "FunctionsSweep" in function]
    assert 1 <= len(sweeps) <= 20


def test_a_sweep_that_finds_nothing_reads_twice(deploy: Deploy) -> None:
    deployed = deploy(WORLD)
    [sweep] = [
        function["FunctionName"]
        for function in deployed.cloud.client("lambda").list_functions()["Functions"]
        if function["Handler"] == "vifshift.handlers.sweep.handler"
    ]
    before = deployed.cloud.requests

    answer = deployed.cloud.client("lambda").invoke(
        FunctionName=sweep, Payload=json.dumps({"at": "2026-01-05T03:00:00Z"})
    )

    assert json.loads(answer["Payload"].read()) == {"open": 0, "started": 0}
    asked = {
        each.action: count - before.get(each, 0)
        for each, count in deployed.cloud.requests.items()
        if count > before.get(each, 0) and each.action.startswith(("dynamodb:", "states:"))
    }
    assert asked == {"dynamodb:Query": 2}


def test_a_request_id_that_another_sender_uses_is_reported_as_trouble(session: Session) -> None:
    record = session.run(load(named("asked-for-again-by-another")))

    [duplicate] = [
        event["detail"]["data"]
        for event in record.events
        if event["detail-type"] == "VIF Migration Duplicate"
    ]
    assert duplicate["reasonCode"] == ANOTHER_SENDER
    assert "the source an-engineer" in duplicate["message"]
    assert "the source another-system" in duplicate["message"]
    assert duplicate["nextStep"].startswith("Find out who has used this request id")


def test_who_sends_a_request_twice_is_told_of_a_plain_duplicate(session: Session) -> None:
    record = session.run(load(named("delivered-twice")))

    [duplicate] = [
        event["detail"]["data"]
        for event in record.events
        if event["detail-type"] == "VIF Migration Duplicate"
    ]
    assert duplicate["reasonCode"] == "DynamoDB.ConditionalCheckFailedException"


def test_the_name_of_a_move_s_migration_can_not_be_known_before(session: Session) -> None:
    scenario = load(named("siblings-one-after-the-other"))
    first = session.run(scenario)
    [plan] = first.plans
    names = [move.execution["name"] for move in first.moves]

    beginning = plan["name"][:LONGEST_PLAN_NAME]
    nonces = {name.removeprefix(f"{beginning}-").rpartition("-")[0] for name in names}
    [nonce] = nonces
    assert len(nonce) >= 9
    assert nonce not in json.dumps(plan["input"])
