"""Today's workflows go on from what earlier releases have left: locks, claims, inputs."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from simulator.samples import Samples, capture, version
from simulator.synthesis import ROOT
from tests.workflow.conftest import Deployed

Deploy = Callable[[str], Deployed]
FOLDER = ROOT / "tests" / "samples"
RELEASES = sorted(each.name for each in FOLDER.iterdir())
LATER = "99999999999"
LONG_AGO = "1"
SOON = timedelta(minutes=10)


@pytest.fixture(params=RELEASES)
def samples(request: pytest.FixtureRequest) -> Samples:
    return Samples.read(FOLDER / request.param)


def _keep(deployed: Deployed, item: dict[str, Any], expires_at: str) -> None:
    table = deployed.cloud.outputs["LocksTableName"]
    deployed.cloud.client("dynamodb").put_item(
        TableName=table, Item={**item, "expiresAt": {"N": expires_at}}
    )


def _start(deployed: Deployed, output: str, given: object) -> None:
    deployed.cloud.client("stepfunctions").start_execution(
        stateMachineArn=deployed.cloud.outputs[output], name="anew", input=json.dumps(given)
    )


def test_a_gateway_that_is_locked_stays_so(deploy: Deploy, samples: Samples) -> None:
    deployed = deploy("happy-path-dual-stack-lag")
    _keep(deployed, samples.items["gateway"], LATER)

    _start(deployed, "StateMachineArn", samples.inputs["migration-event"])
    deployed.cloud.run_until_idle(SOON)

    assert deployed.associations == 0
    assert deployed.locks == [samples.items["gateway"]["pk"]["S"]]


def test_a_lock_whose_lease_is_over_is_taken(deploy: Deploy, samples: Samples) -> None:
    deployed = deploy("happy-path-dual-stack-lag")
    _keep(deployed, samples.items["gateway"], LONG_AGO)

    _start(deployed, "StateMachineArn", samples.inputs["migration-event"])
    deployed.finish()

    assert deployed.sent[-1] == "VIF Migration Succeeded"


def test_a_request_that_was_claimed_is_a_duplicate(deploy: Deploy, samples: Samples) -> None:
    deployed = deploy("happy-path-dual-stack-lag")
    _keep(deployed, samples.items["request"], LATER)

    _start(deployed, "StateMachineArn", samples.inputs["migration-event"])
    deployed.finish()

    assert deployed.sent == ["VIF Migration Duplicate"]


@pytest.mark.verify
def test_an_end_that_was_reported_is_not_reported_again(deploy: Deploy, samples: Samples) -> None:
    deployed = deploy("happy-path-dual-stack-lag")
    _start(deployed, "StateMachineArn", samples.inputs["migration-event"])
    deployed.cloud.run_until_idle(timedelta(seconds=30))
    [running] = deployed.cloud.executions()
    arn = running["executionArn"]
    claim = {**samples.items["watchdog"], "pk": {"S": f"watchdog#{arn}#0"}, "holder": {"S": "x"}}
    # The watchdog that had claimed it is running.
    client = deployed.cloud.client("stepfunctions")
    other = client.start_execution(
        stateMachineArn=deployed.cloud.outputs["WatchdogStateMachineArn"],
        input=json.dumps({"execution": {"arn": arn}}),
    )
    claim["holder"] = {"S": other["executionArn"]}
    _keep(deployed, claim, LATER)

    client.stop_execution(executionArn=arn)
    deployed.finish()

    assert "VIF Migration Interrupted" not in deployed.sent
    assert deployed.locks == []


def test_a_plan_that_was_claimed_is_a_duplicate(deploy: Deploy, samples: Samples) -> None:
    deployed = deploy("a-plan-is-approved")
    _keep(deployed, samples.items["plan"], LATER)

    _start(deployed, "PlanStateMachineArn", samples.inputs["plan-event"])
    deployed.finish()

    assert deployed.sent == ["VIF Plan Duplicate"]


@pytest.mark.parametrize(
    ("world", "output", "kind", "first", "last"),
    [
        (
            "happy-path-dual-stack-lag",
            "StateMachineArn",
            "migration",
            "VIF Migration Approval Requested",
            "VIF Migration Rejected",
        ),
        (
            "siblings-one-after-the-other",
            "StateMachineArn",
            "migration-plan",
            "VIF Migration Started",
            "VIF Migration Succeeded",
        ),
        (
            "a-plan-is-approved",
            "PlanStateMachineArn",
            "plan-event",
            "VIF Plan Approval Requested",
            "VIF Plan Rejected",
        ),
    ],
)
def test_an_input_of_old_starts_what_it_started(
    deploy: Deploy, samples: Samples, world: str, output: str, kind: str, first: str, last: str
) -> None:
    deployed = deploy(world)

    _start(deployed, output, samples.inputs[kind])
    deployed.finish()

    assert (deployed.sent[0], deployed.sent[-1]) == (first, last)


@pytest.mark.verify
def test_the_samples_have_every_kind_that_this_release_stores(assembly: Path) -> None:
    captured, kept = capture(assembly), Samples.read(FOLDER / version())

    assert set(captured.items) <= set(kept.items)
    assert set(captured.inputs) <= set(kept.inputs)
