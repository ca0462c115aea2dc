"""The command `python -m simulator run`, with all that it leaves behind."""

import json
import re
from dataclasses import replace
from itertools import count
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import boto3
import pytest

from simulator import synthesis
from simulator.__main__ import main
from simulator.cloud import Cloud, serve
from simulator.expectations import failures
from simulator.runs import session as runner
from simulator.runs.session import Session, run
from simulator.runs.staging import install
from simulator.scenarios.model import load, named
from tests.sampling import sampled
from vifshift.reports.migration.model import Evidence

KEYS = {
    "scenario": str,
    "outcome": str,
    "executionStatus": str,
    "error": str,
    "events": list,
    "connectionId": dict,
    "apiCalls": dict,
    "transitions": int,
    "virtualSeconds": float,
    "wallSeconds": float,
    "failures": list,
}


@pytest.mark.parametrize("is_given", sampled([True, False]), ids=["given", "synthesized"])
def test_run_writes_results_and_reports_without_secrets(
    tmp_path: Path, assembly: Path, capsys: pytest.CaptureFixture[str], is_given: bool
) -> None:
    given = ["--assembly", str(assembly)] if is_given else []
    file = named("bgp-never-comes-up")
    results, reports = tmp_path / "results.json", tmp_path / "reports"

    status = main(["run", str(file), "--json", str(results), "--report", str(reports), *given])

    [result] = json.loads(results.read_text("utf-8"))
    assert status == 0
    assert {key: type(value) for key, value in result.items()} == KEYS
    assert result["outcome"] == "rolled-back"
    assert result["connectionId"] == {
        "dxvif-aaaa0001": "dxcon-source01",
        "dxvif-bbbb0001": "dxcon-second01",
    }
    page, shown = reports / "bgp-never-comes-up.html", capsys.readouterr().out
    assert "Rolled back" in page.read_text("utf-8")
    assert "rolled-back" in shown
    assert str(page) in shown
    evidence = Evidence.model_validate_json(page.with_suffix(".json").read_text("utf-8"))
    assert evidence.outcome == "rolled-back"
    assert {path.stem for path in reports.iterdir()} == {"bgp-never-comes-up", "index"}
    assert 'href="bgp-never-comes-up.html"' in (reports / "index.html").read_text("utf-8")
    left = "".join(path.read_text("utf-8") for path in tmp_path.rglob("*") if path.is_file())
    assert "must-not-leak" not in left


@pytest.mark.parametrize(
    ("name", "text"), [("mine.yaml", ""), ("mine.YML", ""), ("mine.json", "name: mine")]
)
def test_results_never_replace_a_scenario(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, text: str
) -> None:
    path = tmp_path / name
    path.write_text(text, "utf-8")
    given = ["--json", str(path), "--assembly", str(tmp_path)]

    assert main(["run", "dry-run", *given]) == 2

    assert str(path) in capsys.readouterr().err
    assert path.read_text("utf-8") == text


@pytest.mark.verify
def test_a_report_shows_the_findings_and_who_acknowledged_them(
    tmp_path: Path, assembly: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = named("only-path-acknowledged")
    given = ["--assembly", str(assembly), "--report", str(tmp_path)]

    assert main(["run", str(file), "--timeline", *given]) == 0

    assert "acknowledged by alice@example.com" in capsys.readouterr().out
    kept = (tmp_path / "only-path-acknowledged.json").read_text("utf-8")
    [finding] = [
        finding
        for finding in Evidence.model_validate_json(kept).findings
        if finding.code == "NO_REDUNDANT_PATH"
    ]
    assert finding.acknowledged_by == "alice@example.com"


@pytest.mark.verify
def test_the_report_of_a_plan_leads_to_those_of_its_moves(tmp_path: Path, assembly: Path) -> None:
    file, given = named("a-failure-halts-the-rest"), ["--assembly", str(assembly)]

    assert main(["run", str(file), *given, "--report", str(tmp_path)]) == 0

    page = (tmp_path / "a-failure-halts-the-rest.html").read_text("utf-8")
    links = re.findall('href="([^"]+)"', page)
    assert len(links) == 2
    assert all((tmp_path / link).is_file() for link in links)
    report = json.loads((tmp_path / "a-failure-halts-the-rest.json").read_text("utf-8"))
    assert report["outcome"] == "halted"


@pytest.mark.verify
def test_every_migration_of_a_run_has_a_report_of_its_own(
    tmp_path: Path, assembly: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = ["--assembly", str(assembly), "--report", str(tmp_path)]

    assert main(["run", str(named("delivered-twice")), *given]) == 0

    names = sorted(path.name for path in tmp_path.iterdir())
    assert names[0].startswith("delivered-twice-")
    assert names[2:] == ["delivered-twice.html", "delivered-twice.json", "index.html"]
    outcomes = [
        Evidence.model_validate_json((tmp_path / name).read_text("utf-8")).outcome
        for name in names
        if name.endswith(".json")
    ]
    assert sorted(outcomes) == ["duplicate", "succeeded"]
    assert capsys.readouterr().out.count("report: ") == 2


def test_a_scenario_that_ends_otherwise_fails_the_command(
    tmp_path: Path, assembly: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = named("dry-run").read_text("utf-8")
    file = tmp_path / "dry-run.yaml"
    file.write_text(text.replace("outcome: planned", "outcome: succeeded"), "utf-8")

    status = main(["run", str(file), "--timeline", "--assembly", str(assembly)])

    assert status == 1
    assert "outcome is planned, not succeeded" in capsys.readouterr().out


@pytest.mark.verify
@pytest.mark.enable_socket
@pytest.mark.parametrize("name", ["happy-path-dual-stack-lag", "no-answer-late-effect"])
def test_the_same_comes_out_under_awss_runtime_client(name: str, assembly: Path) -> None:
    scenario = load(named(name))

    inline, process = run(scenario, assembly), run(scenario, assembly, "process")

    assert failures(process) == []
    assert {**process.summary([]), "wallSeconds": 0} == {**inline.summary([]), "wallSeconds": 0}


@pytest.mark.parametrize("place", ["events", "executions", "histories", "evidence", "logs"])
def test_a_secret_is_found_wherever_it_shows(place: str, session: Session) -> None:
    secret = "a-secret-that-must-not-leak"
    record = session.run(load(named("dry-run")))
    leaks: dict[str, Any] = {
        "events": [*record.events, {"detail-type": "x", "detail": secret}],
        "executions": [{**each, "cause": secret} for each in record.executions],
        "histories": [[*each, {"type": "x", "input": secret}] for each in record.histories],
        "evidence": {**record.evidence, "x": secret},
        "logs": [*record.logs, ("Observe", secret)],
    }

    leaky = replace(record, **{place: leaks[place]})

    assert failures(record) == []
    assert "a secret of the world can be seen" in failures(leaky)


def test_a_given_assembly_is_not_synthesized_again(
    assembly: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def begin(*_: object) -> None:
        raise AssertionError("synthesized")

    monkeypatch.setattr(synthesis, "begin", begin)

    assert main(["run", str(named("dry-run")), "--assembly", str(assembly)]) == 0
    with pytest.raises(AssertionError, match="synthesized"):
        main(["run", str(named("dry-run"))])


def test_the_time_of_a_run_does_not_count_its_deployment(
    assembly: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticks = count()
    deployed_at = []
    deploy = Cloud.deploy

    def deploying(cloud: Cloud, folder: Path, name: str) -> None:
        deploy(cloud, folder, name)
        next(ticks)
        deployed_at.append(name)

    clock = SimpleNamespace(perf_counter=lambda: float(next(ticks)))
    monkeypatch.setattr(runner, "time", clock)
    monkeypatch.setattr(Cloud, "deploy", deploying)

    record = run(load(named("dry-run")), assembly)

    assert deployed_at
    assert record.wall_seconds == 1


@pytest.mark.verify
@pytest.mark.enable_socket
def test_a_given_assembly_is_served_deployed(assembly: Path) -> None:
    stack = assembly, runner.stack_name(assembly)

    with serve(port=0, before=install, stack=stack) as endpoint:
        client = boto3.client(
            "cloudformation",
            endpoint_url=str(endpoint),
            region_name=endpoint.region,
            aws_access_key_id="simulator",
            aws_secret_access_key="simulator",
        )
        [told] = client.describe_stacks(StackName="vifshift")["Stacks"]

    assert told["StackStatus"] == "CREATE_COMPLETE"
    assert "StateMachineArn" in {each["OutputKey"] for each in told["Outputs"]}
