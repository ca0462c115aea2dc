"""EventBridge's schema registries, which moto lacks: they exist, and check what AWS checks.

Limits are those of the API reference of the EventBridge Schema Registry, CreateRegistry and
CreateSchema.
"""

import json
import re
from typing import Final

from moto.utilities.utils import get_partition

from simulator.core.clients import Clients
from simulator.moto_ext.cloudformation.resource_type import CreatedResource, ResourceType
from simulator.moto_fixes.cloudformation.properties import Properties

LONGEST_CONTENT: Final = 100_000
LONGEST_DESCRIPTION: Final = 256
LONGEST_REGISTRY_NAME: Final = 64
LONGEST_SCHEMA_NAME: Final = 385
_NAME: Final = re.compile(r"[0-9A-Za-z_.@-]+")
_MARKS: Final = {"OpenApi3": "openapi", "JSONSchemaDraft4": "$schema"}


class BadSchemaError(ValueError):
    """A registry or a schema that AWS would refuse."""


def _arn(clients: Clients, kind: str, name: str) -> str:
    sts = clients.get("sts")
    account = sts.get_caller_identity()["Account"]
    region = sts.meta.region_name
    return f"arn:{get_partition(region)}:schemas:{region}:{account}:{kind}/{name}"


def _registry(clients: Clients, name: str, properties: Properties) -> CreatedResource:
    _check_names(properties, name, LONGEST_REGISTRY_NAME)
    arn = _arn(clients, "registry", name)
    return CreatedResource(arn, RegistryArn=arn, RegistryName=name)


def _schema(clients: Clients, name: str, properties: Properties) -> CreatedResource:
    _check_names(properties, name, LONGEST_SCHEMA_NAME)
    _check_content(properties["Content"], properties["Type"])
    arn = _arn(clients, "schema", f"{properties['RegistryName']}/{name}")
    return CreatedResource(arn, SchemaArn=arn, SchemaName=name, SchemaVersion="1")


def _check_names(properties: Properties, name: str, longest: int) -> None:
    if len(name) > longest or not _NAME.fullmatch(name):
        raise BadSchemaError(f"{name!r} is no name of {longest} characters at most")
    if len(properties.get("Description", "")) > LONGEST_DESCRIPTION:
        raise BadSchemaError(f"the description of {name} is too long")


def _check_content(content: str, kind: str) -> None:
    if not 1 <= len(content) <= LONGEST_CONTENT:
        raise BadSchemaError(f"a schema may have {LONGEST_CONTENT} characters, not {len(content)}")
    if kind not in _MARKS:
        raise BadSchemaError(f"no schema is of the type {kind}")
    try:
        document = json.loads(content)
    except ValueError as error:
        raise BadSchemaError(f"the content is no JSON: {error}") from None
    if not isinstance(document, dict) or _MARKS[kind] not in document:
        raise BadSchemaError(f"the content does not say {_MARKS[kind]}")


def _gone(clients: Clients, name: str, properties: Properties) -> None:
    """Delete nothing: the resource exists in the stack alone."""


TYPES: Final = (
    ResourceType(
        "AWS::EventSchemas::Registry",
        _registry,
        _gone,
        name_property="RegistryName",
        attributes=("RegistryArn", "RegistryName"),
    ),
    ResourceType(
        "AWS::EventSchemas::Schema",
        _schema,
        _gone,
        name_property="SchemaName",
        attributes=("SchemaArn", "SchemaName", "SchemaVersion"),
    ),
)
