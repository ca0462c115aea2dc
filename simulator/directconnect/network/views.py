"""The network's things as the API describes them."""

from datetime import datetime
from functools import lru_cache
from xml.sax.saxutils import escape

from pydantic import JsonValue

from simulator.directconnect.fields import megabits, number, record, text
from simulator.directconnect.network.inventory import FAMILIES, Inventory
from simulator.directconnect.network.state import (
    Peer,
    PortKind,
    SimulatedPort,
    SimulatedVirtualInterface,
)
from simulator.directconnect.routes import RouteDirection, SimulatedRoute
from simulator.directconnect.shapes import Fields


def virtual_interface_view(vif: SimulatedVirtualInterface) -> Fields:
    """Describe a virtual interface as it is."""
    return {
        **vif.fields,
        "virtualInterfaceId": vif.id,
        "connectionId": vif.connection_id,
        "virtualInterfaceState": vif.state,
        "customerRouterConfig": text(vif.fields, "customerRouterConfig") or _router_config(vif),
        "bgpPeers": [_peer_view(peer) for peer in vif.peers],
    }


def virtual_interface_seen(vif: SimulatedVirtualInterface, at: datetime) -> Fields:
    """Describe a virtual interface as Describe shows it, which may lag behind."""
    past = vif.past
    if past is None or (past.until is not None and at >= past.until):
        return virtual_interface_view(vif)
    past.looks += 1
    if past.alternates and past.looks % 2 == 0:
        return virtual_interface_view(vif)
    if past.whole is not None:
        return past.whole
    return {**virtual_interface_view(vif), "connectionId": past.connection_id}


def port_view(port: SimulatedPort, inventory: Inventory) -> Fields:
    """Describe a connection or a LAG, with what it has left."""
    view: Fields = {**port.fields, f"{port.kind}Id": port.id, **_rooms(port, inventory)}
    if port.kind is PortKind.LAG:
        view["connections"] = [
            port_view(member, inventory) for member in inventory.members(port.id)
        ]
    return view


def route_view(
    vif: SimulatedVirtualInterface, peer: Peer, direction: RouteDirection, route: SimulatedRoute
) -> Fields:
    """Describe a route; its path defaults to the AS that announces it."""
    announcer = peer.fields if direction is RouteDirection.ACCEPTED else vif.fields
    key = "asnLong" if direction is RouteDirection.ACCEPTED else "amazonSideAsn"
    own = [asn] if (asn := number(announcer, key)) else []
    path: list[JsonValue] = [*(own if route.as_path is None else route.as_path)]
    installed = max(vif.routes_since, peer.up_since or vif.routes_since)
    return {
        "cidr": route.cidr,
        "routeDirection": direction.value,
        "addressFamily": route.family,
        "asPath": [{"pathType": "seq", "path": path}],
        "communities": list(route.communities),
        "awsLogicalDeviceId": text(peer.fields, "awsLogicalDeviceId") or "",
        "routeInstalledAt": installed.timestamp(),
    }


def _peer_view(peer: Peer) -> Fields:
    return {**peer.fields, "bgpPeerState": peer.state, "bgpStatus": peer.status}


def _rooms(port: SimulatedPort, inventory: Inventory) -> Fields:
    rooms: Fields = {}
    for family in FAMILIES:
        left = inventory.pool_left(port, family)
        if left is not None:
            rooms[f"prefixPoolUnallocatedCount{family.capitalize()}"] = left
            size = number(port.fields, f"prefixPoolSize{family.capitalize()}")
            rooms[f"prefixPoolSize{family.capitalize()}"] = size or port.pools[family]
    limiters = inventory.limiters_left(port)
    if limiters is not None and port.limiters is not None:
        limits = (text(v.fields, "rateLimit") for v in inventory.occupying(port.id))
        rooms["rateLimiterStatus"] = {
            "totalBandwidth": f"{sum(megabits(limit) or 0 for limit in limits)}Mbps",
            **record(port.fields, "rateLimiterStatus"),
            "maxAllowed": port.limiters,
            "inUse": port.limiters - limiters,
            "remaining": limiters,
        }
    return rooms


def _router_config(vif: SimulatedVirtualInterface) -> str:
    return _written(
        id=vif.id,
        vlan=vif.vlan,
        customer_address=text(vif.fields, "customerAddress") or "",
        amazon_address=text(vif.fields, "amazonAddress") or "",
        bgp_asn=number(vif.fields, "asnLong") or 0,
        bgp_auth_key=text(vif.fields, "authKey") or "",
        amazon_bgp_asn=number(vif.fields, "amazonSideAsn") or 0,
        connection_type=vif.type,
    )


@lru_cache(maxsize=16_384)
def _written(id: str, **parts: object) -> str:
    """Write a router's configuration, which is the same whenever its interface is looked at."""
    lines = [f"  <{name}>{escape(str(value))}</{name}>" for name, value in parts.items()]
    return "\n".join(
        [
            '<?xml version="1.0" encoding="UTF-8"?>',
            f'<logical_connection id="{id}">',
            *lines,
            "</logical_connection>",
        ]
    )
