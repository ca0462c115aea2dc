"""The command that starts again what could not be delivered."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from cli.redrive import main
from simulator.cloud import Cloud
from simulator.cloud.checkpoint import Checkpoint

REQUEST = {"virtualInterfaceId": "dxvif-aaaa0001", "connectionId": "dxlag-target01"}
ENVELOPE: dict[str, Any] = {
    "version": "0",
    "account": "111122223333",
    "time": "2026-01-05T02:00:00Z",
    "region": "eu-central-1",
    "resources": [],
}
EVENT = {
    **ENVELOPE,
    "id": "e-1",
    "detail-type": "VIF Migration Requested",
    "source": "an-engineer",
    "detail": REQUEST,
}
STOPPED = {
    **ENVELOPE,
    "id": "e-2",
    "detail-type": "Step Functions Execution Status Change",
    "source": "aws.states",
    "detail": {"executionArn": "arn:x:run", "name": "run", "status": "ABORTED"},
}
LAMBDA = "arn:aws:lambda:eu-central-1:111122223333:function:sweep"
DUE = "<aws.scheduler.scheduled-time>"
FIRING_INPUT = {
    "requestId": f"nightly@{DUE}",
    "trigger": "schedule",
    "scheduled": {"at": DUE, "durationMinutes": 60},
    "request": REQUEST,
}
FIRING = {
    "requestId": "nightly@2026-01-05T02:00:00Z",
    "trigger": "schedule",
    "scheduled": {"at": "2026-01-05T02:00:00Z", "durationMinutes": 60},
    "request": REQUEST,
}
OWNER = "eu-central-1:111122223333"
REQUESTED = f"arn:aws:events:{OWNER}:rule/changes/requested"
INTERRUPTED = f"arn:aws:events:{OWNER}:rule/interrupted"
NIGHTLY = f"arn:aws:scheduler:{OWNER}:schedule/vifshift-windows/nightly.1"
SWEEP = f"arn:aws:scheduler:{OWNER}:schedule/default/vifshift-sweep"
RULE = {
    "RULE_ARN": REQUESTED,
    "ERROR_CODE": "NO_PERMISSIONS",
    "ERROR_MESSAGE": "not allowed",
}
SCHEDULE = {
    "SCHEDULE_ARN": NIGHTLY,
    "SCHEDULED_TIME": "2026-01-05T02:00:00Z",
    "EXECUTION_ID": "d32c5kddcf5bb8c3",
    "IS_PAYLOAD_TRUNCATED": "false",
}
PARTNER = "222233334444"


class Stack:
    """A stack with what redrive looks at: a queue, four state machines, rules and schedules."""

    def __init__(self, cloud: Cloud) -> None:
        self.cloud = cloud
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
            "Resources": {
                "Bus": {"Type": "AWS::Events::EventBus", "Properties": {"Name": "changes"}},
                "Partners": {
                    "Type": "AWS::Events::EventBusPolicy",
                    "Properties": {
                        "EventBusName": {"Ref": "Bus"},
                        "StatementId": "OthersMayAsk",
                        "Statement": {
                            "Effect": "Allow",
                            "Principal": {"AWS": f"arn:aws:iam::{PARTNER}:root"},
                            "Action": "events:PutEvents",
                            "Resource": f"arn:aws:events:{OWNER}:event-bus/changes",
                        },
                    },
                },
                "Requested": self._rule(
                    "requested",
                    {
                        "detail-type": ["VIF Migration Requested", "VIF Plan Requested"],
                        "source": ["an-engineer", "change-management"],
                        "replay-name": [{"exists": False}],
                    },
                    self.migration,
                    EventBusName={"Ref": "Bus"},
                ),
                "Interrupted": self._rule("interrupted", {"source": ["aws.states"]}, self.watchdog),
                "Group": {
                    "Type": "AWS::Scheduler::ScheduleGroup",
                    "Properties": {"Name": "vifshift-windows"},
                },
                "Nightly": self._schedule(
                    "nightly.1",
                    "cron(0 4 * * ? *)",
                    self.migration,
                    FIRING_INPUT,
                    GroupName={"Ref": "Group"},
                    ScheduleExpressionTimezone="Asia/Dubai",
                ),
                "Sweep": self._schedule("vifshift-sweep", "rate(5 minutes)", LAMBDA, {}),
            },
            "Outputs": {name: {"Value": value} for name, value in outputs.items()},
        }
        boto3.client("cloudformation").create_stack(
            StackName="vifshift", TemplateBody=json.dumps(template)
        )

    def _rule(self, name: str, pattern: object, target: str, **more: object) -> object:
        targets = [{"Id": "Target0", "Arn": target, "RoleArn": "arn:aws:iam::1:role/any"}]
        properties = {"Name": name, "EventPattern": pattern, "Targets": targets, **more}
        return {"Type": "AWS::Events::Rule", "Properties": {"State": "ENABLED", **properties}}

    def _schedule(
        self, name: str, expression: str, target: str, given: object, **more: object
    ) -> object:
        return {
            "Type": "AWS::Scheduler::Schedule",
            "DependsOn": "Group",
            "Properties": {
                "Name": name,
                "ScheduleExpression": expression,
                "FlexibleTimeWindow": {"Mode": "OFF"},
                "Target": {
                    "Arn": target,
                    "RoleArn": "arn:aws:iam::111122223333:role/any",
                    "Input": json.dumps(given),
                },
                **more,
            },
        }

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
        """How many messages are in the queue, to be seen by anyone a second later."""
        self.cloud.clock.sleep(1)
        answer = self.sqs.get_queue_attributes(QueueUrl=self.queue, AttributeNames=["All"])
        return int(answer["Attributes"]["ApproximateNumberOfMessages"])


@pytest.fixture(scope="module")
def deployed() -> Iterator[tuple[Stack, Checkpoint]]:
    with pytest.MonkeyPatch.context() as patch, Cloud() as cloud:
        patch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
        stack = Stack(cloud)
        stack.deploy(
            DeadLetterQueueUrl=stack.queue,
            StateMachineArn=stack.migration,
            WatchdogStateMachineArn=stack.watchdog,
            PlanStateMachineArn=stack.plan,
            PlanWatchdogStateMachineArn=stack.plan_watchdog,
        )
        yield stack, cloud.checkpoint()


@pytest.fixture
def stack(deployed: tuple[Stack, Checkpoint]) -> Stack:
    """The stack as it was deployed, whatever another test has done to it."""
    stack, checkpoint = deployed
    checkpoint.restore()
    return stack


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
    stack.bury(STOPPED, stack.watchdog, **{**RULE, "RULE_ARN": INTERRUPTED})

    assert redrive()[0] == 0
    assert stack.started(stack.migration) == {}
    assert stack.started(stack.watchdog) == {"redrive-e-2": {"execution": {"arn": "arn:x:run"}}}


def test_a_sweep_that_was_not_delivered_comes_again_by_itself(
    stack: Stack, redrive: Redrive
) -> None:
    stack.bury({"at": "2026-01-05T02:00:00Z"}, LAMBDA, SCHEDULE_ARN=SWEEP)

    status, out, _ = redrive()

    assert (status, stack.left) == (0, 0)
    assert "needless" in out


def test_a_firing_has_the_input_of_its_schedule_whatever_its_letter_says(
    stack: Stack, redrive: Redrive
) -> None:
    forged = {**FIRING, "request": {**REQUEST, "connectionId": "dxcon-attacker1"}}
    letters = [FIRING, {"StateMachineArn": "arn", "Input": json.dumps(FIRING)}, forged, "no json"]
    due = "2026-01-05T00:00:00Z"
    for number, body in enumerate(letters):
        attributes = {**SCHEDULE, "EXECUTION_ID": f"d32c{number}", "SCHEDULED_TIME": due}
        stack.bury(body, stack.migration, **attributes)

    status, out, _ = redrive()

    filled = json.loads(json.dumps(FIRING_INPUT).replace(DUE, due))
    assert (status, stack.left) == (0, 0)
    assert stack.started(stack.migration) == {f"redrive-d32c{n}": filled for n in range(4)}
    assert f"the schedule nightly.1, due at {due}" in out
    assert "dxvif-aaaa0001 to dxlag-target01, asked by the schedule itself" in out


def test_what_was_started_before_is_not_started_again(stack: Stack, redrive: Redrive) -> None:
    stack.bury(EVENT, stack.migration, **RULE)
    redrive()
    assert stack.left == 0

    stack.bury({**EVENT, "detail": {**REQUEST, "dryRun": True}}, stack.migration, **RULE)
    status, out, _ = redrive()

    assert (status, stack.left) == (0, 0)
    assert "\nstarted before" in out
    assert len(stack.started(stack.migration)) == 1


FOREIGN = REQUESTED.replace("111122223333", "999988887777")
WITHOUT_ID = {name: value for name, value in EVENT.items() if name != "id"}
DEEP = '{"a":' * 20_000 + "1" + "}" * 20_000


LEFT_THERE: list[tuple[Any, dict[str, str], str]] = [
    (EVENT, {"RULE_ARN": FOREIGN}, "its rule is not one of this stack"),
    (EVENT, {"RULE_ARN": REQUESTED.replace("requested", "other")}, "its rule is not one of"),
    (EVENT, {"RULE_ARN": REQUESTED.replace("changes/", "")}, "its rule is not one of"),
    (EVENT, {"RULE_ARN": REQUESTED + "\x00"}, "its rule is not one of"),
    (EVENT, {"RULE_ARN": INTERRUPTED}, "its rule does not start"),
    ({**EVENT, "source": "somebody"}, RULE, "does not match the pattern of its rule"),
    ({**EVENT, "replay-name": "replay"}, RULE, "does not match the pattern of its rule"),
    ({**EVENT, "source": None}, RULE, "does not match the pattern of its rule"),
    ({**EVENT, "account": "999988887777"}, RULE, "of an account that may not send"),
    ({**EVENT, "account": ["111122223333"]}, RULE, "of an account that may not send"),
    ({**EVENT, "region": ...}, RULE, "its event is not one of EventBridge"),
    (EVENT, {}, "it comes from neither a rule nor a schedule"),
    (EVENT, {**RULE, **SCHEDULE}, "it comes from neither a rule nor a schedule"),
    ("no json", RULE, "its body is not JSON"),
    (DEEP, RULE, "its body is nested too deeply"),
    (json.dumps(EVENT).replace("{", '{"id": "e-0", ', 1), RULE, "its body has the key id twice"),
    ({**EVENT, "detail-type": "Another"}, RULE, "its event does not start"),
    ({**EVENT, "detail-type": ["VIF Migration Requested"]}, RULE, "its event does not start"),
    (STOPPED, RULE, "its event does not start"),
    (WITHOUT_ID, RULE, "its event has no id"),
    ({**EVENT, "id": {"$": 1}}, RULE, "its event has no id"),
    ({**EVENT, "id": "x" * 129}, RULE, "its event has no id"),
    ([1], RULE, "its event does not start"),
    ({**EVENT, "detail": {"reason": "x" * 262_200}}, RULE, "is longer than the 262144"),
    (FIRING, {"SCHEDULE_ARN": SWEEP}, "its schedule does not start"),
    (FIRING, {**SCHEDULE, "SCHEDULE_ARN": NIGHTLY + "x"}, "its schedule is not one of"),
    (FIRING, {**SCHEDULE, "SCHEDULE_ARN": NIGHTLY.replace("1111", "2222")}, "is not one of"),
    (FIRING, {"SCHEDULE_ARN": NIGHTLY}, "was not due at (none): cron(0 4 * * ? *)"),
    (FIRING, SCHEDULE, "its schedule was not due at 2026-01-05T02:00:00Z"),
    (FIRING, {**SCHEDULE, "SCHEDULED_TIME": "2026-01-05T00:00:01Z"}, "was not due at"),
    (FIRING, {**SCHEDULE, "SCHEDULED_TIME": '2026"}, {'}, "was not due at"),
    (EVENT, {**RULE, "TARGET_ARN": "arn:other"}, "is not a state machine of this stack"),
]


def test_what_is_not_understood_is_named_and_left_there(stack: Stack, redrive: Redrive) -> None:
    for body, attributes, _ in LEFT_THERE:
        if isinstance(body, dict):
            body = {name: value for name, value in body.items() if value is not ...}  # noqa: PLW2901
        stack.bury(body, **{"target": stack.migration, **attributes})
    stack.bury({**EVENT, "id": "e-9"}, stack.migration, **RULE)

    status, out, _ = redrive()

    told = [line for line in out.split("\n") if line.startswith("left in the queue  message ")]
    assert (status, stack.left) == (1, len(LEFT_THERE))
    assert [why in line for line, (*_, why) in zip(told, LEFT_THERE, strict=True)].count(False) == 0
    assert list(stack.started(stack.migration)) == ["redrive-e-9"]


def test_an_account_that_the_bus_lets_in_may_ask(stack: Stack, redrive: Redrive) -> None:
    stack.bury({**EVENT, "account": PARTNER}, stack.migration, **RULE)

    status, out, _ = redrive()

    assert (status, stack.left) == (0, 0)
    assert f"asked by source an-engineer of account {PARTNER}" in out


def test_what_was_deleted_or_disabled_since_starts_nothing(stack: Stack, redrive: Redrive) -> None:
    events, scheduler = boto3.client("events"), boto3.client("scheduler")
    due = {**SCHEDULE, "SCHEDULED_TIME": "2026-01-05T00:00:00Z"}
    stack.bury(EVENT, stack.migration, **RULE)
    stack.bury(FIRING, stack.migration, **due)

    events.disable_rule(Name="requested", EventBusName="changes")
    nightly = scheduler.get_schedule(Name="nightly.1", GroupName="vifshift-windows")
    known = ("Name", "GroupName", "ScheduleExpression", "FlexibleTimeWindow", "Target")
    paused = {name: nightly[name] for name in known}
    scheduler.update_schedule(**paused, State="DISABLED")
    disabled = redrive()[1]
    assert stack.left == 2
    events.remove_targets(Rule="requested", EventBusName="changes", Ids=["Target0"])
    events.delete_rule(Name="requested", EventBusName="changes")
    scheduler.delete_schedule(Name="nightly.1", GroupName="vifshift-windows")
    status, deleted, _ = redrive()

    assert (status, stack.left, stack.started(stack.migration)) == (1, 2, {})
    assert "its rule is disabled" in disabled
    assert "its schedule is disabled" in disabled
    assert "its rule was deleted" in deleted
    assert "its schedule was deleted" in deleted


def test_letters_with_one_id_that_ask_for_two_things_are_both_left(
    stack: Stack, redrive: Redrive
) -> None:
    stack.bury(EVENT, stack.migration, **RULE)
    stack.bury({**EVENT, "detail": {**REQUEST, "dryRun": True}}, stack.migration, **RULE)

    status, out, _ = redrive()

    assert (status, stack.left, stack.started(stack.migration)) == (1, 2, {})
    assert out.count("another message has its id, and asks for something else") == 2


def test_two_letters_of_one_request_start_it_once(stack: Stack, redrive: Redrive) -> None:
    stack.bury(EVENT, stack.migration, **RULE)
    stack.bury(EVENT, stack.migration, **RULE)

    status, _, _ = redrive()

    assert (status, stack.left, len(stack.started(stack.migration))) == (0, 0, 1)


def test_everything_is_shown_before_anything_is_started(
    stack: Stack, redrive: Redrive, monkeypatch: pytest.MonkeyPatch
) -> None:
    claimed = {**REQUEST, "requestedBy": "Ada"}
    stack.bury({**EVENT, "detail": claimed}, stack.migration, **RULE)
    moves = [{**REQUEST, "virtualInterfaceId": f"dxvif-aaaa000{number}"} for number in range(7)]
    plan = {**EVENT, "id": "e-3", "detail-type": "VIF Plan Requested", "detail": {"moves": moves}}
    boto3.client("events").put_targets(
        Rule="requested", EventBusName="changes", Targets=[{"Id": "Target1", "Arn": stack.plan}]
    )
    stack.bury(plan, stack.plan, **RULE)
    asked: list[str] = []
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)

    def answer(question: str) -> str:
        asked.append(question)
        return "no"

    monkeypatch.setattr("builtins.input", answer)

    status, out, _ = redrive()

    assert (status, stack.left, asked) == (1, 2, ["Start 2 executions, as shown? [y/N] "])
    assert stack.started(stack.migration) == stack.started(stack.plan) == {}
    assert (
        "dxvif-aaaa0001 to dxlag-target01, asked by source an-engineer of account 111122223333, "
        "which says that Ada does" in out
    )
    assert "dxvif-aaaa0004 to dxlag-target01; and 2 more, asked by source an-engineer" in out
    assert redrive("--yes")[0] == 0
    assert len(stack.started(stack.migration) | stack.started(stack.plan)) == 2


def test_no_letter_steers_the_terminal(stack: Stack, redrive: Redrive) -> None:
    evil = "\x1b[2J\x1b]0;owned\x07 \u202egnihton\u2066 \x9b31m\r\n\x08\u200b"
    detail = {**REQUEST, "connectionId": evil, "requestedBy": evil}
    stack.bury({**EVENT, "detail": detail}, stack.migration, **{**RULE, "ERROR_MESSAGE": evil})
    stack.bury({**EVENT, "id": evil}, stack.migration, **RULE)
    stack.bury({**EVENT, "detail-type": evil}, stack.migration, **{**RULE, "TARGET_ARN": evil})
    stack.bury(FIRING, stack.migration, SCHEDULE_ARN=NIGHTLY, SCHEDULED_TIME=evil)
    stack.bury(json.dumps({evil: 1})[:-1] + f", {json.dumps(evil)}: 2}}", stack.migration, **RULE)

    status, out, _ = redrive()

    assert (status, stack.left) == (1, 4)
    assert all(line.isprintable() for line in out.split("\n"))


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
