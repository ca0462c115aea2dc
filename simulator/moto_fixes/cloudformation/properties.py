"""The properties of a resource in a template."""

import json
from collections.abc import Mapping
from typing import Any

Properties = dict[str, Any]


def plain(value: Any) -> Any:
    """Copy a template's values, "true" and "false" of CloudFormation's strings kept as they are."""
    return json.loads(json.dumps(value, default=str))


def pick(properties: Mapping[str, Any], *names: str) -> dict[str, Any]:
    """Return the named properties that have a value."""
    return {name: properties[name] for name in names if properties.get(name) is not None}
