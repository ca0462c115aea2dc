"""The operations that read."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from pydantic import JsonValue

from simulator.directconnect.exceptions import Refused
from simulator.directconnect.fields import record, records, text, texts
from simulator.directconnect.network.network import SimulatedNetwork
from simulator.directconnect.network.rules import find_port, find_virtual_interface
from simulator.directconnect.network.state import (
    GONE,
    Peer,
    PortKind,
    SimulatedPort,
    SimulatedVirtualInterface,
)
from simulator.directconnect.network.views import (
    port_view,
    route_view,
    virtual_interface_seen,
    virtual_interface_view,
)
from simulator.directconnect.operations.paging import page
from simulator.directconnect.routes import RouteDirection
from simulator.directconnect.shapes import Fields


def describe_connections(network: SimulatedNetwork, parameters: Fields, at: datetime) -> Fields:
    """List connections, those in LAGs included; an unknown id is an error (seen)."""
    id_ = text(parameters, "connectionId")
    if id_ is None:
        return _ports(network, parameters, "DescribeConnections", network.inventory.connections())
    return _ports(
        network, parameters, "DescribeConnections", [_port(network, id_, PortKind.CONNECTION)]
    )


def describe_lags(network: SimulatedNetwork, parameters: Fields, at: datetime) -> Fields:
    """List LAGs with their connections; an unknown id is an error (seen)."""
    id_ = text(parameters, "lagId")
    if id_ is None:
        return _ports(network, parameters, "DescribeLags", network.inventory.lags())
    return _ports(network, parameters, "DescribeLags", [_port(network, id_, PortKind.LAG)])


def describe_hosted_connections(
    network: SimulatedNetwork, parameters: Fields, at: datetime
) -> Fields:
    """List the hosted connections on an interconnect or LAG: there are none."""
    find_port(network.inventory, str(parameters["connectionId"]))
    return {"connections": []}


def describe_virtual_interfaces(
    network: SimulatedNetwork, parameters: Fields, at: datetime
) -> Fields:
    """List virtual interfaces; an unknown id, or a port with none, is an empty list (seen)."""
    stock = network.inventory
    id_, port_id = text(parameters, "virtualInterfaceId"), text(parameters, "connectionId")
    candidates: Iterable[SimulatedVirtualInterface]
    if id_ is not None:
        candidates = [stock.virtual_interfaces[id_]] if id_ in stock.virtual_interfaces else []
    elif port_id is not None:
        candidates = stock.perhaps_on(port_id)
    else:
        candidates = stock.virtual_interfaces.values()
    if port_id is None:
        numbered = [(vif.number, vif) for vif in candidates]
        vifs, token = page("DescribeVirtualInterfaces", parameters, numbered)
        return _answer("virtualInterfaces", [virtual_interface_seen(v, at) for v in vifs], token)
    # Only those with a past have to be looked at to know where Describe shows them.
    hazy = {vif.number: virtual_interface_seen(vif, at) for vif in candidates if vif.past}
    there = [
        (vif.number, vif)
        for vif in candidates
        if port_id == (hazy[vif.number]["connectionId"] if vif.past else vif.connection_id)
    ]
    vifs, token = page("DescribeVirtualInterfaces", parameters, there)
    views = [hazy[vif.number] if vif.past else virtual_interface_view(vif) for vif in vifs]
    return _answer("virtualInterfaces", views, token)


def describe_virtual_gateways(
    network: SimulatedNetwork, parameters: Fields, at: datetime
) -> Fields:
    """List virtual private gateways, those that VIFs refer to included."""
    known = network.inventory.virtual_gateways
    referred = network.inventory.gateway_ids("virtualGatewayId")
    gateways: list[JsonValue] = [
        {"virtualGatewayState": "available", "virtualGatewayId": id_, **known.get(id_, {})}
        for id_ in dict.fromkeys([*known, *referred])
    ]
    return {"virtualGateways": gateways}


def describe_direct_connect_gateways(
    network: SimulatedNetwork, parameters: Fields, at: datetime
) -> Fields:
    """List Direct Connect gateways, those that VIFs refer to included."""
    stock = network.inventory
    id_ = text(parameters, "directConnectGatewayId")
    ids = [*stock.direct_connect_gateways, *stock.gateway_ids("directConnectGatewayId")]
    gateways: list[Fields] = [
        {
            "directConnectGatewayId": one,
            "directConnectGatewayName": one,
            "amazonSideAsn": 64512,
            "ownerAccount": network.account,
            "directConnectGatewayState": "available",
            **stock.direct_connect_gateways.get(one, {}),
        }
        for one in dict.fromkeys(ids)
        if id_ in {None, one}
    ]
    return _paged("DescribeDirectConnectGateways", "directConnectGateways", parameters, gateways)


def describe_direct_connect_gateway_attachments(
    network: SimulatedNetwork, parameters: Fields, at: datetime
) -> Fields:
    """List the attachments of VIFs to gateways; those that the world gives take precedence."""
    stock = network.inventory
    attachments: dict[tuple[str, str], Fields] = {}
    every = (network, *network.elsewhere())
    for vif in (vif for each in every for vif in each.inventory.virtual_interfaces.values()):
        gateway = text(vif.fields, "directConnectGatewayId")
        if gateway is not None and vif.state not in GONE and vif.type in _ATTACHMENT_TYPES:
            attachments[gateway, vif.id] = {
                "directConnectGatewayId": gateway,
                "virtualInterfaceId": vif.id,
                "virtualInterfaceRegion": text(vif.fields, "region") or "",
                "virtualInterfaceOwnerAccount": vif.owner,
                "attachmentState": "attached",
                "attachmentType": _ATTACHMENT_TYPES[vif.type],
            }
    for key, told in stock.attachments.items():
        attachments[key] = {**attachments.get(key, {}), **told}
    wanted = [
        attachment
        for (gateway, vif_id), attachment in attachments.items()
        if text(parameters, "directConnectGatewayId") in {None, gateway}
        and text(parameters, "virtualInterfaceId") in {None, vif_id}
    ]
    name = "directConnectGatewayAttachments"
    return _paged("DescribeDirectConnectGatewayAttachments", name, parameters, wanted)


def describe_direct_connect_gateway_associations(
    network: SimulatedNetwork, parameters: Fields, at: datetime
) -> Fields:
    """List the virtual private gateways and transit gateways of Direct Connect gateways."""
    wanted: list[Fields] = [
        {
            "associationState": "associated",
            "directConnectGatewayOwnerAccount": network.account,
            **each,
            "associatedGateway": {
                "region": network.region,
                "ownerAccount": network.account,
                **record(each, "associatedGateway"),
            },
        }
        for each in network.inventory.associations
        if text(parameters, "directConnectGatewayId")
        in {None, text(each, "directConnectGatewayId")}
    ]
    name = "directConnectGatewayAssociations"
    return _paged("DescribeDirectConnectGatewayAssociations", name, parameters, wanted)


_ATTACHMENT_TYPES = {"transit": "TransitVirtualInterface", "private": "PrivateVirtualInterface"}


def describe_locations(network: SimulatedNetwork, parameters: Fields, at: datetime) -> Fields:
    """List locations, those that ports refer to included."""
    known = network.inventory.locations
    referred = (text(port.fields, "location") for port in network.inventory.ports.values())
    locations: list[JsonValue] = [
        {
            "locationCode": code,
            "locationName": code,
            "region": network.region,
            "availablePortSpeeds": ["1Gbps", "10Gbps", "100Gbps", "400Gbps"],
            "availableProviders": [],
            "availableMacSecPortSpeeds": ["10Gbps", "100Gbps", "400Gbps"],
            **known.get(code, {}),
        }
        for code in dict.fromkeys([*known, *(code for code in referred if code)])
    ]
    return {"locations": locations}


def list_virtual_interface_routes(
    network: SimulatedNetwork, parameters: Fields, at: datetime
) -> Fields:
    """List the routes in force: a family has none unless one of its peers is up."""
    vif = find_virtual_interface(network.inventory, text(parameters, "virtualInterfaceId") or "")
    filters = record(parameters, "filters")
    one_way, family = text(filters, "routeDirection"), text(filters, "addressFamily")
    there = [
        (peer, direction, route)
        for direction in RouteDirection
        for peer in _announcing(vif)
        for route in vif.carried(direction, peer.family)
        if one_way in {None, direction.value} and family in {None, route.family}
    ]
    if filters.keys() - {"routeDirection", "addressFamily"}:
        there = [each for each in there if _passes(route_view(vif, *each), filters)]
    # A public virtual interface has thousands: just those of the page are written.
    cut, token = page("ListVirtualInterfaceRoutes", parameters, list(enumerate(there)))
    answer = _answer("routes", [route_view(vif, *each) for each in cut], token)
    return {"virtualInterfaceId": vif.id, **answer}


def _announcing(vif: SimulatedVirtualInterface) -> list[Peer]:
    """One peer a family: two peers of a family carry the same routes."""
    up: dict[str, Peer] = {}
    for peer in vif.live_peers:
        if peer.status == "up":
            up.setdefault(peer.family, peer)
    return [up[family] for family in sorted(up)]


def _passes(view: Fields, filters: Fields) -> bool:
    if (cidrs := texts(filters, "cidrs")) and view["cidr"] not in cidrs:
        return False
    if (communities := texts(filters, "communities")) and not set(communities) & set(
        texts(view, "communities")
    ):
        return False
    asked = filters.get("asPath")
    return not isinstance(asked, list) or not asked or _contains(_path(view), asked)


def _path(view: Fields) -> list[JsonValue]:
    segments = [path for segment in records(view, "asPath") if (path := segment.get("path"))]
    return [asn for path in segments if isinstance(path, list) for asn in path]


def _contains(path: Sequence[JsonValue], part: Sequence[JsonValue]) -> bool:
    return any(list(path[start : start + len(part)]) == list(part) for start in range(len(path)))


def _port(network: SimulatedNetwork, id_: str, kind: PortKind) -> SimulatedPort:
    port = network.inventory.ports.get(id_)
    if port is None or port.kind is not kind:
        raise Refused(f"Could not find {kind.value.capitalize()} with ID {id_}")
    return port


def _ports(
    network: SimulatedNetwork, parameters: Fields, operation: str, ports: Iterable[SimulatedPort]
) -> Fields:
    cut, token = page(operation, parameters, [(port.number, port) for port in ports])
    name = "lags" if operation == "DescribeLags" else "connections"
    return _answer(name, [port_view(port, network.inventory) for port in cut], token)


def _paged(operation: str, name: str, parameters: Fields, views: Sequence[Fields]) -> Fields:
    cut, token = page(operation, parameters, list(enumerate(views)))
    return _answer(name, cut, token)


def _answer(name: str, views: Sequence[Fields], token: str | None) -> Fields:
    answer: Fields = {name: [*views]}
    if token is not None:
        answer["nextToken"] = token
    return answer
