"""How metrics are asked for, and what is made of them."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from tests.unit.vifshift.fakes import SIBLING, VIF
from vifshift.adapters.vif_metrics import (
    BGP,
    LONGEST_SEARCH,
    TRAFFIC,
    VifMetrics,
    expressions,
    percentile,
    seconds,
)
from vifshift.domain.background import VifHistory
from vifshift.domain.errors import CallFailed

NOW = datetime(2026, 1, 5, 2, 3, 17, tzinfo=UTC)
LAST = NOW.replace(minute=0, second=0)
EGRESS, INGRESS, STATUS = "VirtualInterfaceBpsEgress", "VirtualInterfaceBpsIngress", BGP.metric
Series = tuple[str, str, dict[float, float]]


class FakeCloudWatch:
    """Answers with some series, a page at a time; each is of a metric, with its label."""

    def __init__(self, *series: Series, page: int = 100, **answer: Any) -> None:
        self.series, self.page, self.answer = series, page, answer
        self.asked: list[dict[str, Any]] = []
        self.meta = SimpleNamespace(method_to_api_mapping={"get_metric_data": "GetMetricData"})

    def get_metric_data(self, **asked: Any) -> dict[str, Any]:
        self.asked.append(asked)
        of_metric = {
            found[1]: query["Id"]
            for query in asked["MetricDataQueries"]
            if (found := re.search(r'MetricName="(\w+)"', query["Expression"]))
        }
        start = int(asked.get("NextToken", "0"))
        results = [
            {
                "Id": of_metric[metric],
                "Label": label,
                "Timestamps": [(LAST - timedelta(hours=ago)).timestamp() for ago in values],
                "Values": list(values.values()),
                "StatusCode": "Complete",
            }
            for metric, label, values in self.series[start : start + self.page]
        ]
        more = start + self.page < len(self.series)
        token = {"NextToken": str(start + self.page)} if more else {}
        return {"MetricDataResults": results, **token, **self.answer}


def history(
    client: FakeCloudWatch, ids: Sequence[str] = (VIF,), with_bgp: Sequence[str] = (VIF,)
) -> dict[str, VifHistory]:
    return VifMetrics(client).history(ids, with_bgp, NOW)


def test_series_of_all_connections_and_pages_become_one() -> None:
    before = {hour + 100.0: 5e9 for hour in range(40)}
    now = {hour + 1.0: 1e9 for hour in range(60)}
    client = FakeCloudWatch((EGRESS, VIF, before), (EGRESS, VIF, now), (INGRESS, VIF, now), page=1)

    found = history(client)

    assert found[VIF] == VifHistory(egress=5e9, ingress=1e9, hours=100)
    assert len(client.asked) == 3


def test_what_is_asked_for_is_two_weeks_of_hours_in_one_call() -> None:
    client = FakeCloudWatch()

    assert history(client, [VIF, SIBLING], [SIBLING]) == {}

    [asked] = client.asked
    assert (asked["StartTime"], asked["EndTime"]) == (LAST - timedelta(days=14), LAST)
    said = [query["Expression"] for query in asked["MetricDataQueries"]]
    assert said == [
        f'SEARCH(\'{{AWS/DX,ConnectionId,VirtualInterfaceId}} MetricName="{metric}" '
        f'("{VIF}" OR "{SIBLING}")\', \'Maximum\', 3600)'
        for metric in (EGRESS, INGRESS)
    ] + [
        "SEARCH('{AWS/DX,ConnectionId,IpAddressFamily,VirtualInterfaceId} "
        f'MetricName="{STATUS}" ("{SIBLING}")\', \'Average\', 3600)'
    ]


def test_a_hundred_vifs_are_one_call_with_searches_that_are_not_too_long() -> None:
    ids = [f"dxvif-{number:017}" for number in range(100)]
    client = FakeCloudWatch()

    history(client, ids, ids)

    [asked] = client.asked
    said = [query["Expression"] for query in asked["MetricDataQueries"]]
    assert max(map(len, said)) <= LONGEST_SEARCH
    assert len(said) < 50
    assert all(sum(f'"{name}"' in each for each in said) == 3 for name in ids)


def test_no_vif_is_no_call() -> None:
    client = FakeCloudWatch()

    assert history(client, [], []) == {}
    assert client.asked == []
    assert list(expressions(TRAFFIC[0], [])) == []


@pytest.mark.parametrize(
    ("values", "up", "down"),
    [
        ({1: 1, 2: 1, 3: 1}, {"ipv4"}, set()),
        ({1: 0.9, 2: 1}, {"ipv4"}, {"ipv4"}),
        ({1: 1, 2: 0.5}, {"ipv4"}, set()),
        ({1: 0, 2: 0}, set(), {"ipv4"}),
        ({0: 0.5, 1.5: 1}, {"ipv4"}, {"ipv4"}),
    ],
    ids=["up", "down lately", "down earlier", "never up", "hours that begin with the clock's"],
)
def test_families_were_up_or_down(values: dict[float, float], up: set[str], down: set[str]) -> None:
    found = history(FakeCloudWatch((STATUS, f"{VIF} ipv4", values)))[VIF]

    assert (set(found.up), set(found.down_lately)) == (up, down)


def test_a_session_that_moved_with_its_vif_was_up_on_either_connection() -> None:
    left = (STATUS, f"{VIF} ipv4", {3.0: 1.0, 1.0: 0.0})
    reached = (STATUS, f"{VIF} ipv4", {1.0: 1.0})

    found = history(FakeCloudWatch(left, reached))[VIF]

    assert (set(found.up), set(found.down_lately)) == ({"ipv4"}, set())


@pytest.mark.parametrize(
    "answer",
    [
        {"Messages": [{"Code": "MaxMetricsExceeded"}]},
        {"MetricDataResults": [{"Id": "e0", "Label": VIF, "StatusCode": "InternalError"}]},
    ],
)
def test_an_answer_that_is_cut_is_no_answer(answer: dict[str, Any]) -> None:
    with pytest.raises(CallFailed, match=r"MaxMetricsExceeded|InternalError"):
        history(FakeCloudWatch(**answer))


@pytest.mark.parametrize(
    ("values", "expected"),
    [([], None), ([7], 7), (range(1, 21), 19), (range(1, 101), 95), ([*[1] * 95, *[9] * 5], 1)],
)
def test_the_percentile_is_by_the_nearest_rank(values: Sequence[float], expected: float) -> None:
    assert percentile(values) == expected


@pytest.mark.parametrize("at", [1767577800, 1767577800.0, "2026-01-05T01:50:00Z"])
def test_times_are_read_as_any_protocol_has_them(at: object) -> None:
    moment = datetime(2026, 1, 5, 1, 50, tzinfo=UTC)

    assert seconds(at) == seconds(moment) == moment.timestamp()
