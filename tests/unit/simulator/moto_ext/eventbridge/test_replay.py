"""Events that are replayed from an archive, as EventBridge's user guide describes it."""

import json
from datetime import timedelta
from typing import Any

import pytest

from simulator.cloud import Cloud
from tests.unit.simulator.moto_ext.eventbridge.test_events import put, queue, rule

HOUR = timedelta(hours=1)
FIRST_TIME = {"source": ["test"], "replay-name": [{"exists": False}]}


@pytest.fixture
def empty() -> Any:
    with Cloud() as cloud:
        yield cloud


def received(cloud: Cloud) -> list[Any]:
    """Return what a queue has received in an hour."""
    assert cloud.run_until_idle(HOUR)
    return [json.loads(str(each["Body"])) for each in cloud.dead_letters("queue")]


def test_it_is_the_same_event_again_and_names_its_replay(empty: Cloud) -> None:
    rule(empty, {"Arn": queue(empty)})
    put(empty)
    [first] = received(empty)
    empty.clock.sleep(3600)
    empty.replay(empty.published_events[0])
    [again] = received(empty)
    assert again == {**first, "replay-name": "replay"}


def test_a_rule_may_take_no_notice_of_it(empty: Cloud) -> None:
    rule(empty, {"Arn": queue(empty)}, FIRST_TIME)
    put(empty)
    assert len(received(empty)) == 1
    empty.replay(empty.published_events[0])
    assert received(empty) == []


def test_it_comes_to_the_rules_of_its_own_bus_and_is_not_published_again(empty: Cloud) -> None:
    empty.client("events").create_event_bus(Name="other")
    rule(empty, {"Arn": queue(empty)})
    put(empty, EventBusName="other")
    empty.replay(empty.published_events[0])
    assert received(empty) == []
    assert len(empty.published_events) == 1
