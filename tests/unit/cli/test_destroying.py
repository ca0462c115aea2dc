"""The command that destroys the stack: not while something moves, and telling what stays."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from cli import environment
from cli.deployed import DeployedStack
from tests.unit.cli.conftest import (
    ACCOUNT,
    PLACE,
    REGION,
    Run,
    ToldCdk,
    client,
    refuse,
    stack,
    start,
)

pytestmark = pytest.mark.usefixtures("account")


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
    assert "Everything else is deleted with its contents: 1 table, 1 log group." in said


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
        "No permission to see whether something is moving. AWS does not allow it: "
        "no ListExecutions.\n"
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

    assert sorted(line.split()[0] for line in kept) == ["AWS::S3::Bucket", "AWS::S3::BucketPolicy"]
