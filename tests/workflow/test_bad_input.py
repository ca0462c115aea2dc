"""What people send that is no request: it is answered, and nothing is touched."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.sampling import sampled
from tests.workflow.conftest import Deployed

Deploy = Callable[[str], Deployed]
WORLD = "happy-path-dual-stack-lag"
VIF = "dxvif-aaaa0001"
LAG = "dxlag-target01"

BAD_REQUESTS: dict[str, tuple[Any, list[str]]] = {
    "nothing": ({}, ["virtualInterfaceId: is missing", "connectionId: is missing"]),
    "unknown field": (
        {"virtualInterfaceId": VIF, "connectionId": LAG, "authKey": "hunter2-hunter2"},
        ["authKey: unknown field"],
    ),
    "wrong type": (
        {"virtualInterfaceId": 5, "connectionId": LAG, "dryRun": "hunter2-hunter2"},
        ["virtualInterfaceId: input should be a valid string", "dryRun: input should be a valid"],
    ),
    "malformed ids": (
        {"virtualInterfaceId": "vif-1", "connectionId": "dxcon"},
        ["virtualInterfaceId: ", "connectionId: "],
    ),
    "unknown VIF": (
        {"virtualInterfaceId": "dxvif-00000000", "connectionId": LAG},
        ["VIRTUAL_INTERFACE_NOT_FOUND", "dxvif-00000000 does not exist in eu-central-1"],
    ),
    "unknown connection": (
        {"virtualInterfaceId": VIF, "connectionId": "dxcon-00000000"},
        ["TARGET_NOT_FOUND", "dxcon-00000000 does not exist in eu-central-1"],
    ),
    "unknown LAG": (
        {"virtualInterfaceId": VIF, "connectionId": "dxlag-00000000"},
        ["TARGET_NOT_FOUND", "dxlag-00000000 does not exist in eu-central-1"],
    ),
    "a flood of fields": (
        {f"field{number}": "x" for number in range(5_000)},
        ["virtualInterfaceId: is missing", "and 4982 more"],
    ),
    "too long": (
        {"virtualInterfaceId": VIF, "connectionId": LAG, "reason": "x" * 240_000},
        ["the request: is longer than 100000 bytes"],
    ),
    "too long in bytes": (
        {"virtualInterfaceId": VIF, "connectionId": LAG, "reason": "\u4e2d" * 40_000},
        ["the request: is longer than 100000 bytes"],
    ),
}


@pytest.mark.parametrize("case", BAD_REQUESTS)
@pytest.mark.parametrize("way", sampled(["event", "execution"]))
def test_a_bad_request_is_rejected_with_every_fault(deploy: Deploy, case: str, way: str) -> None:
    request, faults = BAD_REQUESTS[case]
    deployed = deploy(WORLD)

    if way == "event":
        deployed.send(request)
    else:
        deployed.start(json.dumps(request))
    [execution] = deployed.finish()

    assert execution["status"] == "FAILED"
    assert execution["error"] == "VifShift.Rejected"
    assert [fault for fault in faults if fault not in execution["cause"]] == []
    assert len(execution["cause"]) < 5_000
    assert deployed.sent == ["VIF Migration Rejected"]
    assert deployed.associations == 0
    told = [event for event in deployed.cloud.published_events if event["source"] == "vifshift"]
    assert "hunter2" not in json.dumps([told, execution["cause"], deployed.cloud.lambda_logs])


@pytest.mark.parametrize("request_", ["null", '"move it"', "7", "true", '[{"requestId": "a"}]'])
def test_an_execution_whose_input_is_no_object_is_rejected(deploy: Deploy, request_: str) -> None:
    deployed = deploy(WORLD)

    deployed.start(request_)
    [execution] = deployed.finish()

    assert execution["error"] == "VifShift.Rejected"
    assert "the request: input should be an object" in execution["cause"]
    assert deployed.sent == ["VIF Migration Rejected"]


@pytest.mark.parametrize("request_", ["move it", "{", ""])
def test_step_functions_refuses_an_input_that_is_not_json(deploy: Deploy, request_: str) -> None:
    deployed = deploy(WORLD)

    with pytest.raises(ClientError, match="InvalidExecutionInput"):
        deployed.start(request_)

    assert deployed.finish() == []


@pytest.mark.parametrize("detail", ["move it", "7", "[]", ""])
def test_eventbridge_refuses_a_detail_that_is_no_json_object(deploy: Deploy, detail: str) -> None:
    deployed = deploy(WORLD)

    answer = deployed.send_raw(detail)

    assert answer["FailedEntryCount"] == 1
    assert deployed.finish() == []


def test_a_request_too_large_for_step_functions_is_in_the_dead_letter_queue(deploy: Deploy) -> None:
    deployed = deploy(WORLD)

    answer = deployed.send(
        {"virtualInterfaceId": VIF, "connectionId": LAG, "reason": "x" * 300_000}
    )

    assert answer["FailedEntryCount"] == 0
    assert deployed.finish() == []
    letters = deployed.cloud.dead_letters(deployed.cloud.outputs["DeadLetterQueueUrl"])
    assert len(letters) == 1
    assert deployed.associations == 0
