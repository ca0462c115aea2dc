"""The adapter for the table of locks: which BGP peers were up when a VIF last began to move.

It tells a peer that never was up from one that a move has cost.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from vifshift.adapters.aws import QUICK, call
from vifshift.adapters.environment import environment
from vifshift.adapters.migration_table import KEPT_SECONDS
from vifshift.adapters.sessions import own_client
from vifshift.domain.bgp import PeerKey
from vifshift.domain.errors import CallThrottled
from vifshift.domain.table_keys import ItemKind, key

# AWS: API reference of DynamoDB, BatchGetItem.
MOST_KEYS = 100
MOST_TRIES = 4


@lru_cache(maxsize=1)
def peer_records() -> "PeerRecordTable":
    """Return the records; they are kept while the Lambda is warm."""
    client = own_client("dynamodb", environment().region, QUICK)
    return PeerRecordTable(client, environment().table)


class PeerRecordTable:
    """An item for each VIF that was moved lately."""

    def __init__(self, client: Any, table: str) -> None:
        """Use a client that does not retry."""
        self._client = client
        self._table = table

    def keep(self, virtual_interface_id: str, peers: Iterable[PeerKey], *, now: float) -> None:
        """Store the peers that are up before a move; `now` is in seconds since 1970."""
        call(
            self._client,
            "put_item",
            TableName=self._table,
            Item={
                **_key(virtual_interface_id),
                "peers": {"S": json.dumps(sorted(peers))},
                "expiresAt": {"N": str(int(now) + KEPT_SECONDS)},
            },
        )

    def up_before(self, virtual_interface_ids: Sequence[str]) -> Mapping[str, frozenset[PeerKey]]:
        """Return the peers that were up, by VIF; a VIF without a record is left out."""
        found: dict[str, frozenset[PeerKey]] = {}
        for start in range(0, len(virtual_interface_ids), MOST_KEYS):
            keys = [_key(each) for each in virtual_interface_ids[start : start + MOST_KEYS]]
            for item in self._items(keys):
                peers = (PeerKey(*each) for each in json.loads(item["peers"]["S"]))
                found[item["pk"]["S"].removeprefix(key(ItemKind.PEERS, ""))] = frozenset(peers)
        return found

    def _items(self, keys: list[dict[str, Any]]) -> Iterable[dict[str, Any]]:
        """Yield the items of keys, with new calls for those that DynamoDB did not process."""
        for _ in range(MOST_TRIES):
            wanted = {self._table: {"Keys": keys, "ConsistentRead": True}}
            answer = call(self._client, "batch_get_item", RequestItems=wanted)
            yield from answer["Responses"].get(self._table, ())
            keys = answer.get("UnprocessedKeys", {}).get(self._table, {}).get("Keys", [])
            if not keys:
                return
        raise CallThrottled(f"batch_get_item: {len(keys)} keys were not processed")


def _key(virtual_interface_id: str) -> dict[str, Any]:
    return {"pk": {"S": key(ItemKind.PEERS, virtual_interface_id)}}
