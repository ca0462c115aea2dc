"""The operations that read, each checked against botocore's service model as it answers."""

import re
from collections.abc import Callable

import pytest

from simulator.directconnect.models import SimulatedDirectConnect
from simulator.directconnect.network.state import SimulatedVirtualInterface
from simulator.directconnect.network.views import virtual_interface_view
from simulator.directconnect.operations import describe as describing
from tests.unit.simulator.directconnect.support import (
    ACCOUNT,
    LAG,
    MEMBER,
    REGION,
    SOURCE,
    TARGET,
    VIF,
    Api,
    Json,
    vif,
    world,
)

READS: dict[str, Json] = {
    "DescribeConnections": {},
    "DescribeDirectConnectGatewayAttachments": {},
    "DescribeDirectConnectGateways": {},
    "DescribeHostedConnections": {"connectionId": LAG},
    "DescribeLags": {},
    "DescribeLocations": {},
    "DescribeTags": {"resourceArns": [f"arn:aws:directconnect:{REGION}:{ACCOUNT}:dxvif/{VIF}"]},
    "DescribeVirtualGateways": {},
    "DescribeVirtualInterfaces": {},
    "ListVirtualInterfaceRoutes": {"virtualInterfaceId": VIF},
    "ListVirtualInterfaceTestHistory": {},
}


@pytest.mark.parametrize("operation", READS)
def test_every_read_answers_in_the_api_s_shape(
    dx: SimulatedDirectConnect, api: Api, operation: str
) -> None:
    dx.load(
        world(
            vif(directConnectGatewayId="gw-1", tags=[{"key": "a", "value": "b"}]),
            vif("dxvif-aaaa0002", virtualGatewayId="vgw-1"),
        )
    )
    api(operation, **READS[operation])
    assert len(api.answers) == 1
    (call,) = dx.calls
    assert (call.operation, call.error, call.took_effect) == (operation, None, True)
    assert call.parameters == READS[operation]


def test_connections_include_the_members_of_lags(api: Api) -> None:
    connections = api("DescribeConnections")["connections"]
    assert [one["connectionId"] for one in connections] == [SOURCE, TARGET, MEMBER]
    assert [one.get("lagId") for one in connections] == [None, None, LAG]


def test_a_lag_has_its_connections_in_it(api: Api) -> None:
    (lag,) = api("DescribeLags", lagId=LAG)["lags"]
    (member,) = lag["connections"]
    assert (member["connectionId"], member["lagId"]) == (MEMBER, LAG)
    assert member["bandwidth"] == lag["connectionsBandwidth"] == "100Gbps"
    assert lag["numberOfConnections"] == 1


def test_a_connection_of_the_world_may_name_its_lag(dx: SimulatedDirectConnect, api: Api) -> None:
    dx.load(world(target={"lagId": LAG}))
    (lag,) = api("DescribeLags")["lags"]
    assert [one["connectionId"] for one in lag["connections"]] == [TARGET, MEMBER]
    assert lag["numberOfConnections"] == 2


@pytest.mark.parametrize(
    ("operation", "parameters", "message"),
    [
        (
            "DescribeConnections",
            {"connectionId": "dxcon-unknown1"},
            "Could not find Connection with ID dxcon-unknown1",
        ),
        ("DescribeConnections", {"connectionId": LAG}, f"Could not find Connection with ID {LAG}"),
        ("DescribeLags", {"lagId": "dxlag-unknown1"}, "Could not find Lag with ID dxlag-unknown1"),
        ("DescribeHostedConnections", {"connectionId": "dxlag-unknown1"}, "Could not find Lag"),
        ("ListVirtualInterfaceRoutes", {"virtualInterfaceId": "dxvif-unknown1"}, "dxvif-unknown1"),
        ("DescribeTags", {"resourceArns": ["arn:aws:directconnect:x:y:dxvif/no"]}, "dxvif/no"),
    ],
)
def test_what_is_not_there_is_an_error(
    refused: Callable[..., str], operation: str, parameters: Json, message: str
) -> None:
    assert message in refused(operation, **parameters)


@pytest.mark.parametrize(
    "parameters", [{"virtualInterfaceId": "dxvif-unknown1"}, {"connectionId": TARGET}]
)
def test_an_unknown_virtual_interface_is_an_empty_list(api: Api, parameters: Json) -> None:
    assert api("DescribeVirtualInterfaces", **parameters) == {"virtualInterfaces": []}


def test_virtual_interfaces_are_found_by_port_and_id_together(api: Api) -> None:
    def found(**parameters: str) -> int:
        return len(api("DescribeVirtualInterfaces", **parameters)["virtualInterfaces"])

    assert found(connectionId=SOURCE) == 1
    assert found(connectionId=SOURCE, virtualInterfaceId=VIF) == 1
    assert found(connectionId=TARGET, virtualInterfaceId=VIF) == 0


def test_gateways_that_are_only_referred_to_exist(dx: SimulatedDirectConnect, api: Api) -> None:
    dx.load(
        world(
            vif(virtualInterfaceType="transit", directConnectGatewayId="gw-1"),
            vif("dxvif-aaaa0002", virtualGatewayId="vgw-1"),
        )
    )
    (gateway,) = api("DescribeDirectConnectGateways")["directConnectGateways"]
    assert gateway["directConnectGatewayId"] == "gw-1"
    assert gateway["directConnectGatewayState"] == "available"
    (virtual,) = api("DescribeVirtualGateways")["virtualGateways"]
    assert virtual == {"virtualGatewayId": "vgw-1", "virtualGatewayState": "available"}
    (attachment,) = api("DescribeDirectConnectGatewayAttachments", virtualInterfaceId=VIF)[
        "directConnectGatewayAttachments"
    ]
    assert attachment["attachmentType"] == "TransitVirtualInterface"
    assert attachment["attachmentState"] == "attached"
    other = api("DescribeDirectConnectGatewayAttachments", directConnectGatewayId="gw-2")
    assert other == {"directConnectGatewayAttachments": []}


def test_the_world_may_say_what_gateways_and_attachments_are_like(
    dx: SimulatedDirectConnect, api: Api
) -> None:
    told = world(vif(directConnectGatewayId="gw-1")).model_copy(
        update={
            "direct_connect_gateways": (
                {"directConnectGatewayId": "gw-1", "directConnectGatewayState": "deleting"},
            ),
            "direct_connect_gateway_attachments": (
                {
                    "directConnectGatewayId": "gw-1",
                    "virtualInterfaceId": VIF,
                    "attachmentState": "detached",
                    "stateChangeError": "no more",
                },
            ),
            "virtual_gateways": ({"virtualGatewayId": "vgw-9", "virtualGatewayState": "deleted"},),
            "locations": ({"locationCode": "EqFA5", "locationName": "Equinix FR5"},),
        }
    )
    dx.load(told)
    (gateway,) = api("DescribeDirectConnectGateways", directConnectGatewayId="gw-1")[
        "directConnectGateways"
    ]
    assert gateway["directConnectGatewayState"] == "deleting"
    (attachment,) = api("DescribeDirectConnectGatewayAttachments")[
        "directConnectGatewayAttachments"
    ]
    assert (attachment["attachmentState"], attachment["stateChangeError"]) == (
        "detached",
        "no more",
    )
    assert api("DescribeVirtualGateways")["virtualGateways"][0]["virtualGatewayState"] == "deleted"
    names = {
        one["locationCode"]: one["locationName"] for one in api("DescribeLocations")["locations"]
    }
    assert names == {"EqFA5": "Equinix FR5", "EqDC2": "EqDC2"}


PAGED = {
    "DescribeConnections": ("connections", "connectionId"),
    "DescribeLags": ("lags", "lagId"),
    "DescribeVirtualInterfaces": ("virtualInterfaces", "virtualInterfaceId"),
    "DescribeDirectConnectGateways": ("directConnectGateways", "directConnectGatewayId"),
    "DescribeDirectConnectGatewayAttachments": (
        "directConnectGatewayAttachments",
        "virtualInterfaceId",
    ),
}


def crowded(count: int) -> Json:
    """As many connections, LAGs, virtual interfaces and gateways."""
    return {
        "connections": [{"connectionId": f"dxcon-many{index:04}"} for index in range(count)],
        "lags": [{"lagId": f"dxlag-many{index:04}"} for index in range(count)],
        "virtualInterfaces": [
            {
                "virtualInterfaceId": f"dxvif-many{index:04}",
                "connectionId": "dxcon-many0000",
                "directConnectGatewayId": f"gw-{index}",
            }
            for index in range(count)
        ],
    }


def pages(api: Api, operation: str, **parameters: object) -> list[list[str]]:
    name, key = PAGED[operation]
    found: list[list[str]] = []
    token: Json = {}
    while True:
        answer = api(operation, **parameters, **token)
        found.append([one[key] for one in answer[name]])
        if "nextToken" not in answer:
            return found
        token = {"nextToken": answer["nextToken"]}


@pytest.mark.parametrize("operation", PAGED)
@pytest.mark.parametrize(("size", "lengths"), [(None, [100, 100, 50]), (100, [100, 100, 50])])
def test_two_hundred_and_fifty_come_in_three_pages(
    dx: SimulatedDirectConnect, api: Api, operation: str, size: int | None, lengths: list[int]
) -> None:
    dx.load(world().model_validate({"region": REGION, "account": ACCOUNT, **crowded(250)}))
    cut = pages(api, operation, **({"maxResults": size} if size else {}))
    assert [len(page) for page in cut] == lengths
    assert len({id_ for page in cut for id_ in page}) == 250


def test_pages_by_connection_are_as_small_as_asked(dx: SimulatedDirectConnect, api: Api) -> None:
    dx.load(world().model_validate({"region": REGION, "account": ACCOUNT, **crowded(25)}))
    by_port = {"connectionId": "dxcon-many0000"}
    cut = pages(api, "DescribeVirtualInterfaces", maxResults=10, **by_port)
    assert [len(page) for page in cut] == [10, 10, 5]
    assert [id_ for page in cut for id_ in page] == sorted(id_ for page in cut for id_ in page)


def test_a_page_holds_at_most_a_hundred(dx: SimulatedDirectConnect, api: Api) -> None:
    dx.load(world().model_validate({"region": REGION, "account": ACCOUNT, **crowded(101)}))
    assert len(pages(api, "DescribeVirtualInterfaces", maxResults=500)[0]) == 100


def test_a_token_survives_what_happens_between_two_pages(
    dx: SimulatedDirectConnect, api: Api
) -> None:
    dx.load(world().model_validate({"region": REGION, "account": ACCOUNT, **crowded(20)}))
    by_port = {"connectionId": "dxcon-many0000", "maxResults": 10}
    first = api("DescribeVirtualInterfaces", **by_port)
    api.associate("dxcon-many0001", "dxvif-many0003")
    second = api("DescribeVirtualInterfaces", **by_port, nextToken=first["nextToken"])
    assert second["virtualInterfaces"][0]["virtualInterfaceId"] == "dxvif-many0010"


@pytest.mark.parametrize("token", ["nonsense", "RGVzY3JpYmVMYWdzOjU=", "é"])
def test_a_token_from_elsewhere_is_refused(refused: Callable[..., str], token: str) -> None:
    assert refused("DescribeVirtualInterfaces", nextToken=token) == "Invalid nextToken"


def test_no_page_is_empty_by_request(refused: Callable[..., str]) -> None:
    assert "maxResults" in refused("DescribeVirtualInterfaces", maxResults=0)


def test_five_thousand_are_listed_without_looking_at_all_of_them_each_time(
    dx: SimulatedDirectConnect, monkeypatch: pytest.MonkeyPatch
) -> None:
    dx.load(world().model_validate({"region": REGION, "account": ACCOUNT, **crowded(5_000)}))
    views = 0

    def counted(vif_: SimulatedVirtualInterface) -> Json:
        nonlocal views
        views += 1
        return dict(virtual_interface_view(vif_))

    monkeypatch.setattr(describing, "virtual_interface_view", counted)
    answer = dx.call("DescribeVirtualInterfaces", {"connectionId": "dxcon-many0000"})
    assert views == 100
    assert "nextToken" in answer


def test_a_body_that_is_no_record_of_the_api_is_refused(dx: SimulatedDirectConnect) -> None:
    with pytest.raises(Exception, match=re.escape("conectionId")):
        dx.call("DescribeConnections", {"conectionId": SOURCE})
    assert dx.calls[-1].error == "DirectConnectClientException"
