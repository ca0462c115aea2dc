"""What the settings `reservedConcurrency` and `cloudTrail` add to the template."""

import json
import re

from tests.infra.everything import template_with_everything
from tests.infra.templates import Template, resources

RESERVED = "ReservedConcurrentExecutions"


def test_nothing_is_reserved_or_watched_that_nobody_has_asked_for(template: Template) -> None:
    functions = resources(template, "AWS::Lambda::Function").values()
    alarms = json.dumps(list(resources(template, "AWS::CloudWatch::Alarm").values()))

    assert not [each for each in functions if RESERVED in each]
    assert "-throttles" not in alarms
    assert "via CloudTrail" not in json.dumps(template)


def test_what_keeps_a_vif_in_sight_has_room_and_what_asks_is_limited() -> None:
    functions = resources(template_with_everything(), "AWS::Lambda::Function")
    reserved = {
        found[1]: each[RESERVED]
        for name, each in functions.items()
        if RESERVED in each and (found := re.match(r"Functions([A-Za-z]+)", name))
    }
    by_name = {re.sub(r"[0-9A-F]+$", "", name): number for name, number in reserved.items()}

    assert sorted(by_name.values()) == [2, 5, 10, 11, 11, 11]


def test_no_pattern_is_longer_than_eventbridge_allows() -> None:
    """AWS: "Amazon EventBridge quotas": an event pattern has 2,048 characters."""
    rules = resources(template_with_everything(), "AWS::Events::Rule")
    patterns = [json.dumps(each.get("EventPattern", {})) for each in rules.values()]

    product = [each for each in patterns if "StopExecution" in each]
    assert len(product) == 1
    assert len(product[0]) < 2048
