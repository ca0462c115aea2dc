"""An account in moto, a CDK that is told what to answer, and a small stack."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.client import BaseClient
from botocore.exceptions import ClientError
from moto import mock_aws

from cli.deployment import main

ACCOUNT, REGION = "123456789012", "eu-central-1"
PLACE = f"{ACCOUNT}/{REGION}"
VERSION = "/cdk-bootstrap/hnb659fds/version"
WAITING = {"StartAt": "Wait", "States": {"Wait": {"Type": "Wait", "Seconds": 600, "End": True}}}


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


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    for name in ("AWS_PROFILE", "AWS_DEFAULT_REGION", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_REGION", REGION)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
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
