"""A cloud that is put back to a checkpoint is as it was then, and goes on as it did then."""

import json
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import moto.stepfunctions.parser.utils
import pytest

from simulator.cloud import Cloud
from simulator.cloud.checkpoint import Checkpoint
from tests.sharing import leave
from tests.unit.simulator.policies import FROM_EVENTS
from tests.unit.simulator.stack import Synthesize, function

DAY = timedelta(days=1)
REMEMBER = '''
"""Keeps everything that a module may keep."""
import random
import uuid
from functools import lru_cache

import boto3

CALLS = []


class Adapter:
    made = 0

    def __init__(self):
        type(self).made += 1
        self.calls = 0
        self.client = boto3.client("dynamodb")


@lru_cache
def adapter():
    return Adapter()


def counter(count=[]):
    count.append(1)
    return len(count)


def handler(event, context):
    CALLS.append(event)
    adapter().calls += 1
    adapter().client.list_tables()
    globals().setdefault("FIRST", event)
    print(context.aws_request_id, context.log_stream_name)
    return [len(CALLS), Adapter.made, adapter().calls, counter(), FIRST, str(uuid.uuid4())]
'''
DRAWING = """
import uuid

CONTAINER = str(uuid.uuid4())


def handler(event, context):
    return CONTAINER
"""
CALLING = """
import boto3

TABLES = boto3.client("dynamodb").list_tables()["TableNames"]


def handler(event, context):
    return TABLES
"""


@pytest.fixture
def checkpoint(cloud: Cloud) -> Checkpoint:
    """The cloud right after its deployment."""
    return cloud.checkpoint()


def start(cloud: Cloud, name: str = "x") -> None:
    cloud.client("stepfunctions").start_execution(
        stateMachineArn=cloud.outputs["MachineArn"], input=f'{{"id": "{name}"}}'
    )


def story(cloud: Cloud) -> list[Any]:
    """Run the workflow from an event, and tell all that can be seen of it."""
    entry = {
        "EventBusName": "test-bus",
        "Source": "test",
        "DetailType": "Wanted",
        "Detail": '{"id": "x"}',
    }
    sent = cloud.client("events").put_events(Entries=[entry])["Entries"]
    idle = cloud.run_until_idle(DAY)
    executions = cloud.executions()
    logs = cloud.client("logs")
    return [
        sent,
        idle,
        cloud.clock.now(),
        executions,
        [cloud.execution_history(each["executionArn"]) for each in executions],
        list(cloud.published_events),
        list(cloud.lambda_logs),
        cloud.client("dynamodb").scan(TableName=cloud.outputs["TableName"])["Items"],
        [
            logs.filter_log_events(logGroupName=group["logGroupName"])["events"]
            for group in logs.describe_log_groups()["logGroups"]
        ],
    ]


def test_the_same_follows_as_did_before(cloud: Cloud, checkpoint: Checkpoint) -> None:
    first = story(cloud)
    checkpoint.restore()

    assert cloud.executions() == []
    assert (cloud.published_events, cloud.lambda_logs) == ([], [])
    assert story(cloud) == first


def test_what_a_bucket_held_is_there_again_and_no_more(cloud: Cloud) -> None:
    s3 = cloud.client("s3")
    place = {"LocationConstraint": "eu-central-1"}
    s3.create_bucket(Bucket="kept", CreateBucketConfiguration=place)
    s3.put_bucket_versioning(Bucket="kept", VersioningConfiguration={"Status": "Enabled"})
    s3.put_object(Bucket="kept", Key="a", Body=b"first")
    checkpoint = cloud.checkpoint()
    s3.put_object(Bucket="kept", Key="a", Body=b"second")
    s3.put_object(Bucket="kept", Key="b", Body=b"new")

    checkpoint.restore()

    assert cloud.objects("kept") == {"a": "first"}
    assert len(s3.list_object_versions(Bucket="kept")["Versions"]) == 1


def test_the_same_follows_as_in_another_cloud(
    cloud: Cloud, checkpoint: Checkpoint, assembly: Path
) -> None:
    start(cloud, "something else")
    cloud.run_until_idle(DAY)
    checkpoint.restore()
    told = story(cloud)
    leave()

    with Cloud() as other:
        other.deploy(assembly, "Test")
        assert story(other) == told


@pytest.mark.parametrize("seconds", [0, 5, 22])
def test_an_execution_under_way_is_gone(
    cloud: Cloud, checkpoint: Checkpoint, seconds: float
) -> None:
    first = story(cloud)
    checkpoint.restore()
    threads = threading.active_count()
    start(cloud)
    cloud.clock.sleep(seconds)

    checkpoint.restore()

    assert threading.active_count() == threads
    assert moto.stepfunctions.parser.utils.TMP_THREADS == []
    assert story(cloud) == first


def test_resources_are_there_or_gone_as_they_were(cloud: Cloud, checkpoint: Checkpoint) -> None:
    queue = cloud.resources["DeadLetters"]
    cloud.client("sqs").send_message(QueueUrl=queue, MessageBody="left behind")
    cloud.client("dynamodb").delete_table(TableName=cloud.outputs["TableName"])
    cloud.client("lambda").delete_function(FunctionName=cloud.resources["Look"])
    cloud.client("ssm").put_parameter(Name="new", Value="1", Type="String")
    # A service that the deployment has not used.
    cloud.client("sns").create_topic(Name="new")

    checkpoint.restore()

    assert cloud.dead_letters(queue) == []
    assert cloud.client("dynamodb").scan(TableName=cloud.outputs["TableName"])["Items"] == []
    assert cloud.client("lambda").get_function(FunctionName=cloud.resources["Look"])
    assert cloud.client("sns").list_topics()["Topics"] == []
    names = [it["Name"] for it in cloud.client("ssm").describe_parameters()["Parameters"]]
    assert "new" not in names


def test_a_schedule_that_was_armed_then_rings_again(cloud: Cloud) -> None:
    cloud.client("events").put_rule(Name="hourly", ScheduleExpression="rate(1 hour)")
    bus = cloud.client("events")
    policy = {"Policy": json.dumps(FROM_EVENTS)}
    queue = cloud.client("sqs").create_queue(QueueName="ticks", Attributes=policy)["QueueUrl"]
    arn = f"arn:aws:sqs:eu-central-1:111122223333:{queue.rsplit('/', 1)[-1]}"
    bus.put_targets(Rule="hourly", Targets=[{"Id": "queue", "Arn": arn}])
    checkpoint = cloud.checkpoint()

    def ticks() -> list[Any]:
        cloud.clock.sleep(7300)
        return [message["Body"] for message in cloud.dead_letters(queue)]

    first = ticks()
    checkpoint.restore()

    assert len(first) == 2
    assert ticks() == first


def test_no_checkpoint_is_taken_while_something_runs(cloud: Cloud) -> None:
    start(cloud)
    cloud.clock.sleep(5)

    with pytest.raises(RuntimeError, match="nothing runs"):
        cloud.checkpoint()


@pytest.fixture
def keeping(synthesize: Synthesize) -> Iterator[Cloud]:
    """A cloud with functions that keep what they can."""
    folder = synthesize(
        modules={"remember": REMEMBER, "drawing": DRAWING, "calling": CALLING},
        extra={
            "Remember": function("watching.remember.handler"),
            "Drawing": function("watching.drawing.handler"),
            "Calling": function("watching.calling.handler"),
        },
    )
    with Cloud() as cloud:
        cloud.deploy(folder, "Test")
        yield cloud


def invoke(cloud: Cloud, name: str, payload: str) -> str:
    answer = cloud.client("lambda").invoke(FunctionName=cloud.resources[name], Payload=payload)
    return str(answer["Payload"].read().decode())


def test_a_function_starts_cold_without_being_imported_again(keeping: Cloud) -> None:
    checkpoint = keeping.checkpoint()

    def answers() -> list[Any]:
        said = [invoke(keeping, "Remember", f'"{number}"') for number in range(3)]
        return [*said, *keeping.lambda_logs]

    first = answers()
    checkpoint.restore()

    assert first[0].startswith('[1, 1, 1, 1, "0", ')
    assert first[2].startswith('[3, 1, 3, 3, "0", ')
    assert answers() == first


def test_a_function_that_draws_when_it_is_imported_is_imported_again(keeping: Cloud) -> None:
    checkpoint = keeping.checkpoint()

    def answers() -> list[str]:
        return [invoke(keeping, "Drawing", "null"), invoke(keeping, "Remember", "1")]

    first = answers()
    checkpoint.restore()
    assert answers() == first
    checkpoint.restore()
    invoke(keeping, "Remember", "1")

    assert invoke(keeping, "Drawing", "null") != first[0]


def test_a_function_that_calls_when_it_is_imported_is_imported_again(keeping: Cloud) -> None:
    checkpoint = keeping.checkpoint()
    first = json.loads(invoke(keeping, "Calling", "null"))
    checkpoint.restore()
    keeping.client("dynamodb").delete_table(TableName=keeping.outputs["TableName"])

    assert len(first) == 1
    assert json.loads(invoke(keeping, "Calling", "null")) == []
