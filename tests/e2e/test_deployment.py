"""The real CDK CLI and the real AWS CLI against `serve`, with the Lambdas under awslambdaric."""

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.waiter import WaiterModel, create_waiter_with_client

from tests.e2e.served import ROOT, serving, surroundings
from tests.sampling import sampled

SECRET = "a-secret-that-must-not-leak"
# Step Functions has no waiter of its own. What costs CPU here is taken from what is waited for.
ENDED = WaiterModel(
    {
        "version": 2,
        "waiters": {
            "Ended": {
                "operation": "ListExecutions",
                "delay": 1,
                "maxAttempts": 300,
                "acceptors": [
                    {
                        "matcher": "pathAny",
                        "argument": "executions[].status",
                        "expected": status,
                        "state": "success",
                    }
                    for status in ("SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED")
                ],
            }
        },
    }
)

pytestmark = pytest.mark.enable_socket


class Shell:
    """Runs commands as a person would who has exported what `serve` prints."""

    def __init__(self, environment: dict[str, str], folder: Path) -> None:
        self.assembly = folder
        self._environment = {
            **surroundings(environment),
            "CDK_DISABLE_CLI_TELEMETRY": "true",
            "CDK_DISABLE_VERSION_CHECK": "1",
            "AWS_PAGER": "",
        }

    def run(self, *command: str) -> str:
        """Run a command in the project's folder, and return what it prints."""
        done = self._done(command)
        assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def operate(self, command: str, *arguments: str) -> str:
        """Run what `make deploy` and its like run, without a terminal; return all it prints."""
        done = self._done([sys.executable, "-m", "cli.deployment", command, "--", *arguments])
        assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
        return done.stdout + done.stderr

    def _done(self, command: Sequence[str]) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command, cwd=ROOT, env=self._environment, capture_output=True, text=True, check=False
        )

    def client(self, service: str) -> Any:
        """Return a client that costs a hundredth of the AWS CLI, for what is asked many times."""
        given = self._environment
        return boto3.client(  # type: ignore[call-overload]
            service,
            endpoint_url=given["AWS_ENDPOINT_URL"],
            region_name=given["AWS_REGION"],
            aws_access_key_id=given["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=given["AWS_SECRET_ACCESS_KEY"],
        )

    def aws(self, *command: str) -> Any:
        """Run the AWS CLI, and return its answer."""
        return json.loads(self.run("aws", *command, "--output", "json") or "null")


@pytest.fixture
def shell(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shell]:
    with serving() as environment:
        yield Shell(environment, tmp_path_factory.mktemp("cdk.out"))


@pytest.mark.parametrize("is_synthesized", sampled([False, True]), ids=["given", "bundled"])
def test_it_is_deployed_moves_a_vif_and_is_destroyed(
    shell: Shell, assembly: Path, is_synthesized: bool
) -> None:
    """What is given was synthesized for all tests, and has no packages in its layer."""
    shell.assembly = shell.assembly if is_synthesized else assembly
    place = ["--output" if is_synthesized else "--app", str(shell.assembly)]
    said = shell.operate("deploy", "--require-approval", "never", *place)
    assert "is bootstrapped" in said
    assert "feature flags are not configured" not in said
    stacks = shell.client("cloudformation")
    created = stacks.describe_stack_resources(StackName="vifshift")
    [template] = shell.assembly.glob("*.template.json")
    wanted = json.loads(template.read_text("utf-8"))["Resources"]
    assert {each["LogicalResourceId"] for each in created["StackResources"]} == set(wanted)

    outputs = {
        output["OutputKey"]: output["OutputValue"]
        for output in stacks.describe_stacks(StackName="vifshift")["Stacks"][0]["Outputs"]
    }
    request = {
        "virtualInterfaceId": "dxvif-aaaa0001",
        "connectionId": "dxcon-target01",
        "convergence": {"holdSeconds": 5, "pollSeconds": 5},
    }
    entry = {
        "EventBusName": outputs["EventBusName"],
        "Source": "an-engineer",
        "DetailType": "VIF Migration Requested",
        "Detail": json.dumps(request),
    }
    sent = shell.aws("events", "put-events", "--entries", json.dumps([entry]))
    assert sent["FailedEntryCount"] == 0

    execution = _ended(shell, outputs["StateMachineArn"])
    assert execution["status"] == "SUCCEEDED"
    assert json.loads(execution["output"])["outcome"] == "succeeded"
    [vif] = shell.aws(
        "directconnect",
        "describe-virtual-interfaces",
        "--virtual-interface-id",
        "dxvif-aaaa0001",
    )["virtualInterfaces"]
    assert (vif["connectionId"], vif["virtualInterfaceState"]) == ("dxcon-target01", "available")
    assert vif["authKey"] == SECRET

    arn = execution["executionArn"]
    history = shell.run("aws", "stepfunctions", "get-execution-history", "--execution-arn", arn)
    assert "Associate" in history
    assert SECRET not in history
    client = shell.client("logs")
    groups = client.describe_log_groups()["logGroups"]
    logs = [
        str(client.filter_log_events(logGroupName=group["logGroupName"])["events"])
        for group in groups
    ]
    assert any('"observed"' in log or "observed" in log for log in logs)
    assert not any(SECRET in log for log in logs)

    bucket = outputs["EvidenceBucketName"]
    assert _suffixes(shell, bucket) == [".html", ".json"]

    said = shell.operate("destroy", "--force", "--app", str(shell.assembly))
    assert f"AWS::S3::Bucket {bucket}" in said
    left = stacks.list_stacks()["StackSummaries"]
    status = {stack["StackName"]: stack["StackStatus"] for stack in left}
    assert status["vifshift"] == "DELETE_COMPLETE"
    assert _suffixes(shell, bucket) == [".html", ".json"]


def _suffixes(shell: Shell, bucket: str) -> list[str]:
    """Return what kinds of objects a bucket holds, none of which has the secret in it."""
    client = shell.client("s3")
    keys = [found["Key"] for found in client.list_objects_v2(Bucket=bucket)["Contents"]]
    for key in keys:
        body = client.get_object(Bucket=bucket, Key=key)["Body"].read().decode()
        assert SECRET not in body
    return sorted(Path(key).suffix for key in keys)


def _ended(shell: Shell, state_machine: str) -> dict[str, Any]:
    """Wait for the one execution to end, asking once a second, and describe it."""
    client = shell.client("stepfunctions")
    asked = {"stateMachineArn": state_machine}
    create_waiter_with_client("Ended", ENDED, client).wait(**asked)
    [execution] = client.list_executions(**asked)["executions"]
    described: dict[str, Any] = client.describe_execution(executionArn=execution["executionArn"])
    return described
