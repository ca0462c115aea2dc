"""The interruption of a VIF's peers, as far as observations show: its length and its wording."""

from collections.abc import Collection, Sequence
from datetime import datetime
from math import ceil, floor

from vifshift.domain.bgp import BgpStatus
from vifshift.reports.base import words
from vifshift.reports.migration.model import Interruption
from vifshift.reports.migration.observations import VifReading


def interruption(
    needed: Collection[str], up_at: datetime, readings: Sequence[VifReading]
) -> Interruption | None:
    """Return the period in which not all needed peers, given by their labels, were up.

    `up_at` is when they all were up before the VIF was touched: what was lost after that may have
    been part of the interruption. `readings` are oldest first. None without an interruption.
    """
    are_up = [_are_up(needed, reading) for reading in readings]
    if all(are_up):
        return None
    first = are_up.index(False)
    last = len(are_up) - 1 - are_up[::-1].index(False)
    began_at = readings[first].asked_at
    if last + 1 == len(readings):
        return Interruption(
            began_at=began_at, ended_at=None, seconds=None, at_least=None, at_most=None
        )
    back = readings[last + 1]
    # A reading holds for some time between the request and the response.
    certain = readings[last].asked_at - readings[first].answered_at
    possible = back.answered_at - up_at
    return Interruption(
        began_at=began_at,
        ended_at=back.asked_at,
        seconds=(back.asked_at - began_at).total_seconds(),
        at_least=max(0.0, certain.total_seconds()),
        at_most=possible.total_seconds(),
    )


def bounds(interruption: Interruption) -> str:
    """Return the bounds of an interruption's length: `between 42 and 57 s`."""
    if interruption.at_least is None or interruption.at_most is None:
        return ""
    least, most = floor(interruption.at_least), ceil(interruption.at_most)
    if most < words.MINUTE:
        return f"between {least} and {most} s"
    # Rounding a long duration must not make it shorter.
    unit = words.HOUR if most >= words.DAY else words.MINUTE if most >= words.HOUR else 1
    return f"between {words.lasting(least)} and {words.lasting(ceil(most / unit) * unit)}"


def in_words(interruption: Interruption | None) -> str:
    """Return how long traffic was interrupted, from when to when; an empty text if it was not."""
    if interruption is None:
        return ""
    since = words.clock(interruption.began_at)
    if interruption.ended_at is None:
        return f"Traffic has been interrupted since {since} UTC, as far as BGP tells."
    how_long = f"{length(interruption)} ({bounds(interruption)})"
    until = words.clock(interruption.ended_at)
    return f"Traffic was interrupted for {how_long}, from {since} to {until} UTC."


def length(interruption: Interruption) -> str:
    """Return the length of an interruption, or that it had not ended."""
    return "not over" if interruption.seconds is None else words.lasting(interruption.seconds)


def _are_up(needed: Collection[str], reading: VifReading) -> bool:
    statuses = reading.picture.bgp_peers if reading.picture else {}
    return all(statuses.get(peer) == BgpStatus.UP for peer in needed)
