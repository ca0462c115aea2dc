"""The command `python -m simulator`, as far as it needs no cloud."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from simulator import synthesis
from simulator.__main__ import main
from simulator.commands.assemblies import checked
from simulator.scenarios import files as scenario_files
from simulator.scenarios.model import SCENARIOS, BadScenarioError, find, load, named
from simulator.synthesis import ROOT

GOOD = named("dry-run")


def changed(tmp_path: Path, old: str, new: str) -> Path:
    """Return a good scenario file with one thing changed in it."""
    text = GOOD.read_text("utf-8")
    assert old in text
    path = tmp_path / "changed.yaml"
    path.write_text(text.replace(old, new, 1), "utf-8")
    return path


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("summary:", "sumary:", ["sumary: unknown key", "summary"]),
        (
            "  region:",
            "  calendar: x\n  region:",
            ["world.calendar: unknown key: did you mean calendars?"],
        ),
        ("  region:", "  calendars: {Freeze: SHUT}\n  region:", ["calendars.Freeze", "'CLOSED'"]),
        ("  region:", "  healthEvents: none\n  region:", ["world.healthEvents", "'unavailable'"]),
        (
            "  region:",
            "  healthEvents: [{entity: [dxcon-1]}]\n  region:",
            ["world.healthEvents.0.entity: unknown key", "entities"],
        ),
        ("  region:", "  denied: ['ssm:GetIt']\n  region:", ["denied.0", "ssm:GetCalendarState"]),
        ("vlan:", "vlam:", ["world.virtualInterfaces.0", "vlam"]),
        ("vlan: 101", "vlan: many", ["world.virtualInterfaces.0", "vlan"]),
        ("kind: event", "kind: letter", ["trigger.kind", "'event', 'execution' or 'schedule'"]),
        ("  outcome:", "  outcom:", ["expect.outcom: unknown key", "outcome"]),
        ("world:", "world: [", ["while parsing"]),
        (
            "name: dry-run",
            "faults: [{operation: MoveIt, error: X}]\nname: x",
            ["faults.0", "MoveIt"],
        ),
        ("name: dry-run", "faults: [{operatio: x}]\nname: x", ["faults.0.operatio: unknown key"]),
    ],
)
def test_what_is_wrong_in_a_file_is_told_with_file_line_and_what_is_allowed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], old: str, new: str, said: list[str]
) -> None:
    path = changed(tmp_path, old, new)

    status = main(["run", str(path)])

    told = capsys.readouterr().err
    assert status == 2
    assert [line for line in told.splitlines() if not line.startswith(f"{path}:")] == []
    assert [piece for piece in said if piece not in told] == []


@pytest.mark.parametrize(
    "content",
    [b"", b"[]", b"just text", b"\xff\xfe\x00", b"name: \x00", b"name: 2026-13-45", b"[" * 100_000],
    ids=lambda content: repr(content[:20]),
)
def test_a_file_that_is_no_scenario_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "odd.yaml"
    path.write_bytes(content)

    with pytest.raises(BadScenarioError, match=r"odd\.yaml"):
        load(path)


def test_a_file_that_is_not_there_is_refused() -> None:
    assert main(["run", "nowhere.yaml"]) == 2


def test_a_folder_stands_for_the_scenarios_in_it() -> None:
    assert find([SCENARIOS]) == sorted(SCENARIOS.rglob("*.yaml"))


def test_a_scenario_that_ships_is_run_by_its_name_or_its_folder() -> None:
    assert scenario_files.meant(Path("dry-run")) == GOOD
    assert scenario_files.meant(Path(GOOD.parent.name)) == GOOD.parent
    assert scenario_files.meant(GOOD) == GOOD


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("dry-runn", "did you mean dry-run?"),
        ("zzz", "`python -m simulator list` names them"),
        ("mine.yaml", "No such file"),
        ("mine/dry-run", "No such file"),
    ],
)
def test_a_name_that_no_scenario_has_is_refused(
    capsys: pytest.CaptureFixture[str], given: str, said: str
) -> None:
    assert main(["run", given]) == 2
    assert said in capsys.readouterr().err


def test_without_a_scenario_nothing_runs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["run"]) == 2
    assert "python -m simulator run simulator/scenarios" in capsys.readouterr().err
    assert main(["run", str(tmp_path)]) == 2
    assert f"No scenario is in {tmp_path}" in capsys.readouterr().err


def test_list_can_be_read_by_a_program(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["list"]) == 0

    rows = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert [row[1] for row in rows] == [path.stem for path in find([SCENARIOS])]
    assert [GOOD.parent.name, "dry-run", "planned"] in [row[:3] for row in rows]


def test_list_ends_where_its_reader_does() -> None:
    listed = subprocess.run(
        f"set -o pipefail; {sys.executable} -m simulator list | head -c 1 >/dev/null",
        cwd=ROOT,
        shell=True,
        executable="/bin/bash",
        capture_output=True,
        text=True,
        check=False,
    )

    assert listed.stderr == ""


def test_list_names_every_scenario(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["list"]) == 0

    listed = capsys.readouterr().out
    assert [path.stem for path in find([SCENARIOS]) if path.stem not in listed] == []


def test_list_tells_what_each_is_about(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["list"]) == 0

    listed = " ".join(capsys.readouterr().out.split())
    assert "dry-run" in listed
    assert scenario_files.title(GOOD).summary.split()[0] in listed


def test_list_loads_nothing_that_takes_long() -> None:
    program = (
        "import sys; from simulator.__main__ import main; main(['list'])\n"
        "slow = {'moto', 'boto3', 'botocore', 'pydantic', 'aws_cdk', 'vifshift'} & {*sys.modules}\n"
        "sys.exit(f'loaded: {slow}' if slow else 0)"
    )

    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("content", ["summary: x", "name: x", "name: [x]\nsummary: x", "[]"])
def test_a_file_without_a_title_is_not_listed(tmp_path: Path, content: str) -> None:
    path = tmp_path / "odd.yaml"
    path.write_text(content, "utf-8")

    with pytest.raises(BadScenarioError, match="no name, or no summary"):
        scenario_files.title(path)


@pytest.mark.parametrize("loader", [yaml.SafeLoader, yaml.CSafeLoader])
def test_both_loaders_read_the_same(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, loader: type[yaml.SafeLoader]
) -> None:
    before = scenario_files.read(GOOD)
    monkeypatch.setattr(scenario_files, "_LOADER", loader)
    deep, too_deep = tmp_path / "deep.yaml", tmp_path / "too-deep.yaml"
    deep.write_text("[" * 100 + "]" * 100, "utf-8")
    too_deep.write_text("- " * 101, "utf-8")

    assert scenario_files.read(GOOD) == before
    assert isinstance(scenario_files.read(deep), list)
    with pytest.raises(BadScenarioError, match="nested more than 100 levels deep"):
        scenario_files.read(too_deep)


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        ("name: a\nsummary: b\nname: c\n", "3: name: is already given in line 1"),
        ("a: {b: 1, b: 2}", "1: b: is already given in line 1"),
        ("a:\n- {x: [y], z: 1, 'x': 2}\n", "2: x: is already given in line 2"),
        ('{"a": 1, "\\u0061": 2}', "1: a: is already given in line 1"),
        ("? [a]\n: {b: 1}\nb: 2\nb: 3\n", "4: b: is already given in line 3"),
    ],
)
def test_a_key_that_is_given_twice_is_refused(tmp_path: Path, content: str, fault: str) -> None:
    path = tmp_path / "twice.yaml"
    path.write_text(content, "utf-8")

    with pytest.raises(BadScenarioError, match=fault):
        scenario_files.read(path)


def test_the_same_key_in_several_mappings_is_not_given_twice(tmp_path: Path) -> None:
    path = tmp_path / "fine.yaml"
    path.write_text("a: {a: {a: a}, b: a}\nb: [a, {a: 1}, {a: 1}]\nc: [b]\n", "utf-8")

    assert scenario_files.read(path)["b"] == ["a", {"a": 1}, {"a": 1}]


COMMANDS = {
    "run": ["run", str(GOOD)],
    "explore": ["explore", "--seeds", "4"],
    "serve": ["serve", "--port", "0"],
}


@pytest.mark.parametrize("command", COMMANDS)
def test_an_assembly_that_is_not_there_is_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    status = main([*COMMANDS[command], "--assembly", str(tmp_path / "nowhere")])

    assert status == 2
    assert capsys.readouterr().err == f"{tmp_path / 'nowhere'} is not a folder.\n"


def an_assembly(folder: Path, **changes: object) -> None:
    """Write the least that looks like an assembly of the app, or a part of it changed."""
    properties = {"templateFile": "x.template.json"}
    stack = {"type": "aws:cloudformation:stack", "properties": properties}
    files = {
        "manifest.json": {"artifacts": {"x": stack}},
        "x.template.json": {"Resources": {}, "Outputs": {name: {} for name in OUTPUTS}},
        "x.assets.json": {"files": {}},
        **changes,
    }
    for name, content in files.items():
        text = content if isinstance(content, str) else json.dumps(content)
        (folder / name).write_text(text, "utf-8")


OUTPUTS = ("EventBusName", "StateMachineArn", "PlanStateMachineArn")
ASSET = {
    "source": {"path": "asset.1"},
    "destinations": {"here": {"bucketName": "b", "objectKey": "k"}},
}
NO_ASSEMBLY = "holds no assembly with one stack, as `make synth` writes to cdk.out."


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"manifest.json": "{"}, NO_ASSEMBLY),
        ({"manifest.json": []}, NO_ASSEMBLY),
        ({"manifest.json": {"artifacts": {}}}, NO_ASSEMBLY),
        ({"manifest.json": {"artifacts": {"x": {}}}}, NO_ASSEMBLY),
        ({"x.template.json": "no JSON"}, NO_ASSEMBLY),
        ({"x.template.json": {"Resources": {}}}, NO_ASSEMBLY),
        (
            {"x.template.json": {"Resources": {}, "Outputs": {"Url": {}}}},
            "holds the assembly of an app other than vifshift.",
        ),
        ({"x.assets.json": {"files": {"1": ASSET}}}, "holds an assembly without its file"),
    ],
)
def test_a_folder_that_is_no_assembly_is_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], changes: dict[str, object], said: str
) -> None:
    an_assembly(tmp_path)
    assert checked(tmp_path) == tmp_path
    an_assembly(tmp_path, **changes)

    status = main(["run", str(GOOD), "--assembly", str(tmp_path)])

    line = capsys.readouterr().err
    assert status == 2
    assert line.startswith(f"{tmp_path} {said}")
    assert line.count("\n") == 1


def test_help_says_what_an_assembly_has_to_be(capsys: pytest.CaptureFixture[str]) -> None:
    for command in COMMANDS:
        with pytest.raises(SystemExit):
            main([command, "--help"])

        said = " ".join(capsys.readouterr().out.split())
        assert "--assembly DIR" in said
        assert "which is not checked" in said


def test_a_misspelled_name_is_told_before_anything_is_synthesized(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def began(*_: object) -> None:
        raise AssertionError("the app is synthesized")

    monkeypatch.setattr(synthesis, "begin", began)

    assert main(["run", "dry-rum"]) == 2

    assert "no scenario of this name ships: did you mean dry-run?" in capsys.readouterr().err


def test_ending_a_synthesis_ends_what_it_has_started() -> None:
    program = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'input()'])"
    writer = subprocess.Popen(
        [sys.executable, "-c", program],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        process_group=0,
    )

    synthesis.end(writer)

    assert writer.returncode == -signal.SIGKILL
    with pytest.raises(ProcessLookupError):
        os.killpg(writer.pid, 0)
