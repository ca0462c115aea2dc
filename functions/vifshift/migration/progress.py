"""What is known of a phase after another reading, for the next one."""

from datetime import datetime, timedelta
from typing import NamedTuple

from vifshift.domain.gaps import Gap
from vifshift.domain.migration import Ends, Expectation
from vifshift.domain.network import VirtualInterface
from vifshift.domain.observation import Progress, Reading, Reason, status_of
from vifshift.domain.request import Convergence, RouteCheck
from vifshift.migration.giving_up import peerless_since
from vifshift.migration.guarding import Guarding
from vifshift.migration.route_comparison import (
    LONGEST_BLINK,
    has_all,
    missing_of_large,
    recovered_percent,
)


class PhaseTerms(NamedTuple):
    """From where to where a phase leads, what is expected there, and how it is verified."""

    ends: Ends
    expectation: Expectation
    convergence: Convergence
    route_check: RouteCheck
    guarding: Guarding | None = None


def progress_after(
    past: Progress,
    reading: Reading,
    reason: Reason,
    gap: Gap,
    terms: PhaseTerms,
    now: datetime,
) -> Progress:
    """Return the progress of a phase after a reading that was judged, which began at `now`."""
    ends, expectation, convergence, route_check, _ = terms
    vif = reading.virtual_interface
    picture = status_of(vif) if vif else past.picture
    landed_at = _landed_at(past, vif, ends, now)
    blink = _longest_blink(past, convergence)
    has_changed = picture != past.picture
    # What has changed in a time without readings is not known.
    is_at_rest = not has_changed and (vif is None or now - past.seen_at <= blink)
    recovered, recovered_at = _recovered(past, reading, reason, expectation, now)
    return Progress(
        started_at=past.started_at,
        seen_at=past.seen_at if reason is Reason.CANNOT_SEE else now,
        good_since=_good_since(past, reason, blink, now),
        routes_missing_since=_routes_missing_since(past, reason, now),
        all_read_at=now if has_all(reading) else past.all_read_at,
        missing_of_large=missing_of_large(reading, expectation, route_check, past),
        missing=gap.missing,
        missing_since=gap.since,
        is_unheeded_told=past.is_unheeded_told,
        asked_at=past.asked_at,
        landed_at=landed_at,
        peerless_since=peerless_since(past, vif, expectation, landed_at, now),
        changed_at=past.changed_at if is_at_rest else now,
        recovered_percent=recovered,
        recovered_at=recovered_at,
        changes=past.changes + has_changed,
        pause_seconds=past.pause_seconds,
        are_routes_known=reason is Reason.AS_EXPECTED and reading.routes is not None,
        guards=past.guards,
        guards_read_at=past.guards_read_at,
        picture=picture,
    )


def _landed_at(
    past: Progress, vif: VirtualInterface | None, ends: Ends, now: datetime
) -> datetime | None:
    """Return since when it is on its destination, which no lack of a reading changes."""
    if vif is None:
        return past.landed_at
    return (past.landed_at or now) if vif.connection_id == ends.destination else None


def _longest_blink(past: Progress, convergence: Convergence) -> timedelta:
    """Return how long a time without readings may be in which nothing is assumed to change.

    One reading may fail, and each takes time: so a little more than two pauses.
    """
    pause_seconds = past.pause_seconds or convergence.poll_seconds
    return max(LONGEST_BLINK, timedelta(seconds=2.5 * pause_seconds))


def _good_since(past: Progress, reason: Reason, blink: timedelta, now: datetime) -> datetime | None:
    """Return since when all is as expected, which a short time without readings does not end."""
    if reason is Reason.CANNOT_SEE:
        return past.good_since
    if reason is not Reason.AS_EXPECTED:
        return None
    return past.good_since if past.good_since and now - past.seen_at <= blink else now


def _routes_missing_since(past: Progress, reason: Reason, now: datetime) -> datetime | None:
    """Return since when only routes are missing, as far as could be read."""
    match reason:
        case Reason.ROUTES_MISSING:
            return past.routes_missing_since or now
        case Reason.CANNOT_SEE:
            return past.routes_missing_since
        case _:
            return None


def _recovered(
    past: Progress, reading: Reading, reason: Reason, expectation: Expectation, now: datetime
) -> tuple[float, datetime | None]:
    """Return how many of the missing routes have come back at most, and when that last rose."""
    if reason not in {Reason.ROUTES_MISSING, Reason.CANNOT_SEE}:
        return 0, None
    if reason is Reason.ROUTES_MISSING and has_all(reading):
        recovered = recovered_percent(reading, expectation)
        if recovered > past.recovered_percent:
            return recovered, now
    return past.recovered_percent, past.recovered_at
