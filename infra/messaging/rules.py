"""The input that a rule makes out of an event."""

from collections.abc import Mapping

from aws_cdk import aws_events as events
from pydantic import JsonValue

from vifshift.domain.execution_input import PATH


def rule_input(template: Mapping[str, JsonValue]) -> events.RuleTargetInput:
    """Return the target's input for one of the templates of `vifshift.domain.execution_input`."""
    return events.RuleTargetInput.from_object(_fields(template))


def _fields(template: object) -> object:
    if isinstance(template, Mapping):
        return {name: _fields(value) for name, value in template.items()}
    if isinstance(template, list):
        return [_fields(value) for value in template]
    if isinstance(template, str) and template.startswith(PATH):
        return events.EventField.from_path(template)
    return template
