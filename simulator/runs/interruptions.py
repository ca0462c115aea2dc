"""Interruptions of a VIF's traffic, from its true states over time."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from simulator.directconnect import Transition

UNINTERRUPTED = "traffic not interrupted"
ENOUGH_PERCENT = 95
"""The share of its routes that a VIF needs, as a request asks for if it says nothing."""


class TrafficGap(NamedTuple):
    """A period without full traffic; it has no end if traffic has not returned."""

    began_at: datetime
    ended_at: datetime | None


def interruption(seen: Sequence[Transition]) -> timedelta | None:
    """Return the time from the first loss of an initially established peer until all are up again.

    None if they are still not all up; zero if none was ever lost.
    """
    found = _stretches(seen, [_are_peers_up(seen[0], each) for each in seen])
    if not found:
        return timedelta()
    return found[-1].ended_at - found[0].began_at if found[-1].ended_at else None


def interruptions(seen: Sequence[Transition]) -> list[TrafficGap]:
    """Return every period in which initial peers or routes were missing."""
    return _stretches(seen, [_carries(seen[0], each) for each in seen])


def in_words(seen: Sequence[Transition]) -> str:
    """Return a short description of a VIF's interruptions; `seen` begins before the move."""
    if "up" not in seen[0].bgp.values():
        return "no peer was up at the start"
    found = interruptions(seen)
    lost = [each.ended_at - each.began_at for each in found if each.ended_at]
    if len(lost) < len(found):
        return "traffic still interrupted"
    if not found:
        return UNINTERRUPTED
    seconds = f"for {sum(lost, timedelta()).total_seconds():.0f} s"
    if len(found) == 1:
        return f"traffic interrupted {seconds}"
    return f"traffic interrupted {len(found)} times, {seconds} in all"


def _stretches(seen: Sequence[Transition], is_good: Sequence[bool]) -> list[TrafficGap]:
    found: list[TrafficGap] = []
    began_at: datetime | None = None
    for each, good in zip(seen, is_good, strict=True):
        if began_at is None and not good:
            began_at = each.at
        elif began_at is not None and good:
            if began_at < each.at:
                found.append(TrafficGap(began_at, each.at))
            began_at = None
    return found if began_at is None else [*found, TrafficGap(began_at, None)]


def _carries(first: Transition, now: Transition) -> bool:
    return _are_peers_up(first, now) and now.share_of(first) >= ENOUGH_PERCENT


def _are_peers_up(first: Transition, now: Transition) -> bool:
    return all(now.bgp.get(peer) == "up" for peer, status in first.bgp.items() if status == "up")
