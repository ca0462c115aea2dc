"""Generates faults: forward, on rollback, in the API, by others, and in Describe."""

from collections.abc import Callable
from dataclasses import dataclass, field

from pydantic import JsonValue

from simulator.directconnect import ArrivalTimeline, Change, Fault, Knobs, Throttle
from simulator.explore.generators.arrivals import arrival, generate_arrival
from simulator.explore.generators.changes import CHANGES
from simulator.explore.generators.dice import Dice
from simulator.explore.generators.faults import FAULTS
from simulator.explore.generators.world import WorldPlan

NUMBERS = {0: 14, 1: 32, 2: 27, 3: 14, 5: 8, 8: 5}
LAGS = ["lag", "lag", "alternates", "alternates"]
KNOBS = [*LAGS, "old peer", "in transition", "bucket", "deletes"]
FAILING = ["never converges", "stays pending", "leaves a family down", "flaps forever"]


@dataclass
class Troubles:
    """The faults of one scenario, with descriptions."""

    there: list[ArrivalTimeline] = field(default_factory=list)
    back: list[ArrivalTimeline] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    knobs: dict[str, JsonValue] = field(default_factory=dict)
    told: list[str] = field(default_factory=list)

    @property
    def timelines(self) -> tuple[ArrivalTimeline, ...]:
        """Return the timelines of both directions."""
        return (*self.there, *self.back)


def generate_troubles(dice: Dice, plan: WorldPlan) -> Troubles:
    """Generate none, one, two or many faults."""
    troubles = Troubles()
    for _ in range(dice.weigh(NUMBERS)):
        KINDS[dice.weigh(WEIGHTS)](dice, plan, troubles)
    return troubles


def _on_the_way(dice: Dice, plan: WorldPlan, troubles: Troubles) -> None:
    kind, timeline = generate_arrival(dice, plan, plan.target)
    if not troubles.there:
        troubles.there.append(timeline)
        troubles.told.append(f"forward: {kind}")


def _on_the_way_back(dice: Dice, plan: WorldPlan, troubles: Troubles) -> None:
    """Generate a rollback's timeline, and a forward one that fails, as it needs."""
    kind, timeline = generate_arrival(dice, plan, plan.source)
    failing = dice.pick(FAILING)
    there = arrival(dice, failing, plan, plan.target)
    if troubles.back:
        return
    troubles.back.append(timeline)
    troubles.told.append(f"rollback: {kind}")
    if not troubles.there:
        troubles.there.append(there)
        troubles.told.append(f"forward: {failing}")


def _in_the_api(dice: Dice, plan: WorldPlan, troubles: Troubles) -> None:
    kind = dice.weigh({name: weight for name, (weight, _) in FAULTS.items()})
    troubles.faults.append(FAULTS[kind][1](dice, plan))
    troubles.told.append(f"fault: {kind}")


def _by_others(dice: Dice, plan: WorldPlan, troubles: Troubles) -> None:
    kind = dice.weigh({name: weight for name, (weight, _) in CHANGES.items()})
    changes = CHANGES[kind][1](dice, plan)
    if changes:
        troubles.changes.extend(changes)
        troubles.told.append(f"change: {kind}")


def _in_describe(dice: Dice, plan: WorldPlan, troubles: Troubles) -> None:
    kind = dice.pick(KNOBS)
    drawn: dict[str, JsonValue]
    match kind:
        case "lag" | "alternates":
            drawn = {
                "describe_lag_seconds": dice.pick([5, 15, 30, 60, 90, 150]),
                "describe_lag_shows": dice.pick(["connectionId", "everything"]),
                "describe_lag_alternates": kind == "alternates",
            }
        case "old peer":
            drawn = {
                "old_peer_seconds": dice.pick([0, 5, 90, 600, None]),
                "old_peer_bgp_status": dice.pick(["down", "up"]),
            }
        case "in transition":
            drawn = {"refuse_while_pending": True}
        case "bucket":
            throttle = Throttle(rate=dice.pick([0.2, 0.5, 1, 2]), burst=dice.whole(6, 40))
            drawn = {"throttle": throttle.model_dump()}
        case _:
            drawn = {
                "delete_seconds": dice.whole(0, 60),
                "deleted_visible_seconds": dice.pick([0, 60, 900]),
            }
    troubles.knobs.update(drawn)
    troubles.told.append(f"knob: {kind}")


def knobs_of(troubles: Troubles) -> Knobs:
    """Return the generated knobs."""
    return Knobs.model_validate(troubles.knobs)


WEIGHTS = {"there": 38, "back": 16, "api": 22, "others": 14, "describe": 14}
KINDS: dict[str, Callable[[Dice, WorldPlan, Troubles], None]] = {
    "there": _on_the_way,
    "back": _on_the_way_back,
    "api": _in_the_api,
    "others": _by_others,
    "describe": _in_describe,
}
