"""CloudWatch metrics: those in the functions' logs, and those that services publish.

A line of a log in the embedded metric format is metrics (AWS: CloudWatch Logs, "Embedded metric
format specification"). The services' own have the names and dimensions of their guides: "Monitoring
Step Functions metrics", "Types of metrics for Lambda functions", "Available CloudWatch metrics for
Amazon SQS"; of those, only the ones that somebody here asks for.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, NamedTuple

import moto.sqs.models
from moto.cloudwatch.models import CloudWatchBackend, MetricDatum, MetricDatumBase
from moto.stepfunctions.parser.backend.execution import BaseExecutionWorkerCommunication, Execution

from simulator.core.context import CloudContext
from simulator.core.repairs import extension

_EXECUTIONS: Final = {
    "RUNNING": "ExecutionsStarted",
    "SUCCEEDED": "ExecutionsSucceeded",
    "FAILED": "ExecutionsFailed",
    "TIMED_OUT": "ExecutionsTimedOut",
    "ABORTED": "ExecutionsAborted",
}


REPAIRS: Final = (
    extension(
        "moto.stepfunctions.parser.backend.execution:Execution.start",
        "moto.stepfunctions.parser.backend.execution:BaseExecutionWorkerCommunication.terminated",
        lacks="Step Functions publishes no metrics.",
        test="moto_ext/cloudwatch/test_metrics.py::"
        "test_an_execution_is_told_of_when_it_starts_and_when_it_ends",
    ),
    extension(
        "moto.sqs.models:Queue.add_message",
        "moto.sqs.models:Queue.delete_message",
        lacks="SQS publishes no metrics.",
        test="moto_ext/cloudwatch/test_metrics.py::test_services_tell_of_invocations_and_messages",
    ),
    extension(
        "moto.cloudwatch.models:CloudWatchBackend.get_all_metrics",
        lacks="What functions log as metrics can't be asked for by GetMetricStatistics.",
        test="moto_ext/cloudwatch/test_metrics.py::test_what_was_measured_can_be_asked_for",
    ),
)


class MetricId(NamedTuple):
    """What tells metrics apart: namespace, name, and dimensions in the order of their names."""

    namespace: str
    name: str
    dimensions: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, namespace: str, name: str, dimensions: Mapping[str, str]) -> "MetricId":
        """Return the metric with these dimensions, in whatever order they are given."""
        return cls(namespace, name, tuple(sorted(dimensions.items())))


@dataclass(frozen=True)
class DataPoint:
    """One value of one metric."""

    at: datetime
    metric: MetricId
    value: float


def repair(context: CloudContext) -> None:
    """Let Step Functions and SQS send their metrics; Lambda's are noted where it is invoked."""
    _answer_for(context)
    _measure_executions(context)
    _measure_queues(context)


def note_invocation(
    context: CloudContext, function: str, lines: tuple[str, ...], began: datetime, *, errored: bool
) -> None:
    """Record Lambda's metrics of an invocation, and those in its log.

    That has the time of the cloud: a function in a process of its own may have another clock.
    """
    taken = context.clock.now() - began
    values = {
        "Invocations": 1.0,
        "Errors": float(errored),
        "Duration": taken.total_seconds() * 1000,
    }
    for name, value in values.items():
        _note(context, MetricId.of("AWS/Lambda", name, {"FunctionName": function}), value)
    for metric, value in (each for line in lines for each in embedded(line)):
        _note(context, metric, value)


def note_throttle(context: CloudContext, function: str) -> None:
    """Record that Lambda has refused an invocation; it counts as no invocation."""
    _note(context, MetricId.of("AWS/Lambda", "Throttles", {"FunctionName": function}), 1.0)


def embedded(line: str) -> list[tuple[MetricId, float]]:
    """Return the metrics in a line of a log; one that is not as it must be has none."""
    if '"_aws"' not in line:
        return []
    try:
        return list(_embedded(json.loads(line)))
    except (AttributeError, KeyError, TypeError, ValueError):
        return []


def _embedded(line: Mapping[str, Any]) -> Iterator[tuple[MetricId, float]]:
    # It must be there; see `note_invocation` for why it does not count here.
    float(line["_aws"]["Timestamp"])
    for directive in line["_aws"]["CloudWatchMetrics"]:
        for names in directive["Dimensions"]:
            dimensions = {name: line[name] for name in names}
            for metric in directive["Metrics"]:
                values = line[metric["Name"]]
                told = MetricId.of(directive["Namespace"], metric["Name"], dimensions)
                for value in values if isinstance(values, list) else [values]:
                    yield told, float(value)


def _answer_for(context: CloudContext) -> None:
    """Let what was measured be asked for, besides what was put."""
    put = CloudWatchBackend.get_all_metrics

    def get_all_metrics(self: CloudWatchBackend) -> list[MetricDatumBase]:
        measured = (
            MetricDatum(
                point.metric.namespace,
                point.metric.name,
                point.value,
                [{"Name": name, "Value": value} for name, value in point.metric.dimensions],
                # moto compares times without a zone, which are in UTC.
                point.at.replace(tzinfo=None),
            )
            for point in context.data_points
        )
        return [*put(self), *measured]

    context.patches.set(CloudWatchBackend, "get_all_metrics", get_all_metrics)


def _measure_executions(context: CloudContext) -> None:
    start = Execution.start
    terminated = BaseExecutionWorkerCommunication.terminated

    def measure(execution: Any) -> None:
        name = _EXECUTIONS[execution.status]
        dimensions = {"StateMachineArn": execution.state_machine_arn}
        _note(context, MetricId.of("AWS/States", name, dimensions), 1.0)

    def start_and_measure(self: Any) -> None:
        start(self)
        measure(self)

    def terminate_and_measure(self: Any) -> None:
        terminated(self)
        measure(self.execution)

    context.patches.set(Execution, "start", start_and_measure)
    context.patches.set(BaseExecutionWorkerCommunication, "terminated", terminate_and_measure)


def _measure_queues(context: CloudContext) -> None:
    """Count a queue's messages when their number changes; SQS does so each minute, in vain mostly.

    One that is being received, and is put back, is not seen to come and go.
    """

    def measured(change: Any) -> Any:
        def change_and_measure(self: Any, *arguments: Any) -> None:
            change(self, *arguments)
            metric = MetricId.of(
                "AWS/SQS", "ApproximateNumberOfMessagesVisible", {"QueueName": self.name}
            )
            _note(context, metric, float(self.approximate_number_of_messages))

        return change_and_measure

    queue = moto.sqs.models.Queue
    for name in ("add_message", "delete_message"):
        context.patches.set(queue, name, measured(getattr(queue, name)))


def _note(context: CloudContext, metric: MetricId, value: float) -> None:
    context.data_points.append(DataPoint(context.clock.now(), metric, value))
