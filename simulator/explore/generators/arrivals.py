"""Generates what the network does after a VIF arrives at a port."""

from collections.abc import Callable

from simulator.directconnect import ArrivalTimeline, Routes, TimelineStep, When
from simulator.directconnect.timeline import PeerEffect
from simulator.explore.generators.dice import Dice
from simulator.explore.generators.world import WorldPlan

QUICK = 40
MOST_FLAPS = 40
NEW_STATES = ["syncing", "provisioning-on-port", "AVAILABLE"]
NO_ROUTES = Routes(accepted=(), advertised=())

Way = Callable[[Dice, WorldPlan], list[TimelineStep]]


def good(after: int) -> TimelineStep:
    """Return the step that restores everything."""
    return TimelineStep(after=after, virtual_interface_state="available", bgp_status="up")


def _down(after: int) -> TimelineStep:
    return TimelineStep(after=after, virtual_interface_state="down", bgp_status="down")


def _quickly(dice: Dice, plan: WorldPlan) -> list[TimelineStep]:
    return [good(dice.whole(0, QUICK))]


def _slowly(dice: Dice, plan: WorldPlan) -> list[TimelineStep]:
    there = dice.about([plan.timeout // 2, plan.timeout], 900)
    return [_down(dice.whole(0, QUICK)), good(there)]


def _never(dice: Dice, plan: WorldPlan) -> list[TimelineStep]:
    return [_down(dice.whole(0, QUICK))]


def _pending_for_ever(dice: Dice, plan: WorldPlan) -> list[TimelineStep]:
    return []


def _one_family(dice: Dice, plan: WorldPlan) -> list[TimelineStep]:
    """Return a step that leaves one address family down; if there is only one, all of BGP."""
    up = PeerEffect(address_family=plan.families[0], bgp_status="up")
    peers = (up,) if len(plan.families) > 1 else ()
    return [
        TimelineStep(after=dice.whole(1, 60), virtual_interface_state="available", bgp_peers=peers)
    ]


def _flaps_once(dice: Dice, plan: WorldPlan) -> list[TimelineStep]:
    up = dice.whole(0, QUICK)
    down = up + dice.whole(1, 200)
    return [good(up), TimelineStep(after=down, bgp_status="down"), good(down + dice.whole(1, 60))]


def _flaps_for_ever(dice: Dice, plan: WorldPlan) -> list[TimelineStep]:
    at, steps = dice.whole(1, QUICK), list[TimelineStep]()
    up, down = dice.whole(2, 90), dice.whole(2, 60)
    for _ in range(MOST_FLAPS):
        steps += [good(at), TimelineStep(after=at + up, bgp_status="down")]
        at += up + down
    return steps


def _unknown(dice: Dice, plan: WorldPlan) -> list[TimelineStep]:
    state = dice.pick(["available", "unknown"])
    return [
        TimelineStep(after=dice.whole(1, 60), virtual_interface_state=state, bgp_status="unknown")
    ]


def _without_routes(dice: Dice, plan: WorldPlan) -> list[TimelineStep]:
    steps = [TimelineStep(after=0, routes=NO_ROUTES), good(dice.whole(1, 60))]
    return [*steps, *_perhaps_all_routes(dice)]


def _with_part_of_the_routes(dice: Dice, plan: WorldPlan) -> list[TimelineStep]:
    steps = [TimelineStep(after=0, routes_percent=dice.whole(1, 99)), good(dice.whole(1, 60))]
    return [*steps, *_perhaps_all_routes(dice)]


def _loses_routes_later(dice: Dice, plan: WorldPlan) -> list[TimelineStep]:
    up = dice.whole(0, QUICK)
    return [good(up), TimelineStep(after=up + dice.whole(5, 200), routes_percent=dice.whole(0, 90))]


def _perhaps_all_routes(dice: Dice) -> list[TimelineStep]:
    late = dice.whole(60, 600)
    return [TimelineStep(after=late, routes_percent=100)] if dice.chance(40) else []


def _available_before_up(dice: Dice, plan: WorldPlan) -> list[TimelineStep]:
    first = dice.whole(1, 60)
    return [
        TimelineStep(after=first, virtual_interface_state="available"),
        TimelineStep(after=first + dice.whole(1, 200), bgp_status="up"),
    ]


def _up_before_available(dice: Dice, plan: WorldPlan) -> list[TimelineStep]:
    first = dice.whole(1, 60)
    return [TimelineStep(after=first, bgp_status="up"), good(first + dice.whole(1, 200))]


def _new_states(dice: Dice, plan: WorldPlan) -> list[TimelineStep]:
    first = dice.whole(0, 30)
    new = TimelineStep(
        after=first,
        virtual_interface_state=dice.pick(NEW_STATES),
        bgp_status=dice.pick(["up", "down", "restarting"]),
    )
    return [new, good(first + dice.whole(5, 300))] if dice.chance(70) else [new]


def _verifies_first(dice: Dice, plan: WorldPlan) -> list[TimelineStep]:
    first = TimelineStep(after=0, virtual_interface_state="verifying")
    return [first, good(dice.whole(20, 900))] if dice.chance(70) else [first]


def _is_rejected(dice: Dice, plan: WorldPlan) -> list[TimelineStep]:
    return [TimelineStep(after=dice.whole(1, 100), virtual_interface_state="rejected")]


def _is_tested(dice: Dice, plan: WorldPlan) -> list[TimelineStep]:
    test = TimelineStep(
        after=dice.whole(1, 100), virtual_interface_state="testing", bgp_status="down"
    )
    return [good(0), test]


WAYS: dict[str, tuple[float, Way]] = {
    "comes good quickly": (4, _quickly),
    "comes good slowly": (14, _slowly),
    "never comes good": (16, _never),
    "stays pending": (6, _pending_for_ever),
    "leaves a family down": (10, _one_family),
    "flaps once": (12, _flaps_once),
    "flaps for ever": (7, _flaps_for_ever),
    "reads unknown": (4, _unknown),
    "comes without routes": (7, _without_routes),
    "comes with part of the routes": (8, _with_part_of_the_routes),
    "loses routes later": (5, _loses_routes_later),
    "is available before up": (6, _available_before_up),
    "is up before available": (6, _up_before_available),
    "reads new states": (5, _new_states),
    "verifies first": (4, _verifies_first),
    "is rejected": (2, _is_rejected),
    "is tested": (2, _is_tested),
}


def generate_arrival(dice: Dice, plan: WorldPlan, port: str) -> tuple[str, ArrivalTimeline]:
    """Generate what happens after an arrival; return its kind and timeline."""
    kind = dice.weigh({name: weight for name, (weight, _) in WAYS.items()})
    return kind, arrival(dice, kind, plan, port)


def arrival(dice: Dice, kind: str, plan: WorldPlan, port: str) -> ArrivalTimeline:
    """Generate the timeline of one kind of arrival."""
    when = When(virtual_interface_id=plan.subject, connection_id=port)
    return ArrivalTimeline(when=when, steps=tuple(WAYS[kind][1](dice, plan)))
