"""The states of simulated alarms, evaluated from what the simulated network does.

As "Using Amazon CloudWatch alarms" (CloudWatch User Guide) has it: an alarm looks at its last
periods, and is in ALARM if enough of them breach its threshold; what is missing counts as it says.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Final, NamedTuple

from simulator.directconnect.models import SimulatedDirectConnect
from simulator.directconnect.traffic import FAMILIES, MetricPeriod, VifSeries
from simulator.moto_ext.account.alarms import (
    GATEWAY,
    PREFIX,
    REACHABLE,
    AlarmMetric,
    AlarmState,
    SimulatedAlarm,
)

_MINUTE: Final = 60
_LOOKS_BACK: Final = 120
"""So many evaluations back it is found out since when an alarm has been in its state."""
_STATUS: Final = "VirtualInterfaceBgpStatus"
_COMPARISONS: Final[Mapping[str, Callable[[float, float], bool]]] = {
    "GreaterThanThreshold": lambda value, threshold: value > threshold,
    "GreaterThanOrEqualToThreshold": lambda value, threshold: value >= threshold,
    "LessThanThreshold": lambda value, threshold: value < threshold,
    "LessThanOrEqualToThreshold": lambda value, threshold: value <= threshold,
}
_FUNCTIONS: Final[Mapping[str, Callable[[Sequence[float]], float]]] = {
    "SUM": sum,
    "MAX": max,
    "MIN": min,
    "AVG": lambda values: sum(values) / len(values),
}
_CHILD = re.compile(r"(ALARM|OK|INSUFFICIENT_DATA)\s*\(\s*[\"']?([^\"')]+)[\"']?\s*\)")
_WORDS: Final = {"AND": " and ", "OR": " or ", "NOT": " not ", "TRUE": "True", "FALSE": "False"}


class Seen(NamedTuple):
    """The state of an alarm, and since when it is in it."""

    state: AlarmState
    since: datetime


class AlarmStates:
    """Evaluates the alarms of an account and Region at one time."""

    def __init__(
        self, alarms: Sequence[SimulatedAlarm], network: SimulatedDirectConnect, now: datetime
    ) -> None:
        self._alarms = {each.alarm_name: each for each in alarms}
        self._network, self._now = network, now

    @cached_property
    def _series(self) -> Mapping[str, VifSeries]:
        return self._network.series()

    def seen(self, alarm: SimulatedAlarm) -> Seen:
        """Return the state of an alarm, and since when it is in it, as far as that is known."""
        if alarm.states:
            return self._scripted(alarm)
        step = timedelta(seconds=min(alarm.period, _MINUTE))
        at = self._evaluated_at(alarm, self._now)
        state = self._state(alarm, at)
        for _ in range(_LOOKS_BACK):
            earlier = at - step
            if earlier < self._network.founded_at or self._state(alarm, earlier) is not state:
                break
            at = earlier
        return Seen(state, at + timedelta(seconds=alarm.delay_seconds))

    def _state(self, alarm: SimulatedAlarm, at: datetime) -> AlarmState:
        if alarm.states:
            return self._scripted(alarm).state
        if alarm.alarm_rule:
            return AlarmState.ALARM if self._holds(alarm.alarm_rule, at) else AlarmState.OK
        length = timedelta(seconds=alarm.period)
        values = [
            self._value(alarm, at - (number + 1) * length, at - number * length)
            for number in range(alarm.evaluation_periods)
        ]
        present = [value for value in values if value is not None]
        missing = len(values) - len(present)
        treated = alarm.treat_missing_data
        if not present and treated in {"missing", "ignore"}:
            # What is ignored leaves the alarm as it was, and this one has been without data.
            return AlarmState.INSUFFICIENT_DATA
        compare = _COMPARISONS[alarm.comparison_operator]
        breaching = sum(compare(value, alarm.threshold) for value in present)
        breaching += missing if treated == "breaching" else 0
        needed = alarm.datapoints_to_alarm or alarm.evaluation_periods
        return AlarmState.ALARM if breaching >= needed else AlarmState.OK

    def _scripted(self, alarm: SimulatedAlarm) -> Seen:
        begin = self._network.triggered_at or self._network.founded_at
        found = Seen(AlarmState.OK, self._network.founded_at)
        for each in sorted(alarm.states, key=lambda state: state.at):
            since = begin + timedelta(seconds=each.at)
            if since <= self._now:
                found = Seen(each.state_value, since)
        return found

    def _holds(self, rule: str, at: datetime) -> bool:
        """Return whether the rule of a composite alarm holds."""

        def child(found: re.Match[str]) -> str:
            name = found[2].strip().split(":", 6)[-1]
            alarm = self._alarms.get(name)
            state = self._state(alarm, at) if alarm else AlarmState.INSUFFICIENT_DATA
            return "True" if state == found[1] else "False"

        words = re.sub(
            r"[A-Z]+", lambda found: _WORDS.get(found[0], found[0]), _CHILD.sub(child, rule)
        )
        if not re.fullmatch(r"(True|False|and|or|not|[\s()])+", words):
            raise NotImplementedError(f"{rule}: this rule is not evaluated here")
        return bool(eval(words))

    def _evaluated_at(self, alarm: SimulatedAlarm, now: datetime) -> datetime:
        """Return the last time at which an alarm was evaluated, before its delay."""
        step = min(alarm.period, _MINUTE)
        seconds = (now - timedelta(seconds=alarm.delay_seconds)).timestamp()
        return datetime.fromtimestamp(seconds // step * step, UTC)

    def _value(self, alarm: SimulatedAlarm, begins: datetime, ends: datetime) -> float | None:
        if alarm.metric:
            return self._measured(alarm.metric, begins, ends)
        values = {
            query.id: self._measured(query.metric, begins, ends)
            for query in alarm.metrics
            if query.metric
        }
        for query in alarm.metrics:
            if query.expression:
                name, _, rest = query.expression.partition("([")
                some = (values.get(each.strip()) for each in rest.removesuffix("])").split(","))
                present = [value for value in some if value is not None]
                return _FUNCTIONS[name](present) if present else None
        raise NotImplementedError(f"{alarm.alarm_name}: metrics without an expression")

    def _measured(self, metric: AlarmMetric, begins: datetime, ends: datetime) -> float | None:
        of = metric.dimensions
        if metric.metric_name == REACHABLE:
            return self._network.reachable_share(of[GATEWAY], of.get(PREFIX), begins, ends)
        vif = self._series.get(of["VirtualInterfaceId"])
        if vif is None:
            return None
        period = MetricPeriod(begins, ends, ends - begins)
        if metric.metric_name != _STATUS:
            points = vif.bits(metric.metric_name, period).get(of["ConnectionId"])
            return points[0].value if points else None
        families = [of["IpAddressFamily"]] if "IpAddressFamily" in of else FAMILIES
        found = [vif.up(family, period).get(of["ConnectionId"]) for family in families]
        return max((points[0].value for points in found if points), default=None)
