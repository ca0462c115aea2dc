"""The adapter for the table of locks: the items that find out what an answer is about."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, Final, NamedTuple

from vifshift.adapters.aws import QUICK, call
from vifshift.adapters.environment import environment
from vifshift.adapters.sessions import own_client
from vifshift.domain.asked_by import SentRequest
from vifshift.domain.errors import CallError, CallRefused
from vifshift.domain.migration import Answer, GivenApproval
from vifshift.domain.table_keys import ItemKind, approvals, key

EXPIRES: Final = timedelta(days=47)
"""Longer than any execution runs that an item may be about."""
MOST_GIVEN: Final = 20
"""The most approvals of one thing that are kept."""
CONDITION_FAILED: Final = "ConditionalCheckFailed"


class Registered(NamedTuple):
    """The executions under a request's id: the names of those that run, and of the last one."""

    running: frozenset[str] = frozenset()
    last: str | None = None


class Claim(NamedTuple):
    """Whether an answer is this invocation's to answer.

    A retry may have the event of an earlier attempt.
    """

    is_ours: bool
    event: str | None = None
    is_retry: bool = False


@lru_cache(maxsize=1)
def answer_table() -> "AnswerTable":
    """Return the table; it is kept while the Lambda is warm."""
    client = own_client("dynamodb", environment().region, QUICK)
    return AnswerTable(client, environment().table)


class AnswerTable:
    """Answers that were received, answers that are kept, and who runs under a request's id."""

    def __init__(self, client: Any, table: str) -> None:
        """Use a client that does not retry."""
        self._client = client
        self._table = table

    def claim(self, event_id: str, invocation: str, *, now: datetime) -> Claim:
        """Claim an answer for an invocation, so that an event that comes twice is answered once.

        Lambda repeats an invocation that has failed under the same id: it has the claim already.
        """
        name = key(ItemKind.ANSWER, event_id)
        try:
            self._put(name, {"invocation": invocation}, now, "attribute_not_exists(pk)")
        except CallRefused as error:
            if CONDITION_FAILED not in str(error):
                raise
            item = self._get(name)
            event = item.get("event", {}).get("S")
            is_ours = item.get("invocation", {}).get("S") == invocation
            return Claim(is_ours, event if is_ours else None, is_retry=is_ours)
        return Claim(is_ours=True)

    def keep_event(self, event_id: str, invocation: str, event: str, *, now: datetime) -> None:
        """Store how an answer is answered, for another attempt to send that."""
        fields = {"invocation": invocation, "event": event}
        self._put(key(ItemKind.ANSWER, event_id), fields, now)

    def answered(self, event_id: str) -> str | None:
        """Return the event that an answer was answered with, None as long as it was not."""
        event: str | None = self._get(key(ItemKind.ANSWER, event_id)).get("event", {}).get("S")
        return event

    def note_sender(self, event_id: str, sent: SentRequest, *, now: datetime) -> None:
        """Store who sent an event with a request."""
        fields = {
            "source": sent.source,
            "account": sent.account,
            "isBound": "yes" if sent.is_bound else "",
            "digest": sent.digest,
        }
        self._put(key(ItemKind.SENT_REQUEST, event_id), fields, now)

    def sent(self, event_id: str) -> SentRequest | None:
        """Return who sent an event with a request; None if nothing is noted of it."""
        item = self._get(key(ItemKind.SENT_REQUEST, event_id))
        if not item:
            return None
        source, account, bound, digest = (
            item[name]["S"] for name in ("source", "account", "isBound", "digest")
        )
        return SentRequest(source=source, account=account, is_bound=bool(bound), digest=digest)

    def approve(
        self, name: str, digest: str, given: GivenApproval, *, now: datetime
    ) -> tuple[GivenApproval, ...]:
        """Add an approval of what has a digest, and return all of them.

        Once there are as many as are kept, no other is added.
        """
        try:
            call(
                self._client,
                "update_item",
                TableName=self._table,
                Key={"pk": {"S": approvals(name, digest)}},
                UpdateExpression="SET expiresAt = :expiresAt ADD given :given",
                ConditionExpression="attribute_not_exists(given) OR size(given) < :most",
                ExpressionAttributeValues={
                    ":given": {"SS": [given.model_dump_json()]},
                    ":most": {"N": str(MOST_GIVEN)},
                    ":expiresAt": {"N": str(int((now + EXPIRES).timestamp()))},
                },
            )
        except CallRefused as error:
            if CONDITION_FAILED not in str(error):
                raise
        return self.given(name, digest)

    def withdraw(self, name: str, digest: str, given: GivenApproval) -> None:
        """Remove an approval that came too late."""
        call(
            self._client,
            "update_item",
            TableName=self._table,
            Key={"pk": {"S": approvals(name, digest)}},
            UpdateExpression="DELETE given :given",
            ExpressionAttributeValues={":given": {"SS": [given.model_dump_json()]}},
        )

    def given(self, name: str, digest: str) -> tuple[GivenApproval, ...]:
        """Return the approvals that were heard of what has a digest; raises a `CallError`."""
        texts = sorted(self._get(approvals(name, digest)).get("given", {}).get("SS", ()))
        return tuple(map(GivenApproval.model_validate_json, texts))

    def registered(self, kind: ItemKind, request_id: str) -> Registered:
        """Return the migrations or plans under a request's id; raises a `CallError`."""
        item = self._get(key(kind, request_id))
        return Registered(
            frozenset(item.get("running", {}).get("SS", ())), item.get("last", {}).get("S")
        )

    def keep(
        self, kind: ItemKind, name: str, answer: Answer, *, until: datetime, now: datetime
    ) -> None:
        """Keep an answer for an execution that starts until then."""
        fields = {"by": answer.by, "comment": answer.comment, "until": until.isoformat()}
        self._put(key(kind, name), fields, now)

    def kept(self, kind: ItemKind, name: str, started_at: datetime | None) -> Answer | None:
        """Return the answer that was kept for an execution that started at this time.

        None if there is none, if it came too long before, or if it can't be read.
        """
        try:
            item = self._get(key(kind, name))
        except CallError:
            return None
        until = item.get("until", {}).get("S")
        if until is None or started_at is None or started_at > datetime.fromisoformat(until):
            return None
        return Answer(by=item["by"]["S"], comment=item["comment"]["S"])

    def _put(
        self, name: str, fields: Mapping[str, str], now: datetime, condition: str | None = None
    ) -> None:
        item = {field: {"S": text} for field, text in {"pk": name, **fields}.items()}
        expires_at = {"N": str(int((now + EXPIRES).timestamp()))}
        call(
            self._client,
            "put_item",
            TableName=self._table,
            Item={**item, "expiresAt": expires_at},
            **({"ConditionExpression": condition} if condition else {}),
        )

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
