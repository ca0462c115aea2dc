"""GetMetricData for AWS/DX: what a search finds, and what follows the simulated network."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws
from moto.cloudwatch.responses import CloudWatchResponse
from moto.core import utils

from simulator.directconnect import World, install, simulated
from simulator.directconnect.clock import now
from simulator.moto_ext.account import install as install_account
from simulator.moto_ext.account import load
from simulator.moto_ext.account.facts import AccountFacts
from simulator.moto_ext.cloudwatch import direct_connect

ACCOUNT, REGION = "111122223333", "eu-central-1"
VIF, OTHER, GONE = "dxvif-aaaa0001", "dxvif-bbbb0001", "dxcon-gone0001"
EGRESS, STATUS = "VirtualInterfaceBpsEgress", "VirtualInterfaceBgpStatus"
OF_VIF = "ConnectionId,VirtualInterfaceId"
OF_BGP = "ConnectionId,IpAddressFamily,VirtualInterfaceId"
BOTH = "${PROP('Dim.VirtualInterfaceId')} ${PROP('Dim.ConnectionId')}"
THROTTLED = {"action": "cloudwatch:GetMetricData", "error": "ThrottlingException"}
Values = dict[str, list[float]]


@pytest.fixture
def metrics(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "metrics")
    monkeypatch.setenv("MOTO_ACCOUNT_ID", ACCOUNT)
    install()
    install_account()
    monkeypatch.setattr(CloudWatchResponse, "get_metric_data", direct_connect.get_metric_data)
    # moto's own clock is naive.
    monkeypatch.setattr(utils, "utcnow", lambda: datetime(2026, 1, 5, 2))
    with mock_aws():
        yield boto3.client("cloudwatch", region_name=REGION)


def world(*traffic: Any) -> None:
    """Load a VIF for each traffic."""
    interfaces = [
        {"virtualInterfaceId": name, "connectionId": "dxcon-source01", "traffic": each}
        for name, each in zip((VIF, OTHER), traffic, strict=False)
    ]
    whole = {
        "connections": [{"connectionId": "dxcon-source01"}],
        "virtualInterfaces": interfaces,
    }
    simulated(ACCOUNT, REGION).load(World.model_validate(whole))


def search(schema: str, metric: str, statistic: str, *names: str) -> str:
    terms = " OR ".join(f'"{name}"' for name in names)
    return f"SEARCH('{{AWS/DX,{schema}}} MetricName=\"{metric}\" ({terms})', '{statistic}', 3600)"


def found(
    metrics: Any, expression: str, *, hours: int = 4, label: str = BOTH, **asked: Any
) -> Values:
    """Return the values by label, the oldest first."""
    answer = metrics.get_metric_data(
        MetricDataQueries=[{"Id": "e1", "Expression": expression, "Label": label}],
        StartTime=now() - timedelta(hours=hours),
        EndTime=now(),
        ScanBy="TimestampDescending",
        **asked,
    )
    return {each["Label"]: each["Values"][::-1] for each in answer["MetricDataResults"]}


def test_traffic_is_found_for_as_long_as_there_was_any(metrics: Any) -> None:
    world({"egressBps": [1, 2, 3, 4], "hours": 3}, "none")
    expression = search(OF_VIF, EGRESS, "Maximum", VIF, OTHER, "dxvif-unknown01")

    assert found(metrics, expression, hours=10) == {f"{VIF} dxcon-source01": [3, 2, 1]}


def test_a_vif_that_was_moved_has_a_series_on_each_connection(metrics: Any) -> None:
    world({"egressBps": [1, 2, 3, 4], "former": GONE, "movedHoursAgo": 2})

    values = found(metrics, search(OF_VIF, EGRESS, "Maximum", VIF))

    assert values == {f"{VIF} {GONE}": [4, 3], f"{VIF} dxcon-source01": [2, 1]}


def test_bgp_was_up_for_a_share_of_an_hour_and_never_in_another_family(metrics: Any) -> None:
    ago = {"fromMinutesAgo": 75, "toMinutesAgo": 45}
    world({"bgp": [{"addressFamily": "ipv4", "bgpStatus": "down", **ago}]})
    expression = search(OF_BGP, STATUS, "Average", VIF)

    values = found(metrics, expression, hours=3, label="${PROP('Dim.IpAddressFamily')}")

    assert values["ipv6"] == [0, 0, 0]
    assert values["ipv4"] == pytest.approx([1, 0.75, 0.75], abs=0.01)


def test_a_schema_without_a_dimension_of_the_metric_finds_nothing(metrics: Any) -> None:
    world({})

    assert found(metrics, search("VirtualInterfaceId", EGRESS, "Maximum", VIF)) == {}
    assert found(metrics, search(OF_VIF, STATUS, "Average", VIF)) == {}


def test_an_answer_has_only_so_many_points(metrics: Any) -> None:
    world({}, {})
    expression = search(OF_VIF, EGRESS, "Maximum", VIF, OTHER)

    assert len(found(metrics, expression, MaxDatapoints=4)) == 1
    rest = found(metrics, expression, MaxDatapoints=4, NextToken="page-1")
    assert list(rest) == [f"{OTHER} dxcon-source01"]


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"denied": ["cloudwatch:GetMetricData"]}, "AccessDeniedException"),
        ({"accountFaults": [THROTTLED]}, "ThrottlingException"),
    ],
)
def test_metrics_are_refused_and_throttled(metrics: Any, facts: Any, code: str) -> None:
    world({})
    load(ACCOUNT, REGION, AccountFacts.model_validate(facts))

    with pytest.raises(ClientError) as refused:
        found(metrics, search(OF_VIF, EGRESS, "Maximum", VIF))
    assert refused.value.response["Error"]["Code"] == code


def test_what_is_no_search_is_left_to_moto(metrics: Any) -> None:
    metric = {"Namespace": "AWS/DX", "MetricName": EGRESS, "Dimensions": []}
    stat = {"Metric": metric, "Period": 3600, "Stat": "Maximum"}

    answer = metrics.get_metric_data(
        MetricDataQueries=[{"Id": "m1", "MetricStat": stat}],
        StartTime=datetime(2026, 1, 1, tzinfo=UTC),
        EndTime=datetime(2026, 1, 2, tzinfo=UTC),
    )

    assert [each["Values"] for each in answer["MetricDataResults"]] == [[]]
