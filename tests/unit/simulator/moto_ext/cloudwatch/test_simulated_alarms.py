"""DescribeAlarms with the alarms of a scenario: what they show of the simulated network."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws
from moto.cloudwatch.responses import CloudWatchResponse
from moto.core import utils
from pydantic import ValidationError

from simulator.directconnect import ArrivalTimeline, TimelineStep, World, install, simulated
from simulator.moto_ext.account import install as install_account
from simulator.moto_ext.account import load
from simulator.moto_ext.account.alarms import SimulatedAlarm
from simulator.moto_ext.account.facts import AccountFacts
from simulator.moto_ext.cloudwatch import simulated_alarms

ACCOUNT, REGION = "111122223333", "eu-central-1"
VIF, SOURCE, TARGET = "dxvif-aaaa0001", "dxcon-source01", "dxcon-target01"
START = datetime(2026, 1, 5, 2)
REACHABLE = {
    "namespace": "Orders",
    "metricName": "Reachable",
    "dimensions": {"Gateway": "vgw-1", "Prefix": "10.0.0.0/8"},
}
WORLD = World.model_validate(
    {
        "region": REGION,
        "account": ACCOUNT,
        "connections": [{"connectionId": SOURCE}, {"connectionId": TARGET}],
        "virtualInterfaces": [
            {
                "virtualInterfaceId": VIF,
                "connectionId": SOURCE,
                "virtualGatewayId": "vgw-1",
                "bgpPeers": [{"addressFamily": "ipv4", "bgpStatus": "up"}],
                "routes": {"accepted": ["10.0.0.0/8"]},
            }
        ],
    }
)
States = Callable[[], dict[str, str]]


class Time:
    """The time of the cloud, which passes when it is told to."""

    def __init__(self) -> None:
        self.at = START

    def passes(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Time:
    time = Time()
    monkeypatch.setattr(utils, "utcnow", lambda: time.at)
    return time


@pytest.fixture
def cloudwatch(monkeypatch: pytest.MonkeyPatch, time: Time) -> Iterator[Any]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "alarms")
    monkeypatch.setenv("MOTO_ACCOUNT_ID", ACCOUNT)
    install()
    install_account()
    monkeypatch.setattr(CloudWatchResponse, "describe_alarms", simulated_alarms.describe_alarms)
    with mock_aws():
        yield boto3.client("cloudwatch", region_name=REGION)


def staged(*alarms: dict[str, Any], carries: bool = True) -> None:
    """Load the world with alarms; what lands on the target comes up after 30 seconds."""
    load(ACCOUNT, REGION, AccountFacts.model_validate({"alarms": list(alarms)}))
    up = TimelineStep(
        after=30, virtual_interface_state="available", bgp_status="up", carries_traffic=carries
    )
    network = simulated(ACCOUNT, REGION)
    network.load(WORLD, [ArrivalTimeline(steps=(up,))])
    network.start()


def move(port: str = TARGET) -> None:
    parameters: Any = {"virtualInterfaceId": VIF, "connectionId": port}
    simulated(ACCOUNT, REGION).call("AssociateVirtualInterface", parameters)


def described(cloudwatch: Any, **asked: Any) -> list[dict[str, Any]]:
    answer = cloudwatch.describe_alarms(AlarmTypes=["CompositeAlarm", "MetricAlarm"], **asked)
    return [*answer["CompositeAlarms"], *answer["MetricAlarms"]]


def states(cloudwatch: Any) -> dict[str, str]:
    return {each["AlarmName"]: each["StateValue"] for each in described(cloudwatch)}


def an_alarm(name: str = "orders", **fields: Any) -> dict[str, Any]:
    return {"alarmName": name, "metric": REACHABLE, "threshold": 0.9, **fields}


def test_an_application_sees_the_interruption_and_its_end(cloudwatch: Any, time: Time) -> None:
    staged(an_alarm())
    time.passes(60)
    assert states(cloudwatch) == {"orders": "OK"}

    move()
    time.passes(60)
    assert states(cloudwatch) == {"orders": "ALARM"}
    time.passes(60)
    assert states(cloudwatch) == {"orders": "OK"}


def test_it_takes_as_many_bad_periods_as_the_alarm_says(cloudwatch: Any, time: Time) -> None:
    staged(an_alarm(evaluationPeriods=3, datapointsToAlarm=2), carries=False)
    time.passes(60)
    move()
    time.passes(60)
    assert states(cloudwatch) == {"orders": "OK"}
    time.passes(60)
    assert states(cloudwatch) == {"orders": "ALARM"}


def test_what_something_beyond_bgp_swallows_only_the_application_sees(
    cloudwatch: Any, time: Time
) -> None:
    bgp = {
        "metricName": "VirtualInterfaceBgpStatus",
        "dimensions": {"ConnectionId": TARGET, "VirtualInterfaceId": VIF},
    }
    staged(an_alarm(), {"alarmName": "bgp", "metric": bgp, "threshold": 1}, carries=False)
    move()
    time.passes(180)

    assert states(cloudwatch) == {"orders": "ALARM", "bgp": "OK"}
    move(SOURCE)
    time.passes(180)
    assert states(cloudwatch)["orders"] == "ALARM"


@pytest.mark.parametrize(
    ("treated", "state"),
    [
        ("missing", "INSUFFICIENT_DATA"),
        ("breaching", "ALARM"),
        ("notBreaching", "OK"),
        ("ignore", "INSUFFICIENT_DATA"),
    ],
)
def test_a_series_ends_where_the_vif_leaves_its_connection(
    cloudwatch: Any, time: Time, treated: str, state: str
) -> None:
    bits = {
        "metricName": "VirtualInterfaceBpsEgress",
        "dimensions": {"ConnectionId": SOURCE, "VirtualInterfaceId": VIF},
    }
    staged({"alarmName": "old", "metric": bits, "treatMissingData": treated})
    time.passes(60)
    assert states(cloudwatch) == {"old": "OK"}
    move()
    time.passes(120)

    assert states(cloudwatch) == {"old": state}


def test_metric_math_over_both_connections_outlives_the_move(cloudwatch: Any, time: Time) -> None:
    def of(port: str) -> dict[str, Any]:
        dimensions = {"ConnectionId": port, "VirtualInterfaceId": VIF}
        return {"metricName": "VirtualInterfaceBpsEgress", "dimensions": dimensions}

    metrics = [
        {"id": "a", "metric": of(SOURCE)},
        {"id": "b", "metric": of(TARGET)},
        {"id": "c", "expression": "SUM([a, b])"},
    ]
    staged({"alarmName": "both", "metrics": metrics})
    move()
    time.passes(180)

    [found] = described(cloudwatch)
    assert found["StateValue"] == "OK"
    assert [each["Id"] for each in found["Metrics"]] == ["a", "b", "c"]
    assert "Period" not in found


def test_a_composite_alarm_is_as_its_rule_says(cloudwatch: Any, time: Time) -> None:
    scripted = {"alarmName": "liar", "states": [{"at": 60, "stateValue": "ALARM"}]}
    rule = 'ALARM("liar") AND NOT (ALARM(orders) OR INSUFFICIENT_DATA(gone))'
    staged(an_alarm(), scripted, {"alarmName": "all", "alarmRule": rule})
    assert states(cloudwatch)["all"] == "OK"
    time.passes(60)

    assert states(cloudwatch) == {"orders": "OK", "liar": "ALARM", "all": "OK"}
    staged(an_alarm(), scripted, {"alarmName": "all", "alarmRule": 'ALARM("liar") OR FALSE'})
    time.passes(60)
    assert states(cloudwatch)["all"] == "ALARM"


def test_an_alarm_says_since_when_it_is_in_its_state(cloudwatch: Any, time: Time) -> None:
    staged(an_alarm(), carries=False)
    time.passes(60)
    move()
    time.passes(300)

    [found] = described(cloudwatch)
    since = found["StateTransitionedTimestamp"].astimezone(UTC).replace(tzinfo=None)
    assert since == START + timedelta(seconds=120)


def test_a_late_alarm_shows_what_was(cloudwatch: Any, time: Time) -> None:
    staged(an_alarm(delaySeconds=120), carries=False)
    time.passes(60)
    move()
    time.passes(120)
    assert states(cloudwatch) == {"orders": "OK"}
    time.passes(120)
    assert states(cloudwatch) == {"orders": "ALARM"}


def test_alarms_are_listed_by_name_and_type_and_page(cloudwatch: Any, time: Time) -> None:
    rule = {"alarmName": "all", "alarmRule": 'ALARM("a1")'}
    staged(*(an_alarm(f"a{number}") for number in range(3)), rule)

    assert [each["AlarmName"] for each in described(cloudwatch, AlarmNames=["a1", "no"])] == ["a1"]
    plain = cloudwatch.describe_alarms()
    assert [len(plain["MetricAlarms"]), len(plain["CompositeAlarms"])] == [3, 0]
    pages = list(cloudwatch.get_paginator("describe_alarms").paginate(MaxRecords=2))
    assert [len(page["MetricAlarms"]) for page in pages] == [2, 1]


def test_who_is_judged_needs_the_permission(
    cloudwatch: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    load(ACCOUNT, REGION, AccountFacts.model_validate({"denied": ["cloudwatch:DescribeAlarms"]}))
    assert cloudwatch.describe_alarms()["MetricAlarms"] == []
    monkeypatch.setattr(simulated_alarms, "is_judged", lambda: True)
    with pytest.raises(ClientError, match="AccessDenied"):
        cloudwatch.describe_alarms()


@pytest.mark.parametrize(
    "alarm",
    [
        {"alarmName": "nothing"},
        {"alarmName": "two", "metric": REACHABLE, "alarmRule": "ALARM(a)"},
        {"alarmName": "odd", "metric": {**REACHABLE, "namespace": "AWS/DX"}},
        {"alarmName": "odd", "metric": {**REACHABLE, "dimensions": {}}},
        {"alarmName": "m", "metric": REACHABLE, "evaluationPeriods": 1, "datapointsToAlarm": 2},
    ],
)
def test_an_alarm_that_can_not_be_is_refused(alarm: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        SimulatedAlarm.model_validate(alarm)
