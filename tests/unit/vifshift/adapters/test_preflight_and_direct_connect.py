"""What preflight lets through, Direct Connect accepts; its refusals are rules of its own."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st
from moto import mock_aws

from simulator.directconnect import World, install, simulated
from tests.unit.vifshift.fakes import ACCOUNT, REGION, FakeAccount
from vifshift.adapters.directconnect import DirectConnectAdapter
from vifshift.domain.direct_connect import DirectConnect
from vifshift.domain.findings import Move
from vifshift.domain.request import Request
from vifshift.preflight.checks import preflight
from vifshift.preflight.discovery import survey

NOW = datetime(2026, 7, 1, 9, 0, tzinfo=UTC)
VIFS = [f"dxvif-aaaa000{number}" for number in range(8)]
PORTS = ["dxcon-port0001", "dxcon-port0002", "dxlag-port0003"]
ACCOUNTS = st.sampled_from([ACCOUNT, ACCOUNT, ACCOUNT, "222233334444"])
STATES = st.sampled_from(["available", "available", "available", "down", "deleting", "levitating"])
BANDWIDTHS = st.sampled_from(["1Gbps", "10Gbps", "100Gbps", "500Mbps"])

CONNECTION = st.fixed_dictionaries(
    {"connectionState": STATES, "bandwidth": BANDWIDTHS, "ownerAccount": ACCOUNTS},
    optional={
        "vlan": st.sampled_from([0, 300]),
        "jumboFrameCapable": st.booleans(),
        "lagId": st.just("dxlag-port0003"),
        "region": st.sampled_from([REGION, REGION, "eu-west-1"]),
        "prefixPoolUnallocatedCountIpv4": st.integers(0, 1000),
        "rateLimiterStatus": st.fixed_dictionaries({"remaining": st.integers(0, 2)}),
    },
)
LAG = st.fixed_dictionaries(
    {"lagState": STATES, "connectionsBandwidth": BANDWIDTHS, "ownerAccount": ACCOUNTS},
    optional={
        "jumboFrameCapable": st.booleans(),
        "minimumLinks": st.integers(0, 3),
        "prefixPoolUnallocatedCountIpv4": st.integers(0, 1000),
        "rateLimiterStatus": st.fixed_dictionaries({"remaining": st.integers(0, 2)}),
    },
)
SUBNET = st.integers(0, 3)
VIF = st.fixed_dictionaries(
    {
        "connectionId": st.sampled_from(PORTS),
        "virtualInterfaceType": st.sampled_from(["private", "public", "transit"]),
        "virtualInterfaceState": st.sampled_from(["available", "available", "down", "testing"]),
        "vlan": st.integers(101, 104),
        "ownerAccount": ACCOUNTS,
        "subnet": SUBNET,
        "bgpStatus": st.sampled_from(["up", "up", "down"]),
    },
    optional={
        "mtu": st.sampled_from([1500, 8500, 9001]),
        "rateLimit": st.sampled_from(["100Mbps", "5Gbps"]),
        "prefixPoolAllocatedCountIpv4": st.integers(0, 1000),
    },
)


def an_interface(name: str, drawn: dict[str, Any]) -> dict[str, Any]:
    """Build a VIF's record from what was drawn."""
    fields = dict(drawn)
    subnet, status = fields.pop("subnet"), fields.pop("bgpStatus")
    peer = {
        "addressFamily": "ipv4",
        "amazonAddress": f"169.254.1.{subnet * 4 + 1}/30",
        "customerAddress": f"169.254.1.{subnet * 4 + 2}/30",
        "bgpStatus": status,
    }
    gateway = {
        "private": {"virtualGatewayId": "vgw-1"},
        "transit": {"directConnectGatewayId": "gw-1"},
        "public": {},
    }[fields["virtualInterfaceType"]]
    return {"virtualInterfaceId": name, "bgpPeers": [peer], **gateway, **fields}


WORLDS = st.builds(
    lambda first, second, lag, vifs: World.model_validate(
        {
            "region": REGION,
            "account": ACCOUNT,
            "connections": [
                {"connectionId": PORTS[0], **first},
                {"connectionId": PORTS[1], **second},
            ],
            "lags": [{"lagId": PORTS[2], **lag}],
            "virtualInterfaces": [
                an_interface(name, drawn) for name, drawn in zip(VIFS, vifs, strict=False)
            ],
        }
    ),
    CONNECTION,
    CONNECTION,
    LAG,
    st.lists(VIF, min_size=1, max_size=len(VIFS)),
)


@pytest.fixture(scope="module")
def direct_connect() -> Iterator[DirectConnect]:
    with pytest.MonkeyPatch.context() as patch, mock_aws():
        patch.setenv("MOTO_ACCOUNT_ID", ACCOUNT)
        install()
        session = boto3.Session(aws_access_key_id="x", aws_secret_access_key="x")
        yield DirectConnectAdapter(session.client("directconnect", region_name=REGION))


@given(world=WORLDS, target=st.sampled_from(PORTS))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_preflight_lets_through_is_accepted(
    direct_connect: DirectConnect, world: World, target: str
) -> None:
    # given
    simulated(ACCOUNT, REGION).load(world)
    request = Request(
        virtual_interface_id=VIFS[0],
        connection_id=target,
        acknowledge=("NO_REDUNDANT_PATH", "ENCRYPTION_LOST"),
    )
    # when
    network = survey(direct_connect, FakeAccount(), REGION, request)
    findings = preflight(Move(request=request, network=network, now=NOW))
    # then
    is_let_through = not any(finding.blocks for finding in findings)
    is_there = network.virtual_interface is not None and (
        network.virtual_interface.connection_id == target
    )
    event("let through" if is_let_through else "blocked")
    if is_let_through and not is_there:
        direct_connect.associate(VIFS[0], target)
