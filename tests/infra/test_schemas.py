"""The schema registry in the template."""

import json
from pathlib import Path
from typing import Any

from tools.events.catalog import INCOMING
from vifshift.events.base import SOURCE, DetailType

Template = dict[str, Any]
LONGEST_TEMPLATE = 1_000_000
"""The most bytes of a template in S3 (AWS: CloudFormation User Guide, quotas: 1 MB)."""
HEADROOM = 0.3
"""The share of them that is kept for later releases; most of the template is its workflows."""


def schemas(template: Template) -> list[dict[str, Any]]:
    return [
        resource["Properties"]
        for resource in template["Resources"].values()
        if resource["Type"] == "AWS::EventSchemas::Schema"
    ]


def registry(template: Template) -> tuple[str, dict[str, Any]]:
    [found] = [
        (name, resource["Properties"])
        for name, resource in template["Resources"].items()
        if resource["Type"] == "AWS::EventSchemas::Registry"
    ]
    return found


def test_every_event_is_in_the_registry_under_its_source_and_name(template: Template) -> None:
    name, properties = registry(template)

    assert properties["RegistryName"] == "vifshift-events"
    found = {}
    for schema in schemas(template):
        assert schema["RegistryName"] == {"Fn::GetAtt": [name, "RegistryName"]}
        event = json.loads(schema["Content"])["components"]["schemas"]["AWSEvent"]
        found[event["x-amazon-events-detail-type"]] = schema["SchemaName"]
    assert found == {
        each: f"{'any' if each in INCOMING else SOURCE}@{each.replace(' ', '')}"
        for each in DetailType
    }


def test_a_schema_keeps_to_the_limits_of_the_registry(template: Template) -> None:
    for schema in schemas(template):
        assert schema["Type"] == "OpenApi3"
        assert len(schema["Content"]) <= 100_000
        assert len(schema["Description"]) <= 256


def test_the_template_stays_well_below_its_limit(assembly: Path) -> None:
    [path] = assembly.glob("*.template.json")

    assert path.stat().st_size < LONGEST_TEMPLATE * (1 - HEADROOM)
