"""Templates in JSON, parsed as JSON."""

import json
from collections.abc import Callable
from typing import Any, Final

from moto.cloudformation.models import Stack

from simulator.core.context import CloudContext
from simulator.core.repairs import speed

REPAIRS: Final = (
    speed(
        "moto.cloudformation.models:Stack.parse_template",
        costs="JSON templates are parsed as YAML, which takes seconds for a large one.",
        test="cloud/test_deployment.py::test_every_type_is_made",
    ),
)


def repair(context: CloudContext) -> None:
    """Read templates in JSON as JSON."""
    context.patches.set(Stack, "parse_template", staticmethod(_json_first(Stack.parse_template)))


def _json_first(parse: Callable[[str], dict[str, Any]]) -> Callable[[str], dict[str, Any]]:
    """Read JSON as JSON; moto takes it for YAML, which costs seconds."""

    def parse_template(template: str) -> dict[str, Any]:
        try:
            parsed: dict[str, Any] = json.loads(template)
        except ValueError:
            return parse(template)
        return parsed

    return parse_template
