"""How long names may be: just below each limit, and just above it."""

import json
from collections.abc import Iterator

import pytest
from botocore.exceptions import ClientError

from simulator.cloud import Cloud
from simulator.moto_ext.limits import names
from tests.unit.simulator.moto_ext.limits.largest import (
    DEFINITION,
    HERE,
    ROLE,
    TABLE,
    TRUSTED,
    Limit,
    a_function,
    a_policy,
    furnish,
    just_below_and_just_above,
)

NAMES = {
    "role": Limit(
        64,
        lambda cloud, size: cloud.client("iam").create_role(
            RoleName="r" * size, AssumeRolePolicyDocument=json.dumps(TRUSTED)
        ),
        "ValidationError",
    ),
    "policy": Limit(
        128,
        lambda cloud, size: cloud.client("iam").create_policy(
            PolicyName="p" * size, PolicyDocument=a_policy(200)
        ),
        "ValidationError",
    ),
    "rule": Limit(
        64,
        lambda cloud, size: cloud.client("events").put_rule(
            Name="r" * size, ScheduleExpression="rate(1 day)"
        ),
        "ValidationException",
    ),
    "bus": Limit(
        256,
        lambda cloud, size: cloud.client("events").create_event_bus(Name="b" * size),
        "ValidationException",
    ),
    "function": Limit(
        64,
        lambda cloud, size: cloud.client("lambda").create_function(**a_function("f" * size)),
        "InvalidParameterValueException",
    ),
    "table": Limit(
        255,
        lambda cloud, size: cloud.client("dynamodb").create_table(TableName="t" * size, **TABLE),
        "ValidationException",
    ),
    "schedule": Limit(
        64,
        lambda cloud, size: cloud.client("scheduler").create_schedule(
            Name="s" * size,
            ScheduleExpression="rate(1 day)",
            FlexibleTimeWindow={"Mode": "OFF"},
            Target={"Arn": "arn:aws:lambda:eu-central-1:111122223333:function:f", "RoleArn": ROLE},
        ),
        "ValidationException",
    ),
    "schedule group": Limit(
        64,
        lambda cloud, size: cloud.client("scheduler").create_schedule_group(Name="g" * size),
        "ValidationException",
    ),
    "alarm": Limit(
        255,
        lambda cloud, size: cloud.client("cloudwatch").put_metric_alarm(
            AlarmName="a" * size,
            Namespace="n",
            MetricName="m",
            Period=60,
            EvaluationPeriods=1,
            Threshold=1,
            ComparisonOperator="GreaterThanThreshold",
            Statistic="Sum",
        ),
        "ValidationError",
    ),
    "state machine": Limit(
        80,
        lambda cloud, size: cloud.client("stepfunctions").create_state_machine(
            name="m" * size, definition=json.dumps(DEFINITION), roleArn=ROLE
        ),
        "ValidationException",
    ),
    "topic": Limit(
        256,
        lambda cloud, size: cloud.client("sns").create_topic(Name="t" * size),
        "InvalidParameter",
    ),
    "queue": Limit(
        80,
        lambda cloud, size: cloud.client("sqs").create_queue(QueueName="q" * size),
        "InvalidParameterValue",
    ),
    "bucket": Limit(
        63,
        lambda cloud, size: cloud.client("s3").create_bucket(
            Bucket="b" * size, CreateBucketConfiguration=HERE
        ),
        "InvalidBucketName",
    ),
    "log group": Limit(
        512,
        lambda cloud, size: cloud.client("logs").create_log_group(logGroupName="l" * size),
        "InvalidParameterException",
    ),
    "key": Limit(
        names.LONGEST_KEY,
        lambda cloud, size: cloud.client("s3").put_object(
            Bucket="bucket", Key="é" * (size // 2) + "k" * (size % 2), Body=b""
        ),
        "KeyTooLongError",
    ),
}


@pytest.fixture(scope="module")
def cloud() -> Iterator[Cloud]:
    """A cloud with something of everything that is written to."""
    with Cloud() as cloud:
        furnish(cloud)
        yield cloud


@pytest.mark.parametrize("kind", NAMES)
def test_a_name_is_as_long_as_it_may_be(cloud: Cloud, kind: str) -> None:
    just_below_and_just_above(cloud, NAMES[kind])


@pytest.mark.parametrize("name", ["a b", "a/b", "a*"])
def test_a_name_has_only_letters_that_it_may_have(cloud: Cloud, name: str) -> None:
    with pytest.raises(ClientError, match="regular expression"):
        cloud.client("events").put_rule(Name=name, ScheduleExpression="rate(1 day)")
    with pytest.raises(ClientError, match="regular expression"):
        cloud.client("lambda").create_function(**a_function(name))


def test_a_table_has_a_name_of_three_letters_at_least(cloud: Cloud) -> None:
    cloud.client("dynamodb").create_table(TableName="abc", **TABLE)
    with pytest.raises(ClientError, match="greater than or equal to 3"):
        cloud.client("dynamodb").create_table(TableName="ab", **TABLE)
