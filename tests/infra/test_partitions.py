"""One template for every Region: what is left out where, and no ARN of one partition alone."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import botocore.session
import pytest

from infra.messaging.schemas import REGIONS_WITHOUT
from infra.settings.model import Settings
from infra.workflows.definitions import definitions
from simulator.synthesis import ROOT
from tests.synthesis import synthesized

Template = dict[str, Any]
_BOTOCORE = botocore.session.Session()


def regions(service: str) -> dict[str, str]:
    """Return the Regions of a service, each with its partition, as botocore has them."""
    return {
        region: partition
        for partition in _BOTOCORE.get_available_partitions()
        for region in _BOTOCORE.get_available_regions(service, partition)
    }


def resolved(value: Any, template: Template, region: str) -> Any:
    """Work out conditions, and what depends on them, in a Region."""
    where = {
        "AWS::Region": region,
        "AWS::Partition": _BOTOCORE.get_partition_for_region(region),
    }
    if not isinstance(value, dict):
        return value
    [(function, given)] = value.items()
    if function == "Ref":
        return where.get(given, given)
    if function == "Condition":
        return resolved(template["Conditions"][given], template, region)
    if function == "Fn::If":
        chosen = given[1] if resolved({"Condition": given[0]}, template, region) else given[2]
        return resolved(chosen, template, region)
    parts = given[1] if function == "Fn::Join" else given
    values = [resolved(each, template, region) for each in parts]
    if function == "Fn::Join":
        return given[0].join(map(str, values))
    if function == "Fn::Equals":
        return values[0] == values[1]
    if function == "Fn::Not":
        return not values[0]
    return {"Fn::Or": any, "Fn::And": all}[function](values)


def exists(template: Template, part: dict[str, Any], region: str) -> bool:
    """Say whether a resource or an output is there in a Region."""
    condition = part.get("Condition")
    return condition is None or resolved({"Condition": condition}, template, region)


def literals(value: object) -> Iterator[str]:
    """Yield every text in a template, as CloudFormation reads it: joined where it is joined."""
    if isinstance(value, dict):
        if list(value) == ["Fn::Join"]:
            glue, parts = value["Fn::Join"]
            yield glue.join(each if isinstance(each, str) else "${}" for each in parts)
        for inner in value.values():
            yield from literals(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from literals(inner)
    elif isinstance(value, str):
        yield value


def test_the_registry_is_there_just_where_aws_has_it(template: Template) -> None:
    schemas = [
        resource
        for resource in template["Resources"].values()
        if resource["Type"].startswith("AWS::EventSchemas::")
    ]
    known = regions("schemas")

    assert len(schemas) == 38
    for region in regions("directconnect"):
        for part in (*schemas, template["Outputs"]["SchemaRegistryName"]):
            assert exists(template, part, region) is (region in known), region


def test_nothing_else_is_left_out_anywhere(template: Template) -> None:
    conditional = {
        resource["Type"] for resource in template["Resources"].values() if "Condition" in resource
    }
    outputs = {name for name, output in template["Outputs"].items() if "Condition" in output}

    assert conditional == {"AWS::EventSchemas::Registry", "AWS::EventSchemas::Schema"}
    assert outputs == {"SchemaRegistryName", "DashboardUrl"}


@pytest.mark.verify
def test_a_region_that_is_new_can_be_said_to_have_no_registry() -> None:
    settings = {"regionsWithoutSchemas": ["eu-west-9"]}
    [path] = synthesized(settings).glob("*.template.json")
    template: Template = json.loads(path.read_text("utf-8"))

    there = template["Outputs"]["SchemaRegistryName"]
    assert not exists(template, there, "eu-west-9")
    assert not exists(template, there, REGIONS_WITHOUT[0])
    assert exists(template, there, "eu-west-8")


def test_what_is_no_region_is_refused() -> None:
    with pytest.raises(SystemExit, match=r"regionsWithoutSchemas\.0: "):
        Settings.read({"regionsWithoutSchemas": ["Frankfurt"]})


@pytest.mark.parametrize(
    ("region", "start"),
    [
        ("eu-central-1", "https://eu-central-1.console.aws.amazon.com/cloudwatch/"),
        ("cn-north-1", "https://cn-north-1.console.amazonaws.cn/cloudwatch/"),
        ("us-gov-west-1", "https://us-gov-west-1.console.amazonaws-us-gov.com/cloudwatch/"),
    ],
)
def test_the_dashboard_s_link_leads_to_its_partition_s_console(
    template: Template, region: str, start: str
) -> None:
    output = template["Outputs"]["DashboardUrl"]

    assert exists(template, output, region)
    assert resolved(output["Value"], template, region).startswith(start)


def test_where_no_console_is_known_there_is_no_link(template: Template) -> None:
    assert not exists(template, template["Outputs"]["DashboardUrl"], "us-iso-east-1")
    assert exists(template, template["Outputs"]["DashboardName"], "us-iso-east-1")


def test_nothing_in_the_template_is_of_one_partition(template: Template) -> None:
    found = [text for text in literals(template) if "arn:aws:" in text or "arn:aws-" in text]
    assert found == []


def test_a_literal_partition_is_seen() -> None:
    where = {"Fn::Join": ["", ["arn:", "aws:states", {"Ref": "AWS::Region"}]]}
    assert "arn:aws:states${}" in list(literals({"Resource": [where]}))


def test_no_definition_is_of_one_partition(assembly: Path) -> None:
    for text in definitions(assembly, partition="aws-cn").values():
        assert "arn:aws-cn:states:::" in text
        assert "arn:aws:" not in text


def test_the_other_account_s_role_is_of_no_partition() -> None:
    template = (ROOT / "examples" / "other-account-role.yaml").read_text("utf-8")
    guide = (ROOT / "docs" / "other-accounts.md").read_text("utf-8")

    assert "arn:${AWS::Partition}:" in template
    assert "arn:aws:" not in template
    # What a person types is their own role's ARN, and that has a partition.
    assert [line for line in guide.splitlines() if "arn:aws:" in line and "role/" not in line] == []
