"""Whether the next move of a plan may start."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.vifshift.fakes import EXECUTION, START
from tests.unit.vifshift.plan.planning.test_stages import a_move
from vifshift.domain.migration import Answer
from vifshift.domain.plan_outcome import Counts, MoveOutcome
from vifshift.domain.plan_progress import PlanStanding
from vifshift.events.base import DetailType
from vifshift.events.plan import MoveSummary, PlanProgressed
from vifshift.plan.planning.preparation import Rules
from vifshift.plan.planning.stages import StagedMove
from vifshift.plan.running.advance import Advance, HoldReason, advance, decide, in_a_line

FRESH = PlanStanding()
MOVE = StagedMove.of(a_move(3))
WAY = a_move(3).request.convergence.longest_way
BEFORE = Counts(moves=10, unchanged=2, not_started=8)
ENDED = MoveSummary(
    number=2,
    virtual_interface_id="dxvif-00000002",
    outcome=MoveOutcome.ROLLED_BACK,
    message="went back",
)


def rules(**fields: Any) -> Rules:
    return Rules(**{"stop_after_failures": 2, "counts": BEFORE, **fields})


def go(standing: PlanStanding = FRESH, **fields: Any) -> Advance:
    given = {"rules": rules(), "move": MOVE, "ended": None, "now": START, **fields}
    return advance(EXECUTION, "change-1", standing=standing, **given)


def test_what_nothing_keeps_is_started() -> None:
    found = go(PlanStanding(succeeded=5, failed=1))
    assert (found.go, found.why) == (True, None)
    assert found.start
    assert found.start.name.endswith("-0003")


def test_the_console_shows_how_a_move_ended_and_what_is_next() -> None:
    first = in_a_line(None, MOVE, go())
    held = in_a_line(ENDED, MOVE, go(PlanStanding(failed=2)))
    assert first == f"next: move 3, {MOVE.request['virtualInterfaceId']}"
    assert held == "move 2 rolled-back; no further move: failures"


@pytest.mark.parametrize(
    ("standing", "why"),
    [
        (PlanStanding(halted_by=Answer()), HoldReason.HALTED),
        (PlanStanding(failed=2), HoldReason.FAILURES),
        (PlanStanding(failed=3), HoldReason.FAILURES),
        (PlanStanding(failed=1, lost=1), HoldReason.FAILURES),
        (PlanStanding(failed=2, halted_by=Answer(by="ana")), HoldReason.HALTED),
    ],
)
def test_what_is_kept_is_not_started(standing: PlanStanding, why: HoldReason) -> None:
    found = go(standing)
    assert (found.go, found.why, found.start) == (False, why, None)


def test_nothing_left_is_done() -> None:
    assert go(PlanStanding(failed=9), move=None).why is HoldReason.DONE


@pytest.mark.parametrize(("spare", "why"), [(0, None), (-1, HoldReason.WINDOW)])
def test_a_move_starts_only_where_it_can_go_there_and_back_in_time(
    spare: int, why: HoldReason | None
) -> None:
    closes_at = START + 2 * WAY + timedelta(seconds=spare)
    assert decide(rules(closes_at=closes_at), PlanStanding(), MOVE, START) is why


@given(st.integers(0, 9), st.integers(0, 9), st.integers(1, 9), st.booleans())
def test_nothing_starts_once_enough_have_failed(
    failed: int, lost: int, most: int, is_halted: bool
) -> None:
    standing = PlanStanding(failed=failed, lost=lost, halted_by=Answer() if is_halted else None)
    found = decide(rules(stop_after_failures=most), standing, MOVE, START)
    assert (found is None) == (failed + lost < most and not is_halted)


def test_what_has_ended_is_told_with_how_far_the_plan_is() -> None:
    standing = PlanStanding(succeeded=3, unchanged=1, failed=1, in_flight=frozenset({5}))
    told = go(standing, ended=ENDED, move=None).announcement
    assert told
    assert told.detail_type is DetailType.PLAN_PROGRESSED
    data = told.detail.data
    assert isinstance(data, PlanProgressed)
    assert data.move == ENDED
    assert data.counts == Counts(
        moves=10, succeeded=3, unchanged=3, failed=1, in_flight=1, not_started=2
    )
    assert "3 of 10 moved" in data.notice.text
    assert told.detail.metadata.plan_id == EXECUTION.name


def test_where_nothing_has_ended_there_is_nothing_to_tell() -> None:
    assert go().announcement is None
