"""How long a plan may take, if it has a window."""

import heapq
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from vifshift.domain.plan_request import PlanRequest
from vifshift.domain.request import Request, Window
from vifshift.plan.planning.tracks import Track


def begin_too_late(
    request: PlanRequest, tracks: Sequence[Track], requests: Mapping[int, Request], now: datetime
) -> int:
    """Return how many moves start too late for a move and a rollback, if each takes its longest.

    Without a window it is none. Waiting for other migrations is not included.
    """
    window = request.window
    if window is None:
        return 0
    starts = _starts(tracks, requests, request.max_concurrency, max(now, window.opens_at))
    return sum(_is_late(requests[number], start, window) for number, start in starts)


def _starts(
    tracks: Sequence[Track], requests: Mapping[int, Request], at_once: int, begin: datetime
) -> Iterator[tuple[int, datetime]]:
    """Yield when each move starts: a track starts as soon as one of those before it has ended."""
    free = [begin] * min(at_once, max(1, len(tracks)))
    for track in tracks:
        time = heapq.heappop(free)
        for number in track:
            yield number, time
            time += requests[number].convergence.longest_way
        heapq.heappush(free, time)


def _is_late(request: Request, start: datetime, window: Window) -> bool:
    return start + 2 * request.convergence.longest_way > window.closes_at
