"""The rules about what is asked for."""

import pytest

from tests.unit.vifshift.fakes import REGION, a_rival
from tests.unit.vifshift.judging import advice, beside, codes, findings, only
from vifshift.domain.access_policy import AccessPolicy, Role
from vifshift.domain.findings import Severity

ROLE = Role(arn="arn:aws:iam::444455556666:role/dx", external_id="a-shared-id")


@pytest.mark.parametrize("is_required", [True, False])
def test_an_approval_may_be_asked_for(is_required: bool) -> None:
    approval = {"required": is_required, "timeoutMinutes": 5}
    assert codes(approval=approval) == []
    assert len(advice(approval=approval)) == is_required


def test_a_role_that_is_not_on_the_list_blocks() -> None:
    finding = only(roleArn=ROLE.arn)
    assert finding.code == "ROLE_NOT_ALLOWED"
    assert ROLE.arn in finding.message
    assert codes(roleArn=ROLE.arn, access_policy=AccessPolicy(home=REGION, roles=(ROLE,))) == []
    assert codes(roleArn=f"{ROLE.arn}2", access_policy=AccessPolicy(home=REGION, roles=(ROLE,)))


def test_a_region_that_is_not_on_the_list_blocks() -> None:
    assert only(region="us-east-1").code == "REGION_NOT_ALLOWED"
    assert (
        codes(region="us-east-1", access_policy=AccessPolicy(home=REGION, regions=("us-east-1",)))
        == []
    )


def test_the_stack_s_own_region_is_always_allowed() -> None:
    assert codes(region=REGION) == []
    assert (
        codes(region=REGION, access_policy=AccessPolicy(home=REGION, regions=("us-east-1",))) == []
    )


def test_each_code_that_can_not_be_overridden_is_warned_of() -> None:
    # when
    found = findings(acknowledge=["VLAN_TAKEN", "NO_SUCH_RULE"])
    # then
    assert [(finding.code, finding.severity) for finding in found] == [
        ("NOT_OVERRIDABLE", Severity.WARN)
    ] * 2
    assert "VLAN_TAKEN" in found[0].message
    assert "NO_SUCH_RULE" in found[1].message


def test_where_nothing_is_acknowledged_nothing_is_warned_of() -> None:
    assert codes(acknowledge=[]) == []


def test_what_can_not_be_overridden_blocks_all_the_same() -> None:
    network = beside(a_rival(vlan=101))
    assert codes(network, acknowledge=["VLAN_TAKEN"]) == ["VLAN_TAKEN", "NOT_OVERRIDABLE"]


def test_a_code_that_can_be_overridden_may_be_acknowledged() -> None:
    assert codes(acknowledge=["NO_REDUNDANT_PATH", "ENCRYPTION_LOST"]) == []
