"""Generates a plan around a request, so that other VIFs move as well."""

from collections.abc import Callable

from pydantic import JsonValue

from simulator.directconnect import Change
from simulator.directconnect.shapes import Fields
from simulator.explore.generators.dice import Dice
from simulator.explore.generators.troubles import Troubles
from simulator.explore.generators.world import WorldPlan as World
from simulator.scenarios.model import ScenarioTrigger

MOVE = ("virtualInterfaceId", "connectionId")
MOST_OTHERS = 4
IN_PLANS = 17
"""In percent of the seeds that may be plans."""
LISTED_PERCENT = 15
NEWCOMER_PERCENT = 40
HOUR = 3600

Draw = Callable[[Dice, World, Fields], Fields | None]


def generate_plan(
    dice: Dice, world: World, trigger: ScenarioTrigger, troubles: Troubles
) -> tuple[str, ScenarioTrigger] | None:
    """Turn some requests into a plan with its kind; return None if this one stays a migration."""
    request = trigger.request
    others = _movable(world)
    is_drawn = dice.chance(IN_PLANS)
    kind = dice.weigh({name: weight for name, (weight, _) in KINDS.items()})
    if not (isinstance(request, dict) and MOVE[0] in request and others and is_drawn):
        return None
    what = KINDS[kind][1](dice, world, request)
    if what is None:
        kind, what = MOVES, _moves(dice, world, request)
    assert what is not None
    plan: Fields = {name: value for name, value in request.items() if name not in MOVE}
    plan.update(what)
    plan["maxConcurrency"] = dice.pick([1, 1, 2, 3])
    plan["stopAfterFailures"] = dice.pick([1, 1, 2, 5])
    plan["order"] = dice.pick(["as-given", "as-given", "least-critical-first"])
    plan["acknowledge"] = ["NO_REDUNDANT_PATH"]
    is_listed = "moves" in plan and dice.chance(LISTED_PERCENT)
    newcomer, at = dice.pick(others), dice.whole(1, 12 * HOUR)
    if "evacuate" in plan and dice.chance(NEWCOMER_PERCENT):
        joins: Fields = {"connectionId": world.source}
        troubles.changes.append(Change(at=at, virtual_interface_id=newcomer, set=joins))
        troubles.told.append("change: another VIF joins the source")
    told = ScenarioTrigger(kind=trigger.kind, plan=plan, listed=is_listed)
    return f"{kind}, in a list" if is_listed else kind, told


def _movable(world: World) -> list[str]:
    """Return the other VIFs that a move may name."""
    return [name for name in world.others if not world.is_hosted(_port_of(world, name))]


def _moves(dice: Dice, world: World, request: Fields) -> Fields | None:
    others = _movable(world)
    moves: list[JsonValue] = [_own(request)]
    for _ in range(dice.whole(1, min(MOST_OTHERS, len(others)))):
        moves.insert(dice.whole(0, len(moves)), _move(dice, world, others))
    return {"moves": moves}


def _evacuation(dice: Dice, world: World, request: Fields) -> Fields | None:
    if world.is_hosted(world.target):
        return None
    here = [each for each in world.others if _port_of(world, each) == world.source]
    evacuation: Fields = {"from": world.source, "to": world.target}
    drawn = dice.weigh({"all": 70, "some": 10, "unknown": 8, "nowhere": 6, "nothing": 6})
    empty = [port for port in world.ports if all(port != _port_of(world, v) for v in _all(world))]
    match drawn:
        case "some" if here:
            evacuation["exclude"] = [dice.pick(here)]
        case "unknown":
            evacuation["exclude"] = ["dxvif-nowhere1"]
        case "nowhere":
            evacuation["from"] = "dxcon-nowhere1"
        case "nothing" if [port for port in empty if port != world.target]:
            evacuation["from"] = next(port for port in empty if port != world.target)
    return {"evacuate": evacuation}


def _swap(dice: Dice, world: World, request: Fields) -> Fields | None:
    """Let another VIF have the VLAN on the target, and go to the source."""
    if not _takes_its_vlan(dice, world):
        return None
    other = next(v for v in world.virtual_interfaces if v["connectionId"] == world.target)
    back: Fields = {MOVE[0]: other[MOVE[0]], MOVE[1]: world.source}
    return {"moves": [_own(request), back]}


def _freed_later(dice: Dice, world: World, request: Fields) -> Fields | None:
    """Let another VIF have the VLAN on the target, and leave it in a later move."""
    ports = [each for each in world.ports if each not in {world.source, world.target}]
    ports = [each for each in ports if not world.is_hosted(each)]
    if not ports or not _takes_its_vlan(dice, world):
        return None
    other = next(v for v in world.virtual_interfaces if v["connectionId"] == world.target)
    return {"moves": [_own(request), {MOVE[0]: other[MOVE[0]], MOVE[1]: dice.pick(ports)}]}


def _twice(dice: Dice, world: World, request: Fields) -> Fields | None:
    return {"moves": [_own(request), _own(request)]}


def _takes_its_vlan(dice: Dice, world: World) -> bool:
    """Let one other VIF alone be on the target, with the VLAN of the subject."""
    others = [each for each in world.virtual_interfaces if each[MOVE[0]] != world.subject]
    stay = [each for each in others if each["connectionId"] != world.target]
    if world.is_hosted(world.source) or world.is_hosted(world.target) or not stay:
        return False
    world.virtual_interfaces[:] = [
        each for each in world.virtual_interfaces if each["connectionId"] != world.target
    ]
    dice.pick(stay).update(connectionId=world.target, vlan=world.subject_vlan)
    return True


def _own(request: Fields) -> Fields:
    return {name: request[name] for name in MOVE}


def _move(dice: Dice, world: World, others: list[str]) -> Fields:
    """Generate a move of one of the other VIFs, which is not chosen again."""
    name = others.pop(dice.whole(0, len(others) - 1))
    source = _port_of(world, name)
    ports = [port for port in world.ports if port != source and not world.is_hosted(port)]
    return {MOVE[0]: name, MOVE[1]: dice.pick(ports or [source])}


def _all(world: World) -> list[str]:
    return [world.subject, *world.others]


def _port_of(world: World, name: str) -> str:
    vifs = world.virtual_interfaces
    return next(str(each["connectionId"]) for each in vifs if each["virtualInterfaceId"] == name)


MOVES, EVACUATION = "moves", "an evacuation"
KINDS: dict[str, tuple[float, Draw]] = {
    MOVES: (60, _moves),
    EVACUATION: (24, _evacuation),
    "a swap": (6, _swap),
    "a VLAN that is freed later": (6, _freed_later),
    "a VIF twice": (4, _twice),
}


def kinds() -> list[str]:
    """Return the descriptions of all kinds."""
    listed = [f"{each}, in a list" for each in KINDS if each != EVACUATION]
    return [f"plan: {each}" for each in (*KINDS, *listed)]
