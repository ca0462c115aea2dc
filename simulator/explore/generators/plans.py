"""Generates a plan around a request, so that other VIFs move as well."""

from pydantic import JsonValue

from simulator.directconnect.shapes import Fields
from simulator.explore.generators.dice import Dice
from simulator.explore.generators.world import WorldPlan as World
from simulator.scenarios.model import ScenarioTrigger

MOVE = ("virtualInterfaceId", "connectionId")
MOST_OTHERS = 4
IN_PLANS = 15
"""In percent of the seeds that may be plans."""


def generate_plan(dice: Dice, world: World, trigger: ScenarioTrigger) -> ScenarioTrigger | None:
    """Turn some requests into a move of a plan; return None if this one stays a migration."""
    request = trigger.request
    others = [name for name in world.others if not world.is_hosted(_port_of(world, name))]
    is_fit = isinstance(request, dict) and MOVE[0] in request and others
    if not is_fit or not dice.chance(IN_PLANS):
        return None
    assert isinstance(request, dict)
    moves: list[JsonValue] = [{name: request[name] for name in MOVE}]
    for _ in range(dice.whole(1, min(MOST_OTHERS, len(others)))):
        moves.insert(dice.whole(0, len(moves)), _move(dice, world, others))
    plan: Fields = {name: value for name, value in request.items() if name not in MOVE}
    plan["moves"] = moves
    plan["maxConcurrency"] = dice.pick([1, 1, 2, 3])
    plan["stopAfterFailures"] = dice.pick([1, 1, 2, 5])
    plan["order"] = dice.pick(["as-given", "as-given", "least-critical-first"])
    plan["acknowledge"] = ["NO_REDUNDANT_PATH"]
    return ScenarioTrigger(kind=trigger.kind, plan=plan)


def _move(dice: Dice, world: World, others: list[str]) -> Fields:
    """Generate a move of one of the other VIFs, which is not chosen again."""
    name = others.pop(dice.whole(0, len(others) - 1))
    source = _port_of(world, name)
    ports = [port for port in world.ports if port != source and not world.is_hosted(port)]
    return {"virtualInterfaceId": name, "connectionId": dice.pick(ports or [source])}


def _port_of(world: World, name: str) -> str:
    vifs = world.virtual_interfaces
    return next(str(each["connectionId"]) for each in vifs if each["virtualInterfaceId"] == name)
