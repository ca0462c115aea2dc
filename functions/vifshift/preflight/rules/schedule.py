"""Rules about the time: the window, the change calendar, and maintenance that AWS announces."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from vifshift.domain.findings import Move, Severity, rule
from vifshift.domain.network import HealthEvent, Network
from vifshift.domain.ports import Lag
from vifshift.domain.request import Request

CLOSED = "CLOSED"
FURTHEST = timedelta(days=30)
OPEN, UPCOMING = "open", "upcoming"
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
    longest = 2 * move.request.convergence.longest_way
    start = max(move.now, window.opens_at)
    if start + longest > window.closes_at:
        yield (
            f"the window closes at {window.closes_at.isoformat()}; a move and a rollback may take "
            f"{longest} from {start.isoformat()}"
        )
    if move.is_recheck and move.now < window.opens_at:
        yield f"the window opens at {window.opens_at.isoformat()}, it is {move.now.isoformat()} now"
    if window.opens_at > move.now + FURTHEST:
        yield f"the window opens at {window.opens_at.isoformat()}, more than {FURTHEST} from now"


@rule(
    "CALENDAR_CLOSED",
    Severity.BLOCK,
    "Send the request again when the change calendar is open, or have it opened for this change.",
    page="AWS Systems Manager Change Calendar",
)
def change_calendar_is_open(move: Move) -> Iterator[str]:
    """Nothing moves while the change calendar is closed; a later window is judged when it opens."""
    window = move.request.window
    is_later = window is not None and move.now < window.opens_at
    if move.network.calendar_state == CLOSED and not is_later:
        yield f"the change calendar is {CLOSED}"


@rule(
    "MAINTENANCE_DURING_MOVE",
    Severity.BLOCK,
    "Move before or after the maintenance, or acknowledge it.",
    page="AWS Direct Connect maintenance",
    overridable=True,
)
def no_maintenance_meets_the_move(move: Move) -> Iterator[str]:
    """No AWS maintenance affects the ports or the virtual interface during the move."""
    opens_at, closes_at = _period(move)
    for event in _events(move):
        if _overlaps(event, opens_at, closes_at):
            yield (
                f"{_name(event, move)}; the move may take from {opens_at.isoformat()} to "
                f"{closes_at.isoformat()}"
            )


@rule(
    "MAINTENANCE_ANNOUNCED",
    Severity.WARN,
    "Leave time between the maintenance and the move, and check AWS Health again before it.",
    page="AWS Direct Connect maintenance",
)
def no_maintenance_is_announced(move: Move) -> Iterator[str]:
    """Maintenance that is announced for another time is reported as well."""
    opens_at, closes_at = _period(move)
    for event in _events(move):
        if not _overlaps(event, opens_at, closes_at):
            yield _name(event, move)


def _period(move: Move) -> tuple[datetime, datetime]:
    """Return when the move may happen: its window, or from now for the longest two phases."""
    window = move.request.window
    if window:
        return window.opens_at, window.closes_at
    return move.now, move.now + 2 * move.request.convergence.longest_way


def concerned(request: Request, network: Network) -> set[str]:
    """Return the ids that an event about the virtual interface or its ports would name."""
    found = {request.virtual_interface_id, request.connection_id}
    if network.virtual_interface:
        found.add(network.virtual_interface.connection_id)
    for port in (network.source, network.target):
        if isinstance(port, Lag):
            found.update(member.port_id for member in port.connections)
    return found


def named(entity: str) -> str:
    """Return the id of an event's entity, which may be an ARN."""
    return entity.rpartition("/")[2]


def _events(move: Move) -> Iterator[HealthEvent]:
    """Yield the upcoming and open events that name what moves, or no resource at all."""
    ours = concerned(move.request, move.network)
    for event in move.network.health_events or ():
        theirs = set(map(named, event.entities))
        if event.status_code in {OPEN, UPCOMING} and (not theirs or theirs & ours):
            yield event


def _overlaps(event: HealthEvent, opens_at: datetime, closes_at: datetime) -> bool:
    """Return whether an event overlaps a period.

    An open event without a start has begun, and one without an end continues.
    """
    begins, ends = _aware(event.start_time), _aware(event.end_time)
    if begins is None and event.status_code != OPEN:
        return False
    return (begins is None or begins < closes_at) and (ends is None or ends > opens_at)


def _aware(time: datetime | None) -> datetime | None:
    return time.replace(tzinfo=UTC) if time and time.tzinfo is None else time


def _name(event: HealthEvent, move: Move) -> str:
    begins, ends = _aware(event.start_time), _aware(event.end_time)
    entities = _entities(event, move) or "no specific resource"
    return (
        f"{event.event_type_code or event.arn or 'an AWS Health event'} is {event.status_code} for "
        f"{entities}, from {begins.isoformat() if begins else 'an unknown time'} to "
        f"{ends.isoformat() if ends else 'an unknown time'}"
    )


def _entities(event: HealthEvent, move: Move) -> str:
    """Return what an event is about; if that is much, what concerns the move comes first."""
    entities = event.entities
    unsaid = len(entities) - MOST_NAMED
    if unsaid <= 0:
        return ", ".join(entities)
    ours = concerned(move.request, move.network)
    first = sorted(entities, key=lambda entity: named(entity) not in ours)[:MOST_NAMED]
    return f"{', '.join(first)} and {unsaid} more"
