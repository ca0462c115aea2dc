"""Write an event's JSON Schema as OpenAPI 3.0, in the form of EventBridge's discovered schemas.

OpenAPI 3.0 has no null types, no `const`, and no keywords next to a reference (OpenAPI
Specification, Schema Object).
"""

import re
from typing import Any

from tools.events.compatibility import Schema

COMPONENTS = "#/components/schemas/"
KEPT = {
    "default",
    "description",
    "enum",
    "format",
    "maximum",
    "maxItems",
    "maxLength",
    "maxProperties",
    "minimum",
    "minItems",
    "minLength",
    "minProperties",
    "pattern",
    "required",
    "type",
    "uniqueItems",
}
# OpenAPI 3.0 has no keyword for the names of properties: it is left out.
LEFT_OUT = {"$schema", "$id", "$defs", "title", "propertyNames"}
ENVELOPE: Schema = {
    "version": {"type": "string"},
    "id": {"type": "string"},
    "detail-type": {"type": "string"},
    "source": {"type": "string"},
    "account": {"type": "string"},
    "time": {"type": "string", "format": "date-time"},
    "region": {"type": "string"},
    "resources": {"type": "array", "items": {"type": "string"}},
}


def document(schema: Schema, source: str) -> Schema:
    """Return the OpenAPI document of an event, from the schema of its detail."""
    detail_type = schema["title"]
    name = pascal(detail_type)
    types = _Types(schema.get("$defs", {}))
    detail = types.converted(schema)
    return {
        "openapi": "3.0.0",
        "info": {"version": f"{schema['$id'].rpartition(':')[2]}.0.0", "title": name},
        "paths": {},
        "components": {
            "schemas": {
                "AWSEvent": {
                    "type": "object",
                    "required": [*ENVELOPE, "detail"],
                    "x-amazon-events-detail-type": detail_type,
                    "x-amazon-events-source": source,
                    "properties": {**ENVELOPE, "detail": {"$ref": f"{COMPONENTS}{name}"}},
                },
                name: detail,
                **types.used,
            }
        },
    }


def pascal(detail_type: str) -> str:
    """Return the type name of a detail-type, as EventBridge makes it: without spaces."""
    return re.sub(r"\W", "", detail_type)


class _Types:
    """The types that a schema defines; `used` has those that are referred to, converted."""

    def __init__(self, definitions: dict[str, Schema]) -> None:
        self._definitions = definitions
        self.used: dict[str, Schema] = {}

    def converted(self, schema: Schema) -> Schema:
        """Return a schema in OpenAPI 3.0; raises ValueError for a keyword that it does not have."""
        if "$ref" in schema:
            return self._referred(schema)
        found: Schema = {}
        for key, value in schema.items():
            if key not in LEFT_OUT:
                found |= {key: value} if key in KEPT else self._keyword(key, value)
        return found

    def _referred(self, schema: Schema) -> Schema:
        """Return a reference; in `allOf` if there are keywords next to it."""
        name = schema["$ref"].rpartition("/")[2]
        if name not in self.used:
            self.used[name] = {}
            self.used[name] = self.converted(self._definitions[name])
        reference = {"$ref": f"{COMPONENTS}{name}"}
        beside = {key: value for key, value in schema.items() if key != "$ref"}
        return {"allOf": [reference], **self.converted(beside)} if beside else reference

    def _keyword(self, key: str, value: Any) -> Schema:
        """Return a keyword that OpenAPI 3.0 writes in another way."""
        match key:
            case "properties":
                return {key: {name: self.converted(each) for name, each in value.items()}}
            case "items":
                return {key: self.converted(value)}
            case "additionalProperties":
                return {key: value if isinstance(value, bool) else self.converted(value)}
            case "const":
                return {"enum": [value]}
            case "anyOf" | "oneOf":
                return self._choice(key, value)
            case "exclusiveMinimum" | "exclusiveMaximum":
                bound = key.removeprefix("exclusive").lower()
                return {bound: value, key: True}
            case "prefixItems":
                parts = [self.converted(each) for each in value]
                return {"items": {"anyOf": parts}, "minItems": len(parts), "maxItems": len(parts)}
            case _:
                raise ValueError(f"OpenAPI 3.0 has no equivalent of {key}")

    def _choice(self, key: str, choices: list[Schema]) -> Schema:
        """Return a choice; null as one of its parts becomes a flag of the others."""
        others = [each for each in choices if each != {"type": "null"}]
        if len(others) == len(choices):
            return {key: [self.converted(each) for each in others]}
        # A reference can't be nullable: its type would have to be so as well.
        nullable = [{**self.converted(self._resolved(each)), "nullable": True} for each in others]
        return nullable[0] if len(nullable) == 1 else {key: nullable}

    def _resolved(self, schema: Schema) -> Schema:
        if "$ref" not in schema:
            return schema
        return self._definitions[schema["$ref"].rpartition("/")[2]]
