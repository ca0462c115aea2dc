"""Lays a timeline out: along it all is in per cent, to fit any width; down it all is in pixels."""

from datetime import datetime, timedelta
from typing import NamedTuple

from vifshift.evidence import words
from vifshift.evidence.marks import Group, Tick, group
from vifshift.evidence.model import Evidence, Lane, Segment, Timeline
from vifshift.evidence.timeline import CONNECTION_LANE, STATE_LANE
from vifshift.evidence.tones import Key, Tone, legend, tone

LABEL = 18
BAR = 20
GAP = 14
MARKS = 34
AXIS = 52
LONGEST_LABEL = 44
LETTER = 6.8
PADDING = 12
# How wide the picture is at least on a phone, and on a desktop or on paper.
NARROW = 296
WIDE = 620
# How many intervals the axis has at most there, and how many per cent from its end a text turns in.
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
    """Where moments lie between the picture's left and right, in per cent."""

    starts_at: datetime
    ends_at: datetime

    def x(self, at: datetime) -> float:
        """Return where a moment lies; what is outside lies on the edge."""
        inside = min(max(at, self.starts_at), self.ends_at)
        return 100 * ((inside - self.starts_at) / (self.ends_at - self.starts_at))

    def width(self, begins: datetime, ends: datetime) -> float:
        """Return how much of the picture a stretch takes."""
        return self.x(ends) - self.x(begins)


class Block(NamedTuple):
    """A segment as it is drawn; `fits` is where its text does: `always`, `wide` alone, or never."""

    x: float
    width: float
    tone: Tone
    segment: Segment
    title: str
    fits: str


class Row(NamedTuple):
    """A lane as it is drawn."""

    name: str
    label: str
    top: int
    bar_y: int
    blocks: tuple[Block, ...]


class Band(NamedTuple):
    """The interruption as it is drawn."""

    x: float
    width: float
    label: str
    bounds: str
    top: int
    bar_y: int
    bottom: int


class AxisTick(NamedTuple):
    """A time under the picture, on narrow or wide screens; `anchor` keeps its text inside."""

    width: str
    x: float
    anchor: str
    offset: str
    clock: str
    day: str


class Drawing(NamedTuple):
    """A timeline, laid out."""

    height: int
    rows: tuple[Row, ...]
    band: Band | None
    marks_top: int
    marks_y: int
    ticks: tuple[Tick, ...]
    groups: tuple[Group, ...]
    axis_y: int
    axis: tuple[AxisTick, ...]
    keys: tuple[Key, ...]
    zero: datetime


def lay_out(evidence: Evidence) -> Drawing:
    """Lay the timeline of a migration out; its times count from the first association."""
    timeline = evidence.timeline
    scale = Scale(timeline.starts_at, timeline.ends_at)
    zero = zero_of(evidence)
    top = LABEL + BAR + GAP if evidence.interruption else 0
    rows = tuple(
        _row(lane, top + number * (LABEL + BAR + GAP), scale, evidence)
        for number, lane in enumerate(timeline.lanes)
    )
    marks_top = top + len(rows) * (LABEL + BAR + GAP)
    axis_y = marks_top + LABEL + MARKS
    ticks, groups = group(timeline.marks, scale.x)
    return Drawing(
        height=axis_y + AXIS,
        rows=rows,
        band=_band(evidence, scale, marks_top - GAP),
        marks_top=marks_top,
        marks_y=marks_top + LABEL,
        ticks=ticks,
        groups=groups,
        axis_y=axis_y,
        axis=(*_axis(timeline, zero, "narrow"), *_axis(timeline, zero, "wide")),
        keys=legend(timeline.lanes, evidence.subject),
        zero=zero,
    )


def zero_of(evidence: Evidence) -> datetime:
    """Return the moment that times count from: the first association, else the start."""
    return min((each.asked_at for each in evidence.associations), default=evidence.started_at)


def lane_label(name: str) -> str:
    """Say what a lane shows."""
    labels = {CONNECTION_LANE: "Connection", STATE_LANE: "Virtual interface state"}
    return labels.get(name, f"BGP {name}")


def _row(lane: Lane, top: int, scale: Scale, evidence: Evidence) -> Row:
    label = lane_label(lane.name)
    return Row(
        name=lane.name,
        label=label if len(label) <= LONGEST_LABEL else f"{label[: LONGEST_LABEL - 1]}…",
        top=top,
        bar_y=top + LABEL,
        blocks=tuple(_block(lane.name, each, scale, evidence) for each in lane.segments),
    )


def _block(lane: str, segment: Segment, scale: Scale, evidence: Evidence) -> Block:
    width = scale.width(segment.starts_at, segment.ends_at)
    needed = 100 * (LETTER * len(segment.value) + PADDING)
    fits = "always" if needed <= width * NARROW else "wide" if needed <= width * WIDE else ""
    since, until = words.clock(segment.starts_at), words.clock(segment.ends_at)
    lasted = words.lasting(segment.ends_at - segment.starts_at)
    return Block(
        x=scale.x(segment.starts_at),
        width=width,
        tone=tone(lane, segment.value, evidence.subject),
        segment=segment,
        title=f"{lane_label(lane)}: {segment.value}, {since} to {until} UTC ({lasted})",
        fits=fits,
    )


def _band(evidence: Evidence, scale: Scale, bottom: int) -> Band | None:
    interruption = evidence.interruption
    if interruption is None:
        return None
    ends_at = interruption.ended_at or evidence.timeline.ends_at
    return Band(
        x=scale.x(interruption.began_at),
        width=scale.width(interruption.began_at, ends_at),
        label=f"Interruption: {words.length(interruption)}",
        bounds=words.bounds(interruption),
        top=0,
        bar_y=LABEL,
        bottom=bottom,
    )


def _axis(timeline: Timeline, zero: datetime, width: str) -> tuple[AxisTick, ...]:
    """Return a few round times since zero, with the day where it is another one than before."""
    most, edge = AXES[width]
    scale = Scale(timeline.starts_at, timeline.ends_at)
    span = timeline.ends_at - timeline.starts_at
    step = next((each for each in STEPS if each * most >= span), span / most)
    ticks: list[AxisTick] = []
    last_day = ""
    # The first multiple of the step that is in the picture: divided downwards, hence the signs.
    at = zero - (zero - timeline.starts_at) // step * step
    while at <= timeline.ends_at:
        x, today = scale.x(at), words.day(at)
        anchor = "start" if x < edge else "end" if x > 100 - edge else "middle"
        ticks.append(
            AxisTick(
                width=width,
                x=x,
                anchor=anchor,
                offset=words.briefly(zero, at),
                clock=words.clock(at),
                day=today if today != last_day else "",
            )
        )
        at, last_day = at + step, today
    return tuple(ticks)
