"""Creating and deleting, MACsec keys and tags."""

import re
from collections.abc import Callable

import boto3
import pytest
from botocore.exceptions import ClientError

from simulator.directconnect import Knobs
from simulator.directconnect.models import SimulatedDirectConnect
from tests.unit.simulator.directconnect.support import (
    ACCOUNT,
    LAG,
    MEMBER,
    REGION,
    SOURCE,
    TARGET,
    VIF,
    Api,
    FakeClock,
    Json,
    world,
)

NEW: Json = {
    "virtualInterfaceName": "new",
    "vlan": 500,
    "asn": 65010,
    "amazonAddress": "169.254.50.1/30",
    "customerAddress": "169.254.50.2/30",
}


def arn(id_: str) -> str:
    return f"arn:aws:directconnect:{REGION}:{ACCOUNT}:{id_.partition('-')[0]}/{id_}"


def create(api: Api, kind: str, **fields: object) -> Json:
    answer = api(
        f"Create{kind}VirtualInterface",
        connectionId=SOURCE,
        **{f"new{kind}VirtualInterface": NEW | fields},
    )
    return dict(answer.get("virtualInterface", answer))


@pytest.mark.parametrize(
    ("kind", "state"), [("Private", "pending"), ("Public", "verifying"), ("Transit", "pending")]
)
def test_a_created_virtual_interface_comes_up(
    dx: SimulatedDirectConnect, api: Api, clock: FakeClock, kind: str, state: str
) -> None:
    new = create(api, kind)
    id_ = new["virtualInterfaceId"]
    assert re.fullmatch(r"dxvif-[a-z0-9]{8,17}", id_)
    assert (new["virtualInterfaceType"], new["virtualInterfaceState"]) == (kind.lower(), state)
    assert (new["connectionId"], new["vlan"], new["location"]) == (SOURCE, 500, "EqFA5")
    assert new["bgpPeers"][0]["customerAddress"] == "169.254.50.2/30"
    clock.tick(40)
    assert api.vif(id_)["virtualInterfaceState"] == "available"
    assert [t.cause for t in dx.history[1:]] == [f"Create{kind}VirtualInterface", "timeline"]


def test_site_link_is_named_differently_on_the_way_in(api: Api) -> None:
    assert create(api, "Transit", enableSiteLink=True)["siteLinkEnabled"] is True


def test_a_refused_virtual_interface_is_not_created(
    dx: SimulatedDirectConnect, api: Api, refused: Callable[..., str]
) -> None:
    taken = NEW | {"vlan": 101}
    message = refused(
        "CreatePrivateVirtualInterface", connectionId=SOURCE, newPrivateVirtualInterface=taken
    )
    assert message == f"VLAN 101 is already in use on {SOURCE}"
    assert len(api("DescribeVirtualInterfaces")["virtualInterfaces"]) == 1
    assert len(dx.history) == 1


def test_a_created_one_is_numbered_after_all_that_are_there(api: Api) -> None:
    id_ = create(api, "Private")["virtualInterfaceId"]
    seen = api("DescribeVirtualInterfaces")["virtualInterfaces"]
    assert [one["virtualInterfaceId"] for one in seen] == [VIF, id_]


def test_a_deleted_virtual_interface_is_described_a_while_longer(
    dx: SimulatedDirectConnect, api: Api, clock: FakeClock
) -> None:
    answer = api("DeleteVirtualInterface", virtualInterfaceId=VIF)
    assert answer == {"virtualInterfaceState": "deleting"}
    assert {peer["bgpPeerState"] for peer in api.vif()["bgpPeers"]} == {"deleting"}
    assert dx.connection_of(VIF) == SOURCE
    clock.tick(10)
    assert api.vif()["virtualInterfaceState"] == "deleted"
    assert dx.connection_of(VIF) is None
    clock.tick(899)
    assert api.vif()["virtualInterfaceState"] == "deleted"
    clock.tick(1)
    assert api("DescribeVirtualInterfaces", virtualInterfaceId=VIF) == {"virtualInterfaces": []}


def test_a_deletion_ends_what_a_move_had_begun(
    dx: SimulatedDirectConnect, api: Api, clock: FakeClock
) -> None:
    dx.load(world(), knobs=Knobs(delete_seconds=100))
    api.associate(LAG)
    clock.tick(30)
    api("DeleteVirtualInterface", virtualInterfaceId=VIF)
    clock.tick(30)
    assert api.vif()["virtualInterfaceState"] == "deleting"


def test_it_cannot_be_deleted_twice(api: Api, refused: Callable[..., str]) -> None:
    api("DeleteVirtualInterface", virtualInterfaceId=VIF)
    assert VIF in refused("DeleteVirtualInterface", virtualInterfaceId=VIF)


def test_created_ports_have_ids_like_aws_s_and_take_virtual_interfaces(api: Api) -> None:
    connection = api("CreateConnection", location="EqFA5", bandwidth="1Gbps", connectionName="new")
    lag = api(
        "CreateLag",
        numberOfConnections=2,
        location="EqFA5",
        connectionsBandwidth="10Gbps",
        lagName="new",
        requestMACSec=True,
        childConnectionTags=[{"key": "a", "value": "b"}],
    )
    assert re.fullmatch(r"dxcon-[a-z0-9]{8}", connection["connectionId"])
    assert re.fullmatch(r"dxlag-[a-z0-9]{8}", lag["lagId"])
    assert [member["lagId"] for member in lag["connections"]] == [lag["lagId"]] * 2
    assert lag["connections"][0]["tags"] == [{"key": "a", "value": "b"}]
    assert connection["prefixPoolSizeIpv4"] == 5000
    for port in (connection["connectionId"], lag["lagId"]):
        assert api.associate(port)["connectionId"] == port


def test_a_lag_can_be_made_of_a_connection(api: Api) -> None:
    lag = api(
        "CreateLag",
        numberOfConnections=1,
        location="EqDC2",
        connectionsBandwidth="10Gbps",
        lagName="new",
        connectionId=TARGET,
    )
    assert [member["connectionId"] for member in lag["connections"]] == [TARGET]
    (seen,) = api("DescribeConnections", connectionId=TARGET)["connections"]
    assert seen["lagId"] == lag["lagId"]


def test_a_created_gateway_is_described(api: Api) -> None:
    created = api("CreateDirectConnectGateway", directConnectGatewayName="g", amazonSideAsn=65500)
    found = api("DescribeDirectConnectGateways")["directConnectGateways"]
    assert found == [created["directConnectGateway"]]


def test_a_connection_is_deleted_once_it_is_empty(api: Api, refused: Callable[..., str]) -> None:
    assert "has virtual interfaces" in refused("DeleteConnection", connectionId=SOURCE)
    api.associate(LAG)
    assert api("DeleteConnection", connectionId=SOURCE)["connectionState"] == "deleted"
    assert SOURCE in refused("DeleteConnection", connectionId=SOURCE)
    assert f"{SOURCE} is deleted" in refused(
        "AssociateVirtualInterface", virtualInterfaceId=VIF, connectionId=SOURCE
    )


def test_a_connection_is_renamed(api: Api) -> None:
    api(
        "UpdateConnection",
        connectionId=SOURCE,
        connectionName="renamed",
        encryptionMode="must_encrypt",
    )
    (seen,) = api("DescribeConnections", connectionId=SOURCE)["connections"]
    assert (seen["connectionName"], seen["encryptionMode"]) == ("renamed", "must_encrypt")


@pytest.mark.parametrize("port", [SOURCE, LAG])
def test_mac_sec_keys_come_and_go(
    api: Api, refused: Callable[..., str], port: str, clock: FakeClock
) -> None:
    (key,) = api("AssociateMacSecKey", connectionId=port, ckn="c", cak="k")["macSecKeys"]
    assert (key["state"], key["ckn"]) == ("associated", "c")
    carrier = MEMBER if port == LAG else SOURCE
    (seen,) = api("DescribeConnections", connectionId=carrier)["connections"]
    assert seen["macSecKeys"] == [key]
    gone = api("DisassociateMacSecKey", connectionId=port, secretARN=key["secretARN"])
    assert [one["state"] for one in gone["macSecKeys"]] == ["disassociated"]
    assert "is not associated" in refused(
        "DisassociateMacSecKey", connectionId=port, secretARN=key["secretARN"]
    )


@pytest.mark.parametrize("id_", [SOURCE, LAG, VIF])
def test_tags_come_and_go(api: Api, id_: str) -> None:
    def tags() -> list[Json]:
        (resource,) = api("DescribeTags", resourceArns=[arn(id_)])["resourceTags"]
        assert resource["resourceArn"] == arn(id_)
        return list(resource["tags"])

    assert tags() == []
    api("TagResource", resourceArn=arn(id_), tags=[{"key": "a", "value": "1"}, {"key": "b"}])
    api("TagResource", resourceArn=arn(id_), tags=[{"key": "a", "value": "2"}])
    assert tags() == [{"key": "a", "value": "2"}, {"key": "b"}]
    api("UntagResource", resourceArn=arn(id_), tagKeys=["a"])
    assert tags() == [{"key": "b"}]


def test_tags_are_shown_with_what_they_are_on(api: Api) -> None:
    api("TagResource", resourceArn=arn(VIF), tags=[{"key": "a", "value": "1"}])
    assert api.vif()["tags"] == [{"key": "a", "value": "1"}]


def test_the_resource_groups_tagging_api_sees_and_sets_tags(api: Api) -> None:
    groups = boto3.client("resourcegroupstaggingapi", region_name=REGION)
    groups.tag_resources(ResourceARNList=[arn(VIF)], Tags={"a": "1"})
    found = groups.get_resources(TagFilters=[{"Key": "a"}])["ResourceTagMappingList"]
    assert [one["ResourceARN"] for one in found] == [arn(VIF)]
    groups.untag_resources(ResourceARNList=[arn(VIF)], TagKeys=["a"])
    assert api.vif()["tags"] == []


@pytest.mark.parametrize(
    ("tags", "code"),
    [
        ([{"key": "a"}, {"key": "a"}], "DuplicateTagKeysException"),
        ([{"key": f"k{index}"} for index in range(51)], "TooManyTagsException"),
    ],
)
def test_too_many_tags_are_refused(api: Api, tags: list[Json], code: str) -> None:
    with pytest.raises(ClientError) as caught:
        api("TagResource", resourceArn=arn(VIF), tags=tags)
    assert caught.value.response["Error"]["Code"] == code
