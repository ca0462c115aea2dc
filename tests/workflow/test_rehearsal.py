"""A captured network is rehearsed in: as it is, and with what could go wrong."""

from pathlib import Path
from typing import Any

import boto3
import pytest
import yaml

from cli.app import main
from cli.capture.command import EPOCH, scenario_of
from cli.capture.reading import Capture
from cli.check.reading import use
from cli.check.settings import CheckSettings
from cli.environment import AwsEnvironment, RefusedError
from cli.rehearsal.command import NOT_INSTALLED
from cli.rehearsal.what_if import changed
from simulator.runs.session import Session
from simulator.scenarios.model import Scenario, load, named
from tests.workflow.conftest import Deployed
from vifshift.domain.access_policy import AccessPolicy

SOURCE, TARGET, VIF = "dxcon-source01", "dxlag-target01", "dxvif-aaaa0001"


@pytest.fixture
def network(session: Session, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """A network with routes, as it was captured, and its evacuation."""
    scenario = load(named("happy-path-dual-stack-lag"))
    Deployed(session.cloud_for(scenario), scenario)
    region = scenario.world.region
    monkeypatch.setenv("AWS_DEFAULT_REGION", region)
    use(AwsEnvironment(boto3.Session(region_name=region), scenario.world.account, region), None)
    access = AccessPolicy(home=region).access(region, None, "test")
    found = Capture(
        access=access,
        policy=AccessPolicy(home=region),
        own_account=scenario.world.account,
        now=EPOCH,
        epoch=EPOCH,
    ).run()
    assert found.untold == []
    return scenario_of(found, CheckSettings(origin="a test"), access, SOURCE, TARGET)


def rehearsed(session: Session, document: dict[str, Any]) -> tuple[str, str]:
    record = session.run(Scenario.model_validate(document))
    ended = [each for each in record.events if each["detail-type"].startswith("VIF Plan ")][-1]
    return str(record.outcome), str(ended["detail"]["data"]["message"])


@pytest.mark.parametrize(
    ("what_if", "outcome", "said"),
    [
        ("", "completed", f"nothing is left on {SOURCE}: it can be deleted"),
        (f"vlan-missing={VIF}", "partly-completed", "was rolled back"),
        pytest.param("no-bgp", "partly-completed", "was rolled back", marks=pytest.mark.verify),
        ("half-of-the-routes", "partly-completed", "routes"),
        pytest.param("slow-port", "completed", "1 of 1 moved", marks=pytest.mark.verify),
        pytest.param(f"slow-port={TARGET}", "completed", "1 of 1", marks=pytest.mark.verify),
        pytest.param("throttled-api", "completed", "1 of 1 moved", marks=pytest.mark.verify),
        pytest.param(
            f"port-lost={TARGET}", "partly-completed", "rolled back", marks=pytest.mark.verify
        ),
        pytest.param(f"port-lost={SOURCE}", "completed", "1 of 1", marks=pytest.mark.verify),
    ],
)
def test_what_goes_wrong_in_it_ends_as_it_would(
    session: Session, network: dict[str, Any], what_if: str, outcome: str, said: str
) -> None:
    document = changed(network, what_if) if what_if else network
    ended, message = rehearsed(session, document)
    assert ended == outcome
    assert said in message


@pytest.mark.parametrize(
    "what_if",
    ["rain", "vlan-missing", "vlan-missing=dxvif-absent01", "port-lost", "port-lost=dxcon-absent1"],
)
def test_what_is_not_known_is_refused(network: dict[str, Any], what_if: str) -> None:
    with pytest.raises(RefusedError):
        changed(network, what_if)


def test_without_the_simulator_it_says_what_to_install(
    network: dict[str, Any],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    path = tmp_path / "captured.yaml"
    path.write_text(yaml.safe_dump(network), encoding="utf-8")
    monkeypatch.setitem(__import__("sys").modules, "simulator.commands.assemblies", None)
    assert main(["simulate", str(path)]) == 1
    assert capsys.readouterr().err.strip() == NOT_INSTALLED


def test_only_a_scenario_is_simulated(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "other.yaml"
    path.write_text("{}", encoding="utf-8")
    assert main(["simulate", str(path)]) == 1
    assert "is no scenario" in capsys.readouterr().err
