"""Compares the routes of a VIF that is being moved with those of before: when, and how."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from math import floor

from vifshift.domain.migration import Ends, Expectation
from vifshift.domain.network import VirtualInterface
from vifshift.domain.observation import Progress, Reading, status_of
from vifshift.domain.request import Convergence, RouteCheck
from vifshift.domain.routes import RouteChange, RouteSet, by_number_only, compare, missing
from vifshift.migration.giving_up import are_lost

LONGEST_BLINK = timedelta(seconds=30)


def are_routes_due(
    past: Progress | None, vif: VirtualInterface, convergence: Convergence, now: datetime
) -> bool:
    """Return whether the routes are read in this reading: in a hold, in every second one.

    They are after a change, after a time without readings, and where the hold is over.
    """
    if past is None or past.good_since is None or not past.are_routes_known:
        return True
    is_over = now >= past.good_since + timedelta(seconds=convergence.hold_seconds)
    return is_over or now - past.seen_at >= LONGEST_BLINK or status_of(vif) != past.picture


def are_large_sets_due(progress: Progress | None, convergence: Convergence, now: datetime) -> bool:
    """Return whether large sets of routes are read in this reading: nothing is decided without."""
    if progress is None or progress.all_read_at is None:
        return True
    since = progress.good_since or progress.routes_missing_since
    if since is None:
        return True
    poll = timedelta(seconds=convergence.poll_seconds)
    if now + poll > progress.all_read_at + LONGEST_BLINK:
        return True
    if progress.good_since:
        return now >= since + timedelta(seconds=convergence.hold_seconds)
    return are_lost(progress, now) or now >= deadline_of(progress, convergence)


def deadline_of(progress: Progress, convergence: Convergence) -> datetime:
    """Return when a phase is given up unless the VIF is as expected."""
    return progress.started_at + timedelta(seconds=convergence.timeout_seconds)


def as_expected(
    ends: Ends, expectation: Expectation, reading: Reading, changes: Iterable[RouteChange]
) -> str:
    """Return that all is as before, or what of it is, and each peer that is down, as before."""
    unknown = uncompared(reading, expectation)
    what = "BGP is as before" if unknown else "BGP and routes are as before"
    vif = reading.virtual_interface
    down = status_of(vif).down if vif else ()
    if expectation.is_any_enough:
        what = "BGP is up"
    else:
        down = tuple(f"{each}, as before" for each in down)
    return "; ".join((f"on {ends.destination} {what}", *map(str, changes), *unknown, *down))


def has_all(reading: Reading) -> bool:
    """Return whether all sets of routes were read."""
    return reading.routes is not None and not reading.unread


def route_changes(reading: Reading, expectation: Expectation) -> tuple[RouteChange, ...]:
    """Return how the sets that were read differ from before."""
    if reading.routes is None or expectation.routes is None:
        return ()
    before = (routes for routes in expectation.routes if routes.kind not in reading.unread)
    return compare(before, reading.routes)


def uncompared(reading: Reading, expectation: Expectation) -> tuple[str, ...]:
    """Return what could not be compared with before, or by its number only."""
    if expectation.routes is None:
        return ("its routes could not be read before, and were not compared",)
    counted = by_number_only(expectation.routes, reading.routes or ())
    return (f"routes compared by number only: {', '.join(counted)}",) if counted else ()


def missing_routes(
    reading: Reading, expectation: Expectation, route_check: RouteCheck
) -> str | None:
    """Return what is missing of the first set of which not enough has recovered, if any."""
    words = (
        _missing_of(before, reading, route_check)
        for before in expectation.routes or ()
        if before.kind not in reading.unread
    )
    return next((each for each in words if each), None)


def recovered_percent(reading: Reading, expectation: Expectation) -> float:
    """Return how many of the expected routes are back, in percent added up over all sets."""
    there = {routes.kind: routes for routes in reading.routes or ()}
    sets = expectation.routes or ()
    return sum(before.recovered_percent(there.get(before.kind)) for before in sets)


def missing_of_large(
    reading: Reading, expectation: Expectation, route_check: RouteCheck, past: Progress
) -> str | None:
    """Return what is missing of large sets, as of the last reading of all."""
    if not has_all(reading):
        return past.missing_of_large
    large = (routes for routes in expectation.routes or () if routes.is_large)
    words = (_missing_of(before, reading, route_check) for before in large)
    return next((each for each in words if each), None)


def _missing_of(before: RouteSet, reading: Reading, route_check: RouteCheck) -> str | None:
    """Return what is missing of a set, None if enough of it has recovered."""
    there = next((each for each in reading.routes or () if each.kind == before.kind), None)
    recovered = before.recovered_percent(there)
    if recovered >= route_check.min_recovered_percent:
        return None
    # Rounded down: 94.96 % are not 95 %.
    return (
        f"{floor(recovered * 10) / 10:g} % of the {before.number} {before} routes have recovered, "
        f"{route_check.min_recovered_percent} % are required; {missing(before, there)}"
    )
