"""Numbers the marks of the workflow's lane, so that their labels never overlap."""

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Literal, NamedTuple

from vifshift.reports.migration.model import Mark

APART = 8.5
"""The smallest distance of two numbers, in percent of the chart: two digits on a phone."""

Kind = Literal["step", "association", "event"]


class Tick(NamedTuple):
    """A mark and its position, in percent."""

    x: float
    mark: Mark


class Entry(NamedTuple):
    """What happened under one number, and how often."""

    kind: Kind
    name: str
    times: int


class MarkerGroup(NamedTuple):
    """Marks close to each other, under one number at the first of them."""

    number: int
    x: float
    anchor: str
    at: datetime
    until: datetime
    entries: tuple[Entry, ...]


def group(
    marks: Iterable[Mark], x: Callable[[datetime], float]
) -> tuple[tuple[Tick, ...], tuple[MarkerGroup, ...]]:
    """Return the position of each mark, and the groups that are numbered and listed."""
    ticks = tuple(Tick(x(mark.at), mark) for mark in marks)
    groups: list[list[Tick]] = []
    for tick in ticks:
        if groups and tick.x - groups[-1][0].x < APART:
            groups[-1].append(tick)
        else:
            groups.append([tick])
    return ticks, tuple(_numbered(number, each) for number, each in enumerate(groups, 1))


def _numbered(number: int, ticks: list[Tick]) -> MarkerGroup:
    first = ticks[0]
    entries = Counter((tick.mark.kind, tick.mark.name) for tick in ticks)
    return MarkerGroup(
        number=number,
        x=first.x,
        anchor="start" if first.x < 1 else "end" if first.x > 99 else "middle",  # noqa: PLR2004
        at=first.mark.at,
        until=ticks[-1].mark.at,
        entries=tuple(Entry(kind, name, times) for (kind, name), times in entries.items()),
    )
