"""What tests read in a synthesized template."""

import json
from pathlib import Path
from typing import Any

from infra.workflows.definitions import definitions

Template = dict[str, Any]


def resources(template: Template, kind: str) -> dict[str, Any]:
    return {
        name: resource["Properties"]
        for name, resource in template["Resources"].items()
        if resource["Type"] == kind
    }


def actions_of(statement: dict[str, Any]) -> list[str]:
    """Return what a statement allows; the template may have one action without a list."""
    actions = statement["Action"]
    return [actions] if isinstance(actions, str) else actions


def statements(template: Template, action: str) -> list[tuple[str, dict[str, Any]]]:
    """Return policy and statement wherever an action is allowed."""
    found = []
    for name, policy in resources(template, "AWS::IAM::Policy").items():
        for statement in policy["PolicyDocument"]["Statement"]:
            if action in actions_of(statement):
                found.append((name, statement))
    return found


def read(assembly: Path, name: str) -> dict[str, Any]:
    """Return the definition of the state machine whose logical id starts like this."""
    [text] = [text for key, text in definitions(assembly).items() if key.startswith(name)]
    definition: dict[str, Any] = json.loads(text)
    return definition
