"""Requests under a policy floor: what is below it is rejected, what says nothing keeps it."""

from functools import partial
from typing import Any

import pytest

from tests.unit.vifshift.fakes import (
    EXECUTION,
    REGION,
    START,
    VIF,
    FakeAccount,
    FakeDirectConnect,
    a_sibling,
    a_vif,
    raw_request,
)
from vifshift.domain.access_policy import AccessPolicy, Role
from vifshift.domain.asked_by import AskedBy
from vifshift.domain.findings import Limits
from vifshift.domain.migration import Decision
from vifshift.domain.network import Network
from vifshift.domain.policy_floor import PolicyFloor
from vifshift.domain.request import Request, Trigger
from vifshift.migration.recheck import LastCheck
from vifshift.migration.validation import validate
from vifshift.migration.validation_result import Validation
from vifshift.preflight.discovery import survey

ACCOUNT, PARTNER = EXECUTION.account, "222233334444"
ROLE = f"arn:aws:iam::{PARTNER}:role/dx"
ALLOWED = AccessPolicy(
    home=REGION, roles=(Role(arn=ROLE, external_id="an-id"),), regions=("us-east-1",)
)
STARTED = AskedBy(account=ACCOUNT)
BOUND = AskedBy(account=ACCOUNT, source="itsm", source_is_bound=True, trigger=Trigger.EVENT)
PRODUCTION = {"environment": "production"}
OF_A_PLAN: dict[str, Any] = {"planId": "plan-1", "number": 1, "approvalMinutes": 60}


def a_floor(**fields: Any) -> PolicyFloor:
    return PolicyFloor.model_validate(fields)


def judged(
    floor: PolicyFloor,
    raw: Any = None,
    *,
    asked_by: AskedBy | None = STARTED,
    fake: FakeDirectConnect | None = None,
    last: LastCheck = LastCheck(),  # noqa: B008
) -> Validation:
    network = fake or a_network()
    return validate(
        raw_request() if raw is None else raw,
        is_too_long=False,
        execution=EXECUTION.model_copy(update={"asked_by": asked_by}),
        survey=partial(tagged, network),
        now=START,
        claimed_id="change-1",
        limits=Limits(access_policy=ALLOWED, floor=floor),
        last=last,
    )


def a_network(
    tags: dict[str, str] | None = None, *, is_redundant: bool = True
) -> FakeDirectConnect:
    fake = FakeDirectConnect(a_vif(), *([a_sibling()] if is_redundant else []))
    fake.tags[VIF] = tags or {}
    return fake


def tagged(fake: FakeDirectConnect, request: Request, **known: Any) -> Network:
    """Return what is read of a network, with the tags of the VIF."""
    network = survey(fake, FakeAccount(), REGION, request, **known)
    return network.model_copy(update={"tags": fake.tags_of(VIF)})


def unread(floor: PolicyFloor, raw: Any, asked_by: AskedBy | None = STARTED) -> list[str]:
    """Return the codes with which a request is rejected before anything is read."""

    def must_not_be_asked(request: Request, *, siblings: tuple[str, ...] | None) -> Any:
        raise AssertionError("the network was surveyed")

    result = validate(
        raw,
        is_too_long=False,
        execution=EXECUTION.model_copy(update={"asked_by": asked_by}),
        survey=must_not_be_asked,
        now=START,
        claimed_id="change-1",
        limits=Limits(access_policy=ALLOWED, floor=floor),
    )
    assert result.decision is Decision.REJECTED
    return [finding.code for finding in result.findings if finding.blocks]


BELOW: list[tuple[dict[str, Any], dict[str, Any], str]] = [
    ({"approval": {"always": True}}, {"approval": {"required": False}}, "POLICY_APPROVAL"),
    (
        {"neverAcknowledge": ["NO_REDUNDANT_PATH"]},
        {"acknowledge": ["NO_REDUNDANT_PATH"]},
        "POLICY_ACKNOWLEDGE",
    ),
    ({"allowRollbackNever": False}, {"rollback": "never"}, "POLICY_ROLLBACK"),
    ({"minHoldSeconds": 60}, {"convergence": {"holdSeconds": 59}}, "POLICY_HOLD"),
    ({"minRecoveredPercent": 90}, {"routes": {"minRecoveredPercent": 89}}, "POLICY_ROUTES"),
    (
        {"mayName": [{"roleArn": ROLE, "accounts": [PARTNER]}]},
        {"roleArn": ROLE},
        "POLICY_REQUESTER",
    ),
    (
        {"mayName": [{"region": "us-east-1", "sources": ["itsm"]}]},
        {"region": "us-east-1"},
        "POLICY_REQUESTER",
    ),
    ({"mayName": [{"region": REGION, "sources": ["itsm"]}]}, {}, "POLICY_REQUESTER"),
]


@pytest.mark.parametrize(("floor", "asked", "code"), BELOW)
def test_what_is_below_the_floor_is_rejected_before_anything_is_read(
    floor: dict[str, Any], asked: dict[str, Any], code: str
) -> None:
    bare = raw_request(**asked)
    assert unread(a_floor(**floor), bare) == [code]
    # By whatever way it comes, and whatever its envelope says.
    for trigger in ("event", "schedule", "execution", "plan"):
        envelope: dict[str, Any] = {"request": bare, "trigger": trigger}
        assert unread(a_floor(**floor), envelope) == [code]
        assert unread(a_floor(**floor), {**envelope, "plan": OF_A_PLAN}) == [code]
    assert unread(a_floor(**floor), {"request": {**bare, "dryRun": True}}) == [code]


@pytest.mark.parametrize(
    ("floor", "asked"),
    [
        ({"approval": {"always": True}}, {"approval": {"required": True}}),
        ({"neverAcknowledge": ["MOVED_TWICE"]}, {"acknowledge": ["NO_REDUNDANT_PATH"]}),
        ({"allowRollbackNever": False}, {"rollback": "auto"}),
        ({"minHoldSeconds": 60}, {"convergence": {"holdSeconds": 60}}),
        ({"minRecoveredPercent": 90}, {"routes": {"minRecoveredPercent": 90}}),
        ({"mayName": [{"region": REGION, "accounts": [ACCOUNT]}]}, {}),
        ({"mayName": [{"roleArn": ROLE, "sources": ["itsm"]}]}, {}),
    ],
)
def test_what_keeps_the_floor_proceeds(floor: dict[str, Any], asked: dict[str, Any]) -> None:
    result = judged(a_floor(**floor), raw_request(**asked))
    assert result.decision is Decision.PROCEED
    assert result.policy == a_floor(**floor).clauses


def test_where_a_request_says_nothing_the_floor_is_its_default() -> None:
    floor = a_floor(
        approval={"always": True},
        minHoldSeconds=300,
        minRecoveredPercent=99,
        allowRollbackNever=False,
    )
    for asked in ({}, {"approval": {"timeoutMinutes": 5}, "convergence": {"timeoutSeconds": 900}}):
        request = judged(floor, raw_request(**asked)).request
        assert request is not None
        assert request.approval.required
        assert request.convergence.hold_seconds == 300
        assert request.routes.min_recovered_percent == 99
    lower = judged(a_floor(minHoldSeconds=30, minRecoveredPercent=10)).request
    assert lower is not None
    assert (lower.convergence.hold_seconds, lower.routes.min_recovered_percent) == (120, 95)


def test_a_hold_that_does_not_fit_is_named() -> None:
    fast = raw_request(convergence={"timeoutSeconds": 3400, "pollSeconds": 5})
    result = judged(a_floor(minHoldSeconds=1800), fast)
    assert result.decision is Decision.REJECTED
    assert "with the hold of 1800 seconds that policy demands" in result.faults[0]


def test_nothing_is_demanded_without_a_floor() -> None:
    lax = raw_request(
        rollback="never", convergence={"holdSeconds": 0}, routes={"minRecoveredPercent": 0}
    )
    result = judged(PolicyFloor(), lax)
    assert (result.decision, result.policy) == (Decision.PROCEED, ())


# Approvals by tag, and unless redundant.


@pytest.mark.parametrize(
    ("tags", "required"),
    [
        (PRODUCTION, True),
        ({**PRODUCTION, "team": "x"}, True),
        ({"environment": "test"}, False),
        ({"Environment": "production"}, False),
        ({}, False),
    ],
)
def test_a_tag_demands_an_approval(tags: dict[str, str], required: bool) -> None:
    floor = a_floor(approval={"tags": {**PRODUCTION, "critical": "yes"}})
    silent = judged(floor, fake=a_network(tags))
    refused = judged(floor, raw_request(approval={"required": False}), fake=a_network(tags))

    assert silent.decision is Decision.PROCEED
    assert silent.request is not None
    assert silent.request.approval.required is required
    assert silent.migration is not None
    assert silent.migration.request.approval.required is required
    assert silent.approval_minutes == (60 if required else None)
    codes = [finding.code for finding in refused.findings if finding.blocks]
    assert codes == (["POLICY_APPROVAL"] if required else [])


@pytest.mark.parametrize("is_redundant", [True, False])
def test_a_vif_without_redundancy_demands_an_approval(is_redundant: bool) -> None:
    floor = a_floor(approval={"unlessRedundant": True})
    fake = a_network(is_redundant=is_redundant)
    accepted = {"acknowledge": ["NO_REDUNDANT_PATH"]}

    silent = judged(floor, raw_request(**accepted), fake=fake)
    refused = judged(floor, raw_request(approval={"required": False}, **accepted), fake=fake)

    assert silent.decision is Decision.PROCEED
    assert silent.request is not None
    assert silent.request.approval.required is not is_redundant
    codes = [finding.code for finding in refused.findings if finding.blocks]
    assert codes == ([] if is_redundant else ["POLICY_APPROVAL"])


def test_who_was_not_asked_is_asked_if_an_approval_is_demanded_meanwhile() -> None:
    floor = a_floor(approval={"tags": PRODUCTION})
    first = judged(floor)
    again = LastCheck(is_recheck=True, checked=first.checked, seen=first.before)

    tagged = judged(floor, fake=a_network(PRODUCTION), last=again)
    asked = judged(floor, fake=a_network(PRODUCTION), last=again._replace(given=()))

    assert first.approval_minutes is None
    assert tagged.decision is Decision.ASK_AGAIN
    assert [change.code for change in tagged.changes] == ["POLICY_APPROVAL"]
    assert tagged.approval_minutes == 60
    assert asked.decision is Decision.PROCEED


def test_only_a_plan_that_was_approved_has_approved_for_its_migrations() -> None:
    floor = a_floor(approval={"always": True})
    raw: dict[str, Any] = {
        "request": raw_request(approval={"required": False}),
        "trigger": "plan",
        "plan": OF_A_PLAN,
    }
    of_plan = AskedBy(account=ACCOUNT, trigger=Trigger.PLAN)
    claimed = AskedBy(account=ACCOUNT, trigger=Trigger.PLAN, trigger_is_claimed=True)
    unapproved = {**raw, "plan": {"planId": "plan-1", "number": 1}}

    assert judged(floor, raw, asked_by=of_plan).decision is Decision.PROCEED
    assert unread(floor, raw, claimed) == ["POLICY_APPROVAL"]
    assert unread(floor, raw, None) == ["POLICY_APPROVAL"]
    assert unread(floor, unapproved, of_plan) == ["POLICY_APPROVAL"]


# Who may name what.


@pytest.mark.parametrize(
    ("asked_by", "is_allowed"),
    [
        (BOUND, True),
        (BOUND.model_copy(update={"source_is_bound": False}), False),
        (BOUND.model_copy(update={"source": "another"}), False),
        (BOUND.model_copy(update={"source": None}), False),
        (AskedBy(account=PARTNER, trigger=Trigger.EVENT, source="x"), True),
        # Nothing was noted of that event: the account is only that of the execution.
        (
            AskedBy(account=PARTNER, trigger=Trigger.EVENT, trigger_is_claimed=True, source="itsm"),
            False,
        ),
        (AskedBy(account=PARTNER, trigger=Trigger.SCHEDULE, trigger_is_claimed=True), True),
        (AskedBy(account=ACCOUNT, claimed="itsm"), False),
        (None, False),
    ],
)
def test_only_what_is_bound_or_authenticated_counts(
    asked_by: AskedBy | None, is_allowed: bool
) -> None:
    rule = {"tags": PRODUCTION, "sources": ["itsm"], "accounts": [PARTNER]}
    floor = a_floor(mayName=[rule])

    tagged = judged(floor, asked_by=asked_by, fake=a_network(PRODUCTION))
    other = judged(floor, asked_by=asked_by, fake=a_network({"environment": "test"}))

    codes = [finding.code for finding in tagged.findings if finding.blocks]
    assert codes == ([] if is_allowed else ["POLICY_REQUESTER"])
    assert other.decision is Decision.PROCEED


def test_every_rule_about_a_request_must_allow_it() -> None:
    floor = a_floor(
        mayName=[
            {"region": REGION, "accounts": [ACCOUNT]},
            {"tags": {**PRODUCTION, "team": "x"}, "sources": ["itsm"]},
        ]
    )
    partly = judged(floor, fake=a_network(PRODUCTION))
    fully = judged(floor, fake=a_network({**PRODUCTION, "team": "x"}))
    assert partly.decision is Decision.PROCEED
    assert fully.decision is Decision.REJECTED
    [finding] = [each for each in fully.findings if each.blocks]
    assert finding.message == (
        "virtual interfaces with environment=production and team=x may be named only by source "
        f"itsm, and not by StartExecution of account {ACCOUNT}"
    )


def test_tags_are_read_anew_and_never_kept() -> None:
    result = judged(a_floor(approval={"tags": PRODUCTION}), fake=a_network(PRODUCTION))
    assert result.migration is not None
    assert "production" not in result.migration.model_dump_json()
    assert "production" not in result.model_dump_json(exclude={"policy"})
