"""Builds the network's resources from the world of a scenario, or for a Create call."""

from datetime import datetime

from pydantic import JsonValue

from simulator.directconnect.fields import number, records, text
from simulator.directconnect.network.ids import Ids
from simulator.directconnect.network.inventory import Inventory, lag_members
from simulator.directconnect.network.state import (
    Peer,
    PortKind,
    SimulatedPort,
    SimulatedVirtualInterface,
)
from simulator.directconnect.routes import Routes
from simulator.directconnect.shapes import Fields
from simulator.directconnect.traffic_model import USUAL, PastTraffic
from simulator.directconnect.world import World

_SIGNED_32_BIT = 2**31 - 1
_DEFAULT_ASN = 65000
_AMAZON_ASN = 64512
_PUBLIC_AMAZON_ASN = 7224
_HOSTS_IN_A_HALF_16 = 8192


class WorldLoader:
    """Fills in what a record leaves out, as Direct Connect would."""

    def __init__(self, inventory: Inventory, ids: Ids, region: str, account: str) -> None:
        self._inventory = inventory
        self._ids = ids
        self._region = region
        self._account = account
        self._founded = 0

    def found(self, world: World, at: datetime) -> None:
        """Build the world."""
        for fields in world.connections:
            self.connection(dict(fields))
        for fields in world.lags:
            self.lag(dict(fields))
        for fields in world.virtual_interfaces:
            self.virtual_interface(dict(fields), at)
        stock = self._inventory
        for gateway in world.direct_connect_gateways:
            stock.direct_connect_gateways[str(gateway["directConnectGatewayId"])] = dict(gateway)
        for attachment in world.direct_connect_gateway_attachments:
            key = str(attachment["directConnectGatewayId"]), str(attachment["virtualInterfaceId"])
            stock.attachments[key] = dict(attachment)
        stock.associations += [dict(each) for each in world.direct_connect_gateway_associations]
        for gateway in world.virtual_gateways:
            stock.virtual_gateways[str(gateway["virtualGatewayId"])] = dict(gateway)
        for location in world.locations:
            stock.locations[str(location["locationCode"])] = dict(location)
        for group in world.resiliency_groups:
            stock.resiliency_groups[str(group["resiliencyGroupId"])] = dict(group)

    def connection(self, fields: Fields) -> SimulatedPort:
        """Add a connection."""
        id_ = str(fields["connectionId"])
        whole: Fields = {
            **self._port_defaults(id_, fields),
            "connectionName": id_,
            "connectionState": "available",
            "bandwidth": "10Gbps",
            "portEncryptionStatus": "Encryption Down",
            **fields,
        }
        return self._inventory.add_port(id_, PortKind.CONNECTION, whole)

    def lag(self, fields: Fields) -> SimulatedPort:
        """Add a LAG and its members, which may be connections of the world already."""
        id_ = str(fields["lagId"])
        members = lag_members(fields)
        known = {str(member["connectionId"]) for member in members}
        known |= {port.id for port in self._inventory.members(id_)}
        bandwidth = text(fields, "connectionsBandwidth") or "10Gbps"
        whole: Fields = {
            **self._port_defaults(id_, fields),
            "lagName": id_,
            "lagState": "available",
            "connectionsBandwidth": bandwidth,
            "numberOfConnections": len(known),
            "minimumLinks": 0,
            "allowsHostedConnections": True,
            **fields,
        }
        whole.pop("connections", None)
        lag = self._inventory.add_port(id_, PortKind.LAG, whole)
        for member in members:
            self.member(lag, member)
        return lag

    def member(self, lag: SimulatedPort, fields: Fields) -> None:
        """Add a connection to a LAG, or change what is said of a member."""
        id_ = str(fields["connectionId"])
        known = self._inventory.ports.get(id_)
        shared = ("location", "awsDevice", "awsDeviceV2", "awsLogicalDeviceId", "jumboFrameCapable")
        inherited = {name: lag.fields[name] for name in shared if name in lag.fields}
        if known is None:
            inherited["bandwidth"] = lag.fields["connectionsBandwidth"]
            self.connection({**inherited, **fields, "lagId": lag.id})
        else:
            known.fields.update({**fields, "lagId": lag.id})
            self._inventory.enlist(known)

    def virtual_interface(self, fields: Fields, at: datetime) -> SimulatedVirtualInterface:
        """Add a virtual interface."""
        self._founded += 1
        id_, port_id = str(fields["virtualInterfaceId"]), str(fields.pop("connectionId"))
        port = self._inventory.ports.get(port_id)
        kind = text(fields, "virtualInterfaceType") or "private"
        key = f"auth-key-of-{id_}"
        home = Routes.model_validate(fields.pop("routes", None) or {})
        traffic = fields.pop("traffic", USUAL.model_dump())
        state = str(fields.pop("virtualInterfaceState", "available"))
        peers = records(fields, "bgpPeers") if "bgpPeers" in fields else [self._sole_peer(fields)]
        whole: Fields = {
            "ownerAccount": self._account,
            "virtualInterfaceName": id_,
            "virtualInterfaceType": kind,
            "vlan": (port and number(port.fields, "vlan")) or self._founded % 4094 + 1,
            "amazonSideAsn": _PUBLIC_AMAZON_ASN if kind == "public" else _AMAZON_ASN,
            "authKey": key,
            "mtu": 1500,
            "jumboFrameCapable": True,
            "siteLinkEnabled": False,
            "region": self._region,
            "routeFilterPrefixes": [],
            **on_port(port),
            **fields,
            **_asn(fields, _DEFAULT_ASN),
        }
        whole.pop("bgpPeers", None)
        first: Fields = peers[0] if peers else {}
        for name in ("addressFamily", "amazonAddress", "customerAddress"):
            if name in first:
                whole.setdefault(name, first[name])
        vif = SimulatedVirtualInterface(
            number=self._founded,
            id=id_,
            fields=whole,
            connection_id=port_id,
            state=state,
            peers=[self.peer(whole, {**_peer_defaults(state), **peer}, at) for peer in peers],
            home=home,
            installed=home,
            routes_since=at,
            traffic=None if traffic is None else PastTraffic.model_validate(traffic),
        )
        self._inventory.add(vif)
        return vif

    def peer(self, vif: Fields, fields: Fields, at: datetime) -> Peer:
        """Add a BGP peer with whatever id it has, or a new one."""
        rest = dict(fields)
        state, status = str(rest.pop("bgpPeerState")), str(rest.pop("bgpStatus"))
        whole: Fields = {
            "bgpPeerId": self._ids.next("dxpeer"),
            "addressFamily": _family(rest),
            "authKey": vif["authKey"],
            **{name: vif[name] for name in ("awsDeviceV2", "awsLogicalDeviceId") if name in vif},
            **rest,
            **_asn(rest, number(vif, "asnLong") or _DEFAULT_ASN),
        }
        return Peer(whole, state, status, up_since=at if status == "up" else None)

    def _port_defaults(self, id_: str, fields: Fields) -> Fields:
        location = text(fields, "location") or "EqFA5"
        # Every port ends on a device of its own, unless the world says otherwise.
        device = f"{location}-{id_.partition('-')[2]}"
        return {
            "ownerAccount": self._account,
            "region": self._region,
            "location": location,
            "awsDevice": device,
            "awsDeviceV2": device,
            "awsLogicalDeviceId": device,
            "jumboFrameCapable": True,
            "hasLogicalRedundancy": "unknown",
            "macSecCapable": False,
            "encryptionMode": "no_encrypt",
            "macSecKeys": [],
        }

    def _sole_peer(self, fields: Fields) -> Fields:
        given = ("addressFamily", "amazonAddress", "customerAddress")
        peer: Fields = {name: fields[name] for name in given if name in fields}
        if "customerAddress" not in peer and _family(peer) == "ipv4":
            # A /30 of its own in the upper half of 169.254.0.0/16.
            base = 2**15 + 4 * (self._founded % _HOSTS_IN_A_HALF_16)
            peer.setdefault("amazonAddress", f"169.254.{base // 256}.{base % 256 + 1}/30")
            peer["customerAddress"] = f"169.254.{base // 256}.{base % 256 + 2}/30"
        return peer


def on_port(port: SimulatedPort | None) -> Fields:
    """Collect what a virtual interface has from its port (inferred: it changes with the port)."""
    if port is None:
        return {}
    names = ("location", "awsDeviceV2", "awsLogicalDeviceId")
    return {name: port.fields[name] for name in names if name in port.fields}


def _peer_defaults(vif_state: str) -> dict[str, JsonValue]:
    if vif_state in {"confirming", "verifying", "pending"}:
        return {"bgpPeerState": "pending", "bgpStatus": "down"}
    if vif_state in {"deleting", "deleted"}:
        return {"bgpPeerState": vif_state, "bgpStatus": "down"}
    down = vif_state in {"down", "testing", "rejected"}
    return {"bgpPeerState": "available", "bgpStatus": "down" if down else "up"}


def _asn(fields: Fields, default: int) -> dict[str, JsonValue]:
    """Fill in both ASN fields: `asn` is 0 where the ASN does not fit (AWS: API reference)."""
    asn = number(fields, "asnLong") or number(fields, "asn") or default
    return {"asn": asn if asn <= _SIGNED_32_BIT else 0, "asnLong": asn}


def _family(fields: Fields) -> str:
    given = text(fields, "addressFamily")
    address = text(fields, "customerAddress") or text(fields, "amazonAddress") or ""
    return given or ("ipv6" if ":" in address else "ipv4")
