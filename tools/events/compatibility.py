"""Compare two schemas of one event within a version: what breaks those who use the old one?"""

from collections.abc import Iterator
from enum import StrEnum
from typing import Any, NamedTuple, Self

Schema = dict[str, Any]

UPPER = ("maxLength", "maximum", "exclusiveMaximum", "maxItems", "maxProperties")
LOWER = ("minLength", "minimum", "exclusiveMinimum", "minItems", "minProperties")
# Keywords that are compared as a whole.
FORMS = ("format", "pattern", "uniqueItems", "multipleOf", "anyOf", "oneOf", "allOf")


class EventDirection(StrEnum):
    """Whether vifshift sends an event, or people send it to vifshift."""

    OUTGOING = "outgoing"
    INCOMING = "incoming"

    @classmethod
    def of(cls, is_incoming: bool) -> Self:
        """Return the direction of an event."""
        return cls.INCOMING if is_incoming else cls.OUTGOING


def breaks(old: Schema, new: Schema, direction: EventDirection) -> list[str]:
    """Return a sentence for each change that breaks consumers (or senders) of the old schema.

    Fields may be added. What vifshift accepts may become wider, and what it sends may not.
    """
    return list(_Comparison(old, new, direction).of(_Pair("", old, new)))


class _Pair(NamedTuple):
    """One place in both schemas."""

    path: str
    old: Schema
    new: Schema

    def at(self, name: str, old: Schema, new: Schema) -> "_Pair":
        return _Pair(f"{self.path}.{name}" if self.path else name, old, new)

    @property
    def name(self) -> str:
        return self.path or "the detail"


class _Comparison:
    """A comparison of both schemas, place by place."""

    def __init__(self, old: Schema, new: Schema, direction: EventDirection) -> None:
        self._old, self._new = old, new
        self._is_outgoing = direction is EventDirection.OUTGOING

    def of(self, place: _Pair) -> Iterator[str]:
        """Yield what breaks at a place and below it."""
        old, was_nullable = _plain(place.old, self._old)
        new, is_nullable = _plain(place.new, self._new)
        pair = _Pair(place.path, old, new)
        if self._is_outgoing and is_nullable and not was_nullable:
            yield f"{pair.name} may be null now"
        if not self._is_outgoing and was_nullable and not is_nullable:
            yield f"{pair.name} may no longer be null"
        if old.get("type") != new.get("type"):
            is_wider = (old.get("type"), new.get("type")) == ("integer", "number")
            if self._is_outgoing or not is_wider:
                yield f"{pair.name} was {old.get('type')}, and is {new.get('type')}"
                return
        yield from self._values(pair)
        yield from self._forms(pair)
        yield from self._bounds(pair)
        yield from self._properties(pair)
        yield from self._parts(pair)

    def _values(self, pair: _Pair) -> Iterator[str]:
        """Compare listed values."""
        olds, news = _listed(pair.old), _listed(pair.new)
        if olds == news:
            return
        if olds is None:
            yield f"{pair.name} has a list of values now"
        elif news is None:
            if self._is_outgoing:
                yield f"{pair.name} may have any value now"
        else:
            if gone := sorted(olds - news):
                yield f"{pair.name} no longer has {', '.join(gone)}"
            if (more := sorted(news - olds)) and self._is_outgoing:
                yield f"{pair.name} may be {', '.join(more)} now"

    def _forms(self, pair: _Pair) -> Iterator[str]:
        for key in FORMS:
            old, new = pair.old.get(key), pair.new.get(key)
            is_freed = new is None and not self._is_outgoing
            is_more_exact = old is None and self._is_outgoing
            if old != new and not is_freed and not is_more_exact:
                yield f"{pair.name} has another {key}"

    def _bounds(self, pair: _Pair) -> Iterator[str]:
        """Compare bounds: what is sent may not get wider, and what is accepted not narrower."""
        for keys, sign in ((UPPER, 1), (LOWER, -1)):
            for key in keys:
                old, new = pair.old.get(key), pair.new.get(key)
                narrow, wide = (old, new) if self._is_outgoing else (new, old)
                if narrow is not None and (wide is None or sign * wide > sign * narrow):
                    yield f"{pair.name} had {key} {old}, and has {new}"

    def _properties(self, pair: _Pair) -> Iterator[str]:
        olds, news = pair.old.get("properties", {}), pair.new.get("properties", {})
        for name, old in olds.items():
            if name in news:
                yield from self.of(pair.at(name, old, news[name]))
            else:
                yield f"{pair.at(name, {}, {}).path} no longer exists"
        had, has = set(pair.old.get("required", ())), set(pair.new.get("required", ()))
        if self._is_outgoing:
            for name in sorted((had - has) & news.keys()):
                yield f"{pair.at(name, {}, {}).path} is no longer always present"
        else:
            for name in sorted(has - had):
                yield f"{pair.at(name, {}, {}).path} must be given now"

    def _parts(self, pair: _Pair) -> Iterator[str]:
        """Compare the items of lists, and the values of objects with arbitrary names."""
        for key, mark in (("items", "[]"), ("additionalProperties", "{}")):
            old, new = pair.old.get(key, True), pair.new.get(key, True)
            place = _Pair(f"{pair.path}{mark}", {}, {})
            if isinstance(old, dict) and isinstance(new, dict):
                yield from self.of(_Pair(place.path, old, new))
            elif new is False and old is not False:
                yield f"{place.path} may no longer have other fields"
            elif isinstance(old, dict) and self._is_outgoing:
                yield f"{place.path} may be anything now"
            elif isinstance(new, dict) and not self._is_outgoing and old is True:
                yield f"{place.path} may no longer be anything"
        olds, news = pair.old.get("prefixItems", []), pair.new.get("prefixItems", [])
        if len(olds) != len(news):
            yield f"{pair.name} had {len(olds)} parts, and has {len(news)}"
        for number, (old, new) in enumerate(zip(olds, news, strict=False)):
            yield from self.of(_Pair(f"{pair.path}[{number}]", old, new))


def _plain(schema: Schema, root: Schema) -> tuple[Schema, bool]:
    """Return a schema with its reference resolved, and whether it may be null."""
    is_nullable = False
    while True:
        if "$ref" in schema:
            rest = {key: value for key, value in schema.items() if key != "$ref"}
            schema = {**root["$defs"][schema["$ref"].rpartition("/")[2]], **rest}
            continue
        others = [each for each in schema.get("anyOf", ()) if each.get("type") != "null"]
        if len(others) == 1:
            is_nullable = is_nullable or len(schema["anyOf"]) > 1
            rest = {key: value for key, value in schema.items() if key != "anyOf"}
            schema = {**others[0], **rest}
            continue
        return schema, is_nullable


def _listed(schema: Schema) -> set[str] | None:
    if "const" in schema:
        return {repr(schema["const"])}
    return {repr(each) for each in schema["enum"]} if "enum" in schema else None
