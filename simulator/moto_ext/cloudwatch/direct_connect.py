"""GetMetricData for AWS/DX, whose metrics follow the simulated network.

A query is a search expression, as in the CloudWatch User Guide, "Search expression syntax":
a schema, the name of a metric, and quoted ids of virtual interfaces. A result is a series for each
connection that a virtual interface was on; its label is the query's, with its properties put in.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final, NamedTuple

from moto.cloudwatch.exceptions import ValidationError
from moto.cloudwatch.responses import CloudWatchResponse
from moto.core.common_types import TYPE_RESPONSE
from moto.core.responses import ActionResult
from moto.directconnect.models import directconnect_backends

from simulator.core.context import CloudContext
from simulator.core.repairs import extension
from simulator.directconnect.models import SimulatedDirectConnect
from simulator.directconnect.traffic import FAMILIES, MetricPeriod, Point, VifSeries
from simulator.moto_ext.account.exceptions import AccountApiError
from simulator.moto_ext.account.facts import Action
from simulator.moto_ext.account.models import account_backends

_TARGET: Final = "moto.cloudwatch.responses:CloudWatchResponse.get_metric_data"
REPAIRS: Final = (
    extension(
        _TARGET,
        lacks="Direct Connect publishes no metrics, and search expressions are not evaluated.",
        test="moto_ext/cloudwatch/test_direct_connect.py",
    ),
)

_SEARCH = re.compile(
    r"SEARCH\('\{AWS/DX,(?P<schema>[\w,]+)\} MetricName=\"(?P<metric>\w+)\" "
    r"\((?P<terms>[^)]+)\)', '(?P<statistic>\w+)', (?P<period>\d+)\)"
)
_BAD: Final = 400
_LONGEST_SEARCH: Final = 1024
_MOST_QUERIES: Final = 500
_MOST_SERIES: Final = 500
_MOST_POINTS: Final = 100_800
_BITS: Final = ("VirtualInterfaceBpsEgress", "VirtualInterfaceBpsIngress")
_STATUS: Final = "VirtualInterfaceBgpStatus"
_OF_VIF: Final = frozenset({"ConnectionId", "VirtualInterfaceId"})
_OF_BGP: Final = _OF_VIF | {"IpAddressFamily"}
_original = CloudWatchResponse.get_metric_data

Result = dict[str, Any]


class Series(NamedTuple):
    """A series, and the dimensions that it has."""

    dimensions: Mapping[str, str]
    points: Sequence[Point]


def repair(context: CloudContext) -> None:
    """Answer for AWS/DX."""
    context.patches.set(CloudWatchResponse, "get_metric_data", get_metric_data)


def get_metric_data(handler: CloudWatchResponse) -> Any:
    """Answer GetMetricData; what is no search is left to moto."""
    asked = handler._get_params()
    queries = asked.get("MetricDataQueries") or []
    if not all(str(query.get("Expression", "")).startswith("SEARCH(") for query in queries):
        return _original(handler)
    try:
        account_backends[handler.current_account][handler.region].permit(Action.GET_METRIC_DATA)
    except AccountApiError as error:
        return _refusal(error)
    if len(queries) > _MOST_QUERIES:
        raise ValidationError(f"At most {_MOST_QUERIES} queries are allowed")
    network = directconnect_backends[handler.current_account][handler.region]
    assert isinstance(network, SimulatedDirectConnect)
    start, end = _time(asked["StartTime"]), _time(asked["EndTime"])
    vifs = network.series()
    found = [each for query in queries for each in _results(query, vifs, start, end)]
    page, token = _page(found[:_MOST_SERIES], asked)
    answer: Result = {"MetricDataResults": page}
    if len(found) > _MOST_SERIES:
        answer["Messages"] = [{"Code": "MaxMetricsExceeded", "Value": "There are more metrics"}]
    if token:
        answer["NextToken"] = token
    return ActionResult(answer)


def _refusal(error: AccountApiError) -> TYPE_RESPONSE:
    """Return an error of the platform, which is not in the service's model."""
    body = json.dumps({"__type": error.code, "message": error.message})
    kind = {"content-type": "application/x-amz-json-1.0", "x-amzn-ErrorType": error.code}
    # moto reads the status of a response from its headers.
    return _BAD, {**kind, "status": _BAD}, body


def _results(
    query: Mapping[str, Any], vifs: Mapping[str, VifSeries], start: datetime, end: datetime
) -> Iterator[Result]:
    expression = str(query["Expression"])
    search = _SEARCH.fullmatch(expression)
    if search is None:
        raise NotImplementedError(f"{expression} is not evaluated here")
    if len(expression) > _LONGEST_SEARCH:
        raise ValidationError(f"A search has at most {_LONGEST_SEARCH} characters")
    wanted = [term.strip().strip('"') for term in search["terms"].split(" OR ")]
    period = MetricPeriod(start, end, timedelta(seconds=int(search["period"])))
    for name in wanted:
        if name in vifs:
            for series in _series(search, name, vifs[name], period):
                yield _result(query, series)


def _series(
    search: re.Match[str], name: str, vif: VifSeries, period: MetricPeriod
) -> Iterator[Series]:
    """Yield what a search finds of a virtual interface: its schema has to be the metric's."""
    schema, metric = frozenset(search["schema"].split(",")), search["metric"]
    if metric in _BITS and schema == _OF_VIF and search["statistic"] == "Maximum":
        for connection, points in vif.bits(metric, period).items():
            yield Series({"VirtualInterfaceId": name, "ConnectionId": connection}, points)
    elif metric == _STATUS and schema == _OF_BGP and search["statistic"] == "Average":
        # A family that is not configured has a series too, which is zero.
        for family in FAMILIES:
            for connection, points in vif.up(family, period).items():
                yield Series(
                    {
                        "VirtualInterfaceId": name,
                        "ConnectionId": connection,
                        "IpAddressFamily": family,
                    },
                    points,
                )


def _result(query: Mapping[str, Any], series: Series) -> Result:
    label = re.sub(
        r"\$\{PROP\('Dim\.(\w+)'\)\}",
        lambda found: series.dimensions[found[1]],
        str(query.get("Label") or query["Id"]),
    )
    # By default, the newest come first.
    points = sorted(series.points, reverse=True)
    return {
        "Id": query["Id"],
        "Label": label,
        "Timestamps": [point.at for point in points],
        "Values": [point.value for point in points],
        "StatusCode": "Complete",
    }


def _page(found: list[Result], asked: Mapping[str, Any]) -> tuple[list[Result], str | None]:
    """Cut a page of whole series, with at most so many data points."""
    most = int(asked.get("MaxDatapoints") or _MOST_POINTS)
    start = int(str(asked.get("NextToken") or "page-0").removeprefix("page-"))
    count, end = 0, start
    while end < len(found) and (end == start or count + len(found[end]["Values"]) <= most):
        count += len(found[end]["Values"])
        end += 1
    return found[start:end], f"page-{end}" if end < len(found) else None


def _time(value: Any) -> datetime:
    if isinstance(value, int | float):
        return datetime.fromtimestamp(value, UTC)
    told = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    return told if told.tzinfo else told.replace(tzinfo=UTC)
