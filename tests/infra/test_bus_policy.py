"""The policy of the event bus: who may send as the product, and as a source that counts."""

import json
import re
from typing import Any, Final

import pytest

from tests.infra.everything import template_with_everything
from tests.infra.templates import Template, resources, statements
from tests.synthesis import synthesized
from vifshift.events.base import ANSWERS, PLAN_ANSWERS, REQUESTS

PRODUCT: Final = "OnlyTheProductSendsAsItself"


def denials(template: Template) -> dict[str, dict[str, Any]]:
    """Return the statements that deny something, by the source that they deny."""
    found = {}
    for policy in resources(template, "AWS::Events::EventBusPolicy").values():
        statement = policy["Statement"]
        if statement["Effect"] == "Deny":
            assert (statement["Principal"], statement["Action"]) == ("*", "events:PutEvents")
            assert statement["Sid"] == policy["StatementId"]
            found[statement["Condition"]["StringEquals"]["events:source"]] = statement
    return found


def roles_in(statement: dict[str, Any]) -> set[str]:
    arns = statement["Condition"]["ArnNotEquals"]["aws:PrincipalArn"]
    return {arn["Fn::GetAtt"][0] for arn in arns}


def test_whoever_is_granted_to_send_events_may_send_as_the_product_and_nobody_else(
    template: Template,
) -> None:
    granted = set()
    for policy, _ in statements(template, "events:PutEvents"):
        roles = resources(template, "AWS::IAM::Policy")[policy]["Roles"]
        granted |= {role["Ref"] for role in roles}

    [(source, statement)] = denials(template).items()
    assert source == "vifshift"
    assert roles_in(statement) == granted
    assert "events:detail-type" not in statement["Condition"]["StringEquals"]


def test_a_source_is_denied_to_all_but_its_principals() -> None:
    found = denials(template_with_everything())

    assert found.keys() == {"vifshift", "change-management", "chat-bot", "service-desk"}
    asks, answers = found["change-management"]["Condition"], found["service-desk"]["Condition"]
    assert asks["ArnNotEquals"]["aws:PrincipalArn"] == [
        "arn:aws:iam::222233334444:role/itsm/change-management"
    ]
    assert asks["StringEquals"]["events:detail-type"] == [*REQUESTS]
    assert answers["StringEquals"]["events:detail-type"] == [*ANSWERS, *PLAN_ANSWERS]
    assert len(answers["ArnNotEquals"]["aws:PrincipalArn"]) == 2


def test_statements_are_added_one_after_another() -> None:
    policies = {
        name: each
        for name, each in template_with_everything()["Resources"].items()
        if each["Type"] == "AWS::Events::EventBusPolicy"
    }
    waiting = [each for each in policies.values() if "DependsOn" in each]

    assert len(waiting) == len(policies) - 2
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{1,64}", name) for name in policies)


@pytest.mark.verify
@pytest.mark.parametrize("settings", [{}, {"guardEventBus": True}])
def test_the_policy_of_a_bus_that_exists_is_left_alone_unless_it_is_to_be_guarded(
    settings: dict[str, Any],
) -> None:
    asked = {"eventBus": "default", "eventBusExists": True, **settings}
    [path] = synthesized(asked).glob("*.template.json")

    assert (denials(json.loads(path.read_text("utf-8"))) != {}) is bool(settings)


def test_no_other_account_is_believed_to_be_the_product(template: Template) -> None:
    notifying = [
        rule["EventPattern"]
        for rule in resources(template, "AWS::Events::Rule").values()
        if rule.get("EventPattern", {}).get("source") == ["vifshift"]
    ]

    assert notifying
    assert [each["account"] for each in notifying] == [[{"Ref": "AWS::AccountId"}]] * len(notifying)
