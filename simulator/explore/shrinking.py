"""Shrinks a scenario while it still violates a property."""

import copy
from collections.abc import Callable, Iterator
from typing import Any

from pydantic import ValidationError

from simulator.scenarios.model import Scenario
from simulator.scenarios.writing import as_json

MOST_RUNS = 100
TROUBLES = ("faults", "changes", "timelines", "taskFaults", "interruptions", "events")
FEW = 6

Raw = dict[str, Any]
Shows = Callable[[Scenario], bool]


class Budget:
    """Counts the runs, and checks whether a scenario still violates the property."""

    def __init__(self, shows: Shows, most: int) -> None:
        self._shows = shows
        self.left = most

    def holds(self, raw: Raw) -> bool:
        """Return whether a scenario is valid, runs, and still violates the property."""
        if self.left <= 0:
            return False
        try:
            scenario = Scenario.model_validate(raw)
        except ValidationError:
            return False
        self.left -= 1
        try:
            return self._shows(scenario)
        except ValueError:
            return False


def shrink(scenario: Scenario, shows: Shows, most_runs: int = MOST_RUNS) -> Scenario:
    """Return a smaller scenario that still violates the property."""
    budget = Budget(shows, most_runs)
    raw: Raw = as_json(scenario)
    is_smaller = True
    while is_smaller and budget.left > 0:
        is_smaller = False
        for smaller in _ways_to_shrink(raw):
            if smaller != raw and budget.holds(smaller):
                raw, is_smaller = smaller, True
                break
    return Scenario.model_validate(raw)


def _ways_to_shrink(raw: Raw) -> Iterator[Raw]:
    """Yield smaller scenarios, the smallest first."""
    for name in (*TROUBLES, "knobs"):
        yield _without(raw, name)
    yield from _fewer_virtual_interfaces(raw)
    yield from _fewer_ports(raw)
    for name in TROUBLES:
        for index in range(len(raw.get(name, ()))):
            yield _without(raw, name, index)
    for index, timeline in enumerate(raw.get("timelines", ())):
        steps = timeline.get("steps", ())
        yield _with_steps(raw, index, steps[: len(steps) // 2])
        for number in range(len(steps)):
            yield _with_steps(raw, index, [*steps[:number], *steps[number + 1 :]])
    for name in raw.get("knobs", {}):
        yield _without(raw, "knobs", name)
    yield from _less_asked_for(raw)
    for name in raw["world"]:
        if name not in {"connections", "lags", "virtualInterfaces"}:
            yield _without(raw, "world", name)
    for index in range(len(raw["world"].get("virtualInterfaces", ()))):
        yield _without(raw, "world", "virtualInterfaces", index, "routes")


def _fewer_virtual_interfaces(raw: Raw) -> Iterator[Raw]:
    vifs = raw["world"].get("virtualInterfaces", [])
    _, asked = _asked(raw)
    wanted = [asked, *asked.get("moves", ())] if isinstance(asked, dict) else []
    names = [each.get("virtualInterfaceId") for each in wanted if isinstance(each, dict)]
    subjects = [vif for vif in vifs if vif["virtualInterfaceId"] in names]
    others = [vif for vif in vifs if vif not in subjects]
    half = len(others) // 2
    for rest in ([], others[:half], others[half:]):
        if len(rest) < len(others):
            yield _with(raw, "virtualInterfaces", [*subjects, *rest])
    if len(others) <= FEW:
        for index in range(len(others)):
            yield _with(
                raw, "virtualInterfaces", [*subjects, *others[:index], *others[index + 1 :]]
            )


def _fewer_ports(raw: Raw) -> Iterator[Raw]:
    """Yield worlds without the ports that nothing refers to: all at once, then one by one."""
    for kind, key in (("connections", "connectionId"), ("lags", "lagId")):
        ports = raw["world"].get(kind, [])
        rest = {**raw, "world": {**raw["world"], kind: []}}
        text = str(rest)
        used = [port for port in ports if port[key] in text]
        if len(used) < len(ports):
            yield _with(raw, kind, used)


def _less_asked_for(raw: Raw) -> Iterator[Raw]:
    name, asked = _asked(raw)
    if not isinstance(asked, dict):
        return
    for setting, value in asked.items():
        path = "trigger", name, setting
        if setting == "moves":
            yield from (_without(raw, *path, index) for index in range(len(value)))
        elif setting not in {"virtualInterfaceId", "connectionId"}:
            yield _without(raw, *path)
            if isinstance(value, dict):
                yield from (_without(raw, *path, inner) for inner in value)
    yield _without(raw, "trigger", "kind")


def _asked(raw: Raw) -> tuple[str, Any]:
    """Return the request or plan, with its key in the trigger."""
    name = "plan" if "plan" in raw["trigger"] else "request"
    return name, raw["trigger"].get(name)


def _with(raw: Raw, kind: str, things: list[Any]) -> Raw:
    return {**raw, "world": {**raw["world"], kind: things}}


def _with_steps(raw: Raw, index: int, steps: list[Any]) -> Raw:
    smaller = copy.deepcopy(raw)
    smaller["timelines"][index]["steps"] = steps
    return smaller


def _without(raw: Raw, *path: str | int) -> Raw:
    """Return a copy of a scenario without the value at a path."""
    smaller = copy.deepcopy(raw)
    inner: Any = smaller
    for part in path[:-1]:
        inner = inner[part]
    inner.pop(path[-1], None) if isinstance(inner, dict) else inner.pop(path[-1])
    return smaller
