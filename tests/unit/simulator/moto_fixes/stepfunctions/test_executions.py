"""Starting, stopping and answering executions."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from simulator.cloud import Cloud

HOUR = timedelta(hours=1)
ROLE = "arn:aws:iam::111122223333:role/any"


def machine(cloud: Cloud, states: Any) -> Any:
    definition = {"QueryLanguage": "JSONata", "StartAt": next(iter(states)), "States": states}
    client = cloud.client("stepfunctions")
    made = client.create_state_machine(
        name="machine", definition=json.dumps(definition), roleArn=ROLE
    )
    return made["stateMachineArn"]


WAIT = {"W": {"Type": "Wait", "Seconds": 60, "End": True}}
TOKEN = {
    "Ask": {
        "Type": "Task",
        "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
        "Arguments": {
            "QueueUrl": "QUEUE",
            "MessageBody": {"token": "{% $states.context.Task.Token %}"},
        },
        "TimeoutSeconds": 600,
        "Catch": [{"ErrorEquals": ["States.Timeout"], "Next": "Late"}],
        "End": True,
    },
    "Late": {"Type": "Fail", "Error": "TooLate"},
}


def asking(cloud: Cloud) -> Any:
    text = json.dumps(TOKEN).replace("QUEUE", cloud.resources["DeadLetters"])
    return machine(cloud, json.loads(text))


def test_an_execution_gets_a_name_of_its_own(cloud: Cloud) -> None:
    arn = machine(cloud, WAIT)
    client = cloud.client("stepfunctions")

    names = {client.start_execution(stateMachineArn=arn)["executionArn"] for _ in range(3)}

    assert len(names) == 3


def test_a_name_is_used_once(cloud: Cloud) -> None:
    arn = machine(cloud, WAIT)
    start = cloud.client("stepfunctions").start_execution
    first = start(stateMachineArn=arn, name="one", input='{"a": 1}')

    again = start(stateMachineArn=arn, name="one", input='{"a": 1}')
    with pytest.raises(ClientError, match="ExecutionAlreadyExists"):
        start(stateMachineArn=arn, name="one", input='{"a": 2}')

    assert again["executionArn"] == first["executionArn"]
    assert len(cloud.executions()) == 1


@pytest.mark.parametrize("text", ["not json", json.dumps("x" * 262_144)])
def test_input_that_aws_refuses_is_refused(cloud: Cloud, text: Any) -> None:
    with pytest.raises(ClientError, match="InvalidExecutionInput"):
        cloud.client("stepfunctions").start_execution(
            stateMachineArn=cloud.outputs["MachineArn"], input=text
        )


def test_a_name_that_aws_refuses_is_refused(cloud: Cloud) -> None:
    with pytest.raises(ClientError, match="InvalidName"):
        cloud.client("stepfunctions").start_execution(
            stateMachineArn=cloud.outputs["MachineArn"], name="a name"
        )


def test_stopping_ends_a_wait(cloud: Cloud) -> None:
    client = cloud.client("stepfunctions")
    arn = client.start_execution(stateMachineArn=machine(cloud, WAIT))["executionArn"]
    cloud.clock.sleep(10)

    client.stop_execution(executionArn=arn)
    cloud.run_until_idle(HOUR)

    (execution,) = cloud.executions()
    assert execution["status"] == "ABORTED"
    assert (execution["stopDate"] - execution["startDate"]).total_seconds() == 10


def test_a_task_token_brings_the_answer(cloud: Cloud) -> None:
    client = cloud.client("stepfunctions")
    client.start_execution(stateMachineArn=asking(cloud))
    assert not cloud.run_until_idle(timedelta(seconds=30))
    (message,) = cloud.dead_letters(cloud.resources["DeadLetters"])

    client.send_task_success(taskToken=json.loads(message["Body"])["token"], output='{"yes": 1}')

    assert cloud.run_until_idle(HOUR)
    (execution,) = cloud.executions()
    assert json.loads(execution["output"]) == {"yes": 1}
    assert (execution["stopDate"] - execution["startDate"]).total_seconds() == 30


def test_a_task_token_can_fail_its_task_and_say_why(cloud: Cloud) -> None:
    client = cloud.client("stepfunctions")
    client.start_execution(stateMachineArn=asking(cloud))
    cloud.run_until_idle(timedelta(seconds=30))
    (message,) = cloud.dead_letters(cloud.resources["DeadLetters"])

    token = json.loads(message["Body"])["token"]
    client.send_task_failure(taskToken=token, error="Refused", cause="not tonight")

    assert cloud.run_until_idle(HOUR)
    (execution,) = cloud.executions()
    assert (execution["error"], execution["cause"]) == ("Refused", "not tonight")


def test_a_task_token_that_nobody_uses_times_out(cloud: Cloud) -> None:
    cloud.client("stepfunctions").start_execution(stateMachineArn=asking(cloud))

    assert cloud.run_until_idle(HOUR)

    (execution,) = cloud.executions()
    assert execution["error"] == "TooLate"
    assert (execution["stopDate"] - execution["startDate"]).total_seconds() == 600


def test_stopping_lets_go_of_a_task_token(cloud: Cloud) -> None:
    client = cloud.client("stepfunctions")
    arn = client.start_execution(stateMachineArn=asking(cloud))["executionArn"]
    cloud.clock.sleep(10)

    client.stop_execution(executionArn=arn)

    assert cloud.run_until_idle(HOUR)
    assert cloud.executions()[0]["status"] == "ABORTED"
    assert cloud.clock.now() - cloud.executions()[0]["startDate"] == timedelta(seconds=10)


def everything(assembly: Path, seed: Any, count: Any = 1) -> Any:
    with Cloud(seed=seed) as cloud:
        cloud.deploy(assembly, "Test")
        for number in range(count):
            detail = json.dumps({"id": f"id-{number}"})
            entry = {"Source": "t", "DetailType": "Wanted", "EventBusName": "test-bus"}
            cloud.client("events").put_events(Entries=[{**entry, "Detail": detail}])
        assert cloud.run_until_idle(HOUR)
        executions = cloud.executions()
        histories = [cloud.execution_history(e["executionArn"]) for e in executions]
        return executions, histories, cloud.published_events, cloud.lambda_logs


def test_the_same_seed_gives_the_same_history_to_the_last_id(assembly: Path) -> None:
    assert everything(assembly, seed=1) == everything(assembly, seed=1)


def test_another_seed_gives_other_ids(assembly: Path) -> None:
    assert everything(assembly, seed=1) != everything(assembly, seed=2)


def test_many_executions_at_once_are_as_deterministic(assembly: Path) -> None:
    first = everything(assembly, seed=3, count=25)

    assert len(first[0]) == 25
    assert {execution["status"] for execution in first[0]} == {"SUCCEEDED"}
    assert first == everything(assembly, seed=3, count=25)


def test_a_history_reads_as_the_api_gives_it(cloud: Cloud, assembly: Path) -> None:
    client = cloud.client("stepfunctions")
    arn = client.start_execution(stateMachineArn=cloud.outputs["MachineArn"], input='{"id": "x"}')[
        "executionArn"
    ]
    cloud.run_until_idle(HOUR)

    assert cloud.execution_history(arn) == client.get_execution_history(executionArn=arn)["events"]


def test_a_history_comes_in_pages_from_either_end(cloud: Cloud) -> None:
    client = cloud.client("stepfunctions")
    arn = client.start_execution(stateMachineArn=cloud.outputs["MachineArn"], input='{"id": "x"}')[
        "executionArn"
    ]
    cloud.run_until_idle(HOUR)
    whole = cloud.execution_history(arn)

    def pages(**how: Any) -> list[list[Any]]:
        token: dict[str, str] = {}
        found = []
        while True:
            page = client.get_execution_history(executionArn=arn, **how, **token)
            found.append(page["events"])
            if "nextToken" not in page:
                return found
            token = {"nextToken": page["nextToken"]}

    assert [len(page) for page in pages(maxResults=7)[:-1]] == [7] * ((len(whole) - 1) // 7)
    assert [event for page in pages(maxResults=7) for event in page] == whole
    assert [event for page in pages(reverseOrder=True) for event in page] == whole[::-1]
