"""Situations with a floor under every request, as the setting `policy` has it."""

from simulator.directconnect.shapes import Fields
from simulator.explore.generators.ports import subject_of
from simulator.explore.generators.situations.draft import CODE, Draft

ANOTHER_ACCOUNT = "999988887777"
TAG: Fields = {"key": "team", "value": "core"}
POLICY: Fields = {
    "policy": {
        "approval": {"always": True},
        "neverAcknowledge": [CODE],
        "allowRollbackNever": False,
        "minHoldSeconds": 120,
        "minRecoveredPercent": 80,
        "mayName": [{"tags": {"team": "core"}, "accounts": [ANOTHER_ACCOUNT]}],
    }
}
BELOW: Fields = {
    "rollback": "never",
    "convergence": {"timeoutSeconds": 600, "holdSeconds": 30},
    "routes": {"minRecoveredPercent": 10},
    "acknowledge": [CODE],
    "approval": {"required": False},
}
"""What a request may ask for that is less than the floor, each alone."""


def below(draft: Draft, name: str) -> bool:
    """Let a request, or a plan, ask for less than the floor has, in one way or two."""
    draft.world.settings = POLICY
    draft.asked.pop("acknowledge")
    draft.asked.pop("convergence", None)
    names = [name, draft.dice.pick([*BELOW])] if draft.dice.chance(50) else [name]
    draft.asked.update({each: BELOW[each] for each in names})
    return draft.as_plan(is_quick=False) if draft.dice.chance(25) else True


def on_the_floor(draft: Draft) -> bool:
    """Let a request that says nothing keep the floor, and be approved or not."""
    draft.world.settings = POLICY
    draft.asked.pop("acknowledge")
    draft.asked.pop("convergence", None)
    draft.waits = "an approval"
    if draft.dice.chance(80):
        draft.answer(draft.dice.whole(60, 1200))
    return True


def named_by_others(draft: Draft) -> bool:
    """Let the VIF have a tag with which only another account may name it."""
    draft.world.settings = POLICY
    subject_of(draft.world)["tags"] = [TAG]
    draft.asked.pop("acknowledge")
    draft.asked.pop("convergence", None)
    return draft.as_plan(is_quick=False) if draft.dice.chance(25) else True
