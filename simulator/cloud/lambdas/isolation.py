"""A function's own modules and process-wide settings, present only while it runs."""

import importlib.machinery
import os
import sys
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from importlib.abc import MetaPathFinder
from random import Random
from types import ModuleType
from uuid import UUID

from simulator.cloud.clock import Clock
from simulator.cloud.cooperative import time_on
from simulator.cloud.lambdas.code import Code
from simulator.cloud.patching import Patches


class OwnModules(MetaPathFinder):
    """Finds a package's own modules in its folder, and nothing else there."""

    def __init__(self, code: Code) -> None:
        self._code = code
        self._modules: dict[str, ModuleType] = {}

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """Answer for top-level modules; their submodules are found through the package."""
        if path is not None or fullname not in self._code.modules:
            return None
        return importlib.machinery.PathFinder.find_spec(fullname, [str(self._code.folder)], target)

    @contextmanager
    def installed(self) -> Iterator[None]:
        """Put the function's modules in the place of any others of the same names."""
        outer = self._take()
        sys.modules.update(self._modules)
        sys.meta_path.insert(0, self)
        try:
            yield
        finally:
            sys.meta_path.remove(self)
            self._modules = self._take()
            sys.modules.update(outer)

    def _take(self) -> dict[str, ModuleType]:
        names = self._code.modules
        submodules = tuple(f"{name}." for name in names)
        found = [name for name in sys.modules if name in names or name.startswith(submodules)]
        return {name: sys.modules.pop(name) for name in found}


@contextmanager
def process_settings(
    environment: Mapping[str, str], clock: Clock, random: Random
) -> Iterator[None]:
    """Give the process the function's variables, the cloud's time, and its uuids."""
    timing = time_on(clock)
    with Patches() as patches:
        for name, value in environment.items():
            patches.set_item(os.environ, name, value)
        for name in ("time", "time_ns", "sleep"):
            patches.set(time, name, getattr(timing, name))
        patches.set(uuid, "uuid4", lambda: UUID(int=random.getrandbits(128), version=4))
        patches.set(ThreadPoolExecutor, "submit", _run_at_once)
        yield


def _run_at_once(
    _pool: ThreadPoolExecutor, call: Callable[..., object], /, *args: object, **named: object
) -> Future[object]:
    """Do in turn what a function would do side by side, so that every run is alike."""
    future: Future[object] = Future()
    try:
        future.set_result(call(*args, **named))
    except Exception as error:
        future.set_exception(error)
    return future
