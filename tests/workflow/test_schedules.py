"""Windows that open by themselves, in virtual time: once, twice delivered, night after night."""

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError
from rich.console import Console

from cli.redrive import Redrive, RedriveResult
from simulator.expectations import failures
from simulator.moto_ext.eventbridge.delivery_errors import DeliveryFailedError
from simulator.moto_ext.iam.callers import acting_as, role_session
from simulator.runs.session import Session
from simulator.scenarios.model import BadScenarioError, Scenario, load, named
from tests.workflow.conftest import LIMIT, Deployed

REQUEST = {"virtualInterfaceId": "dxvif-aaaa0001", "connectionId": "dxlag-target01"}
NIGHTLY = {
    "windows": [
        {
            "name": "nightly",
            "schedule": "cron(0 4 * * ? *)",
            "timezone": "Europe/Berlin",
            "durationMinutes": 60,
            "requests": [REQUEST],
        }
    ]
}
NIGHT = 24 * 3600
AS_SCHEDULE = {
    "account": "111122223333",
    "source": None,
    "sourceIsBound": False,
    "trigger": "schedule",
    "triggerIsClaimed": False,
    "claimed": "",
}


@pytest.fixture
def nightly(session: Session) -> Deployed:
    """The app with a window every night at 3:00 UTC, deployed at 2:00."""
    return deployed_with(session, NIGHTLY)


@pytest.fixture
def guarded(session: Session) -> Deployed:
    """The app that only change management may ask, in this account and in another."""
    return deployed_with(
        session, {"allowedSources": ["change-management"], "allowedAccounts": ["222233334444"]}
    )


def ended(deployed: Deployed) -> list[str]:
    """Return the outcome that each migration's execution tells."""
    outputs = [json.loads(each.get("output") or "{}") for each in deployed.finish()]
    return [str(output.get("outcome")) for output in outputs]


def asked_by(deployed: Deployed, name: str = "") -> dict[str, Any]:
    """Return who is told to have asked, by all events of an execution alike."""
    told = [
        event["detail"]["metadata"]["askedBy"]
        for event in deployed.cloud.published_events
        if event["source"] == "vifshift"
        and event["detail"]["metadata"]["executionArn"].endswith(name)
    ]
    assert told
    assert [each for each in told if each != told[-1]] == []
    found: dict[str, Any] = told[-1]
    return found


def deployed_with(session: Session, settings: dict[str, Any]) -> Deployed:
    """Return the app with these settings, in the world of the happy path."""
    scenario = load(named("happy-path-dual-stack-lag")).model_copy(update={"settings": settings})
    return Deployed(session.cloud_for(scenario), scenario)


def scheduled(**changes: Any) -> Scenario:
    scenario = load(named("scheduled-window"))
    return scenario.model_copy(update=changes)


def rule_of_requests(deployed: Deployed) -> str:
    """Return the ARN of the rule that starts migrations."""
    events = deployed.cloud.client("events")
    bus = deployed.cloud.outputs["EventBusName"]
    [arn] = [
        rule["Arn"]
        for rule in events.list_rules(EventBusName=bus)["Rules"]
        if "VIF Migration Requested" in json.loads(rule["EventPattern"])["detail-type"]
        and "TriggersRequested" in rule["Name"]
    ]
    return str(arn)


def bury(deployed: Deployed, body: str, **attributes: str) -> None:
    """Put a letter for the migration's state machine into the dead-letter queue."""
    given = {"TARGET_ARN": deployed.cloud.outputs["StateMachineArn"], **attributes}
    deployed.cloud.client("sqs").send_message(
        QueueUrl=deployed.cloud.outputs["DeadLetterQueueUrl"],
        MessageBody=body,
        MessageAttributes={
            name: {"DataType": "String", "StringValue": value} for name, value in given.items()
        },
    )


def test_a_window_opens_at_its_time_and_moves_the_vif(nightly: Deployed) -> None:
    nightly.cloud.clock.sleep(3600 + 1)

    assert ended(nightly) == ["succeeded"]
    [execution] = nightly.cloud.executions()
    assert json.loads(execution["input"]) == {
        "requestId": "nightly@2026-01-05T03:00:00Z",
        "trigger": "schedule",
        "scheduled": {
            "at": "2026-01-05T03:00:00Z",
            "durationMinutes": 60,
            "schedule": "nightly.1",
        },
        "request": REQUEST,
    }
    assert nightly.network.connection_of("dxvif-aaaa0001") == "dxlag-target01"
    assert asked_by(nightly) == AS_SCHEDULE


def test_what_says_to_be_a_schedule_is_told_as_one_only_when_it_is(nightly: Deployed) -> None:
    """The same input an hour early, of another request, and from a schedule that was changed."""
    own = {
        "requestId": "nightly@2026-01-05T03:00:00Z",
        "trigger": "schedule",
        "scheduled": {
            "at": "2026-01-05T03:00:00Z",
            "durationMinutes": 60,
            "schedule": "nightly.1",
        },
        "request": REQUEST,
    }
    nightly.start(json.dumps(own), "early")
    scheduler = nightly.cloud.client("scheduler")
    group = nightly.cloud.outputs["ScheduleGroupName"]
    known = scheduler.get_schedule(Name="nightly.1", GroupName=group)
    scheduler.update_schedule(
        **{name: known[name] for name in ("Name", "GroupName", "FlexibleTimeWindow", "Target")},
        ScheduleExpression="cron(0 5 * * ? *)",
        ScheduleExpressionTimezone="Europe/Berlin",
    )
    nightly.cloud.clock.sleep(3600 + 30)
    nightly.start(json.dumps(own), "changed")
    other = {**REQUEST, "connectionId": "dxcon-source01", "dryRun": True}
    nightly.start(json.dumps({**own, "requestId": "another", "request": other}), "another")
    nightly.finish()

    for name in ("early", "changed", "another"):
        assert asked_by(nightly, f":{name}") == {**AS_SCHEDULE, "triggerIsClaimed": True}


@pytest.mark.verify
def test_the_window_is_the_request_s_own(nightly: Deployed) -> None:
    nightly.cloud.clock.sleep(3600 + 1)
    nightly.finish()
    [execution] = nightly.cloud.executions()

    nightly.cloud.clock.sleep(3600)
    back = {**REQUEST, "connectionId": "dxcon-source01"}
    late = json.loads(execution["input"]) | {"requestId": "late", "request": back}
    nightly.start(json.dumps(late), "late")
    _, rejected = nightly.finish()

    assert "WINDOW_NOT_OPEN" in rejected["cause"]


@pytest.mark.verify
def test_a_firing_that_is_delivered_twice_is_a_duplicate(nightly: Deployed) -> None:
    nightly.cloud.clock.sleep(3600 + 1)
    [execution] = nightly.cloud.executions()
    nightly.start(execution["input"], "delivered-again")

    assert ended(nightly) == ["succeeded", "duplicate"]
    assert nightly.associations == 1


@pytest.mark.verify
def test_the_next_night_s_firing_is_no_duplicate(nightly: Deployed) -> None:
    nightly.cloud.clock.sleep(NIGHT + 3600 + 1)

    assert ended(nightly) == ["succeeded", "unchanged"]
    assert "VIF Migration Duplicate" not in nightly.sent


@pytest.mark.verify
def test_what_could_not_be_started_is_started_again_in_its_window(nightly: Deployed) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise DeliveryFailedError("NO_PERMISSIONS", "The role may not start it.")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("simulator.moto_ext.eventbridge.delivery.deliver", refuse)
        nightly.cloud.clock.sleep(3600 + 1)
        nightly.cloud.run_until_idle(LIMIT)
    assert nightly.cloud.executions() == []

    redrive = Redrive(nightly.cloud, "vifshift", Console(quiet=True), wait_seconds=0)
    redrive.run()

    assert redrive.is_clean
    assert ended(nightly) == ["succeeded"]
    assert nightly.cloud.dead_letters(nightly.cloud.outputs["DeadLetterQueueUrl"]) == []


@pytest.mark.verify
def test_an_event_that_is_redriven_after_it_had_come_is_a_duplicate(nightly: Deployed) -> None:
    nightly.send(REQUEST)
    nightly.finish()
    [sent] = [e for e in nightly.cloud.published_events if e["source"] == "an-engineer"]
    bury(nightly, json.dumps(sent), RULE_ARN=rule_of_requests(nightly))

    Redrive(nightly.cloud, "vifshift", Console(quiet=True), wait_seconds=0).run()

    assert ended(nightly) == ["succeeded", "duplicate"]


def test_forged_letters_start_nothing(guarded: Deployed) -> None:
    event = {
        "id": "e-1",
        "version": "0",
        "account": "111122223333",
        "source": "change-management",
        "time": "2026-01-05T02:00:00Z",
        "region": "eu-central-1",
        "resources": [],
        "detail-type": "VIF Migration Requested",
        "detail": REQUEST,
    }
    rule = rule_of_requests(guarded)
    foreign = rule.replace("111122223333", "999988887777")
    for number, (changes, arn) in enumerate(
        [
            ({}, foreign),
            ({}, f"{rule}x"),
            ({"source": "somebody"}, rule),
            ({"account": "999988887777"}, rule),
            ({"replay-name": "last-night"}, rule),
        ]
    ):
        letter = {**event, "id": f"forged-{number}", **changes}
        bury(guarded, json.dumps(letter), RULE_ARN=arn)
    bury(guarded, json.dumps({**event, "account": "222233334444"}), RULE_ARN=rule)

    redrive = Redrive(guarded.cloud, "vifshift", Console(quiet=True), wait_seconds=0)
    redrive.run()

    assert sorted(redrive.results) == [*[RedriveResult.LEFT] * 5, RedriveResult.STARTED]
    assert [each["name"] for each in guarded.cloud.executions()] == ["redrive-e-1"]
    assert ended(guarded) == ["succeeded"]


def test_the_dead_letter_queue_takes_letters_from_services_alone(nightly: Deployed) -> None:
    """Whatever a role's own policies allow; EventBridge Scheduler sends with a schedule's role."""
    iam, sqs = nightly.cloud.client("iam"), nightly.cloud.client("sqs")

    def policy(**statement: Any) -> str:
        given = {"Effect": "Allow", **statement}
        return json.dumps({"Version": "2012-10-17", "Statement": [given]})

    engineer = iam.create_role(
        RoleName="engineer",
        AssumeRolePolicyDocument=policy(Principal={"AWS": "111122223333"}, Action="sts:AssumeRole"),
    )["Role"]["Arn"]
    everything = policy(Action="sqs:*", Resource="*")
    iam.put_role_policy(RoleName="engineer", PolicyName="all", PolicyDocument=everything)
    group = nightly.cloud.outputs["ScheduleGroupName"]
    scheduler = nightly.cloud.client("scheduler")
    role = scheduler.get_schedule(Name="nightly.1", GroupName=group)["Target"]["RoleArn"]
    for output in ("DeadLetterQueueUrl", "UndeliveredNotificationsQueueUrl"):
        letter = {"QueueUrl": nightly.cloud.outputs[output], "MessageBody": "{}"}
        with acting_as(role_session(engineer, "mallory")), pytest.raises(ClientError) as denied:
            sqs.send_message(**letter)
        assert denied.value.response["Error"]["Code"] == "AccessDenied"

    with acting_as(role_session(role, "scheduler.amazonaws.com")):
        sqs.send_message(QueueUrl=nightly.cloud.outputs["DeadLetterQueueUrl"], MessageBody="{}")


@pytest.mark.verify
def test_only_an_allowed_source_starts_anything(guarded: Deployed) -> None:
    guarded.send(REQUEST)
    assert guarded.finish() == []

    entry = {
        "EventBusName": guarded.cloud.outputs["EventBusName"],
        "Source": "change-management",
        "DetailType": "VIF Migration Requested",
        "Detail": json.dumps(REQUEST),
    }
    guarded.cloud.client("events").put_events(Entries=[entry])
    assert ended(guarded) == ["succeeded"]


@pytest.mark.verify
def test_a_scenario_may_be_started_by_a_schedule(session: Session) -> None:
    record = session.run(scheduled())

    assert failures(record) == []
    assert record.started_at.isoformat() == "2026-03-29T01:30:00+00:00"


def test_a_scenario_can_t_wait_for_a_window_that_is_not_there(session: Session) -> None:
    scenario = scheduled()
    trigger = scenario.trigger.model_copy(update={"window": "jmup"})

    with pytest.raises(BadScenarioError, match="no window 'jmup' is still to come"):
        session.run(scenario.model_copy(update={"trigger": trigger}))


@pytest.mark.parametrize(
    "trigger",
    [
        "{kind: schedule}",
        "{kind: schedule, window: jump, request: {}}",
        "{kind: event}",
        "{window: x}",
    ],
)
def test_a_trigger_has_what_its_kind_needs(tmp_path: Any, trigger: str) -> None:
    text = named("scheduled-window").read_text("utf-8")
    file = tmp_path / "wrong.yaml"
    file.write_text(text.replace("{kind: schedule, window: jump}", trigger), "utf-8")

    with pytest.raises(BadScenarioError, match="trigger"):
        load(file)
