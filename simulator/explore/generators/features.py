"""Draws which oddities of ports, of the past, and of the account a world has."""

from simulator.directconnect.shapes import Fields
from simulator.explore.generators import account, history, ports
from simulator.explore.generators.dice import Dice
from simulator.explore.generators.ports import Draw
from simulator.explore.generators.waits import asked_of
from simulator.explore.generators.world import WorldPlan
from simulator.scenarios.model import ScenarioTrigger

NUMBERS = {0: 76, 1: 18, 2: 6}
TRIES = 8
"""Not every kind fits every world."""
KINDS: dict[str, tuple[float, Draw]] = {**ports.KINDS, **history.KINDS, **account.KINDS}


def generate_features(dice: Dice, plan: WorldPlan, trigger: ScenarioTrigger) -> list[str]:
    """Give a world none of them most of the time, else one or two; return descriptions."""
    told: list[str] = []
    asked: Fields = asked_of(trigger) or {}
    wanted = dice.weigh(NUMBERS)
    for _ in range(TRIES if wanted else 0):
        if len(told) == wanted:
            break
        kind = dice.weigh({name: weight for name, (weight, _) in KINDS.items()})
        if kind not in told and KINDS[kind][1](dice, plan, asked):
            told.append(kind)
    return [f"world: {kind}" for kind in told]
