"""The command `python -m simulator`, as far as it needs no cloud."""

from pathlib import Path

import pytest

from simulator.__main__ import main
from simulator.scenario import SCENARIOS, BadScenarioError, find, load, named

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
        ("  region:", "  calendar: x\n  region:", ["world.calendar: unknown key", "calendars"]),
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
def test_a_wrong_file_is_one_line_with_file_key_and_what_is_allowed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], old: str, new: str, said: list[str]
) -> None:
    path = changed(tmp_path, old, new)

    status = main(["run", str(path)])

    line = capsys.readouterr().err
    assert status == 2
    assert line.count("\n") == 1
    assert str(path) in line
    assert [piece for piece in said if piece not in line] == []


@pytest.mark.parametrize("content", [b"", b"[]", b"just text", b"\xff\xfe\x00"])
def test_a_file_that_is_no_scenario_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "odd.yaml"
    path.write_bytes(content)

    with pytest.raises(BadScenarioError, match=r"odd\.yaml"):
        load(path)


def test_a_file_that_is_not_there_is_refused() -> None:
    assert main(["run", "nowhere.yaml"]) == 2


def test_a_folder_stands_for_the_scenarios_in_it() -> None:
    assert find([SCENARIOS]) == sorted(SCENARIOS.rglob("*.yaml"))


def test_list_names_every_scenario(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["list"]) == 0

    listed = capsys.readouterr().out
    assert [path.stem for path in find([SCENARIOS]) if path.stem not in listed] == []
