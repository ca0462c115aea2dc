"""The styles of a timeline's values: a colour and a pattern for each kind, and their legend."""

from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple

from vifshift.domain.bgp import BgpStatus
from vifshift.domain.network import VirtualInterfaceState
from vifshift.events.migration import Subject
from vifshift.reports.base import words
from vifshift.reports.migration.model import Lane
from vifshift.reports.migration.timeline import CONNECTION_LANE, UNSEEN

WORKING = {VirtualInterfaceState.AVAILABLE, BgpStatus.UP}
CHANGING = {
    VirtualInterfaceState.CONFIRMING,
    VirtualInterfaceState.VERIFYING,
    VirtualInterfaceState.PENDING,
    VirtualInterfaceState.TESTING,
}
BROKEN = {
    VirtualInterfaceState.DOWN,
    VirtualInterfaceState.DELETING,
    VirtualInterfaceState.DELETED,
    VirtualInterfaceState.REJECTED,
}
UNLISTED = 3


class LaneStyle(StrEnum):
    """The styles of values, in the order of the legend."""

    SOURCE = "source"
    TARGET = "target"
    ELSEWHERE = "elsewhere"
    GOOD = "good"
    WAIT = "wait"
    BAD = "bad"
    ODD = "odd"
    UNSEEN = "unseen"


MEANING = {
    LaneStyle.SOURCE: "on the source",
    LaneStyle.TARGET: "on the target",
    LaneStyle.ELSEWHERE: "elsewhere",
    LaneStyle.GOOD: "works",
    LaneStyle.WAIT: "changing",
    LaneStyle.BAD: "does not work",
    LaneStyle.ODD: "not known to work",
    LaneStyle.UNSEEN: "not observed",
}


class LegendEntry(NamedTuple):
    """An entry of the legend."""

    tone: LaneStyle
    meaning: str
    values: str


def tone(lane: str, value: str, subject: Subject) -> LaneStyle:
    """Return the style of a value; an unknown value counts as not known to work."""
    if value == UNSEEN:
        return LaneStyle.UNSEEN
    if lane == CONNECTION_LANE:
        ends = {
            subject.source_connection_id: LaneStyle.SOURCE,
            subject.target_connection_id: LaneStyle.TARGET,
        }
        return ends.get(value, LaneStyle.ELSEWHERE)
    kinds = ((WORKING, LaneStyle.GOOD), (CHANGING, LaneStyle.WAIT), (BROKEN, LaneStyle.BAD))
    return next((kind for values, kind in kinds if value in values), LaneStyle.ODD)


def legend(lanes: Iterable[Lane], subject: Subject) -> tuple[LegendEntry, ...]:
    """Return the legend of the styles that are used, with their values."""
    seen: dict[LaneStyle, dict[str, None]] = {}
    for lane in lanes:
        for segment in lane.segments:
            kind = tone(lane.name, segment.value, subject)
            seen.setdefault(kind, {})[segment.value] = None
    return tuple(
        LegendEntry(
            kind, MEANING[kind], "" if kind is LaneStyle.UNSEEN else _shortly(list(seen[kind]))
        )
        for kind in LaneStyle
        if kind in seen
    )


def _shortly(values: list[str]) -> str:
    more = len(values) - UNLISTED
    return words.listed([*values[:UNLISTED], f"{more} more"] if more > 0 else values)
