"""What is sent to a cloud at its largest, and one letter more."""

import io
import json
import zipfile
from collections.abc import Callable
from typing import Any, NamedTuple

import pytest
from botocore.exceptions import ClientError

from simulator.cloud import Cloud

ROLE = "arn:aws:iam::111122223333:role/runner"
TRUSTED = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "lambda.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
    ],
}
DEFINITION = {"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}}
TABLE = {
    "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
    "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
    "BillingMode": "PAY_PER_REQUEST",
}
HERE = {"LocationConstraint": "eu-central-1"}


def furnish(cloud: Cloud) -> None:
    """Make something of everything that is written to."""
    cloud.client("iam").create_role(RoleName="runner", AssumeRolePolicyDocument=json.dumps(TRUSTED))
    cloud.client("lambda").create_function(**a_function("echo"))
    cloud.client("dynamodb").create_table(TableName="table", **TABLE)
    cloud.client("sns").create_topic(Name="topic")
    cloud.client("sqs").create_queue(QueueName="queue")
    cloud.client("s3").create_bucket(Bucket="bucket", CreateBucketConfiguration=HERE)


def a_function(name: str, **more: Any) -> dict[str, Any]:
    """Describe a function that answers as many letters as it is asked for."""
    code = "def handler(event, context):\n    return 'x' * event.get('letters', 0)\n"
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as written:
        written.writestr("echo.py", code)
    return {
        "FunctionName": name,
        "Runtime": "python3.14",
        "Role": ROLE,
        "Handler": "echo.handler",
        "Timeout": 30,
        "Code": {"ZipFile": archive.getvalue()},
        **more,
    }


def a_policy(size: int, **more: Any) -> str:
    """Write a policy of so many letters, white space not counted."""

    def written(filler: str) -> str:
        resource = f"arn:aws:s3:::{filler}"
        statement = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": resource, **more}
        document = {"Version": "2012-10-17", "Statement": [statement]}
        return json.dumps(document, separators=(",", ":"))

    return written("x" * (size - len(written(""))))


def a_trust(size: int) -> str:
    """Write a trust policy of so many letters."""

    def written(filler: str) -> str:
        statement = {**TRUSTED["Statement"][0], "Sid": filler}  # type: ignore[dict-item]
        return json.dumps({**TRUSTED, "Statement": [statement]}, separators=(",", ":"))

    return written("x" * (size - len(written(""))))


def a_bus_policy(size: int) -> str:
    return a_policy(size, Sid="one", Principal={"AWS": "111122223333"}, Action="events:PutEvents")


class Limit(NamedTuple):
    """The largest that is taken, how it is sent, and the error that one more meets."""

    most: int
    send: Callable[[Cloud, int], object]
    error: str


def topic(cloud: Cloud) -> str:
    arn: str = cloud.client("sns").list_topics()["Topics"][0]["TopicArn"]
    return arn


def queue(cloud: Cloud) -> str:
    url: str = cloud.client("sqs").get_queue_url(QueueName="queue")["QueueUrl"]
    return url


def filled(size: int, write: Callable[[str], str]) -> str:
    """Fill up what is written to so many letters."""
    return write("x" * (size - len(write(""))))


def just_below_and_just_above(cloud: Cloud, limit: Limit) -> None:
    """Send what is just taken, and one letter more."""
    limit.send(cloud, limit.most)
    with pytest.raises(ClientError) as refused:
        limit.send(cloud, limit.most + 1)
    assert refused.value.response["Error"]["Code"] == limit.error
