"""Transactions of DynamoDB, undone by restoring single items.

moto copies every table that a transaction names, whole, before it writes; a table with the moves of
a fleet takes longer each time. Only the items that it names can change.
"""

import copy
from collections.abc import Callable, Iterator
from typing import Any, Final

import moto.dynamodb.models
from moto.dynamodb.models import DynamoDBBackend
from moto.dynamodb.models.dynamo_type import DynamoType
from moto.dynamodb.models.table import Table

from simulator.core.context import CloudContext
from simulator.core.repairs import speed
from simulator.virtual_time.threads import Overlay

REPAIRS: Final = (
    speed(
        "moto.dynamodb.models:DynamoDBBackend.transact_write_items",
        "moto.dynamodb.models:copy",
        costs="A transaction copies every table that it names, whole, to be able to undo it.",
        test="moto_speed/test_transactions.py::test_no_table_is_copied",
    ),
)


def repair(context: CloudContext) -> None:
    """Copy the items that a transaction names, in place of their tables."""
    write: Callable[[Any, Any], None] = DynamoDBBackend.transact_write_items

    def transact_write_items(self: Any, transact_items: list[dict[str, Any]]) -> None:
        places = _places(self, transact_items)
        before = [(items, key, copy.deepcopy(items.get(key))) for items, key in places]
        try:
            write(self, transact_items)
        except Exception:
            for items, key, item in before:
                if item is None:
                    items.pop(key, None)
                else:
                    items[key] = item
            raise

    context.patches.set(DynamoDBBackend, "transact_write_items", transact_write_items)
    context.patches.set(moto.dynamodb.models, "copy", Overlay(copy, deepcopy=_but_for_tables))


def _places(backend: Any, writes: list[dict[str, Any]]) -> Iterator[tuple[dict[Any, Any], Any]]:
    """Yield where each item of a transaction is kept, and under what key."""
    for operation in (each for write in writes for each in write.values()):
        table = backend.tables.get(operation.get("TableName"))
        if table is None:
            continue
        named = operation.get("Key", operation.get("Item", {}))
        parts = [part for part in (table.hash_key_attr, table.range_key_attr) if part is not None]
        if named.keys() >= {*parts}:
            *above, key = (DynamoType(named[part]) for part in parts)
            items = table.items
            for each in above:
                items = items[each]
            yield items, key


def _but_for_tables(value: Any) -> Any:
    return value if isinstance(value, Table) else copy.deepcopy(value)
