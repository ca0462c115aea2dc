"""Chooses the order of a plan's moves, and finds another order if that one is blocked."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from vifshift.domain.findings import Finding
from vifshift.domain.plan_effects import moves
from vifshift.domain.plan_request import Order, PlanRequest
from vifshift.plan.planning import findings as codes
from vifshift.plan.planning.cycles import swaps
from vifshift.plan.planning.expansion import PlannedMove
from vifshift.plan.planning.fleet import Fleet
from vifshift.plan.planning.ordering import (
    TrialRun,
    as_far_as_possible,
    freeing_first,
    in_the_order_given,
    least_critical_first,
    may_be_helped,
)
from vifshift.plan.planning.projection import JudgedMove, PlanProjection, PreflightContext
from vifshift.plan.planning.waiting import awaited

MOST_NAMED = 20
KEPT = "no order was found in which the least critical moves go first and every move passes"


class Choice(NamedTuple):
    """The judged moves of a plan, in the order in which they are to be done.

    `order_that_works` is another order if that one is blocked; it has all moves whose VIF and
    target are known.
    """

    judged: tuple[JudgedMove, ...]
    findings: tuple[Finding, ...] = ()
    order_that_works: tuple[int, ...] | None = None


def choose(
    request: PlanRequest,
    fleet: Fleet,
    planned_moves: Sequence[PlannedMove],
    context: PreflightContext,
) -> Choice:
    """Return the moves in the requested order, judged, and another order if that is blocked."""

    def projection(*known: JudgedMove) -> PlanProjection:
        return PlanProjection(fleet, planned_moves, context, known)

    def given() -> TrialRun:
        return in_the_order_given(projection(), planned_moves)

    kept: tuple[Finding, ...] = ()
    if request.order is Order.LEAST_CRITICAL_FIRST:
        wanted = as_far_as_possible(projection(), least_critical_first(fleet, planned_moves))
        in_turn = (*wanted.done, *wanted.stuck)
        if not wanted.blocked:
            return Choice(in_turn)
        run = given()
        if wanted.is_complete and len(wanted.blocked) <= len(run.blocked):
            return Choice(in_turn)
        kept = (codes.ORDER_KEPT.finding(KEPT, request),)
    else:
        run = given()
    if not any(awaited(judged) for judged in run.blocked):
        return Choice(run.judged, kept)
    first = as_far_as_possible(projection(*run.judged), planned_moves)
    second = None
    if may_be_helped(first):
        second = as_far_as_possible(projection(*run.judged), freeing_first(first, planned_moves))
    for found in filter(None, (first, second)):
        if found.is_complete and len(found.blocked) < len(run.blocked):
            message = _another_order(found)
            would_work = codes.ORDER_WOULD_WORK.finding(message, request)
            return Choice(run.judged, (would_work,), found.order)
    return Choice(run.judged, tuple(swaps(request, first)))


def _another_order(run: TrialRun) -> str:
    """Return how an order differs from the given one: which moves come later, and after which."""
    order = list(run.order)
    blocked = sorted(judged.planned.number for judged in run.blocked)
    works = "no move blocks another"
    if blocked:
        works += f", once what else blocks {moves(blocked)} is fixed"
    if len(order) <= MOST_NAMED:
        return f"in the order {', '.join(map(str, order))} {works}"
    later = list(_postponed(order))
    named = ", ".join(f"move {number} after move {other}" for number, other in later[:MOST_NAMED])
    unsaid = len(later) - MOST_NAMED
    more = f" and {unsaid} more later" if unsaid > 0 else ""
    return f"with {named}{more}, {works}"


def _postponed(order: list[int]) -> Iterator[tuple[int, int]]:
    """Yield the moves that follow one with a higher number, each with the move before it."""
    highest = 0
    for place, number in enumerate(order):
        if number < highest:
            yield number, order[place - 1]
        highest = max(highest, number)
