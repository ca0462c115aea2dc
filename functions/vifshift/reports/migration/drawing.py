"""Lays out a timeline: horizontally in percent, to fit any width, and vertically in pixels."""

from datetime import datetime
from typing import NamedTuple

from vifshift.reports.base import words
from vifshift.reports.base.axis import AxisTick, Scale, axis, where_it_fits
from vifshift.reports.migration.interruption import bounds, length
from vifshift.reports.migration.model import Evidence, Lane, Segment
from vifshift.reports.migration.styles import LaneStyle, LegendEntry, legend, tone
from vifshift.reports.migration.timeline import CONNECTION_LANE, STATE_LANE
from vifshift.reports.migration.timeline_markers import MarkerGroup, Tick, group

LABEL = 18
BAR = 20
GAP = 14
MARKS = 34
AXIS = 52
LONGEST_LABEL = 44


class Block(NamedTuple):
    """A segment as it is drawn; `fits` is where its text fits: `always`, `wide` alone, or empty."""

    x: float
    width: float
    tone: LaneStyle
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


class Drawing(NamedTuple):
    """A timeline, laid out."""

    height: int
    rows: tuple[Row, ...]
    band: Band | None
    marks_top: int
    marks_y: int
    ticks: tuple[Tick, ...]
    groups: tuple[MarkerGroup, ...]
    axis_y: int
    axis: tuple[AxisTick, ...]
    keys: tuple[LegendEntry, ...]
    zero: datetime


def lay_out(evidence: Evidence) -> Drawing:
    """Return the layout of a migration's timeline; times count from the first association."""
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
        axis=axis(scale, zero),
        keys=legend(timeline.lanes, evidence.subject),
        zero=zero,
    )


def zero_of(evidence: Evidence) -> datetime:
    """Return the time that offsets count from: the first association, or else the start."""
    return min((each.asked_at for each in evidence.associations), default=evidence.started_at)


def lane_label(name: str) -> str:
    """Return the label of a lane."""
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
    since, until = words.clock(segment.starts_at), words.clock(segment.ends_at)
    lasted = words.lasting(segment.ends_at - segment.starts_at)
    return Block(
        x=scale.x(segment.starts_at),
        width=width,
        tone=tone(lane, segment.value, evidence.subject),
        segment=segment,
        title=f"{lane_label(lane)}: {segment.value}, {since} to {until} UTC ({lasted})",
        fits=where_it_fits(segment.value, width),
    )


def _band(evidence: Evidence, scale: Scale, bottom: int) -> Band | None:
    interruption = evidence.interruption
    if interruption is None:
        return None
    ends_at = interruption.ended_at or evidence.timeline.ends_at
    return Band(
        x=scale.x(interruption.began_at),
        width=scale.width(interruption.began_at, ends_at),
        label=f"Interruption: {length(interruption)}",
        bounds=bounds(interruption),
        top=0,
        bar_y=LABEL,
        bottom=bottom,
    )
