"""Lays out the progress of a plan: how many moves were done when, and a bar for each move."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import pairwise
from typing import NamedTuple

from vifshift.domain.plan_outcome import MoveOutcome
from vifshift.domain.request import Window
from vifshift.domain.time_spans import local_span
from vifshift.reports.base import words
from vifshift.reports.base.axis import NARROW, WIDE, AxisTick, Scale, axis, needed
from vifshift.reports.migration.styles import LaneStyle
from vifshift.reports.plan.model import MoveReport, PlanReport
from vifshift.reports.plan.styles import TONES, in_a_word

MOST_ROWS = 60
"""The most moves that have a bar each; more of them are shown only as a sum."""
MOST_SPANS = 3
"""How many times wider the chart may become to include the window's bounds."""
SHORTEST = timedelta(seconds=1)
ROOM = 40
"""A fortieth of the chart is left after the last end, so that the last step is visible."""
APART = 0.25
"""The smallest distance of two steps, in percent; ends that are closer are one step."""

LABEL = 18
BAND = 6
AREA = 140
GAP = 18
ROW = 20
AXIS = 52
THINNEST = 2


class MoveBar(NamedTuple):
    """A move from its start to its end, or to the end of the plan."""

    starts_at: datetime
    ends_at: datetime
    move: MoveReport


class ProgressStep(NamedTuple):
    """How many moves were done from a time until the next step; `x` is in percent."""

    x: float
    good: int
    failed: int


class Column(NamedTuple):
    """A step as it is drawn, with failures on top of successes."""

    x: float
    width: float
    good_y: float
    good_height: float
    failed_y: float
    failed_height: float


class Label(NamedTuple):
    """A text next to a bar, or on it; `width` is the screens that it is shown on."""

    width: str
    x: float
    anchor: str
    shift: int
    is_inside: bool
    text: str


class ChartRow(NamedTuple):
    """A move as it is drawn."""

    y: int
    x: float
    width: float
    tone: LaneStyle
    bar: MoveBar
    title: str
    labels: tuple[Label, ...]


class ChartBand(NamedTuple):
    """The window as it is drawn, with those of its bounds that are in the chart.

    `local` is when it is open in the request's own offset from UTC, empty if that is UTC.
    """

    x: float
    width: float
    label: str
    local: str
    bounds: tuple[float, ...]


class ProgressChart(NamedTuple):
    """The layout of the chart, horizontally in percent and vertically in pixels."""

    height: int
    starts_at: datetime
    ends_at: datetime
    band: ChartBand | None
    area_top: int
    area_bottom: int
    done: int
    failed: int
    of: int
    columns: tuple[Column, ...]
    rows: tuple[ChartRow, ...]
    axis_y: int
    axis: tuple[AxisTick, ...]


def lay_out(report: PlanReport) -> ProgressChart | None:
    """Return the layout of a plan's progress; None if no move was started."""
    bars = sorted(_bars(report), key=lambda each: each.starts_at)
    if not bars:
        return None
    scale = _scale(report.window, bars)
    steps = _steps(report.moves, scale)
    area_top = (LABEL + BAND + GAP if report.window else 0) + LABEL
    area_bottom = area_top + AREA
    rows_top = area_bottom + GAP
    drawn = bars if len(bars) <= MOST_ROWS else []
    axis_y = rows_top + ROW * len(drawn)
    return ProgressChart(
        height=axis_y + AXIS,
        starts_at=scale.starts_at,
        ends_at=scale.ends_at,
        band=_band(report.window, scale) if report.window else None,
        area_top=area_top,
        area_bottom=area_bottom,
        done=steps[-1].good + steps[-1].failed,
        failed=steps[-1].failed,
        of=len(report.moves),
        columns=tuple(_columns(steps, len(report.moves), area_bottom)),
        rows=tuple(_row(bar, rows_top + ROW * place, scale) for place, bar in enumerate(drawn)),
        axis_y=axis_y,
        axis=axis(scale, bars[0].starts_at),
    )


def _bars(report: PlanReport) -> Iterator[MoveBar]:
    """Yield a bar for each started move; that of one in flight reaches to the end of the plan."""
    for move in report.moves:
        if move.started_at:
            ends_at = max(move.ended_at or report.ended_at, move.started_at)
            yield MoveBar(move.started_at, ends_at, move)


def _scale(window: Window | None, bars: list[MoveBar]) -> Scale:
    """Return the period of the chart: that of the moves, and of the window if it is near."""
    starts_at = bars[0].starts_at
    ends_at = max(starts_at + SHORTEST, *(each.ends_at for each in bars))
    ends_at += (ends_at - starts_at) / ROOM
    if window:
        opens_at, closes_at = min(starts_at, window.opens_at), max(ends_at, window.closes_at)
        room = MOST_SPANS * (ends_at - starts_at)
        starts_at = opens_at if ends_at - opens_at <= room else starts_at
        ends_at = closes_at if closes_at - starts_at <= room else ends_at
    return Scale(starts_at, ends_at)


def _steps(moves: Iterable[MoveReport], scale: Scale) -> list[ProgressStep]:
    """Return how many moves were done when; unchanged moves were done from the start."""
    ended = [move for move in moves if move.outcome.is_good or move.outcome.is_failure]
    steps = [ProgressStep(0, 0, 0)]
    for move in sorted(ended, key=lambda move: _done_at(move, scale)):
        last, x = steps[-1], scale.x(_done_at(move, scale))
        is_failure = move.outcome.is_failure
        step = ProgressStep(x, last.good + (not is_failure), last.failed + is_failure)
        if x - last.x < APART:
            steps[-1] = step._replace(x=last.x)
        else:
            steps.append(step)
    return steps


def _done_at(move: MoveReport, scale: Scale) -> datetime:
    return move.ended_at or move.started_at or scale.starts_at


def _columns(steps: list[ProgressStep], total: int, bottom: int) -> Iterator[Column]:
    for step, following in pairwise((*steps, ProgressStep(100, 0, 0))):
        good = AREA * step.good / total
        failed = max(THINNEST, AREA * step.failed / total) if step.failed else 0
        if good or failed:
            width = following.x - step.x
            yield Column(step.x, width, bottom - good, good, bottom - good - failed, failed)


def _row(bar: MoveBar, y: int, scale: Scale) -> ChartRow:
    starts_at, ends_at, move = bar
    since, until = words.clock(starts_at), words.clock(ends_at)
    word = in_a_word(move.outcome)
    name = f"{move.number} {move.virtual_interface_id} {word}"
    short = f"{move.number} {word}"
    x, width = scale.x(starts_at), scale.width(starts_at, ends_at)
    still = ", and continues" if move.outcome is MoveOutcome.IN_FLIGHT else ""
    return ChartRow(
        y=y,
        x=x,
        width=width,
        tone=TONES[move.outcome],
        bar=bar,
        title=(
            f"Move {move.number}, {move.virtual_interface_id}: {word}, {since} to {until} UTC "
            f"({words.lasting(ends_at - starts_at)}){still}"
        ),
        labels=(
            _label((short, str(move.number)), x, width, "narrow"),
            _label((name, short, str(move.number)), x, width, "wide"),
        ),
    )


def _label(texts: Iterable[str], x: float, width: float, screen: str) -> Label:
    """Return the first text that fits: after the bar, before it, or on it."""
    picture = {"narrow": NARROW, "wide": WIDE}[screen]
    label = Label(screen, x, "start", 6, True, "")
    for text in texts:
        room = needed(text, picture)
        label = label._replace(text=text)
        if room <= 100 - x - width:
            return label._replace(x=x + width, is_inside=False)
        if room <= x:
            return label._replace(anchor="end", shift=-6, is_inside=False)
        if room <= width:
            return label
    return label


def _band(window: Window, scale: Scale) -> ChartBand:
    opens_at, closes_at = window.opens_at, window.closes_at
    days = [words.day(at) for at in (opens_at, closes_at)]
    opens, closes = words.clock(opens_at), words.clock(closes_at)
    is_one_day = words.iso(opens_at)[:10] == words.iso(closes_at)[:10]
    span = f"{opens} to {closes}" if is_one_day else f"{days[0]} {opens} to {days[1]} {closes}"
    return ChartBand(
        x=scale.x(opens_at),
        width=scale.width(opens_at, closes_at),
        label=f"Window {span} UTC",
        local=local_span(opens_at, closes_at),
        bounds=tuple(
            scale.x(at) for at in (opens_at, closes_at) if scale.starts_at <= at <= scale.ends_at
        ),
    )
