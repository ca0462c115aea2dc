"""Plans under a policy floor: the plan, and each of its moves."""

from typing import Any

import pytest

from tests.unit.vifshift.fakes import ACCOUNT, REGION, START
from tests.unit.vifshift.plan.plans import P, Q, fleet_of, go, name, plan_of, region, vif
from vifshift.domain.access_policy import AccessPolicy
from vifshift.domain.asked_by import AskedBy
from vifshift.domain.findings import Limits
from vifshift.domain.migration import Decision
from vifshift.domain.plan_request import PlanRequestEnvelope
from vifshift.domain.policy_floor import PolicyFloor
from vifshift.plan.planning.preflight import PlanPreflight, barriers, preflight

STARTED = AskedBy(account=ACCOUNT)
PRODUCTION = {"environment": "production"}


def a_floor(**fields: Any) -> PolicyFloor:
    return PolicyFloor.model_validate(fields)


def under(floor: PolicyFloor, asked: PlanRequestEnvelope) -> PlanRequestEnvelope:
    return asked.model_copy(update={"request": floor.completed_plan(asked.request)})


def barred(floor: PolicyFloor, asked: PlanRequestEnvelope) -> list[tuple[str, int | None]]:
    """Return the codes, and the moves, with which a plan is rejected before anything is read."""
    found = barriers(under(floor, asked), AccessPolicy(home=REGION), START, floor, STARTED)
    return [(finding.code, finding.move) for finding in found if finding.blocks]


def judged(
    floor: PolicyFloor, asked: PlanRequestEnvelope, is_approved: bool | None = None
) -> PlanPreflight:
    """Judge a plan of two VIFs, of which the second is tagged."""
    network = region(vif(1, P), vif(2, P))
    network.tags[name(2)] = PRODUCTION
    return preflight(
        under(floor, asked),
        fleet_of(network),
        START,
        Limits(floor=floor),
        None,
        STARTED,
        is_approved=is_approved,
    )


@pytest.mark.parametrize(
    ("floor", "asked", "code"),
    [
        ({"approval": {"always": True}}, {"approval": {"required": False}}, "POLICY_APPROVAL"),
        (
            {"neverAcknowledge": ["MOVED_TWICE"]},
            {"acknowledge": ["MOVED_TWICE"]},
            "POLICY_ACKNOWLEDGE",
        ),
        ({"allowRollbackNever": False}, {"rollback": "never"}, "POLICY_ROLLBACK"),
        ({"minHoldSeconds": 60}, {"convergence": {"holdSeconds": 1}}, "POLICY_HOLD"),
        ({"minRecoveredPercent": 9}, {"routes": {"minRecoveredPercent": 8}}, "POLICY_ROUTES"),
        ({"mayName": [{"region": REGION, "sources": ["itsm"]}]}, {}, "POLICY_REQUESTER"),
    ],
)
def test_a_plan_and_each_of_its_moves_keep_the_floor(
    floor: dict[str, Any], asked: dict[str, Any], code: str
) -> None:
    assert barred(a_floor(**floor), plan_of(go(1, Q), **asked)) == [(code, None)]
    assert barred(a_floor(), plan_of(go(1, Q), **asked)) == []
    if "approval" not in asked and asked:
        plan = plan_of(go(1, Q), {**go(2, Q), **asked})
        assert barred(a_floor(**floor), plan) == [(code, 2)]


def test_where_a_plan_or_a_move_says_nothing_the_floor_is_its_default() -> None:
    floor = a_floor(approval={"always": True}, minHoldSeconds=300, minRecoveredPercent=99)
    own = {**go(2, Q), "convergence": {"timeoutSeconds": 900}, "routes": {}}
    request = under(floor, plan_of(go(1, Q), own)).request

    assert request.approval.required
    assert request.moves is not None
    for move in request.moves:
        complete = request.complete(move)
        assert complete.convergence.hold_seconds == 300
        assert complete.routes.min_recovered_percent == 99


@pytest.mark.parametrize("asked", [{}, {"approval": {"required": False}}])
def test_one_tagged_vif_demands_an_approval_of_the_whole_plan(asked: dict[str, Any]) -> None:
    floor = a_floor(approval={"tags": PRODUCTION})
    without = judged(floor, plan_of(go(1, Q), **asked))
    result = judged(floor, plan_of(go(1, Q), go(2, Q), **asked))

    assert (without.decision, without.approval.required) == (Decision.PROCEED, False)
    if asked:
        [finding] = [each for each in result.findings if each.blocks]
        assert (result.decision, finding.code) == (Decision.REJECTED, "POLICY_APPROVAL")
        assert finding.message.endswith("(move 2)")
    else:
        assert (result.decision, result.approval.required) == (Decision.PROCEED, True)


def test_a_plan_that_needs_an_approval_only_now_is_asked_about() -> None:
    floor = a_floor(approval={"tags": PRODUCTION})
    plan = plan_of(go(1, Q), go(2, Q))

    unasked, asked = judged(floor, plan, is_approved=False), judged(floor, plan, is_approved=True)

    assert unasked.decision is Decision.ASK_AGAIN
    assert [change.code for change in unasked.changes] == ["POLICY_APPROVAL"]
    assert asked.decision is Decision.PROCEED


def test_who_may_name_a_tagged_vif_holds_for_each_move() -> None:
    floor = a_floor(mayName=[{"tags": PRODUCTION, "sources": ["itsm"]}])
    result = judged(floor, plan_of(go(1, Q), go(2, Q)))

    assert result.decision is Decision.REJECTED
    assert [[each.code for each in move.findings if each.blocks] for move in result.moves] == [
        [],
        ["POLICY_REQUESTER"],
    ]
