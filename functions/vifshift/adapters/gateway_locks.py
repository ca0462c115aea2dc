"""The adapter for the table of locks: which VIFs this stack is moving now."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

from vifshift.adapters.aws import QUICK, call
from vifshift.adapters.environment import environment
from vifshift.adapters.sessions import own_client
from vifshift.domain.errors import CallThrottled
from vifshift.domain.gateway_lock import key_of
from vifshift.domain.lock_holder import LockHolder

# AWS: API reference of DynamoDB, BatchGetItem.
MOST_KEYS = 100
MOST_TRIES = 4


@lru_cache(maxsize=1)
def gateway_locks() -> "GatewayLockTable":
    """Return the locks; they are kept while the Lambda is warm."""
    client = own_client("dynamodb", environment().region, QUICK)
    return GatewayLockTable(client, environment().table)


class GatewayLockTable:
    """An item for each gateway of which a VIF is being moved."""

    def __init__(self, client: Any, table: str) -> None:
        """Use a client that does not retry."""
        self._client = client
        self._table = table

    def held(self, groups: Iterable[str], now: datetime) -> Mapping[str, LockHolder]:
        """Return by redundancy group who holds its lock; raises a `CallError`."""
        keys = {key_of(group): group for group in groups}
        found: dict[str, LockHolder] = {}
        names = sorted(keys)
        for start in range(0, len(names), MOST_KEYS):
            for item in self._items([{"pk": {"S": n}} for n in names[start : start + MOST_KEYS]]):
                holder = _read(item)
                if holder.expires_at > now.timestamp():
                    found[keys[item["pk"]["S"]]] = holder
        return found

    def _items(self, keys: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
        """Yield the items of keys, with new calls for those that DynamoDB did not process."""
        for _ in range(MOST_TRIES):
            wanted = {self._table: {"Keys": keys, "ConsistentRead": True}}
            answer = call(self._client, "batch_get_item", RequestItems=wanted)
            yield from answer["Responses"].get(self._table, ())
            keys = answer.get("UnprocessedKeys", {}).get(self._table, {}).get("Keys", [])
            if not keys:
                return
        raise CallThrottled(f"batch_get_item: {len(keys)} keys were not processed")


def _read(item: dict[str, Any]) -> LockHolder:
    def text(name: str) -> str:
        return str(item.get(name, {}).get("S", ""))

    return LockHolder(
        execution_arn=text("executionArn"),
        virtual_interface_id=text("virtualInterfaceId"),
        connection_id=text("connectionId"),
        request_id=text("requestId"),
        expires_at=int(item["expiresAt"]["N"]),
    )
