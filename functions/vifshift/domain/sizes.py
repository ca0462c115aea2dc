"""The size of texts and values as JSON, and how to cut them to fit.

A state's input, output and variables have 256 KiB each (AWS: "Step Functions service quotas"), in
bytes of UTF-8: a character may take four of them, a control character six.
"""

import json
from collections.abc import Iterable
from typing import TypeVar

from vifshift.domain.model import Model

# An ellipsis takes three bytes, and the character that it replaces takes one.
_ELLIPSIS_BYTES = 2

Value = TypeVar("Value", bound=Model)


def size_of(value: object) -> int:
    """Return the size of a value as JSON, in bytes."""
    return len(json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode())


def shortened(text: str, longest: int) -> str:
    """Return a text of at most `longest` characters, and of about as many bytes."""
    room = longest + _ELLIPSIS_BYTES
    if len(text) <= longest and len(json.dumps(text)) - 2 <= room:
        return text
    if len(text) <= longest and size_of(text) - 2 <= room:
        return text
    kept, left = [], longest - 1
    for letter in text[: longest - 1]:
        left -= size_of(letter) - 2
        if left < 0:
            break
        kept.append(letter)
    return f"{''.join(kept)}…"


def fitting(values: Iterable[Value], most: int, room: int) -> tuple[Value, ...]:
    """Return the first values: at most `most` of them, and at most `room` bytes as JSON."""
    kept: list[Value] = []
    for value in values:
        room -= size_of(value.to_json()) + 1
        if len(kept) == most or room < 0:
            break
        kept.append(value)
    return tuple(kept)
