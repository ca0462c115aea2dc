"""Each job of the ready policies, done with the commands as they are called, under IAM."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

import pytest
from botocore.exceptions import ClientError

from cli import deployment
from cli.app import main
from cli.job_policies import REQUESTER_SOURCE
from cli.operate import commands
from simulator.runs.session import Session
from tests.unit.cli.conftest import ToldCdk
from tests.workflow.acts import REGION, associate, deploying
from tests.workflow.conftest import Deployed
from tests.workflow.test_senders import REQUEST, SETTINGS, deployed_with
from tests.workflow.test_threat_model import (
    ROLES,
    as_job,
    make_role,
    policies,
    refused,
    send,
)

SIGNED: Final = {**SETTINGS, "evidence": {"signing": "ECDSA_SHA_256"}}
# What is the first call of a job, for which IAM is asked before anything else.
FIRST: Final[dict[str, Callable[[Deployed], Any]]] = {
    "read dead letters": lambda it: it.cloud.client("sqs").receive_message(
        QueueUrl=it.cloud.outputs["DeadLetterQueueUrl"]
    ),
    "stop an execution": lambda it: it.cloud.client("stepfunctions").stop_execution(
        executionArn=it.cloud.outputs["StateMachineArn"].replace("stateMachine", "execution")
        + ":none"
    ),
    "let nothing move": lambda it: it.cloud.client("lambda").put_function_concurrency(
        FunctionName=associate(it).rpartition(":")[2], ReservedConcurrentExecutions=0
    ),
    "read versions": lambda it: it.cloud.client("s3").list_object_versions(
        Bucket=it.cloud.outputs["EvidenceBucketName"]
    ),
    "look for what would be left": lambda it: it.cloud.client("dynamodb").scan(
        TableName=it.cloud.outputs["LocksTableName"]
    ),
}
WHOSE: Final = {
    "read dead letters": "operator",
    "stop an execution": "operator",
    "let nothing move": "operator",
    "read versions": "auditor",
    "look for what would be left": "deployer",
}
JOBS: Final = tuple(job for job in ROLES if job != "administrator")

Run = Callable[..., tuple[int, str]]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Call `vifshift` as a job; return its status, and all that it says."""
    monkeypatch.setenv("AWS_REGION", REGION)
    monkeypatch.setenv("COLUMNS", "160")
    monkeypatch.delenv("AWS_PROFILE", raising=False)

    def run(job: str, *arguments: str) -> tuple[int, str]:
        with as_job(job):
            status = main(arguments)
        said = capsys.readouterr()
        return status, said.out + said.err

    return run


def staffed_with(session: Session, settings: dict[str, Any]) -> Deployed:
    deployed = deployed_with(session, settings)
    for job, policy in policies().items():
        make_role(deployed.cloud.client("iam"), ROLES[job], policy)
    return deployed


def follow(deployed: Deployed, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the commands wait in the cloud's time."""
    cloud = deployed.cloud

    def sleep(seconds: float) -> None:
        cloud.run_until_idle(timedelta(seconds=seconds))

    def now() -> datetime:
        return cloud.clock.now()

    monkeypatch.setattr(commands, "sleep", sleep)
    monkeypatch.setattr(commands, "now", now)


def test_nobody_can_do_the_job_of_another(session: Session) -> None:
    deployed = staffed_with(session, SETTINGS)
    wrong = []
    for what, call in FIRST.items():
        for job in JOBS:
            try:
                with as_job(job):
                    call(deployed)
                code = ""
            except ClientError as error:
                code = error.response["Error"]["Code"]
            if (code in {"AccessDenied", "AccessDeniedException"}) is (job == WHOSE[what]):
                wrong.append((what, job, code))

    assert wrong == []


def test_the_deployer_deploys_and_destroys_with_the_bootstraps_roles(
    session: Session, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """All that the commands ask by themselves; what CloudFormation does, its own role may do."""
    deployed = staffed_with(session, SETTINGS)
    monkeypatch.setenv("AWS_REGION", REGION)
    cloud, role = deployed.cloud, deploying(deployed)
    parameter = {"Name": "/cdk-bootstrap/hnb659fds/version", "Value": "30", "Type": "String"}
    cloud.client("ssm").put_parameter(**parameter, Overwrite=True)
    cdk = ToldCdk()
    with as_job("deployer"):
        for command in (("deploy", "--", "--yes"), ("destroy", "--", "--force")):
            assert deployment.main(command, cdk=cdk, has_terminal=False) == 0
        cloud.client("sts").assume_role(RoleArn=role, RoleSessionName="deploy")

    assert [each[0] for each in cdk.calls] == ["deploy", "destroy"]
    said = capsys.readouterr().out
    assert "is bootstrapped (version 30)" in said
    assert f"AWS::S3::Bucket {cloud.outputs['EvidenceBucketName']}" in said
    for job in ("requester", "approver", "operator", "auditor"):
        with as_job(job), refused():
            cloud.client("sts").assume_role(RoleArn=role, RoleSessionName="deploy")


@pytest.mark.verify
def test_the_operator_follows_and_the_auditor_verifies(
    session: Session, run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    deployed = staffed_with(session, SIGNED)
    follow(deployed, monkeypatch)
    asked = {**REQUEST, "requestId": "CHG1"}
    send(deployed, "requester", REQUESTER_SOURCE, "VIF Migration Requested", asked)
    deployed.cloud.run_until_idle(timedelta(minutes=1))
    status, said = run("operator", "--json", "list")
    assert status == 0, said
    [running] = json.loads(said)
    assert run("operator", "status", running["id"])[0] == 3
    status, said = run("operator", "watch", running["id"])
    assert (status, deployed.associations) == (0, 1), said

    page = tmp_path / "page.html"
    status, said = run("auditor", "report", running["id"], "--output", str(page))
    assert status == 0, said
    assert REQUEST["virtualInterfaceId"] in page.read_text("utf-8")
    manifest = next(
        physical
        for logical, physical in deployed.cloud.resources_of_type("AWS::Lambda::Function").items()
        if logical.startswith("FunctionsManifest")
    )
    deployed.cloud.client("lambda").invoke(
        FunctionName=manifest, Payload=json.dumps({"at": "2026-01-06T00:15:00Z"})
    )
    for what in (running["id"], "2026-01-05"):
        status, said = run("auditor", "verify", what)
        assert status == 0, said
