"""The deployed alarms, evaluated after a run from its data points.

As "How CloudWatch evaluates alarms" (CloudWatch User Guide) has it: values become one per period,
and an alarm fires once enough of its last periods breach its threshold. What no alarm here uses
is refused: metric math, percentiles, and missing data that counts as breaching.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from moto.cloudwatch.models import cloudwatch_backends

from simulator.core.context import CloudContext
from simulator.moto_ext.cloudwatch.metrics import DataPoint, MetricId
from simulator.moto_ext.iam.authorizer import AccessDeniedError
from simulator.moto_ext.iam.callers import service_principal
from simulator.moto_ext.iam.required_permissions import UnknownPermissionError, permissions_of_topic

_SERVICE: Final = "cloudwatch.amazonaws.com"
_STATISTICS: Final[Mapping[str, Callable[[Sequence[float]], float]]] = {
    "Sum": sum,
    "Maximum": max,
    "Minimum": min,
    "Average": lambda values: sum(values) / len(values),
    "SampleCount": len,
}
_COMPARISONS: Final[Mapping[str, Callable[[float, float], bool]]] = {
    "GreaterThanThreshold": lambda value, threshold: value > threshold,
    "GreaterThanOrEqualToThreshold": lambda value, threshold: value >= threshold,
    "LessThanThreshold": lambda value, threshold: value < threshold,
    "LessThanOrEqualToThreshold": lambda value, threshold: value <= threshold,
}


@dataclass(frozen=True)
class AlarmFiring:
    """An alarm that goes into ALARM, at the end of the period that makes it."""

    at: datetime
    alarm: str


class AlarmDescriptions:
    """What DescribeAlarms says of every alarm, asked again only where an alarm was replaced.

    The answer takes as long as a short run. What it says of an alarm's state is not kept up.
    """

    def __init__(self, context: CloudContext) -> None:
        self._context = context
        self._alarms: list[Any] = []
        self._described: list[dict[str, Any]] = []

    def read(self) -> list[dict[str, Any]]:
        """Return the descriptions of the alarms that there are now."""
        backends: Any = cloudwatch_backends
        alarms = list(backends[self._context.account][self._context.region].alarms.values())
        if alarms != self._alarms:
            self._alarms, self._described = alarms, described(self._context)
        return self._described


def described(context: CloudContext) -> list[dict[str, Any]]:
    """Describe every alarm that is deployed, and none of those that a scenario has besides."""
    backends: Any = cloudwatch_backends
    deployed = backends[context.account][context.region].alarms
    pages = context.clients.get("cloudwatch").get_paginator("describe_alarms").paginate()
    found = (alarm for page in pages for alarm in page["MetricAlarms"])
    return [alarm for alarm in found if alarm["AlarmName"] in deployed]


def metric_of(alarm: Mapping[str, Any]) -> MetricId:
    """Return the metric that an alarm, as DescribeAlarms tells it, looks at."""
    if alarm.get("Metrics") or "MetricName" not in alarm:
        raise NotImplementedError(f"{alarm['AlarmName']}: metric math is not evaluated here")
    dimensions = {each["Name"]: each["Value"] for each in alarm.get("Dimensions", [])}
    return MetricId.of(alarm["Namespace"], alarm["MetricName"], dimensions)


def fired(alarms: Iterable[Mapping[str, Any]], points: Sequence[DataPoint]) -> list[AlarmFiring]:
    """Return the alarms that fired, in order; one that fires twice is in it twice."""
    by_metric: dict[MetricId, list[DataPoint]] = defaultdict(list)
    for point in points:
        by_metric[point.metric].append(point)
    found = [
        AlarmFiring(at, str(alarm["AlarmName"]))
        for alarm in alarms
        for at in _times(alarm, by_metric[metric_of(alarm)])
    ]
    return sorted(found, key=lambda ringing: (ringing.at, ringing.alarm))


def _times(alarm: Mapping[str, Any], points: Sequence[DataPoint]) -> list[datetime]:
    """Return the ends of those periods in which an alarm goes from OK into ALARM."""
    if alarm.get("TreatMissingData") == "breaching" or "ExtendedStatistic" in alarm:
        raise NotImplementedError(f"{alarm['AlarmName']}: not evaluated here")
    period, number = int(alarm["Period"]), int(alarm["EvaluationPeriods"])
    needed = int(alarm.get("DatapointsToAlarm") or number)
    breaching = _breaching(alarm, points, period)
    reached = {start + later for start in breaching for later in range(number)}
    ringing = {
        end
        for end in reached
        if sum(each in breaching for each in range(end - number + 1, end + 1)) >= needed
    }
    begun = sorted(end for end in ringing if end - 1 not in ringing)
    return [datetime.fromtimestamp((end + 1) * period, UTC) for end in begun]


def _breaching(alarm: Mapping[str, Any], points: Sequence[DataPoint], period: int) -> set[int]:
    """Return the numbers, since 1970, of the periods whose value breaches the threshold."""
    values: dict[int, list[float]] = defaultdict(list)
    for point in points:
        values[int(point.at.timestamp() // period)].append(point.value)
    statistic, breaches = (
        _STATISTICS[alarm["Statistic"]],
        _COMPARISONS[alarm["ComparisonOperator"]],
    )
    return {
        number
        for number, of_period in values.items()
        if breaches(statistic(of_period), float(alarm["Threshold"]))
    }


def check_actions(
    context: CloudContext, alarms: Iterable[Mapping[str, Any]], rung: Set[str]
) -> None:
    """Check the permissions for the topics of alarms that fired; the journal records denials."""
    for alarm in alarms:
        if alarm["AlarmName"] not in rung:
            continue
        principal = service_principal(_SERVICE, context.account, alarm["AlarmArn"])
        for action in alarm["AlarmActions"]:
            if action.split(":")[2] != "sns":
                raise UnknownPermissionError(
                    f"{alarm['AlarmName']}: no permission is known for {action}"
                )
            with suppress(AccessDeniedError):
                for asked in permissions_of_topic(action):
                    context.authorizer.authorize(principal, *asked)
