"""Generates what is done once more: executions are redriven, events replayed or repeated."""

from dataclasses import dataclass

from simulator.cloud import EventFault, ExecutionInterruption
from simulator.explore.generators.dice import Dice
from simulator.explore.generators.platform import Failures
from simulator.explore.generators.waits import DAY
from simulator.explore.generators.world import WorldPlan
from simulator.scenarios.model import (
    ScenarioAnswer,
    ScenarioRedrive,
    ScenarioReplay,
    ScenarioTrigger,
    TriggerKind,
)
from vifshift.domain.workflow import StateName
from vifshift.events.base import DetailType

REDRIVEN = {
    "after it was interrupted": "redriven after it was interrupted",
    "after it failed": "redriven after it failed",
    "stopped on its way": "stopped on its way, and redriven",
    "stopped before it moves": "stopped before it moves, and redriven",
}
NOTHING = "none"
REDRIVES = {
    NOTHING: 93,
    "after it failed": 2,
    "stopped on its way": 2,
    "stopped before it moves": 1.5,
}
REPLAYED = {
    "the request": DetailType.REQUESTED,
    "the plan's request": DetailType.PLAN_REQUESTED,
    "an approval": DetailType.APPROVED,
    "a plan's approval": DetailType.PLAN_APPROVED,
    "a cancellation": DetailType.CANCEL_REQUESTED,
}
REPEATED = {"the request comes twice": DetailType.REQUESTED}
ON_ITS_WAY = (StateName.PAUSE, StateName.OBSERVE, StateName.ASSOCIATE, StateName.HAS_IT_SETTLED)
BEFORE = (StateName.ANNOUNCE_START, StateName.IS_IT_STILL_GOOD, StateName.LOCK_GATEWAY)


@dataclass(frozen=True)
class Repetitions:
    """What is done again, with descriptions."""

    told: tuple[str, ...] = ()
    redrives: tuple[ScenarioRedrive, ...] = ()
    replays: tuple[ScenarioReplay, ...] = ()
    events: tuple[EventFault, ...] = ()


def generate_repetitions(
    dice: Dice,
    plan: WorldPlan,
    trigger: ScenarioTrigger,
    failures: Failures,
    answers: tuple[ScenarioAnswer, ...],
    begins: int,
) -> Repetitions:
    """Generate none most of the time; some need an execution that is stopped before."""
    is_plan = "plan" in trigger.model_fields_set
    redriven = _redriven(dice, plan, failures, begins, is_plan=is_plan)
    replayed = _replayed(dice, trigger, answers, begins, is_plan=is_plan)
    repeated = _repeated(dice, trigger, is_plan=is_plan)
    parts = (redriven, replayed, repeated)
    return Repetitions(
        tuple(told for part in parts for told in part.told),
        redriven.redrives,
        replayed.replays,
        repeated.events,
    )


def _redriven(
    dice: Dice, plan: WorldPlan, failures: Failures, begins: int, *, is_plan: bool
) -> Repetitions:
    kind = dice.weigh(REDRIVES)
    later, state, before = 60 + dice.moment(900), dice.pick(ON_ITS_WAY), dice.pick(BEFORE)
    follows = dice.chance(30)
    if failures.interruptions:
        kind = "after it was interrupted" if follows else NOTHING
    if kind == NOTHING or is_plan:
        return Repetitions()
    if kind.startswith("stopped"):
        where = state if kind == "stopped on its way" else before
        stopped = ExecutionInterruption.model_validate(
            {"at": begins, "kind": "stop", "state": where}
        )
        failures.interruptions.append(stopped)
    at = begins + later if kind != "after it failed" else begins + 2 * plan.timeout + later
    redrive = ScenarioRedrive(at=at, if_possible=True)
    return Repetitions((f"again: {REDRIVEN[kind]}",), (redrive,))


def _replayed(
    dice: Dice,
    trigger: ScenarioTrigger,
    answers: tuple[ScenarioAnswer, ...],
    begins: int,
    *,
    is_plan: bool,
) -> Repetitions:
    is_drawn, of_answer = dice.chance(6), dice.chance(50)
    late = begins + dice.pick([dice.moment(900), dice.whole(1, 20 * 3600), 3 * DAY])
    said = {each.kind for each in answers}
    kind = "the plan's request" if is_plan else "the request"
    if of_answer and "approved" in said:
        kind = "a plan's approval" if is_plan else "an approval"
    elif of_answer and "cancel" in said and not is_plan:
        kind = "a cancellation"
    if not is_drawn or (trigger.kind is not TriggerKind.EVENT and kind.endswith("request")):
        return Repetitions()
    replay = ScenarioReplay(at=late, event=REPLAYED[kind], if_possible=True)
    return Repetitions((f"again: {kind} is replayed",), (), (replay,))


def _repeated(dice: Dice, trigger: ScenarioTrigger, *, is_plan: bool) -> Repetitions:
    is_drawn, late = dice.chance(3), dice.pick([0, dice.whole(1, 300)])
    if not is_drawn or trigger.kind is not TriggerKind.EVENT:
        return Repetitions()
    said = DetailType.PLAN_REQUESTED if is_plan else DetailType.REQUESTED
    fault = EventFault(detail_type=said, occurrence=1, repeat=1, delay=late)
    return Repetitions(("again: the request comes twice",), (), (), (fault,))


def kinds() -> list[str]:
    """Return the descriptions of all kinds."""
    replayed = [f"{each} is replayed" for each in REPLAYED]
    return [f"again: {each}" for each in (*REDRIVEN.values(), *replayed, *REPEATED)]
