"""What arrives with an update: every change publishes versions, and old ones stay."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from simulator.synthesis import ROOT
from tests import releases

Template = dict[str, Any]
HASH = re.compile(r"CurrentVersion([0-9A-F]{8})[0-9a-f]{32}$")
# The list of recommended values leaves out partitions where the stack can be.
PARTITIONS = "@aws-cdk/core:target-partitions"


def _versions(template: Mapping[str, Any]) -> dict[str, str]:
    """Return the logical id of each published version, by what stays the same of it."""
    ids = [key for key, it in template["Resources"].items() if it["Type"] == "AWS::Lambda::Version"]
    return {HASH.sub("", name): name for name in ids}


@pytest.fixture(scope="module")
def flags(assembly: Path) -> dict[str, Any]:
    """What the CDK says of its feature flags, in the assembly that all tests share."""
    artifacts = json.loads((assembly / "manifest.json").read_text("utf-8"))["artifacts"]
    [report] = [it for it in artifacts.values() if it["type"] == "cdk:feature-flag-report"]
    found: dict[str, Any] = report["properties"]["flags"]
    return found


def test_every_flag_is_as_the_pinned_cdk_recommends(flags: dict[str, Any]) -> None:
    active = {name: flag for name, flag in flags.items() if _is_for_v2(flag)}
    others = {
        name for name, flag in active.items() if flag.get("userValue") != flag["recommendedValue"]
    }

    assert others == {PARTITIONS}
    assert set(flags[PARTITIONS]["recommendedValue"]) < set(flags[PARTITIONS]["userValue"])


def test_cdk_json_sets_no_flag_that_the_pinned_cdk_does_not_know(flags: dict[str, Any]) -> None:
    context = json.loads((ROOT / "cdk.json").read_text("utf-8"))["context"]

    assert {name for name in context if name.startswith("@aws-cdk")} <= set(flags)


@pytest.mark.verify
def test_other_dependencies_rename_every_version_of_a_function(
    template: Template, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    releases.with_other_requirements(tmp_path, monkeypatch)
    assembly = releases.synthesize(tmp_path / "assembly")
    [path] = assembly.glob("*.template.json")

    before, after = _versions(template), _versions(json.loads(path.read_text("utf-8")))

    assert before.keys() == after.keys()
    assert len(before) > 10
    assert not set(before.values()) & set(after.values())


def test_the_workflows_call_versions_which_updates_and_deletion_leave(template: Template) -> None:
    resources = template["Resources"]
    versions = set(_versions(template).values())
    called = set()
    for machine in resources.values():
        if machine["Type"] == "AWS::StepFunctions::StateMachine":
            parts = machine["Properties"]["DefinitionString"]["Fn::Join"][1]
            called |= {part["Ref"] for part in parts if isinstance(part, dict) and "Ref" in part}
            functions = [part for part in parts if isinstance(part, dict) and _is_function(part)]
            assert functions == []

    assert versions <= called
    for name in versions:
        version = resources[name]
        assert (version["DeletionPolicy"], version["UpdateReplacePolicy"]) == ("Retain", "Retain")


def _is_function(part: Mapping[str, Any]) -> bool:
    """Say whether a part of a definition is a function's own ARN, which is its newest code."""
    attribute = part.get("Fn::GetAtt", ["", ""])
    return bool(attribute[0].startswith("Functions"))


def _is_for_v2(flag: Mapping[str, Any]) -> bool:
    """Say whether a flag does anything that the CDK's second version does not do by itself."""
    default = flag.get("unconfiguredBehavesLike", {}).get("v2", False)
    return bool(default != flag["recommendedValue"])
