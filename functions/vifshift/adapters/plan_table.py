"""The adapter for the table of locks: the items of plans that run, and of their moves."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from vifshift.adapters.aws import QUICK, call
from vifshift.adapters.environment import environment
from vifshift.adapters.migration_table import CONDITION_FAILED, KEPT_SECONDS
from vifshift.adapters.sessions import own_client
from vifshift.domain import table_keys
from vifshift.domain.errors import CallRefused, CallThrottled
from vifshift.domain.migration import Answer
from vifshift.domain.plan_outcome import MoveOutcome
from vifshift.domain.plan_progress import ChildEnding, MoveRecord, PlanStanding, VifAndTarget

# AWS: API reference of DynamoDB, BatchGetItem.
MOST_KEYS = 100
MOST_TRIES = 4
CONFLICT = "TransactionConflict"

Item = dict[str, Any]


@lru_cache(maxsize=1)
def plan_table() -> "PlanTable":
    """Return the table; it is kept while the Lambda is warm."""
    client = own_client("dynamodb", environment().region, QUICK)
    return PlanTable(client, environment().table)


class PlanTable:
    """A plan's item has its counts and who halts it; each move that has ended has its own item."""

    def __init__(self, client: Any, table: str) -> None:
        """Use a client that does not retry."""
        self._client = client
        self._table = table

    def standing(self, plan_id: str) -> PlanStanding:
        """Return the progress of a plan; raises a `CallError` if it can't be read."""
        item = self._plan(plan_id)
        halted = "haltedBy" in item
        return PlanStanding(
            succeeded=_number(item, "succeeded"),
            unchanged=_number(item, "unchanged"),
            failed=_number(item, "failed"),
            lost=_number(item, "lost"),
            kept_back=_number(item, "keptBack"),
            in_flight=frozenset(map(int, item.get("inFlight", {}).get("NS", ()))),
            halted_by=(
                Answer(by=_text(item, "haltedBy"), comment=_text(item, "comment"))
                if halted
                else None
            ),
            nonce=_text(item, "nonce"),
        )

    def halt(self, plan_id: str, answer: Answer, *, now: float) -> None:
        """Store that no more moves of a plan are to start, and who halts it."""
        values = {":by": {"S": answer.by}, ":comment": {"S": answer.comment}}
        self._update(plan_id, ["haltedBy = :by", "#comment = :comment"], values, now)

    def stop(self, plan_id: str, *, now: float) -> None:
        """Store that a plan has reached its limit of failed moves, so that no more may start."""
        self._update(plan_id, ["limitReached = :yes"], {":yes": {"BOOL": True}}, now)

    def stop_of(self, plan_id: str) -> str | None:
        """Return why a plan starts no more moves, None if it does; raises a `CallError`."""
        item = self._plan(plan_id)
        if "haltedBy" in item:
            by = Answer(by=_text(item, "haltedBy"), comment=_text(item, "comment"))
            return f"was halted by {by}"
        return "reached its limit of failed moves" if "limitReached" in item else None

    def record_wait(self, plan_id: str, child: str, *, now: float) -> None:
        """Record that a move's migration waits; `now` is in seconds since 1970."""
        self._update(plan_id, [], {":child": {"SS": [child]}}, now, "ADD waiting :child")

    def waiting_children(self, plan_id: str) -> tuple[str, ...]:
        """Return the names of the migrations that have waited and not ended, in order."""
        return tuple(sorted(self._plan(plan_id).get("waiting", {}).get("SS", ())))

    def record_start(self, plan_id: str, number: int, nonce: str, *, now: float) -> None:
        """Record that a move is about to start; `now` is in seconds since 1970.

        The nonce, which is the plan's, is kept for whoever looks for the move's migration later.
        """
        values = {":number": {"NS": [str(number)]}, ":nonce": {"S": nonce}}
        self._update(plan_id, ["nonce = :nonce"], values, now, "ADD inFlight :number")

    def record(
        self, plan_id: str, number: int, child: str, ending: ChildEnding, *, now: float
    ) -> bool:
        """Record how a move ended, and count it; return False if that was done before.

        A move whose migration continues stays in flight, and counts as lost.
        """
        counter = _COUNTERS.get(ending.outcome, "failed")
        values: Item = {":one": {"N": "1"}, ":expiresAt": _expiry(now)}
        changes = f"SET expiresAt = :expiresAt ADD {counter} :one"
        if ending.outcome is not MoveOutcome.IN_FLIGHT:
            changes += " DELETE inFlight :number, waiting :child"
            values |= {":number": {"NS": [str(number)]}, ":child": {"SS": [child]}}
        kept = {"Item": {**_key(plan_id, number), **_written(child, ending, now)}}
        counted = {"UpdateExpression": changes, "ExpressionAttributeValues": values}
        try:
            call(
                self._client,
                "transact_write_items",
                TransactItems=[
                    {
                        "Put": {
                            "TableName": self._table,
                            "ConditionExpression": "attribute_not_exists(pk)",
                            **kept,
                        }
                    },
                    {"Update": {"TableName": self._table, "Key": _key(plan_id), **counted}},
                ],
            )
        except CallRefused as error:
            if CONDITION_FAILED in str(error):
                return False
            if CONFLICT in str(error):
                raise CallThrottled(str(error)) from error
            raise
        return True

    def results(self, plan_id: str, numbers: Sequence[int]) -> dict[int, MoveRecord]:
        """Return the records of moves, by their numbers; raises a `CallError`."""
        found: dict[int, MoveRecord] = {}
        for start in range(0, len(numbers), MOST_KEYS):
            keys = [_key(plan_id, number) for number in numbers[start : start + MOST_KEYS]]
            for item in self._items(keys):
                found[table_keys.number_of(item["pk"]["S"])] = _recorded(item)
        return found

    def _plan(self, plan_id: str) -> Item:
        answer = call(
            self._client,
            "get_item",
            TableName=self._table,
            Key=_key(plan_id),
            ConsistentRead=True,
        )
        item: Item = answer.get("Item", {})
        return item

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

    def _update(
        self, plan_id: str, settings: list[str], values: Item, now: float, additions: str = ""
    ) -> None:
        changes = ", ".join([*settings, "expiresAt = :expiresAt"])
        names = {"ExpressionAttributeNames": {"#comment": "comment"}} if "#" in changes else {}
        expression = f"SET {changes} {additions}".rstrip()
        call(
            self._client,
            "update_item",
            TableName=self._table,
            Key=_key(plan_id),
            UpdateExpression=expression,
            ExpressionAttributeValues={**values, ":expiresAt": _expiry(now)},
            **names,
        )


_COUNTERS = {
    MoveOutcome.SUCCEEDED: "succeeded",
    MoveOutcome.UNCHANGED: "unchanged",
    MoveOutcome.IN_FLIGHT: "lost",
    MoveOutcome.NOT_STARTED: "keptBack",
}


def _key(plan_id: str, number: int | None = None) -> Item:
    """Return the key of a running plan, or of one of its moves.

    The plan's claim is another item, since a request's id may be its execution's name.
    """
    if number is not None:
        return {"pk": {"S": table_keys.move(plan_id, number)}}
    return {"pk": {"S": table_keys.key(table_keys.ItemKind.RUNNING_PLAN, plan_id)}}


def _expiry(now: float) -> Item:
    return {"N": str(int(now) + KEPT_SECONDS)}


def _written(child: str, ending: ChildEnding, now: float) -> Item:
    fields = {
        "child": child,
        "outcome": ending.outcome.value,
        "message": ending.message,
        "startedAt": ending.started_at.isoformat() if ending.started_at else "",
        "endedAt": ending.ended_at.isoformat() if ending.ended_at else "",
        "virtualInterfaceId": ending.was_of.virtual_interface_id if ending.was_of else "",
        "connectionId": ending.was_of.connection_id if ending.was_of else "",
    }
    return {**{name: {"S": text} for name, text in fields.items()}, "expiresAt": _expiry(now)}


def _recorded(item: Item) -> MoveRecord:
    return MoveRecord(
        child=_text(item, "child"),
        ending=ChildEnding(
            outcome=MoveOutcome(_text(item, "outcome")),
            message=_text(item, "message"),
            started_at=_time(item, "startedAt"),
            ended_at=_time(item, "endedAt"),
            was_of=_was_of(item),
        ),
    )


def _was_of(item: Item) -> VifAndTarget | None:
    vif, target = _text(item, "virtualInterfaceId"), _text(item, "connectionId")
    return VifAndTarget(virtual_interface_id=vif, connection_id=target) if vif else None


def _time(item: Item, name: str) -> datetime | None:
    text = _text(item, name)
    return datetime.fromisoformat(text) if text else None


def _text(item: Item, name: str) -> str:
    return str(item.get(name, {}).get("S", ""))


def _number(item: Item, name: str) -> int:
    return int(item.get(name, {}).get("N", 0))
