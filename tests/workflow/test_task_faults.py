"""The platform fails under the shipped app: throttled, timed out, gone, with and without effect."""

from pathlib import Path
from typing import Any

import pytest

from simulator.cloud import ExecutionInterruption, TaskFault
from simulator.expectations import failures
from simulator.runs.record import Record
from simulator.runs.session import Session
from simulator.scenarios.model import BadScenarioError, Scenario, load, named
from tests.sampling import sampled

WORLD = "happy-path-dual-stack-lag"
THROTTLED = "Lambda.TooManyRequestsException"
TIMED_OUT = "Sandbox.Timedout"


def disturbed(session: Session, *faults: dict[str, Any], world: str = WORLD, **more: Any) -> Record:
    """Run a scenario that ships, with faults of its tasks added."""
    scenario = load(named(world))
    planned = {"task_faults": tuple(map(TaskFault.model_validate, faults)), **more}
    return session.run(scenario.model_copy(update=planned))


def failed_tasks(record: Record) -> list[str]:
    """Return the errors of all attempts that failed."""
    return [
        event["taskFailedEventDetails"]["error"]
        for event in record.history
        if event["type"] == "TaskFailed"
    ]


def associations(record: Record) -> int:
    return sum(call.operation == "AssociateVirtualInterface" for call in record.calls)


@pytest.mark.verify
def test_a_lambda_that_is_throttled_twice_is_asked_again(session: Session) -> None:
    record = disturbed(session, {"state": "Observe", "calls": [1, 2], "error": THROTTLED})

    assert (failures(record), record.outcome) == ([], "succeeded")
    assert failed_tasks(record) == [THROTTLED, THROTTLED]


@pytest.mark.verify
def test_what_can_t_be_concluded_is_concluded_blindly(session: Session) -> None:
    record = disturbed(session, {"state": "Conclude", "error": "Lambda.ServiceException"})

    assert (failures(record), record.outcome) == ([], "succeeded")
    entered = [
        event["stateEnteredEventDetails"]["name"]
        for event in record.history
        if event["type"].endswith("StateEntered")
    ]
    assert "Conclude without details" in entered


def test_an_association_whose_answer_is_lost_is_sent_once(session: Session) -> None:
    lost = {"state": "Associate", "calls": [1], "error": TIMED_OUT, "takesEffect": True}

    record = disturbed(session, {**lost, "delaySeconds": 60})

    assert (failures(record), record.outcome) == ([], "succeeded")
    assert failed_tasks(record) == [TIMED_OUT]
    assert associations(record) == 1


@pytest.mark.verify
def test_a_move_that_lambda_never_let_begin_is_rejected(session: Session) -> None:
    record = disturbed(session, {"state": "Associate", "error": THROTTLED})

    assert (record.outcome, associations(record), record.locks) == ("rejected", 0, [])


@pytest.mark.parametrize("state", sampled(["Claim request", "Lock gateway"]))
def test_a_lock_that_was_taken_without_an_answer_is_taken_again(
    session: Session, state: str
) -> None:
    lost = {"state": state, "calls": [1], "error": "DynamoDB.InternalServerError"}

    record = disturbed(session, {**lost, "takesEffect": True})

    assert (failures(record), record.outcome) == ([], "succeeded")


def test_a_bus_that_is_down_delays_the_last_event(session: Session) -> None:
    down = {"state": "Announce outcome", "to": 240, "error": "EventBridge.InternalFailureException"}

    record = disturbed(session, down)

    assert (failures(record), record.outcome) == ([], "succeeded")
    assert failed_tasks(record)


@pytest.mark.verify
def test_every_execution_is_told_to_the_default_bus(session: Session) -> None:
    record = disturbed(session)

    told = [event["detail"]["status"] for event in record.service_events]
    assert told[0] == "RUNNING"
    assert "SUCCEEDED" in told
    assert [each for each in record.executions if each == record.execution] == [record.execution]


def test_an_interrupted_migration_ends_at_once(session: Session) -> None:
    stop = ExecutionInterruption.model_validate(
        {"at": 45, "kind": "stop", "error": "Person.Stopped"}
    )

    record = disturbed(session, interruptions=(stop,))

    assert record.execution is not None
    assert (record.execution["status"], record.virtual_seconds) == ("ABORTED", 45)
    assert record.history[-1]["type"] == "ExecutionAborted"


def test_a_disturbance_of_nothing_is_an_error_of_the_scenario(session: Session) -> None:
    with pytest.raises(BadScenarioError, match=f"{WORLD}: no state machine has a state 'Obsrve'"):
        disturbed(session, {"state": "Obsrve", "error": THROTTLED})


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "taskFaults: [{state: Observe, eror: X}]",
            "taskFaults.0.eror: unknown key: did you mean error",
        ),
        (
            "interruptions: [{at: 45, kind: kill}]",
            "interruptions.0.kind: Input should be 'stop', 'time-out', 'fail'",
        ),
    ],
)
def test_a_wrong_key_is_named(tmp_path: Path, text: str, message: str) -> None:
    file = tmp_path / "wrong.yaml"
    file.write_text(named(WORLD).read_text("utf-8") + f"\n{text}\n", "utf-8")

    with pytest.raises(BadScenarioError, match=message):
        load(file)


def test_the_keys_are_read_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "disturbed.yaml"
    keys = (
        "taskFaults: [{state: Observe, from: 0, to: 900, error: X.Y, cause: why}]\n"
        "interruptions: [{at: 45, kind: time-out, state: Associate, duringTask: true}]\n"
    )
    file.write_text(named(WORLD).read_text("utf-8") + f"\n{keys}", "utf-8")

    scenario: Scenario = load(file)

    assert (scenario.task_faults[0].from_, scenario.task_faults[0].to) == (0, 900)
    assert scenario.interruptions[0].during_task
