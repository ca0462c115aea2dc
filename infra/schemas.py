"""The schema registry: every event's schema, for consoles, IDEs and generators of code."""

import json

from aws_cdk import aws_eventschemas as eventschemas
from constructs import Construct

from infra import openapi
from infra.event_catalog import INCOMING
from infra.event_compatibility import Schema
from infra.event_schemas import schemas
from vifshift.events import SOURCE

# AWS: API reference of EventBridge Schema Registry, CreateRegistry and CreateSchema.
LONGEST_REGISTRY_NAME = 64
LONGEST_DESCRIPTION = 256
ANY_SOURCE = "any"


class Schemas(Construct):
    """A registry of the stack's own, with a schema for each event."""

    def __init__(self, scope: Construct, construct_id: str, *, stack_name: str) -> None:
        super().__init__(scope, construct_id)
        name = f"{stack_name}-events"
        # People look for it, so it has a name of its stack's; a long one is left to CloudFormation.
        self.registry = eventschemas.CfnRegistry(
            self,
            "Registry",
            registry_name=name if len(name) <= LONGEST_REGISTRY_NAME else None,
            description="The events of vifshift; docs/events.md says when each is sent.",
        )
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
        made.add_resource_dependency(self.registry)
