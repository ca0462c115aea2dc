"""Other interpreters agree with the simulator: a sample that sees every state of every machine."""

from pathlib import Path
from typing import NamedTuple

import pytest

from simulator.conformance import running
from simulator.conformance.__main__ import main
from simulator.conformance.outcome import Difference, ReplayOutcome
from simulator.conformance.recording import RecordedExecution, Recorder
from simulator.conformance.reference import judge
from simulator.conformance.replay import replay
from simulator.conformance.report import Report
from simulator.conformance.variations import VARIATIONS, variation
from simulator.scenarios.model import Scenario, load, named
from tests.conftest import OpenSession
from tests.sharing import leave
from tests.workflow.tampering import (
    Tamper,
    elsewhere,
    empty,
    forged,
    forged_variables,
    in_execution,
    in_first,
    in_json,
    later_wait,
    with_a_state_more,
    with_an_item_less_to_read,
    with_another_definition,
    with_forged_items,
    without_its_answers,
    without_its_last_item,
    without_the_last_state,
)

HAPPY = "happy-path-dual-stack-lag"
PLAN = "empty-a-connection"
REFUSED = "vlan-taken"
# With the variations, these come to every state, at the least expense.
SAMPLE = (
    HAPPY,
    PLAN,
    REFUSED,
    "approved-by-day-moved-by-night",
    "lambda-fails-unaccountably",
    "lock-left-behind-is-taken-over",
    "lock-of-an-interrupted-one",
    "nobody-approves-the-plan",
    "observe-is-deleted",
    "stopped-before-it-touches",
    "stopped-while-a-move-is-on-its-way",
    "window-closes-on-the-way-back",
)
MIGRATIONS, PLANS = "MigrationStateMachine", "PlanStateMachine"


class Conformed(NamedTuple):
    recorded: list[RecordedExecution]
    outcomes: list[ReplayOutcome]
    report: Report


def conform(
    scenarios: list[Scenario], open_session: OpenSession, assembly: Path, file: Path
) -> Conformed:
    """Record the executions of scenarios, replay them, and judge their expressions."""
    recorded: list[RecordedExecution] = []
    with (
        file.open("w", encoding="utf-8") as evaluations,
        Recorder(open_session(), evaluations) as recorder,
    ):
        for scenario in scenarios:
            recorded += recorder.record(scenario)
    # The replay begins when the simulator has been put away.
    leave()
    report = Report(assembly, len(scenarios))
    outcomes = [outcome for each in recorded for outcome in replay(each)]
    report.add(outcomes)
    report.judgement = judge([file])
    return Conformed(recorded, outcomes, report)


@pytest.fixture(scope="module")
def conformed(
    open_session: OpenSession, assembly: Path, tmp_path_factory: pytest.TempPathFactory
) -> Conformed:
    """What comes to every state."""
    file = tmp_path_factory.mktemp("conformance") / "evaluations"
    scenarios = [load(named(name)) for name in SAMPLE] + list(map(variation, VARIATIONS))
    return conform(scenarios, open_session, assembly, file)


@pytest.fixture(scope="module")
def few(
    open_session: OpenSession, assembly: Path, tmp_path_factory: pytest.TempPathFactory
) -> Conformed:
    """A migration that succeeds, one that is refused, and a plan."""
    file = tmp_path_factory.mktemp("few") / "evaluations"
    return conform(
        [load(named(name)) for name in (HAPPY, REFUSED, PLAN)], open_session, assembly, file
    )


def one(conformed: Conformed, scenario: str, machine: str = MIGRATIONS) -> RecordedExecution:
    """The first execution of a state machine in a scenario."""
    return next(
        each
        for each in conformed.recorded
        if each.scenario == scenario and each.machine.startswith(machine)
    )


def differences(recorded: RecordedExecution) -> list[Difference]:
    return [each for outcome in replay(recorded) for each in outcome.differences]


@pytest.mark.verify
def test_every_state_of_every_machine_is_seen(conformed: Conformed) -> None:
    assert conformed.report.unseen == []


@pytest.mark.verify
def test_the_second_interpreter_does_the_same(conformed: Conformed) -> None:
    assert [each for outcome in conformed.outcomes for each in outcome.unexplained] == []


@pytest.mark.verify
def test_every_kind_of_thing_is_compared(conformed: Conformed) -> None:
    compared = {what for outcome in conformed.outcomes for what in outcome.compared}
    taken = {what for outcome in conformed.outcomes for what in outcome.taken}

    assert compared == {
        "states",
        "input",
        "Assign",
        "Output",
        "Arguments",
        "TimeoutSeconds",
        "waited until",
        "input of an item",
        "output of the execution",
        "error of the execution",
        "cause of the execution",
    }
    assert taken == {"task tokens", "numbers of $random"}


@pytest.mark.verify
def test_the_reference_makes_the_same_of_every_expression(conformed: Conformed) -> None:
    judged = conformed.report.judgement

    assert judged.contradictions == []
    assert judged.evaluations > len(judged.expressions) > 100


@pytest.mark.verify
def test_the_figures_are_told(conformed: Conformed) -> None:
    told = str(conformed.report)

    assert not conformed.report.differs
    assert "unexplained differences: 0" in told
    assert "states that no execution came to: 0" in told
    assert "since it was stopped: " in told
    assert f"{len(conformed.outcomes)} executions replayed in sfnx" in told


def test_those_few_agree_in_every_interpreter(few: Conformed) -> None:
    assert [each for outcome in few.outcomes for each in outcome.unexplained] == []
    assert few.report.judgement.contradictions == []
    assert few.report.judgement.evaluations > len(few.report.judgement.expressions) > 50


@pytest.mark.parametrize(
    ("scenario", "machine", "tamper", "what"),
    [
        (REFUSED, MIGRATIONS, in_first("Scheduled", "parameters", in_json(forged)), "Arguments"),
        (REFUSED, MIGRATIONS, in_first("Scheduled", "timeoutInSeconds", str), "TimeoutSeconds"),
        (REFUSED, MIGRATIONS, in_first("Succeeded", "output", empty, "Validate"), "path"),
        (REFUSED, MIGRATIONS, in_first("Exited", "assignedVariables", forged_variables), "Assign"),
        (REFUSED, MIGRATIONS, in_first("Exited", "output", in_json(forged)), "Output"),
        (REFUSED, MIGRATIONS, in_first("Entered", "input", in_json(forged)), "input"),
        (REFUSED, MIGRATIONS, elsewhere, "path"),
        (REFUSED, MIGRATIONS, without_its_answers, "attempts"),
        (REFUSED, MIGRATIONS, without_the_last_state, "path"),
        (REFUSED, MIGRATIONS, with_a_state_more, "end"),
        (REFUSED, MIGRATIONS, with_another_definition, "path"),
        (REFUSED, MIGRATIONS, in_execution("error", "Another"), "error of the execution"),
        (REFUSED, MIGRATIONS, in_execution("cause", "another"), "cause of the execution"),
        (REFUSED, MIGRATIONS, in_execution("status", "SUCCEEDED"), "end"),
        (HAPPY, MIGRATIONS, in_execution("status", "FAILED"), "end"),
        (HAPPY, MIGRATIONS, in_execution("output", "{}"), "output of the execution"),
        (HAPPY, MIGRATIONS, later_wait, "waited until"),
        (PLAN, PLANS, without_its_last_item, "items"),
        (PLAN, PLANS, with_forged_items, "input of an item"),
        (PLAN, PLANS, with_an_item_less_to_read, "input of an item"),
    ],
)
def test_a_forged_recording_is_found_out(
    few: Conformed, scenario: str, machine: str, tamper: Tamper, what: str
) -> None:
    found = differences(tamper(one(few, scenario, machine)))

    assert any(each.what.startswith(what) for each in found), found
    assert all(each.scenario == scenario for each in found)


@pytest.fixture
def came_of_it(monkeypatch: pytest.MonkeyPatch) -> list[ReplayOutcome]:
    """What the command gets to know, without a cloud."""
    outcomes: list[ReplayOutcome] = []

    def do(share: running.Share) -> list[ReplayOutcome]:
        _, folder, _ = share
        folder.mkdir()
        (folder / running.EVALUATIONS).touch()
        return outcomes

    monkeypatch.setattr(running, "do", do)
    return outcomes


def test_the_command_succeeds_where_all_agree(
    few: Conformed,
    came_of_it: list[ReplayOutcome],
    assembly: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    came_of_it += few.outcomes

    assert main([str(named(REFUSED)), "--assembly", str(assembly)]) == 0

    assert "unexplained differences: 0" in capsys.readouterr().out


def test_the_command_fails_where_something_differs(
    few: Conformed,
    came_of_it: list[ReplayOutcome],
    assembly: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    came_of_it += replay(in_execution("error", "Another")(one(few, REFUSED)))

    assert main([str(named(REFUSED)), "--assembly", str(assembly)]) == 1

    told = capsys.readouterr().out.splitlines()
    assert told[-2] == "unexplained differences: 1"
    assert "error of the execution: Another in the simulator" in told[-1]


@pytest.mark.verify
def test_the_command_works_in_several_processes(
    assembly: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = [str(named(name)) for name in (HAPPY, REFUSED)]

    assert main([*files, "--assembly", str(assembly), "--jobs", "2"]) == 0

    assert "2 scenarios, 2 executions replayed in sfnx: 2 agree" in capsys.readouterr().out


def test_the_command_says_what_it_can_not_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "nothing.yaml"
    file.write_text("name: nothing", "utf-8")

    assert main([str(file)]) == 2

    assert "nothing.yaml" in capsys.readouterr().err
