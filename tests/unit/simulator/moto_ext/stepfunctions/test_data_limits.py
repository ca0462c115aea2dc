"""How much data a state machine may carry: just below each limit, and just above it."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from simulator.cloud import Cloud
from simulator.moto_ext.stepfunctions.data_limits import (
    CAUSE,
    DATA,
    DEFINITION,
    ERROR,
    VARIABLES,
    fits,
    measured,
)

Run = Callable[..., tuple[dict[str, Any], list[dict[str, Any]]]]
ROLE = "arn:aws:iam::111122223333:role/any"
EXCEEDED = "States.DataLimitExceeded"
DONE = {"Type": "Succeed"}


def text_of(size: int) -> str:
    """Write an expression for a text that takes so many bytes as JSON, quotes included."""
    return f"{{% $pad('', {size - 2}, 'x') %}}"


@pytest.mark.parametrize(
    ("value", "size"),
    [("x", 3), ("é", 4), ({"a": [1, None, True]}, len('{"a":[1,null,true]}')), ("\x01", 8)],
)
def test_data_is_measured_in_bytes_of_json_without_white_space(value: object, size: int) -> None:
    assert measured(value) == size


def test_256_kib_fit_and_a_byte_more_does_not() -> None:
    assert fits("x" * (DATA - 2))
    assert not fits("x" * (DATA - 1))
    assert not fits("é" * (DATA // 2))


SEAMS: dict[str, Callable[[int], dict[str, Any]]] = {
    "output": lambda size: {"Type": "Pass", "Output": text_of(size), "End": True},
    "variable": lambda size: {
        "Type": "Pass",
        # The name is part of what one Assign may hold.
        "Assign": {"a": text_of(size - len('{"a":}'))},
        "Output": {},
        "End": True,
    },
    "variables of one Assign": lambda size: {
        "Type": "Pass",
        "Assign": {"a": text_of(size // 2), "b": text_of(size - size // 2 - len('{"a":,"b":}'))},
        "Output": {},
        "End": True,
    },
    "arguments": lambda size: {
        "Type": "Task",
        "Resource": "arn:aws:states:::lambda:invoke",
        "Arguments": {
            "FunctionName": "Test-Look",
            "Payload": {
                "text": text_of(size - len('{"FunctionName":"Test-Look","Payload":{"text":}}'))
            },
        },
        "Output": {},
        "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Done", "Output": {"caught": True}}],
        "End": True,
    },
}


@pytest.mark.parametrize("seam", SEAMS)
def test_what_just_fits_is_taken_and_a_byte_more_ends_the_execution(run: Run, seam: str) -> None:
    states: dict[str, Any] = {"Done": DONE} if seam == "arguments" else {}
    fitting, _ = run({"State": SEAMS[seam](DATA), **states})
    assert fitting["status"] == "SUCCEEDED"
    too_large, history = run({"State": SEAMS[seam](DATA + 1), **states})
    assert (too_large["status"], too_large["error"]) == ("FAILED", EXCEEDED)
    assert "'State'" in too_large["cause"]
    assert history[-1]["type"] == "ExecutionFailed"


def test_a_state_can_catch_it_by_its_own_name(run: Run) -> None:
    state = {**SEAMS["arguments"](DATA + 1)}
    state["Catch"] = [{"ErrorEquals": [EXCEEDED], "Next": "Done", "Output": {"caught": True}}]
    execution, _ = run({"State": state, "Done": DONE})
    assert json.loads(execution["output"]) == {"caught": True}


@pytest.mark.parametrize(("count", "status"), [(40, "SUCCEEDED"), (41, "FAILED")])
def test_all_variables_together_have_ten_mebibytes(run: Run, count: int, status: str) -> None:
    assert VARIABLES == 40 * DATA
    states: dict[str, Any] = {
        f"State{number}": {
            "Type": "Pass",
            "Assign": {f"v{number}": text_of(DATA - len('{"v00":}'))},
            "Output": {},
            "Next": f"State{number + 1}",
        }
        for number in range(count)
    }
    # what the names have taken of each Assign is left for one small variable more
    states[f"State{count}"] = {"Type": "Pass", "Assign": {"last": "x"}, "Output": {}, "End": True}
    execution, _ = run(states)
    assert execution["status"] == status
    assert execution.get("error") == (None if status == "SUCCEEDED" else EXCEEDED)


def test_an_item_of_a_map_has_256_kib_too(run: Run) -> None:
    def mapped(size: int) -> dict[str, Any]:
        return {
            "Type": "Map",
            "Items": [text_of(size)],
            "ItemProcessor": {
                "ProcessorConfig": {"Mode": "INLINE"},
                "StartAt": "Item",
                "States": {"Item": {"Type": "Pass", "Output": {}, "End": True}},
            },
            "End": True,
        }

    assert run({"Map": mapped(DATA)})[0]["status"] == "SUCCEEDED"
    execution, _ = run({"Map": mapped(DATA + 1)})
    assert execution["error"] == EXCEEDED


def refused(send: Callable[[int], object], size: int) -> str:
    """Return the code of the error that a request of this size meets, empty where it is taken."""
    try:
        send(size)
    except ClientError as error:
        return str(error.response["Error"]["Code"])
    return ""


def test_a_definition_has_a_mebibyte(cloud: Cloud) -> None:
    client = cloud.client("stepfunctions")

    def written(size: int) -> str:
        def of(comment: str) -> str:
            return json.dumps({"Comment": comment, "StartAt": "Done", "States": {"Done": DONE}})

        return of("x" * (size - len(of(""))))

    def create(size: int) -> None:
        client.create_state_machine(name=f"m-{size}", definition=written(size), roleArn=ROLE)

    assert refused(create, DEFINITION) == ""
    assert refused(create, DEFINITION + 1) == "ValidationException"
    arn = client.create_state_machine(name="small", definition=written(200), roleArn=ROLE)
    machine = arn["stateMachineArn"]

    def update(size: int) -> None:
        client.update_state_machine(stateMachineArn=machine, definition=written(size))

    assert refused(update, DEFINITION + 1) == "ValidationException"


def test_what_a_task_is_answered_is_refused_where_it_is_too_large(cloud: Cloud) -> None:
    client = cloud.client("stepfunctions")
    # no task waits for this token, which is found out only where the answer may be sent at all
    token = "nobody"

    def succeed(size: int) -> None:
        client.send_task_success(taskToken=token, output=json.dumps("x" * (size - 2)))

    def fail(size: int) -> None:
        client.send_task_failure(taskToken=token, cause="x" * size)

    def fail_with(size: int) -> None:
        client.send_task_failure(taskToken=token, error="x" * size)

    for send, most in ((succeed, DATA), (fail, CAUSE), (fail_with, ERROR)):
        assert refused(send, most) == "InvalidToken"
        assert refused(send, most + 1) == "ValidationException"


def test_why_an_execution_is_stopped_is_refused_where_it_is_too_long(cloud: Cloud) -> None:
    client = cloud.client("stepfunctions")

    machine = cloud.outputs["MachineArn"]
    started = client.start_execution(stateMachineArn=machine, input='{"id": "waits"}')
    cloud.run_until_idle(timedelta(seconds=2))

    def stop(size: int) -> None:
        client.stop_execution(executionArn=started["executionArn"], cause="x" * size)

    assert refused(stop, CAUSE + 1) == "ValidationException"
    assert refused(stop, CAUSE) == ""
