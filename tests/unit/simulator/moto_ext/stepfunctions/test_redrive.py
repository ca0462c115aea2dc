"""Executions that are redriven, as Step Functions' developer guide describes it."""

from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from simulator.cloud import Cloud
from simulator.moto_ext.stepfunctions.redrive import CannotRedriveMapError
from tests.unit.simulator.moto_ext.stepfunctions.test_interruptions import create, types

HOUR = timedelta(hours=1)
STORY: dict[str, Any] = {
    "Begin": {
        "Type": "Pass",
        "Assign": {"began": "{% $states.context.Execution.RedriveCount %}"},
        "Next": "Pause",
    },
    "Pause": {"Type": "Wait", "Seconds": 100, "Next": "End"},
    "End": {
        "Type": "Pass",
        "Output": {
            "began": "{% $began %}",
            "ended": "{% $states.context.Execution.RedriveCount %}",
            "input": "{% $states.input %}",
        },
        "End": True,
    },
}
FAILING: dict[str, Any] = {"Failed": {"Type": "Fail", "Error": "An.Error", "Cause": "why"}}


def started(cloud: Cloud, states: dict[str, Any], **more: Any) -> str:
    client = cloud.client("stepfunctions")
    arn = create(cloud, states, **more)
    made = client.start_execution(stateMachineArn=arn, name="one", input='{"a": 1}')
    return str(made["executionArn"])


def stopped(cloud: Cloud, seconds: float = 10) -> str:
    """Start an execution, and stop it in its wait."""
    arn = started(cloud, STORY)
    cloud.clock.sleep(seconds)
    cloud.client("stepfunctions").stop_execution(executionArn=arn)
    cloud.clock.sleep(1)
    return arn


def redrive(cloud: Cloud, arn: str) -> None:
    cloud.client("stepfunctions").redrive_execution(executionArn=arn)


def test_it_goes_on_in_the_state_that_it_ended_in(cloud: Cloud) -> None:
    # given
    arn = stopped(cloud)
    # when
    redrive(cloud, arn)
    assert cloud.run_until_idle(HOUR)
    # then
    [execution] = cloud.executions()
    assert (execution["executionArn"], execution["status"]) == (arn, "SUCCEEDED")
    assert types(cloud.execution_history(arn)) == [
        "ExecutionStarted",
        "PassStateEntered",
        "PassStateExited",
        "WaitStateEntered",
        "ExecutionAborted",
        "ExecutionRedriven",
        "WaitStateEntered",
        "WaitStateExited",
        "PassStateEntered",
        "PassStateExited",
        "ExecutionSucceeded",
    ]


def test_it_has_its_variables_and_its_input_and_knows_how_often_it_was_redriven(
    cloud: Cloud,
) -> None:
    arn = stopped(cloud)
    redrive(cloud, arn)
    assert cloud.run_until_idle(HOUR)
    told = cloud.client("stepfunctions").describe_execution(executionArn=arn)
    assert told["output"] == '{"began":0,"ended":1,"input":{"a":1}}'
    assert told["redriveCount"] == 1


def test_a_wait_that_was_stopped_takes_its_whole_time_again(cloud: Cloud) -> None:
    arn = stopped(cloud, 90)
    before = cloud.clock.now()
    redrive(cloud, arn)
    assert cloud.run_until_idle(HOUR)
    assert cloud.clock.now() - before == timedelta(seconds=100)


def test_the_time_out_of_the_machine_begins_again(cloud: Cloud) -> None:
    arn = started(cloud, STORY, TimeoutSeconds=60)
    cloud.clock.sleep(61)
    for _ in range(2):
        redrive(cloud, arn)
        cloud.clock.sleep(59)
        [execution] = cloud.executions()
        assert execution["status"] == "RUNNING"
        cloud.clock.sleep(2)
        [execution] = cloud.executions()
        assert execution["status"] == "TIMED_OUT"


def test_a_fail_state_fails_again(cloud: Cloud) -> None:
    arn = started(cloud, FAILING)
    cloud.clock.sleep(1)
    redrive(cloud, arn)
    assert cloud.run_until_idle(HOUR)
    [execution] = cloud.executions()
    assert (execution["status"], execution["error"]) == ("FAILED", "An.Error")


def test_its_status_is_told_as_running_and_then_as_it_ends(cloud: Cloud) -> None:
    redrive(cloud, stopped(cloud))
    assert cloud.run_until_idle(HOUR)
    told = [event["detail"]["status"] for event in cloud.service_events]
    assert told == ["RUNNING", "ABORTED", "RUNNING", "SUCCEEDED"]


@pytest.mark.parametrize("wait", [1, 200])
def test_what_runs_or_has_succeeded_is_not_redriven(cloud: Cloud, wait: float) -> None:
    arn = started(cloud, STORY)
    cloud.clock.sleep(wait)
    with pytest.raises(ClientError, match=r"ExecutionNotRedrivable.*cannot be redriven"):
        redrive(cloud, arn)


@pytest.mark.parametrize(("days", "is_late"), [(13.9, False), (14.1, True)])
def test_it_can_be_redriven_for_14_days(cloud: Cloud, days: float, is_late: bool) -> None:
    arn = stopped(cloud)
    cloud.clock.sleep(timedelta(days=days).total_seconds())
    told = cloud.client("stepfunctions").describe_execution(executionArn=arn)
    assert told["redriveStatus"] == ("NOT_REDRIVABLE" if is_late else "REDRIVABLE")
    if is_late:
        with pytest.raises(ClientError, match="redrivable period exceeded"):
            redrive(cloud, arn)
    else:
        redrive(cloud, arn)


def test_it_does_not_pretend_to_redrive_a_map(cloud: Cloud) -> None:
    inner = {"StartAt": "Pause", "States": {"Pause": {**STORY["Pause"], "End": True}}}
    del inner["States"]["Pause"]["Next"]  # type: ignore[index]
    arn = started(cloud, {"Map": {"Type": "Parallel", "Branches": [inner], "End": True}})
    cloud.clock.sleep(1)
    cloud.client("stepfunctions").stop_execution(executionArn=arn)
    cloud.clock.sleep(1)
    with pytest.raises(CannotRedriveMapError):
        redrive(cloud, arn)
