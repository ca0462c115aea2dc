"""Says when a VIF's traffic was interrupted, and how long, by what was true when."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from simulator.directconnect import Transition

UNINTERRUPTED = "traffic not interrupted"
ENOUGH_PERCENT = 95
"""The share of its routes that a VIF needs, as a request asks for if it says nothing."""


class TrafficGap(NamedTuple):
    """From when to when something was missing; without an end where it still is."""

    began_at: datetime
    ended_at: datetime | None


def interruption(seen: Sequence[Transition]) -> timedelta | None:
    """Return how long not all peers that were up at first were up, from the first loss to the end.

    None where they are still not all up; zero where they never were not.
    """
    found = _stretches(seen, [_are_peers_up(seen[0], each) for each in seen])
    if not found:
        return timedelta()
    return found[-1].ended_at - found[0].began_at if found[-1].ended_at else None


def interruptions(seen: Sequence[Transition]) -> list[TrafficGap]:
    """Return every stretch in which a peer, or routes, were missing that were there at first."""
    return _stretches(seen, [_carries(seen[0], each) for each in seen])


def in_words(seen: Sequence[Transition]) -> str:
    """Say in a few words what became of a VIF's traffic; `seen` begins before it was touched."""
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
            found.append(TrafficGap(began_at, each.at))
            began_at = None
    return found if began_at is None else [*found, TrafficGap(began_at, None)]


def _carries(first: Transition, now: Transition) -> bool:
    return _are_peers_up(first, now) and all(
        100 * now.routes.get(kind, 0) >= ENOUGH_PERCENT * count
        for kind, count in first.routes.items()
    )


def _are_peers_up(first: Transition, now: Transition) -> bool:
    return all(now.bgp.get(peer) == "up" for peer, status in first.bgp.items() if status == "up")
