"""What all commands say where nothing can be done: one sentence, what to do, and exit code 1."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import boto3
import pytest
from botocore.client import BaseClient
from botocore.exceptions import EndpointConnectionError

from cli.app import main
from tests.commands import every_command
from tests.unit.cli.conftest import PLACE, REGION, refuse
from vifshift.domain.version import VERSION

CANNOT: Final = 1
ARGUMENTS: Final = {
    "check": ("dxvif-fg1hhgb4", "dxcon-ffabc123"),
    "capture": (),
    "simulate": ("absent.yaml",),
    "verify": ("CHG0042",),
    "start": ("dxvif-fg1hhgb4", "dxcon-ffabc123"),
    "plan start": ("--from", "dxcon-ffabc123", "--to", "dxlag-ffdef456"),
    "plan return": ("CHG0042",),
    "list": (),
    "status": ("CHG0042",),
    "watch": ("CHG0042",),
    "report": ("CHG0042", "--open"),
    "empty": ("dxcon-ffabc123",),
    "redrive": (),
    "doctor": (),
    "approve": ("CHG0042",),
    "refuse": ("CHG0042",),
    "cancel": ("CHG0042",),
    "halt": ("CHG0042",),
}
"""How each command is called at least."""
LOCAL: Final = {"simulate"}
"""What asks AWS for nothing."""
WITHOUT_STACK: Final = {"check", "capture", "empty"}
"""What works before anything is deployed."""
IN_AWS: Final = sorted(ARGUMENTS.keys() - LOCAL)
ON_A_STACK: Final = sorted(ARGUMENTS.keys() - LOCAL - WITHOUT_STACK)

Run = Callable[..., str]


@pytest.fixture
def refused(
    account: None,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> Run:
    """Run a command that must not do anything, and return the sentence that it says."""
    monkeypatch.chdir(tmp_path)

    def refused(name: str, *before: str) -> str:
        assert main([*before, *name.split(), *ARGUMENTS[name]]) == CANNOT
        said = capsys.readouterr()
        assert said.out == ""
        assert said.err.count("\n") == 1
        return said.err.strip()

    return refused


def test_every_command_is_here() -> None:
    assert {name for name, _ in every_command()} == set(ARGUMENTS)


@pytest.mark.parametrize("name", IN_AWS)
def test_expired_credentials(refused: Run, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    refuse(monkeypatch, "sts", "ExpiredToken")
    assert refused(name) == "The AWS credentials have expired: log in, and try again."


@pytest.mark.parametrize("name", IN_AWS)
def test_no_network(refused: Run, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    def call(self: Any, operation: str, arguments: Any) -> Any:
        raise EndpointConnectionError(endpoint_url="https://sts")

    monkeypatch.setattr(BaseClient, "_make_api_call", call)
    said = refused(name)
    assert said.startswith("AWS could not be reached: ")
    assert said.endswith(": check the network, and the Region.")


@pytest.mark.parametrize("name", IN_AWS)
def test_no_region(refused: Run, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.delenv("AWS_REGION")
    assert refused(name).startswith("No Region is set: set AWS_REGION, ")


@pytest.mark.parametrize("name", ON_A_STACK)
def test_no_stack(refused: Run, name: str) -> None:
    assert refused(name, "--stack", "other") == (
        f"There is no stack other in {PLACE}: deploy it with `make deploy`, or name another one "
        "with --stack, or another Region with --region."
    )


def test_other_stacks_are_named(refused: Run) -> None:
    names = ("StateMachineArn", "PlanStateMachineArn", "EventBusName", "LocksTableName")
    outputs = {each: {"Value": each} for each in names}
    topic = {"Topic": {"Type": "AWS::SNS::Topic"}}
    for stack, of_it in (("production", outputs), ("test", outputs), ("CDKToolkit", {})):
        body = json.dumps({"Resources": topic, "Outputs": of_it})
        boto3.client("cloudformation", region_name=REGION).create_stack(
            StackName=stack, TemplateBody=body
        )
    assert "--stack (production, test), or another Region" in refused("list")
    assert "has no output" in refused("list", "--stack", "CDKToolkit")


@pytest.mark.parametrize(
    ("before", "said"),
    [
        (("--profile", "absent"), "see `aws configure list-profiles`."),
        (("--region", "eu central"), "set AWS_REGION to a Region, such as eu-central-1."),
    ],
)
def test_what_is_not_known(refused: Run, before: tuple[str, ...], said: str) -> None:
    assert refused("list", *before).endswith(said)


def test_a_file_that_is_not_there(refused: Run) -> None:
    assert refused("simulate").startswith("absent.yaml")


@pytest.mark.parametrize(
    "arguments",
    [(), ("absent",), ("plan",), ("plan", "absent"), ("list", "--absent"), ("status",)],
)
def test_usage_errors_are_1_too(
    arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == CANNOT
    assert "Traceback" not in capsys.readouterr().err


@pytest.mark.parametrize("name", sorted(ARGUMENTS))
def test_help_is_no_error(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*name.split(), "--help"]) == 0
    assert f"vifshift {name}" in capsys.readouterr().out


def test_the_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"{VERSION}\n"


def test_commands_are_completed(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.argv", ["vifshift"])
    monkeypatch.setenv("_VIFSHIFT_COMPLETE", "complete_bash")
    monkeypatch.setenv("COMP_WORDS", "vifshift st")
    monkeypatch.setenv("COMP_CWORD", "1")
    assert main([]) == 0
    assert capsys.readouterr().out.split() == ["start", "status"]


def test_the_request_of_a_migration_starts_no_plan(
    account: None, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = tmp_path / "asked.yaml"
    path.write_text("virtualInterfaceId: dxvif-fg1hhgb4\nconnectionId: dxcon-ffabc123\n", "utf-8")
    assert main(["plan", "start", "--file", str(path)]) == CANNOT
    assert capsys.readouterr().err == (
        "This is the request of a migration: start it with `vifshift start`.\n"
    )
