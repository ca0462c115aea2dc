"""The setting `policy`: every fault by name, before anything is deployed."""

from pathlib import Path
from typing import Any

import pytest

from infra.settings.model import Settings
from tests.unit.infra.settings.test_settings import refused
from vifshift.domain.access_policy import AccessPolicy
from vifshift.domain.policy_floor import ACKNOWLEDGEABLE, NamingRule, PolicyFloor
from vifshift.plan.planning import findings
from vifshift.preflight.checks import OVERRIDABLE

ROLE = "arn:aws:iam::444455556666:role/vifshift"
ITSM: dict[str, Any] = {"itsm": ["arn:aws:iam::111122223333:role/itsm"]}


def test_a_floor_is_read() -> None:
    settings = Settings.read(
        {
            "roles": [{"arn": ROLE, "externalId": "an-id"}],
            "requestSources": ITSM,
            "policy": {
                "approval": {"always": True, "tags": {"environment": "production"}},
                "neverAcknowledge": ["NO_REDUNDANT_PATH"],
                "allowRollbackNever": False,
                "minHoldSeconds": 300,
                "minRecoveredPercent": 98,
                "mayName": [{"roleArn": ROLE, "sources": ["itsm"], "accounts": ["444455556666"]}],
            },
        }
    )
    assert settings.policy.clauses == (
        "approval: always",
        "approval: with tag environment=production",
        "never acknowledged: NO_REDUNDANT_PATH",
        "rollback: always automatic",
        "hold: at least 300 seconds",
        "routes: at least 98 % back",
        f"role {ROLE}: only source itsm, account 444455556666",
    )


@pytest.mark.parametrize(
    ("settings", "fault"),
    [
        ({"policy": {"minHoldSecond": 1}}, "unknown field: did you mean minHoldSeconds?"),
        ({"policy": {"approval": {"unlessRedundand": True}}}, "did you mean unlessRedundant?"),
        ({"polcy": {}}, "polcy: unknown field: did you mean policy?"),
        ({"policy": {"mayName": [{"tag": {}}]}}, "policy.mayName.0.tag: unknown field"),
        ({"policy": {"zzz": 1}}, "policy.zzz: unknown field"),
        ({"policy": {"minHoldSeconds": 1801}}, "policy.minHoldSeconds: "),
        ({"policy": {"minRecoveredPercent": 101}}, "policy.minRecoveredPercent: "),
        (
            {"policy": {"neverAcknowledge": ["NO_REDUNDANT_PATHS"]}},
            "which nobody can acknowledge anyway: did you mean NO_REDUNDANT_PATH?",
        ),
        ({"policy": {"neverAcknowledge": ["MOVED_TWICE"] * 2}}, "lists a code more than once"),
        ({"policy": {"mayName": [{"sources": ["x"]}]}}, "needs at least one of roleArn, region"),
        ({"policy": {"mayName": [{"region": "us-east-1"}]}}, "needs at least one of sources and"),
        (
            {"policy": {"mayName": [{"roleArn": ROLE, "accounts": ["444455556666"]}]}},
            f"mayName.0.roleArn: {ROLE} is not in the setting roles",
        ),
        (
            {
                "requestSources": {**ITSM, "anybody": []},
                "policy": {"mayName": [{"region": "us-east-1", "sources": ["anybody"]}]},
            },
            "mayName.0.sources: anybody has no principals in the setting requestSources",
        ),
        (
            {"policy": {"approval": {"tags": {f"{n:02}" + "k" * 90: "v" for n in range(40)}}}},
            "roles, regions, policy and checks.guards take more than 3000 characters in all",
        ),
    ],
)
def test_each_fault_is_named(tmp_path: Path, settings: dict[str, Any], fault: str) -> None:
    [line] = refused(tmp_path, settings)
    assert fault in line


def test_what_can_be_acknowledged_is_what_the_rules_say() -> None:
    assert ACKNOWLEDGEABLE == OVERRIDABLE | findings.OVERRIDABLE


def test_a_role_that_some_may_name_is_a_rule_of_the_floor_and_nothing_else_to_functions() -> None:
    roles = [
        {"arn": ROLE, "externalId": "an-id", "requestableBy": ["itsm"], "sourceIdentity": True},
        {"arn": f"{ROLE}-of-all", "externalId": "an-id"},
    ]
    given: dict[str, Any] = {"roles": roles, "requestSources": ITSM}
    settings = Settings.read(given)
    rule = NamingRule(role_arn=ROLE, sources=("itsm",))
    assert settings.floor == PolicyFloor(may_name=(rule,))
    assert PolicyFloor.model_validate_json(settings.floor.model_dump_json()) == settings.floor
    told = AccessPolicy.model_validate_json(settings.reach.model_dump_json())
    assert [(each.arn, each.source_identity) for each in told.roles] == [
        (ROLE, True),
        (f"{ROLE}-of-all", False),
    ]
    # Both rules hold, so that neither lets in whom the other keeps out.
    also: dict[str, Any] = {"mayName": [{"roleArn": ROLE, "accounts": ["444455556666"]}]}
    both = Settings.read({**given, "policy": also}).floor
    assert [each.whom for each in both.may_name] == ["account 444455556666", "source itsm"]


@pytest.mark.parametrize(
    ("sources", "asked", "rules", "fault"),
    [
        ({}, ["itsm"], 0, "itsm has no principals in the setting requestSources"),
        ({"itsm": []}, ["itsm"], 0, "itsm has no principals in the setting requestSources"),
        (ITSM, ["itms"], 0, "did you mean itsm?"),
        (ITSM, ["itsm"], 20, "make more than 20 rules in all"),
    ],
)
def test_who_may_name_a_role_is_bound(
    tmp_path: Path, sources: dict[str, Any], asked: list[str], rules: int, fault: str
) -> None:
    given: dict[str, Any] = {
        "roles": [{"arn": ROLE, "externalId": "an-id", "requestableBy": asked}],
        "requestSources": sources,
        "policy": {"mayName": [{"region": "us-east-1", "sources": ["itsm"]}] * rules},
    }
    assert fault in "\n".join(refused(tmp_path, given))
