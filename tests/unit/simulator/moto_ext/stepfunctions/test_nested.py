"""Executions that another execution starts, and waits for."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from simulator.cloud import Cloud
from simulator.virtual_time.clock import VirtualClock

START = datetime(2026, 1, 5, 2, 0, tzinfo=UTC)
BEGAN = int(START.timestamp() * 1000)
ROLE = "arn:aws:iam::111122223333:role/any"
MACHINE = "arn:aws:states:eu-central-1:111122223333:stateMachine:child"
RUN = "arn:aws:states:eu-central-1:111122223333:execution:child:run"
CHILD = {
    "Wait": {"Type": "Wait", "Seconds": 1200, "Next": "Well"},
    "Well": {
        "Type": "Choice",
        "Choices": [{"Condition": "{% $states.input.well %}", "Next": "Good"}],
        "Default": "Bad",
    },
    "Good": {"Type": "Pass", "Output": {"got": "{% $states.input.well %}"}, "End": True},
    "Bad": {"Type": "Fail", "Error": "Child.Failed", "Cause": "because"},
}
CAUGHT = {"Type": "Pass", "Output": "{% $states.input %}", "End": True}


@pytest.fixture(autouse=True)
def child(cloud: Cloud) -> None:
    """Create a machine that takes twenty minutes."""
    definition = {"QueryLanguage": "JSONata", "StartAt": "Wait", "States": CHILD}
    cloud.client("stepfunctions").create_state_machine(
        name="child", definition=json.dumps(definition), roleArn=ROLE
    )


def start(how: str = ".sync:2", **more: Any) -> dict[str, Any]:
    return {
        "Type": "Task",
        "Resource": f"arn:aws:states:::states:startExecution{how}",
        "Arguments": {"StateMachineArn": MACHINE, "Name": "run", "Input": "{% $states.input %}"},
        "End": True,
        **more,
    }


def output(execution: dict[str, Any]) -> Any:
    assert execution["status"] == "SUCCEEDED", execution
    return json.loads(execution["output"])


def started(cloud: Cloud) -> dict[str, Any]:
    [found] = [each for each in cloud.executions() if each["executionArn"] == RUN]
    return found


@pytest.mark.parametrize(
    ("how", "given", "made"),
    [
        (".sync:2", {"well": True}, {"got": True}),
        (".sync", '{"well":true}', '{"got":true}'),
    ],
)
def test_what_a_child_made_is_told(run: Any, how: str, given: Any, made: Any) -> None:
    execution, history = run({"Start": start(how)}, {"well": True})

    told = output(execution)
    assert told == {
        "ExecutionArn": RUN,
        "Input": given,
        "InputDetails": {"Included": True},
        "Name": "run",
        "Output": made,
        "OutputDetails": {"Included": True},
        "RedriveCount": 0,
        "RedriveStatus": "NOT_REDRIVABLE",
        "RedriveStatusReason": "Execution is SUCCEEDED and cannot be redriven",
        "StartDate": BEGAN,
        "StateMachineArn": MACHINE,
        "Status": "SUCCEEDED",
        "StopDate": BEGAN + 1_200_000,
    }
    assert list(told) == sorted(told)
    kinds = [event["type"] for event in history]
    assert kinds[2:6] == ["TaskScheduled", "TaskStarted", "TaskSubmitted", "TaskSucceeded"]
    submitted = history[4]["taskSubmittedEventDetails"]
    assert submitted["resource"] == f"startExecution{how}"
    assert json.loads(submitted["output"]) == {"ExecutionArn": RUN, "StartDate": BEGAN}


def test_a_start_that_is_not_waited_for_returns_a_time_in_milliseconds(run: Any) -> None:
    task = start(Resource="arn:aws:states:::states:startExecution")

    execution, _ = run({"Start": task}, {"well": True})

    assert output(execution) == {"ExecutionArn": RUN, "StartDate": BEGAN}


def test_the_parent_wakes_when_the_child_ends(cloud: Cloud, run: Any) -> None:
    execution, _ = run({"Start": start()}, {"well": True})

    assert execution["stopDate"] == started(cloud)["stopDate"] == START + timedelta(minutes=20)


def test_waiting_for_a_child_costs_nothing(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    wakes = []
    take = VirtualClock._next

    def counting(self: VirtualClock) -> Any:
        wakes.append(self.now())
        return take(self)

    monkeypatch.setattr(VirtualClock, "_next", counting)
    run({"Start": start()}, {"well": True})

    assert len(wakes) < 60


def test_a_child_that_fails_fails_the_task_with_all_that_is_known(run: Any) -> None:
    catch = [{"ErrorEquals": ["States.TaskFailed"], "Next": "Caught"}]
    keep = {"Output": "{% $states.errorOutput %}"}

    execution, history = run(
        {"Start": start(Catch=[{**catch[0], **keep}]), "Caught": CAUGHT}, {"well": False}
    )

    told = output(execution)
    assert told["Error"] == "States.TaskFailed"
    assert json.loads(told["Cause"]) == {
        "Cause": "because",
        "Error": "Child.Failed",
        "ExecutionArn": RUN,
        "Input": '{"well":false}',
        "InputDetails": {"Included": True},
        "Name": "run",
        "RedriveCount": 0,
        "RedriveStatus": "REDRIVABLE",
        "StartDate": BEGAN,
        "StateMachineArn": MACHINE,
        "Status": "FAILED",
        "StopDate": BEGAN + 1_200_000,
    }
    [failed] = [event for event in history if event["type"] == "TaskFailed"]
    assert failed["taskFailedEventDetails"]["resource"] == "startExecution.sync:2"


def test_a_child_that_is_stopped_fails_the_task_at_that_time(cloud: Cloud, run: Any) -> None:
    client = cloud.client("stepfunctions")
    cloud.clock.call_later(60, lambda: client.stop_execution(executionArn=RUN, error="By.Hand"))

    execution, _ = run({"Start": start()}, {"well": True})

    assert execution["error"] == "States.TaskFailed"
    cause = json.loads(execution["cause"])
    assert (cause["Status"], cause["Error"]) == ("ABORTED", "By.Hand")
    assert execution["stopDate"] == START + timedelta(minutes=1)


def test_a_child_goes_on_without_its_parent(cloud: Cloud, run: Any) -> None:
    """The role of the parent may not stop executions."""

    def stop() -> None:
        [arn] = [each["executionArn"] for each in cloud.executions() if each["name"] != "run"]
        cloud.client("stepfunctions").stop_execution(executionArn=arn)

    cloud.clock.call_later(60, stop)
    execution, history = run({"Start": start()}, {"well": True})

    assert (execution["status"], started(cloud)["status"]) == ("ABORTED", "SUCCEEDED")
    assert history[-2]["type"] == "TaskSubmitted"
    assert execution["stopDate"] == START + timedelta(minutes=1)


def test_a_task_times_out_though_its_child_goes_on(cloud: Cloud, run: Any) -> None:
    execution, history = run({"Start": start(TimeoutSeconds=60)}, {"well": True})

    assert execution["error"] == "States.Timeout"
    assert history[-2]["type"] == "TaskTimedOut"
    assert execution["stopDate"] == START + timedelta(minutes=1)
    assert started(cloud)["status"] == "SUCCEEDED"


@pytest.mark.parametrize("well", [True, False])
def test_a_name_is_taken_once(run: Any, well: bool) -> None:
    again = start(Arguments={**start()["Arguments"], "Input": {"well": well}})
    first = start(Next="Again")
    del first["End"]

    execution, _ = run({"Start": first, "Again": again}, {"well": True})

    assert execution["error"] == "StepFunctions.ExecutionAlreadyExistsException"
    assert RUN in execution["cause"]


def test_the_same_name_and_input_is_the_same_execution_while_it_runs(
    cloud: Cloud, run: Any
) -> None:
    cloud.client("stepfunctions").start_execution(
        stateMachineArn=MACHINE, name="run", input='{"well":true}'
    )
    cloud.run_until_idle(timedelta(minutes=5))

    execution, _ = run({"Start": start()}, {"well": True})

    assert len(cloud.executions()) == 2
    assert output(execution)["StartDate"] == BEGAN
    assert execution["stopDate"] == started(cloud)["stopDate"]


@pytest.mark.verify
def test_a_history_is_full_at_25_000_events(run: Any) -> None:
    execution, history = run(
        {
            "There": {"Type": "Pass", "Next": "Again"},
            "Again": {
                "Type": "Choice",
                "Choices": [{"Condition": "{% true %}", "Next": "There"}],
            },
        }
    )

    cause = "The execution reached the maximum number of history events (25000)."
    assert (execution["error"], execution["cause"]) == ("States.Runtime", cause)
    assert len(history) == 25_000
    assert [event["type"] for event in history[-2:]] == ["PassStateExited", "ExecutionFailed"]
