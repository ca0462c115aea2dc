"""What is wrong in a scenario file: every mistake at once, with its line and what was meant."""

from pathlib import Path

import pytest
import yaml

from simulator.scenarios.consistency import inconsistencies, novelties
from simulator.scenarios.files import read as content_of
from simulator.scenarios.model import SCENARIOS, BadScenarioError, find, load
from simulator.scenarios.requested_ids import strangers

MANY = """\
name: many
summary: A dozen mistakes.
world:
  acount: "111122223333"
  connections:
    - {connectionId: dxcon-source01, bandwidth: 10Gpbs, connectionState: availible}
    - {connectionId: dxcon-target01, bandwith: 10Gbps}
  lags:
    - lagId: dxlag-aaaa0001
      connectionsBandwidth: 10Gbps
      numberOfConnections: 2
      connections: [{connectionId: dxcon-member01, bandwidth: 1Gbps}]
  virtualInterfaces:
    - virtualInterfaceId: dxvif-aaaa0001
      connectionId: dxcon-source02
      virtualInterfaceType: transitt
      vlan: many
timelines:
  - when: {connectionId: dxcon-target02}
    steps: [{bgpStatus: upp}]
trigger:
  kind: events
  request: {}
"""

TOLD = [
    "4: world.acount: unknown key: did you mean account?",
    "6: world.connections.0.bandwidth: '10Gpbs' is no bandwidth, such as 10Gbps",
    "6: world.connections.0.connectionState: 'availible' is no connectionState that Direct "
    "Connect has: did you mean available?",
    "7: world.connections.1.bandwith: Direct Connect's Connection has no such field: "
    "did you mean bandwidth?",
    "11: world.lags.0.numberOfConnections: 2 are told, and 1 are listed",
    "12: world.lags.0.connections.0.bandwidth: dxcon-member01 has 1Gbps, and dxlag-aaaa0001 "
    "has 10Gbps",
    "15: world.virtualInterfaces.0.connectionId: dxcon-source02 is in no world of this file: "
    "did you mean dxcon-source01?",
    "16: world.virtualInterfaces.0.virtualInterfaceType: 'transitt' is no virtualInterfaceType "
    "that Direct Connect has: did you mean transit?",
    "17: world.virtualInterfaces.0.vlan: expected integer, got str",
    "19: timelines.0.when.connectionId: dxcon-target02 is in no world of this file: "
    "did you mean dxcon-target01?",
    "20: timelines.0.steps.0.bgpStatus: 'upp' is no bgpStatus that Direct Connect has: "
    "did you mean up?",
    "22: trigger.kind: Input should be 'event', 'execution' or 'schedule': did you mean event?",
]

A = {"connectionId": "dxcon-aaaa0001", "bandwidth": "10Gbps"}
B = {"connectionId": "dxcon-bbbb0001", "bandwidth": "10Gbps"}
LAG = {"lagId": "dxlag-aaaa0001", "connectionsBandwidth": "10Gbps", "connections": [A]}


def told(**content: object) -> list[str]:
    return [each.text() for each in inconsistencies(content)]


def test_every_mistake_is_told_with_its_line_and_what_was_meant(tmp_path: Path) -> None:
    path = tmp_path / "many.yaml"
    path.write_text(MANY, "utf-8")

    with pytest.raises(BadScenarioError) as raised:
        load(path)

    assert str(raised.value).splitlines() == [f"{path}:{line}" for line in TOLD]


def test_nothing_is_wrong_with_what_ships() -> None:
    assert [each for file in find([SCENARIOS]) for each in inconsistencies(content_of(file))] == []


@pytest.mark.parametrize("content", [None, [], "text", {}, {"world": 3}, {"world": {"lags": 3}}])
def test_what_has_no_structure_is_left_to_the_model(content: object) -> None:
    assert list(inconsistencies(content)) == novelties(content) == []


def test_a_value_like_none_of_those_of_today_may_be_one_of_tomorrow() -> None:
    steps = [{"steps": [{"bgpStatus": "negotiating"}]}]

    assert told(timelines=steps) == []
    assert [each.place for each in novelties({"timelines": steps})] == [
        ("timelines", 0, "steps", 0, "bgpStatus")
    ]


@pytest.mark.parametrize("state", ["up", "down", "unknown"])
def test_a_value_of_today_is_nothing_new(state: str) -> None:
    assert novelties({"timelines": [{"steps": [{"bgpStatus": state}]}]}) == []


def test_a_port_of_another_world_is_somewhere() -> None:
    vif = {"virtualInterfaceId": "dxvif-aaaa0001", "connectionId": "dxcon-bbbb0001"}
    world = {"connections": [A], "virtualInterfaces": [vif]}

    assert told(world=world, otherWorlds=[{"account": "444455556666", "connections": [B]}]) == []
    assert told(world=world) != []


@pytest.mark.parametrize(
    ("world", "said"),
    [
        ({"lags": [LAG]}, None),
        ({"lags": [LAG], "connections": [B]}, None),
        ({"lags": [{**LAG, "numberOfConnections": 1}]}, None),
        ({"lags": [{**LAG, "numberOfConnections": 3}]}, "3 are told, and 1 are listed"),
        ({"lags": [{**LAG, "connections": [], "numberOfConnections": 3}]}, None),
        ({"lags": [{**LAG, "connectionsBandwidth": "100Gbps"}]}, "has 10Gbps"),
        ({"lags": [{**LAG, "location": "EqFA5"}]}, None),
        ({"lags": [LAG, {**LAG, "lagId": "dxlag-bbbb0001"}]}, "member of dxlag-aaaa0001 as well"),
        ({"lags": [LAG], "connections": [A]}, "told already, as a member"),
        ({"lags": [LAG], "connections": [{**B, "lagId": "dxlag-aaaa0002"}]}, "dxlag-aaaa0001?"),
        ({"lags": [LAG], "connections": [{**B, "lagId": "dxlag-aaaa0001"}]}, "does not list"),
    ],
)
def test_the_members_of_a_lag_add_up(world: dict[str, object], said: str | None) -> None:
    found = told(world=world)

    assert [said for said in found if said] == [] if said is None else said in " ".join(found)


def test_what_is_expected_is_expected_of_what_is_there() -> None:
    vif = {"virtualInterfaceId": "dxvif-aaaa0001", "connectionId": "dxcon-aaaa0001"}
    world = {"connections": [A], "virtualInterfaces": [vif]}

    assert told(world=world, expect={"connectionId": {"dxvif-aaaa0001": "dxcon-aaaa0001"}}) == []
    assert told(world=world, expect={"connectionId": {"dxvif-aaaa0002": "dxcon-cccc0001"}}) == [
        "expect.connectionId.dxvif-aaaa0002: dxvif-aaaa0002 is in no world of this file: "
        "did you mean dxvif-aaaa0001?",
        "expect.connectionId.dxvif-aaaa0002: dxcon-cccc0001 is in no world of this file: "
        "did you mean dxcon-aaaa0001?",
    ]


def test_a_file_may_expect_nothing(tmp_path: Path) -> None:
    path = tmp_path / "own.yaml"
    content = dict(content_of(find([SCENARIOS])[0]))
    del content["expect"]
    path.write_text(yaml.safe_dump(content), "utf-8")

    assert load(path).expect.outcome is None


SMALL = """\
name: small
summary: Two virtual interfaces on a LAG.
world:
  connections:
    - {connectionId: dxcon-source01}
  lags:
    - lagId: dxlag-target01
      connections: [{connectionId: dxcon-member01}, {connectionId: dxcon-member02}]
  virtualInterfaces:
    - {virtualInterfaceId: dxvif-aaaa0001, connectionId: dxlag-target01, vlan: 101}
    - {virtualInterfaceId: dxvif-bbbb0001, connectionId: dxlag-target01, vlan: 102}
trigger:
  kind: execution
  request: {virtualInterfaceId: dxvif-aaaa0001, connectionId: dxcon-source01}
"""


def refusal(tmp_path: Path, old: str, new: str) -> str:
    """Return what is wrong in a small file with one thing changed in it."""
    assert old in SMALL
    path = tmp_path / "small.yaml"
    path.write_text(SMALL.replace(old, new), "utf-8")
    with pytest.raises(BadScenarioError) as refused:
        load(path)
    return str(refused.value).replace(f"{path}:", "")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "vlan: 102",
            "vlan: 101",
            "11: world.virtualInterfaces.1.vlan: dxvif-aaaa0001 has VLAN 101 on dxlag-target01 "
            "already",
        ),
        (
            "    - lagId: dxlag-target01\n",
            "    - lagId: dxlag-target01\n      numberOfConnections: 3\n",
            "8: world.lags.0.numberOfConnections: 3 are told, and 2 are listed",
        ),
        (
            "{connectionId: dxcon-source01}",
            "{connectionId: con-1}",
            "5: world.connections.0.connectionId: 'con-1' is no connection ID: dxcon- and 8 to 21 "
            "characters, letters or digits",
        ),
        (
            "trigger:\n  kind: execution\n  request: "
            "{virtualInterfaceId: dxvif-aaaa0001, connectionId: dxcon-source01}\n",
            "",
            "1: trigger: is required; for a network alone, write "
            "`trigger: {kind: execution, request: {}}`",
        ),
    ],
)
def test_a_slip_is_told_with_its_line(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert refusal(tmp_path, old, new) == said


def test_members_that_are_no_mappings_are_told_as_such_alone(tmp_path: Path) -> None:
    old = "[{connectionId: dxcon-member01}, {connectionId: dxcon-member02}]"
    said = refusal(tmp_path, old, "[dxcon-member01, dxcon-member02]")
    assert "as well" not in said
    assert "8: world.lags.0.connections" in said


def test_a_vlan_is_free_on_another_port_and_where_it_is_deleted() -> None:
    content = yaml.safe_load(SMALL)
    first, second = content["world"]["virtualInterfaces"]
    assert not [*inconsistencies(content)]
    second["vlan"] = first["vlan"]
    assert len([*inconsistencies(content)]) == 1
    second["virtualInterfaceState"] = "deleted"
    assert not [*inconsistencies(content)]
    second["virtualInterfaceState"], second["connectionId"] = "available", "dxcon-source01"
    assert not [*inconsistencies(content)]


def test_what_is_asked_for_and_nowhere_is_noted_unless_an_outcome_is_expected() -> None:
    content = yaml.safe_load(SMALL)
    assert strangers(content) == []
    content["trigger"]["request"]["connectionId"] = "dxcon-source02"
    assert [each.text() for each in strangers(content)] == [
        "trigger.request.connectionId: dxcon-source02 is in no world of this file: "
        "did you mean dxcon-source01?"
    ]
    content["expect"] = {"outcome": "rejected"}
    assert strangers(content) == []
    evacuate = {"from": "dxcon-source01", "to": "dxlag-target02"}
    plan = {
        **content,
        "expect": {},
        "trigger": {"kind": "execution", "plan": {"evacuate": evacuate}},
    }
    assert [each.place for each in strangers(plan)] == [("trigger", "plan", "evacuate", "to")]
