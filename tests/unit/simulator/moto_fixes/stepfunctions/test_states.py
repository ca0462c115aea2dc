"""Step Functions' states in JSONata, as moto runs them after the repairs."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from simulator.cloud import Cloud

START = datetime(2026, 1, 5, 2, 0, tzinfo=UTC)
DONE = {"Type": "Succeed"}


def output(execution: Any) -> Any:
    assert execution["status"] == "SUCCEEDED", execution
    return json.loads(execution["output"])


def invoke(cloud: Cloud, logical_id: Any, payload: Any, **more: Any) -> Any:
    return {
        "Type": "Task",
        "Resource": "arn:aws:states:::lambda:invoke",
        "Arguments": {"FunctionName": cloud.resources[logical_id], "Payload": payload},
        **more,
    }


def test_variables_keep_quotes_and_line_breaks(run: Any) -> None:
    text = 'a "quoted"\nline \\ and ü'

    execution, _ = run(
        {
            "Keep": {"Type": "Pass", "Assign": {"kept": "{% $states.input.text %}"}, "Next": "Use"},
            "Use": {"Type": "Pass", "Output": {"text": "{% $kept %}"}, "End": True},
        },
        {"text": text},
    )

    assert output(execution) == {"text": text}


def test_a_variable_may_be_null(run: Any) -> None:
    execution, _ = run(
        {
            "Keep": {"Type": "Pass", "Assign": {"kept": "{% null %}"}, "Next": "Use"},
            "Use": {"Type": "Pass", "Output": "{% $kept = null %}", "End": True},
        }
    )

    assert output(execution) is True


def test_an_expression_that_gives_nothing_fails_the_execution(run: Any) -> None:
    execution, _ = run({"Use": {"Type": "Pass", "Output": "{% $states.input.no %}", "End": True}})

    assert execution["error"] == "States.QueryEvaluationError"
    assert "returned nothing (undefined)" in execution["cause"]


def test_a_faulty_expression_in_a_task_can_be_caught(cloud: Cloud, run: Any) -> None:
    execution, _ = run(
        {
            "Look": invoke(
                cloud,
                "Look",
                "{% 1 + 'a' %}",
                Catch=[{"ErrorEquals": ["States.QueryEvaluationError"], "Next": "Done"}],
                End=True,
            ),
            "Done": DONE,
        }
    )

    assert output(execution)["Error"] == "States.QueryEvaluationError"


def test_the_context_object_tells_who_and_when(run: Any) -> None:
    execution, history = run(
        {
            "Wait": {"Type": "Wait", "Seconds": 61, "Next": "Tell"},
            "Tell": {"Type": "Pass", "Output": "{% $states.context %}", "End": True},
        },
        {"a": 1},
    )

    assert output(execution) == {
        "Execution": {
            "Id": execution["executionArn"],
            "Input": {"a": 1},
            "Name": execution["name"],
            "RoleArn": "arn:aws:iam::111122223333:role/any",
            "StartTime": "2026-01-05T02:00:00.000Z",
            "RedriveCount": 0,
        },
        "StateMachine": {"Id": execution["stateMachineArn"], "Name": "machine-1"},
        "State": {"EnteredTime": "2026-01-05T02:01:01.000Z", "Name": "Tell"},
    }
    assert execution["stopDate"] == history[-1]["timestamp"] == START + timedelta(seconds=61)


@pytest.mark.parametrize(
    ("wait", "seconds"),
    [
        ({"Seconds": 10}, 10),
        ({"Seconds": "{% $states.input.n * 2 %}"}, 14),
        ({"Timestamp": "2026-01-05T02:00:30Z"}, 30),
        ({"Timestamp": "2026-01-05T03:00:30.500+01:00"}, 30.5),
        ({"Timestamp": "{% $states.input.until %}"}, 3600),
        ({"Timestamp": "2020-01-01T00:00:00Z"}, 0),
    ],
)
def test_waits_take_exactly_their_time(run: Any, wait: Any, seconds: Any) -> None:
    execution, _ = run(
        {"Wait": {"Type": "Wait", **wait, "End": True}},
        {"n": 7, "until": "2026-01-05T03:00:00Z"},
    )

    assert execution["status"] == "SUCCEEDED"
    assert execution["stopDate"] - execution["startDate"] == timedelta(seconds=seconds)


def test_an_error_in_a_handler_comes_with_its_class_and_cause(cloud: Cloud, run: Any) -> None:
    execution, _ = run({"Break": invoke(cloud, "Break", {"why": "it must"}, End=True)})

    cause = json.loads(execution["cause"])
    assert (execution["status"], execution["error"]) == ("FAILED", "Unruly")
    assert (cause["errorType"], cause["errorMessage"]) == ("Unruly", "it must")
    assert '/var/task/watching/breaking.py", line' in cause["stackTrace"][0]


def test_retries_back_off_up_to_the_longest_delay(cloud: Cloud, run: Any) -> None:
    retry = {
        "ErrorEquals": ["States.ALL"],
        "IntervalSeconds": 2,
        "BackoffRate": 3,
        "MaxDelaySeconds": 10,
        "MaxAttempts": 3,
    }

    execution, history = run(
        {
            "Break": invoke(
                cloud,
                "Break",
                {"why": "{% $string($states.context.State.RetryCount) %}"},
                Retry=[retry],
                Catch=[{"ErrorEquals": ["Unruly"], "Next": "Done", "Assign": {"x": 1}}],
                End=True,
            ),
            "Done": DONE,
        }
    )

    started = [e["timestamp"] for e in history if e["type"] == "TaskStarted"]
    assert [(moment - START).total_seconds() for moment in started] == [0, 2, 8, 18]
    assert json.loads(output(execution)["Cause"])["errorMessage"] == "3"


def test_throttled_functions_are_told_apart(cloud: Cloud, run: Any) -> None:
    function = cloud.resources["Look"]
    cloud.client("lambda").put_function_concurrency(
        FunctionName=function, ReservedConcurrentExecutions=0
    )

    execution, _ = run({"Look": invoke(cloud, "Look", {}, End=True)})

    assert execution["error"] == "Lambda.TooManyRequestsException"


def test_fail_takes_expressions(run: Any) -> None:
    execution, _ = run(
        {"Fail": {"Type": "Fail", "Error": "{% $states.input.e %}", "Cause": "{% 'c' & 1 %}"}},
        {"e": "My.Error"},
    )

    assert (execution["error"], execution["cause"]) == ("My.Error", "c1")


def test_a_choice_assigns_for_the_branch_it_takes(run: Any) -> None:
    execution, _ = run(
        {
            "Which": {
                "Type": "Choice",
                "Choices": [
                    {"Condition": "{% $states.input.n > 5 %}", "Assign": {"x": 1}, "Next": "Use"},
                    {"Condition": "{% $states.input.n > 2 %}", "Assign": {"x": 2}, "Next": "Use"},
                ],
                "Default": "Use",
                "Assign": {"x": 3},
            },
            "Use": {"Type": "Succeed", "Output": "{% $x %}"},
        },
        {"n": 4},
    )

    assert output(execution) == 2


def test_parallel_branches_share_the_virtual_time(run: Any) -> None:
    def branch(seconds: Any) -> Any:
        states = {
            "W": {"Type": "Wait", "Seconds": seconds, "Next": "P"},
            "P": {"Type": "Pass", "Output": seconds, "End": True},
        }
        return {"StartAt": "W", "States": states}

    execution, _ = run(
        {"Both": {"Type": "Parallel", "Branches": [branch(30), branch(10)], "End": True}}
    )

    assert output(execution) == [30, 10]
    assert execution["stopDate"] - execution["startDate"] == timedelta(seconds=30)


def test_a_map_runs_its_items_side_by_side(run: Any) -> None:
    execution, _ = run(
        {
            "Each": {
                "Type": "Map",
                "Items": "{% $states.input.items %}",
                "ItemProcessor": {
                    "StartAt": "W",
                    "States": {
                        "W": {"Type": "Wait", "Seconds": "{% $states.input %}", "Next": "P"},
                        "P": {"Type": "Pass", "Output": "{% $states.input * 2 %}", "End": True},
                    },
                },
                "End": True,
            }
        },
        {"items": [3, 1, 2]},
    )

    assert output(execution) == [6, 2, 4]
    assert execution["stopDate"] - execution["startDate"] == timedelta(seconds=3)


def test_an_execution_times_out_in_the_middle_of_a_wait(run: Any) -> None:
    execution, history = run(
        {"Wait": {"Type": "Wait", "Seconds": 600, "End": True}}, TimeoutSeconds=60
    )

    assert execution["status"] == "TIMED_OUT"
    assert execution["stopDate"] - execution["startDate"] == timedelta(seconds=60)
    assert history[-1]["type"] == "ExecutionTimedOut"


def test_a_failed_condition_of_dynamodb_can_be_caught(cloud: Cloud, run: Any) -> None:
    put = {
        "Type": "Task",
        "Resource": "arn:aws:states:::dynamodb:putItem",
        "Arguments": {
            "TableName": cloud.resources["Table"],
            "Item": {"pk": {"S": "{% $states.input.id %}"}, "n": {"N": "{% $string(1) %}"}},
            "ConditionExpression": "attribute_not_exists(pk)",
        },
        "Output": "{% $states.input %}",
    }
    read = {
        "Type": "Task",
        "Resource": "arn:aws:states:::dynamodb:getItem",
        "Arguments": {"TableName": cloud.resources["Table"], "Key": {"pk": {"S": "one"}}},
        "Output": "{% $states.result.Item.n.N %}",
        "Next": "Done",
    }
    caught = [{"ErrorEquals": ["DynamoDB.ConditionalCheckFailedException"], "Next": "Read"}]

    execution, _ = run(
        {
            "First": {**put, "Next": "Second"},
            "Second": {**put, "Catch": caught, "End": True},
            "Read": read,
            "Done": DONE,
        },
        {"id": "one"},
    )

    assert output(execution) == "1"


def test_events_that_are_refused_fail_the_task(run: Any) -> None:
    entry = {"Source": "test", "DetailType": "Kind", "Detail": "not json"}

    execution, _ = run(
        {
            "Put": {
                "Type": "Task",
                "Resource": "arn:aws:states:::events:putEvents",
                "Arguments": {"Entries": [entry]},
                "End": True,
            }
        }
    )

    assert execution["error"] == "EventBridge.FailedEntry"


def test_sdk_integrations_speak_pascal_case(cloud: Cloud, run: Any) -> None:
    execution, _ = run(
        {
            "Describe": {
                "Type": "Task",
                "Resource": "arn:aws:states:::aws-sdk:sfn:describeStateMachine",
                "Arguments": {"StateMachineArn": cloud.outputs["MachineArn"]},
                "Output": {
                    "name": "{% $states.result.Name %}",
                    "created": "{% $states.result.CreationDate %}",
                },
                "Next": "Put",
            },
            "Put": {
                "Type": "Task",
                "Resource": "arn:aws:states:::aws-sdk:eventbridge:putEvents",
                "Arguments": {
                    "Entries": [{"Source": "sdk", "DetailType": "K", "Detail": {"a": [1]}}]
                },
                "Output": "{% $merge([$states.input, {'n': $states.result.FailedEntryCount}]) %}",
                "End": True,
            },
        }
    )

    name = cloud.outputs["MachineArn"].rsplit(":", 1)[1]
    assert output(execution) == {"name": name, "created": "2026-01-05T02:00:00.000Z", "n": 0}
    assert cloud.published_events[-1]["detail"] == {"a": [1]}


@pytest.mark.parametrize(
    ("call", "arguments", "error"),
    [
        (
            "dynamodb:getItem",
            {"TableName": "missing", "Key": {"pk": {"S": "x"}}},
            "DynamoDb.ResourceNotFoundException",
        ),
        (
            "eventbridge:putEvents",
            {"Entries": [{"Source": "s", "DetailType": "d", "Detail": "{}"}] * 11},
            "EventBridge.ValidationException",
        ),
    ],
)
def test_sdk_errors_carry_the_services_name(
    run: Any, call: str, arguments: Any, error: str
) -> None:
    task = {"Type": "Task", "Resource": f"arn:aws:states:::aws-sdk:{call}", "End": True}

    execution, _ = run({"Call": {**task, "Arguments": arguments}})

    assert execution["error"] == error


def test_a_child_execution_is_waited_for(cloud: Cloud, run: Any) -> None:
    child = cloud.client("stepfunctions").create_state_machine(
        name="child",
        definition=json.dumps(
            {
                "QueryLanguage": "JSONata",
                "StartAt": "W",
                "States": {
                    "W": {"Type": "Wait", "Seconds": 20, "Next": "P"},
                    "P": {"Type": "Pass", "Output": {"got": "{% $states.input.a %}"}, "End": True},
                },
            }
        ),
        roleArn="arn:aws:iam::111122223333:role/any",
    )["stateMachineArn"]

    execution, _ = run(
        {
            "Start": {
                "Type": "Task",
                "Resource": "arn:aws:states:::states:startExecution.sync:2",
                "Arguments": {"StateMachineArn": child, "Input": {"a": 1}},
                "Output": "{% $states.result.Output %}",
                "End": True,
            }
        }
    )

    assert output(execution) == {"got": 1}
