"""What a move's migration is given, and what is made of its end."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.unit.vifshift.fakes import EXECUTION, START, after
from tests.unit.vifshift.plan.planning.test_stages import a_move
from vifshift.domain.errors import CallDenied, CallThrottled, ExecutionError
from vifshift.domain.migration import Execution
from vifshift.domain.plan_outcome import MoveOutcome
from vifshift.domain.plan_progress import ChildEnding, ExecutionDescription
from vifshift.domain.request import Trigger
from vifshift.domain.request_envelope import parse_request
from vifshift.plan.planning.stages import StagedMove
from vifshift.plan.running.child import ChildResult, arn_of, ending, name_of, resolve, start_of

MACHINE = "arn:aws:states:eu-central-1:111122223333:stateMachine:move"


def failed(**fields: Any) -> ChildResult:
    """Build what a task fails with: the answer of DescribeExecution, as JSON."""
    said = {
        "ExecutionArn": "arn",
        "Name": "child",
        "Input": "{}",
        "InputDetails": {"Included": True},
        "StartDate": 1_782_896_400_000,
        "StopDate": 1_782_896_460_500,
        "Status": "FAILED",
        **fields,
    }
    return ChildResult(error="States.TaskFailed", cause=json.dumps(said))


def succeeded(outcome: object, **fields: Any) -> ChildResult:
    return ChildResult.model_validate(
        {
            "status": "SUCCEEDED",
            "output": {"outcome": outcome, "message": "moved"},
            "startDate": 1_782_896_400_000,
            "stopDate": 1_782_896_460_500,
            **fields,
        }
    )


def nobody() -> ExecutionDescription | None:
    raise AssertionError("it need not be asked for")


def test_a_migration_is_named_after_its_plan_and_number() -> None:
    name = name_of(EXECUTION, 7)
    assert name.startswith("run-1-")
    assert name.endswith("-0007")
    assert name == name_of(EXECUTION, 7)
    assert arn_of(MACHINE, name) == (
        f"arn:aws:states:eu-central-1:111122223333:execution:move:{name}"
    )


def test_plans_whose_names_begin_alike_have_different_migrations() -> None:
    one, other = (Execution(arn=f"arn:{each}", name="x" * 79 + each) for each in "ab")
    assert name_of(one, 1) != name_of(other, 1)
    assert len(name_of(one, 5000)) <= 80


@pytest.mark.parametrize("plan_id", ["run-1", "x" * 80, "an (odd) näme!"])
def test_a_migration_understands_what_it_is_started_with(plan_id: str) -> None:
    # given
    plan = Execution(arn="arn:plan", name=plan_id)
    window = {"opensAt": "2026-07-01T09:00:00Z", "closesAt": "2026-07-01T19:00:00Z"}
    move = a_move(7, window=window).model_copy(update={"siblings": ("dxvif-00000008",)})
    # when
    start = start_of(plan, StagedMove.of(move))
    asked = parse_request(json.loads(json.dumps(start.input)))
    # then
    assert asked.request == move.request
    assert asked.trigger is Trigger.PLAN
    assert asked.siblings == ("dxvif-00000008",)
    assert asked.plan is not None
    assert (asked.plan.plan_id, asked.plan.number) == (plan_id, 7)
    assert asked.request_id is not None
    assert asked.request_id.endswith("-0007")


@pytest.mark.parametrize("outcome", ["succeeded", "unchanged", "cancelled", "duplicate"])
def test_an_execution_that_succeeds_says_its_outcome(outcome: str) -> None:
    found = ending(succeeded(outcome))
    assert found == ChildEnding(
        MoveOutcome(outcome), "moved", START, datetime(2026, 7, 1, 9, 1, 0, 500_000, UTC)
    )


@pytest.mark.parametrize("output", [None, 7, {}, {"outcome": "planned"}, {"outcome": []}])
def test_an_execution_that_succeeds_strangely_is_taken_to_be_interrupted(output: Any) -> None:
    found = ending(succeeded("x", output=output))
    assert found
    assert found.outcome is MoveOutcome.INTERRUPTED


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (ExecutionError.REJECTED, MoveOutcome.REJECTED),
        (ExecutionError.ROLLED_BACK, MoveOutcome.ROLLED_BACK),
        (ExecutionError.ROLLBACK_FAILED, MoveOutcome.ROLLBACK_FAILED),
        (ExecutionError.NEEDS_ATTENTION, MoveOutcome.NEEDS_ATTENTION),
        ("States.Runtime", MoveOutcome.INTERRUPTED),
    ],
)
def test_an_execution_that_fails_says_its_outcome_by_its_error(
    error: str, outcome: MoveOutcome
) -> None:
    found = ending(failed(Error=error, Cause="because"))
    assert found
    assert found.outcome is outcome
    assert "because" in found.message
    assert found.started_at == START


@pytest.mark.parametrize("status", ["ABORTED", "TIMED_OUT"])
def test_an_execution_that_was_stopped_is_interrupted(status: str) -> None:
    found = ending(failed(Status=status, Cause="by hand"))
    assert found
    assert found.outcome is MoveOutcome.INTERRUPTED
    assert found.message == f"its execution ended as {status}: by hand"


UNCLEAR = [
    ChildResult(error="StepFunctions.ExecutionAlreadyExistsException", cause="it is there"),
    ChildResult(error="States.TaskFailed", cause='{"Status": '),
    ChildResult(error="States.Timeout", cause=""),
    failed(Status="RUNNING"),
    ChildResult(),
]


@pytest.mark.parametrize("result", UNCLEAR)
def test_what_does_not_say_how_it_ended_is_asked_for(result: ChildResult) -> None:
    described = ExecutionDescription(
        status="SUCCEEDED", output='{"outcome": "succeeded", "message": "ok"}'
    )
    assert resolve(result, lambda: described).outcome is MoveOutcome.SUCCEEDED


@pytest.mark.parametrize("result", UNCLEAR)
def test_what_was_never_there_is_rejected_with_why(result: ChildResult) -> None:
    found = resolve(result, lambda: None)
    assert found.outcome is MoveOutcome.REJECTED
    assert result.error in found.message


@pytest.mark.parametrize("result", UNCLEAR)
def test_what_still_goes_on_is_on_its_way_and_not_waited_for(result: ChildResult) -> None:
    assert (
        resolve(result, lambda: ExecutionDescription(status="RUNNING")).outcome
        is MoveOutcome.IN_FLIGHT
    )


def test_what_says_how_it_ended_is_not_asked_for() -> None:
    assert resolve(succeeded("succeeded"), nobody).outcome is MoveOutcome.SUCCEEDED


def test_what_may_not_be_looked_at_is_on_its_way_and_what_can_not_is_asked_again() -> None:
    def denied() -> ExecutionDescription | None:
        raise CallDenied("no")

    def throttled() -> ExecutionDescription | None:
        raise CallThrottled("later")

    assert resolve(ChildResult(), denied).outcome is MoveOutcome.IN_FLIGHT
    with pytest.raises(CallThrottled):
        resolve(ChildResult(), throttled)


def test_a_message_is_no_longer_than_it_may_be() -> None:
    found = ending(failed(Error="x " * 3000, Cause="y " * 3000))
    assert found
    assert len(found.message) == 4000
    assert after(0) == START
