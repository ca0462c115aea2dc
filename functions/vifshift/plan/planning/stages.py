"""Cuts the tracks of a plan into stages, so that no execution of Step Functions gets too long.

A history has 25,000 events and a payload 256 KiB at most (AWS: Step Functions service quotas).
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import zip_longest

from pydantic import JsonValue

from vifshift.domain.model import Model
from vifshift.domain.network import VirtualInterfaceId
from vifshift.domain.request import Request
from vifshift.domain.sizes import size_of
from vifshift.plan.planning.preflight import PlannedMove
from vifshift.plan.planning.tracks import Track

MOST_MOVES = 200
LONGEST_SEGMENT = 150_000
"""How many bytes the moves of a segment take at most; whatever else comes with them takes few."""


class StagedMove(Model):
    """A move as the workflow carries it; `request` leaves out what is so by default."""

    number: int
    request: dict[str, JsonValue]
    siblings: tuple[VirtualInterfaceId, ...] = ()
    source: str | None = None
    gateway: str | None = None

    @classmethod
    def of(cls, move: PlannedMove) -> "StagedMove":
        """Return what a move needs to be started."""
        return cls(
            number=move.number,
            request=move.request.model_dump(mode="json", exclude_defaults=True),
            siblings=move.siblings,
            source=move.source,
            gateway=move.gateway,
        )

    @property
    def complete(self) -> Request:
        """Return its request with all that is so by default."""
        return Request.model_validate(self.request)


class Segment(Model):
    """A stretch of a track: moves that follow one another. Tracks are counted from 1."""

    track: int
    moves: tuple[StagedMove, ...]


Stage = tuple[Segment, ...]


def stages(tracks: Sequence[Track], moves: Mapping[int, PlannedMove]) -> tuple[Stage, ...]:
    """Return the stages, one after the other; the segments of one are side by side."""
    cut = [list(_segments(number, track, moves)) for number, track in enumerate(tracks, 1)]
    return tuple(
        tuple(segment for segment in side_by_side if segment) for side_by_side in zip_longest(*cut)
    )


def text_of(value: Iterable[Model]) -> str:
    """Return a stage, or a segment's moves, as the JSON that is kept of it."""
    return json.dumps([each.to_json() for each in value], separators=(",", ":"), ensure_ascii=False)


def _segments(number: int, track: Track, moves: Mapping[int, PlannedMove]) -> Iterator[Segment]:
    """Yield the segments of a track, each as long as it may be."""
    held: list[StagedMove] = []
    length = 0
    for move in (StagedMove.of(moves[each]) for each in track):
        size = size_of(move.to_json()) + 1
        if held and (len(held) == MOST_MOVES or length + size > LONGEST_SEGMENT):
            yield Segment(track=number, moves=tuple(held))
            held, length = [], 0
        held.append(move)
        length += size
    if held:
        yield Segment(track=number, moves=tuple(held))
