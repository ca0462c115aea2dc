"""When a schedule expression is due: at(...), rate(...) and cron(...)."""

import re
from datetime import UTC, datetime, timedelta
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
_DAYS_AHEAD: Final = 366 * 5


class UnknownExpression(ValueError):
    """A schedule expression that can't be read."""


def next_time(expression: str, zone: str, begun: datetime, after: datetime) -> datetime | None:
    """Return the first time after a moment at which a schedule is due, or None."""
    match = _EXPRESSION.fullmatch(expression.strip())
    if match is None:
        raise UnknownExpression(f"Not at(...), rate(...) or cron(...): {expression!r}")
    kind, content = match.groups()
    if kind == "at":
        moment = datetime.fromisoformat(content).replace(tzinfo=ZoneInfo(zone or "UTC"))
        return moment.astimezone(UTC) if moment > after else None
    if kind == "rate":
        return _next_rate(content, begun, after)
    return _next_cron(content.split(), ZoneInfo(zone or "UTC"), after)


def _next_rate(content: str, begun: datetime, after: datetime) -> datetime:
    amount, unit = content.split()
    step = timedelta(seconds=int(amount) * _UNITS[unit.removesuffix("s")])
    return begun + step * ((after - begun) // step + 1)


def _next_cron(fields: list[str], zone: ZoneInfo, after: datetime) -> datetime | None:
    if len(fields) != _CRON_FIELDS:
        raise UnknownExpression(f"cron(...) has six fields, not {len(fields)}")
    minutes, hours = _numbers(fields[0], 0, 59), _numbers(fields[1], 0, 23)
    days, months = _numbers(fields[2], 1, 31), _numbers(fields[3], 1, 12, _MONTHS, 1)
    weekdays, years = _numbers(fields[4], 1, 7, _DAYS, 1), _numbers(fields[5], 1970, 2199)
    local = after.astimezone(zone)
    for ahead in range(_DAYS_AHEAD):
        day = local.date() + timedelta(days=ahead)
        # EventBridge counts from SUN = 1.
        weekday = day.isoweekday() % 7 + 1
        if day.month not in months or day.year not in years:
            continue
        if day.day not in days or weekday not in weekdays:
            continue
        for hour in sorted(hours):
            for minute in sorted(minutes):
                moment = datetime(day.year, day.month, day.day, hour, minute, tzinfo=zone)
                if moment.astimezone(UTC) > after:
                    return moment.astimezone(UTC)
    return None


def _numbers(
    field: str, low: int, high: int, names: tuple[str, ...] = (), base: int = 0
) -> frozenset[int]:
    """Read a cron field: * ? numbers, names, lists, ranges and steps; not L, W or #."""
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
        raise UnknownExpression(f"Not understood in cron(...): {text!r}") from error
