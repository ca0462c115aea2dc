"""Compares a plan with what it was when it was checked before."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from vifshift.domain.migration import Decision
from vifshift.domain.scope import (
    LONGEST_FLIGHT,
    MOST_CHANGES,
    OwnMove,
    Scope,
    ScopeChange,
    ScopedMove,
    changes_of_move,
    new_codes,
)
from vifshift.migration.recheck import OURS_PERHAPS, OwnMoves, worded
from vifshift.plan.planning.findings import PLAN_RULES
from vifshift.plan.planning.projection import JudgedMove
from vifshift.preflight.checks import ASKS_AGAIN
from vifshift.preflight.circumstances import not_our_own

PLAN_ASKS_AGAIN = ASKS_AGAIN | {rule.code for rule in PLAN_RULES if rule.asks_again}


class PlanBaseline(NamedTuple):
    """What a plan was when it was checked before, and when; what this stack has moved since."""

    scope: Scope
    at: datetime
    own_moves: OwnMoves


def changed_plan(
    before: PlanBaseline, now: Scope, judged: Sequence[JudgedMove]
) -> tuple[ScopeChange, ...]:
    """Return what has changed about a plan, and about each move that is still to be done.

    What this stack has moved itself is no change; neither is a move that was added.
    """
    found = list(new_codes(before.scope, now, PLAN_ASKS_AGAIN))
    moves = {move.number: move for move in now.moves}
    had = {move.number: move for move in before.scope.moves}
    candidates = [
        (each, changes)
        for each in judged
        if each.decision is not Decision.UNCHANGED
        and each.planned.number in had
        and (changes := _changes(had[each.planned.number], moves[each.planned.number]))
    ]
    moved = _moved_since(before, candidates)
    for each, changes in candidates:
        if len(found) >= MOST_CHANGES:
            break
        left = worded(not_our_own(changes, each.move, moved, before.at), each.findings)
        found += _of_move(left, moves[each.planned.number])
    return tuple(found[:MOST_CHANGES])


def is_larger(before: Scope, now: Scope) -> bool:
    """Return whether moves were added."""
    return not {move.number for move in now.moves} <= {move.number for move in before.moves}


def _changes(before: ScopedMove, now: ScopedMove) -> tuple[ScopeChange, ...]:
    return tuple(changes_of_move(before, now, ASKS_AGAIN))


def _moved_since(
    before: PlanBaseline, candidates: Sequence[tuple[JudgedMove, Sequence[ScopeChange]]]
) -> Mapping[str, OwnMove]:
    concerned: set[str] = set()
    for each, changes in candidates:
        if any(change.kind in OURS_PERHAPS for change in changes):
            concerned.add(each.planned.request.virtual_interface_id)
            concerned |= {vif.virtual_interface_id for vif in each.move.network.siblings}
    return before.own_moves(concerned, before.at - LONGEST_FLIGHT) if concerned else {}


def _of_move(found: Sequence[ScopeChange], move: ScopedMove) -> Iterator[ScopeChange]:
    for change in found:
        about = {"move": move.number, "virtual_interface_id": move.virtual_interface_id}
        yield change.model_copy(update=about)
