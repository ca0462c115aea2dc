"""Properties of guards: what an application has shown is not talked away."""

from collections.abc import Iterator
from datetime import timedelta

from simulator.explore.case import Case
from simulator.moto_ext.account.alarms import AlarmState, SimulatedAlarm
from simulator.moto_ext.account.facts import Action
from vifshift.domain.findings import Checks
from vifshift.domain.guards import MARGIN
from vifshift.domain.migration import Outcome

SLACK = timedelta(seconds=60)
"""So long before the end a guard may change after it was read for the last time."""


def a_bad_guard_is_never_told_as_a_success(case: Case) -> Iterator[str]:
    """A move whose guard is bad at the end of the hold is never told as a success."""
    if case.outcome != Outcome.SUCCEEDED or not can_be_read(case):
        return
    for arn in bad_guards(case):
        yield f"{case.outcome}, though {arn} is in ALARM"


def a_bad_guard_is_told(case: Case) -> Iterator[str]:
    """The last event of a move names the state of each of its guards."""
    if not guards_of(case) or not can_be_read(case):
        return
    told = case.told or {}
    if not case.associations or told.get("outcome") not in {
        Outcome.SUCCEEDED,
        Outcome.ROLLED_BACK,
    }:
        return
    named = {each["alarm"] for each in told.get("guards", ())}
    for alarm in guards_of(case):
        if alarm not in named:
            yield f"{case.outcome}, and nothing is said of {alarm}"


def guards_of(case: Case) -> tuple[str, ...]:
    """Return the alarms that guard a case: the request's, or else those of the settings."""
    if case.request is None:
        return ()
    if case.request.guards is not None:
        return tuple(guard.alarm for guard in case.request.guards)
    checks = (case.record.scenario.settings or {}).get("checks")
    return tuple(guard.alarm for guard in Checks.model_validate(checks or {}).guards)


def was_guard_bad(case: Case) -> bool:
    """Return whether a guard of a case was in ALARM at the time of any of its events."""
    guards = set(guards_of(case))
    return any(
        arn in guards and seen.state is AlarmState.ALARM
        for states in case.record.alarm_states.values()
        for arn, seen in states.items()
    )


def bad_guards(case: Case) -> Iterator[str]:
    """Yield the guards that count, and were in ALARM when the end was told, and long before."""
    # The time of an event has been cut to a millisecond.
    times = [time for time in case.record.alarm_states if time <= case.told_at]
    if case.request is None or not times:
        return
    states = case.record.alarm_states[max(times)]
    for arn in guards_of(case):
        seen, alarm = states.get(arn), _alarm(case, arn)
        if seen is None or alarm is None or seen.state is not AlarmState.ALARM:
            continue
        window = timedelta(seconds=alarm.period * alarm.evaluation_periods) + MARGIN
        settles = window <= timedelta(seconds=case.request.convergence.guard_seconds)
        if settles and not _is_starved(case, alarm) and seen.since + SLACK <= case.told_at:
            yield arn


def can_be_read(case: Case) -> bool:
    """Return whether nothing keeps from reading alarms in any world."""
    return not any(
        Action.DESCRIBE_ALARMS in world.denied
        or any(fault.action is Action.DESCRIBE_ALARMS for fault in world.account_faults)
        for world in case.record.scenario.worlds
    )


def _alarm(case: Case, arn: str) -> SimulatedAlarm | None:
    _, _, _, region, account, _, name = arn.split(":", 6)
    return next(
        (
            alarm
            for world in case.record.scenario.worlds
            if (world.region, world.account) == (region, account)
            for alarm in world.alarms
            if alarm.alarm_name == name and not alarm.alarm_rule
        ),
        None,
    )


def _is_starved(case: Case, alarm: SimulatedAlarm) -> bool:
    """Return whether an alarm watches only what the virtual interface has left."""
    metrics = [alarm.metric, *(query.metric for query in alarm.metrics)]
    ports = {each.dimensions.get("ConnectionId") for each in metrics if each} - {None}
    return case.snapshot is not None and ports == {case.snapshot.connection_id}
