"""The command that starts again what could not be delivered."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from cli.redrive import main

REQUEST = {"virtualInterfaceId": "dxvif-aaaa0001", "connectionId": "dxlag-target01"}
EVENT = {
    "id": "e-1",
    "detail-type": "VIF Migration Requested",
    "source": "an-engineer",
    "account": "111122223333",
    "detail": REQUEST,
}
STOPPED = {
    "id": "e-2",
    "detail-type": "Step Functions Execution Status Change",
    "detail": {"executionArn": "arn:x:run", "name": "run", "status": "ABORTED"},
}
FIRING = {
    "requestId": "nightly@2026-01-05T02:00:00Z",
    "trigger": "schedule",
    "scheduled": {"at": "2026-01-05T02:00:00Z", "durationMinutes": 60},
    "request": REQUEST,
}
RULE = {"RULE_ARN": "arn:rule", "ERROR_CODE": "NO_PERMISSIONS", "ERROR_MESSAGE": "not allowed"}
SCHEDULE = {
    "SCHEDULE_ARN": "arn:aws:scheduler:eu-central-1:111122223333:schedule/group/nightly.1",
    "SCHEDULED_TIME": "2026-01-05T02:00:00Z",
    "EXECUTION_ID": "d32c5kddcf5bb8c3",
    "IS_PAYLOAD_TRUNCATED": "false",
}


class Stack:
    """A stack with a dead-letter queue and four state machines, as far as redrive sees it."""

    def __init__(self) -> None:
        self.sqs = boto3.client("sqs")
        self.states = boto3.client("stepfunctions")
        self.queue = self.sqs.create_queue(QueueName="letters")["QueueUrl"]
        self.migration, self.watchdog = self._machine("migration"), self._machine("watchdog")
        self.plan, self.plan_watchdog = self._machine("plan"), self._machine("plan-watchdog")

    def _machine(self, name: str) -> str:
        definition = {"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}}
        made = self.states.create_state_machine(
            name=name,
            definition=json.dumps(definition),
            roleArn="arn:aws:iam::111122223333:role/any",
        )
        return str(made["stateMachineArn"])

    def deploy(self, **outputs: str) -> None:
        template = {
            "Resources": {"Topic": {"Type": "AWS::SNS::Topic"}},
            "Outputs": {name: {"Value": value} for name, value in outputs.items()},
        }
        boto3.client("cloudformation").create_stack(
            StackName="vifshift", TemplateBody=json.dumps(template)
        )

    def bury(self, body: object, target: str, **attributes: str) -> None:
        self.sqs.send_message(
            QueueUrl=self.queue,
            MessageBody=body if isinstance(body, str) else json.dumps(body),
            MessageAttributes={
                name: {"DataType": "String", "StringValue": value}
                for name, value in {"TARGET_ARN": target, **attributes}.items()
            },
        )

    def started(self, machine: str) -> dict[str, Any]:
        """Return the inputs of a state machine's executions, by name."""
        listed = self.states.list_executions(stateMachineArn=machine)["executions"]
        return {
            each["name"]: json.loads(
                self.states.describe_execution(executionArn=each["executionArn"])["input"]
            )
            for each in listed
        }

    @property
    def left(self) -> int:
        """How many messages are in the queue, to be seen by anyone."""
        answer = self.sqs.get_queue_attributes(QueueUrl=self.queue, AttributeNames=["All"])
        return int(answer["Attributes"]["ApproximateNumberOfMessages"])


@pytest.fixture
def stack(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stack]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    with mock_aws():
        stack = Stack()
        stack.deploy(
            DeadLetterQueueUrl=stack.queue,
            StateMachineArn=stack.migration,
            WatchdogStateMachineArn=stack.watchdog,
            PlanStateMachineArn=stack.plan,
            PlanWatchdogStateMachineArn=stack.plan_watchdog,
        )
        yield stack


@pytest.fixture
def redrive(capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    def run(*arguments: str) -> tuple[int, str, str]:
        status = main(["--stack", "vifshift", *arguments], wait_seconds=0)
        said = capsys.readouterr()
        return status, said.out, said.err

    return run


Redrive = Callable[..., tuple[int, str, str]]


def test_an_empty_queue_is_said_to_be_empty(stack: Stack, redrive: Redrive) -> None:
    assert redrive() == (0, "The dead-letter queue is empty.\n", "")


def test_a_request_keeps_the_id_of_its_event(stack: Stack, redrive: Redrive) -> None:
    stack.bury(EVENT, stack.migration, **RULE)

    status, out, _ = redrive()

    assert (status, stack.left) == (0, 0)
    assert stack.started(stack.migration) == {
        "redrive-e-1": {
            "requestId": "e-1",
            "trigger": "event",
            "request": REQUEST,
            "sender": {"source": "an-engineer", "account": "111122223333"},
        }
    }
    assert "VIF Migration Requested e-1" in out
    assert "NO_PERMISSIONS: not allowed" in out


def test_an_interruption_starts_the_watchdog(stack: Stack, redrive: Redrive) -> None:
    stack.bury(STOPPED, stack.watchdog, **RULE)

    assert redrive()[0] == 0
    assert stack.started(stack.migration) == {}
    assert stack.started(stack.watchdog) == {"redrive-e-2": {"execution": {"arn": "arn:x:run"}}}


def test_a_sweep_that_was_not_delivered_comes_again_by_itself(
    stack: Stack, redrive: Redrive
) -> None:
    attributes = {
        "SCHEDULE_ARN": "arn:aws:scheduler:eu-central-1:1:schedule/default/vifshift-sweep",
        "TARGET_ARN": "arn:aws:lambda:eu-central-1:111122223333:function:sweep",
    }
    stack.bury({"at": "2026-01-05T02:00:00Z"}, "", **attributes)

    status, out, _ = redrive()

    assert (status, stack.left) == (0, 0)
    assert "needless" in out


@pytest.mark.parametrize(
    "body",
    [
        FIRING,
        {"stateMachineArn": "arn", "input": json.dumps(FIRING)},
        {"StateMachineArn": "arn", "Input": json.dumps(FIRING)},
        json.loads(
            json.dumps(FIRING).replace("2026-01-05T02:00:00Z", "<aws.scheduler.scheduled-time>")
        ),
    ],
)
def test_a_firing_keeps_its_time_and_its_id(stack: Stack, redrive: Redrive, body: Any) -> None:
    stack.bury(body, stack.migration, **SCHEDULE)

    status, out, _ = redrive()

    assert (status, stack.left) == (0, 0)
    assert stack.started(stack.migration) == {"redrive-d32c5kddcf5bb8c3": FIRING}
    assert "the schedule nightly.1" in out


def test_what_was_started_before_is_not_started_again(stack: Stack, redrive: Redrive) -> None:
    stack.bury(EVENT, stack.migration, **RULE)
    redrive()
    for execution in stack.started(stack.migration):
        arn = stack.migration.replace("stateMachine", "execution") + f":{execution}"
        stack.states.stop_execution(executionArn=arn)

    stack.bury({**EVENT, "detail": {**REQUEST, "dryRun": True}}, stack.migration, **RULE)
    status, out, _ = redrive()

    assert (status, stack.left) == (0, 0)
    assert out.startswith("started before")
    assert len(stack.started(stack.migration)) == 1


@pytest.mark.parametrize(
    ("body", "attributes", "why"),
    [
        (EVENT, {}, "it comes from neither a rule nor a schedule"),
        ("no json", RULE, "its body is not JSON"),
        ({**EVENT, "detail-type": "Another"}, RULE, "its event does not start"),
        (STOPPED, RULE, "its event does not start"),
        ({"detail-type": "VIF Migration Requested", "detail": {}}, RULE, "its event has no id"),
        ([1], RULE, "its event does not start"),
        (REQUEST, SCHEDULE, "its input has no request"),
        ({"input": "no json"}, SCHEDULE, "its input is not JSON"),
        (FIRING, {**SCHEDULE, "IS_PAYLOAD_TRUNCATED": "true"}, "truncated its input"),
        (EVENT, {**RULE, "TARGET_ARN": "arn:other"}, "is not a state machine of this stack"),
    ],
)
def test_what_is_not_understood_is_named_and_left_there(
    stack: Stack, redrive: Redrive, body: Any, attributes: Any, why: str
) -> None:
    stack.bury(body, **{"target": stack.migration, **attributes})
    stack.bury({**EVENT, "id": "e-9"}, stack.migration, **RULE)

    status, out, _ = redrive()

    assert (status, stack.left) == (1, 1)
    assert "left in the queue  message " in out
    assert why in out
    assert list(stack.started(stack.migration)) == ["redrive-e-9"]


def test_a_dry_run_starts_nothing_and_deletes_nothing(stack: Stack, redrive: Redrive) -> None:
    stack.bury(EVENT, stack.migration, **RULE)

    status, out, _ = redrive("--dry-run")

    assert (status, stack.left) == (0, 1)
    assert out.startswith("would start  VIF Migration Requested e-1")
    assert stack.started(stack.migration) == {}


def test_what_can_t_be_started_stays(stack: Stack, redrive: Redrive) -> None:
    stack.bury(EVENT, stack.migration, **RULE)
    stack.states.delete_state_machine(stateMachineArn=stack.migration)

    status, out, _ = redrive()

    assert (status, stack.left) == (1, 1)
    assert "StateMachineDoesNotExist" in out


def test_many_are_started_each_once(stack: Stack, redrive: Redrive) -> None:
    for number in range(25):
        stack.bury({**EVENT, "id": f"e-{number}"}, stack.migration, **RULE)

    assert redrive()[0] == 0
    assert (stack.left, len(stack.started(stack.migration))) == (0, 25)


def test_an_interrupt_leaves_the_rest_in_the_queue(
    stack: Stack, redrive: Redrive, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        stack.bury({**EVENT, "id": f"e-{number}"}, stack.migration, **RULE)

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("cli.redrive.read", interrupt)
    status, _, err = redrive()

    assert (status, stack.left) == (130, 3)
    assert "still in the queue" in err


def test_a_stack_that_is_not_there_is_said(stack: Stack, redrive: Redrive) -> None:
    status, _, err = redrive("--stack", "absent")

    assert status == 2
    assert "absent" in err


def test_a_stack_of_another_kind_is_said(stack: Stack, redrive: Redrive) -> None:
    boto3.client("cloudformation").delete_stack(StackName="vifshift")
    stack.deploy(StateMachineArn=stack.migration)

    status, _, err = redrive()

    assert status == 2
    assert "WatchdogStateMachineArn" in err


def test_no_access_is_said(stack: Stack, redrive: Redrive, monkeypatch: pytest.MonkeyPatch) -> None:
    denied = ClientError({"Error": {"Code": "AccessDenied", "Message": "no"}}, "ReceiveMessage")

    def refuse(*_: object) -> None:
        raise denied

    monkeypatch.setattr("cli.redrive.Redrive._letters", refuse)

    assert redrive()[0] == 2
