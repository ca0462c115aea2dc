"""Whether a schedule was due at a moment: at(...), rate(...) and cron(...).

AWS: EventBridge Scheduler user guide, "Schedule types in EventBridge Scheduler".
"""

import calendar
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, tzinfo
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_EXPRESSION: Final = re.compile(r"(at|rate|cron)\(([^()]{1,256})\)")
_PART: Final = re.compile(r"([*?]|\w+)(?:-(\w+))?(?:/([0-9]+))?")
_NTH: Final = re.compile(r"(\w+)#([1-5])")
_MONTHS: Final = {name.upper(): number for number, name in enumerate(calendar.month_abbr) if name}
_DAYS: Final = {
    name: number
    for number, name in enumerate(("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"), start=1)
}
_WEEK: Final = 7
_SATURDAY, _SUNDAY = 5, 6
_FIELDS: Final = 6


def was_due(expression: str, zone: str, moment: datetime) -> bool:
    """Return whether a schedule's expression names a moment, which has a time zone.

    Every moment counts for rate(...): from when AWS counts, GetSchedule does not say.
    """
    match = _EXPRESSION.fullmatch(expression.strip())
    place = _zone(zone)
    if match is None or place is None:
        return False
    local = moment.astimezone(place)
    kind, content = match.groups()
    if kind == "at":
        return local.replace(tzinfo=None).isoformat(timespec="seconds") == content
    return kind == "rate" or _is_in_cron(content.split(), local)


def is_rate(expression: str) -> bool:
    """Return whether an expression is a rate(...), which names no moment."""
    return expression.strip().startswith("rate(")


def _zone(name: str) -> tzinfo | None:
    """Return a time zone; None if it is not in the database here, which UTC does not need."""
    if name in {"", "UTC"}:
        return UTC
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def _is_in_cron(fields: list[str], local: datetime) -> bool:
    if len(fields) != _FIELDS or local.second or local.microsecond:
        return False
    minute, hour, day, month, weekday, year = fields
    return (
        _is_in(minute, local.minute)
        and _is_in(hour, local.hour)
        and any(_is_day(part, local.date()) for part in day.split(","))
        and _is_in(month, local.month, _MONTHS)
        and any(_is_weekday(part, local.date()) for part in weekday.split(","))
        and _is_in(year, local.year)
    )


def _is_in(field: str, value: int, names: Mapping[str, int] | None = None) -> bool:
    return any(_is_in_part(part, value, names or {}) for part in field.split(","))


def _is_in_part(part: str, value: int, names: Mapping[str, int]) -> bool:
    match = _PART.fullmatch(part)
    if match is None:
        return False
    first, last, step = match.groups()
    is_any = first in {"*", "?"}
    start = (1 if names else 0) if is_any else _number(first, names)
    is_open = is_any or (step and not last)
    end = None if is_open else _number(last or first, names)
    if not is_open and end is None:
        return False
    if start is None or value < start or (end is not None and value > end):
        return False
    return not step or (int(step) > 0 and (value - start) % int(step) == 0)


def _is_day(part: str, day: date) -> bool:
    last = calendar.monthrange(day.year, day.month)[1]
    if part == "L":
        return day.day == last
    if part == "LW":
        return day == _weekday_next_to(last, day)
    if part.endswith("W"):
        wanted = _number(part[:-1], {})
        return wanted is not None and 1 <= wanted <= last and day == _weekday_next_to(wanted, day)
    return _is_in_part(_from_one(part), day.day, {})


def _is_weekday(part: str, day: date) -> bool:
    number = day.isoweekday() % _WEEK + 1
    if part == "L":
        return number == _WEEK
    if part.endswith("L"):
        is_last = day.day > calendar.monthrange(day.year, day.month)[1] - _WEEK
        return is_last and number == _number(part[:-1], _DAYS)
    if nth := _NTH.fullmatch(part):
        is_nth = (day.day - 1) // _WEEK + 1 == int(nth[2])
        return is_nth and number == _number(nth[1], _DAYS)
    return _is_in_part(_from_one(part), number, _DAYS)


def _from_one(part: str) -> str:
    """Return a part of days with the 1 that its first day is, for steps count from there."""
    return f"1/{part[2:]}" if part.startswith(("*/", "?/")) else part


def _weekday_next_to(wanted: int, day: date) -> date:
    """Return the day from Monday to Friday next to the nth, within the same month."""
    nth = day.replace(day=wanted)
    last = calendar.monthrange(day.year, day.month)[1]
    if nth.weekday() == _SATURDAY:
        return nth.replace(day=wanted - 1 if wanted > 1 else wanted + 2)
    if nth.weekday() == _SUNDAY:
        return nth.replace(day=wanted + 1 if wanted < last else wanted - 2)
    return nth


def _number(text: str, names: Mapping[str, int]) -> int | None:
    if text.upper() in names:
        return names[text.upper()]
    return int(text) if text.isdecimal() and text.isascii() else None
