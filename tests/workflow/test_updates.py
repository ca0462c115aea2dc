"""The stack is updated while something moves: that ends as it began, and the next one is new."""

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from simulator.cloud import Cloud
from simulator.runs.session import stack_name
from simulator.runs.staging import install
from simulator.scenarios.model import load, named
from tests import releases
from tests.workflow.conftest import Deployed

Deploy = Callable[[str], Deployed]
WORLD = "happy-path-dual-stack-lag"
REQUEST = {"virtualInterfaceId": "dxvif-aaaa0001", "connectionId": "dxlag-target01"}
BACK = {"virtualInterfaceId": "dxvif-aaaa0001", "connectionId": "dxcon-source01"}
PLAN_WORLD = "siblings-one-after-the-other"
NEXT = "the next release"
# Its looks go on for some minutes.
ON_ITS_WAY = timedelta(seconds=60)


@pytest.fixture
def deploy(assembly: Path) -> Iterator[Deploy]:
    """Deploy into a cloud of a test's own: what is updated is not shared."""
    with ExitStack() as clouds:

        def deployed(name: str) -> Deployed:
            scenario = load(named(name))
            install()
            cloud = clouds.enter_context(Cloud(scenario.world.account, scenario.world.region))
            _update(cloud, assembly)
            return Deployed(cloud, scenario)

        yield deployed


@pytest.fixture(scope="module")
def next_release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The app with other code in every Lambda."""
    folder = tmp_path_factory.mktemp("next")
    with pytest.MonkeyPatch.context() as monkeypatch:
        releases.with_other_code(folder, NEXT, monkeypatch)
        return releases.synthesize(folder / "assembly")


def _called(deployed: Deployed, execution: dict[str, Any]) -> set[str]:
    """Return the numbers of the versions that an execution has called."""
    history = deployed.cloud.execution_history(execution["executionArn"])
    scheduled = [each.get("taskScheduledEventDetails", {}) for each in history]
    calls = [json.loads(each["parameters"]) for each in scheduled if "parameters" in each]
    return {call["FunctionName"].split(":")[7] for call in calls if "FunctionName" in call}


def _lines(deployed: Deployed) -> set[str]:
    """Return what the code of the next release has printed."""
    logged = (line for _, line in deployed.cloud.lambda_logs)
    return {line for line in logged if line.startswith(NEXT)}


def _update(cloud: Cloud, assembly: Path) -> None:
    cloud.deploy(assembly, stack_name(assembly))


@pytest.mark.verify
def test_a_migration_ends_with_the_code_it_began_with_and_the_next_is_new(
    deploy: Deploy, next_release: Path
) -> None:
    deployed = deploy(WORLD)
    deployed.send(REQUEST)
    assert not deployed.cloud.run_until_idle(ON_ITS_WAY)
    sent_before = deployed.sent

    _update(deployed.cloud, next_release)
    [first] = deployed.finish()

    assert first["status"] == "SUCCEEDED"
    assert deployed.sent != sent_before
    assert _called(deployed, first) == {"1"}
    assert _lines(deployed) == set()

    deployed.send(BACK)
    _, second = deployed.finish()

    assert second["status"] == "SUCCEEDED"
    assert _called(deployed, second) == {"2"}
    assert f"{NEXT}: observe" in _lines(deployed)
    assert deployed.locks == []


@pytest.mark.verify
def test_without_the_old_versions_a_migration_on_its_way_would_be_lost(
    assembly: Path, next_release: Path, deploy: Deploy, tmp_path: Path
) -> None:
    deployed = deploy(WORLD)
    for number, release in enumerate((assembly, next_release)):
        copy = tmp_path / str(number)
        shutil.copytree(release, copy)
        [path] = copy.glob("*.template.json")
        template = json.loads(path.read_text("utf-8"))
        for resource in template["Resources"].values():
            if resource["Type"] == "AWS::Lambda::Version":
                resource["DeletionPolicy"] = "Delete"
        path.write_text(json.dumps(template), "utf-8")
        _update(deployed.cloud, copy)
        if number == 0:
            deployed.send(REQUEST)
            assert not deployed.cloud.run_until_idle(ON_ITS_WAY)

    [first] = deployed.finish()

    assert (first["status"], first["error"]) == ("FAILED", "VifShift.NeedsAttention")


@pytest.mark.verify
def test_a_plan_ends_as_it_began_and_the_migrations_that_it_starts_are_new(
    deploy: Deploy, next_release: Path
) -> None:
    deployed = deploy(PLAN_WORLD)
    plan = deployed.scenario.asked(deployed.scenario.trigger)
    deployed.cloud.client("stepfunctions").start_execution(
        stateMachineArn=deployed.cloud.outputs["PlanStateMachineArn"],
        name="by-hand",
        input=json.dumps(plan),
    )
    assert not deployed.cloud.run_until_idle(ON_ITS_WAY)

    _update(deployed.cloud, next_release)
    executions = deployed.finish()

    machine = deployed.cloud.outputs["StateMachineArn"]
    moves = [each for each in executions if each["stateMachineArn"] == machine]
    [whole] = [each for each in executions if each["name"] == "by-hand"]
    assert json.loads(whole["output"])["outcome"] == "completed"
    assert _called(deployed, whole) == {"1"}
    assert {each["status"] for each in moves} == {"SUCCEEDED"}
    assert [_called(deployed, each) for each in moves] == [{"1"}, {"1"}, {"2"}]
