"""The adapter for the table of locks: the items of migrations that wait or are cancelled."""

from datetime import datetime
from functools import lru_cache
from typing import Any

from vifshift.adapters.aws import QUICK, call
from vifshift.adapters.environment import environment
from vifshift.adapters.sessions import own_client
from vifshift.domain.errors import CallError, CallRefused
from vifshift.domain.migration import Answer, WaitingTask
from vifshift.domain.table_keys import ItemKind, key
from vifshift.domain.workflow import Wait

KEPT_SECONDS = 40 * 24 * 3600
CONDITION_FAILED = "ConditionalCheckFailed"


@lru_cache(maxsize=1)
def migration_table() -> "MigrationTable":
    """Return the table; it is kept while the Lambda is warm."""
    client = own_client("dynamodb", environment().region, QUICK)
    return MigrationTable(client, environment().table)


class MigrationTable:
    """The items of waiting and of cancelled migrations."""

    def __init__(self, client: Any, table: str) -> None:
        """Use a client that does not retry."""
        self._client = client
        self._table = table

    def keep_token(
        self,
        migration_id: str,
        wait: Wait,
        token: str,
        *,
        now: float,
        digest: str | None = None,
        of: int = 1,
        asked: str = "",
    ) -> None:
        """Store what a migration waits for, and its token; `now` is in seconds since 1970.

        `digest` is that of what is to be approved, which takes `of` approvals; `asked` is the bound
        source that has asked for it.
        """
        fields = {"token": token, "wait": wait, **({"digest": digest} if digest else {})}
        fields |= {"of": str(of)} if of > 1 else {}
        fields |= {"asked": asked} if asked else {}
        self._put(key(ItemKind.WAITING, migration_id), fields, now)

    def waiting(self, migration_id: str) -> WaitingTask | None:
        """Return the task that a migration last waited in; None if there was none."""
        item = self._get(key(ItemKind.WAITING, migration_id))
        if not item:
            return None
        return WaitingTask(
            item["wait"],
            item["token"],
            item.get("digest", ""),
            int(item.get("of", "1")),
            item.get("asked", ""),
        )

    def cancel(self, migration_id: str, answer: Answer, *, now: float) -> None:
        """Store that a migration is to be cancelled, and by whom."""
        self._put(
            key(ItemKind.CANCEL, migration_id), {"by": answer.by, "comment": answer.comment}, now
        )

    def cancellation(self, migration_id: str) -> Answer | None:
        """Return who cancelled a migration; None if nobody did, or if that can't be read."""
        try:
            item = self._get(key(ItemKind.CANCEL, migration_id))
        except CallError:
            return None
        return Answer(by=item.get("by", ""), comment=item.get("comment", "")) if item else None

    def retake_lock(
        self, name: str, holder: str, *, attempt: int, expires_at: datetime, now: datetime
    ) -> bool:
        """Renew a gateway's lock; return False if it has expired or belongs to another.

        `holder` is the ARN of the execution, and `attempt` is how often it was redriven: a lock
        that a later attempt has taken is not an earlier attempt's.
        """
        try:
            call(
                self._client,
                "update_item",
                TableName=self._table,
                Key={"pk": {"S": name}},
                UpdateExpression="SET expiresAt = :expiresAt, attempt = :attempt",
                ConditionExpression="executionArn = :holder AND expiresAt > :now"
                " AND (attribute_not_exists(attempt) OR attempt <= :attempt)",
                ExpressionAttributeValues={
                    ":holder": {"S": holder},
                    ":attempt": {"N": str(attempt)},
                    ":expiresAt": {"N": str(int(expires_at.timestamp()))},
                    ":now": {"N": str(int(now.timestamp()))},
                },
            )
        except CallRefused as error:
            if CONDITION_FAILED in str(error):
                return False
            raise
        return True

    def _put(self, name: str, fields: dict[str, str], now: float) -> None:
        item = {"pk": name, **fields}
        call(
            self._client,
            "put_item",
            TableName=self._table,
            Item={
                **{name: {"S": value} for name, value in item.items()},
                "expiresAt": {"N": str(int(now) + KEPT_SECONDS)},
            },
        )

    def _get(self, name: str) -> dict[str, str]:
        answer = call(
            self._client,
            "get_item",
            TableName=self._table,
            Key={"pk": {"S": name}},
            ConsistentRead=True,
        )
        return {name: str(value.get("S", "")) for name, value in answer.get("Item", {}).items()}
