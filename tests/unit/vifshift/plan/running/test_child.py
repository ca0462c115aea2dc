"""What a move's migration is given, and what is made of its end."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.unit.vifshift.fakes import EXECUTION, START, after
from tests.unit.vifshift.plan.planning.test_stages import a_move
from vifshift.domain.child_names import name_of
from vifshift.domain.errors import CallDenied, CallThrottled, ExecutionError
from vifshift.domain.migration import Execution
from vifshift.domain.plan_outcome import MoveOutcome
from vifshift.domain.plan_progress import ChildEnding, ExecutionDescription, VifAndTarget
from vifshift.domain.request import Trigger
from vifshift.domain.request_envelope import parse_request
from vifshift.plan.planning.preparation import Rules
from vifshift.plan.planning.stages import StagedMove
from vifshift.plan.running.child import (
    NOT_OURS,
    ChildResult,
    arn_of,
    ending,
    ending_of,
    is_of,
    resolve,
    start_of,
    verified,
)

NONCE = "1j5wkrmdn0f"
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


def ours(_: ExecutionDescription) -> bool:
    return True


def nobody() -> ExecutionDescription | None:
    raise AssertionError("it need not be asked for")


def test_a_migration_is_named_after_its_plan_and_number() -> None:
    name = name_of(EXECUTION, 7, NONCE)
    assert name == f"run-1-{NONCE}-0007"
    assert name == name_of(EXECUTION, 7, NONCE)
    assert name != name_of(EXECUTION, 7, "another")
    assert arn_of(MACHINE, name) == (
        f"arn:aws:states:eu-central-1:111122223333:execution:move:{name}"
    )


def test_plans_whose_names_begin_alike_have_different_migrations() -> None:
    one, other = (Execution(arn=f"arn:{each}", name="x" * 79 + each) for each in "ab")
    assert name_of(one, 1, "") != name_of(other, 1, "")
    assert len(name_of(one, 5000, NONCE)) <= 80


@pytest.mark.parametrize("plan_id", ["run-1", "x" * 80, "an-(odd)-näme!"])
def test_a_migration_understands_what_it_is_started_with(plan_id: str) -> None:
    # given
    plan = Execution(arn="arn:plan", name=plan_id)
    window = {"opensAt": "2026-07-01T09:00:00Z", "closesAt": "2026-07-01T19:00:00Z"}
    move = a_move(7, window=window).model_copy(update={"siblings": ("dxvif-00000008",)})
    rules = Rules(stop_after_failures=1, checked_at=START, approval_minutes=30)
    # when
    start = start_of(plan, StagedMove.of(move), rules, NONCE)
    asked = parse_request(json.loads(json.dumps(start.input)))
    # then
    assert asked.request == move.request
    assert asked.trigger is Trigger.PLAN
    assert asked.siblings == ("dxvif-00000008",)
    assert asked.plan is not None
    assert (asked.plan.plan_id, asked.plan.number) == (plan_id, 7)
    assert asked.request_id is not None
    assert asked.request_id.endswith("-0007")
    assert asked.plan.checked == move.found
    assert (asked.plan.checked_at, asked.plan.approval_minutes) == (START, 30)


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
    assert resolve(result, lambda: described, ours).outcome is MoveOutcome.SUCCEEDED


@pytest.mark.parametrize("result", UNCLEAR)
def test_what_another_has_started_under_the_name_is_not_believed(result: ChildResult) -> None:
    described = ExecutionDescription(
        status="SUCCEEDED", output='{"outcome": "succeeded", "message": "ok"}'
    )
    assert resolve(result, lambda: described, lambda _: False) == NOT_OURS


RULES = Rules(stop_after_failures=1)
SENT: dict[str, Any] = start_of(EXECUTION, StagedMove.of(a_move(7)), RULES, NONCE).input


@pytest.mark.parametrize(
    ("given", "is_ours"),
    [
        (SENT, True),
        ({**SENT, "plan": {"planId": "run-2", "number": 7}}, False),
        ({**SENT, "plan": {"planId": "run-1", "number": 8}}, False),
        ({**SENT, "request": {}}, False),
        ({**SENT, "request": {**a_move(7).request.to_json(), "rollback": "never"}}, False),
        ({**SENT, "plan": None}, False),
        ([], False),
    ],
)
def test_an_execution_is_ours_if_it_was_given_what_was_sent(given: object, is_ours: bool) -> None:
    described = ExecutionDescription(status="SUCCEEDED", input=json.dumps(given))
    request = StagedMove.of(a_move(7)).request
    assert is_of(described, EXECUTION, 7, request) is is_ours
    ids = {name: request[name] for name in ("virtualInterfaceId", "connectionId")}
    assert is_of(described, EXECUTION, 7, ids, in_full=False) is (
        is_ours or "rollback" in str(given)
    )


def test_an_execution_whose_input_is_not_known_is_not_ours() -> None:
    described = ExecutionDescription(status="SUCCEEDED")
    assert not is_of(described, EXECUTION, 7, StagedMove.of(a_move(7)).request)


@pytest.mark.parametrize("result", UNCLEAR)
def test_what_was_never_there_is_rejected_with_why(result: ChildResult) -> None:
    found = resolve(result, lambda: None, ours)
    assert found.outcome is MoveOutcome.REJECTED
    assert result.error in found.message


@pytest.mark.parametrize("result", UNCLEAR)
def test_what_still_goes_on_is_on_its_way_and_not_waited_for(result: ChildResult) -> None:
    assert (
        resolve(result, lambda: ExecutionDescription(status="RUNNING"), ours).outcome
        is MoveOutcome.IN_FLIGHT
    )


def test_what_says_how_it_ended_is_not_asked_for() -> None:
    assert resolve(succeeded("succeeded"), nobody, ours).outcome is MoveOutcome.SUCCEEDED


def test_what_may_not_be_looked_at_is_on_its_way_and_what_can_not_is_asked_again() -> None:
    def denied() -> ExecutionDescription | None:
        raise CallDenied("no")

    def throttled() -> ExecutionDescription | None:
        raise CallThrottled("later")

    assert resolve(ChildResult(), denied, ours).outcome is MoveOutcome.IN_FLIGHT
    with pytest.raises(CallThrottled):
        resolve(ChildResult(), throttled, ours)


def test_a_message_is_no_longer_than_it_may_be() -> None:
    found = ending(failed(Error="x " * 3000, Cause="y " * 3000))
    assert found
    assert len(found.message) == 4000
    assert after(0) == START


SAYS = {"virtualInterfaceId": "dxvif-00000007", "connectionId": "dxcon-portqqqq"}
OF_IT = VifAndTarget.model_validate(SAYS)


@pytest.mark.parametrize(
    ("vif", "target", "outcome"),
    [
        (OF_IT.virtual_interface_id, OF_IT.connection_id, MoveOutcome.SUCCEEDED),
        (OF_IT.virtual_interface_id, None, MoveOutcome.SUCCEEDED),
        ("dxvif-00000008", OF_IT.connection_id, MoveOutcome.INTERRUPTED),
        (OF_IT.virtual_interface_id, "dxcon-portrrrr", MoveOutcome.INTERRUPTED),
    ],
)
def test_what_a_migration_says_it_was_of_is_compared_with_what_was_sent(
    vif: str, target: str | None, outcome: MoveOutcome
) -> None:
    # given
    output = {"outcome": "succeeded", "message": "moved", "moved": SAYS}
    found = ending(succeeded("succeeded", output=output))
    assert found
    # when
    result = verified(found, vif, target)
    # then
    assert result.outcome is outcome
    if outcome is MoveOutcome.INTERRUPTED:
        assert f"its migration was one of {OF_IT}, not of {vif} to" in result.message


def test_a_migration_that_failed_is_known_by_its_input() -> None:
    described = ExecutionDescription(
        status="FAILED",
        error=ExecutionError.ROLLED_BACK,
        cause="did not converge",
        input=json.dumps({"request": SAYS, "requestId": "x"}),
    )
    found = ending_of(described)
    assert found is not None
    assert found.was_of == OF_IT
    assert verified(found, "dxvif-00000008", None).outcome is MoveOutcome.INTERRUPTED


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"request": 7}', '{"request": {}}'])
def test_a_migration_that_does_not_say_what_it_was_of_is_believed(text: str) -> None:
    found = ending_of(ExecutionDescription(status="ABORTED", input=text))
    assert found is not None
    assert verified(found, "dxvif-00000008", "dxcon-portrrrr") == found
