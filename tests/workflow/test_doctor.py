"""`vifshift doctor`: what is well is said to be, and each fault is found."""

import json
import tomllib
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from cli.app import main
from cli.deployed import DeployedStack
from cli.doctor import command
from simulator.cloud import TaskFault
from simulator.synthesis import ROOT
from tests.workflow.conftest import Deployed
from vifshift.domain.version import VERSION
from vifshift.domain.workflow import StateName

Fault = Callable[[Deployed], None]
Examine = Callable[[], tuple[int, dict[str, bool], str]]


@pytest.fixture
def deployed(deploy: Callable[[str], Deployed]) -> Deployed:
    return deploy("happy-path-dual-stack-lag")


@pytest.fixture
def examine(
    deployed: Deployed, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Examine:
    cloud = deployed.cloud
    monkeypatch.setenv("AWS_REGION", deployed.scenario.world.region)
    monkeypatch.delenv("AWS_PROFILE", raising=False)

    def sleep(seconds: float) -> None:
        until = cloud.clock.now() + timedelta(seconds=seconds)
        cloud.run_until_idle(timedelta(seconds=seconds))
        if (left := until - cloud.clock.now()) > timedelta():
            cloud.clock.sleep(left.total_seconds())

    def now() -> datetime:
        return cloud.clock.now()

    monkeypatch.setattr(command, "sleep", sleep)
    monkeypatch.setattr(command, "now", now)

    def examine() -> tuple[int, dict[str, bool], str]:
        status = main(["--json", "doctor"])
        said = capsys.readouterr().out
        found = json.loads(said)
        return status, {each["name"]: each["is_well"] for each in found}, said

    return examine


def subscribe(deployed: Deployed) -> None:
    """Let a queue hear what chat is told."""
    cloud = deployed.cloud
    url = cloud.client("sqs").create_queue(QueueName="hears")["QueueUrl"]
    told = cloud.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
    cloud.client("sns").subscribe(
        TopicArn=cloud.outputs["NotificationTopicArn"],
        Protocol="sqs",
        Endpoint=told["Attributes"]["QueueArn"],
    )


def ill(found: dict[str, bool]) -> set[str]:
    return {name for name, is_well in found.items() if not is_well}


def test_the_version_is_the_one_of_the_project() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    assert project["project"]["version"] == VERSION


def test_an_installation_that_works_is_well_and_nothing_was_touched(
    deployed: Deployed, examine: Examine
) -> None:
    subscribe(deployed)
    begun = deployed.cloud.clock.now()
    status, found, said = examine()
    assert (status, ill(found)) == (0, set()), said
    parts = {"dry run", "event", "notice", "evidence", "metric", "watchdog", "versions"}
    assert parts <= found.keys()
    # It is announced as a test, and rings no alarm.
    assert "passed on to 1 confirmed subscriptions" in said
    assert any("doctor-20260105T020000Z" in text for _, text in deployed.cloud.notifications)
    assert deployed.cloud.alarms_fired() == []
    assert deployed.associations == 0
    assert deployed.cloud.clock.now() - begun < timedelta(minutes=2)
    assert "VIF Migration Interrupted" not in deployed.sent


def test_what_is_wrong_before_anything_is_tried_is_found(
    deployed: Deployed, examine: Examine, tmp_path: Path
) -> None:
    cloud = deployed.cloud
    cloudwatch: Any = cloud.client("cloudwatch")
    cloudwatch.set_alarm_state(
        AlarmName="vifshift-aborted", StateValue="ALARM", StateReason="a fault"
    )
    cloudwatch.disable_alarm_actions(AlarmNames=["vifshift-interrupted"])
    for output in ("DeadLetterQueueUrl", "UndeliveredNotificationsQueueUrl"):
        cloud.client("sqs").send_message(QueueUrl=cloud.outputs[output], MessageBody="lost")
    stack = DeployedStack(cloud, "vifshift")
    bus, rule = min(stack.places("AWS::Events::Rule", "EventBusName"))
    cloud.client("events").disable_rule(Name=rule, EventBusName=bus)
    status, found, said = examine()
    assert status == 2
    assert ill(found) == {
        "alarms",
        "alarm actions",
        "dead letters",
        "undelivered notifications",
        "rules and schedules",
        "subscriptions",
    }
    assert "vifshift-aborted" in said
    assert "vifshift-interrupted" in said


def no_bus(deployed: Deployed) -> None:
    fault = TaskFault(state=StateName.ANNOUNCE_OUTCOME, error="EventBridge.FailedEntry")
    machine = deployed.cloud.outputs["StateMachineArn"]
    deployed.cloud.plan_faults([fault], state_machine=machine)


def no_topic(deployed: Deployed) -> None:
    cloud = deployed.cloud
    cloud.client("sns").delete_topic(TopicArn=cloud.outputs["NotificationTopicArn"])


def no_watchdog(deployed: Deployed) -> None:
    cloud = deployed.cloud
    cloud.client("stepfunctions").delete_state_machine(
        stateMachineArn=cloud.outputs["WatchdogStateMachineArn"]
    )


def gone(name: str) -> Fault:
    return lambda deployed: deployed.break_function(name)


@pytest.mark.parametrize(
    ("fault", "ill_then"),
    [
        pytest.param(no_bus, "event", id="event"),
        pytest.param(no_topic, "notice", id="notice"),
        pytest.param(gone("conclude"), "metric", id="metric"),
        pytest.param(gone("report"), "evidence", id="evidence", marks=pytest.mark.verify),
        pytest.param(gone("validate"), "dry run", id="dry-run", marks=pytest.mark.verify),
        pytest.param(no_watchdog, "watchdog", id="watchdog", marks=pytest.mark.verify),
    ],
)
def test_each_fault_is_found_in_time(
    deployed: Deployed, examine: Examine, fault: Fault, ill_then: str
) -> None:
    subscribe(deployed)
    fault(deployed)
    begun = deployed.cloud.clock.now()
    status, found, said = examine()
    assert status == 2
    assert ill_then in ill(found), said
    assert deployed.cloud.clock.now() - begun < timedelta(minutes=2)


def test_another_version_is_found(examine: Examine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cli.doctor.standing.VERSION", "0.0.9")
    assert "versions" in ill(examine()[1])
