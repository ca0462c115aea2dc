"""What CloudWatch is told, and when an alarm rings."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from simulator.cloud import Cloud, DataPoint, MetricId
from simulator.moto_ext.cloudwatch.alarms import fired
from simulator.moto_ext.cloudwatch.metrics import embedded

START = datetime(2026, 1, 5, 2, 0, tzinfo=UTC)
LOOKS = MetricId.of("Test", "Looks", {"service": "test"})


def line(**changes: Any) -> str:
    """Return a line in the embedded metric format."""
    directive = {
        "Namespace": "Test",
        "Dimensions": [["service"]],
        "Metrics": [{"Name": "Looks", "Unit": "Count"}],
    }
    told = {
        "_aws": {"Timestamp": 1767578400000, "CloudWatchMetrics": [directive]},
        "service": "test",
        "Looks": 3,
        **changes,
    }
    return json.dumps(told)


def test_a_line_in_the_embedded_metric_format_is_a_metric() -> None:
    assert embedded(line()) == [(LOOKS, 3.0)]


def test_a_line_may_have_many_values_metrics_and_sets_of_dimensions() -> None:
    directive = {
        "Namespace": "Test",
        "Dimensions": [["service", "port"], ["service"]],
        "Metrics": [{"Name": "Looks"}, {"Name": "Seconds"}],
    }
    aws = {"Timestamp": 1767578400000, "CloudWatchMetrics": [directive]}

    told = embedded(line(_aws=aws, port="a", Looks=[1, 2], Seconds=0.5))

    both, one = {"service": "test", "port": "a"}, {"service": "test"}
    assert told == [
        (MetricId.of("Test", "Looks", both), 1.0),
        (MetricId.of("Test", "Looks", both), 2.0),
        (MetricId.of("Test", "Seconds", both), 0.5),
        (MetricId.of("Test", "Looks", one), 1.0),
        (MetricId.of("Test", "Looks", one), 2.0),
        (MetricId.of("Test", "Seconds", one), 0.5),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "looked",
        '"_aws"',
        '["_aws"]',
        '{"Looks": 3}',
        line(_aws={}),
        line(_aws=None),
        line(_aws={"CloudWatchMetrics": []}),
        line(Looks="many"),
        line(service=None).replace('"service": null, ', ""),
    ],
)
def test_a_line_that_is_not_as_it_must_be_is_no_metric(text: str) -> None:
    assert embedded(text) == []


def test_the_order_of_dimensions_tells_no_metrics_apart() -> None:
    assert MetricId.of("T", "n", {"a": "1", "b": "2"}) == MetricId.of(
        "T", "n", {"b": "2", "a": "1"}
    )


def test_services_tell_of_invocations_and_messages(cloud: Cloud) -> None:
    # given
    functions = cloud.resources_of_type("AWS::Lambda::Function")
    url = cloud.client("sqs").create_queue(QueueName="letters")["QueueUrl"]
    # when
    for physical in functions.values():
        cloud.client("lambda").invoke(FunctionName=physical, Payload='{"why": "x"}')
    cloud.client("sqs").send_message(QueueUrl=url, MessageBody="x")
    [letter] = cloud.client("sqs").receive_message(QueueUrl=url)["Messages"]
    cloud.client("sqs").delete_message(QueueUrl=url, ReceiptHandle=letter["ReceiptHandle"])
    # then
    told = [(point.metric, point.value) for point in cloud.data_points]
    letters = MetricId.of("AWS/SQS", "ApproximateNumberOfMessagesVisible", {"QueueName": "letters"})
    assert [value for metric, value in told if metric == letters] == [1.0, 0.0]
    errors = {
        name: [value for metric, value in told if metric == of_lambda("Errors", physical)]
        for name, physical in functions.items()
    }
    assert sorted(errors.values()) == [[0.0], [1.0]]
    for physical in functions.values():
        assert (of_lambda("Invocations", physical), 1.0) in told


def test_what_was_measured_can_be_asked_for(cloud: Cloud) -> None:
    functions = cloud.resources_of_type("AWS::Lambda::Function")
    physical = min(functions.values())
    for _ in range(2):
        cloud.client("lambda").invoke(FunctionName=physical, Payload="{}")

    def invocations(since: datetime) -> list[float]:
        answer = cloud.client("cloudwatch").get_metric_statistics(
            Namespace="AWS/Lambda",
            MetricName="Invocations",
            Dimensions=[{"Name": "FunctionName", "Value": physical}],
            StartTime=since,
            EndTime=since + timedelta(minutes=5),
            Period=300,
            Statistics=["Sum"],
        )
        return [each["Sum"] for each in answer["Datapoints"]]

    now = cloud.clock.now()
    assert invocations(now - timedelta(minutes=1)) == [2.0]
    assert invocations(now + timedelta(minutes=1)) == []


@pytest.mark.parametrize(
    ("state", "ends"),
    [
        ({"Type": "Succeed"}, "ExecutionsSucceeded"),
        ({"Type": "Fail", "Error": "Test.Failed"}, "ExecutionsFailed"),
        ({"Type": "Wait", "Seconds": 60, "End": True}, "ExecutionsTimedOut"),
    ],
)
def test_an_execution_is_told_of_when_it_starts_and_when_it_ends(
    cloud: Cloud, run: Any, state: dict[str, Any], ends: str
) -> None:
    execution, _ = run({"Only": state}, TimeoutSeconds=10)

    machine = {"StateMachineArn": execution["stateMachineArn"]}
    assert [(point.metric, point.value, point.at) for point in cloud.data_points] == [
        (MetricId.of("AWS/States", "ExecutionsStarted", machine), 1.0, execution["startDate"]),
        (MetricId.of("AWS/States", ends, machine), 1.0, execution["stopDate"]),
    ]


def of_lambda(name: str, function: str) -> MetricId:
    return MetricId.of("AWS/Lambda", name, {"FunctionName": function})


def an_alarm(**changes: Any) -> dict[str, Any]:
    """Return an alarm as DescribeAlarms tells it: more than none within a minute."""
    return {
        "AlarmName": "looks",
        "Namespace": "Test",
        "MetricName": "Looks",
        "Dimensions": [{"Name": "service", "Value": "test"}],
        "Statistic": "Sum",
        "Period": 60,
        "EvaluationPeriods": 1,
        "Threshold": 0.0,
        "ComparisonOperator": "GreaterThanThreshold",
        "TreatMissingData": "notBreaching",
        **changes,
    }


def points(*values: tuple[float, float], metric: MetricId = LOOKS) -> list[DataPoint]:
    """Return values of a metric, each so many seconds after the start."""
    return [DataPoint(START + timedelta(seconds=at), metric, value) for at, value in values]


def times(alarm: dict[str, Any], told: list[DataPoint]) -> list[float]:
    """Return when an alarm rings, in seconds after the start."""
    return [(each.at - START).total_seconds() for each in fired([alarm], told)]


def test_an_alarm_rings_at_the_end_of_the_minute_that_breaches() -> None:
    assert times(an_alarm(), points((61, 0), (125, 1))) == [180]


def test_an_alarm_that_stays_in_alarm_rings_once_and_rings_again_after_it_was_over() -> None:
    told = points((0, 1), (60, 1), (130, 0), (190, 1), (600, 1))

    assert times(an_alarm(), told) == [60, 240, 660]


@pytest.mark.parametrize(
    "other",
    [
        MetricId.of("Other", "Looks", {"service": "test"}),
        MetricId.of("Test", "Glances", {"service": "test"}),
        MetricId.of("Test", "Looks", {"service": "other"}),
        MetricId.of("Test", "Looks", {"Service": "test"}),
        MetricId.of("Test", "Looks", {"service": "test", "port": "a"}),
        MetricId.of("Test", "Looks", {}),
    ],
)
def test_an_alarm_does_not_ring_for_another_metric(other: MetricId) -> None:
    assert times(an_alarm(), points((0, 1), metric=other)) == []


@pytest.mark.parametrize(
    ("statistic", "threshold", "comparison", "rings"),
    [
        ("Sum", 5, "GreaterThanThreshold", True),
        ("Sum", 6, "GreaterThanThreshold", False),
        ("Sum", 6, "GreaterThanOrEqualToThreshold", True),
        ("Maximum", 3, "GreaterThanThreshold", False),
        ("Maximum", 3, "GreaterThanOrEqualToThreshold", True),
        ("Minimum", 1, "LessThanOrEqualToThreshold", True),
        ("Minimum", 1, "LessThanThreshold", False),
        ("Average", 2, "GreaterThanOrEqualToThreshold", True),
        ("SampleCount", 3, "GreaterThanOrEqualToThreshold", True),
    ],
)
def test_a_minute_is_judged_by_its_statistic(
    statistic: str, threshold: float, comparison: str, rings: bool
) -> None:
    alarm = an_alarm(Statistic=statistic, Threshold=threshold, ComparisonOperator=comparison)

    assert bool(times(alarm, points((0, 1), (10, 2), (59, 3)))) is rings


@pytest.mark.parametrize(
    ("needed", "number", "rings"), [(2, 2, []), (2, 3, [180]), (1, 3, [60]), (3, 3, [])]
)
def test_enough_of_the_last_minutes_have_to_breach(
    needed: int, number: int, rings: list[float]
) -> None:
    alarm = an_alarm(EvaluationPeriods=number, DatapointsToAlarm=needed)

    assert times(alarm, points((0, 1), (130, 1))) == rings


@pytest.mark.parametrize(
    "unknown",
    [
        {"TreatMissingData": "breaching"},
        {"ExtendedStatistic": "p99"},
        {"Metrics": [{"Id": "e1", "Expression": "m1 + m2"}]},
    ],
)
def test_what_is_not_evaluated_is_refused(unknown: dict[str, Any]) -> None:
    with pytest.raises(NotImplementedError, match="looks"):
        times(an_alarm(**unknown), points((0, 1)))


def test_alarms_ring_in_order() -> None:
    alarms = [an_alarm(AlarmName=name, Threshold=at) for name, at in (("a", 1), ("b", 0))]

    told = [each.alarm for each in fired(alarms, points((0, 1), (60, 2)))]

    assert told == ["b", "a"]
