"""Situations of plans: their lists, orders and windows, and what becomes of their moves."""

from pydantic import JsonValue

from simulator.directconnect.shapes import Fields
from simulator.explore.generators import plans
from simulator.explore.generators.ports import subject_of, transit
from simulator.explore.generators.situations.draft import CODE, MOVE, Draft
from simulator.explore.generators.waits import HOUR, window
from simulator.scenarios.model import ScenarioAnswerKind, ScenarioTrigger, TriggerKind
from vifshift.domain.workflow import StateName
from vifshift.events.base import DetailType

LISTED = [kind for kind in plans.KINDS if kind != plans.EVACUATION]
HALTS = ("at once", "while it waits", "on its way", "after its end")


def listed(draft: Draft, kind: str) -> bool:
    """Put a plan of one of the kinds into a list."""
    if not draft.others:
        return False
    drawn = plans.KINDS[kind][1](draft.dice, draft.world, draft.asked)
    if drawn is None:
        return False
    for name in MOVE:
        draft.asked.pop(name)
    draft.asked.update(drawn)
    draft.is_plan = draft.is_listed = True
    draft.plan_kind = f"{kind}, in a list"
    return True


def dry_run(draft: Draft) -> bool:
    """Ask what a plan would do."""
    draft.asked["dryRun"] = True
    return draft.as_plan()


def nothing_to_do(draft: Draft) -> bool:
    """Let everything of a plan be where it should be, or nothing be on its port."""
    if draft.dice.chance(50):
        port = draft.fresh_port(1)
        if not draft.as_evacuation():
            return False
        draft.asked["evacuate"] = {"from": port, "to": draft.fresh_port(0)}
        return True
    move: Fields = {MOVE[0]: draft.world.subject, MOVE[1]: draft.world.source}
    for name in MOVE:
        draft.asked.pop(name)
    draft.asked["moves"] = [move]
    draft.is_plan, draft.plan_kind = True, plans.MOVES
    return not draft.world.is_hosted(draft.world.source)


def short_window(draft: Draft) -> bool:
    """Let a window be too short for all moves of a plan."""
    if not draft.as_plan():
        return False
    moves = draft.asked["moves"]
    assert isinstance(moves, list)
    draft.asked["convergence"] = {"timeoutSeconds": 300, "holdSeconds": 60}
    draft.asked["maxConcurrency"] = 1
    enough = 900 * (len(moves) - 1) + draft.dice.whole(0, 400)
    draft.asked["window"] = window(HOUR, HOUR + enough)
    draft.waits = "a window in hours"
    return True


def order_kept(draft: Draft) -> bool:
    """Let the least critical move take the place that others need first, so that all get stuck.

    Each port may have four transit VIFs (AWS: "Direct Connect quotas").
    """
    world = draft.world
    if subject_of(world)["virtualInterfaceType"] != "transit" or not draft.near:
        return False
    there, between = draft.fresh_port(0), draft.fresh_port(1)
    for number, port in enumerate((there, *[between] * 4, there, there)):
        world.virtual_interfaces.append(transit(world.seed, number, port))
    moves: list[JsonValue] = [
        {MOVE[0]: "dxvif-filler0001", MOVE[1]: there},
        {MOVE[0]: "dxvif-filler0000", MOVE[1]: between},
        {MOVE[0]: world.subject, MOVE[1]: there},
    ]
    for name in MOVE:
        draft.asked.pop(name)
    draft.asked["moves"] = moves
    draft.asked["order"] = "least-critical-first"
    draft.asked["convergence"] = {"timeoutSeconds": 120, "holdSeconds": 0}
    draft.is_plan, draft.plan_kind = True, plans.MOVES
    return True


def halted(draft: Draft, when: str) -> bool:
    """Halt a plan at once, while it waits for its window, on its way, or after its end."""
    if not draft.as_plan():
        return False
    draft.asked["maxConcurrency"] = draft.dice.pick([1, 3])
    opens = draft.wait_for_window(draft.dice.whole(1, 12)) if when == HALTS[1] else 0
    moments = {
        "while it waits": draft.dice.whole(min(60, opens), max(60, opens - 60)),
        "at once": draft.dice.whole(0, 2),
        "on its way": draft.dice.whole(5, 120),
        "after its end": 7 * HOUR,
    }
    draft.answer(moments[when], ScenarioAnswerKind.HALT)
    draft.told.append(f"answer: halted {when}")
    return True


def key_halted(draft: Draft) -> bool:
    """Halt the key of a plan's first move, which is no plan."""
    draft.say(draft.dice.whole(5, 120), DetailType.PLAN_HALT_REQUESTED, planId="{planId}#1")
    draft.told.append("answer: a move's key is halted")
    return draft.as_plan()


def cancelled_move(draft: Draft) -> bool:
    """Cancel a migration of a plan while it begins, or on its way."""
    if not draft.as_plan(1):
        return False
    draft.answer(draft.dice.whole(3, 40), ScenarioAnswerKind.CANCEL)
    return True


def move_id_taken(draft: Draft) -> bool:
    """Let somebody ask for the second move of a plan under the very id that the plan gives it."""
    if not draft.as_plan(1):
        return False
    draft.kind = TriggerKind.EXECUTION
    draft.asked["maxConcurrency"] = 1
    moves = draft.asked["moves"]
    assert isinstance(moves, list)
    second = moves[1]
    assert isinstance(second, dict)
    request: Fields = {**second, "acknowledge": [CODE], "requestId": "by-hand-0002"}
    at = draft.dice.whole(2, 20)
    draft.later.append(ScenarioTrigger(kind=TriggerKind.EVENT, at=at, request=request))
    return True


def moves_break(draft: Draft) -> bool:
    """Let the functions of a plan's moves fail unaccountably."""
    state = draft.dice.pick([StateName.OBSERVE, StateName.ASSOCIATE, StateName.CONCLUDE])
    draft.fail(state, "Lambda.Unknown", times=draft.dice.pick([8, 60]))
    return draft.as_plan()


def move_interrupted(draft: Draft) -> bool:
    """Let a move of a plan be stopped, or time out, on its way."""
    if not draft.as_plan():
        return False
    kind = draft.dice.pick(["stop", "stop", "time-out"])
    draft.interrupt(
        kind, at=draft.dice.whole(10, 60), ofMoves=True, execution=draft.dice.pick([1, 1, 2])
    )
    return True


def stopped_while_moves_go_on(draft: Draft) -> bool:
    """Let a plan be stopped while its moves are in progress, which go on."""
    if not draft.as_plan():
        return False
    draft.asked["maxConcurrency"] = draft.dice.pick([1, 3])
    draft.asked["convergence"] = {"timeoutSeconds": 600, "holdSeconds": 300}
    draft.interrupt(at=draft.dice.whole(20, 90))
    return True
