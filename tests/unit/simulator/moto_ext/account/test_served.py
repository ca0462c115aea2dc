"""The same through the moto server, which is how Lambdas in processes of their own ask."""

import json
from typing import Any

import pytest
from moto.core.base_backend import BackendDict
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.test import Client

from simulator.moto_ext.account import AccountFacts, install, load

ACCOUNT, REGION = "123456789012", "eu-central-1"
FACTS = AccountFacts.model_validate(
    {
        "calendars": {"Freeze": "CLOSED"},
        "healthEvents": [
            {
                "eventTypeCode": "AWS_DIRECTCONNECT_CONNECTIVITY_ISSUE",
                "statusCode": "open",
                "startTime": "2026-01-05T01:00:00Z",
            }
        ],
    }
)


def post(service: str, region: str, target: str, parameters: Any) -> tuple[int, Any]:
    response = Client(DomainDispatcherApplication(create_backend_app)).post(
        "/",
        data=json.dumps(parameters),
        headers={
            "Authorization": (
                f"AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20260701/{region}/{service}"
                "/aws4_request, SignedHeaders=host, Signature=0"
            ),
            "Content-Type": "application/x-amz-json-1.1",
            "X-Amz-Target": target,
        },
    )
    return response.status_code, json.loads(response.get_data(as_text=True))


@pytest.fixture(autouse=True)
def loaded() -> Any:
    """An account with something to tell, forgotten afterwards."""
    install()
    load(ACCOUNT, REGION, FACTS)
    yield
    BackendDict.reset()


def test_health_is_served() -> None:
    status, body = post("health", "us-east-1", "AWSHealth_20160804.DescribeEvents", {})

    assert status == 200
    assert [event["statusCode"] for event in body["events"]] == ["open"]


def test_calendars_are_served() -> None:
    asked = {"CalendarNames": ["Freeze"]}
    status, body = post("ssm", REGION, "AmazonSSM.GetCalendarState", asked)

    assert (status, body["State"]) == (200, "CLOSED")


def test_errors_are_served() -> None:
    asked = {"CalendarNames": ["Unknown"]}
    status, body = post("ssm", REGION, "AmazonSSM.GetCalendarState", asked)

    assert (status, body["__type"]) == (400, "InvalidDocument")
