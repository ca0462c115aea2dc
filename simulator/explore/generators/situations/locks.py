"""Situations in which siblings wait for a lock, which may have been left behind."""

from simulator.directconnect.shapes import Fields
from simulator.explore.generators.situations.draft import SIBLINGS, Draft
from vifshift.domain.workflow import StateName

TABLE = "DynamoDB.InternalServerError"
SERVICE = "StepFunctions.SdkClientException"
HOLDERS = {StateName.WHO_HOLDS_IT: TABLE, StateName.IS_HOLDER_RUNNING: SERVICE}
"""The states that find out about the holder of a lock, and how they fail."""
TRIES = 4
"""How often a state that writes the table is tried."""


def _siblings(draft: Draft, number: int) -> list[Fields]:
    near = draft.near[:number]
    return near if len(near) == number else []


def _ask_for(draft: Draft, siblings: list[Fields], at: int, **rest: int) -> bool:
    for number, each in enumerate(siblings):
        draft.ask_later(at, each, draft.fresh_port(number), **rest)
    draft.waits = SIBLINGS
    return bool(siblings)


def left_locked(draft: Draft) -> bool:
    """Let one end without releasing its lock, and a sibling take that over."""
    draft.fail(StateName.UNLOCK_GATEWAY, TABLE, times=TRIES)
    return _ask_for(draft, _siblings(draft, 1), draft.dice.whole(5, 40))


def left_locked_for_two(draft: Draft) -> bool:
    """Let two siblings take over one lock that was left, both at once, before the sweep comes."""
    draft.fail(StateName.UNLOCK_GATEWAY, TABLE, times=TRIES)
    draft.asked["convergence"] = {"timeoutSeconds": 120, "holdSeconds": 0}
    return _ask_for(draft, _siblings(draft, 2), draft.dice.whole(150, 240))


def not_taken_over(draft: Draft) -> bool:
    """Let the table fail when a sibling takes over a lock that was left."""
    draft.fail(StateName.TAKE_LOCK_OVER, TABLE)
    return left_locked(draft)


def holder_not_known(draft: Draft, state: StateName) -> bool:
    """Let it stay unknown which execution has the lock, or whether that still runs."""
    draft.fail(state, HOLDERS[state])
    return _ask_for(draft, _siblings(draft, 1), draft.dice.whole(3, 30))


def not_worth_waiting(draft: Draft) -> bool:
    """Let a sibling wait less long than the one before takes."""
    draft.asked["convergence"] = {"timeoutSeconds": 600, "holdSeconds": 600}
    return _ask_for(
        draft, _siblings(draft, 1), draft.dice.whole(3, 30), lockWaitSeconds=draft.dice.whole(0, 60)
    )
