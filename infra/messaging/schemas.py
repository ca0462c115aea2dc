"""The schema registry: every event's schema, for consoles, IDEs and code generators."""

import json

from aws_cdk import Aws, CfnCondition, Fn
from aws_cdk import aws_eventschemas as eventschemas
from constructs import Construct

from infra.names import ResourceName
from infra.settings.model import Settings
from tools.events import openapi
from tools.events.catalog import INCOMING
from tools.events.compatibility import Schema
from tools.events.schemas import schemas
from vifshift.events.base import SOURCE

LONGEST_DESCRIPTION = 256
ANY_SOURCE = "any"
REGIONS_WITHOUT = (
    "ap-east-2",
    "ap-south-2",
    "ap-southeast-4",
    "ap-southeast-5",
    "ap-southeast-6",
    "ap-southeast-7",
    "ca-west-1",
    "il-central-1",
    "mx-central-1",
)
"""Regions where CloudFormation has no schema registry (AWS: CloudFormation's resource schemas of
each Region, as in cfn-lint)."""
PARTITIONS_WITHOUT = ("aws-eusc", "aws-iso", "aws-iso-b")
"""Partitions without a schema registry (AWS: botocore's endpoints)."""


class Schemas(Construct):
    """The stack's own registry, with a schema for each event, in Regions that support it.

    `exist` is the condition for that, since one template serves all Regions.
    """

    def __init__(self, scope: Construct, construct_id: str, *, settings: Settings) -> None:
        super().__init__(scope, construct_id)
        without = {*REGIONS_WITHOUT, *settings.regions_without_schemas}
        self.exist = CfnCondition(
            self,
            "Exist",
            expression=Fn.condition_not(
                Fn.condition_or(
                    *(Fn.condition_equals(Aws.PARTITION, each) for each in PARTITIONS_WITHOUT),
                    *(Fn.condition_equals(Aws.REGION, each) for each in sorted(without)),
                )
            ),
        )
        self.registry = eventschemas.CfnRegistry(
            self,
            "Registry",
            registry_name=ResourceName.REGISTRY.of(settings.stack_name),
            description="The events of vifshift; see docs/events.md for when each is sent.",
        )
        self.registry.cfn_options.condition = self.exist
        for schema in schemas().values():
            self._add(schema)

    def _add(self, schema: Schema) -> None:
        detail_type = schema["title"]
        source = ANY_SOURCE if detail_type in INCOMING else SOURCE
        made = eventschemas.CfnSchema(
            self,
            openapi.pascal(detail_type),
            registry_name=self.registry.attr_registry_name,
            schema_name=f"{source}@{openapi.pascal(detail_type)}",
            type="OpenApi3",
            description=schema["description"][:LONGEST_DESCRIPTION],
            content=json.dumps(openapi.document(schema, source), separators=(",", ":")),
        )
        made.cfn_options.condition = self.exist
        made.add_resource_dependency(self.registry)
