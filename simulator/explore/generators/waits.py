"""Generates what a request waits for before it moves anything: people, a window, or both."""

from dataclasses import dataclass
from datetime import timedelta

from simulator.directconnect.shapes import Fields
from simulator.explore.generators.dice import Dice
from simulator.explore.generators.request import START
from simulator.scenarios.model import ScenarioTrigger

MINUTE, HOUR, DAY = 60, 3600, 86400
NOTHING = "nothing"
APPROVAL, THEN_A_WINDOW, FORTY_DAYS = "an approval", "an approval, then a window", "forty days"
KINDS = {
    NOTHING: 50,
    APPROVAL: 20,
    "a window in hours": 8,
    "a window in days": 8,
    THEN_A_WINDOW: 11,
    FORTY_DAYS: 3,
}
APPROVAL_MINUTES = [1, 5, 5, 30, 60, 60, 1440, 10080]
OPEN_HOURS = [3, 4, 8, 8, 24]
FITTING = {"sane", "dry run", "to the port it is on"}
"""The kinds of requests that may wait; the others are refused at once."""


@dataclass(frozen=True)
class DrawnWaits:
    """What a request waits for; times are in seconds after it.

    People are `asked_until`, at most, if they are asked; the window `opens_at`, if there is one.
    """

    told: tuple[str, ...] = ()
    asked_until: int | None = None
    opens_at: int | None = None
    closes_at: int | None = None

    @property
    def is_long(self) -> bool:
        """Return whether it takes longer than anything that is requested meanwhile would wait."""
        return self.told == (f"wait: {FORTY_DAYS}",)


def generate_waits(dice: Dice, kind: str, trigger: ScenarioTrigger) -> DrawnWaits:
    """Let a request wait for something, or for nothing, half of the time."""
    drawn = dice.weigh(KINDS)
    minutes, hours = dice.pick(APPROVAL_MINUTES), dice.whole(1, 20)
    days, is_open = dice.whole(1, 28), dice.pick(OPEN_HOURS) * HOUR
    asked = asked_of(trigger)
    if drawn == NOTHING or kind.partition(",")[0] not in FITTING or asked is None:
        return DrawnWaits()
    until = opens = None
    if drawn in {APPROVAL, THEN_A_WINDOW}:
        asked["approval"] = {"required": True, "timeoutMinutes": minutes}
        until = minutes * MINUTE
    if drawn != APPROVAL:
        opens = hours * HOUR if drawn in {"a window in hours", THEN_A_WINDOW} else days * DAY
        opens = max(opens, until or 0) if dice.chance(80) else opens
        if drawn == FORTY_DAYS:
            opens, is_open = 29 * DAY, 11 * DAY
        asked["window"] = window(opens, opens + is_open)
    closes = opens + is_open if opens is not None else None
    return DrawnWaits((f"wait: {drawn}",), until, opens, closes)


def window(opens: int, closes: int) -> Fields:
    """Return a window that opens and closes so many seconds after the first request."""
    return {"opensAt": _at(opens), "closesAt": _at(closes)}


def asked_of(trigger: ScenarioTrigger) -> Fields | None:
    """Return what a trigger asks for, or None if that is not even an object."""
    asked = trigger.plan if "plan" in trigger.model_fields_set else trigger.request
    return asked if isinstance(asked, dict) else None


def _at(seconds: int) -> str:
    return (START + timedelta(seconds=seconds)).isoformat()
