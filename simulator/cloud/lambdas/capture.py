"""What a function prints and logs, told apart from what the process prints."""

import io
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager


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


@contextmanager
def captured(sink: io.StringIO) -> Iterator[None]:
    """Send standard output, standard error and the root logger to a sink."""
    outer = (sys.stdout, sys.stderr, ROUTER.sink)
    root = logging.getLogger()
    sys.stdout = sys.stderr = ROUTER
    ROUTER.sink = sink
    root.addHandler(_HANDLER)
    try:
        yield
    finally:
        root.removeHandler(_HANDLER)
        sys.stdout, sys.stderr, ROUTER.sink = outer
