"""The commands in the documents run, where they can: in a cloud with the stack, or as they are.

tests/infra/test_documented_commands.py checks that all of them exist.
"""

import json
import subprocess
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path

import pytest
import typer

from cli.app import main
from cli.check import reading
from cli.doctor import command as doctor
from cli.operate import commands
from cli.rehearsal import command as rehearsal
from simulator.__main__ import main as simulator
from tests.command_checks import aws_call
from tests.documented_commands import DOCUMENTS, ROOT, in_blocks
from tests.workflow.conftest import Deployed

EVERY = list(dict.fromkeys(each.words for path in DOCUMENTS for each in in_blocks(path)))
NAMES = {
    "dxvif-fg1hhgb4": "dxvif-aaaa0001",
    "dxvif-ffffffff": "dxvif-aaaa0001",
    "dxcon-ffabc123": "dxcon-source01",
    "dxcon-ffffffff": "dxcon-source01",
    "dxlag-ffdef456": "dxlag-target01",
    "dxlag-ffffffff": "dxlag-target01",
}
ELSEWHERE = {"verify"}
"""Evidence is signed a day later: tests/workflow/test_manifests.py runs this command."""
CANNOT = 1
CALLS = {("cloudformation", "describe_stacks"), ("events", "put_events")}
CALLS |= {("stepfunctions", "start_execution")}
"""What needs nothing but the stack; the rest needs tokens, keys, or buckets of its own."""
PLAN = "evacuate: {from: dxcon-source01, to: dxlag-target01}\ndryRun: true\nrequestId: CHG0043\n"


def real(words: tuple[str, ...]) -> list[str]:
    """Return the words of a command with the IDs of the deployed world."""
    found = []
    for word in words:
        for told, meant in NAMES.items():
            word = word.replace(told, meant)  # noqa: PLW2901
        found.append(word)
    return found


@pytest.mark.verify
def test_the_commands_of_vifshift_run(
    deploy: Callable[[str], Deployed],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    deployed = deploy("happy-path-dual-stack-lag")
    cloud, ticks = deployed.cloud, count()

    def sleep(seconds: float) -> None:
        cloud.run_until_idle(timedelta(seconds=seconds))

    def now() -> datetime:
        # A name that has the second in it is taken once.
        return cloud.clock.now() + timedelta(seconds=next(ticks))

    for module in (commands, doctor):
        monkeypatch.setattr(module, "sleep", sleep)
    for module in (commands, doctor, reading):
        monkeypatch.setattr(module, "now", now)
    # A cloud is open in this process already: tests/workflow/test_rehearsal.py runs it.
    monkeypatch.setattr(rehearsal, "_run", lambda *_: "completed")
    monkeypatch.setattr(typer, "launch", lambda *_: 0)
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.setenv(name, deployed.scenario.world.region)
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    monkeypatch.chdir(tmp_path)
    Path("plan.yaml").write_text(PLAN, encoding="utf-8")
    ran = [real(each[1:]) for each in EVERY if each[0] == "vifshift" and each[1] not in ELSEWHERE]
    assert len(ran) >= 8
    for arguments in ran:
        status = main(arguments)

        assert status != CANNOT, f"{arguments}: {capsys.readouterr().err}"
        sleep(1)


@pytest.mark.verify
def test_the_commands_of_the_aws_cli_run(deploy: Callable[[str], Deployed]) -> None:
    cloud = deploy("happy-path-dual-stack-lag").cloud
    bus, ran = cloud.outputs["EventBusName"], 0
    for words in EVERY:
        call = aws_call(real(words)[1:]) if words[0] == "aws" else None
        if call is None or (call.service, call.operation) not in CALLS:
            continue
        parameters = json.loads(json.dumps(call.parameters))
        for entry in parameters.get("Entries", ()):
            entry["EventBusName"] = bus
        if "stateMachineArn" in parameters:
            kind = "Plan" if "evacuate" in parameters["input"] else ""
            parameters["stateMachineArn"] = cloud.outputs[f"{kind}StateMachineArn"]
        answer = getattr(cloud.client(call.service), call.operation)(**parameters)
        assert not answer.get("FailedEntryCount"), words
        ran += 1
    assert ran > 15
    assert cloud.run_until_idle(timedelta(days=40))


def test_the_scenarios_that_ship_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert ("python", "-m", "simulator", "list") in EVERY
    assert simulator(["list"]) == 0
    assert "happy-path" in capsys.readouterr().out


@pytest.mark.parametrize("words", [each for each in EVERY if each[0] == "make"], ids=" ".join)
def test_make_knows_how(words: tuple[str, ...]) -> None:
    done = subprocess.run(
        [words[0], "--dry-run", "--silent", *words[1:]],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stderr) == (0, "")
