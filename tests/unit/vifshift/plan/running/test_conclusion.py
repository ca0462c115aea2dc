"""How a plan ended, in one outcome and in words."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import JsonValue

from tests.unit.vifshift.fakes import EXECUTION, START
from tests.unit.vifshift.plan.plans import P, Q, name, plan_of
from vifshift.domain.claim import ANOTHER_SENDER, NEXT_STEP, Claimant
from vifshift.domain.findings import Severity
from vifshift.domain.migration import Answer, Approval, Decision
from vifshift.domain.plan_outcome import Counts, MoveOutcome, PlanOutcome
from vifshift.domain.plan_progress import ChildEnding, PlanStanding
from vifshift.domain.plan_request import parse_plan
from vifshift.domain.port_left import LeftOnPort, PortLeft, WhyLeft
from vifshift.events.plan import PLAN_FINAL, PlanEnded, PlanFinding
from vifshift.migration.conclusion import Problem
from vifshift.plan.planning.documents import KeptMove, Place
from vifshift.plan.planning.preparation import Preparation, Rules
from vifshift.plan.running.conclusion import (
    PlanConclusion,
    PlanExecutionState,
    conclude,
    port_to_read,
)
from vifshift.plan.running.results import MoveResult, Results

NOTHING = Results()
ERRORS = {
    PlanOutcome.PARTLY_COMPLETED: "VifShift.PlanPartlyCompleted",
    PlanOutcome.HALTED: "VifShift.PlanHalted",
    PlanOutcome.REJECTED: "VifShift.Rejected",
}
GOOD, LEFT, WAY = MoveOutcome.SUCCEEDED, MoveOutcome.NOT_STARTED, MoveOutcome.IN_FLIGHT
BACK, THERE = MoveOutcome.ROLLED_BACK, MoveOutcome.UNCHANGED


def preparation(decision: Decision = Decision.PROCEED, **fields: Any) -> Preparation:
    moves = [{"virtualInterfaceId": name(1), "connectionId": Q}]
    request = plan_of(*moves, requestedBy="ana", approval={"required": True}).request.terms
    given = {
        "decision": decision,
        "request_id": "change-1",
        "request": request,
        "counts": Counts(moves=1, not_started=1),
        "moves": Place(bucket="b", key="plans/k/moves.json"),
        "rules": Rules(stop_after_failures=1),
        "region": "eu-central-1",
    }
    return Preparation(**{**given, **fields})


def results(*outcomes: MoveOutcome, **standing: Any) -> Results:
    moves = [
        MoveResult(
            KeptMove(
                number=number,
                virtual_interface_id=name(number),
                name=None,
                source=P,
                target=Q,
                gateway=None,
                decision=Decision.PROCEED,
            ),
            ChildEnding(outcome, "said so"),
            None if outcome is LEFT else f"child-{number}",
        )
        for number, outcome in enumerate(outcomes, 1)
    ]
    return Results(tuple(moves), PlanStanding(**standing))


def a_problem(error: str, cause: str = "because") -> Problem:
    return Problem(state="A state", error=error, cause=cause)


def ended(found: Results = NOTHING, **story: Any) -> PlanConclusion:
    given = {"request_id": "change-1", "preparation": preparation(), **story}
    return conclude(PlanExecutionState(**given), found, execution=EXECUTION, now=START)


def data(conclusion: PlanConclusion) -> PlanEnded:
    found = conclusion.announcement.detail.data
    assert isinstance(found, PlanEnded)
    return found


@pytest.mark.parametrize(
    ("found", "outcome", "code"),
    [
        (results(GOOD, GOOD), PlanOutcome.COMPLETED, None),
        (results(GOOD, THERE), PlanOutcome.COMPLETED, None),
        (results(THERE, THERE), PlanOutcome.UNCHANGED, None),
        (results(GOOD, BACK, failed=1), PlanOutcome.PARTLY_COMPLETED, "FAILURES"),
        (results(GOOD, WAY), PlanOutcome.PARTLY_COMPLETED, None),
        (results(BACK, LEFT, failed=1), PlanOutcome.HALTED, "FAILURES"),
        (results(WAY, LEFT, lost=1), PlanOutcome.HALTED, "FAILURES"),
        (results(GOOD, LEFT, halted_by=Answer()), PlanOutcome.HALTED, "HALTED"),
        (results(LEFT, LEFT, halted_by=Answer()), PlanOutcome.CANCELLED, "HALTED"),
    ],
)
def test_what_was_run_says_how_it_ended(
    found: Results, outcome: PlanOutcome, code: str | None
) -> None:
    conclusion = ended(found)
    assert (conclusion.outcome, data(conclusion).reason_code) == (outcome, code)


def test_moves_that_the_window_had_no_time_for_halt_a_plan() -> None:
    rules = Rules(stop_after_failures=1, closes_at=START)
    for found in (results(GOOD, LEFT), results(LEFT, LEFT)):
        conclusion = ended(found, preparation=preparation(rules=rules))
        assert conclusion.outcome is PlanOutcome.HALTED
        assert data(conclusion).reason_code == "WINDOW"
        assert "too short" in conclusion.cause


@pytest.mark.parametrize(
    ("decision", "outcome"),
    [
        (Decision.REJECTED, PlanOutcome.REJECTED),
        (Decision.UNCHANGED, PlanOutcome.UNCHANGED),
        (Decision.PLANNED, PlanOutcome.PLANNED),
    ],
)
def test_a_plan_that_is_not_to_be_run_ends_as_judged(
    decision: Decision, outcome: PlanOutcome
) -> None:
    finding = PlanFinding(
        code="VLAN_TAKEN", severity=Severity.BLOCK, message="taken", remedy="free it", move=7
    )
    conclusion = ended(preparation=preparation(decision, findings=(finding,)))
    assert conclusion.outcome is outcome
    is_named = "move 7: VLAN_TAKEN: taken" in conclusion.cause
    assert is_named == (outcome is not PlanOutcome.UNCHANGED)


@pytest.mark.parametrize(
    ("problem", "known", "outcome", "said"),
    [
        ("DynamoDB.ConditionalCheckFailedException", False, PlanOutcome.DUPLICATE, "change-1"),
        ("CallDenied", False, PlanOutcome.REJECTED, "a step of the workflow: CallDenied: because"),
        ("Refused", True, PlanOutcome.REJECTED, "refused by because"),
        ("States.Timeout", True, PlanOutcome.REJECTED, "nobody approved it in time"),
        ("PlanHalted", True, PlanOutcome.CANCELLED, "cancelled"),
        ("States.Runtime", True, PlanOutcome.REJECTED, "workflow: States.Runtime: because"),
    ],
)
def test_a_step_that_failed_before_anything_was_started(
    problem: str, known: bool, outcome: PlanOutcome, said: str
) -> None:
    conclusion = ended(
        results(LEFT) if known else Results(),
        preparation=preparation() if known else None,
        problem=a_problem(problem),
    )
    assert conclusion.outcome is outcome
    assert said in conclusion.cause


def test_a_step_that_failed_on_the_way_is_named() -> None:
    conclusion = ended(results(GOOD, LEFT), problem=a_problem("States.ItemReaderFailed"))
    assert conclusion.outcome is PlanOutcome.HALTED
    assert data(conclusion).reason_code == "States.ItemReaderFailed"


def test_what_was_not_started_is_named() -> None:
    some, many = ended(results(BACK, LEFT, LEFT, failed=1)), ended(results(BACK, *[LEFT] * 7))
    assert f"not started: {name(2)}, {name(3)}; move 1 ({name(1)}), rolled-back: " in some.cause
    assert f"not started: {name(2)}, {name(3)}, {name(4)}, {name(5)}, {name(6)} and 2 more;" in (
        many.cause
    )


@pytest.mark.parametrize(
    ("found", "first"),
    [
        (results(GOOD, LEFT, halted_by=Answer()), "To do the rest, send"),
        (results(WAY, LEFT, lost=1), "Moves in progress continue, and report how they end."),
        (results(BACK, LEFT, failed=1), "Fix what the messages of the failed moves name;"),
    ],
)
def test_what_to_do_after_a_halt_depends_on_what_is_left(found: Results, first: str) -> None:
    assert data(ended(found)).next_step.startswith(first)


@pytest.mark.parametrize(
    "outcome",
    [MoveOutcome.NEEDS_ATTENTION, MoveOutcome.ROLLBACK_FAILED, MoveOutcome.INTERRUPTED],
)
def test_what_has_left_trouble_comes_first(outcome: MoveOutcome) -> None:
    conclusion = ended(results(GOOD, outcome, failed=1))
    assert data(conclusion).next_step.startswith(f"Act now: check move 2 ({name(2)})")


@pytest.mark.verify
def test_a_plan_with_many_failures_fits_into_an_event() -> None:
    found = results(*[BACK] * 500, LEFT, failed=500)
    long = tuple(
        each._replace(ending=ChildEnding(BACK, "x" * 4000)) if each.child else each
        for each in found.moves
    )
    conclusion = ended(found._replace(moves=long))
    assert len(data(conclusion).failed) == 20
    assert len(conclusion.announcement.model_dump_json()) < 200_000
    assert len(conclusion.cause) == 4000


OUTCOMES = st.lists(st.sampled_from(MoveOutcome), max_size=6)


@given(
    outcomes=OUTCOMES,
    failed=st.integers(0, 3),
    halted_by=st.none() | st.builds(Answer),
    prepared=st.none() | st.builds(preparation, st.sampled_from(Decision)),
    problem=st.none()
    | st.builds(
        a_problem,
        st.sampled_from(
            ["PlanHalted", "Refused", "States.Timeout", "States.Runtime", "CallDenied"]
        ),
    ),
    approval=st.none() | st.builds(Approval),
    status=st.none() | st.sampled_from(["ABORTED", "TIMED_OUT", "FAILED"]),
)
def test_every_story_has_one_end_that_fits(
    outcomes: list[MoveOutcome],
    failed: int,
    halted_by: Answer | None,
    prepared: Preparation | None,
    problem: Problem | None,
    approval: Approval | None,
    status: str | None,
) -> None:
    found = results(*outcomes, failed=failed, halted_by=halted_by)
    conclusion = ended(
        found, preparation=prepared, problem=problem, approval=approval, status=status
    )
    outcome = conclusion.outcome
    assert conclusion.error == ERRORS.get(outcome)
    assert conclusion.announcement.detail_type is PLAN_FINAL[outcome]
    assert data(conclusion).outcome is outcome
    assert data(conclusion).message == conclusion.cause
    assert PlanConclusion.model_validate_json(conclusion.model_dump_json()) == conclusion
    assert (outcome is PlanOutcome.INTERRUPTED) == (status is not None)
    if outcome is PlanOutcome.COMPLETED:
        assert all(each.is_good for each in outcomes)


@pytest.mark.parametrize(("sender", "is_trouble"), [("a schedule", False), ("another", True)])
def test_an_id_that_was_claimed_for_another_sender_is_trouble(
    sender: str, is_trouble: bool
) -> None:
    conclusion = ended(
        preparation=None,
        problem=a_problem("DynamoDB.ConditionalCheckFailedException"),
        claimant=Claimant(execution_arn="arn:x:run-0", sender="a schedule"),
        sender=sender,
    )
    data = conclusion.announcement.detail.data
    assert isinstance(data, PlanEnded)
    assert data.outcome is PlanOutcome.DUPLICATE
    assert (data.reason_code == ANOTHER_SENDER) is is_trouble
    assert (data.next_step == NEXT_STEP) is is_trouble


def an_evacuation(decision: Decision = Decision.PROCEED) -> Preparation:
    asked: JsonValue = {"evacuate": {"from": P, "to": Q, "exclude": [name(9)]}}
    return preparation(decision, request=parse_plan(asked).request.terms)


EMPTY = PortLeft(connection_id=P, is_empty=True)


def concluded(found: Results, port: PortLeft | None, **story: Any) -> PlanConclusion:
    given = {"request_id": "change-1", "preparation": an_evacuation(), **story}
    state = PlanExecutionState(**given)
    return conclude(state, found, execution=EXECUTION, now=START, port=port)


def test_only_a_plan_that_was_to_empty_a_port_and_may_have_moved_reads_it_again() -> None:
    def port_of(prepared: Preparation | None) -> str | None:
        return port_to_read(PlanExecutionState(request_id="change-1", preparation=prepared))

    assert port_of(an_evacuation()) == P
    assert port_of(an_evacuation(Decision.UNCHANGED)) == P
    assert port_of(an_evacuation(Decision.PLANNED)) is None
    assert port_of(an_evacuation(Decision.REJECTED)) is None
    assert port_of(preparation()) is None
    assert port_of(None) is None


def test_an_empty_port_is_told() -> None:
    conclusion = concluded(results(GOOD), EMPTY)
    assert data(conclusion).port_is_empty is True
    assert f"nothing is left on {P}: it can be deleted" in data(conclusion).notice.text


def test_what_is_left_is_told() -> None:
    left = LeftOnPort(virtual_interface_id=name(9), why=WhyLeft.EXCLUDED, message="excluded")
    port = PortLeft(connection_id=P, is_empty=False, count=1, left=(left,))
    conclusion = concluded(results(GOOD, BACK, failed=1), port)
    assert data(conclusion).port_is_empty is False
    assert data(conclusion).left_on_port == (left,)
    assert f"{name(9)} (excluded)" in conclusion.cause


def test_a_plan_that_moved_nothing_does_not_tell_of_its_port() -> None:
    halted = concluded(results(LEFT, halted_by=Answer()), EMPTY)
    assert halted.outcome is PlanOutcome.CANCELLED
    assert data(halted).port_is_empty is None
    assert "nothing is left" not in halted.cause
    assert data(ended(results(GOOD))).port_is_empty is None
