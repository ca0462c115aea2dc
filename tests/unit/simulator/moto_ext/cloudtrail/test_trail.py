"""A trail: calls that a rule asks for are recorded, and delivered a while later."""

import json
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from simulator.cloud import Cloud

HOUR = timedelta(hours=1)


@pytest.fixture
def empty() -> Any:
    with Cloud() as cloud:
        yield cloud


def watch(cloud: Cloud, *sources: str) -> None:
    pattern = {"source": list(sources), "detail-type": ["AWS API Call via CloudTrail"]}
    cloud.client("events").put_rule(Name="trail", EventPattern=json.dumps(pattern))


def recorded(cloud: Cloud) -> list[dict[str, Any]]:
    assert cloud.run_until_idle(HOUR)
    return [each["detail"] for each in cloud.service_events]


def test_a_call_is_recorded_with_its_caller(empty: Cloud) -> None:
    watch(empty, "aws.dynamodb", "aws.events")
    began = empty.clock.now()

    empty.client("events").create_event_bus(Name="another")
    empty.client("events").list_event_buses()

    assert empty.service_events == []
    [record] = recorded(empty)
    assert record["eventName"] == "CreateEventBus"
    assert record["userIdentity"]["arn"] == "arn:aws:iam::111122223333:user/engineer"
    assert record["requestParameters"]["name"] == "another"
    assert record["managementEvent"]
    assert empty.clock.now() - began >= timedelta(seconds=120)


def test_a_refused_call_is_recorded_with_its_error(empty: Cloud) -> None:
    watch(empty, "aws.events")

    with pytest.raises(ClientError):
        empty.client("events").disable_rule(Name="none")

    [record] = recorded(empty)
    assert record["errorCode"] == "ResourceNotFoundException"


def test_nothing_is_recorded_that_no_rule_asks_for(empty: Cloud) -> None:
    watch(empty, "aws.kms")

    empty.client("events").create_event_bus(Name="another")

    assert recorded(empty) == []
