"""Schedule expressions, as EventBridge Scheduler reads them (AWS: "Schedule types")."""

import calendar
import re
from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from vifshift.domain.sizes import shortened

_EXPRESSION: Final = re.compile(r"(at|rate|cron)\((.+)\)")
_AT: Final = "%Y-%m-%dT%H:%M:%S"
_AT_FORM: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", re.ASCII)
_RATE: Final = re.compile(r"([1-9][0-9]*) (minute|hour|day)s?")
_PART: Final = re.compile(r"(?:\*|(?P<first>\w+)(?:-(?P<last>\w+))?)(?:/(?P<step>[0-9]+))?")
_MONTHS: Final = tuple(name.upper() for name in calendar.month_abbr[1:])
_DAYS: Final = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
# 1970 to 2199 are the years that a cron expression may name.
_FIRST_YEAR, _LAST_YEAR = 1970, 2199
_MOST_DAYS: Final = 36_500
"""The longest period of rate(...) that is accepted; AWS states no limit."""
_LONGEST_NUMBER: Final = 9
"""In digits: no number of an expression is longer."""
_LONGEST_NAMED: Final = 40


class _Field(NamedTuple):
    name: str
    low: int
    high: int
    names: tuple[str, ...] = ()
    special: str = r"(?!)"


_DAY_OF_MONTH: Final = _Field("day of month", 1, 31, special=r"\?|L|LW|([1-9]|[12]\d|3[01])W")
_MONTH: Final = _Field("month", 1, 12, _MONTHS)
_DAY_OF_WEEK: Final = _Field(
    "day of week", 1, 7, _DAYS, special=rf"\?|L|([1-7]|{'|'.join(_DAYS)})(L|#[1-5])"
)
_FIELDS: Final = (
    _Field("minutes", 0, 59),
    _Field("hours", 0, 23),
    _DAY_OF_MONTH,
    _MONTH,
    _DAY_OF_WEEK,
    _Field("year", _FIRST_YEAR, _LAST_YEAR),
)


def check(expression: str) -> str:
    """Return the expression; raises ValueError with a sentence if it is invalid or never due."""
    match = _EXPRESSION.fullmatch(expression)
    if match is None:
        raise ValueError("must be cron(...), at(...) or rate(...)")
    kind, content = match.groups()
    {"at": _check_at, "rate": _check_rate, "cron": _check_cron}[kind](content)
    return expression


def skipped_hour(expression: str, zone: str) -> bool:
    """Return whether an at(...) expression names a time that the zone's clocks skip."""
    if not expression.startswith("at("):
        return False
    local = _read_at(expression[3:-1]).replace(tzinfo=ZoneInfo(zone))
    return local.astimezone(UTC).astimezone(local.tzinfo).replace(tzinfo=None) != local.replace(
        tzinfo=None
    )


def period(expression: str) -> timedelta | None:
    """Return the time between two firings of rate(...), or None for the other expressions."""
    match = _RATE.fullmatch(expression.removeprefix("rate(").removesuffix(")"))
    return _every(match) if match else None


def _every(match: re.Match[str]) -> timedelta:
    return int(match[1]) * timedelta(**{f"{match[2]}s": 1})


def _check_at(content: str) -> None:
    _read_at(content)


def _read_at(content: str) -> datetime:
    try:
        if not _AT_FORM.fullmatch(content):
            raise ValueError
        time = datetime.strptime(content, _AT)
    except ValueError:
        raise ValueError("at(...) must be a time, such as at(2026-01-31T02:00:00)") from None
    if not _FIRST_YEAR <= time.year <= _LAST_YEAR:
        raise ValueError(f"at(...) must be in the years {_FIRST_YEAR} to {_LAST_YEAR}")
    return time


def _check_rate(content: str) -> None:
    match = _RATE.fullmatch(content)
    if match is None:
        raise ValueError("rate(...) must be a number of minutes, hours or days")
    if len(match[1]) > _LONGEST_NUMBER or _every(match) > timedelta(days=_MOST_DAYS):
        raise ValueError(f"rate(...) must be {_MOST_DAYS} days or less")


def _check_cron(content: str) -> None:
    texts = content.split()
    if len(texts) != len(_FIELDS):
        raise ValueError(
            "cron(...) must have six fields: minutes, hours, day of month, month, day of week, year"
        )
    values = {field.name: _numbers(field, text) for field, text in zip(_FIELDS, texts, strict=True)}
    if [texts[2], texts[4]].count("?") != 1:
        raise ValueError("cron(...) must have ? in exactly one of day of month and day of week")
    days, months = values[_DAY_OF_MONTH.name], values[_MONTH.name]
    if days and not any(
        day <= calendar.monthrange(year, month)[1]
        for year in values["year"]
        for month in months
        for day in days
    ):
        raise ValueError("cron(...) is never due: no such month has that day")


def _numbers(field: _Field, text: str) -> set[int]:
    """Return the numbers that a field lists; none if it uses another form, such as L."""
    found: set[int] = set()
    for part in text.split(","):
        if re.fullmatch(field.special, part, re.IGNORECASE):
            continue
        match = _PART.fullmatch(part)
        if match is None or len(match["step"] or "") > _LONGEST_NUMBER:
            raise ValueError(f"cron(...): {field.name} can't be {_cut(part)!r}")
        step = int(match["step"] or 1)
        first = _number(field, match["first"]) if match["first"] else field.low
        last = _number(field, match["last"]) if match["last"] else None
        if last is None:
            last = first if match["first"] and not match["step"] else field.high
        if step == 0 or first > last:
            raise ValueError(f"cron(...): {field.name} can't be {_cut(part)!r}")
        found.update(range(first, last + 1, step))
    return found


def _number(field: _Field, text: str) -> int:
    if text.upper() in field.names:
        return field.names.index(text.upper()) + field.low
    is_number = text.isdecimal() and text.isascii() and len(text) <= _LONGEST_NUMBER
    if not is_number or not field.low <= int(text) <= field.high:
        raise ValueError(f"cron(...): {field.name} must be from {field.low} to {field.high}")
    return int(text)


def _cut(part: str) -> str:
    return shortened(part, _LONGEST_NAMED)
