"""A scenario of several accounts and Regions, on its stage."""

from collections.abc import Iterator
from typing import Any

import pytest
from moto import mock_aws
from pydantic import ValidationError

from simulator.directconnect.models import SimulatedDirectConnect
from simulator.runs.staging import install, networks, stage
from simulator.scenarios.model import Scenario

HERE = {
    "connections": [{"connectionId": "dxcon-here0001"}, {"connectionId": "dxcon-here0002"}],
    "virtualInterfaces": [
        {"virtualInterfaceId": "dxvif-aaaa0001", "connectionId": "dxcon-here0001"}
    ],
}
THERE = {
    "account": "444455556666",
    "region": "us-east-1",
    "lags": [{"lagId": "dxlag-there001", "connections": [{"connectionId": "dxcon-member01"}]}],
    "virtualInterfaces": [
        {"virtualInterfaceId": "dxvif-bbbb0001", "connectionId": "dxlag-there001"}
    ],
}


def a_scenario(*others: dict[str, Any], **fields: Any) -> Scenario:
    return Scenario.model_validate(
        {
            "name": "two-worlds",
            "summary": "Two accounts.",
            "world": HERE,
            "otherWorlds": list(others),
            "trigger": {"request": {}},
            "expect": {"outcome": "rejected"},
            **fields,
        }
    )


def described(network: SimulatedDirectConnect, kind: str) -> Any:
    """Return what Describe lists of a kind."""
    return network.call(f"Describe{kind}", {})[kind[:1].lower() + kind[1:]]


@pytest.fixture(autouse=True)
def mocked() -> Iterator[None]:
    install()
    with mock_aws():
        yield


def test_each_world_is_loaded_where_it_is() -> None:
    scenario = a_scenario(THERE)
    own = stage(scenario)

    here, there = networks(scenario)
    assert own is here
    assert here.connection_of("dxvif-aaaa0001") == "dxcon-here0001"
    assert here.connection_of("dxvif-bbbb0001") is None
    assert there.connection_of("dxvif-bbbb0001") == "dxlag-there001"
    assert (there.account_id, there.region_name) == ("444455556666", "us-east-1")


def test_a_change_is_made_in_the_world_that_has_its_subject() -> None:
    changes = [
        {"at": 0, "virtualInterfaceId": "dxvif-bbbb0001", "delete": True},
        {"at": 0, "connectionId": "dxcon-here0002", "set": {"connectionState": "down"}},
        {"at": 0, "connectionId": "dxcon-member01", "set": {"connectionState": "down"}},
    ]
    scenario = a_scenario(THERE, changes=changes)
    stage(scenario)

    here, there = networks(scenario)
    [vif] = described(there, "VirtualInterfaces")
    assert vif["virtualInterfaceState"] == "deleting"
    states = [
        {
            each["connectionId"]: each["connectionState"]
            for each in described(network, "Connections")
        }
        for network in (here, there)
    ]
    assert states == [
        {"dxcon-here0001": "available", "dxcon-here0002": "down"},
        {"dxcon-member01": "down"},
    ]


def test_a_change_of_what_nobody_has_is_refused() -> None:
    change = {"at": 0, "virtualInterfaceId": "dxvif-cccc0001", "delete": True}
    with pytest.raises(ValueError, match="dxvif-cccc0001"):
        stage(a_scenario(THERE, changes=[change]))


@pytest.mark.parametrize(
    ("other", "named"),
    [
        ({}, "111122223333 in eu-central-1"),
        ({"region": "us-east-1", "connections": HERE["connections"]}, "dxcon-here0001"),
        ({**THERE, "virtualInterfaces": HERE["virtualInterfaces"]}, "dxvif-aaaa0001"),
    ],
)
def test_places_and_ids_are_of_one_world(other: dict[str, Any], named: str) -> None:
    with pytest.raises(ValidationError, match=f"{named} is in more than one world"):
        a_scenario(other)
