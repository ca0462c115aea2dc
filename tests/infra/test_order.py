"""What has to be there before a state machine: CreateStateMachine asks what its role may do."""

import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest

Template = dict[str, Any]
LOGS = {"logs:CreateLogDelivery", "logs:PutResourcePolicy", "logs:DescribeLogGroups"}
MANAGED_RULE = {"events:PutRule", "events:PutTargets", "events:DescribeRule"}
# What CreateStateMachine is known to ask about, for what the definition has.
ASKED_ABOUT = {
    "MigrationStateMachine": LOGS,
    "PlanStateMachine": LOGS | MANAGED_RULE | {"states:StartExecution", "s3:GetObject"},
    "WatchdogStateMachine": LOGS,
    "PlanWatchdogStateMachine": LOGS,
}


def named_by(value: object) -> Iterator[str]:
    """Yield what a part of a template refers to."""
    if isinstance(value, list):
        for each in value:
            yield from named_by(each)
    elif isinstance(value, dict):
        for key, inner in value.items():
            if key == "Ref":
                yield inner
            elif key == "Fn::GetAtt":
                yield inner[0] if isinstance(inner, list) else inner.partition(".")[0]
            else:
                yield from named_by(inner)


def parents(resource: dict[str, Any]) -> set[str]:
    """Return what CloudFormation waits for before it makes a resource."""
    waits = resource.get("DependsOn", [])
    return {*([waits] if isinstance(waits, str) else waits), *named_by(resource["Properties"])}


def ancestors(template: Template, name: str) -> set[str]:
    """Return everything that is made before a resource."""
    found: set[str] = set()
    waiting = [name]
    while waiting:
        for parent in parents(template["Resources"].get(waiting.pop(), {"Properties": {}})):
            if parent in template["Resources"] and parent not in found:
                found.add(parent)
                waiting.append(parent)
    return found


def machines(template: Template) -> dict[str, str]:
    """Return the state machines' logical ids, each with its role's."""
    return {
        name: resource["Properties"]["RoleArn"]["Fn::GetAtt"][0]
        for name, resource in template["Resources"].items()
        if resource["Type"] == "AWS::StepFunctions::StateMachine"
    }


def policies(template: Template, role: str) -> dict[str, set[str]]:
    """Return the policies of a role, each with the actions that it allows."""
    return {
        name: {
            action
            for statement in resource["Properties"]["PolicyDocument"]["Statement"]
            for action in _listed(statement["Action"])
        }
        for name, resource in template["Resources"].items()
        if resource["Type"] == "AWS::IAM::Policy"
        and {"Ref": role} in resource["Properties"].get("Roles", [])
    }


def _listed(actions: str | list[str]) -> list[str]:
    return [actions] if isinstance(actions, str) else actions


def too_late(template: Template) -> set[tuple[str, str]]:
    """Return each policy of a state machine's role that may be made after it."""
    return {
        (machine[:-8], policy)
        for machine, role in machines(template).items()
        for policy in policies(template, role).keys() - ancestors(template, machine)
    }


def test_a_state_machine_comes_after_all_policies_of_its_role(template: Template) -> None:
    assert too_late(template) == set()


def test_what_is_asked_about_is_granted_in_these_policies(template: Template) -> None:
    granted = {
        machine[:-8]: {
            action
            for policy, actions in policies(template, role).items()
            if policy in ancestors(template, machine)
            for action in actions
        }
        for machine, role in machines(template).items()
    }

    assert granted.keys() == ASKED_ABOUT.keys()
    assert {name: ASKED_ABOUT[name] - granted[name] for name in granted} == {
        name: set() for name in granted
    }


def test_nothing_waits_for_itself(template: Template) -> None:
    assert [name for name in template["Resources"] if name in ancestors(template, name)] == []


@pytest.mark.parametrize("action", ["events:PutRule", "s3:GetObject", "states:RedriveExecution"])
def test_a_policy_that_is_not_waited_for_is_seen(template: Template, action: str) -> None:
    broken = copy.deepcopy(template)
    [machine] = [name for name in machines(broken) if name.startswith("PlanStateMachine")]
    [policy] = [
        name
        for name, actions in policies(broken, machines(broken)[machine]).items()
        if action in actions
    ]
    broken["Resources"][machine]["DependsOn"].remove(policy)

    assert too_late(broken) == {("PlanStateMachine", policy)}


def test_a_state_machine_s_logs_cost_nothing_of_the_account_s_resource_policy(
    template: Template,
) -> None:
    groups = {
        resource["Properties"]["LoggingConfiguration"]["Destinations"][0]["CloudWatchLogsLogGroup"][
            "LogGroupArn"
        ]["Fn::GetAtt"][0]: resource["Properties"]["StateMachineName"]
        for resource in template["Resources"].values()
        if resource["Type"] == "AWS::StepFunctions::StateMachine"
    }

    for group, machine in groups.items():
        resource = template["Resources"][group]
        assert resource["Properties"]["LogGroupName"] == f"/aws/vendedlogs/states/{machine}"
        # One that stayed behind would be in the way of the next stack of this name.
        assert resource["DeletionPolicy"] == "Delete"


def test_only_what_has_a_made_up_name_outlives_the_stack(template: Template) -> None:
    kept = {
        name: resource
        for name, resource in template["Resources"].items()
        if resource.get("DeletionPolicy", "Delete") != "Delete"
    }

    assert {resource["Type"] for resource in kept.values()} == {
        "AWS::Lambda::Version",
        "AWS::S3::Bucket",
        "AWS::S3::BucketPolicy",
    }
    assert not [name for name, each in kept.items() if "BucketName" in each["Properties"]]
    assert "vifshift" not in json.dumps([each["Properties"] for each in kept.values()])
