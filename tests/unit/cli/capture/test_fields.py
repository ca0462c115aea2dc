"""What is kept of the API's records, as real answers have them."""

import json
from typing import Any, ClassVar

from cli.capture import fields
from cli.capture.history import NONE, traffic
from cli.capture.region import RegionReader
from simulator.directconnect.world import World
from vifshift.adapters import call_counter
from vifshift.domain.background import VifHistory

# As DescribeVirtualInterfaces answers, with what must never be kept.
VIF: dict[str, Any] = {
    "ownerAccount": "111122223333",
    "virtualInterfaceId": "dxvif-fg1hhgb4",
    "location": "EqFA5",
    "connectionId": "dxcon-ffabc123",
    "virtualInterfaceType": "private",
    "virtualInterfaceName": "Frankfurt 1",
    "vlan": 101,
    "asn": 0,
    "asnLong": 4_200_000_001,
    "amazonSideAsn": 64512,
    "authKey": "a-secret-that-must-not-leak",
    "amazonAddress": "169.254.1.1/30",
    "customerAddress": "169.254.1.2/30",
    "addressFamily": "ipv4",
    "virtualInterfaceState": "available",
    "customerRouterConfig": "<authKey>a-secret-that-must-not-leak</authKey>",
    "mtu": 8500,
    "jumboFrameCapable": True,
    "virtualGatewayId": "",
    "directConnectGatewayId": "5f294f92-bafb-4011-916d-9b0bdc4efe54",
    "routeFilterPrefixes": [],
    "bgpPeers": [
        {
            "bgpPeerId": "dxpeer-ffffffff",
            "asn": 0,
            "asnLong": 4_200_000_001,
            "authKey": "a-secret-that-must-not-leak",
            "addressFamily": "ipv6",
            "amazonAddress": "2001:db8::1/125",
            "customerAddress": "2001:db8::2/125",
            "bgpPeerState": "available",
            "bgpStatus": "up",
            "awsDeviceV2": "EqFA5-1abc",
        }
    ],
    "region": "eu-central-1",
    "awsDeviceV2": "EqFA5-1abc",
    "awsLogicalDeviceId": "EqFA5-1abc-2",
    "tags": [{"key": "wave", "value": "1"}],
    "siteLinkEnabled": False,
}


def test_a_virtual_interface_is_kept_without_its_keys() -> None:
    kept = fields.virtual_interface(VIF)
    assert "secret" not in json.dumps(kept)
    assert kept["asnLong"] == kept["bgpPeers"][0]["asnLong"] == 4_200_000_001
    assert "asn" not in kept
    assert kept["bgpPeers"][0]["customerAddress"] == "2001:db8::2/125"
    assert World.model_validate({"virtualInterfaces": [kept]}).virtual_interfaces


def test_what_is_missing_is_not_filled_in_later() -> None:
    kept = fields.virtual_interface(
        {"virtualInterfaceId": "dxvif-fg1hhgb4", "connectionId": "dxcon-ffabc123"}
    )
    assert (kept["bgpPeers"], kept["awsLogicalDeviceId"], kept["ownerAccount"]) == ([], "", "")
    assert kept["virtualInterfaceState"] == "unknown"
    world = World.model_validate({"virtualInterfaces": [kept]})
    assert world.virtual_interfaces[0]["bgpPeers"] == []


def test_states_and_names_are_kept_as_they_are_written() -> None:
    kept = fields.connection(
        {"connectionId": "dxcon-FFabc123", "connectionState": "Available", "bandwidth": "10gbps"}
    )
    assert (kept["connectionState"], kept["bandwidth"]) == ("Available", "10gbps")
    assert World.model_validate({"connections": [kept]}).connections


def test_a_lag_has_its_members_and_no_key_of_macsec() -> None:
    kept = fields.lag(
        {
            "lagId": "dxlag-ffdef456",
            "lagState": "available",
            "macSecKeys": [{"secretARN": "arn:a-secret", "ckn": "0123", "state": "associated"}],
            "connections": [{"connectionId": "dxcon-ffabc123", "lagId": "dxlag-ffdef456"}, {}],
            "rateLimiterStatus": {"maxAllowed": 10, "inUse": 1, "remaining": 9},
        }
    )
    assert "secret" not in json.dumps(kept)
    assert [each["connectionId"] for each in kept["connections"]] == ["dxcon-ffabc123"]
    assert kept["rateLimiterStatus"]["remaining"] == 9
    assert World.model_validate({"lags": [kept]}).lags


class Meta:
    method_to_api_mapping: ClassVar = {
        "describe_virtual_interfaces": "DescribeVirtualInterfaces",
        "list_virtual_interface_routes": "ListVirtualInterfaceRoutes",
    }


class Paged:
    """Answers with 300 virtual interfaces, a hundred a page."""

    meta = Meta

    def describe_virtual_interfaces(self, maxResults: int, nextToken: str = "0") -> dict[str, Any]:
        first = int(nextToken)
        items = [
            {**VIF, "virtualInterfaceId": f"dxvif-{number:08}"}
            for number in range(first, first + maxResults)
        ]
        following = first + maxResults
        more = {"nextToken": str(following)} if following < 300 else {}
        return {"virtualInterfaces": items, **more}

    def list_virtual_interface_routes(self, **asked: Any) -> dict[str, Any]:
        if asked["filters"] == {"routeDirection": "advertised"}:
            return {}
        path = [{"pathType": "sequence", "path": [65001, 65002]}]
        return {
            "routes": [
                {"cidr": "10.0.0.0/8"},
                {"cidr": "2001:db8::/33", "asPath": path, "communities": ["7224:7100"]},
            ]
        }


def test_all_pages_are_read() -> None:
    with call_counter.counting():
        kept = RegionReader(Paged()).each(
            "describe_virtual_interfaces", "virtualInterfaces", fields.virtual_interface
        )
    assert len({each["virtualInterfaceId"] for each in kept}) == 300


def test_a_route_is_its_prefix_or_what_it_has_besides() -> None:
    assert RegionReader(Paged()).routes("dxvif-fg1hhgb4") == {
        "accepted": [
            "10.0.0.0/8",
            {"cidr": "2001:db8::/33", "asPath": [65001, 65002], "communities": ["7224:7100"]},
        ],
        "advertised": [],
    }


UP = [{"addressFamily": "ipv4", "bgpStatus": "up"}]


def test_a_past_is_what_its_metrics_say() -> None:
    assert traffic(None, UP) == traffic(VifHistory(), UP) == NONE
    known = VifHistory(egress=5.0, ingress=None, hours=400, up=frozenset({"ipv4"}))
    assert traffic(known, UP) == {"egressBps": 5.0, "ingressBps": 0.0, "hours": 336}


def test_a_session_was_not_always_what_it_is() -> None:
    def bgp(up: set[str], down_lately: set[str], *, is_up: bool) -> list[tuple[Any, ...]]:
        past = VifHistory(hours=5, up=frozenset(up), down_lately=frozenset(down_lately))
        told = traffic(past, UP if is_up else [])
        return [
            (each["bgpStatus"], each["fromMinutesAgo"], each["toMinutesAgo"])
            for each in told.get("bgp", ())
        ]

    assert bgp({"ipv4"}, set(), is_up=True) == []
    assert bgp({"ipv4"}, {"ipv4"}, is_up=True) == [("down", 20, 10)]
    assert bgp(set(), {"ipv4"}, is_up=True) == [("down", 360, 0)]
    assert bgp({"ipv4"}, {"ipv4"}, is_up=False) == [("up", 360, 120)]
    assert bgp({"ipv4"}, set(), is_up=False) == [("up", 360, 0)]
    assert bgp(set(), {"ipv4"}, is_up=False) == []
