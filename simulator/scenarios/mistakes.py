"""Mistakes in a scenario file, each with its place, its line, and what may have been meant."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import NamedTuple

import yaml

from tools.suggestions import suggestion

Place = tuple[str | int, ...]
"""The keys and indexes that lead to a part of a file."""

LONGEST_LIST = 12
"""So many names are listed where none of them is like what was written."""


class Mistake(NamedTuple):
    """What is wrong at a place; `known` are the names that could stand there."""

    place: Place
    words: str
    written: str = ""
    known: Collection[str] = ()

    def text(self) -> str:
        """Return it as one clause, with what may have been meant or what is allowed."""
        where = ".".join(map(str, self.place)) or "the file"
        return f"{where}: {self.words}{self._meant()}"

    def near(self) -> str:
        """Return a clause with the known name that is most like what was written, or nothing."""
        return suggestion(self.written, self.known)

    def _meant(self) -> str:
        if near := self.near():
            return near
        return f"; allowed are {', '.join(sorted(self.known))}" if self._is_short() else ""

    def _is_short(self) -> bool:
        return 0 < len(self.known) <= LONGEST_LIST


def explained(
    file: object, text: str, mistakes: Iterable[Mistake], others: Iterable[tuple[int, str]] = ()
) -> str:
    """Return a line for each mistake, in the order of the file: file, line, place, and words.

    `others` are lines and words of what has no place.
    """
    lines = _lines(text)
    found = {(_line(lines, each.place), each.text()) for each in mistakes} | set(others)
    return "\n".join(f"{file}:{line}: {words}" for line, words in sorted(found))


def _line(lines: Mapping[Place, int], place: Place) -> int:
    """Return the line of a place, or of what is nearest around it."""
    while place and place not in lines:
        place = place[:-1]
    return lines.get(place, 1)


def _lines(text: str) -> dict[Place, int]:
    """Return the line, from 1, of each key and item of a YAML text that can be read."""
    node = yaml.compose(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    return {} if node is None else dict(_places(node, ()))


def _places(node: yaml.Node, place: Place) -> Iterator[tuple[Place, int]]:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            inner: Place = (*place, str(key.value))
            yield inner, key.start_mark.line + 1
            yield from _places(value, inner)
    elif isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            yield (*place, index), item.start_mark.line + 1
            yield from _places(item, (*place, index))
