"""The styles of a timeline, and how it writes a time."""

from datetime import timedelta

GOOD, WAITING, BAD, DULL = "green", "yellow", "red", "bright_black"


def clock(passed: timedelta) -> str:
    """Write minutes and seconds, as 12:45."""
    minutes, seconds = divmod(round(passed.total_seconds()), 60)
    return f"{minutes}:{seconds:02}"
