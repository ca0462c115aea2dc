"""The times, numbers and texts that every part of the system can hold, and what to say of others.

JSON, JSONata, Step Functions, DynamoDB and a browser each hold less than Python does. What comes
from outside is refused where it is read if one of them could not hold it.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Annotated, Final

from pydantic import AfterValidator, AwareDatetime, JsonValue

LARGEST_INTEGER: Final = 2**53 - 1
"""The largest integer that JSON passes on exactly (RFC 8259, section 6: Numbers)."""
FIRST_TIME: Final = datetime(1970, 1, 1, tzinfo=UTC)
TOO_LATE: Final = datetime(9999, 1, 1, tzinfo=UTC)
"""From here on, a time may have no date in some time zone, or after the longest migration."""
NOT_UNICODE: Final = "is not Unicode text"
DEEPEST: Final = 50
"""How deep JSON from outside may be nested; a request of ours needs five levels."""

_SURROGATE: Final = re.compile(r"[\ud800-\udfff]")

Path = tuple[int | str, ...]


def possible(time: datetime) -> datetime:
    """Return a time; raises ValueError if UTC or a time zone has no such time."""
    if not FIRST_TIME <= time < TOO_LATE:
        raise ValueError(
            f"must be in the years {FIRST_TIME.year} to {TOO_LATE.year - 1}, in UTC as well"
        )
    return time


Time = Annotated[AwareDatetime, AfterValidator(possible)]
"""A time that somebody gives: ISO 8601 with a time zone, in a year that every clock can tell."""


def is_nested_too_deeply(value: JsonValue) -> bool:
    """Return whether a JSON value is nested more than `DEEPEST` levels deep; does not recurse."""
    level = [value]
    for _ in range(DEEPEST + 1):
        level = [member for each in level for member in _members(each)]
        if not level:
            return False
    return True


def _members(value: JsonValue) -> Iterable[JsonValue]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


def not_unicode(value: JsonValue, path: Path = ()) -> Iterator[Path]:
    """Yield where a JSON value has half of a surrogate pair, which UTF-8 can't express."""
    if isinstance(value, str):
        if _SURROGATE.search(value):
            yield path
    elif isinstance(value, dict):
        for name, member in value.items():
            if _SURROGATE.search(name):
                yield (*path, name)
            yield from not_unicode(member, (*path, name))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from not_unicode(item, (*path, index))


def as_unicode(value: JsonValue) -> JsonValue:
    """Return a JSON value with a question mark for each half of a surrogate pair."""
    if isinstance(value, str):
        return _SURROGATE.sub("?", value)
    if isinstance(value, dict):
        return {_SURROGATE.sub("?", name): as_unicode(member) for name, member in value.items()}
    if isinstance(value, list):
        return [as_unicode(item) for item in value]
    return value
