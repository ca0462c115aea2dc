"""`vifshift check` against a served network: it finds what a dry run finds, and changes nothing."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest

from cli.app import main
from cli.check.policy import CALENDAR, READS, policy
from simulator.cloud import serve
from simulator.runs.staging import install, stage
from simulator.scenarios.model import load, named
from tests.unit.cli.conftest import refuse
from vifshift.domain.network_actions import AFFECTED, ALARMS, IN_GROUPS, ONCE, ROUTES, SEEING, TESTS

VIF, TARGET = "dxvif-aaaa0001", "dxlag-target01"
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module")
def served() -> Iterator[dict[str, str]]:
    scenario = load(named("happy-path-dual-stack-lag"))

    def prepare() -> None:
        install()
        stage(scenario)

    world = scenario.world
    with serve(0, world.account, world.region, prepare) as endpoint:
        yield endpoint.environment()


@pytest.fixture
def run(
    served: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    socket_enabled: None,
    tmp_path: Path,
) -> Run:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    monkeypatch.setenv("COLUMNS", "200")
    for name, value in served.items():
        monkeypatch.setenv(name, value)

    def run(*arguments: str) -> tuple[int, str, str]:
        status = main(arguments)
        said = capsys.readouterr()
        return status, said.out, said.err

    return run


def checked(run: Run, *arguments: str) -> tuple[int, Any]:
    status, out, _ = run("--json", "check", *arguments)
    return status, json.loads(out)


def test_it_tells_what_would_move_and_what_was_checked(run: Run) -> None:
    status, out, _ = run("check", VIF, TARGET)
    assert status == 0
    assert "dxcon-source01" in out
    assert "dxvif-bbbb0001 up" in out
    assert "MAKE_BEFORE_BREAK" in out
    assert "NO_REDUNDANT_PATH  Each prefix has another path" in out
    assert "Nothing prevents it." in out
    assert "Settings: the defaults. Nothing was changed." in out


def test_it_asks_with_the_credentials_of_now(run: Run) -> None:
    boto3.setup_default_session(aws_access_key_id="earlier", aws_secret_access_key="earlier")
    assert checked(run, VIF, TARGET)[0] == 0


def test_what_is_blocked_has_an_exit_code_of_its_own(run: Run) -> None:
    status, found = checked(run, VIF, "dxcon-absent001")
    assert status == 2
    assert found["decision"] == "rejected"
    assert "TARGET_NOT_FOUND" in [each["code"] for each in found["findings"]]
    assert "TARGET_NOT_FOUND" not in found["passed"]


def test_a_port_is_emptied(run: Run) -> None:
    status, found = checked(run, "--from", "dxcon-source01", "--to", TARGET)
    assert status == 0
    assert [each["virtualInterfaceId"] for each in found["moves"]] == [VIF]
    assert found["tracks"] == [[1]]


@pytest.mark.parametrize(
    "request_",
    [
        {"virtualInterfaceId": VIF, "connectionId": TARGET},
        {"moves": [{"virtualInterfaceId": VIF, "connectionId": TARGET}]},
        {"request": {"evacuate": {"from": "dxcon-source01", "to": TARGET}}},
    ],
    ids=["a request", "a plan", "a plan in its envelope"],
)
def test_a_file_is_a_request_or_a_plan(run: Run, tmp_path: Path, request_: Any) -> None:
    path = tmp_path / "asked.json"
    path.write_text(json.dumps(request_), encoding="utf-8")
    status, found = checked(run, "--file", str(path))
    assert (status, found["decision"]) == (0, "planned")
    assert found["moves"][0]["target"] == TARGET


def test_nothing_has_moved_even_if_a_file_wants_it_to(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "asked.yaml"
    path.write_text(
        f"virtualInterfaceId: {VIF}\nconnectionId: {TARGET}\ndryRun: false\n", encoding="utf-8"
    )
    assert checked(run, "--file", str(path))[0] == 0
    assert checked(run, VIF, TARGET)[1]["moves"][0]["source"] == "dxcon-source01"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "Name a virtual interface and a port"),
        ((VIF,), "Name a virtual interface and a port"),
        ((VIF, TARGET, "--from", "dxcon-source01"), "Name a virtual interface and a port"),
        (("--from", "dxcon-source01"), "Name a virtual interface and a port"),
        (("--file", "absent.yaml"), "absent.yaml"),
        ((VIF, TARGET, "--settings", "absent.yaml"), "absent.yaml"),
    ],
)
def test_what_is_not_asked_well_is_refused(run: Run, arguments: tuple[str, ...], said: str) -> None:
    status, _, err = run("check", *arguments)
    assert status == 1
    assert said in err


@pytest.mark.parametrize("service", ["health", "cloudwatch"])
def test_what_is_denied_is_told_and_the_rest_goes_on(
    run: Run, monkeypatch: pytest.MonkeyPatch, service: str
) -> None:
    refuse(monkeypatch, service, "AccessDeniedException")
    status, found = checked(run, VIF, TARGET)
    assert status == 0
    told = [each["message"] for each in found["findings"] if each["code"] == "COULD_NOT_CHECK"]
    assert service in " ".join(told)


def test_without_the_network_nothing_is_checked(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    refuse(monkeypatch, "directconnect", "AccessDeniedException")
    status, _, err = run("check", VIF, TARGET)
    assert status == 1
    assert err.startswith("The network can't be read: describe_")


def test_a_malformed_id_is_blocked_by_name(run: Run) -> None:
    status, found = checked(run, "dxvif-1; drop", TARGET)
    assert status == 2
    assert found["faults"][0].startswith("virtualInterfaceId:")


def test_the_policy_has_what_the_functions_may_read(run: Run) -> None:
    assert set(READS) == {*SEEING, AFFECTED, ALARMS, ROUTES, *ONCE, TESTS, IN_GROUPS}
    status, out, _ = run("check", "--policy")
    assert (status, json.loads(out)) == (0, policy())
    actions = {action for each in policy()["Statement"] for action in each["Action"]}
    assert CALENDAR in actions
    verbs = {action.partition(":")[2] for action in actions}
    assert all(verb.startswith(("Describe", "Get", "List")) for verb in verbs)


def test_the_network_is_captured_as_a_scenario(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "network.yaml"
    status, out, _ = run("--json", "capture", "--from", "dxcon-source01", "--output", str(path))
    assert (status, json.loads(out)["notRead"]) == (0, [])
    captured = load(path)
    assert VIF in captured.world.ids
    assert captured.trigger.plan == {
        "evacuate": {"from": "dxcon-source01", "to": TARGET},
        "requestId": "captured",
    }
    assert "secret" not in path.read_text("utf-8")
    assert run("capture", "--anonymize", "--output", str(path))[0] == 0
    assert VIF not in path.read_text("utf-8")
    load(path)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--from", "dxcon-absent001"), "dxcon-absent001 is no connection or LAG"),
        (("--output", "absent/network.yaml"), "can't be written"),
    ],
)
def test_a_capture_that_can_not_be_made_is_refused(
    run: Run, arguments: tuple[str, ...], said: str
) -> None:
    status, _, err = run("capture", *arguments)
    assert status == 1
    assert said in err


def test_what_a_capture_may_not_read_is_told(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    refuse(monkeypatch, "cloudwatch", "AccessDeniedException")
    path = tmp_path / "network.yaml"
    status, _, err = run("capture", "--output", str(path))
    assert (status, err.partition(":")[0]) == (0, "Not read")
    assert "GET_METRIC_DATA" in [each.name for each in load(path).world.denied]
