"""A plan that is checked again is compared with what was checked, and perhaps approved."""

from typing import Any

import pytest

from tests.unit.vifshift.fakes import START, FakeDirectConnect, FakeOwnMoves, after
from tests.unit.vifshift.plan.plans import FAR, P, Q, R, codes, fleet_of, go, name, region, vif
from vifshift.domain.migration import Decision
from vifshift.domain.plan_request import parse_plan
from vifshift.domain.scope import ChangeKind, OwnMove
from vifshift.plan.planning.comparison import PlanBaseline
from vifshift.plan.planning.preflight import PlanPreflight, preflight

APPROVAL = {"required": True, "timeoutMinutes": 30}
MOVES = [go(1, Q), go(2, Q)]
BY_DAY = (vif(1, P), vif(2, P))


def again(
    by_night: FakeDirectConnect,
    by_day: FakeDirectConnect | None = None,
    own_moves: FakeOwnMoves | None = None,
    **asked: Any,
) -> PlanPreflight:
    """Check a plan by day, and then as it is in another Region."""
    raw: Any = asked if "evacuate" in asked else {"moves": MOVES, **asked}
    request = parse_plan(raw)
    first = preflight(request, fleet_of(by_day or region(*BY_DAY)), START)
    assert first.decision is Decision.PROCEED
    before = PlanBaseline(first.scope, START, (own_moves or FakeOwnMoves()).since)
    return preflight(request, fleet_of(by_night), after(3600), before=before)


CHANGED = [
    (region(vif(1, P), vif(2, R)), ChangeKind.SOURCE),
    (region(vif(1, P), vif(2, P, up=False)), ChangeKind.ROLLBACK),
    (region(vif(1, P), vif(2, P), vif(3, Q, vlan=1002)), ChangeKind.BLOCK),
]


@pytest.mark.parametrize(("by_night", "kind"), CHANGED)
@pytest.mark.parametrize(
    ("asked", "decision"), [({"approval": APPROVAL}, Decision.ASK_AGAIN), ({}, Decision.REJECTED)]
)
def test_a_move_that_has_changed_changes_the_plan(
    by_night: FakeDirectConnect, kind: ChangeKind, asked: dict[str, Any], decision: Decision
) -> None:
    # when
    result = again(by_night, **asked)
    # then
    assert result.decision is decision
    assert (kind, 2, name(2)) in [
        (change.kind, change.move, change.virtual_interface_id) for change in result.changes
    ]
    assert all(change.move == 2 for change in result.changes)


def test_a_plan_that_has_not_changed_proceeds() -> None:
    result = again(region(*BY_DAY), approval=APPROVAL)
    assert (result.decision, result.changes, result.is_larger) == (Decision.PROCEED, (), False)


@pytest.mark.parametrize("asked", [{"approval": APPROVAL}, {}])
@pytest.mark.parametrize(
    "gone",
    [(), (vif(2, P, virtual_interface_state="deleted"),), (vif(2, Q),)],
    ids=["not listed", "deleted", "already there"],
)
def test_what_has_fallen_away_does_not_matter(gone: tuple[Any, ...], asked: dict[str, Any]) -> None:
    # when
    result = again(region(vif(1, P), *gone), **asked)
    # then
    assert (result.decision, result.changes) == (Decision.PROCEED, ())
    assert result.tracks == ((1,),)


def test_what_has_fallen_away_is_told() -> None:
    result = again(region(vif(1, P)))
    assert codes(result) == ["MOVE_FELL_AWAY"]
    assert name(2) in result.findings[0].message


def test_a_plan_of_which_all_has_fallen_away_has_nothing_to_do() -> None:
    result = again(region())
    assert result.decision is Decision.UNCHANGED
    assert codes(result).count("MOVE_FELL_AWAY") == 2


EVACUATION: Any = {"evacuate": {"from": P, "to": Q}}


def test_what_came_to_the_port_is_left_behind_where_somebody_approved_the_list() -> None:
    # when
    by_night = region(*BY_DAY, vif(3, P))
    result = again(by_night, approval=APPROVAL, **EVACUATION)
    # then
    assert (result.decision, result.is_larger) == (Decision.PROCEED, False)
    assert [move.number for move in result.moves] == [1, 2]
    assert codes(result) == ["LEFT_BEHIND"]


def test_what_came_to_the_port_is_moved_where_nobody_had_to_approve() -> None:
    # given one that comes first by its name
    by_night = region(vif(0, P), *BY_DAY)
    # when
    result = again(by_night, **EVACUATION)
    # then the others keep the numbers that they had
    assert (result.decision, result.is_larger) == (Decision.PROCEED, True)
    found = {move.number: move.request.virtual_interface_id for move in result.moves}
    assert found == {1: name(1), 2: name(2), 3: name(0)}
    assert codes(result) == ["MOVE_ADDED"]


def test_what_has_left_the_port_by_itself_has_fallen_away() -> None:
    result = again(region(vif(1, P), vif(2, R)), approval=APPROVAL, **EVACUATION)
    assert (result.decision, result.changes) == (Decision.PROCEED, ())
    assert codes(result) == ["MOVE_FELL_AWAY"]


def test_an_excluded_vif_that_has_left_the_port_since_blocks_nothing() -> None:
    excluding: Any = {"evacuate": {"from": P, "to": Q, "exclude": [name(3)]}}
    by_day = region(*BY_DAY, vif(3, P))
    result = again(region(*BY_DAY, vif(3, R)), by_day, **excluding)
    assert (result.decision, codes(result)) == (Decision.PROCEED, [])


@pytest.mark.parametrize(
    ("at", "decision"), [(60, Decision.PROCEED), (-60, Decision.REJECTED)], ids=["since", "before"]
)
def test_a_source_that_this_stack_has_made_is_no_change(at: float, decision: Decision) -> None:
    # given
    own_moves = FakeOwnMoves()
    own_moves.moved[name(2)] = OwnMove(R, after(at), P)
    # when
    result = again(region(vif(1, P), vif(2, R)), own_moves=own_moves)
    # then
    assert result.decision is decision
    assert {name(2)} <= set(own_moves.read) <= {name(2), *(name(5000 + n) for n in (0, 1))}


def test_the_second_move_of_one_vif_is_no_change_of_the_first() -> None:
    moves: Any = {"moves": [go(1, Q), go(1, R)], "acknowledge": ["MOVED_TWICE"]}
    request = parse_plan(moves)
    first = preflight(request, fleet_of(region(vif(1, P))), START)
    before = PlanBaseline(first.scope, START, FakeOwnMoves().since)
    result = preflight(request, fleet_of(region(vif(1, P))), START, before=before)
    assert (result.decision, result.changes) == (Decision.PROCEED, ())
    assert FAR not in {move.source for move in result.moves}
