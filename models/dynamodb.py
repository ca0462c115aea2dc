"""Translates what a state does to the table from its arguments to Promela.

The items that matter are those with a meaning of their own in the model: the lock of a gateway, the
claims of requests and plans, the register, and the claims of ends. Whatever key, attribute, or
condition a state has beside those is an error, unless the item is one that the model leaves out.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from models.jsonata import (
    Conditional,
    Node,
    Plain,
    Terms,
    UnknownExpressionError,
    body,
    parse,
)
from vifshift.domain.table_keys import SEPARATOR, ItemKind

LEFT_OUT = {ItemKind.MIGRATIONS_OF, ItemKind.PLANS_OF, ItemKind.NOTED}
"""Lists by which people answer, and what a plan notes for its watchdog: neither locks anything."""
NOWHERE = "none"
"""A key that no item has."""


@dataclass(frozen=True)
class Item:
    """An item of the model: Promela for each of its attributes, and what holds if there is none.

    `attributes` are what conditions and updates may name; `emptied` is the statement that deletes
    it, and `exists` the condition for there being one.
    """

    kind: ItemKind
    attributes: Mapping[str, str]
    exists: str
    emptied: str


@dataclass(frozen=True)
class ItemAccess:
    """What a state does to an item: `condition`, `change`, both in Promela.

    `is_there` is the condition for its key being one that an item can have.
    """

    item: Item
    is_there: str
    condition: str
    change: str


def kind_of(key: str) -> ItemKind | None:
    """Return the kind of item that a key is of, None if that is in a variable."""
    found = re.search(rf"'([a-z-]+){SEPARATOR}'", key)
    return ItemKind(found[1]) if found else None


def access(
    operation: str, arguments: Mapping[str, Any], item: Item, where: str, terms: Terms
) -> ItemAccess:
    """Return what an operation does to an item; raises `UnknownExpressionError`.

    `where` is the condition for the key to be an item's.
    """
    values = {
        name: _value(value, terms)
        for name, value in arguments.get("ExpressionAttributeValues", {}).items()
        if _is_used(name, arguments, item)
    }
    condition = "true"
    if text := arguments.get("ConditionExpression"):
        condition = _Condition(text, item, values).translate()
    return ItemAccess(item, where, condition, _change(operation, arguments, item, values, terms))


def _is_used(name: str, arguments: Mapping[str, Any], item: Item) -> bool:
    """Return whether the model needs a value: not one that is stored in an attribute left out."""
    if re.search(rf"{name}\b", arguments.get("ConditionExpression", "")):
        return name != ":now"
    pairs = re.findall(r"(\w+) = (:\w+)", arguments.get("UpdateExpression", ""))
    return any(value == name and attribute in item.attributes for attribute, value in pairs)


def _value(value: Mapping[str, str], terms: Terms) -> str:
    [text] = value.values()
    inner = body(text)
    if inner is None:
        raise UnknownExpressionError(f"{text!r} is compared with an item")
    if inner in terms:
        return terms[inner]
    raise UnknownExpressionError(f"an item is compared with {inner!r}, which the model lacks")


def _change(
    operation: str,
    arguments: Mapping[str, Any],
    item: Item,
    values: Mapping[str, str],
    terms: Terms,
) -> str:
    if operation == "getItem":
        return "skip"
    if operation == "deleteItem":
        return item.emptied
    if operation == "putItem":
        found = [
            f"{item.attributes[name]} = {_value(value, terms)}"
            for name, value in arguments["Item"].items()
            if name in item.attributes and name not in ("pk", "expiresAt")
        ]
        renewed = [f"{item.attributes['expiresAt']} = 0"] if "expiresAt" in item.attributes else []
        return "; ".join([*found, *renewed])
    if operation == "updateItem":
        return _update(arguments["UpdateExpression"], item, values)
    raise UnknownExpressionError(f"the model does not know the operation {operation}")


def conditional_change(
    update: str, condition: str, item: Item, values: Mapping[str, str]
) -> tuple[str, str]:
    """Return when an update that a function asks for is done, and what it changes."""
    return _Condition(condition, item, values).translate(), _update(update, item, values)


def _update(changes: str, item: Item, values: Mapping[str, str]) -> str:
    if not changes.startswith("SET ") or " REMOVE " in changes or " ADD " in changes:
        raise UnknownExpressionError(f"the model does not know the update {changes!r}")
    pairs = [each.strip().split(" = ") for each in changes[4:].split(",")]
    return "; ".join(
        f"{item.attributes[name]} = {values[value]}"
        for name, value in pairs
        if name in item.attributes
    )


_TOKEN = re.compile(r"\s*(attribute_not_exists|AND\b|OR\b|\w+|:\w+|<=|>=|=|<|>|\(|\))")


class _Condition:
    """A condition expression of DynamoDB (AWS: Developer Guide, "Condition expressions")."""

    def __init__(self, text: str, item: Item, values: Mapping[str, str]) -> None:
        self._text, self._item, self._values = text, item, values
        self._tokens = _TOKEN.findall(text)
        if "".join(self._tokens) != text.replace(" ", ""):
            raise UnknownExpressionError(f"the condition {text!r} can't be read")

    def translate(self) -> str:
        found = self._either()
        if self._tokens:
            raise UnknownExpressionError(f"the condition {self._text!r} can't be read")
        return found

    def _either(self) -> str:
        found = [self._both()]
        while self._tokens[:1] == ["OR"]:
            self._tokens.pop(0)
            found.append(self._both())
        return found[0] if len(found) == 1 else f"({' || '.join(found)})"

    def _both(self) -> str:
        found = [self._one()]
        while self._tokens[:1] == ["AND"]:
            self._tokens.pop(0)
            found.append(self._one())
        return found[0] if len(found) == 1 else f"({' && '.join(found)})"

    def _one(self) -> str:
        token = self._tokens.pop(0)
        if token == "(":
            inner = self._either()
            self._tokens.pop(0)
            return inner
        if token == "attribute_not_exists":
            _, name, _ = (self._tokens.pop(0) for _ in range(3))
            self._attribute(name)
            # The items of the model have all their attributes, or there is no item.
            return f"!{self._item.exists}"
        sign, value = self._tokens.pop(0), self._tokens.pop(0)
        if (token, sign, value) in (("expiresAt", "<", ":now"), ("expiresAt", ">", ":now")):
            if token not in self._item.attributes:
                # Claims outlast whatever the model has.
                return "false" if sign == "<" else "true"
            is_over = f"({self._item.exists} && {self._attribute(token)})"
            return is_over if sign == "<" else f"({self._item.exists} && !{self._attribute(token)})"
        promela = {"=": "==", "<=": "<=", ">=": ">="}.get(sign)
        if promela is None or value not in self._values:
            raise UnknownExpressionError(f"the condition {self._text!r} can't be read")
        return f"({self._item.exists} && {self._attribute(token)} {promela} {self._values[value]})"

    def _attribute(self, name: str) -> str:
        if name == "pk":
            return self._item.exists
        if name in self._item.attributes:
            return self._item.attributes[name]
        raise UnknownExpressionError(f"a condition names {name!r} of a {self._item.kind}")


def where(key: str, terms: Terms) -> str:
    """Return the condition in Promela for a key to be an item's; raises `UnknownExpressionError`.

    A key may be chosen by a condition, between an item's and one that no item has.
    """
    inner = body(key)
    return _where(parse(inner if inner is not None else f"'{key}'", terms))


def _where(node: Node) -> str:
    if isinstance(node, Conditional):
        return f"({node.condition} -> {_where(node.yes)} : {_where(node.no)})"
    if node == Plain(NOWHERE, is_text=True):
        return "false"
    if node.is_text:
        raise UnknownExpressionError(f"{node.promela!r} is no key of an item")
    return node.promela
