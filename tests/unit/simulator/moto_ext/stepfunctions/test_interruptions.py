"""Executions that end, and functions that vanish, without being asked."""

import json
from datetime import timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from simulator.cloud import Cloud, ExecutionInterruption, UnknownFaultTargetError

HOUR = timedelta(hours=1)
SLEEP = """
import time


def handler(event, context):
    time.sleep(10)
    print("woke up")
"""
ROLE = "arn:aws:iam::111122223333:role/any"


def interruption(**keys: Any) -> ExecutionInterruption:
    return ExecutionInterruption.model_validate({"at": 0, "kind": "stop", **keys})


def task(function: str) -> dict[str, Any]:
    return {
        "Type": "Task",
        "Resource": "arn:aws:states:::lambda:invoke",
        "Arguments": {"FunctionName": function},
    }


def story(cloud: Cloud) -> dict[str, Any]:
    """Pass, wait, look, choose and wait again, without an end."""
    return {
        "Begin": {"Type": "Pass", "Next": "Pause"},
        "Pause": {"Type": "Wait", "Seconds": 10, "Next": "Look"},
        "Look": {**task(cloud.resources["Look"]), "Next": "Choose"},
        "Choose": {
            "Type": "Choice",
            "Choices": [{"Condition": "{% true %}", "Next": "Pause"}],
        },
    }


def create(cloud: Cloud, states: dict[str, Any], name: str = "machine", **more: Any) -> str:
    definition = {
        "QueryLanguage": "JSONata",
        "StartAt": next(iter(states)),
        "States": states,
        **more,
    }
    made = cloud.client("stepfunctions").create_state_machine(
        name=name, definition=json.dumps(definition), roleArn=ROLE
    )
    return str(made["stateMachineArn"])


def execute(
    cloud: Cloud, states: dict[str, Any], *planned: ExecutionInterruption, **more: Any
) -> Any:
    arn = create(cloud, states, **more)
    cloud.plan_faults([], planned, arn)
    cloud.client("stepfunctions").start_execution(stateMachineArn=arn)
    assert cloud.run_until_idle(HOUR)
    [execution] = cloud.executions()
    return execution, cloud.execution_history(execution["executionArn"])


def seconds(execution: dict[str, Any]) -> float:
    taken: timedelta = execution["stopDate"] - execution["startDate"]
    return taken.total_seconds()


def types(history: list[dict[str, Any]]) -> list[str]:
    return [event["type"] for event in history]


@pytest.mark.parametrize(
    ("keys", "status", "last"),
    [
        ({"kind": "stop"}, "ABORTED", "ExecutionAborted"),
        ({"kind": "time-out"}, "TIMED_OUT", "ExecutionTimedOut"),
        ({"kind": "fail", "error": "States.DataLimitExceeded"}, "FAILED", "ExecutionFailed"),
    ],
)
def test_an_execution_is_interrupted_at_its_time(
    cloud: Cloud, keys: dict[str, str], status: str, last: str
) -> None:
    execution, history = execute(cloud, story(cloud), interruption(at=15, **keys))

    assert (execution["status"], seconds(execution)) == (status, 15)
    assert types(history)[-2:] == ["WaitStateEntered", last]
    assert history[-1]["timestamp"] == execution["stopDate"]
    assert [event["detail"]["status"] for event in cloud.service_events] == ["RUNNING", status]
    assert execution.get("error") == keys.get("error")


@pytest.mark.parametrize(
    ("kind", "details"),
    [("stop", "executionAbortedEventDetails"), ("fail", "executionFailedEventDetails")],
)
def test_the_error_and_the_cause_are_told(cloud: Cloud, kind: str, details: str) -> None:
    execution, history = execute(
        cloud, story(cloud), interruption(at=15, kind=kind, error="An.Error", cause="why")
    )

    assert (execution["error"], execution["cause"]) == ("An.Error", "why")
    assert history[-1][details] == {"error": "An.Error", "cause": "why"}


def test_no_catch_takes_an_interruption(cloud: Cloud) -> None:
    states = story(cloud)
    states["Look"]["Catch"] = [{"ErrorEquals": ["States.ALL"], "Next": "Caught"}]
    states["Caught"] = {"Type": "Succeed"}
    planned = interruption(kind="fail", error="States.Runtime", state="Look", duringTask=True)

    execution, _ = execute(cloud, states, planned)

    assert (execution["status"], execution["error"]) == ("FAILED", "States.Runtime")


@pytest.mark.parametrize(
    ("state", "at", "after"),
    [("Begin", 0, 0), ("Pause", 0, 0), ("Look", 0, 10), ("Choose", 11, 20), ("Pause", 11, 20)],
)
@pytest.mark.parametrize("kind", ["stop", "time-out"])
def test_it_strikes_where_a_state_is_entered(
    cloud: Cloud, kind: str, state: str, at: int, after: int
) -> None:
    execution, history = execute(cloud, story(cloud), interruption(kind=kind, at=at, state=state))

    assert seconds(execution) == after
    assert history[-2]["stateEnteredEventDetails"]["name"] == state
    assert execution["status"] == {"stop": "ABORTED", "time-out": "TIMED_OUT"}[kind]


def test_a_state_that_always_fails_is_stopped_before_it_does(cloud: Cloud) -> None:
    states = {"End": {"Type": "Fail", "Error": "X"}}

    execution, _ = execute(cloud, states, interruption(state="End"))

    assert execution["status"] == "ABORTED"


def test_before_its_task_nothing_is_called(cloud: Cloud) -> None:
    _, history = execute(cloud, story(cloud), interruption(state="Look"))

    assert "TaskScheduled" not in types(history)
    assert cloud.lambda_logs == []


def test_during_its_task_the_answer_is_lost_and_the_effect_is_not(cloud: Cloud) -> None:
    execution, history = execute(cloud, story(cloud), interruption(state="Look", duringTask=True))

    assert execution["status"] == "ABORTED"
    assert types(history)[-3:] == ["TaskScheduled", "TaskStarted", "ExecutionAborted"]
    assert cloud.lambda_logs


@pytest.mark.parametrize("keys", [{"state": "Sleep", "duringTask": True}, {"at": 4}])
def test_a_function_goes_on_without_its_execution(synthesize: Any, keys: dict[str, Any]) -> None:
    extra = {
        "Sleep": {
            "Type": "AWS::Lambda::Function",
            "Properties": {
                "Code": {"S3Bucket": {"Fn::Sub": "assets-${AWS::AccountId}"}, "S3Key": "code.zip"},
                "Handler": "watching.sleep.handler",
                "Runtime": "python3.14",
                "Timeout": 30,
                "Role": {"Fn::GetAtt": ["Role", "Arn"]},
            },
        }
    }
    with Cloud() as cloud:
        cloud.deploy(synthesize(extra=extra, modules={"sleep": SLEEP}), "Test")
        states = {"Sleep": {**task(cloud.resources["Sleep"]), "End": True}}
        execution, history = execute(cloud, states, interruption(**keys))

        assert (execution["status"], seconds(execution)) == ("ABORTED", keys.get("at", 0))
        assert types(history)[-2:] == ["TaskStarted", "ExecutionAborted"]
        assert [line for _, line in cloud.lambda_logs] == ["woke up"]
        assert cloud.clock.now() - execution["startDate"] == timedelta(seconds=10)


def test_a_retry_that_waits_is_interrupted(cloud: Cloud) -> None:
    retry = [{"ErrorEquals": ["States.ALL"], "IntervalSeconds": 60}]
    states = {"Break": {**task(cloud.resources["Break"]), "Retry": retry, "End": True}}

    execution, history = execute(cloud, states, interruption(at=30))

    assert (execution["status"], seconds(execution)) == ("ABORTED", 30)
    assert types(history)[-2:] == ["TaskFailed", "ExecutionAborted"]


def test_branches_end_with_their_execution(cloud: Cloud) -> None:
    wait = {"Type": "Wait", "Seconds": 60, "End": True}
    inner = {"First": {"Type": "Wait", "Seconds": 5, "Next": "Second"}, "Second": wait}
    states = {
        "Both": {
            "Type": "Parallel",
            "Branches": [
                {"StartAt": "First", "States": inner},
                {"StartAt": "Other", "States": {"Other": wait}},
            ],
            "End": True,
        }
    }

    execution, history = execute(cloud, states, interruption(state="Second"))

    assert (execution["status"], seconds(execution)) == ("ABORTED", 5)
    assert types(history)[-1] == "ExecutionAborted"


def test_what_has_not_begun_is_interrupted_once_it_does(cloud: Cloud) -> None:
    arn = create(cloud, story(cloud))
    cloud.plan_faults([], [interruption(at=5)], arn)
    cloud.clock.sleep(20)
    cloud.client("stepfunctions").start_execution(stateMachineArn=arn)
    cloud.run_until_idle(HOUR)

    [execution] = cloud.executions()
    assert (execution["status"], seconds(execution)) == ("ABORTED", 0)


def test_what_has_ended_stays_as_it_is(cloud: Cloud) -> None:
    states = {"Wait": {"Type": "Wait", "Seconds": 10, "End": True}}

    execution, _ = execute(
        cloud, states, interruption(at=11), interruption(at=11, kind="fail", error="X")
    )
    cloud.clock.sleep(60)

    assert cloud.executions() == [execution]
    assert execution["status"] == "SUCCEEDED"
    assert len(cloud.service_events) == 2


def test_one_execution_is_meant_by_its_number(cloud: Cloud) -> None:
    other = create(cloud, {"W": {"Type": "Wait", "Seconds": 60, "End": True}}, name="other")
    arn = create(cloud, {"W": {"Type": "Wait", "Seconds": 60, "End": True}})
    start = cloud.client("stepfunctions").start_execution
    start(stateMachineArn=arn)
    cloud.plan_faults([], [interruption(at=5, execution=2), interruption(at=7)], arn)
    for machine in (other, arn, arn):
        start(stateMachineArn=machine)
    cloud.run_until_idle(HOUR)

    told = [(each["status"], seconds(each)) for each in cloud.executions()]
    assert told == [("SUCCEEDED", 60), ("SUCCEEDED", 60), ("ABORTED", 7), ("ABORTED", 5)]


@pytest.mark.parametrize("keys", [{}, {"state": "W"}])
def test_a_move_of_a_plan_is_meant_by_its_number_among_the_moves(
    cloud: Cloud, keys: dict[str, Any]
) -> None:
    moves = create(cloud, {"W": {"Type": "Wait", "Seconds": 60, "End": True}}, name="moves")
    plan = create(cloud, {"W": {"Type": "Wait", "Seconds": 60, "End": True}})
    planned = [interruption(at=0 if keys else 5, execution=2, ofMoves=True, **keys)]
    cloud.plan_faults([], planned, plan, machine_of_moves=moves)
    for machine in (plan, moves, plan, moves):
        cloud.client("stepfunctions").start_execution(stateMachineArn=machine)
    cloud.run_until_idle(HOUR)

    told = [each["status"] for each in cloud.executions()]
    assert told == ["SUCCEEDED", "SUCCEEDED", "SUCCEEDED", "ABORTED"]


@pytest.mark.parametrize("keys", [{"at": 15}, {"at": 15, "state": "Look"}])
def test_a_function_is_deleted_under_a_running_execution(
    cloud: Cloud, keys: dict[str, Any]
) -> None:
    execution, _ = execute(
        cloud, story(cloud), interruption(kind="delete-function", function="LOOK", **keys)
    )

    assert (execution["error"], seconds(execution)) == ("Lambda.ResourceNotFoundException", 20)
    assert len([line for _, line in cloud.lambda_logs if "look" in line]) == 1


def test_a_new_plan_replaces_the_old_one(cloud: Cloud) -> None:
    arn = create(cloud, {"W": {"Type": "Wait", "Seconds": 60, "End": True}})
    cloud.plan_faults([], [interruption(at=5), interruption(state="W")], arn)
    cloud.plan_faults()
    cloud.client("stepfunctions").start_execution(stateMachineArn=arn)
    cloud.run_until_idle(HOUR)

    assert cloud.executions()[0]["status"] == "SUCCEEDED"


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ({"state": "Nowhere"}, "has a state 'Nowhere'"),
        ({"state": "Settled", "duringTask": True}, "'Settled' is not a task"),
        ({"kind": "delete-function", "function": "nobody"}, "in a module 'nobody'"),
    ],
)
def test_an_interruption_of_nothing_is_refused(cloud: Cloud, keys: Any, message: str) -> None:
    with pytest.raises(UnknownFaultTargetError, match=message):
        cloud.plan_faults([], [interruption(**keys)])


@pytest.mark.parametrize(
    "keys",
    [
        {"function": "observe"},
        {"kind": "delete-function"},
        {"kind": "time-out", "error": "X"},
        {"kind": "fail"},
        {"duringTask": True},
        {"execution": 0},
        {"when": 3},
    ],
)
def test_a_wrong_interruption_is_refused(keys: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        interruption(**keys)
