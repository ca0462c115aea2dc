"""Roles that trust one external id, and the two accounts on either side."""

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws
from moto.sts.responses import TokenResponse

from simulator.directconnect import install as install_directconnect
from simulator.directconnect import simulated
from simulator.directconnect.world import World
from simulator.moto_ext.account import AccountFacts, assumptions, install, load

HOME, OTHER, REGION = "123456789012", "444455556666", "eu-central-1"
ARN = f"arn:aws:iam::{OTHER}:role/vifshift"


@pytest.fixture(autouse=True)
def mocked() -> Iterator[None]:
    """A moto of one's own, with a role in another account."""
    install()
    install_directconnect()
    with mock_aws():
        given(OTHER, "eu-west-1", roles=[{"arn": ARN, "externalId": "a-shared-id"}])
        yield


def given(account: str, region: str, **facts: Any) -> None:
    load(account, region, AccountFacts.model_validate(facts))


def assume(arn: str = ARN, **arguments: Any) -> Any:
    sts = boto3.client("sts", region_name=REGION)
    return sts.assume_role(RoleArn=arn, RoleSessionName="a-name", **arguments)


def client_as(answer: Any, service: str, region: str = REGION) -> Any:
    credentials = answer["Credentials"]
    make: Any = boto3.client
    return make(
        service,
        region_name=region,
        aws_access_key_id=credentials["AccessKeyId"],
        aws_secret_access_key=credentials["SecretAccessKey"],
        aws_session_token=credentials["SessionToken"],
    )


def test_the_caller_is_the_role_in_its_account() -> None:
    identity = client_as(assume(ExternalId="a-shared-id"), "sts").get_caller_identity()

    assert identity["Account"] == OTHER
    assert identity["Arn"] == f"arn:aws:sts::{OTHER}:assumed-role/vifshift/a-name"


def test_the_role_sees_the_networks_of_its_account_in_each_region() -> None:
    for account, region, name in (
        (HOME, REGION, "dxcon-home0001"),
        (OTHER, REGION, "dxcon-other001"),
        (OTHER, "us-east-1", "dxcon-other002"),
    ):
        world = {"account": account, "region": region, "connections": [{"connectionId": name}]}
        simulated(account, region).load(World.model_validate(world))
    answer = assume(ExternalId="a-shared-id")

    seen = [
        client_as(answer, "directconnect", region).describe_connections()["connections"]
        for region in (REGION, "us-east-1", "eu-west-1")
    ]

    assert [[each["connectionId"] for each in found] for found in seen] == [
        ["dxcon-other001"],
        ["dxcon-other002"],
        [],
    ]


@pytest.mark.parametrize(
    ("arn", "arguments"),
    [
        (ARN, {}),
        (ARN, {"ExternalId": "a-wrong-id"}),
        (f"{ARN}-2", {"ExternalId": "a-shared-id"}),
    ],
)
def test_a_role_is_refused_to_whom_it_does_not_trust(arn: str, arguments: dict[str, str]) -> None:
    with pytest.raises(ClientError) as refused:
        assume(arn, **arguments)

    assert refused.value.response["Error"]["Code"] == "AccessDenied"
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 403
    assert f"sts:AssumeRole on resource: {arn}" in str(refused.value)


def test_an_account_that_names_no_roles_is_left_to_moto() -> None:
    assert assume("arn:aws:iam::777788889999:role/any")["Credentials"]["AccessKeyId"]


def test_every_call_is_written_down_with_its_name_and_external_id() -> None:
    assume(ExternalId="a-shared-id")
    with pytest.raises(ClientError):
        assume()

    assert [
        (each.role_arn, each.session_name, each.external_id, each.was_refused)
        for each in assumptions(HOME)
    ] == [(ARN, "a-name", "a-shared-id", False), (ARN, "a-name", None, True)]
    assert assumptions(OTHER) == ()


def test_an_account_has_the_health_events_of_all_its_regions() -> None:
    event = {
        "eventTypeCode": "AWS_DIRECTCONNECT_CONNECTIVITY_ISSUE",
        "statusCode": "open",
        "startTime": "2026-01-05T01:00:00Z",
    }
    given(HOME, REGION, healthEvents=[event], calendars={"freeze": "OPEN"})
    given(HOME, "us-east-1", healthEvents=[event, event], calendars={"freeze": "CLOSED"})

    events = boto3.client("health", region_name="us-east-1").describe_events()["events"]

    assert [each["region"] for each in events] == [REGION, "us-east-1", "us-east-1"]
    assert len({each["arn"] for each in events}) == 3
    states = [
        boto3.client("ssm", region_name=region).get_calendar_state(CalendarNames=["freeze"])
        for region in (REGION, "us-east-1")
    ]
    assert [each["State"] for each in states] == ["OPEN", "CLOSED"]


def test_moto_s_own_operation_still_does_the_rest() -> None:
    assert vars(TokenResponse)["assume_role"].__module__ == "simulator.moto_ext.account.roles"
    install()
    assert assume(ExternalId="a-shared-id")["AssumedRoleUser"]["Arn"].endswith("/a-name")
