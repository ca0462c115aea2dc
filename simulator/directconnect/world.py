"""The network as a scenario finds it: `world` in the scenario file."""

import re
from collections.abc import Iterator, Mapping
from typing import Annotated

from pydantic import (
    BeforeValidator,
    Field,
    JsonValue,
    TypeAdapter,
    ValidationError,
    model_validator,
)

from simulator.directconnect.routes import Routes
from simulator.directconnect.scenario_model import ScenarioModel
from simulator.directconnect.shapes import Fields, Misfit, MisfitError, Part, checked
from simulator.directconnect.traffic_model import PastTraffic

# The patterns are the CloudFormation reference's.
_CONNECTION_IDS = {"connectionId": re.compile(r"dxcon-[a-zA-Z0-9]{8,21}")}
_LAG_IDS = {"lagId": re.compile(r"dxlag-[a-zA-Z0-9]{8,21}")}
_VIF_IDS = {
    "virtualInterfaceId": re.compile(r"dxvif-[a-z0-9]{8,17}"),
    "connectionId": re.compile(r"dx(con|lag)-[a-zA-Z0-9]{8,21}"),
}
_IN_WORDS = {
    _CONNECTION_IDS["connectionId"].pattern: (
        "connection ID: dxcon- and 8 to 21 characters, letters or digits"
    ),
    _LAG_IDS["lagId"].pattern: "LAG ID: dxlag- and 8 to 21 characters, letters or digits",
    _VIF_IDS["virtualInterfaceId"].pattern: (
        "virtual interface ID: dxvif- and 8 to 17 characters, lowercase letters or digits"
    ),
    _VIF_IDS["connectionId"].pattern: (
        "connection or LAG ID: dxcon- or dxlag- and 8 to 21 characters, letters or digits"
    ),
}
NONE = "none"
_OWN: Mapping[str, type[ScenarioModel]] = {"routes": Routes, "traffic": PastTraffic}
"""What a virtual interface has in a scenario, beside the fields of the API."""


def _connection(value: object) -> Fields:
    return _with_ids("Connection", value, _CONNECTION_IDS)


def _lag(value: object) -> Fields:
    lag = _with_ids("Lag", value, _LAG_IDS)
    misfits = [
        each
        for index, member in enumerate(_mappings(lag.get("connections")))
        for each in _odd_id(
            member, "connectionId", _CONNECTION_IDS["connectionId"], "connections", index
        )
    ]
    if misfits:
        raise MisfitError("Lag", tuple(misfits))
    return lag


def _virtual_interface(value: object) -> Fields:
    if not isinstance(value, Mapping):
        raise ValueError("expected a mapping")
    own: Fields = {}
    fields: Fields = {}
    misfits, parts = list[Misfit](), list[Part]()
    rest = {name: member for name, member in value.items() if name not in _OWN}
    try:
        fields = _with_ids("VirtualInterface", rest, _VIF_IDS)
    except MisfitError as error:
        misfits += error.misfits
    for name, model in _OWN.items():
        if name not in value:
            continue
        told = value[name]
        if model is PastTraffic and told in (None, NONE):
            # One of which there are no metrics.
            own[name] = None
            continue
        try:
            own[name] = model.model_validate(told).model_dump(
                mode="json",
                by_alias=True,
                exclude_none=model is Routes,
                exclude_unset=model is PastTraffic,
            )
        except ValidationError as error:
            parts.append(Part((name,), model, error))
    if misfits or parts:
        raise MisfitError("VirtualInterface", tuple(misfits), tuple(parts))
    return {**fields, **own}


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
        raise ValueError("expected a mapping")
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


class DuplicateError(ValueError):
    """An id, or an account and Region, is given twice."""


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
                    raise DuplicateError(f"{key} {record[key]} is in the world twice")
                seen.add(record[key])
        return self


def _with_ids(shape: str, value: object, ids: Mapping[str, re.Pattern[str]]) -> Fields:
    """Return a record that has these ids; raises `MisfitError` with all that is wrong with it."""
    misfits = list[Misfit]()
    fields: Fields = {}
    try:
        fields = checked(shape, value)
    except MisfitError as error:
        misfits += error.misfits
    if isinstance(value, Mapping):
        misfits += [each for key in ids for each in _odd_id(value, key, ids[key])]
    if misfits:
        raise MisfitError(shape, tuple(misfits))
    return fields


def _odd_id(
    fields: Mapping[str, object], key: str, pattern: re.Pattern[str], *place: str | int
) -> Iterator[Misfit]:
    value = fields.get(key)
    if value is None:
        yield Misfit(place, f"{key} is required")
    elif isinstance(value, str) and not pattern.fullmatch(value):
        yield Misfit((*place, key), f"{value!r} is no {_IN_WORDS[pattern.pattern]}")


def _with_key(shape: str, key: str, value: object) -> Fields:
    fields = checked(shape, value)
    if not fields.get(key):
        raise MisfitError(shape, (Misfit((), f"{key} is required"),))
    return fields


def _mappings(value: object) -> list[Mapping[str, object]]:
    items = value if isinstance(value, list) else []
    return [item for item in items if isinstance(item, Mapping)]
