"""Judges the guards of a migration: whether each has had time to show what the move has done.

A guard counts once a full evaluation of it lies after BGP and routes came back: what it showed
before is of the interruption that every move has.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from vifshift.domain.guards import MARGIN, GuardResult, GuardState, GuardStatus
from vifshift.domain.migration import Migration, Phase
from vifshift.domain.observation import Progress, Reading
from vifshift.domain.request import Convergence
from vifshift.domain.time_spans import moment

BETWEEN_READINGS: Final = timedelta(seconds=15)
"""Guards are read no more often than this, unless something is decided: CloudWatch allows an
account nine calls of DescribeAlarms in a second, and evaluates most alarms once in a minute (AWS:
CloudWatch User Guide, "CloudWatch service quotas")."""


class Guarding(NamedTuple):
    """The guards of a phase, how it is verified otherwise, and the port that the VIF leaves."""

    alarms: tuple[str, ...]
    phase: Phase
    convergence: Convergence
    origin: str

    @property
    def longest(self) -> timedelta:
        """Return for how long guards may be waited for after BGP and routes came back."""
        return timedelta(seconds=self.convergence.guard_seconds)

    def due(self, status: GuardStatus) -> timedelta:
        """Return how long after that a guard is to be judged."""
        window = status.window_seconds
        return self.longest if window is None else min(_evaluated(window), self.longest)


class GuardVerdict(NamedTuple):
    """What the guards say: which have failed, whether to wait for some, and the results of all."""

    failed: tuple[str, ...] = ()
    is_pending: bool = False
    results: tuple[GuardResult, ...] = ()

    def said(self, *, of_all: bool) -> tuple[str, ...]:
        """Return what they show, or what those show that are not good."""
        return tuple(
            each.message for each in self.results if of_all or each.state is not GuardState.GOOD
        )


NO_GUARDS: Final = GuardVerdict()


def verified(
    guarding: Guarding | None, progress: Progress | None, otherwise: Convergence
) -> Convergence:
    """Return how a phase is verified, with the hold that its guards need as far as is known."""
    return held(guarding, progress.guards if progress else ()) if guarding else otherwise


def guarded(past: Progress, reading: Reading, guarding: Guarding, now: datetime) -> Progress:
    """Return what was known of a phase with the guards as they are now."""
    read_at = past.guards_read_at if reading.guards is None else now
    guards = merged(guarding, past.guards, reading.guards)
    return past.model_copy(update={"guards": guards, "guards_read_at": read_at})


def guarding_of(migration: Migration, phase: Phase) -> Guarding | None:
    """Return the guards of a phase of a migration, None without any."""
    if not migration.request.guards:
        return None
    alarms = tuple(guard.alarm for guard in migration.request.guards)
    return Guarding(alarms, phase, migration.request.convergence, migration.ends(phase).origin)


def held(guarding: Guarding, guards: Sequence[GuardStatus]) -> Convergence:
    """Return how a phase is verified: held until each guard can be judged.

    A rollback is held no longer than is asked for where its guards are good by then.
    """
    known = _known(guarding, guards)
    waits = (guarding.due(each) for each in known if _is_worth_waiting(guarding, each))
    return guarding.convergence.held_for(max(waits, default=timedelta()))


def are_due(guarding: Guarding, progress: Progress | None, now: datetime) -> bool:
    """Return whether the guards are to be read in this reading: nothing is decided without."""
    if progress is None or progress.guards_read_at is None:
        return True
    if now - progress.guards_read_at >= BETWEEN_READINGS:
        return True
    if progress.good_since is None:
        return False
    since = progress.good_since
    dues = [guarding.due(each) for each in progress.guards]
    dues.append(timedelta(seconds=held(guarding, progress.guards).hold_seconds))
    return any(progress.guards_read_at < since + due <= now for due in dues)


def read_if_due(
    guarding: Guarding | None,
    progress: Progress | None,
    read: Callable[[Sequence[str]], tuple[GuardStatus, ...]],
    now: datetime,
) -> tuple[GuardStatus, ...] | None:
    """Return the guards as they are read, None if they are not due."""
    if guarding is None or not are_due(guarding, progress, now):
        return None
    return read(guarding.alarms)


def merged(
    guarding: Guarding, past: Sequence[GuardStatus], read: Sequence[GuardStatus] | None
) -> tuple[GuardStatus, ...]:
    """Return what is known of each guard: one that could not be read is as it was before."""
    before = {each.alarm: each for each in _known(guarding, past)}
    for each in read or ():
        known = before[each.alarm]
        before[each.alarm] = (
            known.model_copy(update={"problem": each.problem}) if each.problem else each
        )
    return tuple(before[alarm] for alarm in guarding.alarms)


def judge(
    guarding: Guarding, guards: Sequence[GuardStatus], good_since: datetime | None, now: datetime
) -> GuardVerdict:
    """Return the verdict on guards; `good_since` is since when BGP and routes are back."""
    failed: list[str] = []
    results: list[GuardResult] = []
    is_pending = False
    for guard in guards:
        counts = _counts(guarding, guard, good_since)
        waits = _is_waited_for(guarding, guard, good_since, now)
        is_pending = is_pending or waits
        if counts and guard.state is GuardState.BAD and guarding.phase is Phase.FORWARD:
            failed.append(guard.in_words)
        results.append(
            GuardResult(
                alarm=guard.alarm,
                state=guard.state,
                since=guard.since,
                counts=counts,
                message="; ".join(_words(guarding, guard, good_since, counts=counts, waits=waits)),
            )
        )
    return GuardVerdict(tuple(failed), is_pending, tuple(results))


def have_changed(past: Sequence[GuardStatus], now: Sequence[GuardStatus]) -> bool:
    """Return whether a guard is in another state than was known; at first all count as good."""
    before = {each.alarm: each.state for each in past}
    return any(each.state is not before.get(each.alarm, GuardState.GOOD) for each in now)


def dues(
    guarding: Guarding, guards: Iterable[GuardStatus], good_since: datetime | None
) -> Iterator[datetime]:
    """Yield when something about guards may have to be decided."""
    if good_since:
        yield good_since + guarding.longest
        yield from (good_since + guarding.due(each) for each in guards)


def _known(guarding: Guarding, guards: Iterable[GuardStatus]) -> tuple[GuardStatus, ...]:
    by_alarm = {each.alarm: each for each in guards}
    return tuple(by_alarm.get(alarm, GuardStatus(alarm=alarm)) for alarm in guarding.alarms)


def _evaluated(window_seconds: int) -> timedelta:
    return timedelta(seconds=window_seconds) + MARGIN


def _counts(guarding: Guarding, guard: GuardStatus, good_since: datetime | None) -> bool:
    """Return whether a full evaluation of a guard lies after BGP and routes came back.

    One that watches the port that the VIF has left shows that it has left, and nothing else.
    """
    if good_since is None or guard.read_at is None or guard.problem or guard.is_missing:
        return False
    if guard.window_seconds is None or guard.state is GuardState.UNKNOWN:
        return False
    if _is_starved(guarding, guard):
        return False
    return guard.read_at >= good_since + _evaluated(guard.window_seconds)


def _is_starved(guarding: Guarding, guard: GuardStatus) -> bool:
    return guard.state is not GuardState.GOOD and guard.connection_id == guarding.origin


def _is_worth_waiting(guarding: Guarding, guard: GuardStatus) -> bool:
    """Return whether a guard can tell more later; after a rollback, only one that is not good."""
    if guard.is_missing or _is_starved(guarding, guard):
        return False
    is_good = guard.state is GuardState.GOOD and not guard.problem
    return guarding.phase is Phase.FORWARD or not is_good


def _is_waited_for(
    guarding: Guarding, guard: GuardStatus, good_since: datetime | None, now: datetime
) -> bool:
    """Return whether a guard may still be judged if it is waited for."""
    if good_since is None or not _is_worth_waiting(guarding, guard):
        return False
    due = guarding.longest if guard.problem else guarding.due(guard)
    return now < good_since + due


def _words(
    guarding: Guarding,
    guard: GuardStatus,
    good_since: datetime | None,
    *,
    counts: bool,
    waits: bool,
) -> Iterator[str]:
    yield guard.in_words
    if _is_starved(guarding, guard):
        yield (
            f"it watches {guarding.origin} alone, which the virtual interface has left, and so "
            "does not count"
        )
    elif waits and good_since:
        yield f"it counts from {moment(good_since + guarding.due(guard))}"
    elif good_since and not counts and guard.state is not GuardState.GOOD:
        yield "it is not settled, and does not count"
