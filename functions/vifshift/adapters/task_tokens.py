"""The adapter for Step Functions' task tokens: lets a waiting task succeed or fail."""

import json
from functools import lru_cache
from typing import Any

from vifshift.adapters.aws import call
from vifshift.adapters.environment import environment
from vifshift.adapters.sessions import own_client
from vifshift.domain.errors import CallRefused
from vifshift.domain.migration import Answer

LONGEST_CAUSE = 1300


@lru_cache(maxsize=1)
def task_tokens() -> "TaskTokens":
    """Return the adapter; it is kept while the Lambda is warm."""
    return TaskTokens(own_client("stepfunctions", environment().region))


class TaskTokens:
    """Ends waiting tasks; it is not an error if a task is no longer waiting."""

    def __init__(self, client: Any) -> None:
        """Use a client that does not retry."""
        self._client = client

    def succeed(self, token: str, answer: Answer) -> bool:
        """Let a task succeed; return whether it was still waiting."""
        output = json.dumps({"approvedBy": answer.by, "comment": answer.comment})
        return self._answer("send_task_success", taskToken=token, output=output)

    def fail(self, token: str, error: str, answer: Answer) -> bool:
        """Let a task fail; return whether it was still waiting."""
        cause = str(answer)[:LONGEST_CAUSE]
        return self._answer("send_task_failure", taskToken=token, error=error, cause=cause)

    def _answer(self, operation: str, **arguments: str) -> bool:
        try:
            call(self._client, operation, **arguments)
        except CallRefused as error:
            if "TaskTimedOut" in str(error) or "TaskDoesNotExist" in str(error):
                return False
            raise
        return True
