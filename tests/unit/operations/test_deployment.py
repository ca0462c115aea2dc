"""The commands that deploy, compare and destroy the stack, against moto and a CDK that is told."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.client import BaseClient
from botocore.exceptions import ClientError, EndpointConnectionError
from botocore.loaders import Loader
from moto import mock_aws

from operations import environment
from operations.deployed import DeployedStack
from operations.deployment import main

ACCOUNT, REGION = "123456789012", "eu-central-1"
PLACE = f"{ACCOUNT}/{REGION}"
VERSION = "/cdk-bootstrap/hnb659fds/version"
NEVER = ("--require-approval", "never")
WAITING = {"StartAt": "Wait", "States": {"Wait": {"Type": "Wait", "Seconds": 600, "End": True}}}
DENIED = "An error: User: arn:aws:iam::1:user/a is not authorized to perform: iam:CreateRole"

_LOADER = Loader(include_default_search_paths=True)


@dataclass
class ToldCdk:
    """A CDK that notes what it is called with, and answers as a test wants."""

    status: int = 0
    bootstrap_status: int = 0
    printed: str = ""
    meanwhile: Callable[[], Any] = lambda: None
    calls: list[tuple[str, ...]] = field(default_factory=list)

    def run(self, *arguments: str) -> int:
        self.calls.append(arguments)
        return self.status

    def run_quietly(self, *arguments: str) -> tuple[int, str]:
        self.calls.append(arguments)
        self.meanwhile()
        return self.bootstrap_status, self.printed


Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def cdk() -> ToldCdk:
    return ToldCdk()


@pytest.fixture
def run(cdk: ToldCdk, capsys: pytest.CaptureFixture[str]) -> Run:
    def run(*arguments: str, has_terminal: bool = True) -> tuple[int, str, str]:
        status = main(arguments, cdk=cdk, has_terminal=has_terminal)
        said = capsys.readouterr()
        return status, said.out, said.err

    return run


@pytest.fixture(autouse=True)
def account(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    for name in ("AWS_PROFILE", "AWS_DEFAULT_REGION", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_REGION", REGION)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    # Reading the services' models from disk is most of what a short command costs.
    monkeypatch.setattr("botocore.session.create_loader", lambda path: _LOADER)
    with mock_aws():
        yield


def client(service: str) -> Any:
    return boto3.client(service, region_name=REGION)  # type: ignore[call-overload]


def bootstrapped() -> None:
    client("ssm").put_parameter(Name=VERSION, Value="30", Type="String")


def toolkit(template: object | None = None) -> None:
    body = json.dumps(template or {"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}})
    client("cloudformation").create_stack(StackName="CDKToolkit", TemplateBody=body)


def refuse(monkeypatch: pytest.MonkeyPatch, service: str, code: str, message: str = "no") -> None:
    """Let every call of a service end with an error."""

    def answer(self: Any, operation: str, arguments: Any) -> Any:
        if self.meta.service_model.service_name == service:
            raise ClientError({"Error": {"Code": code, "Message": message}}, operation)
        return call(self, operation, arguments)

    call = BaseClient._make_api_call  # type: ignore[attr-defined]
    monkeypatch.setattr(BaseClient, "_make_api_call", answer)


# deploy


def test_a_new_account_is_bootstrapped_and_deployed_to(run: Run, cdk: ToldCdk) -> None:
    status, said, _ = run("deploy")

    assert status == 0
    assert cdk.calls == [
        ("bootstrap", f"aws://{PLACE}", "--no-notices"),
        ("deploy", "--no-notices"),
    ]
    assert f"{PLACE} has no bootstrap of the CDK: making one" in said


def test_a_bootstrap_that_is_there_is_never_touched(run: Run, cdk: ToldCdk) -> None:
    bootstrapped()

    status, said, _ = run("deploy")

    assert (status, cdk.calls) == (0, [("deploy", "--no-notices")])
    assert "bootstrapped (version 30): that is left as it is" in said


def test_a_toolkit_stack_that_is_no_bootstrap_of_ours_is_never_touched(
    run: Run, cdk: ToldCdk
) -> None:
    toolkit()

    code, _, error = run("deploy")

    assert (code, cdk.calls) == (1, [])
    assert error.startswith("The stack CDKToolkit is in")
    assert error.count("\n") == 1


def test_a_bootstrap_with_a_qualifier_of_its_own_is_found(run: Run, cdk: ToldCdk) -> None:
    client("ssm").put_parameter(Name="/cdk-bootstrap/network/version", Value="21", Type="String")
    own = ("-c", "@aws-cdk/core:bootstrapQualifier=network")

    status, said, _ = run("deploy", "--", *own)

    assert (status, cdk.calls) == (0, [("deploy", "--no-notices", *own)])
    assert "version 21" in said


def test_arguments_reach_the_cdk_and_those_about_access_the_bootstrap(
    run: Run, cdk: ToldCdk
) -> None:
    given = ("--region", "us-east-1", "-c", "a=b c", "--require-approval=never", "--verbose")

    run("deploy", "--bootstrap-args=--custom-permissions-boundary 'a boundary'", "--", *given)

    assert cdk.calls == [
        (
            "bootstrap",
            f"aws://{ACCOUNT}/us-east-1",
            "--no-notices",
            *given[:4],
            "--custom-permissions-boundary",
            "a boundary",
        ),
        ("deploy", "--no-notices", *given),
    ]


@pytest.mark.parametrize("name", ["AMAZON_REGION", "AWS_DEFAULT_REGION"])
def test_the_region_is_read_where_the_cdk_reads_it(
    run: Run, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.delenv("AWS_REGION")
    monkeypatch.setenv(name, "eu-west-1")

    _, said, _ = run("diff")

    assert said.startswith(f"Account and Region: {ACCOUNT}/eu-west-1.")


def test_a_profile_of_the_usual_files_is_used(run: Run, tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.delenv("AWS_REGION")
    (tmp_path / "config").write_text(
        "[profile network]\nregion = us-west-2\naws_access_key_id = a\naws_secret_access_key = b\n"
    )

    _, said, _ = run("diff", "--", "--profile", "network")

    assert said.startswith(f"Account and Region: {ACCOUNT}/us-west-2.")


def test_a_deployment_that_fails_is_told_by_its_exit_status(run: Run, cdk: ToldCdk) -> None:
    bootstrapped()
    cdk.status = 137

    assert run("deploy")[0] == 1


def test_without_a_terminal_it_says_at_once_what_to_do(run: Run, cdk: ToldCdk) -> None:
    status, said, error = run("deploy", has_terminal=False)

    assert (status, said, cdk.calls) == (1, "", [])
    assert "make deploy ARGS='--require-approval never'" in error


@pytest.mark.parametrize("answer", [NEVER, ("--require-approval=never",), ("--yes",), ("-y",)])
def test_without_a_terminal_it_deploys_what_is_approved_beforehand(
    run: Run, cdk: ToldCdk, answer: tuple[str, ...]
) -> None:
    bootstrapped()

    status, _, _ = run("deploy", "--", *answer, has_terminal=False)

    assert (status, cdk.calls) == (0, [("deploy", "--no-notices", *answer)])


def test_who_may_only_assume_the_bootstraps_roles_deploys(
    run: Run, cdk: ToldCdk, monkeypatch: pytest.MonkeyPatch
) -> None:
    for service in ("ssm", "cloudformation"):
        refuse(monkeypatch, service, "AccessDeniedException")

    status, said, _ = run("deploy")

    assert (status, cdk.calls) == (0, [("deploy", "--no-notices")])
    assert "can't be seen" in said


def test_what_is_on_its_way_is_told_and_deployed_over(run: Run, cdk: ToldCdk) -> None:
    bootstrapped()
    start(stack())

    status, said, _ = run("deploy")

    assert status == 0
    assert "the execution CHG0042 of machine" in said
    assert "ends with the code that it was started with" in said


# bad input


def test_without_the_right_to_bootstrap_nothing_is_made(run: Run, cdk: ToldCdk) -> None:
    cdk.bootstrap_status, cdk.printed = 1, DENIED

    status, _, error = run("deploy")

    assert (status, len(cdk.calls)) == (1, 1)
    assert error == (
        f"{PLACE} is not bootstrapped, and these credentials may not bootstrap it: ask who may to "
        f"run `cdk bootstrap aws://{PLACE}`, then `make deploy` again.\n"
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
    assert "the bootstrap failed, as said above" in error
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
        ("ExpiredToken", "The AWS credentials have expired: log in again, and try again.\n"),
        (
            "InvalidClientTokenId",
            "AWS does not know these credentials: log in again, or set AWS_PROFILE.\n",
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
        "There is no Direct Connect in eu-central-1: set AWS_REGION to the Region of your virtual "
        "interfaces.\n"
    )


def test_a_region_that_is_newer_than_the_sdk_is_asked(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    denied = {"Error": {"Code": "AccessDeniedException", "Message": "no"}}
    _unlisted(monkeypatch, ClientError(denied, "DescribeLocations"))
    bootstrapped()

    assert run("deploy")[0] == 0


# destroy


def stack(**more: Any) -> dict[str, str]:
    """Create a small stack of the kinds that count, and return its physical ids."""
    role = client("iam").create_role(RoleName="any", AssumeRolePolicyDocument="{}")["Role"]["Arn"]
    resources = {
        "Machine": {
            "Type": "AWS::StepFunctions::StateMachine",
            "Properties": {
                "StateMachineName": "machine",
                "DefinitionString": json.dumps(WAITING),
                "RoleArn": role,
            },
        },
        "Locks": {
            "Type": "AWS::DynamoDB::Table",
            "Properties": {
                "TableName": "locks",
                "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
                "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
                "BillingMode": "PAY_PER_REQUEST",
            },
        },
        "Evidence": {"Type": "AWS::S3::Bucket", "DeletionPolicy": "Retain"},
        "Logs": {"Type": "AWS::Logs::LogGroup", "DeletionPolicy": "Delete"},
        **more,
    }
    cloudformation = client("cloudformation")
    cloudformation.create_stack(
        StackName="vifshift", TemplateBody=json.dumps({"Resources": resources})
    )
    listed = cloudformation.list_stack_resources(StackName="vifshift")["StackResourceSummaries"]
    return {each["LogicalResourceId"]: each["PhysicalResourceId"] for each in listed}


def start(ids: dict[str, str]) -> None:
    client("stepfunctions").start_execution(stateMachineArn=ids["Machine"], name="CHG0042")


def lock(seconds: float) -> None:
    until = datetime.now(UTC) + timedelta(seconds=seconds)
    item = {
        "pk": {"S": "gateway#gw-1"},
        "executionArn": {"S": f"arn:aws:states:{REGION}:{ACCOUNT}:execution:machine:CHG0042"},
        "expiresAt": {"N": str(int(until.timestamp()))},
    }
    client("dynamodb").put_item(TableName="locks", Item=item)


def test_destroying_says_what_stays_and_what_goes(run: Run, cdk: ToldCdk) -> None:
    ids = stack()

    status, said, _ = run("destroy")

    assert (status, cdk.calls) == (0, [("destroy", "--no-notices")])
    assert f"AWS::S3::Bucket {ids['Evidence']}" in said
    assert "bootstrap" in said
    assert "All else goes, with what is in it: 1 table, 1 log group." in said


def test_nothing_is_destroyed_while_an_execution_runs(run: Run, cdk: ToldCdk) -> None:
    start(stack())

    status, said, error = run("destroy", "--", "--force")

    assert (status, cdk.calls) == (1, [])
    assert "  the execution CHG0042 of machine" in said
    assert error.startswith("Nothing was destroyed")


def test_nothing_is_destroyed_while_a_gateway_is_locked(run: Run, cdk: ToldCdk) -> None:
    stack()
    lock(60)

    status, said, _ = run("destroy")

    assert (status, cdk.calls) == (1, [])
    assert "the lock of gw-1, held by CHG0042 until 20" in said


def test_a_lock_whose_lease_is_over_hinders_nobody(run: Run, cdk: ToldCdk) -> None:
    stack()
    lock(-60)

    assert run("destroy")[0] == 0
    assert cdk.calls


def test_what_can_not_be_seen_is_not_destroyed(
    run: Run, cdk: ToldCdk, monkeypatch: pytest.MonkeyPatch
) -> None:
    stack()
    refuse(monkeypatch, "stepfunctions", "AccessDeniedException", "no ListExecutions")

    status, _, error = run("destroy", "--", "--force")

    assert (status, cdk.calls) == (1, [])
    assert error == (
        "Whether something moves can't be seen. AWS does not allow it: no ListExecutions.\n"
    )


def test_a_stack_that_is_not_there(run: Run, cdk: ToldCdk) -> None:
    status, _, error = run("destroy")

    assert (status, cdk.calls) == (1, [])
    assert error.startswith(f"There is no stack vifshift in {PLACE}")


@pytest.mark.parametrize(("force", "calls"), [((), 0), (("--force",), 1), (("-y",), 1)])
def test_without_a_terminal_it_is_destroyed_only_by_force(
    run: Run, cdk: ToldCdk, force: tuple[str, ...], calls: int
) -> None:
    stack()

    status, _, error = run("destroy", "--", *force, has_terminal=False)

    assert len(cdk.calls) == calls
    assert ("make destroy ARGS=--force" in error) == (status == 1) == (calls == 0)


def test_a_version_goes_with_its_function_whatever_its_policy_says(
    template: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    found = {
        name: (each["Type"], f"physical-{name}") for name, each in template["Resources"].items()
    }
    monkeypatch.setattr(DeployedStack, "_template", template)
    monkeypatch.setattr(DeployedStack, "_resources", found)
    here = environment.find(())

    kept = DeployedStack(here, "vifshift").left_behind()

    assert [line.split()[0] for line in kept] == ["AWS::S3::Bucket"]
