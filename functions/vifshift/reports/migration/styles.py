"""How what was seen is shown: a colour and a pattern for each kind of value, and what they mean."""

from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple

from vifshift.domain.network import BgpStatus, VirtualInterfaceState
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


class Tone(StrEnum):
    """The kinds of values, in the order of the legend."""

    SOURCE = "source"
    TARGET = "target"
    ELSEWHERE = "elsewhere"
    GOOD = "good"
    WAIT = "wait"
    BAD = "bad"
    ODD = "odd"
    UNSEEN = "unseen"


MEANING = {
    Tone.SOURCE: "on the source",
    Tone.TARGET: "on the target",
    Tone.ELSEWHERE: "elsewhere",
    Tone.GOOD: "works",
    Tone.WAIT: "changing",
    Tone.BAD: "does not work",
    Tone.ODD: "not known to work",
    Tone.UNSEEN: "not seen",
}


class Key(NamedTuple):
    """A line of the legend."""

    tone: Tone
    meaning: str
    values: str


def tone(lane: str, value: str, subject: Subject) -> Tone:
    """Return the kind of a value; one that nobody knows is not known to work."""
    if value == UNSEEN:
        return Tone.UNSEEN
    if lane == CONNECTION_LANE:
        ends = {
            subject.source_connection_id: Tone.SOURCE,
            subject.target_connection_id: Tone.TARGET,
        }
        return ends.get(value, Tone.ELSEWHERE)
    kinds = ((WORKING, Tone.GOOD), (CHANGING, Tone.WAIT), (BROKEN, Tone.BAD))
    return next((kind for values, kind in kinds if value in values), Tone.ODD)


def legend(lanes: Iterable[Lane], subject: Subject) -> tuple[Key, ...]:
    """Return what the tones mean that are in the picture, with the values that were seen."""
    seen: dict[Tone, dict[str, None]] = {}
    for lane in lanes:
        for segment in lane.segments:
            kind = tone(lane.name, segment.value, subject)
            seen.setdefault(kind, {})[segment.value] = None
    return tuple(
        Key(kind, MEANING[kind], "" if kind is Tone.UNSEEN else _shortly(list(seen[kind])))
        for kind in Tone
        if kind in seen
    )


def _shortly(values: list[str]) -> str:
    more = len(values) - UNLISTED
    return words.listed([*values[:UNLISTED], f"{more} more"] if more > 0 else values)
