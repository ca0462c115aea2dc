"""What has moved is moved back by a plan of its own, if the plan asked for that."""

from datetime import timedelta
from typing import Any

import pytest

from tests.unit.vifshift.fakes import START
from tests.unit.vifshift.plan.plans import P, Q, name, plan_of
from tests.unit.vifshift.plan.running.test_conclusion import BACK, GOOD, THERE, WAY, data, ended
from tests.unit.vifshift.plan.running.test_conclusion import results as results_of
from vifshift.domain.plan_outcome import MoveOutcome, PlanOutcome
from vifshift.domain.plan_request import PlanOptions, parse_plan
from vifshift.domain.request_envelope import MalformedRequestError
from vifshift.plan.running.returning import (
    MoveDone,
    NothingToReturnError,
    not_returned,
    plan_back,
    returned,
    way_back,
    why_not,
)

MOVES = [{"virtualInterfaceId": name(number), "connectionId": Q} for number in (1, 2)]
FOUR_HOURS = {"return": {"afterHours": 4}}


def options(**fields: Any) -> PlanOptions:
    return plan_of(*MOVES, **fields).request.terms


def done(*outcomes: MoveOutcome) -> list[MoveDone]:
    return [MoveDone(name(number), P, Q, each) for number, each in enumerate(outcomes, 1)]


def test_what_has_moved_goes_to_where_it_was_the_last_move_first() -> None:
    request = way_back("the-plan", options(reason="CHG0042"), done(GOOD, BACK, GOOD))
    assert request["moves"] == [
        {"virtualInterfaceId": name(3), "connectionId": P},
        {"virtualInterfaceId": name(1), "connectionId": P},
    ]
    assert request["reason"] == "Return of plan the-plan: CHG0042"
    assert "window" not in request


def test_it_has_the_terms_of_the_plan_but_accepts_nothing() -> None:
    asked = options(
        requestedBy="ana",
        acknowledge=["NO_REDUNDANT_PATH"],
        approval={"required": True},
        convergence={"holdSeconds": 60},
        maxConcurrency=3,
        requestId="CHG0042",
        dryRun=False,
        **FOUR_HOURS,
    )
    back = parse_plan(way_back("the-plan", asked, done(GOOD))).request
    assert back.approval == asked.approval
    assert back.convergence == asked.convergence
    assert (back.requested_by, back.max_concurrency) == ("ana", 3)
    assert (back.acknowledge, back.request_id, back.return_) == ((), None, None)


@pytest.mark.parametrize("outcomes", [(), (BACK,), (THERE,), (WAY,)])
def test_nothing_is_returned_where_nothing_has_moved(outcomes: tuple[MoveOutcome, ...]) -> None:
    with pytest.raises(NothingToReturnError, match="no move of the plan has succeeded"):
        way_back("the-plan", options(), done(*outcomes))


def test_a_reason_of_any_length_fits() -> None:
    request = way_back("the-plan", options(reason="x" * 1024), done(GOOD))
    assert parse_plan(request).request.reason.startswith("Return of plan the-plan: xx")


def test_more_moves_than_a_request_holds_are_refused() -> None:
    assert way_back("the-plan", options(), done(*[GOOD] * 2_000))
    with pytest.raises(NothingToReturnError, match="its 3000 moves are too many"):
        way_back("the-plan", options(), done(*[GOOD] * 3_000))


def test_its_window_opens_after_the_hours_that_were_asked_for() -> None:
    back = plan_back(
        "the-plan", options(**FOUR_HOURS), results_of(GOOD, nonce="1j5wkrmdn0f"), START
    )
    assert back.name == "return-the-plan-1j5wkrmdn0f"
    assert back.window.opens_at == START + timedelta(hours=4)
    assert back.window.closes_at == START + timedelta(hours=12)
    assert parse_plan(back.request).request.window == back.window


def test_the_name_of_the_longest_plan_is_one_that_an_execution_may_have() -> None:
    back = plan_back("x" * 80, options(**FOUR_HOURS), results_of(GOOD, nonce="1j5wkrmdn0f"), START)
    assert len(back.name) <= 80


@pytest.mark.parametrize(
    ("given", "fault"),
    [
        ({}, "return.afterHours: is missing"),
        ({"afterHours": 0}, "greater than or equal to 1"),
        ({"afterHours": 169}, "less than or equal to 168"),
        ({"afterHours": "4"}, "valid integer"),
        ({"afterHours": 4, "withinHours": 73}, "less than or equal to 72"),
        ({"afterHours": 4, "at": "night"}, "return.at: unknown field"),
    ],
)
def test_what_is_no_return_is_refused(given: dict[str, Any], fault: str) -> None:
    with pytest.raises(MalformedRequestError, match=fault):
        plan_of(*MOVES, **{"return": given})


def test_a_move_of_a_plan_has_no_return_of_its_own() -> None:
    with pytest.raises(MalformedRequestError, match="return: is allowed only for the plan"):
        plan_of({**MOVES[0], **FOUR_HOURS})


@pytest.mark.parametrize("outcome", PlanOutcome)
def test_a_person_decides_unless_all_has_moved(outcome: PlanOutcome) -> None:
    assert (why_not(outcome) is None) is (outcome is PlanOutcome.COMPLETED)


def test_the_end_names_the_plan_back_and_how_to_keep_it_from_moving() -> None:
    found = results_of(GOOD, nonce="1j5wkrmdn0f")
    back = plan_back("the-plan", options(**FOUR_HOURS), found, START)
    told = data(returned(ended(found), back))
    assert told.return_plan is not None
    assert told.return_plan.plan_id == back.name
    assert told.return_plan.opens_at == back.window.opens_at
    assert told.return_plan.closes_at == back.window.closes_at
    assert f"vifshift halt {back.name}" in told.next_step
    assert told.next_step == told.notice.next_step
    assert back.name in told.message
    assert back.name in told.notice.text


def test_the_end_says_why_it_is_not_moved_back_and_what_to_run() -> None:
    before = data(ended(results_of(GOOD, BACK, failed=1)))
    told = data(not_returned(ended(results_of(GOOD, BACK, failed=1)), "the-plan", "one failed"))
    assert told.return_plan is None
    assert told.message.endswith("it is not moved back by itself: one failed")
    assert told.next_step.startswith("vifshift plan return the-plan moves back what has moved. ")
    assert told.next_step.endswith(before.next_step)
    assert told.notice.title == before.notice.title
