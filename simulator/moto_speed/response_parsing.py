"""JSON answers read by botocore's shapes, each shape looked at once and not for every answer.

It reads what `BaseJSONParser` reads: members that are there and not null, in the order of the
model, with blobs and times in Python's types.
"""

from collections.abc import Callable
from functools import lru_cache, partial
from typing import Any, Final

from botocore.parsers import BaseJSONParser

Reader = Callable[[Any], Any]
_MOST_TIMES: Final = 4096


def with_shape_readers(parser: Any) -> Any:
    """Let a parser read JSON so; any other parser stays as it is."""
    if isinstance(parser, BaseJSONParser):
        shapes = ShapeReaders(parser)
        parser._parse_shape = shapes.read  # type: ignore[attr-defined]
    return parser


class ShapeReaders:
    """What has been found out about the shapes of one service."""

    def __init__(self, parser: Any) -> None:
        self._parser = parser
        self._known: dict[str, Reader | None] = {}

    def read(self, shape: Any, value: Any) -> Any:
        """Read a value of a shape."""
        reader = self._reader(shape)
        return value if reader is None else reader(value)

    def _reader(self, shape: Any) -> Reader | None:
        """Return what reads a shape, None where the value is all there is."""
        if shape.name not in self._known:
            make = getattr(self, f"_of_{shape.type_name}", None)
            self._known[shape.name] = make and make(shape)
        return self._known[shape.name]

    def _of_structure(self, shape: Any) -> Reader:
        if shape.is_document_type or shape.is_tagged_union:
            return lambda value: self._parser._handle_structure(shape, value)
        members: list[tuple[str, str, Reader | None]] = []

        def read(value: Any) -> Any:
            # Not before: a shape may hold itself.
            if not members:
                members.extend(
                    (name, member.serialization.get("name", name), self._reader(member))
                    for name, member in shape.members.items()
                )
            if value is None:
                return None
            found = {}
            for name, key, reader in members:
                item = value.get(key)
                if item is not None:
                    found[name] = item if reader is None else reader(item)
            return found

        return read

    def _of_list(self, shape: Any) -> Reader:
        def read(value: Any) -> Any:
            reader = self._reader(shape.member)
            if reader is None:
                return list(value)
            return [None if item is None else reader(item) for item in value]

        return read

    def _of_map(self, shape: Any) -> Reader:
        def read(value: Any) -> Any:
            reader = self._reader(shape.value)
            if reader is None:
                return dict(value)
            return {key: reader(item) for key, item in value.items()}

        return read

    def _of_blob(self, shape: Any) -> Reader:
        return lambda value: self._parser._handle_blob(shape, value)

    def _of_timestamp(self, shape: Any) -> Reader:
        # A history has many of the same moment, and is read more than once.
        return lru_cache(_MOST_TIMES, typed=True)(partial(self._parser._handle_timestamp, shape))
