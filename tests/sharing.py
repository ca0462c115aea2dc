"""One cloud of this process that tests in a row share, each beginning where it was deployed."""

from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from typing import Any, TypeVar

T = TypeVar("T")

_STACK = ExitStack()
_KEPT: dict[str, Any] = {}


def kept(name: str, make: Callable[[], AbstractContextManager[T]]) -> T:
    """Return what is kept under a name; what is kept under another is left first."""
    if name not in _KEPT:
        leave()
        _KEPT[name] = _STACK.enter_context(make())
    found: T = _KEPT[name]
    return found


def leave() -> None:
    """Leave what is kept, so that a test can have a cloud of its own."""
    _KEPT.clear()
    _STACK.close()
