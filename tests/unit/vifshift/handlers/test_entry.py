"""What every Lambda does around its own work: name the migration, measure, keep quiet."""

import json
from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest

from tests.unit.vifshift.fakes import (
    EXECUTION,
    REGION,
    SECRET,
    TARGET,
    FakeDirectConnect,
    FakeMigrationTable,
    FakeTaskTokens,
    a_migration,
    a_picture,
    raw_request,
)
from tests.unit.vifshift.lambdas import CONTEXT, Json, invoke, now, send
from vifshift.adapters.call_counter import current_call_counter
from vifshift.domain.errors import CallFailed
from vifshift.domain.metrics import NAMESPACE, OUTCOME, SERVICE, Metric
from vifshift.domain.migration import Association, Outcome, Phase
from vifshift.events.base import DetailType
from vifshift.handlers import answer, associate, conclude, hold, investigate, observe, validate
from vifshift.handlers.runtime import LONGEST_ID, emit, entry

HANDLERS = [
    module.handler for module in (answer, associate, conclude, hold, investigate, observe, validate)
]
STORY = {
    "requestId": "change-1",
    "validation": None,
    "phase": Phase.FORWARD,
    "association": Association.NONE,
    "doubt": None,
    "observation": None,
    "failure": None,
    "problem": None,
    "holder": None,
}


@pytest.fixture(autouse=True)
def stack(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", "vifshift-test")


@pytest.fixture
def lines(capsys: pytest.CaptureFixture[str]) -> Iterator[Any]:
    """Return what was measured since it was asked last, a line each."""
    yield lambda: [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def measured(line: Json) -> dict[str, float]:
    """Return the metrics of a line as CloudWatch reads it."""
    [directive] = line["_aws"]["CloudWatchMetrics"]
    assert directive["Namespace"] == NAMESPACE
    return {metric["Name"]: sum(line[metric["Name"]]) for metric in directive["Metrics"]}


def dimensions(line: Json) -> dict[str, str]:
    """Return the dimensions of a line as CloudWatch reads it."""
    [directive] = line["_aws"]["CloudWatchMetrics"]
    [names] = directive["Dimensions"]
    return {name: line[name] for name in names}


def observed() -> Json:
    return invoke(
        observe.handler,
        migration=a_migration().to_json(),
        way={
            "phase": Phase.FORWARD,
            "association": Association.CONFIRMED,
            "progress": None,
            "before": a_picture().to_json(),
        },
        now=now(5),
    )


def concluded() -> Json:
    return invoke(conclude.handler, story=STORY, now=now())


def test_each_look_is_one_observation(fake: FakeDirectConnect, lines: Any) -> None:
    fake.change(connection_id=TARGET)

    observed()

    told = lines()
    assert [measured(line) for line in told] == [{"Observations": 1}, {"ApiThrottles": 0}]
    assert [dimensions(line) for line in told] == [{SERVICE: "vifshift-test"}] * 2


def test_a_conclusion_is_one_migration_of_its_outcome(lines: Any) -> None:
    concluded()

    [migration, _] = lines()
    assert measured(migration) == {"Migrations": 1}
    assert dimensions(migration) == {SERVICE: "vifshift-test", OUTCOME: "rejected"}
    assert [metric["Unit"] for metric in migration["_aws"]["CloudWatchMetrics"][0]["Metrics"]] == [
        "Count"
    ]


def test_an_interruption_is_counted_when_it_is_found_out_and_not_again(
    fake: FakeDirectConnect, monkeypatch: pytest.MonkeyPatch, lines: Any
) -> None:
    class Histories:
        def history(self, arn: str) -> list[Json]:
            return []

    monkeypatch.setattr(investigate, "executions", {REGION: Histories()}.__getitem__)

    first = invoke(investigate.handler, status="ABORTED", interruption=None, now=now())
    once = lines()
    known = first["interruption"]
    invoke(investigate.handler, status="ABORTED", interruption=known, now=now(60))

    assert dimensions(once[0])[OUTCOME] == Outcome.INTERRUPTED
    assert [measured(line) for line in (*once, *lines())] == [
        {"Migrations": 1},
        {"ApiThrottles": 0},
        {"ApiThrottles": 0},
    ]


def test_what_was_told_before_the_end_is_no_interrupted_migration(
    fake: FakeDirectConnect, monkeypatch: pytest.MonkeyPatch, lines: Any
) -> None:
    class Histories:
        def history(self, arn: str) -> list[Json]:
            entered = {"name": "Announce outcome"}
            return [
                {"type": "TaskStateEntered", "stateEnteredEventDetails": entered},
                {"type": "TaskSucceeded"},
            ]

    monkeypatch.setattr(investigate, "executions", {REGION: Histories()}.__getitem__)

    invoke(investigate.handler, status="ABORTED", interruption=None, now=now())

    assert [measured(line) for line in lines()] == [{"ApiThrottles": 0}]


@entry()
def throttled(event: Json, context: object) -> Json:
    """Be throttled, once for each call that is asked for."""
    for _ in range(event["throttles"]):
        current_call_counter().count_throttle()
    if event.get("fails"):
        raise CallFailed(SECRET)
    return {}


def test_throttles_are_those_of_this_run_alone(lines: Any) -> None:
    for number in (3, 0):
        invoke(throttled, throttles=number)

    assert [measured(line) for line in lines()] == [{"ApiThrottles": 3}, {"ApiThrottles": 0}]


def test_a_run_that_fails_is_measured_and_told_of_too(lines: Any, log: StringIO) -> None:
    with pytest.raises(CallFailed):
        invoke(throttled, throttles=2, fails=True)

    [line] = lines()
    assert (measured(line), line["migrationId"]) == ({"ApiThrottles": 2}, EXECUTION.name)
    told = json.loads(log.getvalue())
    assert (told["message"], told["error"], told["migrationId"]) == (
        "failed",
        "CallFailed",
        EXECUTION.name,
    )
    assert SECRET not in log.getvalue()


def test_the_migration_is_no_dimension_of_any_metric(lines: Any) -> None:
    concluded()

    for line in lines():
        assert line["migrationId"] == EXECUTION.name
        assert "migrationId" not in dimensions(line)


def test_metrics_have_the_time_of_the_log(monkeypatch: pytest.MonkeyPatch, lines: Any) -> None:
    monkeypatch.setattr("time.time", lambda: 1767578400.25)

    emit("run-1", {Metric.OBSERVATIONS: 1})

    assert lines()[0]["_aws"]["Timestamp"] == 1767578400250


def test_nothing_to_measure_writes_nothing(lines: Any) -> None:
    emit("run-1", {})

    assert lines() == []


def test_metrics_of_the_same_dimensions_are_one_line(lines: Any) -> None:
    emit("run-1", {Metric.INTERRUPTION_SECONDS: 41.5, Metric.SECONDS_TO_BGP_UP: 40})

    [line] = lines()
    assert measured(line) == {"InterruptionSeconds": 41.5, "SecondsToBgpUp": 40}


@pytest.mark.parametrize("metric", Metric)
def test_a_metric_is_written_with_the_dimensions_that_it_says(metric: Metric, lines: Any) -> None:
    emit("run-1", {metric: 1}, Outcome.SUCCEEDED if OUTCOME in metric.dimensions else None)

    [line] = lines()
    assert tuple(sorted(dimensions(line))) == tuple(sorted(metric.dimensions))


@pytest.mark.parametrize("handler", HANDLERS, ids=lambda handler: handler.__module__)
def test_what_can_not_be_parsed_is_told_of_under_its_migration(
    handler: Any, fake: FakeDirectConnect, log: StringIO, lines: Any
) -> None:
    event = {
        "execution": {"arn": EXECUTION.arn, "name": EXECUTION.name, "more": SECRET},
        "detail": {"migrationId": EXECUTION.name, "by": [SECRET]},
        "detail-type": DetailType.APPROVED,
    }

    with pytest.raises(ValueError):
        handler(event, CONTEXT)

    assert [json.loads(line)["migrationId"] for line in log.getvalue().splitlines()] == [
        EXECUTION.name
    ]
    assert [line["migrationId"] for line in lines()] == [EXECUTION.name]
    assert SECRET not in log.getvalue()


@pytest.mark.parametrize(
    "event",
    [{}, {"execution": None}, {"execution": SECRET}, {"execution": {"name": [SECRET]}}, [], None],
)
def test_what_names_no_migration_is_not_repeated(event: object, log: StringIO, lines: Any) -> None:
    with pytest.raises(ValueError):
        conclude.handler(event, CONTEXT)

    assert SECRET not in log.getvalue()
    assert json.loads(log.getvalue()).get("migrationId") == ""


def test_a_name_that_is_too_long_is_none(log: StringIO) -> None:
    with pytest.raises(ValueError):
        conclude.handler({"execution": {"name": SECRET + "x" * LONGEST_ID}}, CONTEXT)

    assert SECRET not in log.getvalue()


def test_a_migration_s_name_does_not_outlive_its_run(log: StringIO, lines: Any) -> None:
    concluded()
    with pytest.raises(ValueError):
        conclude.handler({}, CONTEXT)

    names = [json.loads(line)["migrationId"] for line in log.getvalue().splitlines()]
    assert names == [EXECUTION.name, ""]


def test_no_payload_is_logged_even_where_powertools_is_told_to(
    monkeypatch: pytest.MonkeyPatch, log: StringIO
) -> None:
    monkeypatch.setenv("POWERTOOLS_LOGGER_LOG_EVENT", "true")

    @entry()
    def quiet(event: Json, context: object) -> Json:
        return {}

    invoke(quiet, secret=SECRET)

    assert log.getvalue() == ""


def test_no_lambda_logs_what_it_is_sent(
    fake: FakeDirectConnect, kept: FakeMigrationTable, tasks: FakeTaskTokens, log: StringIO
) -> None:
    detail = {"migrationId": EXECUTION.name, "by": SECRET, "comment": SECRET}

    invoke(
        validate.handler,
        requestId="change-1",
        request=raw_request(reason=SECRET),
        isTooLong=False,
        isRecheck=False,
        now=now(),
    )
    send(
        answer.handler,
        {"id": "1", "detail-type": DetailType.APPROVED, "time": now(), "detail": detail},
    )

    assert SECRET not in log.getvalue()
