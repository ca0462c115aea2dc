"""Cold starts: the import of a function's handler, done once and then put back.

Importing a package anew is most of what a short run costs. A start that calls an API, draws chance,
writes or reads the clock is not kept, since the next one would do so again; neither is one that
fails.
"""

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from types import FunctionType, ModuleType
from typing import Any

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
