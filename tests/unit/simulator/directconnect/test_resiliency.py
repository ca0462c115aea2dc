"""Resiliency groups, as Direct Connect lists them."""

import pytest

from simulator.directconnect import World
from simulator.directconnect.models import SimulatedDirectConnect
from tests.unit.simulator.directconnect.support import (
    ACCOUNT,
    LAG,
    REGION,
    SOURCE,
    TARGET,
    Api,
    Json,
    world,
)

GROUP, THEIRS = "dxrg-0123456789abcdefg", "dxrg-zyxwvutsrqponmlkj"
GROUPS: list[Json] = [
    {
        "resiliencyGroupId": GROUP,
        "resiliencyGroupName": "frankfurt",
        "connections": {SOURCE: "associated", LAG: "associating"},
    },
    {"resiliencyGroupId": THEIRS, "ownerAccount": "444455556666", "connections": [TARGET]},
]


@pytest.fixture
def grouped(dx: SimulatedDirectConnect, api: Api) -> Api:
    told = World.model_validate({"resiliencyGroups": GROUPS}).resiliency_groups
    dx.load(world().model_copy(update={"resiliency_groups": told}))
    return api


def test_groups_are_those_of_the_account_and_none_tells_its_model(grouped: Api) -> None:
    [group] = grouped("ListResiliencyGroups")["items"]

    assert group == {
        "resiliencyGroupId": GROUP,
        "resiliencyGroupArn": f"arn:aws:directconnect::{ACCOUNT}:dx-resiliency-group/{GROUP}",
        "resiliencyGroupName": "frankfurt",
        "resiliencyGroupType": "Managed",
        "ownerAccount": ACCOUNT,
        "state": "available",
    }
    told = grouped("GetResiliencyGroup", resiliencyGroupId=GROUP)["resiliencyGroup"]
    assert told == {**group, "tags": []}


def test_associations_name_connections_and_lags_by_arn(grouped: Api) -> None:
    items = grouped("ListResiliencyGroupAssociations", resiliencyGroupId=GROUP)["items"]

    place = f"arn:aws:directconnect:{REGION}:{ACCOUNT}"
    assert [(each["connectionArn"], each["state"]) for each in items] == [
        (f"{place}:dxcon/{SOURCE}", "associated"),
        (f"{place}:dxlag/{LAG}", "associating"),
    ]


def test_associations_come_in_pages(grouped: Api) -> None:
    asked = {"resiliencyGroupId": GROUP, "maxResults": 1}

    first = grouped("ListResiliencyGroupAssociations", **asked)
    second = grouped("ListResiliencyGroupAssociations", **asked, nextToken=first["nextToken"])

    assert len(first["items"]) == len(second["items"]) == 1
    assert "nextToken" not in second


@pytest.mark.parametrize(
    "group",
    [{"resiliencyGroupName": "no id"}, {"resiliencyGroupId": GROUP, "model": "high"}, "a text"],
)
def test_a_group_that_can_not_be_is_refused(group: object) -> None:
    with pytest.raises(ValueError):
        World.model_validate({"resiliencyGroups": [group]})
