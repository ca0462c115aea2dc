"""Lays out a chart's time axis; widths and positions along it are in percent, to fit any page."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from vifshift.reports.base import words

LETTER = 6.8
PADDING = 12
# The chart's smallest width in pixels on a phone, and on a desktop or on paper.
NARROW = 296
WIDE = 620
# The most intervals of the axis there, and the percent from its ends where text is aligned inwards.
AXES = {"narrow": (3, 8.0), "wide": (8, 5.0)}
STEPS = [
    timedelta(seconds=seconds)
    for seconds in (
        *(1, 2, 5, 10, 15, 30),
        *(words.MINUTE * minutes for minutes in (1, 2, 5, 10, 15, 30)),
        *(words.HOUR * hours for hours in (1, 2, 3, 6, 12)),
        *(words.DAY * days for days in (1, 2, 5, 10, 20, 50)),
    )
]


class Scale(NamedTuple):
    """Maps times to positions between the chart's left and right, in percent."""

    starts_at: datetime
    ends_at: datetime

    def x(self, at: datetime) -> float:
        """Return the position of a time; a time outside the chart is on its edge."""
        inside = min(max(at, self.starts_at), self.ends_at)
        return 100 * ((inside - self.starts_at) / (self.ends_at - self.starts_at))

    def width(self, begins: datetime, ends: datetime) -> float:
        """Return the width of a period, in percent of the chart."""
        return self.x(ends) - self.x(begins)


class AxisTick(NamedTuple):
    """A time below the chart, on narrow or wide screens; `anchor` keeps its text inside."""

    width: str
    x: float
    anchor: str
    offset: str
    clock: str
    day: str


def axis(scale: Scale, zero: datetime) -> tuple[AxisTick, ...]:
    """Return a few round times since zero, with the date where it changes."""
    return (*_axis(scale, zero, "narrow"), *_axis(scale, zero, "wide"))


def needed(text: str, chart: int) -> float:
    """Return the width of a text, in percent of a chart that is `chart` pixels wide."""
    return 100 * (LETTER * len(text) + PADDING) / chart


def where_it_fits(text: str, width: float) -> str:
    """Return where a text fits in a part of the chart: `always`, `wide` alone, or empty."""
    if needed(text, NARROW) <= width:
        return "always"
    return "wide" if needed(text, WIDE) <= width else ""


def _axis(scale: Scale, zero: datetime, width: str) -> Iterator[AxisTick]:
    most, edge = AXES[width]
    span = scale.ends_at - scale.starts_at
    step = next((each for each in STEPS if each * most >= span), span / most)
    last_day = ""
    # The first multiple of the step that is in the chart: it is rounded down, hence the signs.
    at = zero - (zero - scale.starts_at) // step * step
    while at <= scale.ends_at:
        x, today = scale.x(at), words.day(at)
        anchor = "start" if x < edge else "end" if x > 100 - edge else "middle"
        yield AxisTick(
            width=width,
            x=x,
            anchor=anchor,
            offset=words.briefly(zero, at),
            clock=words.clock(at),
            day=today if today != last_day else "",
        )
        at, last_day = at + step, today
