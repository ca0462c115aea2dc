"""Judges one reading of a VIF that is being moved: settling, settled or failed, and why."""

from collections.abc import Callable
from datetime import datetime, timedelta

from vifshift.domain.errors import CallError
from vifshift.domain.gaps import NEXT_LOOK, Gap
from vifshift.domain.migration import Ends, Expectation
from vifshift.domain.network import DirectConnect, VirtualInterface, VirtualInterfaceState
from vifshift.domain.observation import (
    UNRECOVERABLE,
    Observation,
    Progress,
    Reading,
    Reason,
    Verdict,
    VifStatus,
    status_of,
)
from vifshift.domain.request import BLIND_GRACE, Convergence, RouteCheck
from vifshift.domain.routes import RouteChange, RouteSet, compare
from vifshift.migration.pace import pause

LONGEST_BLINK = timedelta(seconds=30)
ROUTES_GRACE = timedelta(seconds=60)


Mismatch = tuple[Reason, str]


def read_vif_and_routes(
    direct_connect: DirectConnect,
    virtual_interface_id: str,
    ends: Ends,
    expectation: Expectation,
    are_routes_due: Callable[[VirtualInterface], bool] = lambda _: True,
) -> Reading:
    """Return one reading; the routes, which may be long, only if due, and if the rest is good."""
    vif = None
    try:
        vif = direct_connect.virtual_interface(virtual_interface_id)
        if (
            vif is None
            or expectation.routes is None
            or _mismatch_but_for_routes(vif, ends, expectation)
        ):
            return Reading(virtual_interface=vif)
        if not are_routes_due(vif):
            return Reading(virtual_interface=vif, are_routes_skipped=True)
        by_number = any(routes.cidrs is None for routes in expectation.routes)
        routes = direct_connect.routes(virtual_interface_id, by_number=by_number)
        return Reading(virtual_interface=vif, routes=routes)
    except CallError as error:
        return Reading(virtual_interface=vif, problem=str(error))


def read_vif(direct_connect: DirectConnect, virtual_interface_id: str) -> Reading:
    """Return one reading of the VIF, without its routes."""
    try:
        return Reading(virtual_interface=direct_connect.virtual_interface(virtual_interface_id))
    except CallError as error:
        return Reading(problem=str(error))


def are_routes_due(
    past: Progress | None, vif: VirtualInterface, convergence: Convergence, now: datetime
) -> bool:
    """Return whether an observation needs the routes: in a hold it is every second one.

    So it is after a change, after a gap, and where the hold is over.
    """
    if past is None or past.good_since is None or not past.are_routes_known:
        return True
    is_over = now >= past.good_since + timedelta(seconds=convergence.hold_seconds)
    is_gap = now - past.seen_at >= LONGEST_BLINK
    return is_over or is_gap or status_of(vif) != past.picture


def observe(
    reading: Reading,
    *,
    ends: Ends,
    expectation: Expectation,
    convergence: Convergence,
    route_check: RouteCheck,
    progress: Progress | None,
    before: VifStatus,
    now: datetime,
) -> Observation:
    """Return the verdict on a reading, from the earlier ones; the first is compared with `before`.

    `progress` is None for the first observation of a phase; `now` is when the reading was started.
    """
    past = progress or Progress(started_at=now, seen_at=now, picture=before)
    gap = _gap(past, reading, now)
    mismatch = _mismatch(reading, ends, expectation, route_check, is_gone=gap.is_over(now))
    changes = _route_changes(reading, expectation)
    reason, message = mismatch or (
        Reason.AS_EXPECTED,
        "; ".join((f"as before, on {ends.destination}", *map(str, changes))),
    )
    good_since = _good_since(past, reason, convergence, now)
    routes_missing_since = _routes_missing_since(past, reason, now)
    deadline = past.started_at + timedelta(seconds=convergence.timeout_seconds)
    held_until = good_since and good_since + timedelta(seconds=convergence.hold_seconds)
    end_of_grace = deadline + BLIND_GRACE
    end = past.started_at + convergence.longest_way
    is_last_look = now >= end
    if not mismatch:
        verdict = Verdict.SETTLED if held_until and now >= held_until else Verdict.SETTLING
        if verdict is Verdict.SETTLING and is_last_look:
            verdict = Verdict.FAILED
            reason, message = (
                Reason.CANNOT_SEE,
                "it could not be read too many times; now it is as expected",
            )
    elif reason is Reason.CANNOT_SEE:
        is_blind_for_good = good_since is None and now >= end_of_grace
        verdict = Verdict.FAILED if is_last_look or is_blind_for_good else Verdict.SETTLING
    else:
        is_lost = _are_lost(routes_missing_since, past, deadline, now)
        is_over = reason in UNRECOVERABLE or now >= deadline or is_lost
        verdict = Verdict.FAILED if is_over else Verdict.SETTLING
    vif = reading.virtual_interface
    picture = status_of(vif) if vif else past.picture
    known = Progress(
        started_at=past.started_at,
        seen_at=past.seen_at if reason is Reason.CANNOT_SEE else now,
        good_since=good_since,
        routes_missing_since=routes_missing_since,
        missing=gap.missing,
        missing_since=gap.since,
        is_unheeded_told=past.is_unheeded_told,
        asked_at=past.asked_at,
        landed_at=_landed_at(past, vif, ends, now),
        changes=past.changes + (picture != past.picture),
        are_routes_known=not (mismatch or reading.are_routes_skipped),
        picture=picture,
    )
    dues = [held_until, deadline, end_of_grace, end, gap.since and now + NEXT_LOOK]
    observation = Observation(
        verdict=verdict,
        reason=reason,
        message=message,
        at=now,
        picture=picture,
        is_seen=vif is not None,
        route_changes=changes,
        changed=picture != past.picture,
        pause_seconds=0,
        progress=known,
    )
    return observation.pausing(pause(known, dues, convergence, now))


def _landed_at(
    past: Progress, vif: VirtualInterface | None, ends: Ends, now: datetime
) -> datetime | None:
    """Return since when it is on its destination, which no lack of a reading changes."""
    if vif is None:
        return past.landed_at
    return (past.landed_at or now) if vif.connection_id == ends.destination else None


def _good_since(
    past: Progress, reason: Reason, convergence: Convergence, now: datetime
) -> datetime | None:
    """Return since when all is as expected, which a short time without readings does not end."""
    if reason is Reason.CANNOT_SEE:
        return past.good_since
    if reason is not Reason.AS_EXPECTED:
        return None
    # One reading may fail, and each takes time: so a little more than two pauses.
    pause_seconds = past.pause_seconds or convergence.poll_seconds
    blink = max(LONGEST_BLINK, timedelta(seconds=2.5 * pause_seconds))
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


def _are_lost(
    routes_missing_since: datetime | None, past: Progress, deadline: datetime, now: datetime
) -> bool:
    """Return whether routes are missing after half of the timeout, and for long enough."""
    return (
        routes_missing_since is not None
        and now - routes_missing_since >= ROUTES_GRACE
        and now - past.started_at >= (deadline - past.started_at) / 2
    )


def _gap(past: Progress, reading: Reading, now: datetime) -> Gap:
    """Return for how long the VIF has not been listed; what can't be read is no empty list."""
    is_missing = reading.virtual_interface is None and reading.problem is None
    return past.gap.once_more(now) if is_missing else Gap()


def _mismatch(
    reading: Reading,
    ends: Ends,
    expectation: Expectation,
    route_check: RouteCheck,
    *,
    is_gone: bool,
) -> Mismatch | None:
    """Return the first thing that is not as expected, None if there is none."""
    if reading.problem is not None:
        return Reason.CANNOT_SEE, f"it could not be read: {reading.problem}"
    vif = reading.virtual_interface
    if vif is None:
        # An empty list may be out of date; a deleted VIF stays unlisted.
        if is_gone:
            return Reason.DELETED, "Direct Connect no longer lists it"
        return Reason.CANNOT_SEE, "Direct Connect does not list it"
    mismatch = _mismatch_but_for_routes(vif, ends, expectation)
    if mismatch or reading.are_routes_skipped:
        return mismatch
    return _missing_routes(reading.routes, expectation, route_check)


def _mismatch_but_for_routes(
    vif: VirtualInterface, ends: Ends, expectation: Expectation
) -> Mismatch | None:
    if vif.is_gone:
        return Reason.DELETED, f"it is {vif.virtual_interface_state}"
    if vif.virtual_interface_state == VirtualInterfaceState.REJECTED:
        return Reason.REJECTED, "its owner has rejected it"
    if not vif.connection_id:
        return Reason.CANNOT_SEE, "Direct Connect does not say where it is"
    if vif.connection_id not in ends:
        return Reason.MOVED_ELSEWHERE, f"it was moved to {vif.connection_id} by someone else"
    if vif.virtual_interface_state == VirtualInterfaceState.TESTING:
        return Reason.FAILOVER_TEST, "a BGP failover test holds its peers down"
    if vif.connection_id != ends.destination:
        return Reason.NOT_MOVED, f"it is still on {vif.connection_id}"
    up = {peer.key for peer in vif.live_peers if peer.is_up}
    down = [str(key) for key in expectation.peers if key not in up]
    bgp = f"BGP is not up: {', '.join(down)}" if down else "BGP is up"
    if vif.virtual_interface_state != VirtualInterfaceState.AVAILABLE:
        where = f"on {ends.destination} it is {vif.virtual_interface_state}"
        return Reason.NOT_AVAILABLE, f"{where}, and {bgp}"
    return (Reason.PEERS_NOT_UP, f"on {ends.destination} {bgp}") if down else None


def _route_changes(reading: Reading, expectation: Expectation) -> tuple[RouteChange, ...]:
    if reading.routes is None or expectation.routes is None:
        return ()
    return compare(expectation.routes, reading.routes)


def _missing_routes(
    seen: tuple[RouteSet, ...] | None, expectation: Expectation, route_check: RouteCheck
) -> Mismatch | None:
    now = {str(routes): routes for routes in seen or ()}
    for before in expectation.routes or ():
        recovered = before.recovered_percent(now.get(str(before)))
        if recovered < route_check.min_recovered_percent:
            return Reason.ROUTES_MISSING, (
                f"{recovered:.0f} % of the {before.count} {before} routes have recovered, "
                f"{route_check.min_recovered_percent} % are required"
            )
    return None
