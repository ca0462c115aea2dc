"""An answer that the event bus refuses, by the entry or by the call: it is told, not waited for."""

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from cli.environment import RefusedError, in_words
from cli.operate.answering import Said, answer
from cli.operate.executions import FoundExecution
from cli.operate.stack import Kind
from vifshift.domain.plan_progress import ExecutionDescription

ARN = "arn:aws:states:eu-central-1:111122223333:execution:vifshift-migrations:by-hand"


class Bus:
    """A client of EventBridge that answers as it is told."""

    def __init__(self, answered: Any) -> None:
        self._answered = answered

    def put_events(self, Entries: list[Any]) -> Any:
        assert len(Entries) == 1
        if isinstance(self._answered, Exception):
            raise self._answered
        return self._answered


def approve(answered: Any) -> None:
    """Approve, and fail if an answer is waited for."""
    stack: Any = SimpleNamespace(bus="vifshift", client=lambda _: Bus(answered), answers=None)
    described = ExecutionDescription(status="RUNNING", start_date=datetime(2026, 1, 5, tzinfo=UTC))
    execution = FoundExecution(Kind.MIGRATION, ARN, described)

    def sleep(_: float) -> None:
        raise AssertionError("an answer was waited for")

    answer(stack, Said.APPROVE, execution, {"by": "ana"}, source="chat-bot", sleep=sleep)


@pytest.mark.parametrize("code", ["AccessDeniedException", "NotAuthorizedForSourceException"])
def test_an_entry_that_is_refused_is_told(code: str) -> None:
    entry = {"ErrorCode": code, "ErrorMessage": "You do not have permissions."}
    with pytest.raises(RefusedError, match=f"It was not sent: {code}: You do not have permissions"):
        approve({"FailedEntryCount": 1, "Entries": [entry]})


def test_a_call_that_is_refused_is_told() -> None:
    denied: Any = {"Error": {"Code": "AccessDeniedException", "Message": "with an explicit deny"}}
    with pytest.raises(ClientError) as refused:
        approve(ClientError(denied, "PutEvents"))
    assert in_words(refused.value) == "AWS does not allow it: with an explicit deny."
