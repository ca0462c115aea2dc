"""Formats times and durations for people; all times are UTC."""

from datetime import UTC, datetime
from math import floor

from vifshift.domain.durations import DAY, HOUR, MINUTE, lasting

__all__ = [
    "DAY",
    "HOUR",
    "MINUTE",
    "briefly",
    "clock",
    "day",
    "iso",
    "lasting",
    "listed",
    "offset",
    "stamp",
]


def stamp(at: datetime) -> str:
    """Return a time in full: `2026-07-01 09:00:12 UTC`."""
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"


def clock(at: datetime) -> str:
    """Return the time of day: `09:00:12`."""
    return f"{at.astimezone(UTC):%H:%M:%S}"


def day(at: datetime) -> str:
    """Return the date: `1 Jul`."""
    at = at.astimezone(UTC)
    return f"{at.day} {at:%b}"


def iso(at: datetime) -> str:
    """Return a time in ISO 8601: `2026-07-01T09:00:12Z`."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def offset(since: datetime, at: datetime) -> str:
    """Return the time from one moment to another: `+1:05`, `+1:00:00`, `+2 d 3:00:00`."""
    total = floor(abs((at - since).total_seconds()))
    days, rest = divmod(total, DAY)
    hours, rest = divmod(rest, HOUR)
    minutes, seconds = divmod(rest, MINUTE)
    short = f"{minutes}:{seconds:02}"
    long = f"{hours}:{minutes:02}:{seconds:02}" if hours or days else short
    sign = "\N{MINUS SIGN}" if at < since and total else "+"
    return f"{sign}{days} d {long}" if days else f"{sign}{long}"


def briefly(since: datetime, at: datetime) -> str:
    """Return the same for an axis, where whole hours and days have no zeros: `+1 d 12 h`."""
    days, rest = divmod(floor(abs((at - since).total_seconds())), DAY)
    if rest % HOUR or not (days or rest):
        return offset(since, at)
    sign = "\N{MINUS SIGN}" if at < since else "+"
    parts = (f"{days} d" if days else "", f"{rest // HOUR} h" if rest else "")
    return sign + " ".join(part for part in parts if part)


def listed(items: list[str]) -> str:
    """Return names joined as in a sentence: `a, b and c`."""
    *firsts, last = items
    return f"{', '.join(firsts)} and {last}" if firsts else last
