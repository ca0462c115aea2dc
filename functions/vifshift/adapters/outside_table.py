"""The adapter for the table of locks: what is on its way, and what others have done meanwhile."""

from collections.abc import Iterator
from datetime import datetime
from functools import lru_cache
from itertools import islice
from typing import Any, Final

from vifshift.adapters.aws import QUICK, call
from vifshift.adapters.environment import environment
from vifshift.adapters.own_moves import PREFIX as MOVED
from vifshift.adapters.sessions import own_client
from vifshift.domain.errors import CallError, CallRefused
from vifshift.domain.open_executions import ON_THE_WAY, OPEN_ATTRIBUTE, OPEN_INDEX
from vifshift.domain.outside import OnTheWay, OutsideMark
from vifshift.domain.table_keys import SEPARATOR, ItemKind, key

CONDITION_FAILED: Final = "ConditionalCheckFailed"
KEPT_SECONDS: Final = 40 * 24 * 3600
MOST_MARKS: Final = 20
MOST_LOCKS: Final = 50
"""Direct Connect's quotas leave room for few moves at once; a plan has 50 at most."""


@lru_cache(maxsize=1)
def outside_table() -> "OutsideTable":
    """Return the table; it is kept while the Lambda is warm."""
    client = own_client("dynamodb", environment().region, QUICK)
    return OutsideTable(client, environment().table)


class OutsideTable:
    """The calls of others that were reported, and the migrations that they disturb."""

    def __init__(self, client: Any, table: str) -> None:
        """Use a client that does not retry."""
        self._client = client
        self._table = table

    def claim(self, call_id: str, invocation: str, *, now: datetime) -> bool:
        """Return whether a record is this invocation's to report; CloudTrail may repeat it.

        Lambda repeats an invocation that has failed under the same id: it has the claim already.
        """
        name = key(ItemKind.OUTSIDE_CALL, call_id)
        try:
            call(
                self._client,
                "put_item",
                TableName=self._table,
                Item={
                    "pk": {"S": name},
                    "invocation": {"S": invocation},
                    "expiresAt": _expiry(now),
                },
                ConditionExpression="attribute_not_exists(pk) OR invocation = :invocation",
                ExpressionAttributeValues={":invocation": {"S": invocation}},
            )
        except CallRefused as error:
            if CONDITION_FAILED not in str(error):
                raise
            return False
        return True

    def on_their_way(self) -> Iterator[OnTheWay]:
        """Yield the migrations that have locked a gateway; raises a `CallError`."""
        for name in islice(self._open(ON_THE_WAY), MOST_LOCKS):
            item = self._get(name)
            if "virtualInterfaceId" in item:
                yield OnTheWay(
                    execution_arn=item["executionArn"]["S"],
                    virtual_interface_id=item["virtualInterfaceId"]["S"],
                    ports=frozenset({item.get("connectionId", {}).get("S", "")} - {""}),
                    gateway=name.partition(SEPARATOR)[2],
                )

    def last_mover_of(self, virtual_interface_id: str) -> OnTheWay | None:
        """Return the migration that last moved a VIF, with its ports; raises a `CallError`."""
        item = self._get(f"{MOVED}{virtual_interface_id}")
        if not item.get("executionArn", {}).get("S"):
            return None
        ports = {item.get(name, {}).get("S", "") for name in ("connectionId", "origin")}
        return OnTheWay(item["executionArn"]["S"], virtual_interface_id, frozenset(ports - {""}))

    def mark(self, migration_id: str, mark: OutsideMark, *, now: datetime) -> None:
        """Keep what was done while a migration was on its way, for its report.

        The same mark is kept once, and no more than `MOST_MARKS` of them.
        """
        try:
            call(
                self._client,
                "update_item",
                TableName=self._table,
                Key={"pk": {"S": key(ItemKind.CHANGED_OUTSIDE, migration_id)}},
                UpdateExpression="SET expiresAt = :expiresAt ADD marks :marks",
                ConditionExpression="attribute_not_exists(marks) OR size(marks) < :most",
                ExpressionAttributeValues={
                    ":expiresAt": _expiry(now),
                    ":marks": {"SS": [mark.model_dump_json()]},
                    ":most": {"N": str(MOST_MARKS)},
                },
            )
        except CallRefused as error:
            if CONDITION_FAILED not in str(error):
                raise

    def marks(self, migration_id: str) -> tuple[OutsideMark, ...] | None:
        """Return what was kept for a migration, oldest first; None if it can't be read."""
        try:
            item = self._get(key(ItemKind.CHANGED_OUTSIDE, migration_id))
        except CallError:
            return None
        found = [
            OutsideMark.model_validate_json(text) for text in item.get("marks", {}).get("SS", ())
        ]
        return tuple(sorted(found, key=lambda each: (each.at, each.change_id)))

    def has_open(self, kind: str) -> bool:
        """Return whether any execution of a kind is registered; raises a `CallError`."""
        return any(True for _ in self._open(kind))

    def _open(self, kind: str) -> Iterator[str]:
        """Yield the keys of the items that the index has of a kind."""
        page = call(
            self._client,
            "query",
            TableName=self._table,
            IndexName=OPEN_INDEX,
            KeyConditionExpression="#open = :kind",
            ExpressionAttributeNames={"#open": OPEN_ATTRIBUTE},
            ExpressionAttributeValues={":kind": {"S": kind}},
            Limit=MOST_LOCKS,
        )
        for item in page["Items"]:
            yield str(item["pk"]["S"])

    def _get(self, name: str) -> dict[str, Any]:
        answer = call(
            self._client,
            "get_item",
            TableName=self._table,
            Key={"pk": {"S": name}},
            ConsistentRead=True,
        )
        item: dict[str, Any] = answer.get("Item", {})
        return item


def _expiry(now: datetime) -> dict[str, str]:
    return {"N": str(int(now.timestamp()) + KEPT_SECONDS)}
