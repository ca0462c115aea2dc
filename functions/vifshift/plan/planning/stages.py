"""Cuts the tracks of a plan into stages, so that no Step Functions execution becomes too long.

A history has 25,000 events and a payload 256 KiB at most (AWS: Step Functions service quotas).
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import zip_longest

from pydantic import JsonValue

from vifshift.domain.model import Model
from vifshift.domain.network import VirtualInterfaceId
from vifshift.domain.request import Request
from vifshift.domain.scope import Circumstances
from vifshift.domain.sizes import size_of
from vifshift.plan.planning.preflight import CheckedMove
from vifshift.plan.planning.tracks import Track

MOST_MOVES = 200
LONGEST_SEGMENT = 150_000
"""The most bytes of a segment's moves; the rest of the payload is small."""


class StagedMove(Model):
    """A move in the workflow's payload; `request` leaves out default values."""

    number: int
    request: dict[str, JsonValue]
    siblings: tuple[VirtualInterfaceId, ...] = ()
    source: str | None = None
    gateway: str | None = None
    checked: Circumstances | None = None

    @classmethod
    def of(cls, move: CheckedMove) -> "StagedMove":
        """Return the workflow's form of a move."""
        return cls(
            number=move.number,
            request=move.request.model_dump(mode="json", exclude_defaults=True),
            siblings=move.siblings,
            source=move.source,
            gateway=move.gateway,
            checked=move.found,
        )

    @property
    def complete(self) -> Request:
        """Return its request with the default values."""
        return Request.model_validate(self.request)


class TrackSegment(Model):
    """A part of a track: moves that follow one another. Tracks are counted from 1."""

    track: int
    moves: tuple[StagedMove, ...]


Stage = tuple[TrackSegment, ...]


def stages(tracks: Sequence[Track], moves: Mapping[int, CheckedMove]) -> tuple[Stage, ...]:
    """Return the stages, which follow one another; the segments of a stage run in parallel."""
    cut = [list(_segments(number, track, moves)) for number, track in enumerate(tracks, 1)]
    return tuple(
        tuple(segment for segment in side_by_side if segment) for side_by_side in zip_longest(*cut)
    )


def text_of(value: Iterable[Model]) -> str:
    """Return a stage, or a segment's moves, as the JSON that is stored."""
    return json.dumps([each.to_json() for each in value], separators=(",", ":"), ensure_ascii=False)


def _segments(
    number: int, track: Track, moves: Mapping[int, CheckedMove]
) -> Iterator[TrackSegment]:
    """Yield the segments of a track, each as long as possible."""
    held: list[StagedMove] = []
    length = 0
    for move in (StagedMove.of(moves[each]) for each in track):
        size = size_of(move.to_json()) + 1
        if held and (len(held) == MOST_MOVES or length + size > LONGEST_SEGMENT):
            yield TrackSegment(track=number, moves=tuple(held))
            held, length = [], 0
        held.append(move)
        length += size
    if held:
        yield TrackSegment(track=number, moves=tuple(held))
