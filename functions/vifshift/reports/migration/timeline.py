"""Makes the timeline of a migration: the status of its virtual interface, and what was done."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from itertools import pairwise
from typing import NamedTuple

from vifshift.domain.migration import Phase
from vifshift.domain.observation import VifStatus
from vifshift.domain.workflow import StateName
from vifshift.reports.migration.model import (
    AssociationAttempt,
    Lane,
    Mark,
    ObservationRecord,
    Segment,
    SentEvent,
    StepTaken,
    Timeline,
)

CONNECTION_LANE = "connectionId"
STATE_LANE = "virtualInterfaceState"
UNSEEN = "unseen"
ABSENT = "absent"
LEAD = timedelta(seconds=30)
SHORTEST = timedelta(seconds=1)
LOOKING = {StateName.PAUSE, StateName.OBSERVE}
"""The steps without a mark, since the lanes show the observations."""


class StatusChange(NamedTuple):
    """The status that is known from a time on; `picture` is None if it is not known."""

    at: datetime
    picture: VifStatus | None


def draw(
    *,
    looks: tuple[ObservationRecord, ...],
    steps: tuple[StepTaken, ...],
    told: tuple[SentEvent, ...],
    associations: tuple[AssociationAttempt, ...],
    before: VifStatus | None,
    started_at: datetime,
    ended_at: datetime,
) -> Timeline:
    """Return the timeline, from shortly before the first association, or else from the start.

    The result of an observation is shown until the next one, and `before` until the first attempt
    to associate. From the first attempt of a phase to its first observation the status is
    `unseen`: an association interrupts, so that an earlier status no longer holds. So is what an
    observation could not read. A peer that was not listed, although the VIF was read, is `absent`.
    The timeline spans a second at least, and reaches to the last event, which may be sent after
    the end.
    """
    starts_at = _start(associations, started_at)
    moments = (*(each.at for each in looks), *(each.at for each in told))
    asked = (each.asked_at for each in associations)
    ends_at = max(ended_at, starts_at + SHORTEST, *moments, *asked)
    readings = [StatusChange(starts_at, before), *_status_changes(looks, associations)]
    is_known = before is not None or bool(looks)
    marks = _marks(steps, associations, told)
    return Timeline(
        starts_at=starts_at,
        ends_at=ends_at,
        lanes=_lanes(readings, starts_at, ends_at) if is_known else (),
        marks=tuple(mark for mark in marks if starts_at <= mark.at <= ends_at),
    )


def _start(associations: tuple[AssociationAttempt, ...], started_at: datetime) -> datetime:
    """Return when the timeline starts: a migration may have waited days for its window."""
    if not associations:
        return started_at
    first = min(each.asked_at for each in associations)
    return min(first, max(started_at, first - LEAD))


def _status_changes(
    looks: tuple[ObservationRecord, ...], associations: tuple[AssociationAttempt, ...]
) -> Iterable[StatusChange]:
    """Yield the result of each observation, and that nothing is known when a phase starts.

    At the same time, an observation comes before the start of the next phase, and after that of
    its own.
    """
    ways = list(Phase)
    seen = [(look.at, ways.index(look.phase), 1, look.picture) for look in looks]
    firsts = {each.phase: each.asked_at for each in sorted(associations, key=_asked_at)[::-1]}
    begun = [(at, ways.index(phase), 0, None) for phase, at in firsts.items()]
    for at, _, _, picture in sorted((*seen, *begun), key=lambda each: each[:3]):
        yield StatusChange(at, picture)


def _asked_at(association: AssociationAttempt) -> datetime:
    return association.asked_at


def _lanes(
    readings: list[StatusChange], starts_at: datetime, ends_at: datetime
) -> tuple[Lane, ...]:
    peers = {
        label: None
        for reading in readings
        if reading.picture
        for label in reading.picture.bgp_peers
    }
    tell: dict[str, Callable[[VifStatus], str]] = {
        CONNECTION_LANE: lambda picture: picture.connection_id or UNSEEN,
        STATE_LANE: lambda picture: picture.virtual_interface_state,
        **{label: _peer(label) for label in peers},
    }
    return tuple(
        Lane(name=name, segments=_segments(readings, value, starts_at, ends_at))
        for name, value in tell.items()
    )


def _peer(label: str) -> Callable[[VifStatus], str]:
    return lambda picture: picture.bgp_peers.get(label, ABSENT)


def _segments(
    readings: list[StatusChange],
    value: Callable[[VifStatus], str],
    starts_at: datetime,
    ends_at: datetime,
) -> tuple[Segment, ...]:
    """Return the segments of one value, from the start to the end without a gap."""
    segments: list[Segment] = []
    for reading, following in pairwise((*readings, StatusChange(ends_at, None))):
        begins, ends = max(reading.at, starts_at), max(following.at, starts_at)
        seen = value(reading.picture) if reading.picture else UNSEEN
        if begins == ends:
            continue
        if segments and segments[-1].value == seen:
            begins = segments.pop().starts_at
        segments.append(Segment(starts_at=begins, ends_at=ends, value=seen))
    return tuple(segments)


def _marks(
    steps: tuple[StepTaken, ...],
    associations: tuple[AssociationAttempt, ...],
    told: tuple[SentEvent, ...],
) -> list[Mark]:
    marks = [
        *(
            Mark(at=step.entered_at, kind="step", name=step.name)
            for step in steps
            if step.name not in LOOKING
        ),
        *(
            Mark(at=each.asked_at, kind="association", name=each.connection_id)
            for each in associations
        ),
        *(Mark(at=each.at, kind="event", name=each.detail_type) for each in told),
    ]
    return sorted(marks, key=lambda mark: mark.at)
