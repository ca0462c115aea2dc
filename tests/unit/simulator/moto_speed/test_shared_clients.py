"""Clients that the Lambdas of a cloud share: nobody can tell."""

from typing import Any

import boto3
import pytest
from botocore.config import Config

from simulator.cloud import Cloud

ONCE = Config(retries={"total_max_attempts": 1, "mode": "standard"})
TWICE = Config(retries={"total_max_attempts": 2, "mode": "standard"})


def client(service: str, region: str = "eu-central-1", config: Config = ONCE) -> Any:
    make: Any = boto3.client
    return make(service, region_name=region, config=config)


def test_a_session_makes_a_client_once(cloud: Cloud) -> None:
    assert client("ssm") is client("ssm")


@pytest.mark.parametrize(
    "other",
    [
        pytest.param({"service": "sts"}, id="service"),
        pytest.param({"region": "eu-west-1"}, id="region"),
        pytest.param({"config": ONCE.merge(Config(read_timeout=3))}, id="configuration"),
    ],
)
def test_another_one_is_another_client(cloud: Cloud, other: dict[str, Any]) -> None:
    assert client("ssm") is not client(**{"service": "ssm", **other})


def test_one_that_may_retry_is_not_shared(cloud: Cloud) -> None:
    """It counts its retries from one call to the next."""
    assert client("ssm", config=TWICE) is not client("ssm", config=TWICE)


def test_another_session_makes_its_own(cloud: Cloud) -> None:
    make: Any = boto3.Session().client

    assert make("ssm", region_name="eu-central-1", config=ONCE) is not client("ssm")
