"""What is reached of all that exists: it is counted, and what is missing is named."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from simulator.explore.coverage.definitions import of_definitions
from simulator.explore.coverage.exclusions import EXCLUDED
from simulator.explore.coverage.tally import Tally, tally
from simulator.explore.coverage.things import ReachKind, Thing

STATE, RULE = Thing(ReachKind.STATE, "migrations: Validate"), Thing(ReachKind.RULE, "VLAN_TAKEN")
EXCUSED, *GONE = EXCLUDED
TESTS = Path(__file__).parents[3]


def test_things_are_counted_by_seed_and_what_is_missing_is_named() -> None:
    counted = tally([STATE, RULE, EXCUSED], [{STATE}, {STATE}, set()])

    assert counted.seeds == 3
    assert counted.of(ReachKind.STATE) == [(STATE.name, 2)]
    assert counted.never == [RULE]
    assert counted.unknown == []


def test_what_is_excluded_needs_a_reason_that_is_still_true() -> None:
    counted = Tally(1, [STATE, EXCUSED], Counter({EXCUSED: 1, STATE: 1}))

    assert EXCUSED in counted.needless
    assert all(each.reason and not each.reason.endswith(".") for each in EXCLUDED.values())


@pytest.mark.parametrize("thing", EXCLUDED, ids=str)
def test_what_is_excluded_has_a_test_of_its_own(thing: Thing) -> None:
    path, _, name = EXCLUDED[thing].test.partition("::")

    assert f"def {name}(" in (TESTS / path).read_text("utf-8")


def test_what_is_excluded_and_reached_or_does_not_exist_is_named() -> None:
    counted = tally([STATE, EXCUSED], [{STATE, EXCUSED}])

    assert (counted.needless, counted.never) == ([EXCUSED, *GONE], [])


def test_what_is_reached_and_not_listed_is_named() -> None:
    assert tally([STATE], [{STATE, RULE}]).unknown == [RULE]


def test_every_way_from_a_state_to_another_is_a_transition(tmp_path: Path) -> None:
    inner = {"StartAt": "D", "States": {"D": {"Type": "Task", "Next": "E"}, "E": {"Type": "Fail"}}}
    states: dict[str, Any] = {
        "A": {"Type": "Task", "Next": "B", "Catch": [{"ErrorEquals": ["x"], "Next": "C"}]},
        "B": {"Type": "Choice", "Choices": [{"Next": "A"}, {"Next": "A"}], "Default": "C"},
        "C": {"Type": "Map", "ItemProcessor": inner, "End": True},
    }
    machine = {
        "Type": "AWS::StepFunctions::StateMachine",
        "Properties": {
            "StateMachineName": "vifshift-migrations",
            "DefinitionString": json.dumps({"StartAt": "A", "States": states}),
        },
    }
    template = {"Resources": {"Machine": machine}}
    (tmp_path / "vifshift.template.json").write_text(json.dumps(template), "utf-8")

    found = Counter(of_definitions(tmp_path))

    ways = ["A → B", "A → C", "B → A", "B → C", "D → E"]
    assert found == Counter(
        [
            *(Thing(ReachKind.STATE, f"migrations: {each}") for each in "ABCDE"),
            *(Thing(ReachKind.TRANSITION, f"migrations: {each}") for each in ways),
        ]
    )
