"""The plan back: the moves that a plan has done, the other way, as a plan of its own."""

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Final, NamedTuple

from pydantic import JsonValue

from vifshift.domain.child_names import LONGEST_PLAN_NAME
from vifshift.domain.plan_outcome import MoveOutcome, PlanOutcome
from vifshift.domain.plan_request import LONGEST_PLAN, PlanOptions, RequestedMove
from vifshift.domain.request import Window
from vifshift.domain.sizes import shortened
from vifshift.domain.time_spans import span
from vifshift.events.notices import sentence, worded
from vifshift.events.plan import LONGEST_END, PlanEnded, ReturnPlan
from vifshift.plan.running.conclusion import PlanConclusion
from vifshift.plan.running.results import Results

_LONGEST_REASON: Final = 1024
_INHERITED: Final = {
    "requested_by",
    "convergence",
    "routes",
    "rollback",
    "role_arn",
    "region",
    "approval",
    "lock_wait_seconds",
    "max_concurrency",
    "stop_after_failures",
}


class MoveDone(NamedTuple):
    """A move of a plan that has ended; `source` is None if its VIF was unknown."""

    virtual_interface_id: str
    source: str | None
    target: str
    outcome: MoveOutcome


class PlanBack(NamedTuple):
    """The plan back: the name of its execution, its request and its window."""

    name: str
    request: dict[str, JsonValue]
    window: Window


class NothingToReturnError(ValueError):
    """A plan can't be returned; the message says why."""


def plan_back(plan_id: str, options: PlanOptions, found: Results, ended_at: datetime) -> PlanBack:
    """Return the plan back of a plan whose options ask for one.

    Its name is the same for the plan, and nobody can take it before, as of a move's migration.
    Raises `NothingToReturnError`.
    """
    assert options.return_ is not None
    window = options.return_.window_after(ended_at)
    done = (
        MoveDone(each.move.virtual_interface_id, each.move.source, each.move.target, each.outcome)
        for each in found.moves
    )
    request = way_back(plan_id, options, done, window=window)
    name = f"return-{plan_id[:LONGEST_PLAN_NAME]}-{found.standing.nonce}"
    return PlanBack(name, request, window)


def way_back(
    plan_id: str,
    options: PlanOptions,
    moves: Iterable[MoveDone],
    *,
    window: Window | None = None,
) -> dict[str, JsonValue]:
    """Return the request of the plan back: what has succeeded, the last move first.

    It has the plan's options, but none of those of single moves, and acknowledges nothing: its
    findings are its own. Raises `NothingToReturnError`.
    """
    back = [
        RequestedMove(virtual_interface_id=move.virtual_interface_id, connection_id=move.source)
        for move in moves
        if move.outcome is MoveOutcome.SUCCEEDED and move.source is not None
    ]
    if not back:
        raise NothingToReturnError("no move of the plan has succeeded")
    why = f"Return of plan {plan_id}{f': {options.reason}' if options.reason else ''}"
    request: dict[str, JsonValue] = {
        **options.model_dump(mode="json", include=_INHERITED, exclude_none=True),
        "reason": shortened(why, _LONGEST_REASON),
        "moves": [move.model_dump(mode="json", exclude_none=True) for move in reversed(back)],
    }
    if window:
        request["window"] = window.to_json()
    if len(json.dumps(request)) > LONGEST_PLAN:
        raise NothingToReturnError(f"its {len(back)} moves are too many for one request")
    return request


def returned(conclusion: PlanConclusion, back: PlanBack) -> PlanConclusion:
    """Return the conclusion of a plan whose plan back waits for its window."""
    when = span(back.window.opens_at, back.window.closes_at)
    return _telling(
        conclusion,
        f"the plan back, {back.name}, waits for its window, {when}",
        f"To keep everything where it is now, halt the plan back: vifshift halt {back.name}",
        ReturnPlan(plan_id=back.name, **dict(back.window)),
    )


def not_returned(conclusion: PlanConclusion, plan_id: str, why: str) -> PlanConclusion:
    """Return the conclusion of a plan that is not returned by itself, as its request wanted."""
    step = _ended(conclusion).next_step
    return _telling(
        conclusion,
        f"it is not moved back by itself: {why}",
        f"vifshift plan return {plan_id} moves back what has moved. {step}",
    )


def why_not(outcome: PlanOutcome) -> str | None:
    """Return why a plan is not returned by itself, None if it is; a person decides otherwise."""
    return None if outcome is PlanOutcome.COMPLETED else "not all of its moves succeeded"


def _ended(conclusion: PlanConclusion) -> PlanEnded:
    ended = conclusion.announcement.detail.data
    assert isinstance(ended, PlanEnded)
    return ended


def _telling(
    conclusion: PlanConclusion, what: str, next_step: str, back: ReturnPlan | None = None
) -> PlanConclusion:
    """Return a conclusion that also says what becomes of the return that was asked for."""
    ended = _ended(conclusion)
    message = shortened(f"{ended.message}; {what}", LONGEST_END)
    notice = worded(ended.notice.title, sentence(message), next_step)
    told = ended.model_copy(
        update={
            "message": message,
            "next_step": next_step,
            "notice": notice.model_copy(update={"more": ended.notice.more}),
            "return_plan": back,
        }
    )
    announcement = conclusion.announcement
    detail = announcement.detail.model_copy(update={"data": told})
    return conclusion.model_copy(
        update={
            "cause": message,
            "announcement": announcement.model_copy(update={"detail": detail}),
        }
    )
