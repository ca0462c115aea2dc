"""Answers to tasks that wait, as boto3's Step Functions client is asked to give them."""

import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.stub import ANY, Stubber

from tests.unit.vifshift.fakes import REGION
from vifshift.adapters.task_tokens import LONGEST_CAUSE, Callbacks
from vifshift.domain.errors import CallDenied, CallError, CallFailed, CallRefused, CallThrottled
from vifshift.domain.migration import Answer

TOKEN = "token-1"
ANA = Answer(by="ana", comment="go")
BOTH = pytest.mark.parametrize("operation", ["send_task_success", "send_task_failure"])


@pytest.fixture(scope="module")
def client() -> Any:
    session = boto3.session.Session("AKIDEXAMPLE", "example", region_name=REGION)
    return session.client("stepfunctions")


@pytest.fixture
def stubber(client: Any) -> Iterator[Stubber]:
    with Stubber(client) as stubber:
        yield stubber
        stubber.assert_no_pending_responses()


@pytest.fixture
def callbacks(client: Any) -> Callbacks:
    return Callbacks(client)


def answer(callbacks: Callbacks, operation: str) -> bool:
    if operation == "send_task_success":
        return callbacks.succeed(TOKEN, ANA)
    return callbacks.fail(TOKEN, "Refused", ANA)


def test_a_success_says_who_has_approved(callbacks: Callbacks, stubber: Stubber) -> None:
    # given
    output = json.dumps({"approvedBy": "ana", "comment": "go"})
    stubber.add_response("send_task_success", {}, {"taskToken": TOKEN, "output": output})
    # then
    assert callbacks.succeed(TOKEN, ANA)


@pytest.mark.parametrize(
    ("said", "cause"),
    [
        (ANA, "ana: go"),
        (Answer(by="ana"), "ana"),
        (Answer(comment="go"), "somebody: go"),
        (Answer(), "somebody"),
    ],
)
def test_a_failure_says_who_and_why(
    callbacks: Callbacks, stubber: Stubber, said: Answer, cause: str
) -> None:
    asked = {"taskToken": TOKEN, "error": "Refused", "cause": cause}
    stubber.add_response("send_task_failure", {}, asked)
    assert callbacks.fail(TOKEN, "Refused", said)


def test_a_long_cause_is_cut(callbacks: Callbacks, stubber: Stubber) -> None:
    # given
    long = Answer(by="ana", comment="x" * 5000)
    cause = f"ana: {'x' * 5000}"[:LONGEST_CAUSE]
    asked = {"taskToken": TOKEN, "error": "Refused", "cause": cause}
    stubber.add_response("send_task_failure", {}, asked)
    # then
    assert callbacks.fail(TOKEN, "Refused", long)


@BOTH
@pytest.mark.parametrize("code", ["TaskTimedOut", "TaskDoesNotExist"])
def test_who_waits_no_more_takes_no_answer(
    callbacks: Callbacks, stubber: Stubber, operation: str, code: str
) -> None:
    stubber.add_client_error(operation, code, "Task Timed Out", 400)
    assert not answer(callbacks, operation)


@BOTH
@pytest.mark.parametrize(
    ("code", "status", "error"),
    [
        ("InvalidToken", 400, CallRefused),
        ("InvalidOutput", 400, CallRefused),
        ("AccessDeniedException", 400, CallDenied),
        ("ThrottlingException", 400, CallThrottled),
        ("InternalFailure", 500, CallFailed),
    ],
)
def test_any_other_error_is_one(
    callbacks: Callbacks,
    stubber: Stubber,
    operation: str,
    code: str,
    status: int,
    error: type[CallError],
) -> None:
    stubber.add_client_error(operation, code, "no", status)
    with pytest.raises(error):
        answer(callbacks, operation)


@BOTH
def test_it_is_sent_once(callbacks: Callbacks, stubber: Stubber, operation: str) -> None:
    # given
    expected = {"taskToken": TOKEN} | (
        {"output": ANY} if operation == "send_task_success" else {"error": ANY, "cause": ANY}
    )
    stubber.add_client_error(operation, "InternalFailure", "", 500, expected_params=expected)
    # then
    with pytest.raises(CallFailed):
        answer(callbacks, operation)
