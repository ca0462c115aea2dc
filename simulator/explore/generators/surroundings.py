"""Generates what preflight reads around the move, as odd as AWS has it.

It has dice of its own, so that it changes nothing else of a seed.
"""

from collections.abc import Callable, Sequence

from pydantic import JsonValue

from simulator.directconnect import Fault, FaultError
from simulator.directconnect.fields import records
from simulator.directconnect.shapes import Fields
from simulator.explore.generators.dice import Dice
from simulator.explore.generators.faults import READS
from simulator.explore.generators.troubles import Troubles
from simulator.explore.generators.world import WorldPlan

PERCENT = 25
_SALT = 1_000_003
_CODES = ["SCHEDULED", "SCHEDULED", "CANCELLED", "COMPLETE"]
_REGIONS = [None, None, "global", "sa-east-1", "eu-west-1"]
_CATEGORIES = [None, None, "accountNotification", "investigation"]
# The world begins at 2026-01-05 02:00; a move and its rollback may take up to two hours.
_TIMES = [
    ("2026-01-05T01:30:00Z", "2026-01-05T05:30:00Z"),
    ("2026-01-05T02:05:00Z", "2026-01-05T02:10:00Z"),
    ("2026-01-05T01:00:00Z", "2026-01-05T02:00:00Z"),
    ("2026-01-06T01:00:00Z", "2026-01-06T03:00:00Z"),
    ("2026-01-05T01:30:00Z", None),
    (None, None),
]
_HEALTH_ACTIONS = ["health:DescribeEvents", "health:DescribeAffectedEntities"]
_ERRORS = ["ThrottlingException", "ThrottlingException", "InternalServerError"]

Draw = Callable[[Dice, WorldPlan, Troubles], bool]


def generate_surroundings(seed: int, plan: WorldPlan, troubles: Troubles) -> list[str]:
    """Sometimes make what is around the move odd; return descriptions of that."""
    dice = Dice(seed + _SALT)
    told: list[str] = []
    while dice.chance(PERCENT) and len(told) < len(KINDS):
        kind = dice.weigh({name: weight for name, (weight, _) in KINDS.items()})
        if KINDS[kind][1](dice, plan, troubles):
            told.append(f"around: {kind}")
    return told


def _event(dice: Dice, plan: WorldPlan, entities: Sequence[str]) -> Fields:
    begins, ends = dice.pick(_TIMES)
    event: dict[str, JsonValue] = {
        "eventTypeCode": f"AWS_DIRECTCONNECT_MAINTENANCE_{dice.pick(_CODES)}",
        "statusCode": dice.pick(["open", "upcoming", "closed"]),
        "startTime": begins,
        "endTime": ends,
        "region": dice.pick(_REGIONS),
        "eventTypeCategory": dice.pick(_CATEGORIES),
        "entities": [*entities],
    }
    return {name: value for name, value in event.items() if value is not None}


def _add_events(plan: WorldPlan, *events: Fields) -> bool:
    known = plan.extras.setdefault("healthEvents", [])
    if not isinstance(known, list):
        return False
    known.extend(events)
    return True


def _odd_events(dice: Dice, plan: WorldPlan, troubles: Troubles) -> bool:
    whole = [["UNKNOWN"], ["AWS_ACCOUNT"], ["111122223333"], []]
    some = [[plan.source], [plan.target], [plan.subject], ["dxcon-elsewhere1"]]
    drawn = [_event(dice, plan, dice.pick([*whole, *some])) for _ in range(dice.whole(1, 3))]
    return _add_events(plan, *drawn)


def _many_events(dice: Dice, plan: WorldPlan, troubles: Troubles) -> bool:
    others = [_event(dice, plan, [f"dxcon-elsewhere{number}"]) for number in range(55)]
    return _add_events(plan, *others, _event(dice, plan, [plan.target]))


def _large_event(dice: Dice, plan: WorldPlan, troubles: Troubles) -> bool:
    ours = dice.pick([[plan.target], [plan.source], ["dxcon-elsewhere1"]])
    large = {**_event(dice, plan, ours), "otherEntities": dice.pick([99, 101, 3000])}
    return _add_events(plan, large)


def _health_fails(dice: Dice, plan: WorldPlan, troubles: Troubles) -> bool:
    first = dice.whole(1, 3)
    fault: Fields = {"action": dice.pick(_HEALTH_ACTIONS), "error": dice.pick(_ERRORS)}
    if dice.chance(85):
        fault["calls"] = [*range(first, first + dice.whole(1, 4))]
    plan.extras["accountFaults"] = [fault]
    return True


def _reads_refused(dice: Dice, plan: WorldPlan, troubles: Troubles) -> bool:
    first = dice.whole(1, 6)
    troubles.faults.append(
        Fault(
            operation=dice.pick(READS),
            calls=tuple(range(first, first + dice.whole(1, 5))),
            error=FaultError.CLIENT,
            message=f"Could not find Lag with ID {plan.target}",
        )
    )
    return True


def _no_links(dice: Dice, plan: WorldPlan, troubles: Troubles) -> bool:
    if not plan.target.startswith("dxlag"):
        return False
    lag = plan.port(plan.target)
    if dice.chance(50):
        lag["connections"] = []
    for member in records(lag, "connections"):
        member["connectionState"] = "down"
    return True


def _no_minimum(dice: Dice, plan: WorldPlan, troubles: Troubles) -> bool:
    lags = [port for port in (plan.source, plan.target) if port.startswith("dxlag")]
    for port in lags:
        plan.port(port)["minimumLinks"] = 0
    return bool(lags)


def _fewer_links(dice: Dice, plan: WorldPlan, troubles: Troubles) -> bool:
    """Let the source have fewer links than its minimum, while it carries the traffic."""
    if not plan.source.startswith("dxlag"):
        return False
    links = records(plan.port(plan.source), "connections")
    plan.port(plan.source)["minimumLinks"] = len(links)
    links[0]["connectionState"] = "down"
    return True


def _other_vlan(dice: Dice, plan: WorldPlan, troubles: Troubles) -> bool:
    if not plan.is_hosted(plan.target):
        return False
    plan.port(plan.target)["vlan"] = 3000 + dice.whole(0, 99)
    return True


KINDS: dict[str, tuple[float, Draw]] = {
    "odd Health events": (24, _odd_events),
    "more than fifty Health events": (5, _many_events),
    "a Health event that names many": (6, _large_event),
    "Health fails": (10, _health_fails),
    "reads are refused": (20, _reads_refused),
    "the target has no links": (12, _no_links),
    "a LAG needs no links": (10, _no_minimum),
    "the source has too few links": (12, _fewer_links),
    "the hosted VLAN differs": (20, _other_vlan),
}
