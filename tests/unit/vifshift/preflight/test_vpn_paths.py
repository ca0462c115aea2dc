"""A VPN connection on the gateway is another path, where no VIF carries everything."""

from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from tests.unit.vifshift.fakes import (
    REGION,
    FakeAccount,
    FakeDirectConnect,
    a_request,
    a_route_set,
    a_sibling,
    a_vif,
    an_ipv6_peer,
)
from tests.unit.vifshift.judging import findings
from vifshift.adapters.vpn import VpnAdapter
from vifshift.domain.errors import CallDenied
from vifshift.domain.findings import Severity
from vifshift.domain.network import Network, VirtualInterface
from vifshift.domain.other_paths import AssociatedGateway, VpnConnection
from vifshift.preflight.discovery import OptionalSources, survey

ROUTES = (a_route_set("10.0.0.0/8"), a_route_set("192.0.2.0/24", direction="advertised"))
V6 = a_route_set("2001:db8::/32", family="ipv6")
SECRET = "a-secret-that-must-not-leak"


class FakeVpns:
    """The VPN connections of a Region in memory."""

    def __init__(self, *families: str, is_up: bool = True) -> None:
        self.families, self.is_up, self.asked = families, is_up, []  # type: ignore[var-annotated]

    def vpn_connections(self, gateway_ids: Any) -> tuple[VpnConnection, ...]:
        """Return a VPN connection for each address family."""
        self.asked.append(tuple(gateway_ids))
        return tuple(
            VpnConnection(
                vpn_connection_id=f"vpn-{family}",
                gateway_id=gateway_ids[0],
                address_family=family,
                is_up=self.is_up,
            )
            for family in self.families
        )


def surveyed(
    vpns: FakeVpns | None, *siblings: VirtualInterface, routes: Any = ROUTES, **fields: Any
) -> Network:
    """Survey a VIF on a gateway that a transit gateway is associated with."""
    fake = FakeDirectConnect(a_vif(**fields), *siblings, routes=routes)
    fake.associated_with = (AssociatedGateway(id="tgw-1", region=REGION),)
    optional = OptionalSources(vpns=lambda region, owner: vpns)
    return survey(fake, FakeAccount(), REGION, a_request(), optional=optional)


def test_a_vpn_that_is_up_is_a_path_and_told_with_its_mtu() -> None:
    [finding] = findings(surveyed(FakeVpns("ipv4"), mtu=8500))
    assert (finding.code, finding.severity) == ("OTHER_PATH_IS_VPN", Severity.WARN)
    assert "only a VPN connection carries ipv4 accepted: 10.0.0.0/8" in finding.message
    assert "vpn-ipv4 on tgw-1 (ipv4), with an MTU of 1500" in finding.message
    assert finding.message.endswith("is 8500")


def test_a_vpn_carries_its_own_address_family_only() -> None:
    vpns = FakeVpns("ipv4")
    network = surveyed(vpns, routes=(*ROUTES, V6), bgp_peers=(*a_vif().bgp_peers, an_ipv6_peer()))
    found = {each.code: each.message for each in findings(network)}
    assert "nothing else carries ipv6 accepted: 2001:db8::/32" in found["NO_REDUNDANT_PATH"]


def test_a_vpn_that_is_down_is_none() -> None:
    [finding] = findings(surveyed(FakeVpns("ipv4", is_up=False)))
    assert finding.code == "NO_REDUNDANT_PATH"


def test_nothing_is_read_of_vpns_where_a_vif_carries_everything() -> None:
    vpns = FakeVpns("ipv4")
    assert findings(surveyed(vpns, a_sibling())) == ()
    assert vpns.asked == []


def test_a_virtual_private_gateway_is_asked_for_itself() -> None:
    vpns = FakeVpns("ipv4")
    network = surveyed(vpns, direct_connect_gateway_id="", virtual_gateway_id="vgw-1")
    assert vpns.asked == [("vgw-1",)]
    assert [each.code for each in findings(network)] == ["OTHER_PATH_IS_VPN"]


def test_what_may_not_be_read_is_said() -> None:
    [finding] = findings(surveyed(None))
    assert (finding.code, finding.blocks) == ("NO_REDUNDANT_PATH", True)
    assert f"tgw-1 is attached in {REGION}, whose VPN connections this stack may not read" in (
        finding.message
    )


def test_a_permission_that_is_missing_is_optional() -> None:
    fake = FakeDirectConnect(a_vif(), routes=ROUTES)
    fake.fail("associated_gateways", CallDenied("no permission"))
    optional = OptionalSources(vpns=lambda region, owner: FakeVpns("ipv4"))
    network = survey(fake, FakeAccount(), REGION, a_request(), optional=optional)
    assert [each.code for each in findings(network)] == ["NO_REDUNDANT_PATH", "COULD_NOT_CHECK"]


@pytest.mark.parametrize(
    ("item", "family", "is_up"),
    [
        ({"VgwTelemetry": [{"Status": "UP", "AcceptedRouteCount": 1}]}, "ipv4", True),
        ({"VgwTelemetry": [{"Status": "DOWN"}, {"Status": "UP"}]}, "ipv4", True),
        ({"VgwTelemetry": [{"Status": "UP", "AcceptedRouteCount": 0}]}, "ipv4", False),
        (
            {
                "VgwTelemetry": [{"Status": "UP", "AcceptedRouteCount": 0}],
                "Options": {"StaticRoutesOnly": True},
            },
            "ipv4",
            True,
        ),
        ({"VgwTelemetry": [{"Status": "DOWN", "AcceptedRouteCount": 5}]}, "ipv4", False),
        ({"VgwTelemetry": [{"Status": "UP"}], "State": "deleting"}, "ipv4", False),
        (
            {
                "VgwTelemetry": [{"Status": "UP"}],
                "Options": {"TunnelInsideIpVersion": "ipv6"},
            },
            "ipv6",
            True,
        ),
        ({}, "ipv4", False),
    ],
)
def test_a_tunnel_that_is_up_and_has_routes_carries_traffic(
    item: dict[str, Any], family: str, is_up: bool
) -> None:
    client = boto3.client(
        "ec2", region_name=REGION, aws_access_key_id="a", aws_secret_access_key="b"
    )
    answer = {
        "VpnConnectionId": "vpn-1",
        "TransitGatewayId": "tgw-1",
        "State": "available",
        "CustomerGatewayConfiguration": SECRET,
        **item,
    }
    wanted = {"Filters": [{"Name": "transit-gateway-id", "Values": ["tgw-1"]}]}
    with Stubber(client) as stub:
        stub.add_response("describe_vpn_connections", {"VpnConnections": [answer]}, wanted)
        [found] = VpnAdapter(client).vpn_connections(["tgw-1"])
    assert (found.gateway_id, found.address_family, found.is_up) == ("tgw-1", family, is_up)
    assert SECRET not in str(found)
