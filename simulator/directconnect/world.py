"""The network as a scenario finds it: `world` in the scenario file."""

import re
from collections.abc import Mapping
from typing import Annotated

from pydantic import BeforeValidator, Field, JsonValue, TypeAdapter, model_validator

from simulator.directconnect.routes import Routes
from simulator.directconnect.scenario_model import ScenarioModel
from simulator.directconnect.shapes import Fields, checked
from simulator.directconnect.traffic_model import PastTraffic

# The patterns are the CloudFormation reference's.
_ID_PATTERNS = {
    "connectionId": re.compile(r"dxcon-[a-zA-Z0-9]{8,21}"),
    "lagId": re.compile(r"dxlag-[a-zA-Z0-9]{8,21}"),
    "virtualInterfaceId": re.compile(r"dxvif-[a-z0-9]{8,17}"),
}
NONE = "none"
_PORT_PATTERN = re.compile(r"dx(con|lag)-[a-zA-Z0-9]{8,21}")


def _connection(value: object) -> Fields:
    return _with_id("Connection", "connectionId", value)


def _lag(value: object) -> Fields:
    lag = _with_id("Lag", "lagId", value)
    for member in _mappings(lag.get("connections")):
        _require(member, "connectionId", _ID_PATTERNS["connectionId"])
    return lag


def _virtual_interface(value: object) -> Fields:
    if not isinstance(value, Mapping):
        raise ValueError("a virtual interface is a mapping")
    own = {"routes", "traffic"} & value.keys()
    fields = _with_id(
        "VirtualInterface",
        "virtualInterfaceId",
        {name: member for name, member in value.items() if name not in own},
    )
    _require(fields, "connectionId", _PORT_PATTERN)
    if "traffic" in own:
        # None is one of which there are no metrics.
        told = value["traffic"]
        fields["traffic"] = None
        if told is not None and told != NONE:
            traffic = PastTraffic.model_validate(told)
            fields["traffic"] = traffic.model_dump(mode="json", by_alias=True, exclude_unset=True)
    if "routes" in own:
        routes = Routes.model_validate(value["routes"])
        fields["routes"] = routes.model_dump(mode="json", by_alias=True, exclude_none=True)
    return fields


def _gateway(value: object) -> Fields:
    return _with_key("DirectConnectGateway", "directConnectGatewayId", value)


def _attachment(value: object) -> Fields:
    attachment = _with_key("DirectConnectGatewayAttachment", "directConnectGatewayId", value)
    return _with_key("DirectConnectGatewayAttachment", "virtualInterfaceId", attachment)


def _association(value: object) -> Fields:
    return _with_key("DirectConnectGatewayAssociation", "directConnectGatewayId", value)


def _virtual_gateway(value: object) -> Fields:
    return _with_key("VirtualGateway", "virtualGatewayId", value)


def _location(value: object) -> Fields:
    return _with_key("Location", "locationCode", value)


def _failover_test(value: object) -> Fields:
    shape = "VirtualInterfaceTestHistory"
    return _with_key(shape, "startTime", _with_key(shape, "virtualInterfaceId", value))


def _resiliency_group(value: object) -> Fields:
    if not isinstance(value, Mapping):
        raise ValueError("a resiliency group is a mapping")
    told = {name: member for name, member in value.items() if name != "connections"}
    fields = _with_key("ResiliencyGroup", "resiliencyGroupId", told)
    states = _states_of(value.get("connections", ()))
    fields["connections"] = TypeAdapter(dict[str, JsonValue]).validate_python(states)
    return fields


def _states_of(connections: object) -> object:
    """Read a list of ids as connections that are associated."""
    if isinstance(connections, list | tuple):
        return dict.fromkeys(connections, "associated")
    return connections


class World(ScenarioModel):
    """What is there at the start; any field of the API's own records may be set.

    `virtualInterfaces` also take `routes: {accepted: [...], advertised: [...]}`, an entry being a
    CIDR or `{cidr, asPath, communities}`, and `traffic`, which is `none` where there are no
    metrics. What is not said is filled in as Direct Connect would.
    Gateways and locations that are only referred to exist as well. `resiliencyGroups` have the ids
    of their `connections`, or the state of each association by its id. `failoverTests` are those
    that are over; where they are left out, each virtual interface had one some weeks ago.
    """

    region: str = "eu-central-1"
    account: Annotated[str, Field(pattern=r"^\d{12}$")] = "111122223333"
    connections: tuple[Annotated[Fields, BeforeValidator(_connection)], ...] = ()
    lags: tuple[Annotated[Fields, BeforeValidator(_lag)], ...] = ()
    virtual_interfaces: tuple[Annotated[Fields, BeforeValidator(_virtual_interface)], ...] = ()
    direct_connect_gateways: tuple[Annotated[Fields, BeforeValidator(_gateway)], ...] = ()
    direct_connect_gateway_attachments: tuple[
        Annotated[Fields, BeforeValidator(_attachment)], ...
    ] = ()
    direct_connect_gateway_associations: tuple[
        Annotated[Fields, BeforeValidator(_association)], ...
    ] = ()
    virtual_gateways: tuple[Annotated[Fields, BeforeValidator(_virtual_gateway)], ...] = ()
    locations: tuple[Annotated[Fields, BeforeValidator(_location)], ...] = ()
    resiliency_groups: tuple[Annotated[Fields, BeforeValidator(_resiliency_group)], ...] = ()
    failover_tests: tuple[Annotated[Fields, BeforeValidator(_failover_test)], ...] | None = None

    @property
    def ids(self) -> frozenset[str]:
        """The ids of the connections, LAGs and virtual interfaces."""
        members = [member for lag in self.lags for member in _mappings(lag.get("connections"))]
        return frozenset(
            str(record[key])
            for records, key in (
                (self.connections, "connectionId"),
                (self.lags, "lagId"),
                (members, "connectionId"),
                (self.virtual_interfaces, "virtualInterfaceId"),
            )
            for record in records
        )

    @model_validator(mode="after")
    def _ids_are_unique(self) -> "World":
        for records, key in (
            (self.connections, "connectionId"),
            (self.lags, "lagId"),
            (self.virtual_interfaces, "virtualInterfaceId"),
        ):
            seen: set[object] = set()
            for record in records:
                if record[key] in seen:
                    raise ValueError(f"{key} {record[key]} stands twice in the world")
                seen.add(record[key])
        return self


def _with_id(shape: str, key: str, value: object) -> Fields:
    fields = checked(shape, value)
    _require(fields, key, _ID_PATTERNS[key])
    return fields


def _with_key(shape: str, key: str, value: object) -> Fields:
    fields = checked(shape, value)
    if not fields.get(key):
        raise ValueError(f"{key} is required")
    return fields


def _require(fields: Mapping[str, object], key: str, pattern: re.Pattern[str]) -> None:
    value = fields.get(key)
    if value is None:
        raise ValueError(f"{key} is required")
    if not pattern.fullmatch(str(value)):
        raise ValueError(f"{key} {value!r} does not look like {pattern.pattern}")


def _mappings(value: object) -> list[Mapping[str, object]]:
    items = value if isinstance(value, list) else []
    return [item for item in items if isinstance(item, Mapping)]
