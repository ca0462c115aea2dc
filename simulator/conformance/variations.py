"""Scenarios in which the platform fails where it does in none that ships.

Every state of every state machine is to be compared, those for the worst case too.
"""

from collections.abc import Mapping
from typing import Final

from simulator.cloud import TaskFault
from simulator.scenarios.model import Scenario, load, named

_UNACCOUNTABLE: Final = "Lambda.Unknown"
# Of a scenario that ships, by the state whose Lambda fails for good.
VARIATIONS: Final[Mapping[str, tuple[str, str]]] = {
    "the-watchdog-is-blind": ("stopped-while-it-looks", "Investigate"),
    "the-plan-is-concluded-blindly": ("a-plan-as-a-dry-run", "Conclude plan"),
    "the-watchdog-of-plans-is-blind": ("stopped-while-a-move-is-on-its-way", "Conclude plan"),
    "a-track-breaks": ("moves-in-order", "Advance"),
}


def variation(name: str) -> Scenario:
    """Return one of the variations."""
    shipped, state = VARIATIONS[name]
    scenario = load(named(shipped))
    fault = TaskFault(state=state, error=_UNACCOUNTABLE)
    return scenario.model_copy(update={"name": name, "task_faults": (*scenario.task_faults, fault)})


def variations() -> list[Scenario]:
    """Return them all."""
    return [variation(name) for name in VARIATIONS]
