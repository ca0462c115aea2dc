"""JSON that somebody else wrote, read without trusting it: in bounds, and with one meaning.

A parser that meets a key twice keeps the last value, and another one the first: what one person
reviews is then not what happens (RFC 8259, section 4: "The names within an object SHOULD be
unique"). So a key that is given twice is an error.
"""

import json
import re
from collections.abc import Iterator
from typing import Any, Final

from pydantic import JsonValue

LONGEST_KEY: Final = 60
"""How much of a key is repeated in an error."""
USUAL_ITEM: Final = 4_000
"""Most items are shorter; what is longer is read again, from a longer part of the text."""

_SPACE: Final = re.compile(r"[ \t\n\r]*")


class BadJsonError(ValueError):
    """A text that is not JSON, or has more than one meaning."""


def unambiguous(text: str) -> JsonValue:
    """Return what a JSON text says; raises `BadJsonError`, for a duplicate key as well."""
    try:
        found: JsonValue = json.loads(text, object_pairs_hook=_object)
    except json.JSONDecodeError as error:
        raise BadJsonError(f"is not JSON, in line {error.lineno}") from None
    except RecursionError:
        raise BadJsonError("is nested too deeply") from None
    except BadJsonError:
        raise
    except ValueError:
        raise BadJsonError("has a number with thousands of digits") from None
    return found


def items(text: str, longest: int) -> Iterator[JsonValue]:
    """Yield the items of a list, each parsed when it is asked for, of at most `longest` characters.

    So a list costs as much as the items that are read of it, whatever follows. Raises
    `BadJsonError`.
    """
    at = _after_space(text, 0)
    if text[at : at + 1] != "[":
        raise BadJsonError("is not a list")
    at = _after_space(text, at + 1)
    if text[at : at + 1] == "]":
        return _end(text, at + 1)
    number = 1
    while True:
        item, at = _item(text, at, longest, number)
        yield item
        at = _after_space(text, at)
        match text[at : at + 1]:
            case "]":
                return _end(text, at + 1)
            case ",":
                at = _after_space(text, at + 1)
                number += 1
            case _:
                raise BadJsonError(_not_json(text, at))


def _item(text: str, at: int, longest: int, number: int) -> tuple[JsonValue, int]:
    """Return the item at a place, and where it ends."""
    for length in (USUAL_ITEM, longest):
        # One character more: a number at the end of a part could go on after it.
        part = text[at : at + length + 1]
        is_all = at + len(part) >= len(text)
        try:
            item, end = _DECODER.raw_decode(part)
        except json.JSONDecodeError as error:
            if is_all:
                raise BadJsonError(_not_json(text, at + error.pos)) from None
            continue
        except RecursionError:
            raise BadJsonError(f"is nested too deeply (item {number})") from None
        except BadJsonError as error:
            raise BadJsonError(f"{error} (item {number})") from None
        except ValueError:
            raise BadJsonError("has a number with thousands of digits") from None
        if end <= length:
            return item, at + end
    raise BadJsonError(f"has an item of more than {longest} characters (item {number})")


def _end(text: str, at: int) -> None:
    if (at := _after_space(text, at)) < len(text):
        raise BadJsonError(_not_json(text, at))


def _after_space(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    assert found is not None
    return found.end()


def _not_json(text: str, at: int) -> str:
    newlines = text.count("\n", 0, at)
    return f"is not JSON, in line {newlines + 1}"


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object; raises `BadJsonError` if a key is given twice."""
    found = dict(pairs)
    if len(found) < len(pairs):
        seen: set[str] = set()
        for key, _ in pairs:
            if key in seen:
                raise BadJsonError(f"has the key {_shown(key)} twice")
            seen.add(key)
    return found


def _shown(key: str) -> str:
    """Return a key as it may be shown anywhere."""
    text = "".join(letter if letter.isprintable() else "?" for letter in key)
    return text if len(text) <= LONGEST_KEY else f"{text[:LONGEST_KEY]}…"


_DECODER: Final = json.JSONDecoder(object_pairs_hook=_object)
