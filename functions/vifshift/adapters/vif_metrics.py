"""The adapter for the metrics of AWS/DX, which CloudWatch keeps by connection and VIF.

A VIF that was moved has a series for each connection that it was on, and nobody keeps a list of
those: search expressions find all of them, with one permission and without ListMetrics, whose pages
grow with the Region (AWS: CloudWatch User Guide, "Search expression syntax"; Direct Connect User
Guide, "Monitor with Amazon CloudWatch").
"""

import math
import time
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from vifshift.adapters.aws import call
from vifshift.domain.background import VifHistory
from vifshift.domain.errors import CallFailed, CallTimedOut

LOOKS_BACK = timedelta(days=14)
"""How far search expressions find series; those that ended before are not found."""
HOUR = timedelta(hours=1)
PERIOD = int(HOUR.total_seconds())
STEP = 300
"""Metrics have a value every five minutes: periods begin and end with one."""
LONGEST_SEARCH = 1024
LONGEST_READ = 20.0
EGRESS, INGRESS = "VirtualInterfaceBpsEgress", "VirtualInterfaceBpsIngress"
BGP_STATUS = "VirtualInterfaceBgpStatus"
PERCENTILE = 0.95

Query = dict[str, object]
Values = dict[float, float]


class Search(NamedTuple):
    """What is searched for: a metric, in the schema of its dimensions, and a statistic of it."""

    metric: str
    dimensions: str
    statistic: str
    label: str


OF_VIF = "ConnectionId,VirtualInterfaceId"
VIF = "${PROP('Dim.VirtualInterfaceId')}"
FAMILY = "${PROP('Dim.IpAddressFamily')}"
TRAFFIC = tuple(Search(metric, OF_VIF, "Maximum", VIF) for metric in (EGRESS, INGRESS))
# The average of zeros and ones is the share of an hour in which the session was up.
OF_BGP = "ConnectionId,IpAddressFamily,VirtualInterfaceId"
BGP = Search(BGP_STATUS, OF_BGP, "Average", f"{VIF} {FAMILY}")


class VifMetrics:
    """Reads what virtual interfaces have carried, and when their BGP sessions were up."""

    def __init__(self, cloudwatch: Any) -> None:
        """Use a client that does not retry, and whose timestamps are the numbers that AWS sends."""
        self._cloudwatch = cloudwatch

    def history(
        self, virtual_interface_ids: Sequence[str], with_bgp: Collection[str], now: datetime
    ) -> dict[str, VifHistory]:
        """Return the history of some VIFs by id, and for some of them that of BGP as well.

        For at most a hundred VIFs this is one call, unless they were moved again and again: 336
        hours of two directions each are within the 100,800 data points of an answer.
        """
        last = datetime.fromtimestamp(now.timestamp() // STEP * STEP, UTC)
        searches = {
            f"e{number}": (search, expression)
            for number, (search, expression) in enumerate(
                _expressions(virtual_interface_ids, with_bgp)
            )
        }
        found: defaultdict[tuple[str, str], Values] = defaultdict(dict)
        for result in self._results(searches, last) if searches else ():
            metric = searches[str(result["Id"])][0].metric
            values = found[metric, str(result["Label"])]
            for at, value in zip(result["Timestamps"], result["Values"], strict=True):
                moment = seconds(at)
                values[moment] = max(float(value), values.get(moment, 0.0))
        return {
            name: _history(name, found, last - HOUR)
            for name in dict.fromkeys(virtual_interface_ids)
            if any(name == label.partition(" ")[0] for _, label in found)
        }

    def _results(
        self, searches: Mapping[str, tuple[Search, str]], last: datetime
    ) -> Iterator[dict[str, Any]]:
        """Yield the results of all pages; raises a `CallError` for what is cut or failed."""
        ends_at = time.monotonic() + LONGEST_READ
        asked: dict[str, object] = {
            "MetricDataQueries": [
                {"Id": name, "Expression": expression, "Label": search.label}
                for name, (search, expression) in searches.items()
            ],
            "StartTime": last - LOOKS_BACK,
            "EndTime": last,
        }
        token: dict[str, object] = {}
        while True:
            if time.monotonic() > ends_at:
                raise CallTimedOut(f"get_metric_data: took longer than {LONGEST_READ:g} seconds")
            page = call(self._cloudwatch, "get_metric_data", **asked, **token)
            for message in page.get("Messages") or ():
                raise CallFailed(f"get_metric_data: {message.get('Code', 'the answer is cut')}")
            for result in page.get("MetricDataResults") or ():
                if result.get("StatusCode") in {"InternalError", "Forbidden"}:
                    raise CallFailed(f"get_metric_data: {result['StatusCode']}")
                yield result
            if not page.get("NextToken"):
                return
            token = {"NextToken": page["NextToken"]}


def _expressions(ids: Sequence[str], with_bgp: Collection[str]) -> Iterator[tuple[Search, str]]:
    for search in TRAFFIC:
        yield from ((search, each) for each in expressions(search, ids))
    of_bgp = [name for name in ids if name in with_bgp]
    yield from ((BGP, each) for each in expressions(BGP, of_bgp))


def expressions(search: Search, ids: Iterable[str]) -> Iterator[str]:
    """Yield search expressions that together name all ids, none of them too long."""
    some: list[str] = []
    for name in dict.fromkeys(ids):
        if some and len(_expression(search, [*some, name])) > LONGEST_SEARCH:
            yield _expression(search, some)
            some = []
        some.append(name)
    if some:
        yield _expression(search, some)


def _expression(search: Search, ids: Sequence[str]) -> str:
    terms = " OR ".join(f'"{name}"' for name in ids)
    return (
        f"SEARCH('{{AWS/DX,{search.dimensions}}} MetricName=\"{search.metric}\" ({terms})', "
        f"'{search.statistic}', {PERIOD})"
    )


def _history(
    name: str, found: Mapping[tuple[str, str], Values], an_hour_ago: datetime
) -> VifHistory:
    egress, ingress = (found.get((metric, name), {}) for metric in (EGRESS, INGRESS))
    families = {
        label.partition(" ")[2]: values
        for (metric, label), values in found.items()
        if metric == BGP_STATUS and label.partition(" ")[0] == name
    }
    since = an_hour_ago.timestamp()
    return VifHistory(
        egress=percentile(egress.values()),
        ingress=percentile(ingress.values()),
        hours=max(len(egress), len(ingress)),
        up=frozenset(family.lower() for family, values in families.items() if any(values.values())),
        down_lately=frozenset(
            family.lower()
            for family, values in families.items()
            if any(value < 1 for at, value in values.items() if at + PERIOD > since)
        ),
    )


def percentile(values: Iterable[float]) -> float | None:
    """Return the 95th percentile, by the nearest rank; None of nothing."""
    ranked = sorted(values)
    return ranked[math.ceil(PERCENTILE * len(ranked)) - 1] if ranked else None


def seconds(at: object) -> float:
    """Return a timestamp in seconds since 1970, however the protocol has it."""
    if isinstance(at, int | float):
        return float(at)
    moment = at if isinstance(at, datetime) else datetime.fromisoformat(str(at))
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
