"""The JSON Schema of scenario files: `python -m simulator.scenario_schema FILE`.

It is made from the models, and from botocore's model of Direct Connect for the records of a world.
"""

import json
import sys
from collections.abc import Mapping
from functools import cache
from inspect import cleandoc
from pathlib import Path
from typing import Any, Final

from botocore.model import ListShape, Shape, StructureShape

from simulator.directconnect.routes import Routes
from simulator.directconnect.shapes import enumerations, service_model
from simulator.directconnect.timeline import Effect
from simulator.directconnect.traffic_model import PastTraffic
from simulator.directconnect.world import NONE, World
from simulator.moto_ext.account import AccountFacts
from simulator.scenarios.model import Scenario

Schema = dict[str, Any]

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
RECORDS: Final[Mapping[str, tuple[str, tuple[str, ...]]]] = {
    "connections": ("Connection", ("connectionId",)),
    "lags": ("Lag", ("lagId",)),
    "virtualInterfaces": ("VirtualInterface", ("virtualInterfaceId", "connectionId")),
    "directConnectGateways": ("DirectConnectGateway", ("directConnectGatewayId",)),
    "directConnectGatewayAttachments": (
        "DirectConnectGatewayAttachment",
        ("directConnectGatewayId", "virtualInterfaceId"),
    ),
    "directConnectGatewayAssociations": (
        "DirectConnectGatewayAssociation",
        ("directConnectGatewayId",),
    ),
    "virtualGateways": ("VirtualGateway", ("virtualGatewayId",)),
    "locations": ("Location", ("locationCode",)),
    "resiliencyGroups": ("ResiliencyGroup", ("resiliencyGroupId",)),
    "failoverTests": ("VirtualInterfaceTestHistory", ("virtualInterfaceId", "startTime")),
}
"""The lists of a world: the API's structure that each holds, and what its records must have."""

MOMENT: Final = {"type": ["string", "number"]}
_REFERENCE: Final = "#/$defs/"


@cache
def schema() -> Schema:
    """Return the schema; what depends on several fields is left to `python -m simulator run`."""
    whole = Scenario.model_json_schema(by_alias=True)
    known: Schema = whole["$defs"]
    for model in (Routes, PastTraffic, Effect):
        inner = model.model_json_schema(by_alias=True)
        known |= inner.pop("$defs", {})
        known[model.__name__] = inner
    for name, (shape_name, required) in RECORDS.items():
        known[shape_name] = _record(shape_name, required)
        listed: Schema = {"type": "array", "items": {"$ref": f"{_REFERENCE}{shape_name}"}}
        known["ScenarioWorld"]["properties"][name] = listed
    told = (World.__doc__, AccountFacts.__doc__)
    known["ScenarioWorld"]["description"] = "\n\n".join(cleandoc(each or "") for each in told)
    _add_what_the_world_has_besides(known)
    _add_short_forms(known)
    return {"$schema": DIALECT, **_plain(whole)}


def page() -> str:
    """Return the schema as it is on file."""
    return json.dumps(schema(), indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def _record(shape_name: str, required: tuple[str, ...]) -> Schema:
    record = _of_shape(shape_name, service_model().shape_for(shape_name))
    return {**record, "required": list(required)}


def _of_shape(name: str, shape: Shape) -> Schema:
    """Return the schema of a member of the API's records; other states than today's may come."""
    if isinstance(shape, StructureShape):
        properties = {each: _of_shape(each, inner) for each, inner in shape.members.items()}
        return {"type": "object", "properties": properties, "additionalProperties": False}
    if isinstance(shape, ListShape):
        return {"type": "array", "items": _of_shape("", shape.member)}
    if shape.type_name == "timestamp":
        return dict(MOMENT)
    kinds = {"integer": "integer", "long": "integer", "boolean": "boolean", "string": "string"}
    found: Schema = {"type": kinds[shape.type_name]}
    values = sorted(enumerations().get(name, ())) if found["type"] == "string" else []
    return {"anyOf": [{"enum": values}, found]} if values else found


def _add_what_the_world_has_besides(known: Schema) -> None:
    vif = known["VirtualInterface"]["properties"]
    vif["routes"] = {"$ref": f"{_REFERENCE}Routes"}
    vif["traffic"] = {
        "anyOf": [{"$ref": f"{_REFERENCE}PastTraffic"}, {"enum": [NONE]}, {"type": "null"}]
    }
    strings: Schema = {"type": "array", "items": {"type": "string"}}
    known["ResiliencyGroup"]["properties"]["connections"] = {
        "anyOf": [strings, {"type": "object", "additionalProperties": {"type": "string"}}]
    }
    events = known["ScenarioWorld"]["properties"]["healthEvents"]
    events["anyOf"] = [*events.pop("anyOf", [{"type": "array"}]), {"enum": ["unavailable"]}]
    known["Change"]["properties"]["set"] = {
        "type": "object",
        "description": "fields of the API; on a VIF also those of a TimelineStep",
        "properties": {
            **known["Connection"]["properties"],
            **known["Lag"]["properties"],
            **vif,
            **known["Effect"]["properties"],
        },
        "additionalProperties": False,
    }


def _add_short_forms(known: Schema) -> None:
    """Allow a route that is its CIDR alone, and one that stands for several."""
    route = known["SimulatedRoute"]
    route["properties"]["count"] = {"type": "integer", "minimum": 1}
    known["SimulatedRoute"] = {"anyOf": [{"type": "string"}, route]}
    trigger = known["ScenarioTrigger"]
    trigger["oneOf"] = [{"required": [name]} for name in ("request", "plan", "window")]


def _plain(value: Any) -> Any:
    """Return a schema without titles, which repeat the names."""
    if isinstance(value, dict):
        return {
            key: _plain(inner)
            for key, inner in value.items()
            if not (key == "title" and isinstance(inner, str))
        }
    return [_plain(each) for each in value] if isinstance(value, list) else value


def main(path: str) -> None:
    """Write the schema."""
    Path(path).write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
