"""Tasks whose failure Step Functions reports, as planned."""

import json
from datetime import timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from simulator.cloud import Cloud, TaskFault, UnknownFaultTargetError

HOUR = timedelta(hours=1)
ROLE = "arn:aws:iam::111122223333:role/any"
THROTTLED = "Lambda.TooManyRequestsException"


def fault(**keys: Any) -> TaskFault:
    return TaskFault.model_validate({"state": "Look", "error": THROTTLED, **keys})


def look(cloud: Cloud, **more: Any) -> dict[str, Any]:
    return {
        "Type": "Task",
        "Resource": "arn:aws:states:::lambda:invoke",
        "Arguments": {"FunctionName": cloud.resources["Look"]},
        "Output": "{% $states.result.Payload.looks %}",
        "End": True,
        **more,
    }


def retried(*errors: str, attempts: int = 3) -> dict[str, Any]:
    retry = {"ErrorEquals": list(errors), "MaxAttempts": attempts, "IntervalSeconds": 1}
    return {"Retry": [{**retry, "BackoffRate": 1}]}


def execute(cloud: Cloud, states: dict[str, Any], *faults: TaskFault) -> Any:
    """Run states, disturbed, and return the execution and its history."""
    definition = {"QueryLanguage": "JSONata", "StartAt": next(iter(states)), "States": states}
    client = cloud.client("stepfunctions")
    arn = client.create_state_machine(
        name="machine", definition=json.dumps(definition), roleArn=ROLE
    )["stateMachineArn"]
    cloud.plan_faults(faults)
    started = client.start_execution(stateMachineArn=arn)["executionArn"]
    assert cloud.run_until_idle(HOUR)
    return cloud.executions()[-1], cloud.execution_history(started)


def failures(history: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [e["taskFailedEventDetails"] for e in history if e["type"] == "TaskFailed"]


def test_attempts_that_are_named_fail_and_are_retried(cloud: Cloud) -> None:
    states = {"Look": look(cloud, **retried(THROTTLED))}

    execution, history = execute(cloud, states, fault(calls=[1, 2], cause="Rate Exceeded."))

    assert (execution["status"], execution["output"]) == ("SUCCEEDED", "1")
    assert execution["stopDate"] - execution["startDate"] == timedelta(seconds=2)
    told = {"error": THROTTLED, "cause": "Rate Exceeded."}
    assert failures(history) == [{**told, "resource": "invoke", "resourceType": "lambda"}] * 2
    assert [event["type"] for event in history[2:5]] == [
        "TaskScheduled",
        "TaskStarted",
        "TaskFailed",
    ]


def test_an_error_that_nobody_catches_ends_the_execution(cloud: Cloud) -> None:
    execution, history = execute(cloud, {"Look": look(cloud)}, fault(error="Lambda.Unknown"))

    assert (execution["status"], execution["error"]) == ("FAILED", "Lambda.Unknown")
    assert history[-1]["type"] == "ExecutionFailed"
    assert cloud.lambda_logs == []


def test_what_was_done_stays_done_though_its_answer_is_lost(cloud: Cloud) -> None:
    states = {"Look": look(cloud, **retried("Sandbox.Timedout"))}

    lost = fault(calls=[1], error="Sandbox.Timedout", takesEffect=True)
    execution, history = execute(cloud, states, lost)

    assert execution["output"] == "2"
    assert [told["error"] for told in failures(history)] == ["Sandbox.Timedout"]


def test_a_time_of_failure_begins_and_ends(cloud: Cloud) -> None:
    states = {
        "Wait": {"Type": "Wait", "Seconds": 2, "Next": "Look"},
        "Look": look(cloud, **retried("States.TaskFailed", attempts=9)),
    }

    execution, history = execute(
        cloud, states, fault(**{"from": 2, "to": 5}), fault(**{"from": 60}), fault(to=2)
    )

    assert execution["status"] == "SUCCEEDED"
    assert execution["stopDate"] - execution["startDate"] == timedelta(seconds=5)
    assert len(failures(history)) == 3


def test_the_failure_is_reported_late(cloud: Cloud) -> None:
    late = fault(error="Sandbox.Timedout", delaySeconds=60, takesEffect=True)

    execution, _ = execute(cloud, {"Look": look(cloud)}, late)

    assert execution["error"] == "Sandbox.Timedout"
    assert execution["stopDate"] - execution["startDate"] == timedelta(seconds=60)
    assert cloud.lambda_logs


def test_a_task_times_out_before_its_late_failure(cloud: Cloud) -> None:
    execution, history = execute(
        cloud, {"Look": look(cloud, TimeoutSeconds=10)}, fault(delaySeconds=60)
    )

    assert execution["error"] == "States.Timeout"
    assert execution["stopDate"] - execution["startDate"] == timedelta(seconds=10)
    assert [event["type"] for event in history[-2:]] == ["TaskTimedOut", "ExecutionFailed"]


def test_a_time_out_of_step_functions_is_written_as_one(cloud: Cloud) -> None:
    states = {"Look": look(cloud, **retried("States.Timeout"))}

    execution, history = execute(cloud, states, fault(error="States.Timeout", calls=[1]))

    assert execution["status"] == "SUCCEEDED"
    assert "TaskTimedOut" in [event["type"] for event in history]


@pytest.mark.parametrize(
    ("service", "arguments"),
    [
        (
            "dynamodb:putItem",
            {"TableName": "{TABLE}", "Item": {"pk": {"S": "{% $states.context.State.Name %}"}}},
        ),
        ("events:putEvents", {"Entries": [{"Source": "t", "DetailType": "T", "Detail": {}}]}),
        ("aws-sdk:sqs:listQueues", {}),
    ],
)
def test_every_integration_can_fail(cloud: Cloud, service: str, arguments: Any) -> None:
    text = json.dumps(arguments).replace("{TABLE}", cloud.resources["Table"])
    task = {
        "Type": "Task",
        "Resource": f"arn:aws:states:::{service}",
        "Arguments": json.loads(text),
        "Catch": [
            {
                "ErrorEquals": ["Some.Error"],
                "Next": "Caught",
                "Output": "{% $states.errorOutput %}",
            }
        ],
        "End": True,
    }
    states = {"Look": task, "Caught": {"Type": "Succeed"}}

    execution, _ = execute(cloud, states, fault(error="Some.Error", cause="why"))

    assert json.loads(execution["output"]) == {"Error": "Some.Error", "Cause": "why"}
    assert cloud.published_events == []


def test_the_count_goes_on_over_all_executions(cloud: Cloud) -> None:
    states = {"Look": look(cloud)}
    first, _ = execute(cloud, states, fault(calls=[2]))
    client = cloud.client("stepfunctions")
    for _ in range(2):
        client.start_execution(stateMachineArn=first["stateMachineArn"])
        cloud.run_until_idle(HOUR)

    statuses = [execution["status"] for execution in cloud.executions()]
    assert statuses == ["SUCCEEDED", "FAILED", "SUCCEEDED"]


def test_a_new_plan_replaces_the_old_one(cloud: Cloud) -> None:
    first, _ = execute(cloud, {"Look": look(cloud)}, fault())
    cloud.plan_faults([])
    cloud.client("stepfunctions").start_execution(stateMachineArn=first["stateMachineArn"])
    cloud.run_until_idle(HOUR)

    assert [execution["status"] for execution in cloud.executions()] == ["FAILED", "SUCCEEDED"]


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ({"state": "Nowhere"}, "has a state 'Nowhere'"),
        ({"state": "Pause"}, "'Pause' is not a task"),
        ({"error": "States.Whatever"}, "has no error 'States.Whatever'"),
    ],
)
def test_a_fault_of_nothing_is_refused(cloud: Cloud, keys: Any, message: str) -> None:
    with pytest.raises(UnknownFaultTargetError, match=message):
        cloud.plan_faults([fault(**keys)])


@pytest.mark.parametrize("keys", [{"calls": [0]}, {"from": -1}, {"operation": "x"}])
def test_a_wrong_value_is_refused(keys: Any) -> None:
    with pytest.raises(ValidationError):
        fault(**keys)
