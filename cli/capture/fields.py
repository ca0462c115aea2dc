"""Which fields of the API's records are captured: an allow-list, on which no secret is.

`authKey`, `customerRouterConfig` and the keys of MACsec are on none of these lists, so that they
are dropped with the answer that they came in. The names are those of botocore's service model.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

Fields = dict[str, Any]

_DEVICES: Final = ("location", "awsDeviceV2", "awsLogicalDeviceId")
_PORT: Final = (
    *_DEVICES,
    "ownerAccount",
    "region",
    "awsDevice",
    "jumboFrameCapable",
    "hasLogicalRedundancy",
    "macSecCapable",
    "encryptionMode",
    "billingMode",
    "prefixPoolUnallocatedCountIpv4",
    "prefixPoolUnallocatedCountIpv6",
)
CONNECTION: Final = (
    "connectionId",
    "connectionName",
    "connectionState",
    "bandwidth",
    "vlan",
    "partnerName",
    "lagId",
    "portEncryptionStatus",
    *_PORT,
)
LAG: Final = (
    "lagId",
    "lagName",
    "lagState",
    "connectionsBandwidth",
    "numberOfConnections",
    "minimumLinks",
    "allowsHostedConnections",
    *_PORT,
)
VIRTUAL_INTERFACE: Final = (
    "virtualInterfaceId",
    "virtualInterfaceName",
    "virtualInterfaceType",
    "virtualInterfaceState",
    "connectionId",
    "ownerAccount",
    "region",
    "vlan",
    "amazonSideAsn",
    "mtu",
    "jumboFrameCapable",
    "siteLinkEnabled",
    "rateLimit",
    "prefixPoolAllocatedCountIpv4",
    "prefixPoolAllocatedCountIpv6",
    "virtualGatewayId",
    "directConnectGatewayId",
    *_DEVICES,
)
PEER: Final = (
    "bgpPeerId",
    "addressFamily",
    "amazonAddress",
    "customerAddress",
    "bgpPeerState",
    "bgpStatus",
)
ATTACHMENT: Final = (
    "directConnectGatewayId",
    "virtualInterfaceId",
    "virtualInterfaceRegion",
    "virtualInterfaceOwnerAccount",
    "attachmentState",
)
ASSOCIATION: Final = ("directConnectGatewayId", "associationState")
ASSOCIATED_GATEWAY: Final = ("id", "type", "ownerAccount", "region")
RATE_LIMITERS: Final = ("maxAllowed", "inUse", "remaining")

_UNSAID_IN_PORT: Final = {"awsDeviceV2": "", "awsLogicalDeviceId": "", "ownerAccount": ""}
_UNSAID_IN_VIF: Final = {
    **_UNSAID_IN_PORT,
    "virtualInterfaceState": "unknown",
    "virtualInterfaceName": "",
}


def picked(item: Mapping[str, Any], names: Iterable[str]) -> Fields:
    """Return the fields of a record that are named, and known."""
    return {name: item[name] for name in names if item.get(name) is not None}


def connection(item: Mapping[str, Any]) -> Fields:
    """Return a connection as a scenario has it; what AWS does not say is said to be empty."""
    return {**_UNSAID_IN_PORT, "connectionState": "unknown", **_port(item, CONNECTION)}


def lag(item: Mapping[str, Any]) -> Fields:
    """Return a LAG as a scenario has it, with its members."""
    members = [
        picked(member, CONNECTION)
        for member in item.get("connections") or ()
        if member.get("connectionId")
    ]
    return {
        **_UNSAID_IN_PORT,
        "lagState": "unknown",
        **_port(item, LAG),
        "connections": members,
    }


def virtual_interface(item: Mapping[str, Any]) -> Fields:
    """Return a virtual interface as a scenario has it, without its keys."""
    peers = [_peer(each) for each in item.get("bgpPeers") or ()]
    tags = [picked(tag, ("key", "value")) for tag in item.get("tags") or ()]
    return {
        **_UNSAID_IN_VIF,
        **picked(item, VIRTUAL_INTERFACE),
        **_asn(item),
        "bgpPeers": peers,
        **({"tags": tags} if tags else {}),
    }


def _port(item: Mapping[str, Any], names: Iterable[str]) -> Fields:
    limiters = picked(item.get("rateLimiterStatus") or {}, RATE_LIMITERS)
    return {**picked(item, names), **({"rateLimiterStatus": limiters} if limiters else {})}


def _peer(item: Mapping[str, Any]) -> Fields:
    """Return a BGP peer; what it leaves out is not what the simulator would fill in."""
    unsaid = {"addressFamily": "ipv4", "bgpPeerState": "available", "bgpStatus": "unknown"}
    return {**unsaid, **picked(item, PEER), **_asn(item)}


def _asn(item: Mapping[str, Any]) -> Fields:
    """Return the ASN, which is in `asnLong` where it does not fit into `asn`."""
    asn = item.get("asnLong") or item.get("asn")
    return {"asnLong": asn} if asn else {}
