"""Rules about the time: the window, the change calendar, and maintenance that AWS announces."""

from collections.abc import Iterator
from datetime import timedelta

from vifshift.domain.durations import lasting
from vifshift.domain.findings import Move, Severity, rule
from vifshift.domain.network import CHANGE_CALENDAR, HealthEvent
from vifshift.domain.sizes import shortened
from vifshift.domain.time_spans import moment
from vifshift.preflight.maintenance import (
    Period,
    concerned,
    is_about,
    is_about_all,
    is_whole,
    named,
    overlaps,
    period_of,
    resources,
    times_of,
    works_on,
)
from vifshift.preflight.path_coverage import named as named_routes
from vifshift.preflight.path_maintenance import Remainder, path_maintenance, remainder

OPEN, CLOSED = "OPEN", "CLOSED"
FURTHEST = timedelta(days=30)
MOST_NAMED = 5
"""The most ids of a Health event in a message: an event may have thousands."""


@rule(
    "WINDOW_NOT_OPEN",
    Severity.BLOCK,
    "Send the request inside the window, or with a window long enough for a move and a rollback.",
)
def window_is_open(move: Move) -> Iterator[str]:
    """The move happens inside its window, which has time left for a rollback."""
    window = move.request.window
    if window is None:
        return
    longest = 2 * move.request.longest_way
    start = max(move.now, window.opens_at)
    if start + longest > window.closes_at:
        yield (
            f"the window closes at {moment(window.closes_at)}; a move and a rollback may take "
            f"{lasting(longest)} from {moment(start)}"
        )
    if move.is_recheck and move.now < window.opens_at:
        left = lasting(window.opens_at - move.now)
        yield f"the window opens at {moment(window.opens_at)}, {left} from now"
    if window.opens_at > move.now + FURTHEST:
        opens = moment(window.opens_at)
        yield f"the window opens at {opens}, more than {FURTHEST.days} days from now"


def _is_later(move: Move) -> bool:
    """Return whether the window opens later, when the calendar is read again."""
    window = move.request.window
    return window is not None and move.now < window.opens_at


@rule(
    "CALENDAR_CLOSED",
    Severity.BLOCK,
    "Send the request again when the change calendar is open, or have it opened for this change.",
    page="AWS Systems Manager Change Calendar",
)
def change_calendar_is_open(move: Move) -> Iterator[str]:
    """Nothing moves while the change calendar is closed; a later window is judged when it opens."""
    if move.network.calendar_state == CLOSED and not _is_later(move):
        yield f"the change calendar is {CLOSED}"


def _interrupts_nothing(move: Move) -> bool:
    """Return whether maintenance during the move cuts nothing off: other paths carry it all.

    Neither does it where nothing is carried, as long as the target is left alone; and AWS's public
    prefixes may be reached over the internet.
    """
    vif = move.network.virtual_interface
    if vif is None:
        return False
    period = period_of(move)
    meeting = [event for event in _events(move) if overlaps(event, period)]
    if vif.is_dead:
        return not any(is_about(event, _at_target(move)) for event in meeting)
    return not meeting and (vif.is_public or remainder(move, path_maintenance(move)).suffices)


@rule(
    "CALENDAR_NOT_CHECKED",
    Severity.BLOCK,
    "Allow ssm:GetCalendarState, or correct the setting; acknowledge it if there is no freeze.",
    page="AWS Systems Manager Change Calendar",
    overridable=True,
    warns_if=_is_later,
)
def change_calendar_is_known(move: Move) -> Iterator[str]:
    """A change calendar that can't be read may be closed; before a window, that is a warning."""
    state = move.network.calendar_state
    for gap in move.network.unchecked:
        if gap.subject == CHANGE_CALENDAR:
            yield f"{gap.subject} could not be read; it needs {gap.permission}: {gap.reason}"
    if state not in {None, OPEN, CLOSED}:
        yield f"{CHANGE_CALENDAR} is neither {OPEN} nor {CLOSED}, but {shortened(state, 40)!r}"


@rule(
    "MAINTENANCE_DURING_MOVE",
    Severity.BLOCK,
    "Move before or after the maintenance, or acknowledge it.",
    page="AWS Direct Connect maintenance",
    overridable=True,
    warns_if=_interrupts_nothing,
)
def no_maintenance_meets_the_move(move: Move) -> Iterator[str]:
    """No AWS maintenance affects the ports, the VIF or its only other path during the move.

    What counts is the time that the move and its rollback may take, not its whole window. Trouble
    that AWS has reported and not resolved counts as well. Maintenance on another path is a warning
    if the rest of the paths carry everything.
    """
    if not move.network.health_events:
        return
    period = period_of(move)
    takes = f"the move may take from {period.begins.isoformat()} to {period.ends.isoformat()}"
    for event in _events(move):
        if overlaps(event, period):
            yield f"{_name(event, move)}; {takes}"
    maintained = path_maintenance(move)
    left = remainder(move, maintained)
    for event, paths in maintained:
        others = ", ".join(path.virtual_interface_id for path in paths[:MOST_NAMED])
        yield f"{_name(event, move)}, so that {others} may carry nothing: {_rest(left)}; {takes}"


@rule(
    "MAINTENANCE_ANNOUNCED",
    Severity.WARN,
    "Leave time between the maintenance and the move, and check AWS Health again before it.",
    page="AWS Direct Connect maintenance",
)
def no_maintenance_is_announced(move: Move) -> Iterator[str]:
    """Maintenance that is announced for another time is reported as well."""
    if not move.network.health_events:
        return
    period = period_of(move)
    for event in _events(move):
        if not overlaps(event, period):
            yield f"{_name(event, move)}{_distance(event, period)}"
    for event, paths in path_maintenance(move, is_during=False):
        others = ", ".join(path.virtual_interface_id for path in paths[:MOST_NAMED])
        yield f"{_name(event, move)}, which is another path: {others}{_distance(event, period)}"


def _rest(left: Remainder) -> str:
    """Return in words what is left of the other paths."""
    if left.lost:
        return f"nothing else carries {named_routes(left.lost)}"
    if left.families:
        return f"nothing else has BGP up for {' or '.join(left.families)}"
    if not (left.paths or left.has_vpn):
        return "there is no other path"
    if not left.paths:
        return "the rest is carried by a VPN connection"
    others = ", ".join(path.virtual_interface_id for path in left.paths[:MOST_NAMED])
    return f"the rest is carried by {others}"


def _at_target(move: Move) -> frozenset[str]:
    """Return the ids that an event about the target, or about the gateway, would name."""
    vif, target = move.network.virtual_interface, move.request.connection_id
    gateways = {vif.direct_connect_gateway_id, vif.virtual_gateway_id} - {""} if vif else set()
    return resources(None, move.network.target) | gateways | {target}


def _events(move: Move) -> Iterator[HealthEvent]:
    """Yield the events that concern what moves."""
    network = move.network
    ours = concerned(move.request, network)
    return works_on(network.health_events or (), ours, network.region)


def _distance(event: HealthEvent, period: Period) -> str:
    """Return how long before or after the move an event is, as far as its times are known."""
    begins, ends = times_of(event)
    if begins and begins >= period.ends:
        return (
            f"; it begins {lasting(begins - period.ends)} after the end of the move at its longest"
        )
    if ends and ends <= period.begins:
        return f"; it ends {lasting(period.begins - ends)} before the move"
    return ""


def _name(event: HealthEvent, move: Move) -> str:
    begins, ends = times_of(event)
    return (
        f"{event.event_type_code or event.arn or 'an AWS Health event'} is {event.status_code} for "
        f"{_entities(event, move)}, from {begins.isoformat() if begins else 'an unknown time'} to "
        f"{ends.isoformat() if ends else 'an unknown time'}"
    )


def _entities(event: HealthEvent, move: Move) -> str:
    """Return what an event is about; if that is much, what concerns the move comes first."""
    if is_about_all(event):
        whole = [entity for entity in event.entities if entity and is_whole(entity)]
        named_so = ", ".join(whole[:MOST_NAMED])
        region = event.region or move.network.region
        return f"{named_so} (all of {region})" if named_so else f"all of {region}"
    ours = concerned(move.request, move.network)
    entities = sorted(event.entities, key=lambda entity: named(entity) not in ours)
    told, unsaid = ", ".join(entities[:MOST_NAMED]), len(entities) - MOST_NAMED
    others = " and others" if event.names_others else ""
    return f"{told} and {unsaid} more" if unsaid > 0 else f"{told}{others}"
