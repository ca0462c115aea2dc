"""Policies of IAM, read and evaluated: what a grant is about, and what is not understood."""

import json
from typing import Any

import pytest

from simulator.moto_ext.iam.conditions import TAGS, holds
from simulator.moto_ext.iam.evaluation import (
    AccessRequest,
    Principal,
    PrincipalKind,
    ResourcePolicy,
    decide,
)
from simulator.moto_ext.iam.policy_documents import (
    PolicyCondition,
    UnsupportedPolicyError,
    like,
    parse,
)

HERE, THERE = "111122223333", "444455556666"
ROLE = Principal(PrincipalKind.ROLE, f"arn:aws:iam::{HERE}:role/mover", HERE)
EVENTS = Principal(
    PrincipalKind.SERVICE, "events.amazonaws.com", HERE, "arn:aws:events:r:1:rule/asked"
)
TABLE = f"arn:aws:dynamodb:eu-central-1:{HERE}:table/locks"
NO_GUARD = ResourcePolicy(None, HERE)


def document(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allow(action: Any, resource: Any = "*", **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def may(
    action: str, resource: str, *policies: str, guard: ResourcePolicy = NO_GUARD, **keys: Any
) -> bool:
    principal = keys.pop("principal", ROLE)
    more = tuple(keys.items())
    return decide(AccessRequest(principal, action, resource, more), policies, guard).allowed


@pytest.mark.parametrize(
    ("pattern", "value", "matches"),
    [
        ("dynamodb:*Item", "dynamodb:PutItem", True),
        ("dynamodb:*Item", "dynamodb:PutItems", False),
        ("arn:*:table/lock?", TABLE, True),
        ("arn:*:table/lock", TABLE, False),
        ("a.c", "abc", False),
        ("*", "", True),
    ],
)
def test_wildcards(pattern: str, value: str, matches: bool) -> None:
    assert like(pattern, value) is matches


def test_nothing_is_allowed_that_is_not_granted() -> None:
    assert not may("dynamodb:PutItem", TABLE)
    assert not may("dynamodb:PutItem", TABLE, document(allow("dynamodb:GetItem")))
    assert not may("dynamodb:PutItem", TABLE, document(allow("dynamodb:PutItem", f"{TABLE}2")))


def test_actions_are_granted_in_any_case_and_resources_are_not() -> None:
    assert may("dynamodb:PutItem", TABLE, document(allow(["x:Y", "DynamoDB:putitem"], TABLE)))
    assert not may("dynamodb:PutItem", TABLE, document(allow("dynamodb:PutItem", TABLE.upper())))


def test_a_denial_beats_every_grant() -> None:
    everything = document(allow("*"))
    denied = document({"Effect": "Deny", "Action": "dynamodb:Put*", "Resource": TABLE})

    assert may("dynamodb:GetItem", TABLE, everything, denied)
    assert not may("dynamodb:PutItem", TABLE, everything, denied)
    assert not may(
        "dynamodb:PutItem", TABLE, everything, guard=ResourcePolicy(_to("*", "Deny"), HERE)
    )


def test_what_is_excepted_is_not_granted() -> None:
    but_for_writing = document(
        {"Effect": "Allow", "NotAction": ["dynamodb:Put*"], "NotResource": [f"{TABLE}2"]}
    )

    assert may("dynamodb:GetItem", TABLE, but_for_writing)
    assert not may("dynamodb:PutItem", TABLE, but_for_writing)
    assert not may("dynamodb:GetItem", f"{TABLE}2", but_for_writing)


def _to(principal: Any, effect: str = "Allow", **more: Any) -> str:
    return document(
        {"Effect": effect, "Principal": principal, "Action": "*", "Resource": "*", **more}
    )


@pytest.mark.parametrize(
    ("policy", "allowed"),
    [
        (None, False),
        (_to({"Service": "events.amazonaws.com"}), True),
        (_to({"Service": "sns.amazonaws.com"}), False),
        # A service is nobody's account.
        (_to("*"), False),
        (_to({"AWS": f"arn:aws:iam::{HERE}:root"}), False),
    ],
)
def test_a_service_needs_the_resource_s_own_policy(policy: str | None, allowed: bool) -> None:
    guard = ResourcePolicy(policy, HERE)

    assert may("sqs:SendMessage", "arn:aws:sqs:r:1:q", guard=guard, principal=EVENTS) is allowed


@pytest.mark.parametrize(
    ("source", "allowed"), [("arn:aws:events:r:1:rule/asked", True), ("arn:x:y:r:1:z", False)]
)
def test_a_service_acts_for_just_whom_the_policy_names(source: str, allowed: bool) -> None:
    conditions = {
        "ArnEquals": {"aws:SourceArn": source},
        "StringEquals": {"aws:SourceAccount": HERE},
    }
    policy = _to({"Service": "events.amazonaws.com"}, Condition=conditions)

    guard = ResourcePolicy(policy, HERE)
    assert may("sqs:SendMessage", "arn:aws:sqs:r:1:q", guard=guard, principal=EVENTS) is allowed


@pytest.mark.parametrize(
    ("policy", "own", "allowed"),
    [
        (_to({"AWS": f"arn:aws:iam::{HERE}:root"}), True, True),
        (_to({"AWS": HERE}), True, True),
        (_to({"AWS": f"arn:aws:iam::{HERE}:root"}), False, False),
        (_to({"AWS": f"arn:aws:iam::{THERE}:root"}), True, False),
        (_to({"AWS": ROLE.name}), False, True),
        (None, True, False),
    ],
)
def test_a_key_s_policy_decides_who_may_use_it(
    policy: str | None, own: bool, allowed: bool
) -> None:
    grants = [document(allow("kms:Decrypt"))] if own else []
    guard = ResourcePolicy(policy, HERE, decides=True)

    assert may("kms:Decrypt", "arn:aws:kms:r:1:key/k", *grants, guard=guard) is allowed


@pytest.mark.parametrize("trusted", [HERE, ROLE.name, THERE, None])
@pytest.mark.parametrize("own", [True, False])
def test_another_account_s_resource_needs_both(trusted: str | None, own: bool) -> None:
    grants = [document(allow("sts:AssumeRole"))] if own else []
    guard = ResourcePolicy(_to({"AWS": trusted}) if trusted else None, THERE)

    allowed = may("sts:AssumeRole", f"arn:aws:iam::{THERE}:role/x", *grants, guard=guard)

    assert allowed is (own and trusted in {HERE, ROLE.name})


def test_a_trust_policy_names_no_resource() -> None:
    trust = document(
        {
            "Effect": "Allow",
            "Principal": {"Service": "events.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
    )

    guard = ResourcePolicy(trust, HERE, decides=True)
    assert may("sts:AssumeRole", ROLE.name, guard=guard, principal=EVENTS)


def test_a_refusal_says_who_may_not_do_what_and_why() -> None:
    verdict = decide(AccessRequest(ROLE, "dynamodb:PutItem", TABLE), (), NO_GUARD)

    assert verdict.why == (
        f"User: arn:aws:sts::{HERE}:assumed-role/mover/simulator is not authorized to perform: "
        f"dynamodb:PutItem on resource: {TABLE} because no identity-based policy allows the "
        "dynamodb:PutItem action"
    )


A_ROLE = "arn:aws:iam::1:role/b"


@pytest.mark.parametrize(
    ("operator", "values", "value", "expected"),
    [
        ("StringEquals", ("a", "b"), "b", True),
        ("StringEquals", ("a*",), "ab", False),
        ("StringLike", ("a*",), "ab", True),
        ("StringLike", ("a*",), None, False),
        (
            "ArnLike",
            ("arn:aws:states:r:1:stateMachine:*",),
            "arn:aws:states:r:1:stateMachine:m/t",
            True,
        ),
        # A wildcard does not reach over a colon.
        ("ArnLike", ("arn:*:rule/x",), "arn:aws:events:r:1:rule/x", False),
        ("ArnEquals", ("arn:aws:events:r:1:rule/x",), "arn:aws:events:r:1:rule/y", False),
        ("Bool", ("false",), "true", False),
        ("BoolIfExists", ("false",), "true", False),
        ("BoolIfExists", ("false",), None, True),
        ("ArnNotEquals", ("arn:aws:iam::1:role/a", "arn:aws:iam::1:role/b"), A_ROLE, False),
        ("ArnNotEquals", ("arn:aws:iam::1:role/a",), None, True),
        ("ArnNotEqualsIfExists", ("arn:aws:iam::1:role/a",), A_ROLE, True),
        ("ArnNotEqualsIfExists", ("arn:aws:iam::1:role/*",), A_ROLE, False),
        ("StringNotEquals", ("x", "y"), "y", False),
        ("StringNotLike", ("x*",), "y", True),
        ("Bool", ("True",), "true", True),
        ("NumericLessThan", ("1.2",), "1.3", False),
        ("NumericLessThan", ("1.2",), "1.1", True),
    ],
)
def test_conditions(
    operator: str, values: tuple[str, ...], value: str | None, expected: bool
) -> None:
    assert holds(PolicyCondition(operator, "k", values), {"k": value}) is expected


def test_a_tag_that_is_not_there_is_known_not_to_be_there() -> None:
    wanted = PolicyCondition("StringEquals", f"{TAGS}team", ("network",))

    assert holds(wanted, {TAGS: None, f"{TAGS}team": "network"})
    assert not holds(wanted, {TAGS: None})
    with pytest.raises(UnsupportedPolicyError, match="team"):
        holds(wanted, {})


@pytest.mark.parametrize(
    ("operator", "wanted", "value", "expected"),
    [
        ("StringNotEquals", ("a", "b"), "c", True),
        ("StringNotEquals", ("a", "b"), "b", False),
        ("StringNotEquals", ("a",), None, True),
        ("ArnNotEquals", ("arn:aws:iam::1:role/a",), "arn:aws:iam::1:role/ab", True),
        ("ArnNotEquals", ("arn:aws:iam::1:role/a",), "arn:aws:iam::1:role/a", False),
        ("ArnNotEquals", ("arn:aws:iam::1:role/a",), None, True),
        ("StringEqualsIfExists", ("a",), None, True),
        ("StringEqualsIfExists", ("a",), "b", False),
        ("StringEquals", ("a",), None, False),
        ("Null", ("true",), None, True),
        ("Null", ("true",), "*", False),
        ("Null", ("false",), None, False),
        ("Null", ("false",), "*", True),
    ],
)
def test_a_key_that_a_request_does_not_have(
    operator: str, wanted: tuple[str, ...], value: str | None, expected: bool
) -> None:
    """AWS: IAM user guide, "IAM JSON policy elements: Condition operators"."""
    assert holds(PolicyCondition(operator, "k", wanted), {"k": value}) is expected


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        (allow("s3:*", Condition={"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}), "IpAddress"),
        (
            allow("s3:*", Condition={"StringEquals": {"aws:PrincipalTag/x": "y"}}),
            "principaltag",
        ),
        (
            allow("s3:*", Condition={"ForAnyValue:StringEquals": {"aws:SourceArn": "y"}}),
            "ForAnyValue",
        ),
        (allow("s3:*", "arn:aws:s3:::home/${aws:username}"), "variables"),
        (allow("s3:*", NotPrincipal="*"), "NotPrincipal"),
        (allow("s3:*", Principal={"Federated": "x"}), "Federated"),
        ({**allow("s3:*"), "Effect": "Permit"}, "Permit"),
        ({"Effect": "Allow", "Resource": "*"}, "without an action"),
    ],
)
def test_what_is_not_understood_is_refused_and_not_taken_for_a_grant(
    statement: dict[str, Any], said: str
) -> None:
    with pytest.raises(UnsupportedPolicyError, match=said):
        may("s3:GetObject", "arn:aws:s3:::b/k", document(statement))


def test_what_is_not_understood_does_not_matter_where_it_is_about_something_else() -> None:
    other = allow("s3:*", Condition={"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}})

    assert may("dynamodb:GetItem", TABLE, document(other, allow("dynamodb:GetItem")))


def test_a_statement_may_stand_alone_or_in_a_list() -> None:
    assert parse(json.dumps({"Statement": allow("s3:*")})) == parse(document(allow("s3:*")))
