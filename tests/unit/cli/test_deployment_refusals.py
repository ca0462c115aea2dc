"""What can't be deployed is refused in one sentence, and nothing is left half made."""

import json
from typing import Any

import boto3
import pytest
from botocore.client import BaseClient
from botocore.exceptions import ClientError, EndpointConnectionError

from tests.unit.cli.conftest import PLACE, Run, ToldCdk, bootstrapped, client, refuse

pytestmark = pytest.mark.usefixtures("account")

DENIED = "An error: User: arn:aws:iam::1:user/a is not authorized to perform: iam:CreateRole"


def test_without_the_right_to_bootstrap_nothing_is_made(run: Run, cdk: ToldCdk) -> None:
    cdk.bootstrap_status, cdk.printed = 1, DENIED

    status, _, error = run("deploy")

    assert (status, len(cdk.calls)) == (1, 1)
    assert error == (
        f"{PLACE} is not bootstrapped, and these credentials may not bootstrap it: ask someone "
        f"with permission to run `cdk bootstrap aws://{PLACE}`, then `make deploy` again.\n"
    )


def test_a_bootstrap_that_fails_half_way_is_taken_away(run: Run, cdk: ToldCdk) -> None:
    def half() -> None:
        template = json.dumps({"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}})
        client("cloudformation").create_change_set(
            StackName="CDKToolkit",
            ChangeSetName="cdk",
            ChangeSetType="CREATE",
            TemplateBody=template,
        )

    cdk.bootstrap_status, cdk.printed, cdk.meanwhile = 1, "a bucket of that name exists", half

    status, said, error = run("deploy")

    assert status == 1
    assert "a bucket of that name exists" in said
    assert "the bootstrap failed for the reason above" in error
    with pytest.raises(ClientError, match="does not exist"):
        client("cloudformation").describe_stacks(StackName="CDKToolkit")


COMMANDS = pytest.mark.parametrize("command", ["deploy", "diff", "destroy"])


@COMMANDS
def test_no_credentials(
    run: Run, cdk: ToldCdk, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")

    status, said, error = run(command)

    assert (status, said, cdk.calls) == (1, "", [])
    assert error == "There are no AWS credentials: log in, or set AWS_PROFILE, and try again.\n"


@COMMANDS
@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("ExpiredToken", "The AWS credentials have expired: log in, and try again.\n"),
        (
            "InvalidClientTokenId",
            "AWS does not accept these credentials: log in again, or set AWS_PROFILE.\n",
        ),
        ("AccessDenied", "AWS does not allow it: no.\n"),
    ],
)
def test_credentials_that_are_good_for_nothing(
    run: Run,
    cdk: ToldCdk,
    monkeypatch: pytest.MonkeyPatch,
    command: str,
    code: str,
    sentence: str,
) -> None:
    refuse(monkeypatch, "sts", code)

    assert run(command) == (1, "", sentence)
    assert cdk.calls == []


def test_no_region(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_REGION")

    assert run("deploy") == (
        1,
        "",
        "No Region is set: set AWS_REGION, or name one in your profile.\n",
    )


def test_no_such_profile(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    status, _, error = run("diff", "--", "--profile=nobody")

    assert status == 1
    assert error.startswith("The config profile (nobody) could not be found: see ")


def _unlisted(monkeypatch: pytest.MonkeyPatch, answer: Exception) -> None:
    """Let the SDK know no Region of Direct Connect, and its endpoint answer with an error."""
    known = boto3.Session.get_available_regions

    def regions(self: Any, service_name: str, partition_name: str = "aws") -> Any:
        return [] if service_name == "directconnect" else known(self, service_name, partition_name)

    monkeypatch.setattr(boto3.Session, "get_available_regions", regions)

    def describe_locations(self: Any, operation: str, arguments: Any) -> Any:
        if operation == "DescribeLocations":
            raise answer
        return call(self, operation, arguments)

    call = BaseClient._make_api_call  # type: ignore[attr-defined]
    monkeypatch.setattr(BaseClient, "_make_api_call", describe_locations)


def test_a_region_without_direct_connect(
    run: Run, cdk: ToldCdk, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = "https://directconnect.eu-central-1.amazonaws.com"
    _unlisted(monkeypatch, EndpointConnectionError(endpoint_url=url))

    status, _, error = run("deploy")

    assert (status, cdk.calls) == (1, [])
    assert error == (
        "Direct Connect is not available in eu-central-1: set AWS_REGION to the Region of your "
        "virtual interfaces.\n"
    )


def test_a_region_that_is_newer_than_the_sdk_is_asked(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    denied: Any = {"Error": {"Code": "AccessDeniedException", "Message": "no"}}
    _unlisted(monkeypatch, ClientError(denied, "DescribeLocations"))
    bootstrapped()

    assert run("deploy")[0] == 0
