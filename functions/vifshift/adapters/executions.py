"""The adapter for Step Functions: reads an execution's history and status, and starts one."""

import json
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from pydantic import JsonValue

from vifshift.adapters.aws import call
from vifshift.adapters.environment import environment
from vifshift.adapters.sessions import own_client
from vifshift.domain.errors import CallRefused
from vifshift.domain.plan_progress import ExecutionDescription

PAGE = 1000
NEWS = 100
"""How many events are read at a time of those that are new, the last ones first."""


@lru_cache(maxsize=8)
def executions(region: str) -> "ExecutionsAdapter":
    """Return the adapter for a Region; it is kept while the Lambda is warm."""
    return ExecutionsAdapter(own_client("stepfunctions", region))


def own_executions() -> "ExecutionsAdapter":
    """Return the adapter for the stack's own Region."""
    return executions(environment().region)


class ExecutionsAdapter:
    """Reads and starts executions with boto3; a method raises a `CallError` if its call fails."""

    def __init__(self, client: Any) -> None:
        """Use a client that does not retry."""
        self._client = client

    def history(self, arn: str) -> Iterator[dict[str, Any]]:
        """Yield the events of an execution, oldest first, over all pages."""
        token: dict[str, str] = {}
        while True:
            page = call(
                self._client,
                "get_execution_history",
                executionArn=arn,
                maxResults=PAGE,
                includeExecutionData=True,
                **token,
            )
            yield from page["events"]
            if not page.get("nextToken"):
                return
            token = {"nextToken": page["nextToken"]}

    def news(self, arn: str, after: int) -> list[dict[str, Any]]:
        """Return the events of an execution after one, which is known by its id, oldest first."""
        found: list[dict[str, Any]] = []
        token: dict[str, str] = {}
        while True:
            page = call(
                self._client,
                "get_execution_history",
                executionArn=arn,
                maxResults=NEWS,
                reverseOrder=True,
                includeExecutionData=True,
                **token,
            )
            new = [event for event in page["events"] if event["id"] > after]
            found += new
            if len(new) < len(page["events"]) or not page.get("nextToken"):
                return found[::-1]
            token = {"nextToken": page["nextToken"]}

    def describe(self, arn: str) -> ExecutionDescription | None:
        """Return an execution's description, None if it does not exist."""
        try:
            answer = call(self._client, "describe_execution", executionArn=arn)
        except CallRefused as error:
            if "ExecutionDoesNotExist" in str(error):
                return None
            raise
        return ExecutionDescription(
            status=answer["status"],
            error=answer.get("error") or "",
            cause=answer.get("cause") or "",
            input=answer.get("input") or "",
            output=answer.get("output") or "",
            start_date=answer.get("startDate"),
            stop_date=answer.get("stopDate"),
        )

    def start(self, state_machine_arn: str, name: str, given: JsonValue) -> bool:
        """Start an execution, and return whether it is new: a name is taken once."""
        try:
            call(
                self._client,
                "start_execution",
                stateMachineArn=state_machine_arn,
                name=name,
                input=json.dumps(given),
            )
        except CallRefused as error:
            if "ExecutionAlreadyExists" in str(error):
                return False
            raise
        return True
