"""Durations, as people read them."""

from datetime import timedelta
from typing import Final

MINUTE: Final = 60
HOUR: Final = 60 * MINUTE
DAY: Final = 24 * HOUR


def lasting(duration: timedelta | float) -> str:
    """Return a duration in its two largest units: `47 s`, `3 min 12 s`, `2 d 5 h`.

    A number is in seconds.
    """
    if isinstance(duration, timedelta):
        duration = duration.total_seconds()
    total = round(duration)
    if total == 0 and duration > 0:
        return "less than 1 s"
    for size, unit, smaller, smaller_unit in (
        (DAY, "d", HOUR, "h"),
        (HOUR, "h", MINUTE, "min"),
        (MINUTE, "min", 1, "s"),
    ):
        if total >= size:
            rest = total % size // smaller
            return (
                f"{total // size} {unit} {rest} {smaller_unit}"
                if rest
                else f"{total // size} {unit}"
            )
    return f"{total} s"
