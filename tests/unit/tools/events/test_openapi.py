"""The schemas as OpenAPI 3.0: the form is right, and real events are as they say."""

import copy
import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from openapi_schema_validator import OAS30Validator, oas30_format_checker
from openapi_spec_validator import OpenAPIV30SpecValidator

from tests.sampling import sampled
from tools.events import schemas as event_schemas
from tools.events.catalog import CATALOG
from tools.events.openapi import COMPONENTS, document, pascal
from tools.events.schemas import file_of
from vifshift.events.base import DetailType

EXAMPLES = Path(__file__).resolve().parents[4] / "docs" / "events" / "examples"
Json = dict[str, Any]
schemas = cache(event_schemas.schemas)
SUCCEEDED = file_of(DetailType.SUCCEEDED)


def example(name: str) -> Json:
    """Return a real event."""
    event: Json = json.loads((EXAMPLES / name).read_text("utf-8"))
    return event


def faults(openapi: Json, event: Json) -> list[str]:
    """Return where an event is not as its OpenAPI document says."""
    whole = {**openapi, "$ref": f"{COMPONENTS}AWSEvent"}
    validator = OAS30Validator(whole, format_checker=oas30_format_checker)
    return [error.message for error in validator.iter_errors(event)]


def detail(**properties: Json) -> Json:
    """Return the schema of a detail."""
    return {
        "$id": "urn:vifshift:vif-migration-tried:1",
        "title": "VIF Migration Tried",
        "type": "object",
        "properties": properties,
        "$defs": {"Part": {"type": "object", "properties": {"size": {"type": "integer"}}}},
    }


def converted(field: Json) -> Json:
    """Return what becomes of a field."""
    types = document(detail(field=field), "vifshift")["components"]["schemas"]
    found: Json = types["VIFMigrationTried"]["properties"]["field"]
    return found


@pytest.mark.parametrize("name", sampled(map(file_of, CATALOG), 6))
def test_a_document_is_openapi_and_a_real_event_is_as_it_says(name: str) -> None:
    event = example(name)
    openapi = document(schemas()[name], event["source"])

    assert list(OpenAPIV30SpecValidator(openapi).iter_errors()) == []
    assert faults(openapi, event) == []
    types = openapi["components"]["schemas"]
    assert types["AWSEvent"]["x-amazon-events-detail-type"] == event["detail-type"]
    assert types["AWSEvent"]["x-amazon-events-source"] == event["source"]
    assert pascal(event["detail-type"]) in types


@pytest.mark.parametrize("name", ["now", "approval", "reasonCode"])
def test_what_may_be_null_may_be_null(name: str) -> None:
    event = example(SUCCEEDED)
    event["detail"]["data"][name] = None

    assert faults(document(schemas()[SUCCEEDED], "vifshift"), event) == []


def test_what_is_wrong_is_found() -> None:
    openapi = document(schemas()[SUCCEEDED], "vifshift")
    wrong: dict[str, Any] = {
        "outcome": "rejected",
        "now": {"connectionId": 1},
        "subject": None,
        "carriesTraffic": "perhaps",
    }

    for name, value in wrong.items():
        event = copy.deepcopy(example(SUCCEEDED))
        event["detail"]["data"][name] = value
        assert faults(openapi, event), name


@pytest.mark.parametrize(
    ("field", "found"),
    [
        ({"const": "a"}, {"enum": ["a"]}),
        (
            {"anyOf": [{"type": "string"}, {"type": "null"}], "default": None},
            {"type": "string", "nullable": True, "default": None},
        ),
        (
            {"anyOf": [{"$ref": "#/$defs/Part"}, {"type": "null"}]},
            {"type": "object", "properties": {"size": {"type": "integer"}}, "nullable": True},
        ),
        (
            {"anyOf": [{"type": "string"}, {"type": "integer"}, {"type": "null"}]},
            {
                "anyOf": [
                    {"type": "string", "nullable": True},
                    {"type": "integer", "nullable": True},
                ]
            },
        ),
        (
            {"oneOf": [{"type": "string"}, {"type": "integer"}]},
            {"oneOf": [{"type": "string"}, {"type": "integer"}]},
        ),
        ({"$ref": "#/$defs/Part"}, {"$ref": "#/components/schemas/Part"}),
        (
            {"$ref": "#/$defs/Part", "description": "Big."},
            {"allOf": [{"$ref": "#/components/schemas/Part"}], "description": "Big."},
        ),
        ({"exclusiveMinimum": 0}, {"minimum": 0, "exclusiveMinimum": True}),
        ({"exclusiveMaximum": 9}, {"maximum": 9, "exclusiveMaximum": True}),
        (
            {"type": "array", "prefixItems": [{"type": "string"}, {"type": "integer"}]},
            {
                "type": "array",
                "items": {"anyOf": [{"type": "string"}, {"type": "integer"}]},
                "minItems": 2,
                "maxItems": 2,
            },
        ),
        (
            {"type": "object", "additionalProperties": {"const": "a"}},
            {"type": "object", "additionalProperties": {"enum": ["a"]}},
        ),
    ],
)
def test_what_openapi_says_in_another_way(field: Json, found: Json) -> None:
    assert converted(field) == found
    openapi = document(detail(field=field), "vifshift")
    assert list(OpenAPIV30SpecValidator(openapi).iter_errors()) == []


def test_types_that_nothing_refers_to_are_left_out() -> None:
    types = document(detail(field={"type": "string"}), "vifshift")["components"]["schemas"]

    assert set(types) == {"AWSEvent", "VIFMigrationTried"}


def test_what_openapi_has_no_word_for_is_refused() -> None:
    with pytest.raises(ValueError, match="patternProperties"):
        converted({"patternProperties": {}})
