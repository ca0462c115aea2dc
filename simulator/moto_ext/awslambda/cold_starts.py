"""Cold starts: the import of a function's handler, done once and then put back.

Importing a package again is most of what a short run costs. A start that calls an API, draws
chance, writes or reads the clock is not kept, since the next one would do so again; neither is
one that fails.
"""

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from types import FunctionType, ModuleType
from typing import Any, Final

from moto.core.botocore_stubber import BotocoreStubber

from simulator.core.patches import Patches
from simulator.core.snapshot import Snapshot
from simulator.moto_speed.direct_calls import DirectOperation

Handler = Callable[[Any, Any], Any]


class ColdStart:
    """A function as its imports left it: its own modules, their content, and its handler.

    The content is what the package's own modules, classes, functions and objects hold. Libraries
    are shared by all functions of the process, and are put back by `isolation.reset_libraries`.
    """

    def __init__(self, modules: Mapping[str, ModuleType], handler: Handler) -> None:
        self.modules = dict(modules)
        self.handler = handler
        self._memory = Snapshot([vars(module) for module in modules.values()], self._is_own)

    def restore(self) -> None:
        """Undo what the handler has changed since."""
        self._memory.restore()

    def _is_own(self, item: object) -> bool:
        kind = item if isinstance(item, (type, FunctionType)) else type(item)
        return kind.__module__ in self.modules


class ColdStarts:
    """The starts that a process keeps, by function; those that were used last stay.

    So a stack that comes once does not displace the usual one.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: dict[tuple[str, str], ColdStart] = {}

    def get(self, key: tuple[str, str]) -> ColdStart | None:
        """Return a start that is kept."""
        return self._kept.get(key)

    def used(self, key: tuple[str, str]) -> ColdStart | None:
        """Return a start that is kept, which is now the one that was used last."""
        start = self._kept.pop(key, None)
        if start is not None:
            self._kept[key] = start
        return start

    def keep(self, key: tuple[str, str], start: ColdStart) -> None:
        """Remember a start, and forget the one that was not used for longest if need be."""
        self._kept[key] = start
        if len(self._kept) > self._most:
            del self._kept[next(iter(self._kept))]


STARTS: Final = ColdStarts(most=40)
"""Some megabytes each: the functions of two stacks like vifshift's."""


@contextmanager
def bytecode_kept() -> Iterator[None]:
    """Keep compiled modules beside an unpacked package, which all its functions import."""
    with Patches() as patches:
        patches.set(sys, "dont_write_bytecode", False)
        patches.set(sys, "pycache_prefix", None)
        yield


@contextmanager
def requests_made() -> Iterator[list[str]]:
    """List the URLs that boto3 clients of this process call meanwhile."""
    made: list[str] = []
    answer, send = BotocoreStubber.process_request, DirectOperation.send

    def process_request(self: Any, request: Any) -> Any:
        made.append(request.url)
        return answer(self, request)

    def send_directly(self: Any, request: Any) -> Any:
        made.append(request["url"])
        return send(self, request)

    with Patches() as patches:
        patches.set(BotocoreStubber, "process_request", process_request)
        patches.set(DirectOperation, "send", send_directly)
        yield made
