"""Each command's examples, as its help shows them, can be run."""

import json
import re
import shlex
from collections.abc import Callable, Iterator
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
from tests.commands import every_command
from tests.workflow.conftest import Deployed

NAMES = {"dxvif-fg1hhgb4": "dxvif-aaaa0001", "dxcon-ffabc123": "dxcon-source01"}
NAMES |= {"dxlag-ffdef456": "dxlag-target01"}
PLAN = "evacuate: {from: dxcon-source01, to: dxlag-target01}\ndryRun: true\nrequestId: CHG0043\n"
DONE = "evacuate: {from: dxcon-source01, to: dxlag-target01}\nrequestId: CHG0044\n"
CANNOT = 1
PATCHED = "simulate"
SIGNED = "verify"
"""Evidence is signed a day later: tests/workflow/test_manifests.py runs this command."""


def examples() -> Iterator[tuple[str, str]]:
    """Yield each command's examples."""
    for name, command in every_command():
        for line in re.findall(r"vifshift .*", command.epilog or ""):
            yield name, line


def test_every_command_has_an_example() -> None:
    assert {name for name, _ in examples()} == {name for name, _ in every_command()}


def test_the_examples_can_be_run(
    deploy: Callable[[str], Deployed],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    deployed = deploy("happy-path-dual-stack-lag")
    cloud = deployed.cloud

    def sleep(seconds: float) -> None:
        cloud.run_until_idle(timedelta(seconds=seconds))

    calls = count()

    def now() -> datetime:
        # A name that has the second in it is taken once.
        return cloud.clock.now() + timedelta(seconds=next(calls))

    for module in (commands, doctor):
        monkeypatch.setattr(module, "sleep", sleep)
    for module in (commands, doctor, reading):
        monkeypatch.setattr(module, "now", now)
    # A cloud is open in this process already: tests/workflow/test_rehearsal.py runs it.
    monkeypatch.setattr(rehearsal, "_run", lambda *_: "completed")
    monkeypatch.setattr(typer, "launch", lambda *_: 0)
    monkeypatch.setenv("AWS_REGION", deployed.scenario.world.region)
    monkeypatch.setenv("AWS_DEFAULT_REGION", deployed.scenario.world.region)
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    monkeypatch.chdir(tmp_path)
    Path("plan.yaml").write_text(PLAN, encoding="utf-8")
    Path("done.yaml").write_text(DONE, encoding="utf-8")
    assert main(["plan", "start", "--file", "done.yaml"]) == main(["watch", "CHG0044"]) == 0
    capsys.readouterr()
    told_in_json = {PATCHED}
    every = list(examples())
    first = [each for each in every if each[0] in {"start", "capture"}]
    for name, line in (*first, *(each for each in every if each not in first)):
        if name == SIGNED:
            continue
        for told, real in NAMES.items():
            line = line.replace(told, real)  # noqa: PLW2901
        arguments = shlex.split(line)[1:]
        arguments = ["--stack" if each == "test" else each for each in arguments]
        if arguments[0] == "--stack":
            arguments = arguments[2:]
        status = main(arguments)
        said = capsys.readouterr()
        assert status != CANNOT, f"{line}: {said.err}"
        sleep(1)
        if name in told_in_json:
            continue
        # Of each command, what is printed for programs is one document, whatever it has to say.
        told_in_json.add(name)
        if "--json" not in arguments and not {"--open", "--policy"} & set(arguments):
            assert main([*arguments, "--json"]) != CANNOT, f"{line} --json"
            said = capsys.readouterr()
        json.loads(said.out)
