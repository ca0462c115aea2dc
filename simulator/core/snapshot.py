"""Snapshots of object graphs, restored into the same objects."""

import builtins
from collections import OrderedDict, deque
from collections.abc import Callable, Iterable, Iterator
from functools import _lru_cache_wrapper
from operator import is_
from types import CellType, FunctionType
from typing import Any, Final

_LEAVES: Final = frozenset({str, bytes, int, float, bool, type(None)})


class Snapshot:
    """The content of all objects that can be reached from some roots, at one time.

    Only references are copied, so that references to the objects from elsewhere stay valid.
    `enters` returns whether a class, a function or an object with attributes is
    included; containers and caches always are.
    """

    def __init__(self, roots: Iterable[object], enters: Callable[[object], bool]) -> None:
        self._enters = enters
        # Most of what is restored are attributes and plain dictionaries, some ten thousand.
        self._attributes_of: list[tuple[Any, dict[str, object]]] = []
        self._dicts: list[tuple[dict[Any, Any], dict[Any, Any]]] = []
        self._classes: list[tuple[type, dict[str, object], int]] = []
        self._restorations: list[Callable[[], object]] = []
        # Kept alive, so that no other object gets the id of one that was seen. Every module of
        # Python code holds the built-in names.
        self._seen: dict[int, object] = {id(vars(builtins)): builtins}
        waiting = list(roots)
        while waiting:
            item = waiting.pop()
            if type(item) in _LEAVES or id(item) in self._seen:
                continue
            self._seen[id(item)] = item
            waiting.extend(self._content(item))

    def restore(self) -> None:
        """Restore the content of all objects."""
        clear, update = dict.clear, dict.update
        for content, kept in self._dicts:
            clear(content)
            update(content, kept)
        for item, attributes in self._attributes_of:
            content = item.__dict__
            clear(content)
            update(content, attributes)
        for kind, own, number in self._classes:
            _refill_class(kind, own, number)
        for restoration in self._restorations:
            restoration()

    def _content(self, item: object) -> Iterator[object]:
        """Yield the content of an object, and record how to restore it."""
        if isinstance(item, dict):
            kept = {key: dict.__getitem__(item, key) for key in _kind(item).__iter__(item)}
            if isinstance(item, OrderedDict):
                self._restorations.append(lambda: _refill_ordered(item, kept))
            else:
                self._dicts.append((item, kept))
            yield from kept
            yield from kept.values()
        elif isinstance(item, (list, deque, set)):
            items = tuple(item)
            self._restorations.append(lambda: _refill(item, items))
            yield from items
        elif isinstance(item, (tuple, frozenset)):
            yield from item
        elif isinstance(item, _lru_cache_wrapper):
            # What a cache holds can't be read, so that it begins empty.
            self._restorations.append(item.cache_clear)
            yield item.__wrapped__
        elif isinstance(item, CellType):
            yield from self._cell(item)
        if self._enters(item):
            yield from self._attributes(item)

    def _cell(self, cell: CellType) -> Iterator[object]:
        try:
            kept = cell.cell_contents
        except ValueError:
            return
        self._restorations.append(lambda: setattr(cell, "cell_contents", kept))
        yield kept

    def _attributes(self, item: object) -> Iterator[object]:
        if isinstance(item, type):
            own, number = _own(item), len(vars(item))
            self._classes.append((item, own, number))
            yield from own.values()
        elif hasattr(item, "__dict__"):
            attributes = dict(vars(item))
            self._attributes_of.append((item, attributes))
            yield from attributes.values()
        if isinstance(item, FunctionType):
            yield from (item.__defaults__, item.__kwdefaults__, item.__closure__)


def _kind(item: dict[Any, Any]) -> type[dict[Any, Any]]:
    """Return the built-in type, whose own methods store and no more."""
    return OrderedDict if isinstance(item, OrderedDict) else dict


def _refill_ordered(item: OrderedDict[Any, Any], kept: dict[Any, Any]) -> None:
    OrderedDict.clear(item)
    for key, value in kept.items():
        OrderedDict.__setitem__(item, key, value)


def _refill(item: list[Any] | deque[Any] | set[Any], kept: Iterable[Any]) -> None:
    item.clear()
    if isinstance(item, set):
        item.update(kept)
    else:
        item.extend(kept)


def _own(kind: type) -> dict[str, object]:
    """Return a class's attributes, without those in which Python and Pydantic describe it."""
    return {name: value for name, value in vars(kind).items() if not name.startswith("__")}


def _refill_class(kind: type, kept: dict[str, object], number: int) -> None:
    """Restore what differs; a class with as many attributes as before has mostly the same."""
    all_now = vars(kind)
    if len(all_now) == number and all(map(is_, map(all_now.get, kept), kept.values())):
        return
    now = _own(kind)
    for name in now.keys() - kept.keys():
        delattr(kind, name)
    for name, value in kept.items():
        if now.get(name) is not value:
            setattr(kind, name, value)
