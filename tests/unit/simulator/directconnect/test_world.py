"""What a scenario may say, and how it is told what it may not."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from simulator.directconnect import ArrivalTimeline, Change, Fault, Knobs, World
from simulator.directconnect.models import SimulatedDirectConnect
from tests.unit.simulator.directconnect.support import (
    LAG,
    SOURCE,
    START,
    VIF,
    Api,
    Json,
    vif,
    world,
)

VALID: list[tuple[type[BaseModel], Json]] = [
    (World, {"region": "eu-central-1", "account": "111122223333", "connections": []}),
    (ArrivalTimeline, {"when": {"arrival": 1}, "steps": [{"after": 3, "routesPercent": 50}]}),
    (Fault, {"operation": "DescribeLags", "error": "ReadTimeout", "from": 1, "to": 2}),
    (Change, {"at": 1, "virtualInterfaceId": VIF, "set": {"vlan": 5, "bgpStatus": "down"}}),
    (
        Change,
        {
            "at": 1,
            "virtualInterfaceId": VIF,
            "startBgpFailoverTest": {"testDurationInMinutes": 5},
        },
    ),
    (Knobs, {"describeLagSeconds": 3, "throttle": {"rate": 1, "burst": 2}}),
]


@pytest.mark.parametrize(("model", "given_"), VALID)
def test_it_takes_the_scenario_file_s_own_names(model: type[BaseModel], given_: Json) -> None:
    read = model.model_validate(given_)
    assert model.model_validate(read.model_dump(mode="json", by_alias=True)) == read


@pytest.mark.parametrize(("model", "given_"), VALID)
def test_a_wrong_key_is_named(model: type[BaseModel], given_: Json) -> None:
    with pytest.raises(ValidationError, match="speeed"):
        model.model_validate(given_ | {"speeed": 1})


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"connections": [{"connectionId": SOURCE, "speed": "10G"}]}, "speed"),
        ({"connections": [{"connectionId": SOURCE, "vlan": "5"}]}, "vlan: expected integer"),
        ({"connections": [{"connectionId": SOURCE, "vlan": True}]}, "vlan: expected integer"),
        ({"connections": [{"connectionId": "dxcon-x"}]}, "dxcon-x"),
        ({"connections": [{"location": "EqFA5"}]}, "connectionId is required"),
        ({"connections": [{"connectionId": SOURCE}] * 2}, "twice"),
        ({"connections": ["dxcon-source01"]}, "expected a mapping"),
        ({"lags": [{"lagId": LAG, "connections": [{"connectionId": "x"}]}]}, "connectionId: 'x'"),
        ({"lags": [{"lagId": LAG, "connections": [{"state": "x"}]}]}, r"connections\[0\].state"),
        ({"virtualInterfaces": [vif(bgpPeers=[{"status": "up"}])]}, r"bgpPeers\[0\].status"),
        ({"virtualInterfaces": [vif(routes={"received": []})]}, "received"),
        ({"virtualInterfaces": [vif(routes={"accepted": ["10.0.0.0/99"]})]}, "10.0.0.0/99"),
        ({"virtualInterfaces": [vif(ownerAccount=111122223333)]}, "ownerAccount: expected string"),
        ({"virtualInterfaces": [{"virtualInterfaceId": VIF}]}, "connectionId is required"),
        ({"directConnectGateways": [{"directConnectGatewayName": "a"}]}, "directConnectGatewayId"),
        ({"account": "1111"}, "account"),
    ],
)
def test_a_wrong_world_is_told_what_is_wrong(wrong: Json, said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        World.model_validate({"region": "eu-central-1", "account": "111122223333", **wrong})


@pytest.mark.parametrize(
    ("model", "wrong", "said"),
    [
        (Fault, {"operation": "DescribeVifs", "error": "ReadTimeout"}, "DescribeVifs"),
        (Fault, {"operation": "DescribeLags", "error": "Thrott"}, "ThrottlingException"),
        (Fault, {"operation": "DescribeLags"}, "needs an error"),
        (Fault, {"operation": "DeleteLag", "returnsEmpty": True}, "lists nothing"),
        (
            Fault,
            {"operation": "DescribeLags", "returnsEmpty": True, "error": "ReadTimeout"},
            "goes with no error",
        ),
        (Fault, {"operation": "DescribeLags", "returnsEmpty": "maybe"}, "boolean"),
        (Change, {"at": 1, "set": {"vlan": 1}}, "names one of"),
        (Change, {"at": 1, "virtualInterfaceId": VIF}, "either sets something, deletes"),
        (Change, {"at": 1, "lagId": LAG, "startBgpFailoverTest": {}}, "for a virtualInterfaceId"),
        (Change, {"at": 1, "virtualInterfaceId": VIF, "set": {"vlaan": 1}}, "vlaan"),
        (Change, {"at": 1, "lagId": LAG, "set": {"connectionState": "down"}}, "connectionState"),
        (ArrivalTimeline, {"steps": [{"after": -1}]}, "after"),
        (ArrivalTimeline, {"steps": [{"bgpPeers": [{"bgpState": "up"}]}]}, "bgpState"),
        (Knobs, {"deleteSeconds": -1}, "deleteSeconds"),
    ],
)
def test_a_wrong_piece_is_told_what_is_wrong(
    model: type[BaseModel], wrong: Json, said: str
) -> None:
    with pytest.raises(ValidationError, match=said):
        model.model_validate(wrong)


def test_a_world_round_trips() -> None:
    whole = world(vif(tags=[{"key": "a", "value": "b"}]))
    assert World.model_validate(whole.model_dump(mode="json", by_alias=True)) == whole


def test_timestamps_may_be_written_as_yaml_reads_them(dx: SimulatedDirectConnect, api: Api) -> None:
    dx.load(world(source={"loaIssueTime": START}))
    (source,) = api("DescribeConnections", connectionId=SOURCE)["connections"]
    assert source["loaIssueTime"] == START


def test_unknown_enum_values_are_served_as_they_are(dx: SimulatedDirectConnect, api: Api) -> None:
    dx.load(world(vif(virtualInterfaceState="quarantined"), source={"connectionState": "odd"}))
    api.enums_checked = False
    assert api.vif()["virtualInterfaceState"] == "quarantined"
    (source,) = api("DescribeConnections", connectionId=SOURCE)["connections"]
    assert source["connectionState"] == "odd"


def test_the_least_that_can_be_said_makes_a_whole_virtual_interface(
    dx: SimulatedDirectConnect, api: Api
) -> None:
    dx.load(world({"virtualInterfaceId": VIF, "connectionId": SOURCE}))
    seen = api.vif()
    assert seen["virtualInterfaceState"] == "available"
    assert seen["authKey"]
    assert seen["authKey"] in seen["customerRouterConfig"]
    (peer,) = seen["bgpPeers"]
    assert (peer["bgpPeerState"], peer["bgpStatus"]) == ("available", "up")
    assert peer["customerAddress"] == seen["customerAddress"]
    assert peer["bgpPeerId"].startswith("dxpeer-")


@pytest.mark.parametrize(
    ("state", "peer"),
    [
        ("available", ("available", "up")),
        ("down", ("available", "down")),
        ("pending", ("pending", "down")),
        ("deleted", ("deleted", "down")),
    ],
)
def test_peers_fit_the_state_unless_said_otherwise(
    dx: SimulatedDirectConnect, api: Api, state: str, peer: tuple[str, str]
) -> None:
    dx.load(world(vif(virtualInterfaceState=state)))
    (seen,) = api.vif()["bgpPeers"]
    assert (seen["bgpPeerState"], seen["bgpStatus"]) == peer


def test_an_asn_that_does_not_fit_is_zero(dx: SimulatedDirectConnect, api: Api) -> None:
    dx.load(world(vif(asn=4_200_000_000)))
    seen = api.vif()
    assert (seen["asn"], seen["asnLong"]) == (0, 4_200_000_000)
    assert (seen["bgpPeers"][0]["asn"], seen["bgpPeers"][0]["asnLong"]) == (0, 4_200_000_000)


def test_a_world_belongs_to_its_account_and_region(dx: SimulatedDirectConnect) -> None:
    with pytest.raises(ValueError, match="eu-west-1"):
        dx.load(World(region="eu-west-1", account="111122223333"))


@pytest.mark.parametrize(
    "change",
    [
        {"virtualInterfaceId": "dxvif-unknown1", "delete": True},
        {"connectionId": "dxcon-unknown1", "delete": True},
        {"lagId": "dxlag-unknown1", "set": {"lagState": "down"}},
    ],
)
def test_a_change_to_nothing_is_refused_on_loading(
    dx: SimulatedDirectConnect, change: Json
) -> None:
    with pytest.raises(ValueError, match="unknown1"):
        dx.load(world(), changes=[Change.model_validate({"at": 1, **change})])


json_values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text("ab01:./-", max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text("ab01:./-", max_size=5), inner, max_size=3)
    ),
    max_leaves=5,
)


@given(
    st.dictionaries(
        st.sampled_from(["connectionId", "vlan", "bgpPeers", "routes", "tags", "mtu"]), json_values
    )
)
def test_nonsense_is_a_validation_error_and_never_a_crash(fields: Json) -> None:
    try:
        world({"virtualInterfaceId": VIF, **fields})
    except ValidationError as error:
        assert error.error_count() > 0
