"""Buses have a physical id, and patterns look into lists of objects."""

from collections.abc import Iterator
from typing import Any, Final

from moto.events.models import EventBus, EventPattern

from simulator.core.context import CloudContext
from simulator.core.repairs import correction

REPAIRS: Final = (
    correction(
        "moto.events.models:EventBus.physical_resource_id",
        problem="The bus has no physical id, so that Ref is not its name.",
        test="cloud/test_deployment.py::test_every_type_is_made",
        adds=True,
    ),
    correction(
        "moto.events.models:EventPattern._flatten_dict",
        problem="A pattern does not see the fields of objects in a list.",
        test="moto_ext/eventbridge/test_events.py::test_a_pattern_looks_into_lists_of_objects",
    ),
)


def repair(context: CloudContext) -> None:
    """Give a bus the physical id that CloudFormation documents, and flatten events as AWS does."""
    context.patches.set(EventPattern, "_flatten_dict", staticmethod(flattened))
    context.patches.add(EventBus, "physical_resource_id", property(lambda bus: bus.name))


def flattened(event: dict[str, Any]) -> dict[str, Any]:
    """Return the values of an event by their paths; in a list, any object may have the value.

    AWS: EventBridge user guide, "Array matching in EventBridge event patterns".
    """
    found: dict[str, Any] = {}
    for path, value, is_in_list in _paths(event, "", is_in_list=False):
        if is_in_list:
            found[path] = [*found.get(path, []), value]
        else:
            found[path] = value
    return found


def _paths(node: Any, prefix: str, *, is_in_list: bool) -> Iterator[tuple[str, Any, bool]]:
    if isinstance(node, dict) and node:
        for name, value in node.items():
            path = f"{prefix}.{name}" if prefix else name
            yield from _paths(value, path, is_in_list=is_in_list)
    elif isinstance(node, list) and any(isinstance(each, dict) for each in node):
        for each in node:
            yield from _paths(each, prefix, is_in_list=True)
    elif isinstance(node, list) and is_in_list:
        for each in node:
            yield prefix, each, True
    else:
        yield prefix, node, is_in_list
