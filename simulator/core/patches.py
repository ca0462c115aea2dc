"""Replace attributes of other packages, and put every one of them back."""

from collections.abc import Callable, MutableMapping
from types import TracebackType
from typing import Any, Self

_ABSENT = object()


class MissingAttributeError(RuntimeError):
    """A private name of moto that this package relies on is not there: moto was upgraded."""


class Patches:
    """The replacements that one cloud has made, undone in reverse order."""

    def __init__(self) -> None:
        self._undo: list[Callable[[], None]] = []

    def set(self, owner: Any, name: str, value: Any) -> Any:
        """Replace an attribute that must exist, and return what stood there."""
        if not hasattr(owner, name):
            raise MissingAttributeError(f"{getattr(owner, '__name__', owner)!s} has no {name!r}")
        # Read from __dict__, so that a static or class method is put back as what it was.
        own = vars(owner).get(name, _ABSENT)

        def undo() -> None:
            if own is _ABSENT:
                delattr(owner, name)
            else:
                setattr(owner, name, own)

        original = getattr(owner, name)
        setattr(owner, name, value)
        self._undo.append(undo)
        return original

    def add(self, owner: Any, name: str, value: Any) -> None:
        """Give a class a method or property of its own, replacing an inherited one."""
        if not hasattr(owner, name):
            setattr(owner, name, value)
            self._undo.append(lambda: delattr(owner, name))
        else:
            self.set(owner, name, value)

    def set_item(self, mapping: MutableMapping[str, Any], key: str, value: Any) -> None:
        """Replace an item of a mapping, os.environ included."""
        own = mapping.get(key, _ABSENT)

        def undo() -> None:
            if own is _ABSENT:
                mapping.pop(key, None)
            else:
                mapping[key] = own

        mapping[key] = value
        self._undo.append(undo)

    def on_undo(self, action: Callable[[], None]) -> None:
        """Run an action when the patches are undone."""
        self._undo.append(action)

    def undo(self) -> None:
        """Put everything back, last change first, even where one of the steps fails."""
        failures: list[Exception] = []
        while self._undo:
            try:
                self._undo.pop()()
            except Exception as failure:
                failures.append(failure)
        if failures:
            raise ExceptionGroup("not everything could be put back", failures)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.undo()
