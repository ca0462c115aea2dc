"""Judges one look at a VIF that moves: settling, settled, or failed, and why."""

from datetime import datetime, timedelta
from enum import StrEnum

from pydantic import Field

from vifshift.domain.errors import CallError
from vifshift.domain.migration import Ends, Expectation
from vifshift.domain.model import Model
from vifshift.domain.network import DirectConnect, VirtualInterface, VirtualInterfaceState
from vifshift.domain.request import BLIND_GRACE, Convergence, RouteCheck
from vifshift.domain.routes import RouteChange, RouteSet, compare

QUICK_LOOKS = timedelta(minutes=2)
SHORTEST_PAUSE = 5
MISSING_BEFORE_GONE = 2
LONGEST_BLINK = timedelta(seconds=30)
ROUTES_GRACE = timedelta(seconds=60)


class Verdict(StrEnum):
    """What a look says about the way."""

    SETTLING = "settling"
    SETTLED = "settled"
    FAILED = "failed"


class Reason(StrEnum):
    """Why a look says so."""

    AS_EXPECTED = "AS_EXPECTED"
    CANNOT_SEE = "CANNOT_SEE"
    NOT_MOVED = "NOT_MOVED"
    NOT_AVAILABLE = "NOT_AVAILABLE"
    PEERS_NOT_UP = "PEERS_NOT_UP"
    ROUTES_MISSING = "ROUTES_MISSING"
    DELETED = "DELETED"
    REJECTED = "REJECTED"
    MOVED_ELSEWHERE = "MOVED_ELSEWHERE"
    FAILOVER_TEST = "FAILOVER_TEST"
    CANCELLED = "CANCELLED"


MENDABLE = {Reason.NOT_AVAILABLE, Reason.PEERS_NOT_UP, Reason.ROUTES_MISSING}
"""What going back can mend: the VIF has landed, and does not come good there."""

HOPELESS = {Reason.DELETED, Reason.REJECTED, Reason.MOVED_ELSEWHERE, Reason.FAILOVER_TEST}
"""What no waiting can bring good."""

Trouble = tuple[Reason, str]


class Sighting(Model):
    """What one look saw; `problem` says why it did not see all."""

    virtual_interface: VirtualInterface | None = None
    routes: tuple[RouteSet, ...] | None = None
    problem: str | None = None


class Picture(Model):
    """A VIF as it was seen, in short, as events and people want it."""

    connection_id: str = Field(description="The connection or LAG that it is on.")
    location: str = Field(default="", description="The Direct Connect location, such as EqFA5.")
    aws_logical_device_id: str = Field(
        default="", description="The AWS device that it ends on; empty where that is not known."
    )
    virtual_interface_state: str = Field(
        description="Its virtualInterfaceState, as DescribeVirtualInterfaces says it."
    )
    bgp_peers: dict[str, str] = Field(
        description="The bgpStatus of each peer, by address family and the customer's address, "
        "such as `ipv4 169.254.1.2`."
    )


class Progress(Model):
    """What later looks need to know of the earlier ones of the same phase."""

    started_at: datetime
    seen_at: datetime
    good_since: datetime | None = None
    routes_missing_since: datetime | None = None
    missing: int = 0
    picture: Picture

    def looked_at(self, over: datetime | None) -> "Progress":
        """Count a hold from when the look that began it was over.

        A look is known by when it was asked for; where Lambda has to be asked again it comes later.
        """
        if over is None or self.good_since is None or self.good_since != self.seen_at:
            return self
        return self.model_copy(update={"good_since": max(self.good_since, over)})


class Observation(Model):
    """One look and the verdict on it; where the VIF was not seen, the picture is an earlier one.

    `route_changes` is empty where the routes were not read, too. `obstacles` is what stands in the
    way back, where going back was wanted.
    """

    verdict: Verdict
    reason: Reason
    message: str
    at: datetime
    picture: Picture
    is_seen: bool = True
    route_changes: tuple[RouteChange, ...] = ()
    obstacles: tuple[str, ...] = ()
    changed: bool
    pause_seconds: int
    progress: Progress


def look(
    direct_connect: DirectConnect, virtual_interface_id: str, ends: Ends, expectation: Expectation
) -> Sighting:
    """Look once; the routes, which may be many pages, are read only where the rest is good."""
    vif = None
    try:
        vif = direct_connect.virtual_interface(virtual_interface_id)
        if (
            vif is None
            or expectation.routes is None
            or _trouble_but_for_routes(vif, ends, expectation)
        ):
            return Sighting(virtual_interface=vif)
        by_number = any(routes.cidrs is None for routes in expectation.routes)
        routes = direct_connect.routes(virtual_interface_id, by_number=by_number)
        return Sighting(virtual_interface=vif, routes=routes)
    except CallError as error:
        return Sighting(virtual_interface=vif, problem=str(error))


def glance(direct_connect: DirectConnect, virtual_interface_id: str) -> Sighting:
    """Look once, at the VIF alone."""
    try:
        return Sighting(virtual_interface=direct_connect.virtual_interface(virtual_interface_id))
    except CallError as error:
        return Sighting(problem=str(error))


def observe(
    sighting: Sighting,
    *,
    ends: Ends,
    expectation: Expectation,
    convergence: Convergence,
    route_check: RouteCheck,
    progress: Progress | None,
    before: Picture,
    now: datetime,
) -> Observation:
    """Judge one sighting in the light of the earlier ones; the first is compared with `before`."""
    past = progress or Progress(started_at=now, seen_at=now, picture=before)
    missing = past.missing + 1 if _is_missing(sighting) else 0
    trouble = _trouble(sighting, ends, expectation, route_check, missing)
    changes = _route_changes(sighting, expectation)
    reason, message = trouble or (
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
    if not trouble:
        verdict = Verdict.SETTLED if held_until and now >= held_until else Verdict.SETTLING
        if verdict is Verdict.SETTLING and is_last_look:
            verdict = Verdict.FAILED
            reason, message = Reason.CANNOT_SEE, "it was out of sight too often; now it looks good"
    elif reason is Reason.CANNOT_SEE:
        is_blind_for_good = good_since is None and now >= end_of_grace
        verdict = Verdict.FAILED if is_last_look or is_blind_for_good else Verdict.SETTLING
    else:
        is_lost = _are_lost(routes_missing_since, past, deadline, now)
        is_over = reason in HOPELESS or now >= deadline or is_lost
        verdict = Verdict.FAILED if is_over else Verdict.SETTLING
    vif = sighting.virtual_interface
    picture = draw(vif) if vif else past.picture
    return Observation(
        verdict=verdict,
        reason=reason,
        message=message,
        at=now,
        picture=picture,
        is_seen=vif is not None,
        route_changes=changes,
        changed=picture != past.picture,
        pause_seconds=_pause(
            now, past.started_at, [held_until, deadline, end_of_grace, end], convergence
        ),
        progress=Progress(
            started_at=past.started_at,
            seen_at=past.seen_at if reason is Reason.CANNOT_SEE else now,
            good_since=good_since,
            routes_missing_since=routes_missing_since,
            missing=missing,
            picture=picture,
        ),
    )


def draw(vif: VirtualInterface) -> Picture:
    """Put a VIF in short; a peer that a move left `deleting` does not count."""
    return Picture(
        connection_id=vif.connection_id,
        location=vif.location,
        aws_logical_device_id=vif.aws_logical_device_id,
        virtual_interface_state=vif.virtual_interface_state,
        bgp_peers={str(peer.key): peer.bgp_status for peer in vif.live_peers},
    )


def _good_since(
    past: Progress, reason: Reason, convergence: Convergence, now: datetime
) -> datetime | None:
    """Say since when all is as expected: a blink does not end a hold, a longer blindness does."""
    if reason is Reason.CANNOT_SEE:
        return past.good_since
    if reason is not Reason.AS_EXPECTED:
        return None
    # One look may fail, and each takes its time: so somewhat more than two polls.
    blink = max(LONGEST_BLINK, timedelta(seconds=2.5 * convergence.poll_seconds))
    return past.good_since if past.good_since and now - past.seen_at <= blink else now


def _routes_missing_since(past: Progress, reason: Reason, now: datetime) -> datetime | None:
    """Say since when routes alone are missing, as far as could be seen."""
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
    """Say whether routes that are missing past half of the deadline have had time to come."""
    return (
        routes_missing_since is not None
        and now - routes_missing_since >= ROUTES_GRACE
        and now - past.started_at >= (deadline - past.started_at) / 2
    )


def _is_missing(sighting: Sighting) -> bool:
    return sighting.virtual_interface is None and sighting.problem is None


def _trouble(
    sighting: Sighting,
    ends: Ends,
    expectation: Expectation,
    route_check: RouteCheck,
    missing: int,
) -> Trouble | None:
    """Return the first thing that is not as expected."""
    if sighting.problem is not None:
        return Reason.CANNOT_SEE, f"cannot see: {sighting.problem}"
    vif = sighting.virtual_interface
    if vif is None:
        # One empty answer may be a slow read; a deleted VIF stays away.
        if missing < MISSING_BEFORE_GONE:
            return Reason.CANNOT_SEE, "Direct Connect does not list it"
        return Reason.DELETED, "Direct Connect does not list it any more"
    return _trouble_but_for_routes(vif, ends, expectation) or _missing_routes(
        sighting.routes, expectation, route_check
    )


def _trouble_but_for_routes(
    vif: VirtualInterface, ends: Ends, expectation: Expectation
) -> Trouble | None:
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


def _route_changes(sighting: Sighting, expectation: Expectation) -> tuple[RouteChange, ...]:
    if sighting.routes is None or expectation.routes is None:
        return ()
    return compare(expectation.routes, sighting.routes)


def _missing_routes(
    seen: tuple[RouteSet, ...] | None, expectation: Expectation, route_check: RouteCheck
) -> Trouble | None:
    now = {str(routes): routes for routes in seen or ()}
    for before in expectation.routes or ():
        recovered = before.recovered_percent(now.get(str(before)))
        if recovered < route_check.min_recovered_percent:
            return Reason.ROUTES_MISSING, (
                f"{recovered:.0f} % of the {before.count} {before} routes are back, "
                f"{route_check.min_recovered_percent} % are asked for"
            )
    return None


def _pause(
    now: datetime, started_at: datetime, dues: list[datetime | None], convergence: Convergence
) -> int:
    """Return the seconds to the next look: few in an outage, and never past what is due."""
    pause = convergence.poll_seconds
    if now - started_at < QUICK_LOOKS:
        pause = max(SHORTEST_PAUSE, pause // 2)
    ahead = [int((due - now).total_seconds()) for due in dues if due and due > now]
    return max(1, min([pause, *ahead]))
