"""The adapter for the table of locks: the VIFs that this stack has moved itself."""

from collections.abc import Collection, Iterator
from datetime import datetime
from functools import lru_cache
from itertools import islice
from typing import Any

from vifshift.adapters.aws import QUICK, call
from vifshift.adapters.environment import environment
from vifshift.adapters.migration_table import KEPT_SECONDS
from vifshift.adapters.sessions import own_client
from vifshift.domain.errors import CallThrottled
from vifshift.domain.network import VirtualInterface
from vifshift.domain.scope import OwnMove

# AWS: API reference of DynamoDB, BatchGetItem.
MOST_KEYS = 100
MOST_TRIES = 4
PREFIX = "moved#"

Item = dict[str, Any]


@lru_cache(maxsize=1)
def own_moves() -> "OwnMovesTable":
    """Return the table; it is kept while the Lambda is warm."""
    client = own_client("dynamodb", environment().region, QUICK)
    return OwnMovesTable(client, environment().table)


class OwnMovesTable:
    """The item of each VIF that this stack has moved: where to, when, and where it was before."""

    def __init__(self, client: Any, table: str) -> None:
        """Use a client that does not retry."""
        self._client = client
        self._table = table

    def note(
        self, vif: VirtualInterface, connection_id: str, at: datetime, execution_arn: str = ""
    ) -> None:
        """Note that a VIF, as it was before its migration, was put on a port by an execution."""
        fields = {
            "pk": f"{PREFIX}{vif.virtual_interface_id}",
            "connectionId": connection_id,
            "at": at.isoformat(),
            "origin": vif.connection_id,
            "location": vif.location,
            "awsLogicalDeviceId": vif.aws_logical_device_id,
            "executionArn": execution_arn,
        }
        expiry = {"N": str(int(at.timestamp()) + KEPT_SECONDS)}
        item = {**{name: {"S": text} for name, text in fields.items()}, "expiresAt": expiry}
        call(self._client, "put_item", TableName=self._table, Item=item)

    def since(self, ids: Collection[str], time: datetime) -> dict[str, OwnMove]:
        """Return by id which of some VIFs were moved after a time; raises a `CallError`."""
        found: dict[str, OwnMove] = {}
        names = iter(sorted(ids))
        while some := list(islice(names, MOST_KEYS)):
            for item in self._items([{"pk": {"S": f"{PREFIX}{name}"}} for name in some]):
                moved = _read(item)
                if moved.at >= time:
                    found[item["pk"]["S"].removeprefix(PREFIX)] = moved
        return found

    def _items(self, keys: list[Item]) -> Iterator[Item]:
        """Yield the items of keys, with new calls for those that DynamoDB did not process."""
        for _ in range(MOST_TRIES):
            wanted = {self._table: {"Keys": keys, "ConsistentRead": True}}
            answer = call(self._client, "batch_get_item", RequestItems=wanted)
            yield from answer["Responses"].get(self._table, ())
            keys = answer.get("UnprocessedKeys", {}).get(self._table, {}).get("Keys", [])
            if not keys:
                return
        raise CallThrottled(f"batch_get_item: {len(keys)} keys were not processed")


def _read(item: Item) -> OwnMove:
    def text(name: str) -> str:
        return str(item.get(name, {}).get("S", ""))

    return OwnMove(
        connection_id=text("connectionId"),
        at=datetime.fromisoformat(text("at")),
        origin=text("origin"),
        location=text("location"),
        aws_logical_device_id=text("awsLogicalDeviceId"),
    )
