"""UpdateStack in CloudFormation's order: dependencies first, deletions last.

moto deletes first, whatever the template retains, then creates, then updates: a new version of a
function would hold the old code. What fails is not rolled back here: the error is the caller's.
"""

import re
from collections.abc import Iterator
from typing import Any, Final

from moto.cloudformation.parsing import (
    ResourceMap,
    parse_and_create_resource,
    parse_and_update_resource,
    resource_class_from_type,
)

from simulator.core.context import CloudContext
from simulator.core.repairs import correction

_IN_TEXT: Final = re.compile(r"\$\{([A-Za-z0-9]+)(?:\.[A-Za-z0-9.]+)?\}")
# Every property of these is documented as "Update requires: Replacement".
_REPLACED: Final = frozenset({"AWS::Lambda::LayerVersion", "AWS::Lambda::Permission"})

REPAIRS: Final = (
    correction(
        "moto.cloudformation.parsing:ResourceMap.update",
        problem="UpdateStack deletes first, whatever the template retains, then creates, then "
        "updates: a new version of a function holds the old code.",
        test="moto_fixes/cloudformation/test_updates.py::"
        "test_a_new_version_is_published_of_the_new_function_and_the_old_one_stays",
    ),
)


class UpdateUnsupportedError(NotImplementedError):
    """A template changes a resource in a way that is not simulated."""


def repair(context: CloudContext) -> None:
    """Update stacks in the right order, and keep what they retain."""

    def update(
        self: Any, template: dict[str, Any], parameters: dict[str, Any] | None = None
    ) -> None:
        _Update(self, template, parameters).run()

    context.patches.set(ResourceMap, "update", update)


class _Update:
    """One update of a stack's resources, each settled after those that it refers to."""

    def __init__(
        self, resources: Any, template: dict[str, Any], parameters: dict[str, Any] | None
    ) -> None:
        self._map = resources
        self._template = template
        self._parameters = parameters
        self._old: dict[str, Any] = resources._resource_json_map
        self._new: dict[str, Any] = template["Resources"]
        self._settled: set[str] = set()
        self._changed: set[str] = set()
        self._replaced: list[tuple[Any, dict[str, Any]]] = []

    def run(self) -> None:
        """Load the template, bring every resource to it, and clean up."""
        before = dict(self._map.resolved_parameters)
        self._load()
        after = self._map.resolved_parameters
        self._changed |= {name for name in after if before.get(name) != after[name]}
        for name in self._new:
            self._settle(name)
        self._clean_up()

    def _load(self) -> None:
        parsed = self._map
        parsed._template = self._template
        if self._parameters:
            parsed.input_parameters = self._parameters
        parsed.load_mapping()
        parsed.load_parameters()
        parsed.load_conditions()
        parsed._resource_json_map = self._new

    def _settle(self, name: str) -> None:
        if name in self._settled:
            return
        self._settled.add(name)
        needed = {each for each in _needs(self._new[name]) if each in self._new}
        for each in sorted(needed):
            self._settle(each)
        known = self._map._parsed_resources.get(name)
        if known is None:
            # Created by being asked for, unless its condition does not hold.
            if self._map[name] is not None:
                self._changed.add(name)
        elif self._is_changed(name):
            self._update(name, known)

    def _is_changed(self, name: str) -> bool:
        """Return whether its properties, or what they refer to, have changed; not its policies."""
        old, new = (each.get(name, {}).get("Properties", {}) for each in (self._old, self._new))
        return bool(old != new or self._changed & _needs(self._new[name]))

    def _update(self, name: str, known: Any) -> None:
        """Update a resource, or replace it: then what refers to it is updated as well."""
        described = self._new[name]
        before = known.physical_resource_id
        made = self._replace(name) if described["Type"] in _REPLACED else self._modify(name)
        self._map._parsed_resources[name] = made
        if made.physical_resource_id != before:
            self._changed.add(name)
            if described["Type"] in _REPLACED:
                self._replaced.append((known, self._old[name]))

    def _modify(self, name: str) -> Any:
        described = self._new[name]
        kind = resource_class_from_type(described["Type"])
        if hasattr(kind.update_from_cloudformation_json, "__isabstractmethod__"):
            raise UpdateUnsupportedError(f"{name}: {described['Type']} can't be updated here")
        return parse_and_update_resource(name, described, self._map, *self._place)

    def _replace(self, name: str) -> Any:
        return parse_and_create_resource(name, self._new[name], self._map, *self._place)

    def _clean_up(self) -> None:
        """Delete what was replaced, and what is in the template no more, if not retained."""
        for known, described in self._replaced:
            if described.get("UpdateReplacePolicy") != "Retain":
                self._map._delete_resource(known, described)
        for name in [each for each in reversed(self._old) if each not in self._new]:
            known = self._map._parsed_resources.pop(name, None)
            if known is not None and self._old[name].get("DeletionPolicy") != "Retain":
                self._map._delete_resource(known, self._old[name])

    @property
    def _place(self) -> tuple[str, str]:
        return self._map._account_id, self._map._region_name


def _needs(described: dict[str, Any]) -> set[str]:
    """Return the names that a resource refers to, or depends on."""
    depends = described.get("DependsOn", [])
    named = {depends} if isinstance(depends, str) else set(depends)
    return named | set(_references(described.get("Properties", {})))


def _references(value: Any) -> Iterator[str]:
    if isinstance(value, list):
        for item in value:
            yield from _references(item)
    if not isinstance(value, dict):
        return
    for key, item in value.items():
        match key, item:
            case "Ref", str(name):
                yield name
            case "Fn::GetAtt", str(text):
                yield text.partition(".")[0]
            case "Fn::GetAtt", [str(name), *_]:
                yield name
            case "Fn::Sub", str(text) | [str(text), *_]:
                yield from _IN_TEXT.findall(text)
        yield from _references(item)
