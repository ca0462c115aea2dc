"""A function's own modules and process-wide settings, present only while it runs."""

import importlib.machinery
import os
import sys
import time
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from functools import lru_cache
from importlib.abc import MetaPathFinder
from random import Random
from types import ModuleType
from typing import Final
from uuid import UUID

from simulator.core.clock import Sleeper
from simulator.moto_ext.awslambda.packages import Code
from simulator.virtual_time.threads import time_on


class OwnModules(MetaPathFinder):
    """Finds a package's own modules in its folder, and nothing else there."""

    def __init__(self, code: Code, modules: Mapping[str, ModuleType]) -> None:
        self._code = code
        self._modules = dict(modules)

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
        outer = _taken(_OTHERS.names(self._code.modules))
        sys.modules.update(self._modules)
        sys.meta_path.insert(0, self)
        before = _last_loaded()
        try:
            yield
        finally:
            sys.meta_path.remove(self)
            same = _last_loaded() == before and self._modules.keys() <= sys.modules.keys()
            self._modules = _taken(self._modules if same else _names(self._code.modules))
            sys.modules.update(outer)
            _OTHERS.note(self._code.modules, list(outer))

    def loaded(self) -> dict[str, ModuleType]:
        """Return the function's modules, while they are installed."""
        return {name: sys.modules[name] for name in _names(self._code.modules)}


class _Others:
    """The process's own modules of a package's names, looked for only where some were loaded.

    Looking through all modules costs more than many a call.
    """

    def __init__(self) -> None:
        self._known: dict[frozenset[str], tuple[tuple[int, str], list[str]]] = {}

    def names(self, packages: frozenset[str]) -> list[str]:
        loaded, names = self._known.get(packages, ((0, ""), []))
        return names if loaded == _last_loaded() else _names(packages)

    def note(self, packages: frozenset[str], names: list[str]) -> None:
        self._known[packages] = _last_loaded(), names


_OTHERS = _Others()


def _names(packages: frozenset[str]) -> list[str]:
    """Name the modules that are loaded of some packages."""
    return [name for name in sys.modules if name.partition(".")[0] in packages]


def _taken(names: Iterable[str]) -> dict[str, ModuleType]:
    return {name: sys.modules.pop(name) for name in list(names)}


def _last_loaded() -> tuple[int, str]:
    """Return what differs once another module is loaded: it is put at the end."""
    return len(sys.modules), next(reversed(sys.modules))


_OF_CLIENTS: Final = b"AWS_"
_TIMES: Final = ("time", "time_ns", "monotonic", "sleep")


@contextmanager
def process_settings(
    environment: Mapping[str, str], clock: Sleeper, random: Random
) -> Iterator[None]:
    """Give the process the function's variables, the cloud's time, and its UUIDs."""
    timing = vars(time_on(clock))
    put_back = _set_variables(environment)
    # Set by hand, since this is done for every invocation: `Patches` takes ten times as long.
    former = [(name, getattr(time, name)) for name in _TIMES]
    uuid4, submit = uuid.uuid4, ThreadPoolExecutor.submit
    for name in _TIMES:
        setattr(time, name, timing[name])
    uuid.uuid4 = lambda: UUID(int=random.getrandbits(128), version=4)
    ThreadPoolExecutor.submit = _run_at_once  # type: ignore[method-assign, assignment]
    try:
        yield
    finally:
        ThreadPoolExecutor.submit = submit  # type: ignore[method-assign]
        uuid.uuid4 = uuid4
        for name, function in former:
            setattr(time, name, function)
        put_back()


def _set_variables(environment: Mapping[str, str]) -> Callable[[], None]:
    """Set variables, hide those of the laptop's AWS clients, and return what puts them back.

    A profile, or the endpoint of a served cloud, is nothing that a function in Lambda would have.
    They are set in Python's own record alone: to tell the C library takes longer than a handler.
    """
    record: dict[bytes, bytes] = os.environ._data  # type: ignore[attr-defined]
    variables = _encoded(tuple(environment.items()))
    hidden = [name for name in record if name.startswith(_OF_CLIENTS) and name not in variables]
    former = {name: record.get(name) for name in (*variables, *hidden)}
    for name in hidden:
        del record[name]
    record.update(variables)

    def put_back() -> None:
        for name, value in former.items():
            if value is None:
                record.pop(name, None)
            else:
                record[name] = value

    return put_back


@lru_cache(maxsize=1024)
def _encoded(variables: tuple[tuple[str, str], ...]) -> dict[bytes, bytes]:
    return {os.fsencode(name): os.fsencode(value) for name, value in variables}


def _run_at_once(
    _pool: ThreadPoolExecutor, call: Callable[..., object], /, *args: object, **named: object
) -> Future[object]:
    """Run calls of a thread pool one after the other, so that every run is the same."""
    future: Future[object] = Future()
    try:
        future.set_result(call(*args, **named))
    except Exception as error:
        future.set_exception(error)
    return future


# Module and cache: Powertools keeps a validator for each model, found by the id of its class.
_CACHES: Final = (("aws_lambda_powertools.utilities.parser.functions", "CACHE_TYPE_ADAPTER"),)
# Module and flag: Powertools logs whether a process has answered before.
_COLD_STARTS: Final = (
    ("aws_lambda_powertools.logging.logger", "is_cold_start"),
    ("aws_lambda_powertools.metrics.provider.cold_start", "is_cold_start"),
    ("aws_lambda_powertools.tracing.tracer", "is_cold_start"),
)


def reset_libraries() -> None:
    """Reset the loaded libraries to their state in a new process."""
    for name, cache in _CACHES:
        getattr(sys.modules.get(name), cache, {}).clear()
    for name, flag in _COLD_STARTS:
        if hasattr(sys.modules.get(name), flag):
            setattr(sys.modules[name], flag, True)
