"""What an execution's history tells of it."""

import json
from typing import Any

import pytest

from vifshift.domain.execution_history import follow


def entered(name: str) -> dict[str, Any]:
    return {"type": "PassStateEntered", "stateEnteredEventDetails": {"name": name}}


def left(name: str, **assigned: object) -> dict[str, Any]:
    variables = {key: json.dumps(value) for key, value in assigned.items()}
    return {
        "type": "PassStateExited",
        "stateExitedEventDetails": {"name": name, "assignedVariables": variables},
    }


def test_a_variable_holds_what_it_was_given_last() -> None:
    trail = follow([entered("A"), left("A", phase="forward"), left("B", phase="rollback", x=None)])
    assert trail.variables == {"phase": "rollback", "x": None}


@pytest.mark.parametrize("text", ['"a \\"b\\" c"', '"a "b" c"', 'a "b" c'])
def test_a_string_is_read_however_its_quotes_are_written(text: str) -> None:
    details = {"name": "A", "assignedVariables": {"claim": text}}
    trail = follow([{"type": "PassStateExited", "stateExitedEventDetails": details}])
    assert trail.variables == {"claim": 'a "b" c'}


def test_a_state_that_assigns_nothing_is_left_all_the_same() -> None:
    exited = {"type": "WaitStateExited", "stateExitedEventDetails": {"name": "Pause"}}
    assert follow([exited]).variables == {}


def test_the_last_state_is_the_one_entered_last() -> None:
    trail = follow([entered("A"), left("A"), entered("B")])
    assert (trail.entered, trail.last_state) == (("A", "B"), "B")


def test_an_execution_that_was_stopped_before_its_first_state_has_none() -> None:
    assert follow([{"type": "ExecutionStarted"}]).last_state is None


def test_a_task_is_done_once_it_has_succeeded() -> None:
    failed = [entered("Announce"), {"type": "TaskScheduled"}, {"type": "TaskFailed"}]
    assert follow(failed).done == frozenset()
    assert follow([*failed, {"type": "TaskSucceeded"}]).done == {"Announce"}


def test_every_kind_of_interruption_tells_its_error_and_cause() -> None:
    for ending in ("Aborted", "Failed", "TimedOut"):
        details = {"error": "CHG0042", "cause": "by hand"}
        event = {"type": f"Execution{ending}", f"execution{ending}EventDetails": details}
        trail = follow([entered("A"), event])
        assert (trail.error, trail.cause) == ("CHG0042", "by hand")


def test_an_interruption_may_have_no_error() -> None:
    event = {"type": "ExecutionAborted", "executionAbortedEventDetails": {}}
    assert (follow([event]).error, follow([event]).cause) == ("", "")
