"""The adapter for Amazon EC2: the VPN connections of gateways.

A VPN connection's configuration has its pre-shared keys: only what is listed here is read of it.
"""

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

from vifshift.adapters.aws import QUICK, call
from vifshift.adapters.sessions import assume, client
from vifshift.domain.access_policy import Access, AccessPolicy, access_elsewhere
from vifshift.domain.other_paths import VpnConnection

FILTERS = {"vgw": "vpn-gateway-id", "tgw": "transit-gateway-id"}
UP = "UP"


@lru_cache(maxsize=8)
def vpn(access: Access) -> "VpnAdapter":
    """Return the adapter for a Region and role; it is kept while the Lambda is warm."""
    return VpnAdapter(client("ec2", access.region, access, QUICK))


def vpns_elsewhere(
    policy: AccessPolicy, access: Access, own_account: str
) -> Callable[[str, str], "VpnAdapter | None"]:
    """Return what gives the VPN connections of the Regions and accounts that may be read."""

    def reader(region: str, owner_account: str) -> VpnAdapter | None:
        there = access_elsewhere(policy, access, own_account, region, owner_account)
        if there is None:
            return None
        assume(there)
        return vpn(there)

    return reader


class VpnAdapter:
    """Implements `vifshift.preflight.vpn_paths.VpnReader` with EC2."""

    def __init__(self, ec2: Any) -> None:
        """Use a client that does not retry."""
        self._ec2 = ec2

    def vpn_connections(self, gateway_ids: Sequence[str]) -> tuple[VpnConnection, ...]:
        """Return those of virtual private gateways and transit gateways, which are of one kind.

        EC2 lists them without pages.
        """
        kind = gateway_ids[0].partition("-")[0]
        wanted = [{"Name": FILTERS.get(kind, FILTERS["vgw"]), "Values": list(gateway_ids)}]
        answer = call(self._ec2, "describe_vpn_connections", Filters=wanted)
        return tuple(map(_connection, answer.get("VpnConnections") or ()))


def _connection(item: dict[str, Any]) -> VpnConnection:
    options = item.get("Options") or {}
    is_static = bool(options.get("StaticRoutesOnly"))
    tunnels = item.get("VgwTelemetry") or ()
    return VpnConnection(
        vpn_connection_id=str(item.get("VpnConnectionId", "")),
        gateway_id=str(item.get("TransitGatewayId") or item.get("VpnGatewayId") or ""),
        address_family=str(options.get("TunnelInsideIpVersion") or "ipv4"),
        is_up=item.get("State") == "available"
        and any(_carries(tunnel, is_static=is_static) for tunnel in tunnels),
    )


def _carries(tunnel: dict[str, Any], *, is_static: bool) -> bool:
    """Return whether a tunnel is up and, with BGP, has accepted a route."""
    accepted = tunnel.get("AcceptedRouteCount")
    return tunnel.get("Status") == UP and (is_static or accepted is None or accepted > 0)
