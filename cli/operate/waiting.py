"""What a migration or plan that runs is doing, in words, and how much time it has left."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from vifshift.domain.durations import lasting
from vifshift.domain.migration import Migration, Phase
from vifshift.domain.network import VirtualInterfaceState
from vifshift.domain.observation import Observation, VifStatus
from vifshift.domain.request import RequestOptions
from vifshift.domain.state_words import doing as words_of
from vifshift.domain.time_spans import moment
from vifshift.domain.workflow import StateName
from vifshift.migration.giving_up import gives_up_at
from vifshift.migration.route_comparison import deadline_of
from vifshift.reports.migration.reading import SoFar

_WAITING_FOR_GATEWAY = frozenset(
    {
        StateName.LOCK_GATEWAY,
        StateName.WHO_HOLDS_IT,
        StateName.IS_IT_STILL_HELD,
        StateName.IS_HOLDER_RUNNING,
        StateName.IS_IT_WORTH_WAITING,
        StateName.TAKE_LOCK_OVER,
        StateName.WAIT_FOR_GATEWAY,
    }
)


def step(state: str) -> str:
    """Return what a state does; pauses and observations that alternate are one activity."""
    return words_of(StateName.OBSERVE if state == StateName.PAUSE else state)


def doing(name: str, seen: SoFar, now: datetime) -> Iterator[str]:
    """Yield what a migration waits for, or what it has, and how much time is left for it."""
    validation = seen.validation
    minutes = validation.approval_minutes if validation else None
    request = validation.request if validation else None
    if seen.state == StateName.ASK_FOR_APPROVAL:
        yield from for_approval(name, request, seen.entered_at, now, minutes)
    elif seen.state == StateName.WAIT_FOR_WINDOW:
        yield from for_window(request, now)
    elif seen.state in _WAITING_FOR_GATEWAY:
        yield "another virtual interface of its gateway moves first"
    migration = validation.migration if validation else None
    observation = seen.observation
    if migration and observation and seen.looks and seen.looks[-1].phase is seen.phase:
        yield time_left(observation, migration, seen.phase, now)


def for_approval(
    name: str,
    request: RequestOptions | None,
    asked_at: datetime | None,
    now: datetime,
    minutes: int | None = None,
) -> Iterator[str]:
    """Yield how long an approval is waited for, and how to answer."""
    minutes = minutes or (request.approval.timeout_minutes if request else None)
    if minutes and asked_at:
        left = asked_at + timedelta(minutes=minutes) - now
        yield f"waits for an approval, {_left(left)}; without an answer it is rejected"
    yield f"answer with `vifshift approve {name}` or `vifshift refuse {name}`"


def for_window(request: RequestOptions | None, now: datetime) -> Iterator[str]:
    """Yield when the window opens."""
    if request and request.window:
        opens = request.window.opens_at
        yield f"waits for its window, which opens at {moment(opens)}, {_in(opens - now)}"


def time_left(observation: Observation, migration: Migration, phase: Phase, now: datetime) -> str:
    """Return how much time is left to converge, or to hold, and what follows."""
    progress, convergence = observation.progress, migration.request.convergence
    if progress.good_since:
        held = timedelta(seconds=convergence.hold_seconds)
        return f"as expected; {_left(progress.good_since + held - now)} of {lasting(held)} to hold"
    deadline = deadline_of(progress, convergence)
    gives_up = None if _is_verified(observation, migration) else gives_up_at(progress, convergence)
    then = _then(migration, phase)
    if gives_up and gives_up < deadline:
        return f"{_left(gives_up - now)} for a BGP peer to come up; else {then}"
    return f"{_left(deadline - now)} to converge, by {deadline:%H:%M:%S} UTC; else {then}"


def status(picture: VifStatus) -> str:
    """Return state and peers in one line, such as `pending, BGP down: ipv4 169.254.1.2`."""
    down = [name for name, bgp in picture.bgp_peers.items() if bgp != "up"]
    bgp = f"BGP down: {', '.join(down)}" if down else "BGP up"
    return f"{picture.virtual_interface_state} on {picture.connection_id}, {bgp}"


def _is_verified(observation: Observation, migration: Migration) -> bool:
    """Return whether AWS verifies the prefixes of a public VIF, for which it may take its time."""
    state = observation.picture.virtual_interface_state
    return migration.snapshot.is_public and state == VirtualInterfaceState.VERIFYING


def _then(migration: Migration, phase: Phase) -> str:
    if phase is Phase.ROLLBACK:
        return "it needs attention"
    return "it is rolled back" if migration.may_turn_back else "it stays there, for your attention"


def _left(left: timedelta) -> str:
    return f"{lasting(left)} left" if left > timedelta() else "time is up"


def _in(ahead: timedelta) -> str:
    return f"in {lasting(ahead)}" if ahead > timedelta() else "now"
