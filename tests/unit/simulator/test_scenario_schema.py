"""The JSON Schema of scenario files takes what ships, and refuses what is wrong in itself."""

from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from simulator import scenario_format, scenario_schema
from simulator.directconnect.shapes import Fields
from simulator.directconnect.world import World
from simulator.scenarios.files import read
from simulator.scenarios.model import SCENARIOS, find, named
from simulator.synthesis import ROOT
from tests.sampling import sampled

VALIDATOR = Draft202012Validator(scenario_schema.schema())
GOOD = "bgp-never-comes-up"
VIF = "world.virtualInterfaces.0"


def changed(place: str, value: object) -> Any:
    """Return a scenario that ships, with something else at a place; None takes it away."""
    content = deepcopy(read(named(GOOD)))
    way: list[Any] = [int(each) if each.isdecimal() else each for each in place.split(".")]
    last = way.pop()
    part: Any = content
    for each in way:
        part = part[each] if isinstance(part, list) else part.setdefault(each, {})
    if value is None:
        del part[last]
    else:
        part[last] = value
    return content


def test_the_schema_is_up_to_date_and_one() -> None:
    Draft202012Validator.check_schema(scenario_schema.schema())
    written = (ROOT / "docs" / "scenario.schema.json").read_text("utf-8")

    assert written == scenario_schema.page(), "make docs writes it"


def test_the_fields_on_the_page_are_up_to_date() -> None:
    assert scenario_format.PAGE.read_text("utf-8") == scenario_format.page(), (
        "make docs writes them"
    )


@pytest.mark.parametrize("file", sampled(find([SCENARIOS])), ids=lambda file: file.stem)
def test_what_ships_is_taken(file: Path) -> None:
    assert list(VALIDATOR.iter_errors(read(file))) == []


def test_each_list_of_records_of_a_world_has_its_structure() -> None:
    lists = {
        field.alias
        for field in World.model_fields.values()
        if str(Fields) in str(field.annotation) or "dict[str, JsonValue]" in str(field.annotation)
    }

    assert lists == set(scenario_schema.RECORDS)


@pytest.mark.parametrize(
    ("place", "value"),
    [
        ("because", None),
        ("expect", None),
        (f"{VIF}.traffic", "none"),
        (f"{VIF}.traffic", {"egressBps": [1, 2.5]}),
        (f"{VIF}.routes.accepted", [{"cidr": "10.0.0.0/24", "count": 3, "asPath": [65001]}]),
        (f"{VIF}.virtualInterfaceState", "hibernating"),
        ("world.healthEvents", "unavailable"),
        ("world.resiliencyGroups", [{"resiliencyGroupId": "rg-1", "connections": ["dxcon-a"]}]),
        ("changes", [{"at": 3, "connectionId": "dxcon-source01", "set": {"bandwidth": "1Gbps"}}]),
        ("changes", [{"at": 3, "virtualInterfaceId": "dxvif-a", "set": {"bgpStatus": "down"}}]),
        ("knobs.throttle", {"rate": 0.5, "burst": 3}),
        ("trigger", {"kind": "schedule", "window": "first-sunday"}),
        ("trigger.request", ["what people send"]),
    ],
)
def test_what_is_right_is_taken(place: str, value: object) -> None:
    assert list(VALIDATOR.iter_errors(changed(place, value))) == []


@pytest.mark.parametrize(
    ("place", "value"),
    [
        ("name", None),
        ("name", 3),
        ("wrld", {}),
        ("shows", "one"),
        ("world.acount", "111122223333"),
        ("world.account", "1111"),
        ("world.connections.0.bandwith", "10Gbps"),
        ("world.connections.0.connectionId", None),
        ("world.connections", {}),
        ("world.lags.0.connections.0.bandwith", "10Gbps"),
        (f"{VIF}.vlan", "101"),
        (f"{VIF}.bgpPeers.0.adressFamily", "ipv4"),
        (f"{VIF}.routes.acepted", []),
        (f"{VIF}.traffic", "nothing"),
        (f"{VIF}.traffic", {"egresBps": 3}),
        ("world.healthEvents", "unavailible"),
        ("timelines.0.steps.0.after", -1),
        ("timelines.0.steps.0.bgpState", "up"),
        ("timelines.0.when.arrival", 0),
        ("faults", [{"operation": "X", "error": "ThrotlingException"}]),
        ("changes", [{"at": 3, "connectionId": "dxcon-a", "set": {"bandwith": "1Gbps"}}]),
        ("knobs.availableAfterSecond", 3),
        ("knobs.throttle", {"rate": 0, "burst": 3}),
        ("interruptions", [{"at": 3, "kind": "stopp"}]),
        ("answers", [{"at": 3, "kind": "aproved"}]),
        ("trigger.kind", "events"),
        ("trigger.plan", {}),
        ("trigger.request", None),
        ("expect.outcom", "succeeded"),
        ("expect.findings", [{"severity": "block"}]),
    ],
)
def test_what_is_wrong_is_refused(place: str, value: object) -> None:
    assert not VALIDATOR.is_valid(changed(place, value))
