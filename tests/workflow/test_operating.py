"""`vifshift start`, `list`, `status`, `watch`, and the answers, on a deployed stack."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from cli.app import main
from cli.operate import commands
from tests.workflow.conftest import Deployed

VIF, TARGET = "dxvif-aaaa0001", "dxlag-target01"
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def deployed(deploy: Callable[[str], Deployed]) -> Deployed:
    return deploy("happy-path-dual-stack-lag")


@pytest.fixture
def run(
    deployed: Deployed, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Run:
    cloud = deployed.cloud
    monkeypatch.setenv("AWS_REGION", deployed.scenario.world.region)
    monkeypatch.setenv("COLUMNS", "160")
    monkeypatch.delenv("AWS_PROFILE", raising=False)

    def sleep(seconds: float) -> None:
        cloud.run_until_idle(timedelta(seconds=seconds))

    def now() -> datetime:
        return cloud.clock.now()

    monkeypatch.setattr(commands, "sleep", sleep)
    monkeypatch.setattr(commands, "now", now)

    def run(*arguments: str) -> tuple[int, str, str]:
        status = main(arguments)
        said = capsys.readouterr()
        return status, said.out, said.err

    return run


def started(run: Run, *arguments: str) -> str:
    status, out, err = run("--json", "start", *arguments)
    assert status == 0, err
    return str(json.loads(out)["id"])


def of(run: Run, *arguments: str) -> tuple[int, Any]:
    status, out, err = run("--json", *arguments)
    assert out, err
    return status, json.loads(out)


def test_a_migration_is_started_listed_watched_and_has_ended(run: Run, deployed: Deployed) -> None:
    name = started(run, VIF, TARGET, "--request-id", "CHG0042")
    deployed.cloud.run_until_idle(timedelta(seconds=15))
    assert [each["id"] for each in of(run, "list")[1]] == [name]
    assert of(run, "status", "CHG0042")[0] == 3
    status, out, _ = run("watch", "CHG0042")
    assert status == 0
    assert "dxcon-source01 → dxlag-target01" in out
    assert "BGP ipv4 169.254.1.2" in out
    assert "moved and verified: as before, on dxlag-target01" in out
    assert of(run, "status", name)[1]["outcome"] == "succeeded"
    assert of(run, "list")[1] == []


def test_a_dry_run_touches_nothing(run: Run, deployed: Deployed) -> None:
    name = started(run, VIF, TARGET, "--dry-run")
    deployed.finish()
    assert of(run, "status", name) == (0, {**of(run, "status", name)[1], "outcome": "planned"})
    assert deployed.associations == 0


def test_a_plan_is_started_and_watched(run: Run) -> None:
    name = started(run, "--from", "dxcon-source01", "--to", TARGET)
    assert name.startswith("plan-")
    assert run("watch", name)[0] == 0


def test_a_migration_is_cancelled(run: Run, deployed: Deployed) -> None:
    name = started(run, VIF, TARGET)
    deployed.cloud.run_until_idle(timedelta(seconds=5))
    status, told = of(run, "cancel", name, "--by", "alice")
    assert (status, told["reasonCode"]) == (0, "HEARD")
    assert run("watch", name)[0] == 2


def test_what_has_ended_hears_nothing(run: Run, deployed: Deployed) -> None:
    name = started(run, VIF, TARGET, "--dry-run")
    deployed.finish()
    status, told = of(run, "approve", name)
    assert (status, told["reasonCode"]) == (2, "HAS_ENDED")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("status", "absent"), "No migration and no plan has the name or the request id absent"),
        (("watch", ""), "No migration and no plan"),
        (("--stack", "other", "list"), "There is no stack other"),
        (("start",), "Name a virtual interface and a port"),
    ],
)
def test_what_can_not_be_done_is_told(run: Run, arguments: tuple[str, ...], said: str) -> None:
    status, _, err = run(*arguments)
    assert status == 1
    assert said in err


def test_a_plan_is_halted_and_a_migration_is_not(run: Run, deployed: Deployed) -> None:
    name = started(run, VIF, TARGET)
    status, _, err = run("halt", name)
    assert (status, err) == (1, f"{name} is a migration: halt is for a plan.\n")
    deployed.finish()
