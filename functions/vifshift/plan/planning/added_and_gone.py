"""What came to a plan, and what fell away, since it was checked before."""

from collections.abc import Iterable, Iterator, Mapping

from vifshift.domain.findings import Finding
from vifshift.domain.plan_request import PlanRequest, RequestedMove
from vifshift.domain.scope import Scope
from vifshift.plan.planning.findings import LEFT_BEHIND, MOVE_ADDED, MOVE_FELL_AWAY, PlanRule
from vifshift.plan.planning.fleet import Fleet

MOST_NAMED = 20

NumberedMoves = dict[int, RequestedMove]


def numbered(names: Iterable[str], before: Scope | None) -> Iterator[tuple[int, str]]:
    """Yield VIFs with their numbers: those they had before, and later ones for what was added."""
    had = {move.virtual_interface_id: move.number for move in before.moves} if before else {}
    following = max(had.values(), default=0)
    for name in names:
        if name in had:
            yield had[name], name
        else:
            following += 1
            yield following, name


def without_gone(
    asked: NumberedMoves, request: PlanRequest, fleet: Fleet, before: Scope | None
) -> tuple[NumberedMoves, list[Finding]]:
    """Return the moves of a list without those of VIFs that are known to be deleted, and findings.

    A plan that is sent again still names what was deleted since. What was never seen is no such
    move: its id may be misspelled. What fell away since `before` is told by `since`.
    """
    gone = {
        number: move.virtual_interface_id
        for number, move in asked.items()
        if fleet.is_known_to_be_gone(move.virtual_interface_id)
    }
    had = {move.number for move in before.moves} if before else set()
    left = {number: move for number, move in asked.items() if number not in gone}
    new = {number: name for number, name in gone.items() if number not in had}
    return left, list(_named(MOVE_FELL_AWAY, new, request, "is no longer there to be moved"))


def since(
    before: Scope, asked: NumberedMoves, request: PlanRequest, fleet: Fleet
) -> tuple[NumberedMoves, list[Finding]]:
    """Return the moves that are left of a plan, and findings about what came and what fell away.

    What came to a port that is emptied is added if nobody had to approve the list, and otherwise
    left behind.
    """
    had = {move.number: move.virtual_interface_id for move in before.moves}
    came = asked.keys() - had.keys()
    left = {number: move for number, move in asked.items() if not _is_gone(move, fleet)}
    fell_away = {number: name for number, name in had.items() if number not in left}
    is_approved = request.approval.required
    if is_approved:
        left = {number: move for number, move in left.items() if number not in came}
    names = {number: asked[number].virtual_interface_id for number in came}
    came_since = LEFT_BEHIND if is_approved else MOVE_ADDED
    return left, [
        *_named(came_since, names, request, _CAME[came_since.code]),
        *_named(MOVE_FELL_AWAY, fell_away, request, "is no longer there to be moved"),
    ]


_CAME = {
    LEFT_BEHIND.code: "came to the port after its list was approved, and is left behind",
    MOVE_ADDED.code: "came to the port since the plan was checked, and is moved as well",
}


def _is_gone(move: RequestedMove, fleet: Fleet) -> bool:
    vif = fleet.vif(move.virtual_interface_id)
    return vif is None or vif.is_gone


def _named(
    rule: PlanRule, names: Mapping[int, str], request: PlanRequest, what: str
) -> Iterator[Finding]:
    for number in sorted(names)[:MOST_NAMED]:
        yield rule.finding(f"{names[number]} (move {number}) {what}", request)
    if unsaid := len(names) - MOST_NAMED:
        if unsaid > 0:
            yield rule.finding(f"and {unsaid} more", request)
