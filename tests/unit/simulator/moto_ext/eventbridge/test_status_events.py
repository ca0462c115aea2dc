"""Step Functions tells EventBridge by itself when an execution starts and ends."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from simulator.cloud import Cloud
from tests.unit.simulator.policies import FROM_EVENTS

HOUR = timedelta(hours=1)
ROLE = "arn:aws:iam::111122223333:role/any"
WAIT: dict[str, Any] = {"W": {"Type": "Wait", "Seconds": 60, "End": True}}
SUCCEED: dict[str, Any] = {"S": {"Type": "Succeed", "Output": {"done": True}}}
FAIL: dict[str, Any] = {"F": {"Type": "Fail", "Error": "VifShift.Rejected", "Cause": "why"}}
FAIL_SILENTLY: dict[str, Any] = {"F": {"Type": "Fail"}}
OPEN = {"Policy": json.dumps(FROM_EVENTS)}
PATTERN = {
    "source": ["aws.states"],
    "detail": {
        "status": ["FAILED", "ABORTED", "TIMED_OUT"],
        "error": [{"anything-but": {"prefix": "VifShift."}}, {"exists": False}, None],
    },
}


def machine(cloud: Cloud, name: str, states: dict[str, Any], **more: Any) -> str:
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


def started(cloud: Cloud, states: dict[str, Any], name: str = "machine", **more: Any) -> str:
    arn = machine(cloud, name, states, **more)
    answer = cloud.client("stepfunctions").start_execution(
        stateMachineArn=arn, name="one", input='{"a": 1}'
    )
    return str(answer["executionArn"])


def rule(cloud: Cloud, target: dict[str, Any], pattern: dict[str, Any]) -> None:
    events = cloud.client("events")
    events.put_rule(Name="rule", EventPattern=json.dumps(pattern))
    events.put_targets(Rule="rule", Targets=[{"Id": "one", **target}])


def test_an_execution_is_told_when_it_starts_and_when_it_succeeds(cloud: Cloud) -> None:
    arn = started(cloud, {**WAIT, "W": {**WAIT["W"], "Output": {"done": True}}})
    cloud.run_until_idle(HOUR)

    running, succeeded = cloud.service_events
    begun = 1767578400000
    assert running == {
        "version": "0",
        "id": running["id"],
        "detail-type": "Step Functions Execution Status Change",
        "source": "aws.states",
        "account": "111122223333",
        "time": "2026-01-05T02:00:00Z",
        "region": "eu-central-1",
        "resources": [arn],
        "bus": "default",
        "detail": {
            "executionArn": arn,
            "stateMachineArn": "arn:aws:states:eu-central-1:111122223333:stateMachine:machine",
            "name": "one",
            "status": "RUNNING",
            "startDate": begun,
            "stopDate": None,
            "input": '{"a": 1}',
            "inputDetails": {"included": True},
            "output": None,
            "outputDetails": None,
            "error": None,
            "cause": None,
        },
    }
    assert succeeded["time"] == "2026-01-05T02:01:00Z"
    assert succeeded["detail"] == {
        **running["detail"],
        "status": "SUCCEEDED",
        "stopDate": begun + 60_000,
        "output": '{"done":true}',
        "outputDetails": {"included": True},
    }
    assert cloud.published_events == []


def test_a_failure_is_told_with_its_error_and_cause(cloud: Cloud) -> None:
    started(cloud, FAIL)
    cloud.run_until_idle(HOUR)

    detail = cloud.service_events[-1]["detail"]
    assert (detail["status"], detail["error"], detail["cause"]) == (
        "FAILED",
        "VifShift.Rejected",
        "why",
    )


@pytest.mark.parametrize("said", [{}, {"error": "Mine", "cause": "because"}])
def test_a_stop_is_told_with_what_the_stopper_said(cloud: Cloud, said: dict[str, str]) -> None:
    arn = started(cloud, WAIT)
    cloud.clock.sleep(10)
    cloud.client("stepfunctions").stop_execution(executionArn=arn, **said)
    cloud.run_until_idle(HOUR)

    event = cloud.service_events[-1]
    detail = event["detail"]
    assert event["time"] == "2026-01-05T02:00:10Z"
    assert (detail["status"], detail["output"], detail["outputDetails"]) == ("ABORTED", None, None)
    assert (detail["error"], detail["cause"]) == (said.get("error"), said.get("cause"))


def test_a_time_out_is_told_at_its_time(cloud: Cloud) -> None:
    started(cloud, WAIT, TimeoutSeconds=20)
    cloud.run_until_idle(HOUR)

    detail = cloud.service_events[-1]["detail"]
    assert (detail["status"], detail["error"]) == ("TIMED_OUT", None)
    assert detail["stopDate"] - detail["startDate"] == 20_000


def test_what_is_too_large_is_left_out(cloud: Cloud) -> None:
    arn = machine(cloud, "machine", {"P": {"Type": "Pass", "End": True}})
    text = json.dumps({"long": "x" * 130_000})
    cloud.client("stepfunctions").start_execution(stateMachineArn=arn, input=text)
    cloud.run_until_idle(HOUR)

    running, succeeded = (event["detail"] for event in cloud.service_events)
    assert (running["input"], running["inputDetails"]) == (text, {"included": True})
    assert (succeeded["input"], succeeded["inputDetails"]) == (None, {"included": False})
    assert succeeded["outputDetails"] == {"included": True}


def test_a_name_that_is_used_again_is_told_once(cloud: Cloud) -> None:
    arn = started(cloud, WAIT).replace(":execution:", ":stateMachine:").removesuffix(":one")
    cloud.client("stepfunctions").start_execution(stateMachineArn=arn, name="one", input='{"a": 1}')

    assert len(cloud.service_events) == 1


@pytest.mark.parametrize(
    ("states", "more", "fires"),
    [
        (FAIL, {}, False),
        (FAIL_SILENTLY, {}, True),
        ({"F": {"Type": "Fail", "Error": "States.Runtime"}}, {}, True),
        (WAIT, {"TimeoutSeconds": 5}, True),
        (SUCCEED, {}, False),
    ],
)
def test_a_rule_of_the_default_bus_picks_what_went_wrong(
    cloud: Cloud, states: dict[str, Any], more: dict[str, Any], fires: bool
) -> None:
    arn = cloud.client("sqs").create_queue(QueueName="queue", Attributes=OPEN)["QueueUrl"]
    rule(cloud, {"Arn": "arn:aws:sqs:eu-central-1:111122223333:queue"}, PATTERN)
    started(cloud, states, **more)
    cloud.run_until_idle(HOUR)

    messages = cloud.dead_letters(arn)
    assert len(messages) == fires
    assert [json.loads(message["Body"])["source"] for message in messages] == ["aws.states"] * fires


@pytest.mark.parametrize(
    ("filters", "missing", "null", "ours", "other"),
    [
        ([{"anything-but": {"prefix": "VifShift."}}], False, True, False, True),
        ([{"anything-but": {"prefix": ["VifShift.", "Mine."]}}], False, True, False, True),
        ([{"exists": False}], True, False, False, False),
        ([{"exists": True}], False, True, True, True),
        ([None], False, True, False, False),
        ([{"prefix": "VifShift."}, {"exists": False}, None], True, True, True, False),
    ],
)
def test_an_error_is_matched_as_eventbridge_does(
    cloud: Cloud, filters: list[Any], missing: bool, null: bool, ours: bool, other: bool
) -> None:
    """A null is a value; what is not there matches nothing but its absence."""
    url = cloud.client("sqs").create_queue(QueueName="queue", Attributes=OPEN)["QueueUrl"]
    rule(
        cloud,
        {"Arn": "arn:aws:sqs:eu-central-1:111122223333:queue"},
        {"source": ["test"], "detail": {"error": filters}},
    )
    details: list[dict[str, Any]] = [
        {"n": 0},
        {"n": 1, "error": None},
        {"n": 2, "error": "VifShift.X"},
        {"n": 3, "error": "Other"},
    ]
    for detail in details:
        entry = {"Source": "test", "DetailType": "Kind", "Detail": json.dumps(detail)}
        cloud.client("events").put_events(Entries=[entry])
    cloud.run_until_idle(HOUR)

    matched = {json.loads(m["Body"])["detail"]["n"] for m in cloud.dead_letters(url)}
    expected = {n for n, fires in enumerate((missing, null, ours, other)) if fires}
    assert matched == expected


def test_a_rule_starts_a_watchdog_with_what_it_needs(cloud: Cloud) -> None:
    watchdog = machine(cloud, "watchdog", SUCCEED)
    transformer = {
        "InputPathsMap": {"arn": "$.detail.executionArn"},
        "InputTemplate": '{"a":<arn>}',
    }
    watched = {"detail": {"stateMachineArn": [{"anything-but": watchdog}], "status": ["ABORTED"]}}
    rule(cloud, {"Arn": watchdog, "RoleArn": ROLE, "InputTransformer": transformer}, watched)
    arn = started(cloud, WAIT)
    cloud.clock.sleep(10)
    cloud.client("stepfunctions").stop_execution(executionArn=arn)
    cloud.run_until_idle(HOUR)

    first, second = cloud.executions()
    assert first["executionArn"] == arn
    assert (second["stateMachineArn"], second["status"]) == (watchdog, "SUCCEEDED")
    assert json.loads(second["input"]) == {"a": arn}
    assert second["startDate"] == first["stopDate"]


def test_a_rule_calls_a_function(cloud: Cloud) -> None:
    name = cloud.resources["Look"]
    arn = f"arn:aws:lambda:eu-central-1:111122223333:function:{name}"
    cloud.client("lambda").add_permission(
        FunctionName=name,
        StatementId="events",
        Action="lambda:InvokeFunction",
        Principal="events.amazonaws.com",
    )
    rule(cloud, {"Arn": arn}, {"source": ["aws.states"], "detail": {"status": ["RUNNING"]}})
    started(cloud, SUCCEED)
    cloud.run_until_idle(HOUR)

    assert [line for function, line in cloud.lambda_logs if function == name]


def test_a_rule_of_a_template_may_name_a_state_machine_in_its_pattern(synthesize: Any) -> None:
    """CloudFormation refuses null in templates, so this one says what it wants without it."""
    watch = {
        "Type": "AWS::Events::Rule",
        "Properties": {
            "EventPattern": {
                "source": ["aws.states"],
                "detail": {
                    "stateMachineArn": [{"Ref": "Machine"}],
                    "status": ["FAILED", "ABORTED", "TIMED_OUT"],
                    "error": [{"anything-but": {"prefix": "VifShift."}}, {"exists": False}],
                },
            },
            "State": "ENABLED",
            "Targets": [{"Id": "Target0", "Arn": {"Fn::GetAtt": ["DeadLetters", "Arn"]}}],
        },
    }
    assembly: Path = synthesize(workflow={"StartAt": "W", "States": WAIT}, extra={"Watch": watch})
    with Cloud() as cloud:
        cloud.deploy(assembly, "Test")
        client = cloud.client("stepfunctions")
        for said in ({}, {"error": "VifShift.Rejected"}):
            arn = client.start_execution(stateMachineArn=cloud.outputs["MachineArn"])
            cloud.clock.sleep(1)
            client.stop_execution(executionArn=arn["executionArn"], **said)
        assert cloud.run_until_idle(HOUR)
        messages = cloud.dead_letters(cloud.resources["DeadLetters"])

    assert [json.loads(message["Body"])["detail"]["error"] for message in messages] == [None]
