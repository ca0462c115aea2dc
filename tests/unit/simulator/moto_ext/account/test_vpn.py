"""VPN connections, as EC2 lists them."""

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws
from moto.ec2.models import ec2_backends

from simulator.moto_ext.account import AccountFacts, install, load

ACCOUNT, REGION = "123456789012", "eu-central-1"
VPNS = [
    {"vpnConnectionId": "vpn-1", "vpnGatewayId": "vgw-1"},
    {
        "vpnConnectionId": "vpn-2",
        "transitGatewayId": "tgw-1",
        "vgwTelemetry": [{"status": "DOWN", "acceptedRouteCount": 0}],
    },
]


@pytest.fixture
def ec2() -> Iterator[Any]:
    with mock_aws():
        install()
        load(ACCOUNT, REGION, AccountFacts.model_validate({"vpnConnections": VPNS}))
        yield boto3.client("ec2", REGION, aws_access_key_id="a", aws_secret_access_key="b")


def listed(ec2: Any, **parameters: Any) -> list[Any]:
    found: list[Any] = ec2.describe_vpn_connections(**parameters)["VpnConnections"]
    return found


def test_tunnels_have_telemetry(ec2: Any) -> None:
    up, down = listed(ec2)

    assert [tunnel["Status"] for tunnel in up["VgwTelemetry"]] == ["UP", "UP"]
    assert [tunnel["AcceptedRouteCount"] for tunnel in down["VgwTelemetry"]] == [0]


@pytest.mark.parametrize(
    ("name", "value"), [("vpn-gateway-id", "vgw-1"), ("transit-gateway-id", "tgw-1")]
)
def test_they_are_found_by_their_gateway(ec2: Any, name: str, value: str) -> None:
    [found] = listed(ec2, Filters=[{"Name": name, "Values": [value, "another"]}])

    assert value in found.values()


def test_another_region_has_none(ec2: Any) -> None:
    elsewhere = boto3.client("ec2", "eu-west-1", aws_access_key_id="a", aws_secret_access_key="b")

    assert listed(elsewhere) == []


def test_the_networks_of_a_region_are_not_made_for_that(ec2: Any) -> None:
    listed(ec2)

    assert REGION not in list(ec2_backends[ACCOUNT])
