"""A check finds the same in a captured network as in the network itself."""

import json
from typing import Any

import pytest

from cli.capture.anonymizing import Anonymizer
from simulator.scenarios.model import Scenario
from tests.unit.cli.capture.drawn import as_scenario, captured, checked, staged, still

SAMPLE = (3, 9)
MORE = [pytest.param(seed, marks=pytest.mark.verify) for seed in range(30) if seed not in SAMPLE]


@pytest.fixture(autouse=True)
def _credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_DEFAULT_REGION"):
        monkeypatch.setenv(name, "testing")


def requests_in(scenario: Scenario) -> list[Any]:
    """Return what the scenario asks for, a move of its last VIF, and an evacuation."""
    world = scenario.world
    ports = [
        *(str(each["connectionId"]) for each in world.connections),
        *(str(each["lagId"]) for each in world.lags),
    ]
    vifs = world.virtual_interfaces
    source = str(vifs[0]["connectionId"])
    target = next(port for port in ports if port != source)
    asked = [each for each in (scenario.trigger.request, scenario.trigger.plan) if each]
    last = vifs[-1]["virtualInterfaceId"]
    return [
        *asked,
        {"virtualInterfaceId": last, "connectionId": target},
        {"evacuate": {"from": source, "to": target}},
    ]


@pytest.mark.parametrize("seed", [*SAMPLE, *MORE])
def test_a_check_finds_the_same_before_and_after_a_capture(seed: int) -> None:
    scenario = still(seed)
    asked = requests_in(scenario)
    with staged(scenario) as environment:
        before = [checked(environment, scenario, each) for each in asked]
        found = captured(environment, scenario)
        document = as_scenario(environment, scenario, found)
    text = json.dumps(document)
    assert "secret" not in text
    assert "authKey" not in text
    copy = Scenario.model_validate(document)
    with staged(copy) as environment:
        after = [checked(environment, copy, each) for each in asked]
    assert after == before
    assert any(move["source"] for each in before for move in each["moves"])


@pytest.mark.parametrize(
    "seed", [9, *(pytest.param(seed, marks=pytest.mark.verify) for seed in range(8))]
)
def test_an_anonymous_copy_has_the_same_findings(seed: int) -> None:
    scenario = still(seed)
    with staged(scenario) as environment:
        document = as_scenario(environment, scenario, captured(environment, scenario))
    same = Scenario.model_validate(document)
    other = Scenario.model_validate(Anonymizer(b"key").whole(document))
    codes = []
    for each in (same, other):
        with staged(each) as environment:
            found = checked(environment, each, each.trigger.plan)
        codes.append(
            [
                found["decision"],
                [finding["code"] for finding in found["findings"]],
                [[finding["code"] for finding in move["findings"]] for move in found["moves"]],
            ]
        )
    assert codes[0] == codes[1]
