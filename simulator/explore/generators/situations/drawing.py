"""Draws the situation of a seed: in the first of many worlds in which it can be."""

from typing import NamedTuple

from simulator.directconnect.shapes import Fields
from simulator.explore.generators.dice import Dice
from simulator.explore.generators.situations.catalogue import SITUATIONS
from simulator.explore.generators.situations.draft import CODE, SIBLINGS, Draft
from simulator.explore.generators.world import generate_world

WORLDS = 400
"""In how many worlds a situation is tried; the rarest one fits one world in twenty."""
_SALT, _STEP = 5_000_011, 100_003


class Situated(NamedTuple):
    """A draft in which a situation was set up, with the kind of its request and descriptions."""

    draft: Draft
    request: str
    told: tuple[str, ...]


def draw_situation(seed: int, name: str) -> Situated:
    """Return a draft with a situation."""
    for number in range(WORLDS):
        dice = Dice(seed + _SALT + number * _STEP)
        world = generate_world(dice, seed)
        draft = Draft(dice, world, _asked(dice, world.subject, world.target))
        if SITUATIONS[name](draft):
            kind = f"sane, in a plan: {draft.plan_kind}" if draft.plan_kind else "sane"
            return Situated(draft, kind, tuple(_told(draft, name)))
    raise AssertionError(f"no world for a situation: {name}")


def _asked(dice: Dice, virtual_interface_id: str, port: str) -> Fields:
    return {
        "virtualInterfaceId": virtual_interface_id,
        "connectionId": port,
        "acknowledge": [CODE],
        "convergence": {
            "timeoutSeconds": dice.pick([120, 300, 600]),
            "holdSeconds": dice.pick([0, 30, 60]),
            "pollSeconds": dice.pick([10, 15, 30]),
        },
    }


def _told(draft: Draft, name: str) -> list[str]:
    """Return what was drawn, in the words of all that is drawn otherwise."""
    waits = ["more: a sibling"] if draft.waits == SIBLINGS else [f"wait: {draft.waits}"]
    return [f"situation: {name}", *(waits if draft.waits else ()), *draft.told]
