"""Generates answers that are for nobody: forged ids, and ids of other things."""

from pydantic import JsonValue

from simulator.explore.generators.dice import Dice
from simulator.scenarios.model import ScenarioAnswer
from vifshift.events.base import ANSWERS, PLAN_ANSWERS, DetailType

NAMES = (
    "plan/{migrationId}",
    "{migrationId}#1",
    "waiting#{migrationId}",
    "{migrationId} ",
    "{requestId}#",
    "no-such-run",
    "CHG0000",
    "*",
    "",
    7,
    None,
)
FIELDS = ("migrationId", "planId", "requestId")
LATEST = 900


def generate_forged_answers(dice: Dice) -> tuple[ScenarioAnswer, ...]:
    """Generate none most of the time, else one or two; none of them may have any effect."""
    if not dice.chance(15):
        return ()
    return tuple(_answer(dice) for _ in range(dice.pick([1, 1, 2])))


def _answer(dice: Dice) -> ScenarioAnswer:
    said: DetailType = dice.pick([*ANSWERS, *PLAN_ANSWERS])
    detail: dict[str, JsonValue] = {dice.pick(FIELDS): dice.pick(NAMES), "by": "mallory"}
    return ScenarioAnswer(at=dice.whole(1, LATEST), detail_type=said, detail=detail)
