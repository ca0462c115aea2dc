"""Compares JSON data, and finds the first difference."""

import json
from typing import Any, NamedTuple

NOTHING = "(nothing)"
_LONGEST = 300


class Apart(NamedTuple):
    """The first difference of two values: its path from the root, and the value in each."""

    path: str
    first: str
    second: str


def apart(first: Any, second: Any, path: str = "") -> Apart | None:
    """Return the first difference of two values, or None if they are equal, as 1 and 1.0 are."""
    if isinstance(first, dict) and isinstance(second, dict):
        for name in {**first, **second}:
            if name not in first or name not in second:
                both = (each[name] if name in each else NOTHING for each in (first, second))
                return Apart(f"{path}.{name}", *map(shown, both))
            if found := apart(first[name], second[name], f"{path}.{name}"):
                return found
        return None
    if isinstance(first, list) and isinstance(second, list) and len(first) == len(second):
        pairs = enumerate(zip(first, second, strict=True))
        found_each = (apart(*pair, path=f"{path}[{number}]") for number, pair in pairs)
        return next(filter(None, found_each), None)
    # To Python, true is 1.
    if isinstance(first, bool) is isinstance(second, bool) and first == second:
        return None
    return Apart(path, shown(first), shown(second))


def shown(value: object) -> str:
    """Return a value as text for people, shortened if it is long."""
    text = value if isinstance(value, str) else json.dumps(value, default=str)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]} …"
