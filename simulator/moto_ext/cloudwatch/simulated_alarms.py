"""DescribeAlarms, with the alarms of a scenario besides those that are deployed.

AWS: CloudWatch API reference, DescribeAlarms: without `AlarmTypes` only metric alarms are returned,
and pages have fifty alarms unless more are asked for.
"""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final

from moto.cloudwatch.exceptions import ValidationError
from moto.cloudwatch.models import cloudwatch_backends
from moto.cloudwatch.responses import CloudWatchResponse
from moto.core.responses import ActionResult
from moto.directconnect.models import directconnect_backends
from moto.utilities.utils import get_partition

from simulator.core.context import CloudContext
from simulator.core.repairs import extension
from simulator.directconnect.clock import now
from simulator.directconnect.models import SimulatedDirectConnect
from simulator.moto_ext.account.alarms import AlarmMetric, SimulatedAlarm
from simulator.moto_ext.account.exceptions import AccountApiError
from simulator.moto_ext.account.facts import Action
from simulator.moto_ext.account.models import account_backends
from simulator.moto_ext.cloudwatch.alarm_states import AlarmStates
from simulator.moto_ext.iam.callers import is_judged

REPAIRS: Final = (
    extension(
        "moto.cloudwatch.responses:CloudWatchResponse.describe_alarms",
        lacks="Alarms keep the state that they were given, and all of them are on one page.",
        test="moto_ext/cloudwatch/test_simulated_alarms.py",
    ),
)
_CLOUDWATCH: Any = cloudwatch_backends
_METRIC, _COMPOSITE = "MetricAlarm", "CompositeAlarm"
_MOST_NAMES: Final = 100
_PAGE: Final = 50
_BAD: Final = 400

Described = dict[str, Any]


def repair(context: CloudContext) -> None:
    """Answer with the scenario's alarms as well."""
    context.patches.set(CloudWatchResponse, "describe_alarms", describe_alarms)


def describe_alarms(handler: Any) -> Any:
    """Answer DescribeAlarms; what fails does so for those whose permissions are judged."""
    asked = handler._get_params()
    account, region = handler.current_account, handler.region
    backend = account_backends[account][region]
    try:
        if is_judged():
            backend.permit(Action.DESCRIBE_ALARMS)
    except AccountApiError as error:
        return _refusal(error)
    deployed = _CLOUDWATCH[account][region].alarms.values()
    simulated = _simulated(backend.facts.alarms, account, region, now())
    return ActionResult(_page([*deployed, *simulated], asked))


def _simulated(
    alarms: tuple[SimulatedAlarm, ...], account: str, region: str, at: datetime
) -> Iterator[Described]:
    if not alarms:
        return
    network = directconnect_backends[account][region]
    assert isinstance(network, SimulatedDirectConnect)
    states = AlarmStates(alarms, network, at)
    for alarm in alarms:
        seen = states.seen(alarm)
        arn = f"arn:{get_partition(region)}:cloudwatch:{region}:{account}:alarm:{alarm.alarm_name}"
        yield {
            "AlarmName": alarm.alarm_name,
            "AlarmArn": arn,
            "StateValue": seen.state.value,
            "StateUpdatedTimestamp": seen.since,
            "StateTransitionedTimestamp": seen.since,
            **(_rule(alarm) if alarm.alarm_rule else _watched(alarm)),
        }


def _rule(alarm: SimulatedAlarm) -> Described:
    return {"AlarmRule": alarm.alarm_rule}


def _watched(alarm: SimulatedAlarm) -> Described:
    """Return what a metric alarm watches: metric math has no period of its own."""
    common: Described = {
        "EvaluationPeriods": alarm.evaluation_periods,
        "DatapointsToAlarm": alarm.datapoints_to_alarm or alarm.evaluation_periods,
        "ComparisonOperator": alarm.comparison_operator,
        "Threshold": alarm.threshold,
        "TreatMissingData": alarm.treat_missing_data,
    }
    if not alarm.metrics:
        metric = _metric(alarm.metric) if alarm.metric else {"MetricName": "Scripted"}
        return {**common, **metric, "Statistic": "Average", "Period": alarm.period}
    queries = [
        {"Id": query.id, "Expression": query.expression, "ReturnData": True}
        if query.metric is None
        else {
            "Id": query.id,
            "ReturnData": False,
            "MetricStat": {
                "Metric": _metric(query.metric),
                "Period": alarm.period,
                "Stat": "Average",
            },
        }
        for query in alarm.metrics
    ]
    return {**common, "Metrics": queries}


def _metric(metric: AlarmMetric) -> Described:
    dimensions = [{"Name": name, "Value": value} for name, value in metric.dimensions.items()]
    return {
        "Namespace": metric.namespace,
        "MetricName": metric.metric_name,
        "Dimensions": dimensions,
    }


def _page(found: list[Any], asked: Mapping[str, Any]) -> dict[str, Any]:
    names = asked.get("AlarmNames") or []
    if len(names) > _MOST_NAMES:
        raise ValidationError(f"At most {_MOST_NAMES} names are allowed")
    types = set(asked.get("AlarmTypes") or [_METRIC])
    wanted = [
        each
        for each in found
        if _type(each) in types
        and (not names or _name(each) in names)
        and _name(each).startswith(str(asked.get("AlarmNamePrefix") or ""))
    ]
    most = int(asked.get("MaxRecords") or _PAGE)
    start = int(str(asked.get("NextToken") or "page-0").removeprefix("page-"))
    shown = wanted[start : start + most]
    answer: dict[str, Any] = {
        "MetricAlarms": [each for each in shown if _type(each) == _METRIC],
        "CompositeAlarms": [each for each in shown if _type(each) == _COMPOSITE],
    }
    if start + most < len(wanted):
        answer["NextToken"] = f"page-{start + most}"
    return answer


def _name(alarm: Any) -> str:
    return str(alarm["AlarmName"] if isinstance(alarm, dict) else alarm.name)


def _type(alarm: Any) -> str:
    is_composite = "AlarmRule" in alarm if isinstance(alarm, dict) else alarm.rule is not None
    return _COMPOSITE if is_composite else _METRIC


def _refusal(error: AccountApiError) -> Any:
    """Return an error of the platform, which is not in the service's model."""
    body = json.dumps({"__type": error.code, "message": error.message})
    kind = {"content-type": "application/x-amz-json-1.0", "x-amzn-ErrorType": error.code}
    return _BAD, {**kind, "status": _BAD}, body
