"""The adapter for the index of executions that are registered as running."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from vifshift.adapters.aws import QUICK, call
from vifshift.adapters.environment import environment
from vifshift.adapters.sessions import own_client
from vifshift.domain.open_executions import ON_THE_WAY, OPEN_ATTRIBUTE, OPEN_INDEX, ExecutionKind


@lru_cache(maxsize=1)
def open_executions() -> "OpenExecutions":
    """Return the index; it is kept while the Lambda is warm."""
    client = own_client("dynamodb", environment().region, QUICK)
    return OpenExecutions(client, environment().table)


class OpenExecutions:
    """The executions that have started and have not been struck off."""

    def __init__(self, client: Any, table: str) -> None:
        """Use a client that does not retry."""
        self._client = client
        self._table = table

    def arns(self, kind: ExecutionKind) -> Iterator[str]:
        """Yield the ARNs of a kind, over all pages; raises a `CallError`."""
        for page in self._pages(kind):
            for item in page["Items"]:
                yield str(item["executionArn"]["S"])

    def on_their_way(self) -> int:
        """Return how many migrations have locked a gateway; raises a `CallError`."""
        return sum(int(page["Count"]) for page in self._pages(ON_THE_WAY, Select="COUNT"))

    def _pages(self, kind: str, **arguments: str) -> Iterator[dict[str, Any]]:
        start: dict[str, Any] = {}
        while True:
            page = call(
                self._client,
                "query",
                TableName=self._table,
                IndexName=OPEN_INDEX,
                KeyConditionExpression="#open = :kind",
                ExpressionAttributeNames={"#open": OPEN_ATTRIBUTE},
                ExpressionAttributeValues={":kind": {"S": str(kind)}},
                **arguments,
                **start,
            )
            yield page
            if not page.get("LastEvaluatedKey"):
                return
            start = {"ExclusiveStartKey": page["LastEvaluatedKey"]}
