"""How long a plan may take, if it has a window."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from vifshift.domain.move_durations import periods
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
    begin = max(now, window.opens_at)
    lengths: dict[int, timedelta] = {number: each.longest_way for number, each in requests.items()}
    found = periods(tracks, lengths, request.max_concurrency)
    return sum(_is_late(requests[each.number], begin + each.starts, window) for each in found)


def _is_late(request: Request, start: datetime, window: Window) -> bool:
    return start + 2 * request.longest_way > window.closes_at
