"""PutEvents, and what becomes of an event at a rule's targets."""

import json
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from simulator.cloud import Cloud
from tests.unit.simulator.policies import FROM_EVENTS

HOUR = timedelta(hours=1)
ENTRY = {"Source": "test", "DetailType": "Kind", "Detail": '{"id": "x", "n": 7}'}


def put(cloud: Cloud, **changes: Any) -> Any:
    return cloud.client("events").put_events(Entries=[{**ENTRY, **changes}])


def rule(cloud: Cloud, target: Any, pattern: Any = None, bus: Any = "default") -> Any:
    events = cloud.client("events")
    pattern = pattern or {"source": ["test"]}
    events.put_rule(Name="rule", EventBusName=bus, EventPattern=json.dumps(pattern))
    events.put_targets(Rule="rule", EventBusName=bus, Targets=[{"Id": "one", **target}])


def queue(cloud: Cloud, name: Any = "queue") -> Any:
    sqs = cloud.client("sqs")
    policy = {"Policy": json.dumps(FROM_EVENTS)}
    url = sqs.create_queue(QueueName=name, Attributes=policy)["QueueUrl"]
    attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
    return attributes["Attributes"]["QueueArn"]


def permit(cloud: Cloud, function: str) -> None:
    """Let EventBridge call a function."""
    cloud.client("lambda").add_permission(
        FunctionName=function,
        StatementId="events",
        Action="lambda:InvokeFunction",
        Principal="events.amazonaws.com",
    )


@pytest.fixture
def empty() -> Any:
    with Cloud() as cloud:
        yield cloud


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"Source": ""}, "InvalidArgument"),
        ({"DetailType": ""}, "InvalidArgument"),
        ({"Detail": ""}, "InvalidArgument"),
        ({"Detail": "no json"}, "MalformedDetail"),
        ({"Detail": "[1]"}, "MalformedDetail"),
        ({"Source": "aws.directconnect"}, "NotAuthorizedForSourceException"),
    ],
)
def test_faulty_entries_fail_alone(empty: Cloud, changes: Any, code: Any) -> None:
    answer = put(empty, **changes)

    assert answer["FailedEntryCount"] == 1
    assert answer["Entries"][0]["ErrorCode"] == code
    assert empty.published_events == []


def test_a_request_may_hold_a_megabyte_and_no_more(empty: Cloud) -> None:
    def detail(size: Any) -> Any:
        return json.dumps({"x": "a" * size})

    assert put(empty, Detail=detail(1_000_000))["FailedEntryCount"] == 0
    with pytest.raises(ClientError, match="Total size of the entries"):
        put(empty, Detail=detail(1_048_576))


def test_every_event_is_kept_with_its_envelope(empty: Cloud) -> None:
    answer = put(empty)

    assert empty.published_events == [
        {
            "version": "0",
            "id": answer["Entries"][0]["EventId"],
            "detail-type": "Kind",
            "source": "test",
            "account": "111122223333",
            "time": "2026-01-05T02:00:00Z",
            "region": "eu-central-1",
            "resources": [],
            "detail": {"id": "x", "n": 7},
            "bus": "default",
        }
    ]


def test_delivery_comes_after_the_answer(empty: Cloud) -> None:
    rule(empty, {"Arn": queue(empty)})
    put(empty)

    assert empty.dead_letters("queue") == []
    empty.run_until_idle(HOUR)
    (message,) = empty.dead_letters("queue")
    assert json.loads(message["Body"])["detail"] == {"id": "x", "n": 7}


def test_delivery_takes_as_long_as_it_is_told() -> None:
    with Cloud(delivery_latency=2.5) as cloud:
        rule(cloud, {"Arn": queue(cloud)})
        put(cloud)
        cloud.run_until_idle(HOUR)
        assert cloud.clock.now().microsecond == 500_000


@pytest.mark.parametrize(
    ("pattern", "matches"),
    [
        ({"detail": {"id": [{"prefix": "x"}]}}, True),
        ({"detail": {"n": [{"numeric": [">", 5]}]}}, True),
        ({"detail": {"n": [{"numeric": [">", 7]}]}}, False),
        ({"detail": {"id": [{"anything-but": ["x"]}]}}, False),
        ({"detail": {"missing": [{"exists": False}]}}, True),
    ],
)
def test_patterns_filter_by_content(empty: Cloud, pattern: Any, matches: Any) -> None:
    rule(empty, {"Arn": queue(empty)}, pattern)
    put(empty)
    empty.run_until_idle(HOUR)

    assert bool(empty.dead_letters("queue")) is matches


def test_a_disabled_rule_and_a_schedule_alone_match_nothing(empty: Cloud) -> None:
    events = empty.client("events")
    arn = queue(empty)
    rule(empty, {"Arn": arn})
    events.disable_rule(Name="rule")
    events.put_rule(Name="daily", ScheduleExpression="rate(1 day)")
    events.put_targets(Rule="daily", Targets=[{"Id": "one", "Arn": arn}])

    put(empty)
    empty.run_until_idle(HOUR)

    assert empty.dead_letters("queue") == []


def test_a_rule_starts_a_state_machine_with_its_input(cloud: Cloud) -> None:
    put(cloud, DetailType="Wanted", EventBusName="test-bus")
    cloud.run_until_idle(HOUR)

    (execution,) = cloud.executions()
    event_id = cloud.published_events[0]["id"]
    assert json.loads(execution["input"]) == {"id": "x", "event": event_id}
    assert execution["name"].startswith(f"{event_id}_")
    assert cloud.published_events[-1]["detail"]["verdict"] == "settled"


def test_what_a_target_refuses_goes_to_the_dead_letters(cloud: Cloud) -> None:
    cloud.client("stepfunctions").delete_state_machine(stateMachineArn=cloud.outputs["MachineArn"])
    put(cloud, DetailType="Wanted", EventBusName="test-bus")
    cloud.run_until_idle(HOUR)

    (message,) = cloud.dead_letters(cloud.resources["DeadLetters"])
    attributes = {key: item["StringValue"] for key, item in message["MessageAttributes"].items()}
    assert attributes.pop("RULE_ARN").endswith(f"rule/test-bus/{cloud.resources['Requested']}")
    assert attributes.pop("ERROR_MESSAGE")
    assert attributes == {
        "TARGET_ARN": cloud.outputs["MachineArn"],
        "ERROR_CODE": "NO_RESOURCE",
        "RETRY_ATTEMPTS": "0",
    }
    assert json.loads(message["Body"])["detail"] == {"id": "x", "n": 7}


def test_a_throttled_function_keeps_its_event_in_its_own_queue(cloud: Cloud) -> None:
    """AWS: Lambda developer guide, "How Lambda handles errors and retries with asynchronous"."""
    function = cloud.resources["Look"]
    concurrency = {"FunctionName": function, "ReservedConcurrentExecutions": 0}
    cloud.client("lambda").put_function_concurrency(**concurrency)
    arn = f"arn:aws:lambda:eu-central-1:111122223333:function:{function}"
    policy = {"MaximumRetryAttempts": 2, "MaximumEventAgeInSeconds": 3600}
    permit(cloud, function)
    rule(cloud, {"Arn": arn, "RetryPolicy": policy, "DeadLetterConfig": {"Arn": queue(cloud)}})
    put(cloud)
    cloud.run_until_idle(HOUR)

    assert cloud.dead_letters("queue") == []


def test_a_rule_calls_a_function(cloud: Cloud) -> None:
    arn = f"arn:aws:lambda:eu-central-1:111122223333:function:{cloud.resources['Look']}"
    permit(cloud, cloud.resources["Look"])
    rule(cloud, {"Arn": arn, "InputPath": "$.detail"})
    put(cloud)
    cloud.run_until_idle(HOUR)

    assert (cloud.resources["Look"], "[WARNING]\tlook 1") in cloud.lambda_logs


def test_a_rule_publishes_to_a_topic_and_a_log_group(empty: Cloud) -> None:
    sns, logs = empty.client("sns"), empty.client("logs")
    policy = json.dumps(FROM_EVENTS)
    topic = sns.create_topic(Name="topic", Attributes={"Policy": policy})["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue(empty))
    logs.create_log_group(logGroupName="/events")
    logs.put_resource_policy(policyName="events", policyDocument=policy)
    rule(empty, {"Arn": topic})
    group = "arn:aws:logs:eu-central-1:111122223333:log-group:/events"
    empty.client("events").put_targets(Rule="rule", Targets=[{"Id": "two", "Arn": group}])

    put(empty)
    empty.run_until_idle(HOUR)

    (message,) = empty.dead_letters("queue")
    assert json.loads(json.loads(message["Body"])["Message"])["source"] == "test"
    (event,) = logs.filter_log_events(logGroupName="/events")["events"]
    assert json.loads(event["message"])["source"] == "test"


def test_a_bus_passes_events_on_to_another(empty: Cloud) -> None:
    bus = empty.client("events").create_event_bus(Name="other")["EventBusArn"]
    rule(empty, {"Arn": bus, "RoleArn": "arn:aws:iam::111122223333:role/any"})
    put(empty)
    empty.run_until_idle(HOUR)

    assert [event["bus"] for event in empty.published_events] == ["default", "other"]


def test_a_schedule_fires_once_at_its_time(empty: Cloud) -> None:
    arn = queue(empty)
    empty.client("scheduler").create_schedule(
        Name="once",
        ScheduleExpression="at(2026-01-05T04:00:00)",
        ScheduleExpressionTimezone="Europe/Berlin",
        FlexibleTimeWindow={"Mode": "OFF"},
        ActionAfterCompletion="DELETE",
        Target={
            "Arn": arn,
            "RoleArn": "arn:aws:iam::111122223333:role/any",
            "Input": '{"at": "<aws.scheduler.scheduled-time>"}',
        },
    )

    assert empty.run_until_idle(timedelta(days=1))

    assert empty.clock.now().isoformat() == "2026-01-05T03:00:00+00:00"
    (message,) = empty.dead_letters("queue")
    assert json.loads(message["Body"]) == {"at": "2026-01-05T03:00:00Z"}
    assert empty.client("scheduler").list_schedules()["Schedules"] == []


def test_a_rate_fires_again_and_again_while_time_passes(empty: Cloud) -> None:
    events = empty.client("events")
    events.put_rule(Name="often", ScheduleExpression="rate(10 minutes)")
    events.put_targets(Rule="often", Targets=[{"Id": "one", "Arn": queue(empty)}])

    empty.clock.sleep(35 * 60)

    messages = empty.dead_letters("queue")
    times = [json.loads(message["Body"])["time"] for message in messages]
    assert times == ["2026-01-05T02:10:00Z", "2026-01-05T02:20:00Z", "2026-01-05T02:30:00Z"]


@pytest.mark.parametrize(
    ("items", "matches"),
    [
        ([{"ARN": "one"}, {"ARN": "two"}], True),
        ([{"ARN": ["two", "three"]}], True),
        ([{"ARN": "one"}, {"other": "two"}], False),
        ([], False),
    ],
)
def test_a_pattern_looks_into_lists_of_objects(empty: Cloud, items: Any, matches: bool) -> None:
    arn = queue(empty)
    rule(empty, {"Arn": arn}, {"detail": {"resources": {"ARN": ["two"]}}})

    put(empty, Detail=json.dumps({"resources": items}))

    assert empty.run_until_idle(HOUR)
    assert bool(empty.dead_letters(arn)) is matches
