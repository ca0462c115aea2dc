"""The alarms and the dashboard, against the metrics that are really sent: names can't drift apart.

An alarm whose metric nobody sends is silent for good, and looks just like one with nothing to tell.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest

from simulator.cloud import Cloud, DataPoint, MetricId
from simulator.moto_ext.cloudwatch.alarms import metric_of
from simulator.runs.session import run
from simulator.scenarios.model import load, named
from tests.conftest import OpenSession
from tests.sampling import sampled
from tests.workflow.alarm_drills import (
    ANSWERED,
    DRILLS,
    OTHER_ENDS,
    QUIET,
    RINGING,
    WORLD,
    Drill,
    ended_by,
    names,
)
from tests.workflow.conftest import Deployed
from tests.workflow.mutants import Mutant, breed
from vifshift.domain.metrics import NAMESPACE

ROLE = "arn:aws:iam::111122223333:role/"
UNBOUND = {
    "approvalSources": {
        "chat-bot": [],
        "service-desk": [f"{ROLE}service-desk"],
        "change-desk": [f"{ROLE}change-desk"],
    }
}
"""Settings under which anybody may answer as the chat bot."""

Deploy = Callable[[str], Deployed]


@pytest.mark.parametrize(("alarm", "drill"), sampled(DRILLS.items(), 3), ids=list(DRILLS))
def test_a_drill_rings_its_alarm_alone(deploy: Deploy, alarm: str, drill: Drill) -> None:
    deployed = deploy(WORLD)

    drill(deployed)
    deployed.finish()

    assert names(deployed.cloud.alarms_fired()) == [alarm]


class Watched:
    """All that is asked of CloudWatch, and all that it was told over runs of every kind."""

    def __init__(self, cloud: Cloud, points: Iterable[DataPoint]) -> None:
        self.told = {point.metric for point in points}
        self.alarms = {metric_of(alarm) for alarm in cloud.alarms()}
        self.dashboard = set(on_dashboard(cloud))


def on_dashboard(cloud: Cloud) -> Iterator[MetricId]:
    """Yield the metrics of the deployed dashboard's graphs."""
    client = cloud.client("cloudwatch")
    [entry] = client.list_dashboards()["DashboardEntries"]
    body = json.loads(client.get_dashboard(DashboardName=entry["DashboardName"])["DashboardBody"])
    for widget in body["widgets"]:
        for namespace, name, *rest in widget["properties"].get("metrics", []):
            pairs = [each for each in rest if isinstance(each, str)]
            yield MetricId.of(namespace, name, dict(zip(pairs[::2], pairs[1::2], strict=True)))


@pytest.fixture(scope="module")
def watched(open_session: OpenSession) -> Watched:
    session, world = open_session(), load(named(WORLD))
    scenarios = [*map(load, map(named, (*RINGING, *QUIET, *ANSWERED))), *map(ended_by, OTHER_ENDS)]
    scenarios.append(load(named(ANSWERED[-1])).model_copy(update={"settings": UNBOUND}))
    points = [point for each in scenarios for point in session.run(each).data_points]
    for drill in DRILLS.values():
        deployed = Deployed(session.cloud_for(world), world)
        drill(deployed)
        deployed.finish()
        points += deployed.cloud.data_points
    return Watched(session.cloud_for(world), points)


@pytest.mark.verify
def test_what_alarms_look_at_is_sent(watched: Watched) -> None:
    assert watched.alarms <= watched.told


@pytest.mark.verify
def test_what_the_dashboard_shows_is_sent(watched: Watched) -> None:
    assert watched.dashboard <= watched.told


@pytest.mark.verify
def test_what_is_sent_of_our_own_is_shown(watched: Watched) -> None:
    own = {metric for metric in watched.told if metric.namespace == NAMESPACE}
    assert own <= watched.dashboard


@pytest.mark.verify
@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ('NAMESPACE = "VifShift"', 'NAMESPACE = "Vifshift"'),
        ('MIGRATIONS = "Migrations"', 'MIGRATIONS = "Moves"'),
        ('OUTCOME = "outcome"', 'OUTCOME = "Outcome"'),
    ],
)
def test_an_alarm_is_silent_where_the_lambdas_call_its_metric_something_else(
    assembly: Path, tmp_path: Path, right: str, wrong: str
) -> None:
    mutant = Mutant("renamed", "rollback-fails-too", "domain/metrics.py", right, wrong)

    record = run(load(named(mutant.shown_by)), breed(mutant, assembly, tmp_path / "assembly"))

    assert record.outcome == "rollback-failed"
    assert record.alarms == []


@pytest.mark.verify
@pytest.mark.parametrize(
    ("name", "alarm", "metric"),
    [
        ("rollback-fails-too", "RollbackFailed", "Migrations"),
        ("machine-times-out", "TimedOut", "ExecutionsTimedOut"),
    ],
)
def test_an_alarm_is_silent_where_it_looks_at_another_name(
    assembly: Path, tmp_path: Path, name: str, alarm: str, metric: str
) -> None:
    folder = breed(Mutant("none", name), assembly, tmp_path / "assembly")
    [path] = folder.glob("*.template.json")
    template = json.loads(path.read_text("utf-8"))
    [logical] = [each for each in template["Resources"] if names([each]) == [alarm]]
    assert template["Resources"][logical]["Properties"]["MetricName"] == metric
    template["Resources"][logical]["Properties"]["MetricName"] = f"{metric}s"
    path.write_text(json.dumps(template), "utf-8")

    assert alarm not in names(run(load(named(name)), folder).alarms)
