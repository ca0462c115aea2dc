"""The commands that deploy the stack, and show what would change."""

from pathlib import Path
from typing import Any

import pytest

from tests.unit.cli.conftest import (
    ACCOUNT,
    PLACE,
    Run,
    ToldCdk,
    bootstrapped,
    client,
    refuse,
    stack,
    start,
    toolkit,
)

pytestmark = pytest.mark.usefixtures("account")

NEVER = ("--require-approval", "never")


def test_a_new_account_is_bootstrapped_and_deployed_to(run: Run, cdk: ToldCdk) -> None:
    status, said, _ = run("deploy")

    assert status == 0
    assert cdk.calls == [
        ("bootstrap", f"aws://{PLACE}", "--no-notices"),
        ("deploy", "--no-notices"),
    ]
    assert f"{PLACE} has no CDK bootstrap: creating one" in said


def test_a_bootstrap_that_is_there_is_never_touched(run: Run, cdk: ToldCdk) -> None:
    bootstrapped()

    status, said, _ = run("deploy")

    assert (status, cdk.calls) == (0, [("deploy", "--no-notices")])
    assert "bootstrapped (version 30): left as it is" in said


def test_a_toolkit_stack_that_is_no_bootstrap_of_ours_is_never_touched(
    run: Run, cdk: ToldCdk
) -> None:
    toolkit()

    code, _, error = run("deploy")

    assert (code, cdk.calls) == (1, [])
    assert "has a stack CDKToolkit (CREATE_COMPLETE)" in error
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
    assert "No permission to see whether" in said


def test_what_is_on_its_way_is_told_and_deployed_over(run: Run, cdk: ToldCdk) -> None:
    bootstrapped()
    start(stack())

    status, said, _ = run("deploy")

    assert status == 0
    assert "the execution CHG0042 of machine" in said
    assert "ends with the code that it was started with" in said
