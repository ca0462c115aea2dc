"""The output and logs of a function, separate from those of the process."""

import io
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


class Router(io.TextIOBase):
    """A stream that writes to the running invocation, else to the process's own stream.

    Libraries keep the stream that they saw when they were imported, longer than one cloud lives;
    so there is one for the process, and only its destination changes.
    """

    def __init__(self) -> None:
        super().__init__()
        self.sink: io.StringIO | None = None
        self.fallback = sys.__stdout__

    def write(self, text: str) -> int:
        """Write to the running invocation."""
        target = self.sink or self.fallback
        return target.write(text) if target is not None else len(text)

    def flush(self) -> None:
        """Flush the process's own stream."""
        if self.sink is None and self.fallback is not None and not self.fallback.closed:
            self.fallback.flush()

    def writable(self) -> bool:
        """Answer that it can be written to."""
        return True


ROUTER = Router()
# One for the process, as in Lambda: a library may have put a filter on it, once.
_HANDLER = logging.StreamHandler(ROUTER)
_HANDLER.setFormatter(logging.Formatter("[%(levelname)s]\t%(message)s"))
# Where Powertools keeps the handler of a logger that it has set up, once in a process.
_OWN_HANDLER = "powertools_handler"


def _has_no_handler_of_its_own(record: logging.LogRecord) -> bool:
    return not hasattr(logging.getLogger(record.name), _OWN_HANDLER)


_HANDLER.addFilter(_has_no_handler_of_its_own)


@contextmanager
def captured(sink: io.StringIO) -> Iterator[None]:
    """Send standard output, standard error and every logger to a sink.

    A logger may have been set up before any function ran, by whoever imported the same code.
    """
    outer = (sys.stdout, sys.stderr, ROUTER.sink)
    streams = [(handler, handler.stream) for handler in _own_handlers()]
    root = logging.getLogger()
    sys.stdout = sys.stderr = ROUTER
    ROUTER.sink = sink
    for handler, _ in streams:
        handler.stream = ROUTER
    root.addHandler(_HANDLER)
    try:
        yield
    finally:
        root.removeHandler(_HANDLER)
        for handler, stream in streams:
            handler.stream = stream
        sys.stdout, sys.stderr, ROUTER.sink = outer


def _own_handlers() -> list[Any]:
    loggers = logging.root.manager.loggerDict.values()
    found = [vars(logger)[_OWN_HANDLER] for logger in loggers if _OWN_HANDLER in vars(logger)]
    return [handler for handler in found if isinstance(handler, logging.StreamHandler)]
