"""The cloud as a server, for clients which know nothing of this process."""

import threading
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest

from simulator.cloud import serve

pytestmark = pytest.mark.enable_socket


def client_of(endpoint: Any, service: Any) -> Any:
    environment = endpoint.environment()
    return boto3.client(
        service,
        endpoint_url=environment["AWS_ENDPOINT_URL"],
        region_name=environment["AWS_REGION"],
        aws_access_key_id=environment["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=environment["AWS_SECRET_ACCESS_KEY"],
    )


def test_a_served_cloud_answers_in_its_account_and_real_time() -> None:
    with serve(port=0, account="444455556666", region="eu-west-1") as endpoint:
        identity = client_of(endpoint, "sts").get_caller_identity()
        bucket = client_of(endpoint, "dynamodb").create_table(
            TableName="tab",
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )["TableDescription"]

    assert identity["Account"] == "444455556666"
    assert ":eu-west-1:444455556666:" in bucket["TableArn"]
    assert abs((datetime.now(UTC) - bucket["CreationDateTime"]).total_seconds()) < 60


def test_preparations_run_before_the_first_answer() -> None:
    seen = []

    with serve(port=0, before=lambda: seen.append("prepared")) as endpoint:
        assert seen == ["prepared"]
        port = endpoint.rsplit(":", 1)[1]
        assert endpoint.environment()["AWS_ENDPOINT_URL_S3_FOR_CLOUDFORMATION"].endswith(port)


def test_the_end_leaves_no_thread_behind() -> None:
    before = set(threading.enumerate())
    with serve(port=0) as endpoint:
        client_of(endpoint, "sts").get_caller_identity()

    assert set(threading.enumerate()) == before
