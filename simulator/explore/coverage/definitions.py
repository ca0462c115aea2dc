"""The states and transitions of the synthesized definitions."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from infra.workflows.definitions import definitions
from simulator.explore.coverage.things import ReachKind, Thing

States = Mapping[str, Mapping[str, Any]]


class NamedDefinition(NamedTuple):
    """A state machine: what its executions are called, and its definition."""

    name: str
    definition: Mapping[str, Any]


def of_definitions(assembly: Path) -> Iterator[Thing]:
    """Yield each state of each state machine of an assembly, and each transition between two."""
    for machine in _machines(assembly):
        for states in _levels(machine.definition):
            for name, state in states.items():
                yield Thing(ReachKind.STATE, f"{machine.name}: {name}")
                for follower in dict.fromkeys(_followers(state)):
                    yield Thing(ReachKind.TRANSITION, f"{machine.name}: {name} → {follower}")


def short(machine: str) -> str:
    """Return the name of a state machine without that of the stack: migrations, or watchdog."""
    return machine.partition("-")[2]


def _machines(assembly: Path) -> Iterator[NamedDefinition]:
    found = definitions(assembly)
    for path in sorted(assembly.glob("*.template.json")):
        for name, resource in json.loads(path.read_text("utf-8"))["Resources"].items():
            if name in found:
                called = short(resource["Properties"]["StateMachineName"])
                yield NamedDefinition(called, json.loads(found[name]))


def _levels(definition: Mapping[str, Any]) -> Iterator[States]:
    """Yield the states of a definition, then those in its maps and branches."""
    states: States = definition["States"]
    yield states
    for state in states.values():
        inner = [state.get("ItemProcessor"), *state.get("Branches", ())]
        for each in inner:
            if each:
                yield from _levels(each)


def _followers(state: Mapping[str, Any]) -> Iterator[str]:
    """Yield the states that may follow a state, also after an error."""
    for way in (state, *state.get("Choices", ()), *state.get("Catch", ())):
        if "Next" in way:
            yield way["Next"]
    if "Default" in state:
        yield state["Default"]
