"""What a run leaves in logs and history to be counted later, against what really was called."""

import json
from collections import Counter
from typing import Any

import pytest

from simulator.runs.record import Record
from simulator.runs.session import Session
from simulator.scenarios.model import load, named
from tests.sampling import sampled
from vifshift.domain.metrics import MIGRATION_ID, Metric

DIRECT_CONNECT = {
    "AssociateVirtualInterface",
    "DescribeConnections",
    "DescribeDirectConnectGatewayAttachments",
    "DescribeLags",
    "DescribeVirtualInterfaces",
    "ListResiliencyGroupAssociations",
    "ListResiliencyGroups",
    "ListVirtualInterfaceRoutes",
    "ListVirtualInterfaceTestHistory",
}


def metrics(record: Record) -> list[dict[str, Any]]:
    """Return the lines of the log that are metrics."""
    lines = (json.loads(line) for _, line in record.logs)
    return [line for line in lines if "_aws" in line]


def answered(record: Record) -> list[dict[str, Any]]:
    """Return what the Lambdas of a run have answered, as its history has it."""
    outputs = (
        json.loads(event["taskSucceededEventDetails"]["output"])
        for event in record.history
        if event["type"] == "TaskSucceeded"
    )
    return [output["Payload"] for output in outputs if isinstance(output.get("Payload"), dict)]


@pytest.mark.parametrize(
    "name", sampled(["happy-path-dual-stack-lag", "bgp-never-comes-up", "dry-run", "zero-prefixes"])
)
def test_the_history_shows_every_call(session: Session, name: str) -> None:
    record = session.run(load(named(name)))

    told: Counter[str] = Counter()
    for answer in answered(record):
        told.update(answer.get("calls", {}))

    ours = {operation: number for operation, number in told.items() if operation in DIRECT_CONNECT}
    assert ours == Counter(call.operation for call in record.calls)
    assert told["GetCallerIdentity"] >= 1


@pytest.mark.verify
def test_metrics_have_the_time_of_their_run(session: Session) -> None:
    record = session.run(load(named("bgp-never-comes-up")))

    assert record.execution
    began, ended = record.started_at.timestamp(), record.execution["stopDate"].timestamp()
    times = [line["_aws"]["Timestamp"] / 1000 for line in metrics(record)]
    assert times == sorted(times)
    assert began - 0.001 <= times[0] <= times[-1] <= ended


def test_every_look_is_counted(session: Session) -> None:
    record = session.run(load(named("happy-path-dual-stack-lag")))

    looks = sum(event["type"] == "TaskStateEntered" for event in record.history if _is_look(event))
    counted = [line for line in metrics(record) if Metric.OBSERVATIONS in line]
    assert len(counted) == looks > 1


def _is_look(event: dict[str, Any]) -> bool:
    return bool(event.get("stateEnteredEventDetails", {}).get("name") == "Observe")


@pytest.mark.parametrize("name", sampled(["rate-limited-account", "throttled-polls"]))
def test_throttles_are_counted_in_whatever_lambda_they_hit(session: Session, name: str) -> None:
    record = session.run(load(named(name)))

    throttled = sum("Thrott" in (call.error or "") for call in record.calls)
    counted = [
        sum(line[Metric.API_THROTTLES]) for line in metrics(record) if "ApiThrottles" in line
    ]
    assert sum(counted) == throttled > 0
    assert 0 in counted


@pytest.mark.verify
def test_two_migrations_side_by_side_are_not_mixed_up(session: Session) -> None:
    record = session.run(load(named("siblings-at-once")))

    names = {execution["name"] for execution in record.executions}
    ends = [line for line in metrics(record) if Metric.MIGRATIONS in line]
    assert sorted(line[MIGRATION_ID] for line in ends) == sorted(names)
    looks = Counter(line[MIGRATION_ID] for line in metrics(record) if Metric.OBSERVATIONS in line)
    assert set(looks) == names
