"""Schedules of EventBridge Scheduler: when they fire, with what, and what they bury."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from simulator.cloud import Cloud
from simulator.core.context import CloudContext
from simulator.moto_ext.eventbridge.delivery_errors import DeliveryFailedError
from simulator.moto_ext.eventbridge.publishing import publish_of_service

DAY = timedelta(days=1)
ROLE = "arn:aws:iam::111122223333:role/any"
FUNCTION = "arn:aws:lambda:eu-central-1:111122223333:function:any"
ABSENT = "arn:aws:states:eu-central-1:111122223333:stateMachine:absent"
WORDS = {
    "at": "<aws.scheduler.scheduled-time>",
    "id": "<aws.scheduler.execution-id>",
    "schedule": "<aws.scheduler.schedule-arn>",
    "attempt": "<aws.scheduler.attempt-number>",
}


@pytest.fixture
def cloud() -> Iterator[Cloud]:
    with Cloud() as cloud:
        yield cloud


def queue(cloud: Cloud, name: str) -> str:
    sqs = cloud.client("sqs")
    url = sqs.create_queue(QueueName=name)["QueueUrl"]
    answer = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
    return str(answer["Attributes"]["QueueArn"])


def schedule(cloud: Cloud, expression: str, target: dict[str, Any], flexible: int = 0) -> None:
    window: dict[str, Any] = {"Mode": "OFF"}
    if flexible:
        window = {"Mode": "FLEXIBLE", "MaximumWindowInMinutes": flexible}
    cloud.client("scheduler").create_schedule(
        Name="it",
        ScheduleExpression=expression,
        FlexibleTimeWindow=window,
        Target={"RoleArn": ROLE, "Input": json.dumps(WORDS), **target},
    )


def bodies(cloud: Cloud, name: str) -> list[Any]:
    return [json.loads(message["Body"]) for message in cloud.dead_letters(name)]


def test_a_target_is_told_about_the_firing(cloud: Cloud) -> None:
    schedule(cloud, "at(2026-01-05T03:00:00)", {"Arn": queue(cloud, "target")})

    cloud.run_until_idle(DAY)

    (told,) = bodies(cloud, "target")
    assert told.pop("id")
    assert told == {
        "at": "2026-01-05T03:00:00Z",
        "schedule": "arn:aws:scheduler:eu-central-1:111122223333:schedule/default/it",
        "attempt": "1",
    }


def test_a_flexible_window_delays_a_firing_by_the_same_time_in_every_run() -> None:
    ends = []
    for _ in range(2):
        with Cloud() as cloud:
            schedule(cloud, "at(2026-01-05T03:00:00)", {"Arn": queue(cloud, "target")}, flexible=30)
            cloud.run_until_idle(DAY)
            ends.append(cloud.clock.now())
            (told,) = bodies(cloud, "target")
            assert told["at"] == "2026-01-05T03:00:00Z"

    assert ends[0] == ends[1]
    due = datetime(2026, 1, 5, 3, 0, tzinfo=UTC)
    assert due < ends[0] < due + timedelta(minutes=30)


def test_a_rate_begins_as_soon_as_it_is_there(cloud: Cloud) -> None:
    schedule(cloud, "rate(1 hour)", {"Arn": queue(cloud, "target")})

    cloud.clock.sleep(2 * 3600 + 1)

    assert [told["at"] for told in bodies(cloud, "target")] == [
        "2026-01-05T02:00:00Z",
        "2026-01-05T03:00:00Z",
        "2026-01-05T04:00:00Z",
    ]


def test_a_firing_that_nothing_can_take_is_buried_as_its_input(cloud: Cloud) -> None:
    target = {"Arn": ABSENT, "DeadLetterConfig": {"Arn": queue(cloud, "letters")}}
    schedule(cloud, "at(2026-01-05T03:00:00)", target)

    cloud.run_until_idle(DAY)

    (letter,) = cloud.dead_letters("letters")
    attributes = {key: item["StringValue"] for key, item in letter["MessageAttributes"].items()}
    assert json.loads(letter["Body"])["at"] == "2026-01-05T03:00:00Z"
    assert attributes["EXECUTION_ID"] == json.loads(letter["Body"])["id"]
    assert attributes["SCHEDULED_TIME"] == "2026-01-05T03:00:00Z"
    assert attributes["SCHEDULE_ARN"].endswith("schedule/default/it")
    assert attributes["TARGET_ARN"] == ABSENT
    assert (attributes["IS_PAYLOAD_TRUNCATED"], attributes["RETRY_ATTEMPTS"]) == ("false", "0")
    assert "RULE_ARN" not in attributes


def test_a_throttled_target_is_tried_as_often_as_the_policy_says(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []

    def refuse(context: Any, target: Any, text: str, event_id: str) -> None:
        seen.append(json.loads(text)["attempt"])
        raise DeliveryFailedError("THROTTLING", "Too much at once.")

    monkeypatch.setattr("simulator.moto_ext.eventbridge.delivery.deliver", refuse)
    policy = {"MaximumRetryAttempts": 2, "MaximumEventAgeInSeconds": 900}
    letters = {"Arn": queue(cloud, "letters")}
    target = {"Arn": ABSENT, "RetryPolicy": policy, "DeadLetterConfig": letters}
    schedule(cloud, "at(2026-01-05T03:00:00)", target)

    cloud.run_until_idle(DAY)

    (letter,) = cloud.dead_letters("letters")
    assert seen == ["1", "2", "3"]
    assert letter["MessageAttributes"]["RETRY_ATTEMPTS"]["StringValue"] == "2"


def test_when_a_schedule_is_due_next(cloud: Cloud) -> None:
    schedule(cloud, "cron(0 3 * * ? *)", {"Arn": queue(cloud, "target")})

    assert cloud.next_firing("it") == datetime(2026, 1, 5, 3, 0, tzinfo=UTC)
    cloud.clock.sleep(2 * 3600)
    assert cloud.next_firing("it") == datetime(2026, 1, 6, 3, 0, tzinfo=UTC)
    assert cloud.next_firing("another") is None


@pytest.fixture
def invoked(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The minute of each invocation of a function."""
    invoked: list[int] = []

    def invoke(context: CloudContext, target: Any, text: str, event_id: str) -> None:
        begun = datetime(2026, 1, 5, 2, 0, tzinfo=UTC)
        invoked.append(int((context.clock.now() - begun).total_seconds() / 60))

    monkeypatch.setattr("simulator.moto_ext.eventbridge.delivery.deliver", invoke)
    return invoked


def an_execution_ends(cloud: Cloud) -> None:
    publish_of_service(cloud._context, "aws.states", "any", [], {})


def test_a_function_that_looks_for_executions_is_invoked_at_growing_distances(
    invoked: list[int],
) -> None:
    with Cloud(speed=True) as cloud:
        schedule(cloud, "rate(5 minutes)", {"Arn": FUNCTION})
        cloud.clock.sleep(3600 + 1)
        assert invoked == []

        an_execution_ends(cloud)
        cloud.clock.sleep(3 * 3600)
        assert invoked == [65, 70, 80, 100, 140, 220]

        an_execution_ends(cloud)
        cloud.clock.sleep(1800)
        assert invoked[6:] == [245, 250, 260]


def test_without_speed_it_is_invoked_every_time(invoked: list[int]) -> None:
    with Cloud(speed=False) as cloud:
        an_execution_ends(cloud)
        schedule(cloud, "rate(5 minutes)", {"Arn": FUNCTION})
        cloud.clock.sleep(1800 + 1)

    assert invoked == [0, 5, 10, 15, 20, 25, 30]
