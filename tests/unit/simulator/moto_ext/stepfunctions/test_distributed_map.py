"""Map states in distributed mode, whose items are executions of their own."""

import json
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from simulator.cloud import Cloud, ExecutionInterruption, TaskFault

START = datetime(2026, 1, 5, 2, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
ROLE = "arn:aws:iam::111122223333:role/any"
ITEM = {"Type": "Pass", "End": True}
FAIL_ODD = {
    "Odd": {
        "Type": "Choice",
        "Choices": [{"Condition": "{% $states.input % 2 = 1 %}", "Next": "Fail"}],
        "Default": "Pause",
    },
    "Pause": {"Type": "Wait", "Seconds": 60, "End": True},
    "Fail": {"Type": "Fail", "Error": "Odd", "Cause": "not even"},
}
EXCEEDED = {
    "error": "States.ExceedToleratedFailureThreshold",
    "cause": "The specified tolerated failure threshold was exceeded",
}


def distributed(states: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Return a Map over a list in S3."""
    return {
        "Type": "Map",
        "Label": "tracks",
        "ItemReader": {
            "Resource": "arn:aws:states:::s3:getObject",
            "ReaderConfig": {"InputType": "JSON"},
            "Arguments": {"Bucket": "items", "Key": "{% $states.input.key %}"},
        },
        "ItemProcessor": {
            "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
            "StartAt": next(iter(states)),
            "States": states,
        },
        "End": True,
        **more,
    }


MapOver = Callable[..., tuple[dict[str, Any], list[dict[str, Any]]]]


@pytest.fixture
def map_over(cloud: Cloud, run: Any) -> MapOver:
    """A function that runs states over items, and returns the execution and its history."""
    s3 = cloud.client("s3")
    s3.create_bucket(
        Bucket="items", CreateBucketConfiguration={"LocationConstraint": "eu-central-1"}
    )

    def map_over(
        items: Any, states: dict[str, Any], **more: Any
    ) -> tuple[dict[str, Any], list[dict[str, Any]]]:
        s3.put_object(Bucket="items", Key="list.json", Body=json.dumps(items).encode())
        execution, history = run({"Map": distributed(states, **more)}, {"key": "list.json"})
        return execution, history

    return map_over


def children(cloud: Cloud) -> list[dict[str, Any]]:
    return [each for each in cloud.executions() if "mapRunArn" in each]


def types(history: list[dict[str, Any]]) -> list[str]:
    return [event["type"] for event in history]


def output(execution: dict[str, Any]) -> Any:
    assert execution["status"] == "SUCCEEDED", execution
    return json.loads(execution["output"])


def test_each_item_of_a_list_in_s3_is_an_execution(cloud: Cloud, map_over: MapOver) -> None:
    execution, history = map_over([{"a": 1}, {"a": 2}], {"Keep": ITEM})

    first, second = children(cloud)
    assert output(execution) == [{"a": 1}, {"a": 2}]
    assert [output(first), output(second)] == [{"a": 1}, {"a": 2}]
    machine = execution["stateMachineArn"].replace(":stateMachine:", ":execution:")
    assert first["executionArn"] == f"{machine}/tracks:{first['name']}"
    assert first["stateMachineArn"] == f"{execution['stateMachineArn']}/tracks"
    assert first["name"] != second["name"]
    assert types(cloud.execution_history(first["executionArn"])) == [
        "ExecutionStarted",
        "PassStateEntered",
        "PassStateExited",
        "ExecutionSucceeded",
    ]
    assert types(history) == [
        "ExecutionStarted",
        "MapStateEntered",
        "MapStateStarted",
        "MapRunStarted",
        "MapRunSucceeded",
        "MapStateSucceeded",
        "MapStateExited",
        "ExecutionSucceeded",
    ]


def test_a_list_may_be_empty(cloud: Cloud, map_over: MapOver) -> None:
    execution, _ = map_over([], {"Keep": ITEM})

    assert output(execution) == []
    assert children(cloud) == []


def test_items_may_come_from_the_state_itself(cloud: Cloud, run: Any) -> None:
    state = distributed({"Keep": ITEM}, Items="{% [1..3] %}")
    del state["ItemReader"], state["Label"]

    execution, _ = run({"Map": state})

    assert output(execution) == [1, 2, 3]
    assert len({child["stateMachineArn"] for child in children(cloud)}) == 1


def test_the_results_can_be_discarded(map_over: MapOver) -> None:
    execution, _ = map_over([1, 2], {"Keep": ITEM}, Output={})

    assert output(execution) == {}


def test_a_childs_context_object_is_its_own(cloud: Cloud, map_over: MapOver) -> None:
    states = {
        "Wait": {"Type": "Wait", "Seconds": 30, "Next": "Tell"},
        "Tell": {"Type": "Pass", "Output": "{% $states.context %}", "End": True},
    }

    map_over([{"a": 1}, {"a": 2}], states, MaxConcurrency=1)

    _, child = children(cloud)
    assert output(child) == {
        "Execution": {
            "Id": child["executionArn"],
            "Input": {"a": 2},
            "Name": child["name"],
            "RoleArn": ROLE,
            "StartTime": "2026-01-05T02:00:30.000Z",
            "RedriveCount": 0,
        },
        "StateMachine": {"Id": child["stateMachineArn"], "Name": "machine-1/tracks"},
        "State": {"EnteredTime": "2026-01-05T02:01:00.000Z", "Name": "Tell"},
    }


def test_a_child_sees_no_variable_of_its_parent(cloud: Cloud, run: Any) -> None:
    state = distributed({"Use": {"Type": "Pass", "Output": "{% $kept %}", "End": True}}, Items=[1])
    del state["ItemReader"]

    run({"Keep": {"Type": "Pass", "Assign": {"kept": 7}, "Next": "Map"}, "Map": state})

    [child] = children(cloud)
    assert child["error"] == "States.QueryEvaluationError"


def test_an_item_selector_sees_the_item_the_input_and_the_variables(cloud: Cloud, run: Any) -> None:
    state = distributed(
        {"Keep": ITEM},
        Items="{% ['a', 'b'] %}",
        ItemSelector={
            "item": "{% $states.context.Map.Item.Value %}",
            "number": "{% $states.context.Map.Item.Index %}",
            "plan": "{% $states.context.Execution.Name %}",
            "given": "{% $states.input.given %}",
            "kept": "{% $kept %}",
        },
    )
    del state["ItemReader"]
    keep = {"Type": "Pass", "Assign": {"kept": 7}, "Next": "Map"}

    execution, _ = run({"Keep": keep, "Map": state}, {"given": 5})

    shared = {"plan": execution["name"], "given": 5, "kept": 7}
    assert [output(child) for child in children(cloud)] == [
        {"item": "a", "number": 0, **shared},
        {"item": "b", "number": 1, **shared},
    ]


@pytest.mark.parametrize(
    ("concurrency", "seconds"), [(1, 300), (2, 180), ("{% 1 + 1 %}", 180), (0, 60), (9, 60)]
)
def test_no_more_run_side_by_side_than_is_said(
    cloud: Cloud, map_over: MapOver, concurrency: Any, seconds: int
) -> None:
    wait = {"Wait": {"Type": "Wait", "Seconds": 60, "End": True}}

    execution, _ = map_over([1, 2, 3, 4, 5], wait, MaxConcurrency=concurrency)

    assert execution["stopDate"] - execution["startDate"] == timedelta(seconds=seconds)
    assert [output(child) for child in children(cloud)] == [1, 2, 3, 4, 5]


def test_the_next_item_starts_when_one_has_ended(cloud: Cloud, map_over: MapOver) -> None:
    wait = {"Wait": {"Type": "Wait", "Seconds": "{% $states.input %}", "End": True}}

    map_over([50, 10, 10, 10], wait, MaxConcurrency=2)

    starts = [(child["startDate"] - START).total_seconds() for child in children(cloud)]
    assert starts == [0, 0, 10, 20]


@pytest.mark.verify
def test_thousands_of_items_run_one_after_the_other(cloud: Cloud, map_over: MapOver) -> None:
    execution, history = map_over(
        list(range(2000)), {"Keep": {**ITEM, "Output": {}}}, MaxConcurrency=1, Output={}
    )

    assert output(execution) == {}
    assert Counter(child["status"] for child in children(cloud)) == {"SUCCEEDED": 2000}
    assert len(history) == 8


def test_an_item_that_fails_fails_the_map(cloud: Cloud, map_over: MapOver) -> None:
    execution, history = map_over([2, 4, 5, 6], FAIL_ODD, MaxConcurrency=3)

    assert {key: execution[key] for key in ("error", "cause")} == EXCEEDED
    assert [child["status"] for child in children(cloud)] == ["ABORTED", "ABORTED", "FAILED"]
    assert children(cloud)[2]["error"] == "Odd"
    assert types(history)[-3:] == ["MapRunFailed", "MapStateFailed", "ExecutionFailed"]
    assert history[-3]["mapRunFailedEventDetails"] == EXCEEDED
    assert execution["stopDate"] == START


@pytest.mark.parametrize(
    ("tolerated", "status"),
    [
        ({"ToleratedFailurePercentage": 100}, "SUCCEEDED"),
        ({"ToleratedFailurePercentage": 50}, "SUCCEEDED"),
        ({"ToleratedFailurePercentage": "{% 25 * 2 %}"}, "SUCCEEDED"),
        ({"ToleratedFailurePercentage": 49.9}, "FAILED"),
        ({"ToleratedFailureCount": 2}, "SUCCEEDED"),
        ({"ToleratedFailureCount": 1}, "FAILED"),
        ({"ToleratedFailureCount": 3, "ToleratedFailurePercentage": 25}, "FAILED"),
        ({"ToleratedFailureCount": 1, "ToleratedFailurePercentage": 100}, "FAILED"),
    ],
)
def test_so_many_failures_are_tolerated(
    map_over: MapOver, tolerated: dict[str, Any], status: str
) -> None:
    execution, _ = map_over([1, 2, 3, 4], FAIL_ODD, **tolerated)

    assert execution["status"] == status
    if status == "SUCCEEDED":
        assert output(execution) == [2, 4]


def test_a_map_that_failed_can_be_caught(cloud: Cloud, run: Any) -> None:
    state = distributed(
        FAIL_ODD,
        Items=[1],
        Catch=[{"ErrorEquals": ["States.ExceedToleratedFailureThreshold"], "Next": "Caught"}],
    )
    del state["ItemReader"]

    execution, _ = run({"Map": state, "Caught": {"Type": "Succeed"}})

    assert output(execution)["Error"] == "States.ExceedToleratedFailureThreshold"


@pytest.mark.parametrize("items", ["text", {"an": "object"}])
def test_what_is_no_list_is_not_read(map_over: MapOver, items: Any) -> None:
    execution, history = map_over(items, {"Keep": ITEM})

    assert execution["error"] == "States.ItemReaderFailed"
    assert history[-3]["type"] == "MapRunFailed"


def test_what_is_not_in_s3_can_be_caught(cloud: Cloud, map_over: MapOver, run: Any) -> None:
    map_over([], {"Keep": ITEM})
    catch = [{"ErrorEquals": ["States.ItemReaderFailed"], "Next": "Caught"}]
    state = distributed({"Keep": ITEM}, Catch=catch)

    execution, _ = run({"Map": state, "Caught": {"Type": "Succeed"}}, {"key": "missing.json"})

    assert output(execution)["Error"] == "States.ItemReaderFailed"


def test_the_results_have_a_limit_though_they_are_discarded(map_over: MapOver) -> None:
    states = {"Make": {"Type": "Pass", "Output": "{% $pad('', 30000, 'x') %}", "End": True}}

    execution, _ = map_over(list(range(10)), states, Output={})

    assert execution["error"] == "States.DataLimitExceeded"


def stoppable(cloud: Cloud, map_over: MapOver) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Stop an execution whose Map has two of three items under way, after a minute."""

    def stop() -> None:
        cloud.client("stepfunctions").stop_execution(
            executionArn=cloud.executions()[0]["executionArn"], error="Enough", cause="why"
        )

    cloud.clock.call_later(60, stop)
    wait = {"Wait": {"Type": "Wait", "Seconds": 300, "End": True}}
    return map_over([1, 2, 3], wait, MaxConcurrency=2)


def test_stopping_the_parent_stops_the_children(cloud: Cloud, map_over: MapOver) -> None:
    execution, history = stoppable(cloud, map_over)

    assert (execution["status"], execution["error"]) == ("ABORTED", "Enough")
    assert [child["status"] for child in children(cloud)] == ["ABORTED", "ABORTED"]
    stopped = START + timedelta(minutes=1)
    assert {each["stopDate"] for each in cloud.executions()} == {stopped}
    assert types(history)[3:] == [
        "MapRunStarted",
        "MapRunAborted",
        "MapStateAborted",
        "ExecutionAborted",
    ]
    for child in children(cloud):
        assert types(cloud.execution_history(child["executionArn"]))[-1] == "ExecutionAborted"


def test_a_map_run_is_described_and_its_executions_are_listed(
    cloud: Cloud, map_over: MapOver
) -> None:
    execution, _ = map_over([1, 2, 3], FAIL_ODD, ToleratedFailurePercentage=100, MaxConcurrency=2)
    client = cloud.client("stepfunctions")

    [run] = client.list_map_runs(executionArn=execution["executionArn"])["mapRuns"]
    told = client.describe_map_run(mapRunArn=run["mapRunArn"])
    listed = client.list_executions(mapRunArn=run["mapRunArn"])["executions"]
    failed = client.list_executions(mapRunArn=run["mapRunArn"], statusFilter="FAILED")

    assert told["status"] == "SUCCEEDED"
    assert told["maxConcurrency"] == 2
    assert told["executionCounts"] == told["itemCounts"]
    counts = {key: count for key, count in told["executionCounts"].items() if count}
    assert counts == {"total": 3, "succeeded": 1, "failed": 2}
    assert [each["executionArn"] for each in reversed(listed)] == [
        child["executionArn"] for child in children(cloud)
    ]
    assert {each["itemCount"] for each in listed} == {1}
    assert [each["status"] for each in failed["executions"]] == ["FAILED", "FAILED"]
    of_machine = client.list_executions(stateMachineArn=execution["stateMachineArn"])
    assert [each["executionArn"] for each in of_machine["executions"]] == [
        execution["executionArn"]
    ]


def test_executions_are_listed_page_by_page(cloud: Cloud, map_over: MapOver) -> None:
    map_over(list(range(5)), {"Keep": ITEM})
    run = children(cloud)[0]["mapRunArn"]
    client = cloud.client("stepfunctions")

    first = client.list_executions(mapRunArn=run, maxResults=3)
    second = client.list_executions(mapRunArn=run, maxResults=3, nextToken=first["nextToken"])

    assert [len(first["executions"]), len(second["executions"])] == [3, 2]
    assert "nextToken" not in second
    with pytest.raises(client.exceptions.ResourceNotFound):
        client.list_executions(mapRunArn=f"{run}0")


def test_the_bus_hears_of_each_child(cloud: Cloud, map_over: MapOver) -> None:
    map_over([1], {"Keep": ITEM})

    [child] = children(cloud)
    details = [event["detail"] for event in cloud.service_events]
    told = [(each["executionArn"], each["status"]) for each in details]
    assert told[1:3] == [(child["executionArn"], "RUNNING"), (child["executionArn"], "SUCCEEDED")]
    assert details[1]["stateMachineArn"] == child["stateMachineArn"]


def looking(cloud: Cloud) -> dict[str, Any]:
    """Look in a Lambda, again where it fails, and wait a minute."""
    return {
        "Look": {
            "Type": "Task",
            "Resource": "arn:aws:states:::lambda:invoke",
            "Arguments": {"FunctionName": cloud.resources["Look"]},
            "Retry": [{"ErrorEquals": ["Broken"], "IntervalSeconds": 5, "MaxAttempts": 1}],
            "Next": "Wait",
        },
        "Wait": {"Type": "Wait", "Seconds": 60, "End": True},
    }


def plan_faults(cloud: Cloud, **plan: Any) -> None:
    """Disturb the first machine that `run` makes."""
    machine = "arn:aws:states:eu-central-1:111122223333:stateMachine:machine-1"
    cloud.client("stepfunctions").create_state_machine(
        name="known-states",
        definition=json.dumps({"StartAt": "Look", "States": looking(cloud)}).replace(
            "Arguments", "Parameters"
        ),
        roleArn=ROLE,
    )
    cloud.plan_faults(state_machine=machine, **plan)


def test_the_task_of_an_item_fails_as_planned(cloud: Cloud, map_over: MapOver) -> None:
    plan_faults(cloud, task_faults=[TaskFault(state="Look", error="Broken", calls=(2,))])

    execution, _ = map_over([1, 2], looking(cloud))

    assert execution["status"] == "SUCCEEDED"
    first, second = (cloud.execution_history(each["executionArn"]) for each in children(cloud))
    assert "TaskFailed" not in types(first)
    assert types(second).count("TaskFailed") == 1


@pytest.mark.parametrize("during_task", [False, True])
def test_what_an_item_comes_to_interrupts_the_whole(
    cloud: Cloud, map_over: MapOver, during_task: bool
) -> None:
    plan = {"at": 30, "kind": "stop", "state": "Look", "duringTask": during_task, "error": "Out"}
    plan_faults(cloud, interruptions=[ExecutionInterruption.model_validate(plan)])

    execution, _ = map_over([1, 2], looking(cloud), MaxConcurrency=1)

    assert (execution["status"], execution["error"]) == ("ABORTED", "Out")
    assert [child["status"] for child in children(cloud)] == ["SUCCEEDED", "ABORTED"]
    assert execution["stopDate"] == START + timedelta(seconds=60)


def test_a_map_is_interrupted_at_its_time(cloud: Cloud, map_over: MapOver) -> None:
    plan_faults(
        cloud, interruptions=[ExecutionInterruption.model_validate({"at": 45, "kind": "time-out"})]
    )

    execution, _ = map_over([1, 2], looking(cloud), MaxConcurrency=1)

    assert execution["status"] == "TIMED_OUT"
    assert [child["status"] for child in children(cloud)] == ["ABORTED"]


def test_a_token_of_an_item_can_be_answered(cloud: Cloud, map_over: MapOver) -> None:
    queue = cloud.client("sqs").create_queue(QueueName="asked")["QueueUrl"]
    ask = {
        "Type": "Task",
        "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
        "Arguments": {"QueueUrl": queue, "MessageBody": "{% $states.context.Task.Token %}"},
        "End": True,
    }

    def answer() -> None:
        [message] = cloud.dead_letters(queue)
        cloud.client("stepfunctions").send_task_success(taskToken=message["Body"], output='"yes"')

    cloud.clock.call_later(60, answer)
    execution, _ = map_over([1], {"Ask": ask})

    assert output(execution) == ["yes"]


def test_two_runs_are_alike_to_the_letter(cloud: Cloud, map_over: MapOver) -> None:
    checkpoint = cloud.checkpoint()

    def told() -> Any:
        cloud.client("s3").put_object(Bucket="items", Key="list.json", Body=b"[1, 2, 3]")
        machine = cloud.client("stepfunctions").create_state_machine(
            name="twice",
            definition=json.dumps(
                {
                    "QueryLanguage": "JSONata",
                    "StartAt": "Map",
                    "States": {"Map": distributed(looking(cloud), MaxConcurrency=2)},
                }
            ),
            roleArn=ROLE,
        )["stateMachineArn"]
        cloud.client("stepfunctions").start_execution(
            stateMachineArn=machine, input='{"key": "list.json"}'
        )
        assert cloud.run_until_idle(HOUR)
        executions = cloud.executions()
        histories = [cloud.execution_history(each["executionArn"]) for each in executions]
        return json.dumps([executions, histories, cloud.service_events], default=str)

    first = told()
    checkpoint.restore()

    assert cloud.executions() == []
    assert told() == first
