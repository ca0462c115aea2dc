"""Templates in JSON, parsed as JSON."""

import json
from collections.abc import Callable
from typing import Any, Final

from moto.cloudformation import parsing
from moto.cloudformation.models import Stack

from simulator.core.context import CloudContext
from simulator.core.repairs import speed

REPAIRS: Final = (
    speed(
        "moto.cloudformation.models:Stack.parse_template",
        costs="JSON templates are parsed as YAML, which takes seconds for a large one.",
        test="cloud/test_deployment.py::test_every_type_is_made",
    ),
    speed(
        "moto.cloudformation.parsing:resource_name_property_from_type",
        costs="Each resource is compared with all types of resources there are.",
        test="moto_speed/test_templates.py",
    ),
)


def repair(context: CloudContext) -> None:
    """Read templates in JSON as JSON."""
    context.patches.set(Stack, "parse_template", staticmethod(_json_first(Stack.parse_template)))
    name = "resource_name_property_from_type"
    context.patches.set(parsing, name, _looked_up_once(getattr(parsing, name)))


def _looked_up_once(find: Callable[[str], str | None]) -> Callable[[str], str | None]:
    """Keep the name property of each type, until moto knows more types."""
    known: dict[tuple[str, int], str | None] = {}

    def name_property(resource_type: str) -> str | None:
        key = resource_type, len(parsing.get_model_list())
        if key not in known:
            known[key] = find(resource_type)
        return known[key]

    return name_property


def _json_first(parse: Callable[[str], dict[str, Any]]) -> Callable[[str], dict[str, Any]]:
    """Read JSON as JSON; moto takes it for YAML, which costs seconds."""

    def parse_template(template: str) -> dict[str, Any]:
        try:
            parsed: dict[str, Any] = json.loads(template)
        except ValueError:
            return parse(template)
        return parsed

    return parse_template
