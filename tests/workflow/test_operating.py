"""`vifshift start`, `list`, `status`, `watch`, and the answers, on a deployed stack."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
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


def name_of_last(run: Run) -> str:
    [last] = of(run, "list")[1]
    return str(last["id"])


def of(run: Run, *arguments: str) -> tuple[int, Any]:
    status, out, err = run("--json", *arguments)
    assert out, err
    return status, json.loads(out)


def test_a_migration_is_started_listed_watched_and_has_ended(
    run: Run, deployed: Deployed, tmp_path: Path
) -> None:
    name = started(run, VIF, TARGET, "--request-id", "CHG0042")
    deployed.cloud.run_until_idle(timedelta(seconds=15))
    assert [each["id"] for each in of(run, "list")[1]] == [name]
    assert of(run, "status", "CHG0042")[0] == 3
    status, out, _ = run("watch", "CHG0042")
    assert status == 0
    lines = out.split("\n")
    assert lines[0] == f"{name}  {VIF} → {TARGET}"
    assert lines[1] == "2026-01-05 02:00:00Z  VIF Migration Started"
    assert "holding: on dxlag-target01 BGP and routes are as before" in lines[-3]
    assert (
        lines[-2] == "succeeded  moved and verified: on dxlag-target01 BGP and routes are as before"
    )
    status, out, _ = run("status", name)
    assert status == 0
    assert "dxcon-source01 → dxlag-target01" in out
    assert "BGP ipv4 169.254.1.2" in out
    arn = of(run, "status", name)[1]["arn"]
    assert of(run, "status", arn)[1]["outcome"] == "succeeded"
    assert of(run, "watch", "CHG0042")[1]["outcome"] == "succeeded"
    assert of(run, "list")[1] == []
    page = tmp_path / "page.html"
    status, told = of(run, "report", "CHG0042", "--output", str(page))
    assert (status, told["id"]) == (0, name)
    assert told["uri"].endswith(f"/{name}/report.html")
    assert VIF in page.read_text("utf-8")
    assert run("report", name, "-o", str(tmp_path / "absent" / "page.html"))[0] == 1


def test_a_dry_run_touches_nothing(run: Run, deployed: Deployed) -> None:
    name = started(run, VIF, TARGET, "--dry-run")
    deployed.finish()
    assert of(run, "status", name) == (0, {**of(run, "status", name)[1], "outcome": "planned"})
    assert deployed.associations == 0


def test_a_plan_is_started_and_watched_and_its_port_is_empty(run: Run, tmp_path: Path) -> None:
    status, out, _ = run("empty", "dxcon-source01")
    assert (status, out.splitlines()[0]) == (2, "1 virtual interface is on dxcon-source01:")
    name = started(run, "--from", "dxcon-source01", "--to", TARGET)
    assert name.startswith("plan-")
    assert run("report", name)[0] == 3
    status, out, _ = run("watch", name)
    assert status == 0
    assert f"move 1 {VIF}: succeeded" in out
    assert of(run, "empty", "dxcon-source01")[1]["portIsEmpty"] is True
    status, out, _ = run("empty", "dxcon-source01")
    assert (status, out) == (0, "Nothing is left on dxcon-source01: it can be deleted.\n")
    assert of(run, "empty", TARGET)[1]["virtualInterfaces"][0]["virtualInterfaceId"] == VIF
    page = tmp_path / "plan.html"
    assert run("report", name, "-o", str(page))[0] == 0
    assert "nothing is left on dxcon-source01" in page.read_text("utf-8")
    file = tmp_path / "back.yaml"
    status, told = of(run, "plan", "return", name, "--output", str(file))
    assert (status, told["request"]["moves"]) == (
        0,
        [{"virtualInterfaceId": VIF, "connectionId": "dxcon-source01"}],
    )
    assert run("plan", "start", "--file", str(file))[0] == 0
    assert of(run, "watch", name_of_last(run))[1]["outcome"] == "completed"
    assert of(run, "empty", "dxcon-source01")[1]["portIsEmpty"] is False


def test_only_a_plan_that_has_moved_something_is_returned(run: Run) -> None:
    plan = started(run, "--from", "dxcon-source01", "--to", TARGET, "--dry-run")
    assert run("plan", "return", plan)[0] == 3
    assert run("watch", plan)[0] == 0
    status, _, err = run("plan", "return", plan)
    assert (status, err) == (1, f"{plan} can't be returned: no move of the plan has succeeded.\n")
    migration = started(run, VIF, TARGET, "--dry-run")
    status, _, err = run("plan", "return", migration)
    assert (status, err) == (1, f"{migration} is a migration: start one the other way.\n")


def test_a_port_of_others_is_not_said_to_be_empty(run: Run) -> None:
    status, out, _ = run("empty", "dxcon-absent001")
    assert status == 2
    assert "is not known" in out


def test_what_could_not_be_delivered_is_started_again(run: Run, deployed: Deployed) -> None:
    assert run("redrive", "--yes") == (0, "The dead-letter queue is empty.\n", "")
    cloud = deployed.cloud
    queue = cloud.outputs["DeadLetterQueueUrl"]
    cloud.client("sqs").send_message(QueueUrl=queue, MessageBody="nothing that is known")
    status, told = of(run, "redrive", "--dry-run")
    assert (status, [each["result"] for each in told]) == (2, ["left in the queue"])


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
