"""Lanes of a migration over time: where its VIF is, its state, its BGP peers, and its routes."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from rich.console import Console, ConsoleOptions, RenderResult
from rich.table import Table
from rich.text import Text

from vifshift.domain.observation import VifStatus
from vifshift.domain.workflow import StateName
from vifshift.reports.migration.model import Lane, Timeline
from vifshift.reports.migration.timeline import ABSENT, CONNECTION_LANE, STATE_LANE, UNSEEN

LONGEST: Final = 72
_SHORTEST: Final = 16
_BEFORE: Final = 2
"""How many columns show what was before the move."""
_ROOM_FOR_LABELS: Final = 56
"""With at least this many columns left for the lanes, a peer's label has its address."""
_GOOD: Final = frozenset({"up", "available"})
_ON_ITS_WAY: Final = frozenset({"pending", "verifying", "confirming"})
_SHADES: Final = ("cyan", "magenta", "blue", "yellow")
_BARS: Final = "▂▃▄▅▆▇█"
_STRENGTH: Final = " ·EAB"
_MARKS: Final[dict[str, str]] = {
    StateName.ASSOCIATE: "A",
    StateName.TURN_BACK: "B",
    StateName.CONCLUDE: "E",
}
_QUARTERS: Final = 4
_HALVES: Final = 2
_WIDE: Final = 40


class RoutesSeen(NamedTuple):
    """How many of the earlier routes there were at some time, in percent; None if not known."""

    at: datetime
    percent: float | None


class Lanes:
    """The lanes over one axis, as wide as the terminal allows; `before` is what was before it."""

    def __init__(
        self,
        timeline: Timeline,
        before: VifStatus | None,
        routes: Sequence[RoutesSeen],
        looks: Sequence[datetime],
    ) -> None:
        self._timeline, self._routes, self._looks = timeline, routes, looks
        self._before = _values(before) if before else {}
        values = (
            segment.value
            for lane in timeline.lanes
            if lane.name == CONNECTION_LANE
            for segment in lane.segments
        )
        ports = (self._before.get(CONNECTION_LANE, ""), *values)
        self._ports = list(dict.fromkeys(each for each in ports if each not in {UNSEEN, ""}))

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Yield the lanes, each on a line."""
        labels = self._labels(options.max_width)
        longest = max(map(len, (*labels.values(), "workflow")))
        room = options.max_width - longest - 1 - _BEFORE
        width = max(_SHORTEST, min(LONGEST, room))
        table = Table.grid(padding=(0, 1, 0, 0), pad_edge=False)
        table.add_column(justify="right", style="dim", no_wrap=True)
        table.add_column(no_wrap=True)
        for lane in self._timeline.lanes:
            table.add_row(labels[lane.name], self._painted(lane, width))
        if self._routes:
            table.add_row("routes", self._of_routes(width))
        table.add_row("workflow", self._of_workflow(width))
        table.add_row("", Text(" " * _BEFORE + _axis(self._length, width), "dim"))
        yield table
        yield from self._legend()

    @property
    def _length(self) -> timedelta:
        return self._timeline.ends_at - self._timeline.starts_at

    def _labels(self, width: int) -> dict[str, str]:
        """Return each lane's label: peers without their addresses where room is short."""
        names = [lane.name for lane in self._timeline.lanes]
        known = {CONNECTION_LANE: "on", STATE_LANE: "VIF"}
        labels = {name: known.get(name, f"BGP {name}") for name in names}
        longest = max(map(len, labels.values()), default=0)
        if width - longest - 1 >= _ROOM_FOR_LABELS:
            return labels
        families = [name.partition(" ")[0] for name in names if name not in known]
        counted: dict[str, int] = {}
        for name in names:
            if name in known:
                continue
            family = name.partition(" ")[0]
            counted[family] = counted.get(family, 0) + 1
            number = f" #{counted[family]}" if families.count(family) > 1 else ""
            labels[name] = f"BGP {family}{number}"
        return labels

    def _times(self, width: int) -> Iterator[datetime]:
        for column in range(width):
            yield self._timeline.starts_at + self._length * ((column + 0.5) / width)

    def _painted(self, lane: Lane, width: int) -> Text:
        def seen(at: datetime) -> str:
            found = (each.value for each in lane.segments if each.starts_at <= at < each.ends_at)
            return next(found, "")

        def mark(value: str) -> tuple[str, str]:
            if lane.name == CONNECTION_LANE and value in self._ports:
                return "▬", _shade(self._ports.index(value))
            return _mark_of(value)

        before = [self._before.get(lane.name, "")] * _BEFORE
        return _text(map(mark, (*before, *map(seen, self._times(width)))))

    def _of_routes(self, width: int) -> Text:
        def seen(at: datetime) -> float | None:
            known = [each for each in self._routes if each.at <= at] or self._routes[:1]
            return known[-1].percent

        before = [self._routes[0].percent] * _BEFORE
        return _text(map(_bar, (*before, *map(seen, self._times(width)))))

    def _of_workflow(self, width: int) -> Text:
        """Mark the steps where they happen; a step takes precedence over an observation."""
        cells = [" "] * width
        marks = [(at, "·") for at in self._looks]
        for mark in self._timeline.marks:
            kind = "A" if mark.kind == "association" else _MARKS.get(mark.name)
            if kind:
                marks.append((mark.at, kind))
        for at, kind in marks:
            column = int(width * ((at - self._timeline.starts_at) / self._length))
            column = min(width - 1, max(0, column))
            if _STRENGTH.index(kind) > _STRENGTH.index(cells[column]):
                cells[column] = kind
        return Text(" " * _BEFORE + "".join(cells), "bold")

    def _legend(self) -> Iterator[Text]:
        ports = Text("on ", "dim")
        for number, port in enumerate(self._ports):
            ports.append("▬ ", _shade(number)).append(f"{port}  ", "dim")
        if self._ports:
            yield ports
        yield Text("A associate  · observe  B rollback  E end", "dim")


def clock(passed: timedelta) -> str:
    """Return hours, minutes and seconds, such as 12:45 or 1:02:45."""
    minutes, seconds = divmod(round(passed.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def _axis(length: timedelta, width: int) -> str:
    """Return the axis under the lanes, with the time at each quarter, or half of a short one."""
    cells = [" "] * width
    parts = _QUARTERS if width >= _WIDE else _HALVES
    for part in range(parts + 1):
        label = clock(length * part / parts)
        column = min(width * part // parts, width - len(label))
        cells[column : column + len(label)] = label
    return "".join(cells)


def _values(status: VifStatus) -> dict[str, str]:
    """Return the values of a status by the names of lanes."""
    named = {CONNECTION_LANE: status.connection_id, STATE_LANE: status.virtual_interface_state}
    return {**status.bgp_peers, **named}


def _text(marks: Iterable[tuple[str, str]]) -> Text:
    """Return a lane, with neighbors of one style as one piece."""
    text, piece, style = Text(), "", ""
    for letter, of_it in marks:
        if of_it != style:
            text.append(piece, style)
            piece, style = "", of_it
        piece += letter
    return text.append(piece, style)


def _shade(number: int) -> str:
    return _SHADES[min(number, len(_SHADES) - 1)]


def _mark_of(value: str) -> tuple[str, str]:
    if value in _GOOD:
        return "━", "green"
    if value in _ON_ITS_WAY or value in {"", UNSEEN, ABSENT}:
        return "┄", "yellow"
    return "╍", "red"


def _bar(percent: float | None) -> tuple[str, str]:
    if percent is None:
        return "┄", "yellow"
    if percent == 0:
        return "▁", "red"
    bar = _BARS[min(len(_BARS) - 1, int((len(_BARS) - 1) * percent / 100))]
    return bar, "green" if percent >= 100 else "yellow"  # noqa: PLR2004
