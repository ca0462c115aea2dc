"""Replaces attributes of other packages, and restores them."""

from collections.abc import Callable, Iterable, Iterator, MutableMapping
from contextlib import contextmanager
from types import ModuleType, TracebackType
from typing import Any, Self

from simulator.core.repairs import Repair

_ABSENT = object()


class MissingAttributeError(RuntimeError):
    """A private attribute that a repair replaces does not exist: moto was upgraded."""


class UndeclaredPatchError(RuntimeError):
    """A repair replaces an attribute that it does not declare."""


def _never(_: Repair) -> bool:
    return False


class Patches:
    """The replacements that one cloud has made, undone in reverse order.

    Repairs for which `is_left_out` holds are not made.
    """

    def __init__(self, is_left_out: Callable[[Repair], bool] = _never) -> None:
        self._undo: list[Callable[[], None]] = []
        self._is_left_out = is_left_out
        self._declared: tuple[Repair, ...] | None = None

    @contextmanager
    def declared(self, repairs: Iterable[Repair]) -> Iterator[None]:
        """Allow only the replacements that repairs declare; others raise `UndeclaredPatchError`."""
        self._declared = tuple(repairs)
        try:
            yield
        finally:
            self._declared = None

    def set(self, owner: Any, name: str, value: Any) -> Any:
        """Replace an attribute that must exist, and return its former value.

        Raises `MissingAttributeError`.
        """
        if not hasattr(owner, name):
            raise MissingAttributeError(f"{getattr(owner, '__name__', owner)!s} has no {name!r}")
        if self._skips(target_of(owner, name)):
            return getattr(owner, name)
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
        if hasattr(owner, name):
            self.set(owner, name, value)
        elif not self._skips(target_of(owner, name)):
            setattr(owner, name, value)
            self._undo.append(lambda: delattr(owner, name))

    def set_item(
        self, mapping: MutableMapping[str, Any], key: str, value: Any, target: str | None = None
    ) -> None:
        """Replace an item of a mapping, os.environ included; a repair declares it as its target."""
        if target is not None and self._skips(target):
            return
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

    def _skips(self, target: str) -> bool:
        if self._declared is None:
            return False
        repair = next((each for each in self._declared if each.is_about(target)), None)
        if repair is None:
            raise UndeclaredPatchError(f"no repair declares {target}")
        return self._is_left_out(repair)

    def undo(self) -> None:
        """Undo all replacements, the last one first, even if one of the steps fails."""
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


def target_of(owner: Any, name: str) -> str:
    """Return the name by which a repair declares an attribute of a module or class."""
    if isinstance(owner, ModuleType):
        return f"{owner.__name__}:{name}"
    return f"{owner.__module__}:{owner.__qualname__}.{name}"
