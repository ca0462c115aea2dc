"""When a schedule expression is due: at(...), rate(...) and cron(...).

A zone's clocks jump twice a year, and AWS's page "Schedule types in EventBridge Scheduler" says
what comes of it: a time that does not exist is skipped, one that comes twice is due once, and the
days of rate(...) have 24 hours. That at(...) is skipped as well, it does not say.
"""

import calendar
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

_EXPRESSION: Final = re.compile(r"(at|rate|cron)\((.+)\)")
_UNITS: Final = {"minute": 60, "hour": 3600, "day": 86_400}
_MONTHS: Final = (
    "JAN",
    "FEB",
    "MAR",
    "APR",
    "MAY",
    "JUN",
    "JUL",
    "AUG",
    "SEP",
    "OCT",
    "NOV",
    "DEC",
)
_DAYS: Final = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
_CRON_FIELDS: Final = 6
_DAYS_AHEAD: Final = 366 * 9
_SATURDAY, _SUNDAY = 5, 6

IsDay = Callable[[date], bool]


class InvalidScheduleExpressionError(ValueError):
    """A schedule expression that can't be read."""


def next_time(expression: str, zone: str, begun: datetime, after: datetime) -> datetime | None:
    """Return the first time after a moment at which a schedule is due, or None."""
    match = _EXPRESSION.fullmatch(expression.strip())
    if match is None:
        raise InvalidScheduleExpressionError(f"Not at(...), rate(...) or cron(...): {expression!r}")
    kind, content = match.groups()
    if kind == "at":
        moment = _instant(datetime.fromisoformat(content), ZoneInfo(zone or "UTC"))
        return moment if moment and moment > after else None
    if kind == "rate":
        return _next_rate(content, begun, after)
    return _next_cron(content.split(), ZoneInfo(zone or "UTC"), after)


def _instant(local: datetime, zone: ZoneInfo) -> datetime | None:
    """Return the moment, the first where there are two, at which a zone's clocks show a time."""
    moment = local.replace(tzinfo=zone).astimezone(UTC)
    return moment if moment.astimezone(zone).replace(tzinfo=None) == local else None


def _next_rate(content: str, begun: datetime, after: datetime) -> datetime:
    amount, unit = content.split()
    step = timedelta(seconds=int(amount) * _UNITS[unit.removesuffix("s")])
    return begun + step * ((after - begun) // step + 1)


def _next_cron(fields: list[str], zone: ZoneInfo, after: datetime) -> datetime | None:
    if len(fields) != _CRON_FIELDS:
        raise InvalidScheduleExpressionError(f"cron(...) has six fields, not {len(fields)}")
    minutes, hours = _numbers(fields[0], 0, 59), _numbers(fields[1], 0, 23)
    months, years = _numbers(fields[3], 1, 12, _MONTHS, 1), _numbers(fields[5], 1970, 2199)
    is_day, is_weekday = _day_of_month(fields[2]), _day_of_week(fields[4])
    local = after.astimezone(zone)
    for ahead in range(_DAYS_AHEAD):
        day = local.date() + timedelta(days=ahead)
        if day.month not in months or day.year not in years:
            continue
        if not (is_day(day) and is_weekday(day)):
            continue
        for hour in sorted(hours):
            for minute in sorted(minutes):
                moment = _instant(datetime(day.year, day.month, day.day, hour, minute), zone)
                if moment and moment > after:
                    return moment
    return None


def _day_of_month(field: str) -> IsDay:
    """Read the days of a month: numbers, L for its last one, nW for the weekday next to the nth."""
    days = [_one_day_of_month(part) for part in field.split(",")]
    return lambda day: any(is_day(day) for is_day in days)


def _one_day_of_month(part: str) -> IsDay:
    if part == "L":
        return lambda day: day.day == _length(day)
    if part == "LW":
        return lambda day: day.day == _weekday_next_to(_length(day), day)
    if part.endswith("W"):
        wanted = _number(part[:-1], (), 0)
        return lambda day: day.day == _weekday_next_to(wanted, day)
    numbers = _numbers(part, 1, 31)
    return lambda day: day.day in numbers


def _day_of_week(field: str) -> IsDay:
    """Read the days of a week: SUN = 1, names, n#2 for a month's second, nL for its last."""
    days = [_one_day_of_week(part) for part in field.split(",")]
    return lambda day: any(is_day(day) for is_day in days)


def _one_day_of_week(part: str) -> IsDay:
    if part == "L":
        return lambda day: _in_week(day) == len(_DAYS)
    if part.endswith("L"):
        last = _number(part[:-1], _DAYS, 1)
        return lambda day: _in_week(day) == last and day.day > _length(day) - len(_DAYS)
    if "#" in part:
        name, _, nth = part.partition("#")
        wanted = _number(name, _DAYS, 1), _number(nth, (), 0)
        return lambda day: (_in_week(day), (day.day - 1) // len(_DAYS) + 1) == wanted
    numbers = _numbers(part, 1, 7, _DAYS, 1)
    return lambda day: _in_week(day) in numbers


def _in_week(day: date) -> int:
    return day.isoweekday() % len(_DAYS) + 1


def _length(day: date) -> int:
    return calendar.monthrange(day.year, day.month)[1]


def _weekday_next_to(wanted: int, day: date) -> int | None:
    """Return the day from Monday to Friday next to the nth, within the same month."""
    length = _length(day)
    if wanted > length:
        return None
    weekday = day.replace(day=wanted).weekday()
    if weekday == _SATURDAY:
        return wanted - 1 if wanted > 1 else wanted + 2
    if weekday == _SUNDAY:
        return wanted + 1 if wanted < length else wanted - 2
    return wanted


def _numbers(
    field: str, low: int, high: int, names: tuple[str, ...] = (), base: int = 0
) -> frozenset[int]:
    """Read a cron field, or a part of it: * ? numbers, names, lists, ranges and steps."""
    found: set[int] = set()
    for part in field.split(","):
        span, _, step = part.partition("/")
        if span in ("*", "?"):
            first, last = low, high
        else:
            start, _, end = span.partition("-")
            first = _number(start, names, base)
            last = _number(end, names, base) if end else (high if step else first)
        found.update(range(first, last + 1, int(step or 1)))
    return frozenset(found)


def _number(text: str, names: tuple[str, ...], base: int) -> int:
    if text.upper() in names:
        return names.index(text.upper()) + base
    try:
        return int(text)
    except ValueError as error:
        raise InvalidScheduleExpressionError(f"Not understood in cron(...): {text!r}") from error
