"""What a state machine sees of what goes wrong, and what it can catch."""

import json
from typing import Any

import pytest

from simulator.cloud import Cloud, ExecutionInterruption, TaskFault

UNRULY = """
import sys
import time


def sleep(event, context):
    time.sleep(60)


def leave(event, context):
    sys.exit(137)
"""
CATCH_ALL = {
    "Catch": [
        {"ErrorEquals": ["States.ALL"], "Next": "Caught", "Output": "{% $states.errorOutput %}"}
    ]
}
CAUGHT = {"Type": "Succeed"}


def function(handler: str) -> dict[str, Any]:
    return {
        "Type": "AWS::Lambda::Function",
        "Properties": {
            "Code": {"S3Bucket": {"Fn::Sub": "assets-${AWS::AccountId}"}, "S3Key": "code.zip"},
            "Handler": f"watching.unruly.{handler}",
            "Runtime": "python3.14",
            "Timeout": 10,
            "Role": {"Fn::GetAtt": ["Role", "Arn"]},
        },
    }


def ended(cloud: Cloud, task: dict[str, Any], error: str | None = None) -> dict[str, Any]:
    """Run one task, which may fail with an error, and return its execution."""
    states = {"Task": {"Type": "Task", "End": True, **task}, "Caught": CAUGHT}
    client = cloud.client("stepfunctions")
    arn = client.create_state_machine(
        name="machine",
        definition=json.dumps({"QueryLanguage": "JSONata", "StartAt": "Task", "States": states}),
        roleArn="arn:aws:iam::111122223333:role/any",
    )["stateMachineArn"]
    if error is not None:
        cloud.plan_faults([TaskFault(state="Task", error=error)])
    client.start_execution(stateMachineArn=arn)
    cloud.clock.sleep(600)
    [execution] = cloud.executions()
    return execution


def look(cloud: Cloud) -> dict[str, Any]:
    return {
        "Resource": "arn:aws:states:::lambda:invoke",
        "Arguments": {"FunctionName": cloud.resources["Look"]},
    }


@pytest.mark.parametrize(
    ("logical_id", "error"), [("Sleep", "Sandbox.Timedout"), ("Leave", "Runtime.ExitError")]
)
def test_a_function_that_is_killed_fails_under_lambdas_name(
    synthesize: Any, logical_id: str, error: str
) -> None:
    extra = {name.title(): function(name) for name in ("sleep", "leave")}
    with Cloud() as cloud:
        cloud.deploy(synthesize(extra=extra, modules={"unruly": UNRULY}), "Test")
        name = cloud.resources[logical_id]
        execution = ended(cloud, {**look(cloud), "Arguments": {"FunctionName": name}})

    assert (execution["status"], execution["error"]) == ("FAILED", error)


@pytest.mark.parametrize("error", ["Lambda.Unknown", "Sandbox.Timedout", "States.Timeout"])
def test_all_takes_what_a_task_fails_with(cloud: Cloud, error: str) -> None:
    execution = ended(cloud, {**look(cloud), **CATCH_ALL}, error)

    assert json.loads(execution["output"])["Error"] == error


@pytest.mark.parametrize("error", ["States.DataLimitExceeded", "States.Runtime"])
def test_all_does_not_take_what_ends_everything(cloud: Cloud, error: str) -> None:
    retry = {"Retry": [{"ErrorEquals": ["States.ALL"], "IntervalSeconds": 60}]}

    execution = ended(cloud, {**look(cloud), **retry, **CATCH_ALL}, error)

    assert (execution["status"], execution["error"]) == ("FAILED", error)
    assert execution["stopDate"] == execution["startDate"]


def test_what_eventbridge_refuses_can_be_caught(cloud: Cloud) -> None:
    entry = {"Source": "test", "DetailType": "Kind", "Detail": {}}

    execution = ended(
        cloud,
        {
            "Resource": "arn:aws:states:::events:putEvents",
            "Arguments": {"Entries": [entry] * 11},
            **CATCH_ALL,
        },
    )

    assert json.loads(execution["output"])["Error"] == "EventBridge.ValidationException"


def test_an_expression_that_fails_in_a_task_of_dynamodb_is_no_error_of_dynamodb(
    cloud: Cloud,
) -> None:
    execution = ended(
        cloud,
        {
            "Resource": "arn:aws:states:::dynamodb:getItem",
            "Arguments": {"TableName": cloud.resources["Table"], "Key": "{% $nothing %}"},
        },
    )

    assert execution["error"] == "States.QueryEvaluationError"


def test_an_item_that_fails_with_an_error_of_step_functions_can_be_caught(cloud: Cloud) -> None:
    item = {"Type": "Pass", "Output": "{% $nothing %}", "End": True}

    execution = ended(
        cloud,
        {
            "Type": "Map",
            "Items": [1],
            "ItemProcessor": {"StartAt": "Item", "States": {"Item": item}},
            "Catch": [{**CATCH_ALL["Catch"][0], "ErrorEquals": ["States.QueryEvaluationError"]}],
        },
    )

    assert json.loads(execution["output"])["Error"] == "States.QueryEvaluationError"


def test_a_function_may_vanish(cloud: Cloud) -> None:
    vanish = {"at": 0, "kind": "delete-function", "function": "look"}
    task = look(cloud)
    cloud.plan_faults([], [ExecutionInterruption.model_validate(vanish)])

    execution = ended(cloud, task)

    assert execution["error"] == "Lambda.ResourceNotFoundException"
