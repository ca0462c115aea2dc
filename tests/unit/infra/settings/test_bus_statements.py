"""The statements of the bus's policy, judged as the simulator judges all calls."""

import json
from typing import Final

import pytest

from infra.settings.bus_statements import deny
from simulator.moto_ext.iam.evaluation import (
    AccessRequest,
    Principal,
    PrincipalKind,
    ResourcePolicy,
    decide,
)
from tests.unit.simulator.policies import EVERYTHING

ACCOUNT, ELSEWHERE = "111122223333", "222233334444"
BUS: Final = f"arn:aws:events:eu-central-1:{ACCOUNT}:event-bus/vifshift"
ASKS, ANSWERS = "VIF Migration Requested", "VIF Migration Approved"
OTHERS: Final = {
    "Effect": "Allow",
    "Principal": {"AWS": f"arn:aws:iam::{ELSEWHERE}:root"},
    "Action": "events:PutEvents",
    "Resource": BUS,
}


def role(name: str, account: str = ACCOUNT) -> Principal:
    return Principal(PrincipalKind.ROLE, f"arn:aws:iam::{account}:role/{name}", account)


SERVICE: Final = Principal(PrincipalKind.SERVICE, "events.amazonaws.com", ACCOUNT)
POLICY: Final = json.dumps(
    {
        "Statement": [
            {**deny("vifshift", [role("product").name]), "Resource": BUS},
            {
                **deny("itsm", [role("itsm").name, role("itsm", ELSEWHERE).name], [ASKS]),
                "Resource": BUS,
            },
            OTHERS,
        ]
    }
)


def may_send(principal: Principal, source: str, detail_type: str = ASKS) -> bool:
    keys = (("events:source", source), ("events:detail-type", detail_type))
    request = AccessRequest(principal, "events:PutEvents", BUS, keys)
    everything = () if principal.kind is PrincipalKind.SERVICE else (json.dumps(EVERYTHING),)
    return decide(request, everything, ResourcePolicy(POLICY, ACCOUNT)).allowed


@pytest.mark.parametrize("detail_type", [ASKS, ANSWERS, "VIF Migration Approval Requested", "x"])
def test_the_product_alone_sends_as_itself(detail_type: str) -> None:
    assert may_send(role("product"), "vifshift", detail_type)
    for other in (role("administrator"), role("product", ELSEWHERE), role("itsm"), SERVICE):
        assert not may_send(other, "vifshift", detail_type)


def test_a_source_is_denied_to_all_but_its_principals() -> None:
    assert may_send(role("itsm"), "itsm")
    assert may_send(role("itsm", ELSEWHERE), "itsm")
    for other in (role("administrator"), role("product"), role("another", ELSEWHERE), SERVICE):
        assert not may_send(other, "itsm")


@pytest.mark.parametrize("source", ["ITSM", "itsm2", "an-engineer", "vifshift2"])
def test_what_is_not_bound_is_not_denied(source: str) -> None:
    assert may_send(role("administrator"), source)
    assert may_send(role("another", ELSEWHERE), source)


def test_a_source_that_asks_is_bound_for_requests_alone() -> None:
    assert may_send(role("administrator"), "itsm", ANSWERS)
