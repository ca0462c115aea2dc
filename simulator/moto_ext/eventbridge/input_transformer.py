"""What a rule's target receives: the event, a part of it, a constant or a template filled in.

Where a template's string takes a value in, EventBridge puts it there as it is, and escapes nothing
(AWS: "Amazon EventBridge input transformation", common issues).
"""

import json
import re
from collections.abc import Mapping
from typing import Any

from simulator.moto_ext.eventbridge.delivery_errors import DeliveryFailedError

_PLACEHOLDER = re.compile(r"<([A-Za-z0-9_.\-]+)>")
_STRING_OR_PLACEHOLDER = re.compile(r'"(?:[^"\\]|\\.)*"|<[A-Za-z0-9_.\-]+>')
_RULE_ARN, _RULE_NAME = "aws.events.rule-arn", "aws.events.rule-name"
_INGESTION, _EVENT = "aws.events.event.ingestion-time", "aws.events.event"
_EVENT_JSON = "aws.events.event.json"


def target_input(
    target: Mapping[str, Any], event: Mapping[str, Any], rule_arn: str, ingested: str
) -> str:
    """Return the text that a target receives for an event, as the rule's target says."""
    if "Input" in target:
        return str(target["Input"])
    if "InputPath" in target:
        return _dumps(find(target["InputPath"], event))
    if "InputTransformer" in target:
        transformer = target["InputTransformer"]
        values = {
            name: find(path, event) for name, path in transformer.get("InputPathsMap", {}).items()
        }
        values |= {
            _RULE_ARN: rule_arn,
            _RULE_NAME: rule_arn.rsplit("/", 1)[-1],
            _INGESTION: ingested,
            _EVENT: {key: value for key, value in event.items() if key != "detail"},
            _EVENT_JSON: dict(event),
        }
        return fill(transformer["InputTemplate"], values)
    return _dumps(event)


def find(path: str, event: Mapping[str, Any]) -> Any:
    """Read a path such as $.detail.id; None where the event has nothing there."""
    if path == "$":
        return event
    value: Any = event
    # EventBridge's paths are dots and indexes, and its names may hold dashes.
    for name, index in re.findall(r"\.([^.\[\]]+)|\[(\d+)\]", path):
        if name:
            value = value.get(name) if isinstance(value, Mapping) else None
        else:
            position = int(index)
            value = value[position] if isinstance(value, list) and position < len(value) else None
    return value


def fill(template: str, values: Mapping[str, Any]) -> str:
    """Put the values into a template: JSON outside of strings, their bare text inside of them.

    A template that is no JSON is lines in quotes, which stay, each line in its own.
    """
    if not template.lstrip().startswith(("{", "[")):
        return _fill_string(template, values)
    filled = _STRING_OR_PLACEHOLDER.sub(lambda match: _in_json(match.group(), values), template)
    try:
        json.loads(filled)
    except ValueError as error:
        raise DeliveryFailedError(
            "INVALID_JSON", f"The input transformer made invalid JSON: {error}"
        ) from error
    return filled


def _in_json(token: str, values: Mapping[str, Any]) -> str:
    if token.startswith("<"):
        name = token[1:-1]
        value = values.get(name)
        return _dumps("" if value is None else value)
    return _fill_string(token, values)


def _fill_string(template: str, values: Mapping[str, Any]) -> str:
    return _PLACEHOLDER.sub(lambda match: _bare(values.get(match.group(1))), template)


def _bare(value: Any) -> str:
    """Return a value's text; AWS drops the quotes within objects and lists, and only those."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    return _dumps(value).replace('"', "")


def _dumps(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)
