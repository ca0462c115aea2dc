"""A terminal on the other side of a pseudo-terminal: what stands on its screen, and its colours.

It knows what Rich's `Live` sends (ECMA-48): the cursor up, to the left and hidden, lines erased,
and colours. Anything else is an error, so that a test never passes on what it can't read.
"""

import os
import pty
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Final

_SEQUENCE: Final = re.compile(r"\x1b\[(\??)([0-9;]*)([A-Za-z])")
_MARK: Final = "\x1b]0;here\x07"


class Screen:
    """What has been printed, as a terminal of some width shows it; lines may scroll out of it."""

    def __init__(self, columns: int) -> None:
        self.columns = columns
        self.is_cursor_hidden = False
        self.styles: set[str] = set()
        self._lines: list[list[str]] = [[]]
        self._row = self._column = 0

    @property
    def text(self) -> str:
        """Return all lines, without what is blank at their ends."""
        return "\n".join("".join(line).rstrip() for line in self._lines).rstrip()

    def show(self, text: str) -> None:
        """Print a text."""
        place = 0
        while place < len(text):
            if found := _SEQUENCE.match(text, place):
                self._obey(*found.groups())
                place = found.end()
                continue
            self._put(text[place])
            place += 1

    def _obey(self, private: str, numbers: str, command: str) -> None:
        match private, command:
            case "", "m":
                self.styles.add(numbers)
            case "", "A":
                self._row = max(0, self._row - int(numbers or 1))
            case "", "K":
                assert numbers == "2", numbers
                self._lines[self._row] = []
            case "?", "l" | "h":
                assert numbers == "25", numbers
                self.is_cursor_hidden = command == "l"
            case _:
                raise AssertionError(f"an unknown sequence: {private}{numbers}{command}")

    def _put(self, letter: str) -> None:
        if letter == "\r":
            self._column = 0
        elif letter == "\n":
            self._row += 1
            while len(self._lines) <= self._row:
                self._lines.append([])
        else:
            assert letter.isprintable(), repr(letter)
            if self._column == self.columns:
                self._put("\r")
                self._put("\n")
            line = self._lines[self._row]
            line.extend(" " * (self._column + 1 - len(line)))
            line[self._column] = letter
            self._column += 1


class Terminal:
    """A pseudo-terminal, and the screen on its other side."""

    def __init__(self, columns: int) -> None:
        self.screen = Screen(columns)
        self._ours, theirs = pty.openpty()
        self.stdout: IO[str] = os.fdopen(theirs, "w", encoding="utf-8")
        self._pending = ""
        self._seen = threading.Semaphore(0)
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def look(self) -> str:
        """Return what stands on the screen once all that was written has arrived."""
        self.stdout.write(_MARK)
        self.stdout.flush()
        self._seen.acquire()
        return self.screen.text

    def close(self) -> None:
        """Hang up."""
        self.stdout.close()
        self._thread.join()
        os.close(self._ours)

    def _read(self) -> None:
        data = b""
        while True:
            try:
                read = os.read(self._ours, 65536)
            except OSError:
                return
            if not read:
                return
            data += read
            while (at := data.find(_MARK.encode())) >= 0:
                self.screen.show(data[:at].decode("utf-8"))
                data = data[at + len(_MARK) :]
                self._seen.release()


@contextmanager
def terminal(columns: int) -> Iterator[Terminal]:
    """Open a pseudo-terminal of some width."""
    opened = Terminal(columns)
    try:
        yield opened
    finally:
        opened.close()
