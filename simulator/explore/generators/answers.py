"""Generates the answers of people: to what asks them, to what they call off, and forged ones."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from pydantic import JsonValue

from simulator.explore.generators.dice import Dice
from simulator.explore.generators.waits import DrawnWaits
from simulator.explore.generators.world import WorldPlan
from simulator.scenarios.model import ScenarioAnswer, ScenarioAnswerKind
from vifshift.events.base import ANSWERS, PLAN_ANSWERS, DetailType

APPROVED, REFUSED = ScenarioAnswerKind.APPROVED, ScenarioAnswerKind.REFUSED
CANCEL, HALT = ScenarioAnswerKind.CANCEL, ScenarioAnswerKind.HALT
ALLOWED_SOURCES = ("an-engineer", "a-person")
NAMES = (
    "plan/{migrationId}",
    "{migrationId}#1",
    "waiting#{migrationId}",
    "{migrationId} ",
    "{requestId}#",
    "no-such-run",
    "CHG0000",
    "*",
    "",
    7,
    None,
)
FIELDS = ("migrationId", "planId", "requestId")
FORGED_PERCENT = 15
LATEST = 900


class Asked(NamedTuple):
    """Who is asked until when, in seconds after the request: a plan, or a migration."""

    until: int
    is_plan: bool

    @property
    def name(self) -> dict[str, JsonValue]:
        """Return the id that an answer gives."""
        return {"planId": "{planId}"} if self.is_plan else {"migrationId": "{migrationId}"}

    @property
    def approved(self) -> DetailType:
        """Return the detail-type of an approval."""
        return DetailType.PLAN_APPROVED if self.is_plan else DetailType.APPROVED


@dataclass(frozen=True)
class DrawnAnswers:
    """Answers with descriptions; the move begins after the last approval, if one is in time."""

    told: tuple[str, ...] = ()
    answers: tuple[ScenarioAnswer, ...] = ()
    begins: int = 0
    needs_sources: bool = False


Draw = Callable[[int, Asked], tuple[ScenarioAnswer, ...]]


def _kind(at: int, kind: ScenarioAnswerKind, **rest: object) -> ScenarioAnswer:
    given: dict[str, object] = {"at": at, "kind": kind, "by": "alice", "ifPossible": True, **rest}
    return ScenarioAnswer.model_validate(given)


def _event(at: int, said: str, **detail: JsonValue) -> ScenarioAnswer:
    given = {"by": "mallory", **detail}
    return ScenarioAnswer(at=at, detail_type=said, detail=given, if_possible=True)


def _other_type(at: int, asked: Asked) -> tuple[ScenarioAnswer, ...]:
    """Generate an approval of the other kind of thing, which names the one that asks."""
    if asked.is_plan:
        return (_event(at, DetailType.APPROVED, migrationId="plan/{planId}"),)
    return (_event(at, DetailType.PLAN_APPROVED, planId="{migrationId}"),)


TO_WHO_ASKS: dict[str, tuple[float, Draw]] = {
    "approved": (26, lambda at, asked: (_kind(at, APPROVED),)),
    "approved by the number of the request": (
        8,
        lambda at, asked: (_event(at, asked.approved, requestId="{requestId}"),),
    ),
    "approved with the token": (8, lambda at, asked: (_kind(at, APPROVED, withToken=True),)),
    "approved with its digest": (8, lambda at, asked: (_kind(at, APPROVED, digest="last"),)),
    "approved twice": (
        7,
        lambda at, asked: (
            _kind(at, APPROVED, times=2),
            _kind(at + 5, APPROVED, by="bob"),
        ),
    ),
    "approved late": (7, lambda at, asked: (_kind(asked.until + at, APPROVED),)),
    "not answered": (4, lambda at, asked: ()),
    "approved before it asks": (
        4,
        lambda at, asked: (
            _kind(0, APPROVED, by="bob"),
            _kind(at, APPROVED),
        ),
    ),
    "approved by one who may not": (
        3,
        lambda at, asked: (_kind(at, APPROVED, source="mallory"),),
    ),
    "approved with another digest": (
        4,
        lambda at, asked: (_event(at, asked.approved, **asked.name, digest="0" * 64),),
    ),
    "approved as something else": (5, _other_type),
    "refused": (7, lambda at, asked: (_kind(at, REFUSED),)),
    "refused with the token": (3, lambda at, asked: (_kind(at, REFUSED, withToken=True),)),
    "called off instead": (6, lambda at, asked: (_kind(at, HALT if asked.is_plan else CANCEL),)),
}
IN_TIME = {name for name in TO_WHO_ASKS if name.startswith("approved")} - {"approved late"}
CALLS_OFF = {
    "at once": 15,
    "while it waits": 40,
    "on its way": 35,
    "after its end": 10,
}
CALLS_OFF_PERCENT, WAITING_PERCENT = 8, 35
OF_A_MOVE = {"a move is cancelled": 60, "a move's key is halted": 40}


def generate_answers(
    dice: Dice, plan: WorldPlan, waits: DrawnWaits, *, is_plan: bool, is_forged_only: bool
) -> DrawnAnswers:
    """Generate what people answer, and what they call off; forged answers are among them."""
    at, forged = 5 + dice.moment(600), generate_forged_answers(dice)
    said = [f"answer: forged {each.detail_type}" for each in forged]
    if is_forged_only:
        return DrawnAnswers(tuple(said), forged)
    answers = [*forged]
    begins = 0
    needs_sources = False
    if waits.asked_until is not None:
        asked = Asked(waits.asked_until, is_plan)
        kind = dice.weigh({name: weight for name, (weight, _) in TO_WHO_ASKS.items()})
        at = at if dice.chance(70) else dice.whole(5, asked.until)
        at = min(at, max(5, asked.until - 10))
        answers += TO_WHO_ASKS[kind][1](at, asked)
        said.append(f"answer: {kind}")
        begins = at if kind in IN_TIME else 0
        needs_sources = kind == "approved by one who may not"
    begins = max(begins, waits.opens_at or 0)
    off = _call_off(dice, plan, waits, begins, is_plan=is_plan)
    return DrawnAnswers((*said, *off.told), (*answers, *off.answers), begins, needs_sources)


def _call_off(
    dice: Dice, plan: WorldPlan, waits: DrawnWaits, begins: int, *, is_plan: bool
) -> DrawnAnswers:
    """Sometimes let somebody cancel it."""
    when, of_a_move = dice.weigh(CALLS_OFF), dice.weigh(OF_A_MOVE)
    is_waiting = waits.opens_at is not None
    is_drawn = dice.chance(WAITING_PERCENT if is_waiting else CALLS_OFF_PERCENT)
    is_of_a_move = dice.chance(30)
    moments = {
        "at once": dice.whole(0, 2),
        "while it waits": dice.whole(min(60, begins), max(begins, 60)),
        "on its way": begins + 1 + dice.moment(2 * plan.timeout),
        "after its end": begins + 6 * 3600 + dice.whole(0, 3600),
    }
    if not is_drawn:
        return DrawnAnswers()
    if not is_plan:
        return DrawnAnswers((f"answer: cancelled {when}",), (_kind(moments[when], CANCEL),))
    if is_of_a_move:
        at = moments["on its way"]
        key: JsonValue = "{planId}#1"
        said = {
            "a move is cancelled": _kind(at, CANCEL),
            "a move's key is halted": _event(at, DetailType.PLAN_HALT_REQUESTED, planId=key),
        }
        return DrawnAnswers((f"answer: {of_a_move}",), (said[of_a_move],))
    return DrawnAnswers((f"answer: halted {when}",), (_kind(moments[when], HALT),))


def generate_forged_answers(dice: Dice) -> tuple[ScenarioAnswer, ...]:
    """Generate none most of the time, else one or two; none of them may have any effect."""
    if not dice.chance(FORGED_PERCENT):
        return ()
    return tuple(_forged(dice) for _ in range(dice.pick([1, 1, 2])))


def _forged(dice: Dice) -> ScenarioAnswer:
    said: DetailType = dice.pick([*ANSWERS, *PLAN_ANSWERS])
    detail: dict[str, JsonValue] = {dice.pick(FIELDS): dice.pick(NAMES), "by": "mallory"}
    return ScenarioAnswer(at=dice.whole(1, LATEST), detail_type=said, detail=detail)


def kinds() -> list[str]:
    """Return the descriptions of all kinds of answers."""
    off = [f"{word} {when}" for word in ("cancelled", "halted") for when in CALLS_OFF]
    forged = [f"forged {said}" for said in (*ANSWERS, *PLAN_ANSWERS)]
    return [f"answer: {each}" for each in (*TO_WHO_ASKS, *off, *OF_A_MOVE, *forged)]
