"""Generates what becomes of routes by name: others of the same number, and tables of thousands."""

from simulator.directconnect import ArrivalTimeline, Routes, TimelineStep, When
from simulator.directconnect.shapes import Fields
from simulator.explore.generators.arrivals import good
from simulator.explore.generators.dice import Dice
from simulator.explore.generators.troubles import Troubles
from simulator.explore.generators.world import WorldPlan

LARGE = 1
"""In percent of the seeds: each page of a large table costs a call."""
OTHERS = 5
"""In percent of the seeds."""
DIRECTIONS = ("accepted", "advertised")
MOST = 1400
KINDS = ("routes: a large table", "routes: others of the same number")


def generate_routes(dice: Dice, plan: WorldPlan, troubles: Troubles) -> None:
    """Give some VIFs a large table of routes, and let other routes of the same number come back."""
    is_large, are_others = dice.chance(LARGE), dice.chance(OTHERS)
    direction, count = dice.pick(DIRECTIONS), dice.whole(1001, MOST)
    share, back, up = dice.whole(1, 100), dice.chance(30), dice.whole(1, 60)
    subject = next(
        each for each in plan.virtual_interfaces if each["virtualInterfaceId"] == plan.subject
    )
    routes = subject["routes"]
    assert isinstance(routes, dict)
    if is_large:
        first = "100.64.0.0/28" if "ipv4" in plan.families else "2001:db8:fff0::/64"
        table = routes[direction]
        assert isinstance(table, list)
        table.append({"cidr": first, "count": count})
        troubles.told.append(KINDS[0])
    if are_others and not troubles.there:
        steps = [TimelineStep(after=0, routes=_others(routes, direction, share)), good(up)]
        if back:
            steps.append(TimelineStep(after=up + count % 300, routes_percent=100))
        when = When(virtual_interface_id=plan.subject, connection_id=plan.target)
        troubles.there.append(ArrivalTimeline(when=when, steps=tuple(steps)))
        troubles.told.append(KINDS[1])


def _others(routes: Fields, direction: str, share: int) -> Routes:
    """Return the routes of one direction, some of them replaced, by a share in percent."""
    entries = Routes.model_validate({direction: routes[direction]})
    known = entries.accepted if direction == "accepted" else entries.advertised
    cidrs = [route.cidr for route in known or ()]
    number = max(1, len(cidrs) * share // 100)
    replaced = [_another(cidr) for cidr in cidrs[:number]]
    return Routes.model_validate({direction: [*replaced, *cidrs[number:]]})


def _another(cidr: str) -> str:
    """Return a prefix of the same size that no generated VIF has."""
    if ":" in cidr:
        return f"2600:{cidr.partition(':')[2]}"
    return f"198.{cidr.partition('.')[2]}"
