"""The operations that change virtual interfaces, connections, LAGs and gateways."""

from datetime import datetime

from pydantic import JsonValue

from simulator.directconnect.exceptions import ApiError, Refused
from simulator.directconnect.fields import flag, number, record, records, text
from simulator.directconnect.network.network import SimulatedNetwork
from simulator.directconnect.network.rules import (
    RequestedAssociation,
    check,
    check_settling,
    find_port,
    find_virtual_interface,
)
from simulator.directconnect.network.state import GONE, PortKind, SimulatedPort
from simulator.directconnect.network.views import port_view, virtual_interface_view
from simulator.directconnect.operations.tagging import check_tags
from simulator.directconnect.shapes import Fields


def associate_virtual_interface(
    network: SimulatedNetwork, parameters: Fields, at: datetime
) -> Fields:
    """Move a virtual interface to another connection or LAG."""
    vif = find_virtual_interface(network.inventory, str(parameters["virtualInterfaceId"]))
    target = find_port(network.inventory, str(parameters["connectionId"]))
    check(RequestedAssociation(vif, target, network.inventory, network.knobs, network.account))
    return network.arrive(vif, target.id, at, "AssociateVirtualInterface")


def create_private_virtual_interface(
    network: SimulatedNetwork, parameters: Fields, at: datetime
) -> Fields:
    """Create a private virtual interface."""
    return _create(network, parameters, "private", at)


def create_public_virtual_interface(
    network: SimulatedNetwork, parameters: Fields, at: datetime
) -> Fields:
    """Create a public virtual interface, which starts by being verified."""
    return _create(network, parameters, "public", at)


def create_transit_virtual_interface(
    network: SimulatedNetwork, parameters: Fields, at: datetime
) -> Fields:
    """Create a transit virtual interface."""
    return {"virtualInterface": _create(network, parameters, "transit", at)}


def delete_virtual_interface(network: SimulatedNetwork, parameters: Fields, at: datetime) -> Fields:
    """Delete a virtual interface, which takes a while and leaves a trace for a while longer."""
    vif = find_virtual_interface(network.inventory, str(parameters["virtualInterfaceId"]))
    network.delete(vif, at, "DeleteVirtualInterface")
    return {"virtualInterfaceState": vif.state}


def create_connection(network: SimulatedNetwork, parameters: Fields, at: datetime) -> Fields:
    """Create a dedicated connection, in a LAG if one is named."""
    lag_id = text(parameters, "lagId")
    if lag_id is not None:
        find_port(network.inventory, lag_id)
    return port_view(_new_connection(network, parameters, lag_id), network.inventory)


def create_lag(network: SimulatedNetwork, parameters: Fields, at: datetime) -> Fields:
    """Create a LAG, of new connections, of an existing one, or of both."""
    check_tags(parameters)
    stock = network.inventory
    given = text(parameters, "connectionId")
    first = find_port(stock, given) if given is not None else None
    id_ = network.ids.next("dxlag", stock.ports)
    count = number(parameters, "numberOfConnections") or 0
    lag = network.founder.lag(
        {
            **_shared(network, parameters),
            "lagId": id_,
            "lagName": parameters["lagName"],
            "lagState": network.knobs.created_connection_state,
            "connectionsBandwidth": parameters["connectionsBandwidth"],
            "numberOfConnections": count,
        }
    )
    stock.measure(lag, {}, network.knobs.rate_limited_quota)
    if first is not None:
        network.founder.member(lag, {"connectionId": first.id})
    for index in range(count - (first is not None)):
        asked: Fields = {
            **parameters,
            "bandwidth": parameters["connectionsBandwidth"],
            "connectionName": f"Requested Connection {index + 1} for Lag {id_}",
            "tags": parameters.get("childConnectionTags", []),
        }
        _new_connection(network, asked, id_)
    return port_view(lag, stock)


def create_direct_connect_gateway(
    network: SimulatedNetwork, parameters: Fields, at: datetime
) -> Fields:
    """Create a Direct Connect gateway."""
    check_tags(parameters)
    gateway: Fields = {
        "directConnectGatewayId": network.ids.next_uuid("dx-gateway"),
        "directConnectGatewayName": parameters["directConnectGatewayName"],
        "amazonSideAsn": number(parameters, "amazonSideAsn") or 64512,
        "ownerAccount": network.account,
        "directConnectGatewayState": "available",
        "tags": parameters.get("tags", []),
    }
    gateways = network.inventory.direct_connect_gateways
    gateways[str(gateway["directConnectGatewayId"])] = gateway
    return {"directConnectGateway": gateway}


def delete_connection(network: SimulatedNetwork, parameters: Fields, at: datetime) -> Fields:
    """Delete a connection without virtual interfaces (AWS: API reference)."""
    port = _connection(network, parameters)
    if network.inventory.occupying(port.id):
        raise Refused(f"Connection {port.id} has virtual interfaces")
    port.state = "deleted"
    return port_view(port, network.inventory)


def update_connection(network: SimulatedNetwork, parameters: Fields, at: datetime) -> Fields:
    """Rename a connection or set its MACsec mode."""
    port = _connection(network, parameters)
    for name in ("connectionName", "encryptionMode"):
        if name in parameters:
            port.fields[name] = parameters[name]
    return port_view(port, network.inventory)


def associate_mac_sec_key(network: SimulatedNetwork, parameters: Fields, at: datetime) -> Fields:
    """Give a connection or LAG a MACsec key."""
    port = find_port(network.inventory, str(parameters["connectionId"]))
    key: Fields = {
        "secretARN": text(parameters, "secretARN") or _secret_arn(network, port),
        "ckn": text(parameters, "ckn") or "",
        "state": "associated",
        "startOn": at.strftime("%Y-%m-%d %H:%M:%S"),
    }
    keys: list[JsonValue] = [*records(port.fields, "macSecKeys"), key]
    _spread_keys(network, port, keys)
    return {"connectionId": port.id, "macSecKeys": keys}


def disassociate_mac_sec_key(network: SimulatedNetwork, parameters: Fields, at: datetime) -> Fields:
    """Take a MACsec key away."""
    port = find_port(network.inventory, str(parameters["connectionId"]))
    arn = str(parameters["secretARN"])
    keys = records(port.fields, "macSecKeys")
    gone = [key for key in keys if str(key.get("secretARN")).casefold() == arn.casefold()]
    if not gone:
        raise Refused(f"Secret {arn} is not associated with {port.id}")
    _spread_keys(network, port, [key for key in keys if key not in gone])
    return {"connectionId": port.id, "macSecKeys": [{**gone[0], "state": "disassociated"}]}


def _create(network: SimulatedNetwork, parameters: Fields, kind: str, at: datetime) -> Fields:
    stock = network.inventory
    asked = dict(record(parameters, f"new{kind.capitalize()}VirtualInterface"))
    check_tags(asked)
    port = find_port(stock, str(parameters["connectionId"]))
    id_ = network.ids.next("dxvif", stock.virtual_interfaces)
    site_link = flag(asked, "enableSiteLink")
    asked.pop("enableSiteLink", None)
    fields: Fields = {
        **asked,
        "virtualInterfaceId": id_,
        "connectionId": port.id,
        "virtualInterfaceType": kind,
        "virtualInterfaceState": "verifying" if kind == "public" else "pending",
        "siteLinkEnabled": site_link,
    }
    vif = network.founder.virtual_interface(fields, at)
    try:
        check_settling(RequestedAssociation(vif, port, stock, network.knobs, network.account))
    except ApiError:
        stock.remove(vif)
        raise
    network.record(vif, at, f"Create{kind.capitalize()}VirtualInterface")
    network.follow(vif, at)
    return virtual_interface_view(vif)


def _connection(network: SimulatedNetwork, parameters: Fields) -> SimulatedPort:
    port = find_port(network.inventory, str(parameters["connectionId"]))
    if port.kind is not PortKind.CONNECTION or port.state in GONE:
        raise Refused(f"Could not find Connection with ID {port.id}")
    return port


def _new_connection(
    network: SimulatedNetwork, parameters: Fields, lag_id: str | None
) -> SimulatedPort:
    check_tags(parameters)
    fields: Fields = {
        **_shared(network, parameters),
        "connectionId": network.ids.next("dxcon", network.inventory.ports),
        "connectionName": parameters["connectionName"],
        "connectionState": network.knobs.created_connection_state,
        "bandwidth": parameters["bandwidth"],
    }
    if lag_id is not None:
        fields["lagId"] = lag_id
    port = network.founder.connection(fields)
    network.inventory.measure(port, {}, network.knobs.rate_limited_quota)
    return port


def _shared(network: SimulatedNetwork, parameters: Fields) -> Fields:
    secured = flag(parameters, "requestMACSec")
    shared: Fields = {
        name: parameters[name]
        for name in ("location", "providerName", "billingMode", "tags")
        if name in parameters
    }
    return {
        **shared,
        "macSecCapable": secured,
        "encryptionMode": "should_encrypt" if secured else "no_encrypt",
    }


def _spread_keys(network: SimulatedNetwork, port: SimulatedPort, keys: list[JsonValue]) -> None:
    for one in (port, *network.inventory.members(port.id)):
        one.fields["macSecKeys"] = keys


def _secret_arn(network: SimulatedNetwork, port: SimulatedPort) -> str:
    secret = f"directconnect!{network.region}/directconnect/{port.id}"
    return f"arn:aws:secretsmanager:{network.region}:{network.account}:secret:{secret}"
