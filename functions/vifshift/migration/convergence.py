"""Judges one reading of a VIF that is being moved: settling, settled or failed, and why."""

from datetime import datetime, timedelta

from vifshift.domain.direct_connect import DirectConnect
from vifshift.domain.errors import CallError
from vifshift.domain.gaps import NEXT_LOOK, Gap
from vifshift.domain.migration import Ends, Expectation
from vifshift.domain.network import VirtualInterface, VirtualInterfaceState
from vifshift.domain.observation import (
    UNRECOVERABLE,
    Observation,
    Progress,
    Reading,
    Reason,
    Verdict,
    VifStatus,
)
from vifshift.domain.request import BLIND_GRACE, Convergence, RouteCheck
from vifshift.domain.routes import KINDS
from vifshift.migration.giving_up import are_lost, ends_of_patience, is_given_up
from vifshift.migration.guarding import (
    NO_GUARDS,
    GuardVerdict,
    dues,
    guarded,
    have_changed,
    held,
    judge,
)
from vifshift.migration.pace import pause
from vifshift.migration.progress import PhaseTerms, progress_after
from vifshift.migration.route_comparison import (
    LONGEST_BLINK,
    are_large_sets_due,
    are_routes_due,
    as_expected,
    deadline_of,
    missing_routes,
    route_changes,
    uncompared,
)

Mismatch = tuple[Reason, str]


def read_vif_and_routes(
    direct_connect: DirectConnect,
    virtual_interface_id: str,
    ends: Ends,
    expectation: Expectation,
    *,
    convergence: Convergence,
    progress: Progress | None,
    now: datetime,
) -> Reading:
    """Return one reading; the routes, which may be long, are read only if the rest is good.

    In a hold they are not read each time. Sets of thousands are read only as often as an
    interruption may go unnoticed, and before anything is decided.
    """
    vif = None
    try:
        vif = direct_connect.virtual_interface(virtual_interface_id)
        if (
            vif is None
            or expectation.routes is None
            or _mismatch_but_for_routes(vif, ends, expectation)
        ):
            return Reading(virtual_interface=vif)
        large = {routes.kind for routes in expectation.routes if routes.is_large}
        unread = set() if are_large_sets_due(progress, convergence, now) else large
        if (unread or not large) and not are_routes_due(progress, vif, convergence, now):
            return Reading(virtual_interface=vif, unread=KINDS)
        kinds = set(KINDS) - unread if large else None
        routes = direct_connect.routes(virtual_interface_id, kinds)
        return Reading(virtual_interface=vif, routes=routes, unread=tuple(sorted(unread)))
    except CallError as error:
        return Reading(virtual_interface=vif, problem=str(error))


def read_vif(direct_connect: DirectConnect, virtual_interface_id: str) -> Reading:
    """Return one reading of the VIF, without its routes."""
    try:
        return Reading(virtual_interface=direct_connect.virtual_interface(virtual_interface_id))
    except CallError as error:
        return Reading(problem=str(error))


def observe(
    reading: Reading,
    terms: PhaseTerms,
    *,
    progress: Progress | None,
    before: VifStatus,
    now: datetime,
) -> Observation:
    """Return the verdict on a reading, from the earlier ones; the first is compared with `before`.

    `progress` is None for the first observation of a phase; `now` is when the reading was started.
    Guards count once the rest is as expected.
    """
    ends, expectation, convergence, route_check, guarding = terms
    past = progress or Progress(started_at=now, seen_at=now, picture=before)
    past_guards = past.guards
    gap = _gap(past, reading, now)
    mismatch = _mismatch(reading, ends, expectation, route_check, is_gone=gap.is_over(now))
    if reading.unread and past.missing_of_large and mismatch is None:
        mismatch = Reason.ROUTES_MISSING, past.missing_of_large
    changes = route_changes(reading, expectation)
    unknown = uncompared(reading, expectation)
    reason, message = mismatch or (
        Reason.AS_EXPECTED,
        as_expected(ends, expectation, reading, changes),
    )
    end = past.started_at + (convergence.guarded if guarding else convergence).longest_way
    if guarding:
        past = guarded(past, reading, guarding, now)
        convergence = held(guarding, past.guards)
        terms = terms._replace(convergence=convergence)
    known = progress_after(past, reading, reason, gap, terms, now)
    good_since = known.good_since
    vif = reading.virtual_interface
    deadline = deadline_of(past, convergence)
    held_until = good_since and good_since + timedelta(seconds=convergence.hold_seconds)
    end_of_grace = deadline + BLIND_GRACE
    is_last_look = now >= end
    judged = judge(guarding, known.guards, good_since, now) if guarding else NO_GUARDS
    if not mismatch:
        has_held = held_until is not None and now >= held_until and not reading.unread
        verdict = Verdict.SETTLED if has_held else Verdict.SETTLING
        if judged.failed:
            verdict, reason, message = (
                Verdict.FAILED,
                Reason.GUARD_FAILED,
                f"{message}; but {'; '.join(judged.failed)}",
            )
        elif judged.is_pending and verdict is Verdict.SETTLED:
            verdict = Verdict.SETTLING
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
        is_hopeless = are_lost(known, now) or is_given_up(known, reason, vif, convergence, now)
        is_over = reason in UNRECOVERABLE or now >= deadline or is_hopeless
        # What the last observation saw on its destination may be shown at its origin once more.
        is_shown_late = (
            reason is Reason.NOT_MOVED
            and past.landed_at is not None
            and now - past.seen_at <= LONGEST_BLINK
        )
        is_unsure = is_shown_late or (bool(reading.unread) and reason is Reason.ROUTES_MISSING)
        if is_unsure and not is_last_look:
            is_over = False
        verdict = Verdict.FAILED if is_over else Verdict.SETTLING
    next_dues = [
        held_until,
        deadline,
        end_of_grace,
        end,
        gap.since and now + NEXT_LOOK,
        *(dues(guarding, known.guards, good_since) if guarding else ()),
        *ends_of_patience(known, convergence),
    ]
    observation = Observation(
        verdict=verdict,
        reason=reason,
        message="; ".join((message, *_of_guards(judged, verdict))),
        at=now,
        picture=known.picture,
        is_seen=vif is not None,
        route_changes=changes,
        uncompared=unknown,
        changed=known.picture != past.picture,
        pause_seconds=0,
        progress=known,
        guards=judged.results,
        guards_changed=guarding is not None and have_changed(past_guards, known.guards),
    )
    return observation.pausing(pause(known, next_dues, convergence, now))


def _of_guards(judged: GuardVerdict, verdict: Verdict) -> tuple[str, ...]:
    """Return what is said of the guards: at the end of all, before that of those not good."""
    if judged.failed:
        return ()
    return judged.said(of_all=verdict is Verdict.SETTLED)


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
    if mismatch := _mismatch_but_for_routes(vif, ends, expectation):
        return mismatch
    lost = missing_routes(reading, expectation, route_check)
    return (Reason.ROUTES_MISSING, lost) if lost else None


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
    return _mismatch_there(vif, ends, expectation)


def _mismatch_there(vif: VirtualInterface, ends: Ends, expectation: Expectation) -> Mismatch | None:
    """Return why a VIF on its destination does not work as before, None if it does."""
    if vif.works_as_before(expectation.up_before):
        return None
    down = vif.missing(expectation.up_before) or (() if vif.is_up else expectation.peers)
    bgp = f"BGP is not up: {', '.join(map(str, down))}" if down else "BGP is up"
    if vif.virtual_interface_state == VirtualInterfaceState.AVAILABLE:
        return Reason.PEERS_NOT_UP, f"on {ends.destination} {bgp}"
    where = f"on {ends.destination} it is {vif.virtual_interface_state}"
    return Reason.NOT_AVAILABLE, f"{where}, and {bgp}"
