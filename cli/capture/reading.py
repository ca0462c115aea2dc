"""Reads a Region as the `world` of a scenario: by calls that only read, over all of their pages."""

from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from cli.capture import fields
from cli.capture.fields import Fields
from cli.capture.history import traffic
from cli.capture.region import RegionReader
from cli.environment import RefusedError
from vifshift.adapters.account import account
from vifshift.adapters.background import background
from vifshift.adapters.call_counter import counting
from vifshift.adapters.sessions import assume, client
from vifshift.adapters.vpn import vpn
from vifshift.domain.access_policy import Access, AccessPolicy, access_elsewhere
from vifshift.domain.background import VifHistory
from vifshift.domain.errors import CallDenied, CallError

READERS: Final = 8
VIFS_A_CALL: Final = 100
GONE: Final = {"deleting", "deleted"}
_UNAVAILABLE: Final = "unavailable"


@dataclass
class Captured:
    """Worlds, the stack's own first, what could not be read, and what a scenario denies."""

    worlds: list[Fields]
    faults: list[Fields] = field(default_factory=list)
    untold: list[str] = field(default_factory=list)


@dataclass
class Capture:
    """Captures what `access` may read at a time; times are told from `epoch` on.

    A simulation begins at its own time: what is due in a week is due a week after that.
    """

    access: Access
    policy: AccessPolicy
    own_account: str
    now: datetime
    epoch: datetime
    calendar: str | None = None
    captured: Captured = field(default_factory=lambda: Captured([]))

    def run(self) -> Captured:
        """Return all that is needed to check a move; raises `RefusedError` without the network."""
        try:
            self._worlds()
        except CallError as error:
            raise RefusedError(f"The network can't be read: {error}") from None
        return self.captured

    def _worlds(self) -> None:
        world = self._region(self.access, self.own_account)
        self.captured.worlds.append(world)
        elsewhere = {
            (each["virtualInterfaceRegion"], each.get("virtualInterfaceOwnerAccount", ""))
            for each in world["directConnectGatewayAttachments"]
            if each.get("virtualInterfaceRegion")
        }
        own = {(self.access.region, self.own_account), (self.access.region, "")}
        for region, owner in sorted(elsewhere - own):
            access = access_elsewhere(self.policy, self.access, self.own_account, region, owner)
            if access is None:
                self.captured.untold.append(f"{region} of {owner or 'this account'}: not allowed")
                continue
            try:
                assume(access)
                self.captured.worlds.append(self._region(access, owner or self.own_account))
            except CallError as error:
                self.captured.untold.append(f"{region} of {owner or 'this account'}: {error}")

    def _region(self, access: Access, owner: str) -> Fields:
        reader = RegionReader(client("directconnect", access.region, access))
        with counting():
            vifs = [
                each
                for item in reader.items("describe_virtual_interfaces", "virtualInterfaces")
                if (each := fields.virtual_interface(item)).get("connectionId")
            ]
            connections = reader.each("describe_connections", "connections", fields.connection)
            lags = reader.each("describe_lags", "lags", fields.lag)
            gateways = sorted({each.get("directConnectGatewayId", "") for each in vifs} - {""})
            attachments, associations = self._gateways(reader, gateways)
            world: Fields = {
                "region": access.region,
                "account": owner,
                "connections": _without_members(connections, lags),
                "lags": lags,
                "virtualInterfaces": vifs,
                "directConnectGatewayAttachments": attachments,
                "directConnectGatewayAssociations": associations,
                "denied": [],
            }
            self._add_routes(reader, vifs)
            self._add_background(access, world)
            self._add_account(access, world)
            self._add_vpns(access, world)
        return world

    def _gateways(
        self, reader: RegionReader, gateways: list[str]
    ) -> tuple[list[Fields], list[Fields]]:
        attachments: list[Fields] = []
        associations: list[Fields] = []
        for gateway in gateways:
            asked = {"directConnectGatewayId": gateway}
            operation = "describe_direct_connect_gateway_attachments"
            try:
                for item in reader.items(operation, "directConnectGatewayAttachments", **asked):
                    attachments.append({**asked, **fields.picked(item, fields.ATTACHMENT)})
            except CallError as error:
                self._fails("DescribeDirectConnectGatewayAttachments", error)
                break
        for gateway in gateways:
            asked = {"directConnectGatewayId": gateway}
            operation = "describe_direct_connect_gateway_associations"
            try:
                for item in reader.items(operation, "directConnectGatewayAssociations", **asked):
                    told = fields.picked(
                        item.get("associatedGateway") or {}, fields.ASSOCIATED_GATEWAY
                    )
                    associations.append(
                        {
                            **asked,
                            **fields.picked(item, fields.ASSOCIATION),
                            "associatedGateway": told,
                        }
                    )
            except CallError as error:
                self._fails("DescribeDirectConnectGatewayAssociations", error)
                break
        return attachments, associations

    def _add_routes(self, reader: RegionReader, vifs: list[Fields]) -> None:
        """Read the routes of each virtual interface, several at a time."""
        wanted = [vif for vif in vifs if vif["virtualInterfaceState"] not in GONE]
        with ThreadPoolExecutor(max_workers=READERS) as pool:
            reading = [
                (vif, pool.submit(copy_context().run, reader.routes, vif["virtualInterfaceId"]))
                for vif in wanted
            ]
            for vif, each in reading:
                try:
                    vif["routes"] = each.result()
                except CallError as error:
                    name = vif["virtualInterfaceId"]
                    self._fails("ListVirtualInterfaceRoutes", error, virtualInterfaceId=name)

    def _add_background(self, access: Access, world: Fields) -> None:
        sources = background(access)
        try:
            world["resiliencyGroups"] = [
                {
                    "resiliencyGroupId": group.resiliency_group_id,
                    "resiliencyGroupName": group.resiliency_group_name,
                    "state": group.state,
                    "connections": list(group.ports),
                }
                for group in sources.resiliency_groups().groups
            ]
        except CallError as error:
            self._fails("ListResiliencyGroups", error)
        try:
            world["failoverTests"] = [
                {
                    "virtualInterfaceId": name,
                    "startTime": self._shifted(at - timedelta(minutes=1)),
                    "endTime": self._shifted(at),
                    "status": "COMPLETED",
                }
                for name, at in sorted(sources.failover_tests().last.items())
            ]
        except CallError as error:
            self._fails("ListVirtualInterfaceTestHistory", error)
        ids = [vif["virtualInterfaceId"] for vif in world["virtualInterfaces"]]
        try:
            past: dict[str, VifHistory] = {}
            for first in range(0, len(ids), VIFS_A_CALL):
                some = ids[first : first + VIFS_A_CALL]
                past |= sources.history(some, frozenset(some), self.now)
        except CallError as error:
            world["denied"].append("cloudwatch:GetMetricData")
            self.captured.untold.append(f"the metrics of AWS/DX: {error}")
            return
        for vif in world["virtualInterfaces"]:
            peers = [each for each in vif["bgpPeers"] if each["bgpPeerState"] not in GONE]
            vif["traffic"] = traffic(past.get(vif["virtualInterfaceId"]), peers)

    def _add_account(self, access: Access, world: Fields) -> None:
        reader = account(access)
        if self.calendar and access == self.access:
            try:
                world["calendars"] = {self.calendar: reader.calendar_state(self.calendar)}
            except CallError as error:
                world["denied"].append("ssm:GetCalendarState")
                self.captured.untold.append(f"the change calendar: {error}")
        try:
            events = reader.health_events()
        except CallError as error:
            world["denied"].append("health:DescribeEvents")
            self.captured.untold.append(f"AWS Health: {error}")
            return
        if events is None:
            world["healthEvents"] = _UNAVAILABLE
            return
        try:
            known = reader.affected(events, _named(world)) if events else ()
        except CallError as error:
            world["denied"].append("health:DescribeAffectedEntities")
            self.captured.untold.append(f"AWS Health: {error}")
            known = events
        world["healthEvents"] = [
            {
                "eventTypeCode": event.event_type_code,
                "eventTypeCategory": event.event_type_category or None,
                "eventScopeCode": event.event_scope_code or None,
                "statusCode": event.status_code,
                "region": event.region or None,
                "startTime": self._shifted(event.start_time),
                "endTime": self._shifted(event.end_time),
                "entities": list(event.entities),
                "otherEntities": int(event.names_others),
            }
            for event in known
        ]

    def _add_vpns(self, access: Access, world: Fields) -> None:
        """Read the VPN connections of the gateways that belong to this account and Region."""
        ids = {
            told["id"]
            for each in world["directConnectGatewayAssociations"]
            if (told := each["associatedGateway"]).get("id")
            and told.get("region", access.region) == access.region
        }
        ids |= {each.get("virtualGatewayId", "") for each in world["virtualInterfaces"]} - {""}
        found: list[Fields] = []
        for kind in ("vgw", "tgw"):
            some = sorted(each for each in ids if each.startswith(f"{kind}-"))
            if not some:
                continue
            try:
                listed = vpn(access).vpn_connections(some)
            except CallError as error:
                self.captured.untold.append(f"the VPN connections: {error}")
                continue
            of = "vpnGatewayId" if kind == "vgw" else "transitGatewayId"
            found += [
                {
                    "vpnConnectionId": each.vpn_connection_id,
                    of: each.gateway_id,
                    "vgwTelemetry": [{"status": "UP" if each.is_up else "DOWN"}],
                    "options": {"tunnelInsideIpVersion": each.address_family},
                }
                for each in listed
            ]
        if found:
            world["vpnConnections"] = found

    def _shifted(self, at: datetime | None) -> str | None:
        return (at - self.now + self.epoch).isoformat() if at else None

    def _fails(self, operation: str, error: CallError, **narrowed: str) -> None:
        """Let an operation fail in the simulation as it has failed here."""
        code = "AccessDeniedException" if isinstance(error, CallDenied) else None
        told = {"operation": operation, "error": code or "DirectConnectClientException"}
        whole = {**told, **({} if code else narrowed)}
        if whole not in self.captured.faults:
            self.captured.faults.append(whole)
            self.captured.untold.append(f"{operation}: {error}")


def _without_members(connections: list[Fields], lags: list[Fields]) -> list[Fields]:
    """Return the connections that are in no LAG; those that are, are told with their LAG."""
    by_id = {each["connectionId"]: each for each in connections}
    for lag in lags:
        lag["connections"] = [
            {**each, **by_id.pop(each["connectionId"], {})} for each in lag["connections"]
        ]
    return list(by_id.values())


def _named(world: Fields) -> list[str]:
    """Return the ids that an event of AWS Health may name."""
    return [
        *(each["connectionId"] for each in world["connections"]),
        *(member["connectionId"] for each in world["lags"] for member in each["connections"]),
        *(each["lagId"] for each in world["lags"]),
        *(each["virtualInterfaceId"] for each in world["virtualInterfaces"]),
        world["account"],
    ]
