"""The repairs of moto are declared completely, and a newer moto shows which are needless.

Where this file fails after an upgrade of moto, look at each repair that it names, and then at
`MOTO_VERSION` in simulator/core/repairs.py.
"""

import ast
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

import pytest
from botocore.client import BaseClient

from simulator.cloud import Cloud
from simulator.cloud.repairs import (
    LEFT_OUT_VARIABLE,
    MODULES,
    SPEED_VARIABLE,
    all_repairs,
)
from simulator.core import patches
from simulator.core.patches import Patches, UndeclaredPatchError
from simulator.core.repairs import NOT_REPORTED, Repair, RepairKind, speed
from simulator.moto_ext.awslambda import invocation
from simulator.moto_repairs_page import TESTS, page

ROOT: Final = Path(__file__).resolve().parents[3]
REPAIRS: Final = dict(all_repairs())
CORRECTIONS: Final = [name for name, each in REPAIRS.items() if each.kind is RepairKind.CORRECTION]
LONGEST_SECONDS: Final = 120


def resolved(target: str) -> Any:
    """Return what a target names, without the item of a mapping."""
    module, _, path = target.partition("[")[0].partition(":")
    found: Any = import_module(module)
    for name in path.split("."):
        found = getattr(found, name)
    return found


def test_the_page_is_up_to_date() -> None:
    written = (ROOT / "docs" / "moto-repairs.md").read_text("utf-8")

    assert written == page(), "make docs writes it"


def test_moto_is_the_version_that_was_looked_at() -> None:
    assert {each.moto_version for each in REPAIRS.values()} == {version("moto")}


def test_what_is_replaced_is_still_there() -> None:
    missing = []
    for name, repair in REPAIRS.items():
        for target in repair.targets:
            try:
                if "*" not in target and not repair.adds:
                    resolved(target)
            except (AttributeError, ImportError):
                missing.append((name, target))

    assert missing == []


def test_what_is_added_is_not_there_yet() -> None:
    there = [
        (name, target)
        for name, repair in REPAIRS.items()
        if repair.adds and not name.startswith("moto_ext.account")
        for target in repair.targets
        if target.rpartition(".")[2] in vars(resolved(target.rpartition(".")[0]))
    ]

    assert there == []


def test_every_repair_names_a_test_that_is_there() -> None:
    missing = []
    for name, repair in REPAIRS.items():
        file, _, function = repair.test.partition("::")
        tree = ast.parse((ROOT / TESTS / file).read_text("utf-8"))
        known = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
        if function and function not in known:
            missing.append((name, repair.test))

    assert missing == []


def test_reports_are_issues_of_moto() -> None:
    reports = {each.reported for each in REPAIRS.values()} - {NOT_REPORTED}

    assert all(each.startswith("https://github.com/getmoto/moto/issues/") for each in reports)


def test_all_that_is_declared_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []
    skips = Patches._skips

    def noted(self: Patches, target: str) -> bool:
        done.append(target)
        return skips(self, target)

    monkeypatch.setattr(Patches, "_skips", noted)
    with Cloud():
        pass

    of_a_cloud = [each for module in MODULES for each in module.REPAIRS]
    left = [
        target
        for repair in (*of_a_cloud, *invocation.REPAIRS)
        for target in repair.targets
        if "[AWS::" not in target and not any(_matches(target, each) for each in done)
    ]
    assert left == []


def _matches(target: str, done: str) -> bool:
    repair = Repair(RepairKind.SPEED, (target,), "", "")
    return repair.is_about(done)


def test_what_is_not_declared_is_refused() -> None:
    declared = speed("builtins:dict.get", costs="nothing", test="nowhere")

    with Patches() as made, made.declared([declared]):
        with pytest.raises(UndeclaredPatchError, match="_skips"):
            made.set(patches.Patches, "_skips", None)


@pytest.mark.parametrize(("value", "is_fast"), [(None, True), ("on", True), ("off", False)])
def test_one_switch_turns_all_speed_off(
    monkeypatch: pytest.MonkeyPatch, value: str | None, is_fast: bool
) -> None:
    if value is None:
        monkeypatch.delenv(SPEED_VARIABLE, raising=False)
    else:
        monkeypatch.setenv(SPEED_VARIABLE, value)
    names = list(fast_targets())
    before = {name: id(resolved(name)) for name in names}

    with Cloud():
        changed = {name for name in names if id(resolved(name)) != before[name]}

    assert changed == (set(names) if is_fast else set())


def fast_targets() -> Iterator[str]:
    """Yield what repairs for speed alone replace, in one place each."""
    others = {
        target
        for each in REPAIRS.values()
        if each.kind is not RepairKind.SPEED
        for target in each.targets
    }
    for repair in REPAIRS.values():
        if repair.kind is RepairKind.SPEED:
            yield from (each for each in repair.targets if "*" not in each and each not in others)


def test_an_argument_turns_speed_off_too() -> None:
    own = BaseClient.__dict__["_make_api_call"]

    with Cloud(speed=False):
        assert BaseClient.__dict__["_make_api_call"] is own


def test_only_a_known_repair_can_be_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(LEFT_OUT_VARIABLE, "moto_fixes.nowhere#1")

    with pytest.raises(ValueError, match="no repair"):
        Cloud()


def outcome_without(name: str) -> subprocess.CompletedProcess[str]:
    """Run the test that needs a repair, without that repair."""
    environment: Mapping[str, str] = {**os.environ, LEFT_OUT_VARIABLE: name}
    command = [sys.executable, "-m", "pytest", "-n0", "-q", "-x", "-p", "no:cacheprovider"]
    return subprocess.run(
        [*command, f"{TESTS}/{REPAIRS[name].test}"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=LONGEST_SECONDS,
        check=False,
    )


@pytest.mark.verify
@pytest.mark.parametrize("name", CORRECTIONS)
def test_moto_still_needs_each_correction(name: str) -> None:
    result = outcome_without(name)

    assert result.returncode == pytest.ExitCode.TESTS_FAILED, (
        f"{REPAIRS[name].test} does not fail without {name}: {result.stdout}{result.stderr}"
    )
