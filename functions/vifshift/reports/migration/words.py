"""Says how long an interruption lasted, as far as anybody can tell."""

from math import ceil, floor

from vifshift.reports.base import words
from vifshift.reports.migration.model import Interruption


def bounds(interruption: Interruption) -> str:
    """Say between what the truth about an interruption lies: `between 42 and 57 s`."""
    if interruption.at_least is None or interruption.at_most is None:
        return ""
    least, most = floor(interruption.at_least), ceil(interruption.at_most)
    if most < words.MINUTE:
        return f"between {least} and {most} s"
    # What is left off when a long time is said must not make it shorter.
    unit = words.HOUR if most >= words.DAY else words.MINUTE if most >= words.HOUR else 1
    return f"between {words.lasting(least)} and {words.lasting(ceil(most / unit) * unit)}"


def length(interruption: Interruption) -> str:
    """Say how long an interruption lasted, or that nobody saw it end."""
    return (
        "not seen to end" if interruption.seconds is None else words.lasting(interruption.seconds)
    )
