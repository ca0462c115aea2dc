"""Generates what depends on settings: a change calendar, and paths in another Region.

All seeds that need settings have the same ones, so that they can be run on one deployment.
"""

import copy

from simulator.directconnect.shapes import Fields
from simulator.explore.generators.answers import ALLOWED_SOURCES
from simulator.explore.generators.dice import Dice
from simulator.explore.generators.ports import ELSEWHERE, Draw
from simulator.explore.generators.siblings import siblings_of
from simulator.explore.generators.world import WorldPlan

CALENDAR = "freeze"
SETTINGS: Fields = {
    "checks": {"changeCalendar": CALENDAR},
    "regions": [ELSEWHERE],
    "allowedSources": [*ALLOWED_SOURCES],
}


def with_settings(plan: WorldPlan) -> None:
    """Deploy the stack of a world with settings; its calendar is open unless it is drawn."""
    plan.settings = SETTINGS
    plan.extras.setdefault("calendars", {CALENDAR: "OPEN"})


def _calendar(dice: Dice, plan: WorldPlan, asked: Fields) -> bool:
    plan.extras["calendars"] = {CALENDAR: dice.pick(["OPEN", "CLOSED"])}
    with_settings(plan)
    return True


def _calendar_unread(dice: Dice, plan: WorldPlan, asked: Fields) -> bool:
    """Let the calendar not be there, or let reading it fail for a while."""
    with_settings(plan)
    error = dice.pick(["missing", "ThrottlingException", "AccessDeniedException"])
    if error == "missing":
        plan.extras["calendars"] = {}
        return True
    fault: Fields = {"action": "ssm:GetCalendarState", "error": error}
    if dice.chance(50):
        fault["calls"] = [*range(1, 1 + dice.whole(1, 4))]
    known = plan.extras.setdefault("accountFaults", [])
    assert isinstance(known, list)
    known.append(fault)
    return True


def _sibling_elsewhere(dice: Dice, plan: WorldPlan, asked: Fields) -> bool:
    """Let the siblings be in another Region, which the stack may read or not."""
    siblings = siblings_of(plan)
    if not siblings or "directConnectGatewayId" not in siblings[0]:
        return False
    away = [each for each in siblings if each in plan.virtual_interfaces]
    connections: list[Fields] = []
    for number, each in enumerate(away):
        plan.virtual_interfaces.remove(each)
        port = f"dxcon-abroad{number:02}"
        connections.append({"connectionId": port, "location": "EqDC2", "bandwidth": "10Gbps"})
        each["connectionId"] = port
    world: Fields = {
        "region": ELSEWHERE,
        "connections": [*connections],
        "virtualInterfaces": [*copy.deepcopy(away)],
    }
    plan.other_worlds.append(world)
    if dice.chance(70):
        with_settings(plan)
    return True


KINDS: dict[str, tuple[float, Draw]] = {
    "a change calendar": (6, _calendar),
    "a change calendar that can't be read": (8, _calendar_unread),
    "the siblings are in another Region": (6, _sibling_elsewhere),
}
