"""What commands print: text from elsewhere reads as it is, and never steers the terminal.

A terminal obeys control characters (ECMA-48), and Unicode's format characters change the order in
which a line reads (Unicode Standard Annex #9): both are shown as escapes, such as `\\x1b`.
"""

import argparse
import os
import sys
from collections.abc import Iterable
from typing import NoReturn

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment


def plain(text: object) -> str:
    """Return a text as one line, with everything that does not print written as an escape."""
    return "".join(letter if letter.isprintable() else _escape(letter) for letter in str(text))


def plain_lines(text: object) -> str:
    """Return a text whose lines stay lines, and are plain by themselves."""
    return "\n".join(map(plain, str(text).split("\n")))


def width(piped: int) -> int | None:
    """Return the width of what is printed: the terminal's, that of `COLUMNS`, or else `piped`.

    None stands for what a console finds out by itself.
    """
    return None if sys.stdout.isatty() or "COLUMNS" in os.environ else piped


def say(text: object, *, is_error: bool = False) -> None:
    """Print a text at once, made plain."""
    print(plain_lines(text), file=sys.stderr if is_error else sys.stdout, flush=True)


class PlainConsole(Console):
    """A console that prints colours of its own, and no control character of what it is given.

    Square brackets are no markup in it, and so no hyperlinks.
    """

    def __init__(self, *, width: int | None = None, soft_wrap: bool = False) -> None:
        super().__init__(
            width=width, soft_wrap=soft_wrap, highlight=False, markup=False, emoji=False
        )

    def render(
        self, renderable: RenderableType, options: ConsoleOptions | None = None
    ) -> Iterable[Segment]:
        """Yield what is printed, made plain."""
        for segment in super().render(renderable, options):
            if segment.control:
                yield segment
            else:
                yield Segment(plain_lines(segment.text), segment.style)


class PlainParser(argparse.ArgumentParser):
    """A parser whose errors repeat the arguments, made plain."""

    def error(self, message: str) -> NoReturn:
        """Print what is wrong, and exit."""
        super().error(plain(message))


def _escape(letter: str) -> str:
    return letter.encode("unicode_escape").decode()
