"""The figures are right, and whatever differs for no known reason is told."""

import json
from collections import Counter
from pathlib import Path

import pytest

from simulator.conformance import outcome as outcomes
from simulator.conformance.outcome import Difference, ReplayOutcome
from simulator.conformance.reference import Contradiction, ReferenceJudgement
from simulator.conformance.report import Report

OTHERWISE = Difference("a-scenario", "Machine", "Look", "Output.a", "1", "2")


@pytest.fixture
def report(tmp_path: Path) -> Report:
    inner = {"StartAt": "Deep", "States": {"Deep": {"Type": "Pass", "Output": "{% 1 + 1 %}"}}}
    states = {"Look": {"Type": "Map", "Items": "{% [1] %}", "ItemProcessor": inner}}
    machine = {
        "Type": "AWS::StepFunctions::StateMachine",
        "Properties": {"DefinitionString": json.dumps({"StartAt": "Look", "States": states})},
    }
    template = {"Resources": {"Machine": machine}}
    (tmp_path / "stack.template.json").write_text(json.dumps(template), "utf-8")
    return Report(tmp_path, 1)


def outcome(*differences: Difference, cut: str | None = None) -> ReplayOutcome:
    made = ReplayOutcome("Machine", is_item=False, cut=cut, states={"Look"})
    made.compared, made.taken = Counter({"states": 2}), Counter({"task tokens": 1})
    made.differences += differences
    return made


def test_what_was_compared_is_counted(report: Report) -> None:
    item = ReplayOutcome("Machine", is_item=True, cut=None, states={"Deep"})
    report.add([outcome(), outcome(cut="stopped"), item])
    report.judgement = ReferenceJudgement(evaluations=3, expressions={"1 + 1"})

    assert str(report).splitlines() == [
        "1 scenarios, 3 executions replayed in sfnx: 3 agree",
        "  2 of 2: Machine",
        "  1 of 1: Machine, items of its Map",
        "compared: 4 states",
        "replayed only as far as it came, since it was stopped: 1 executions",
        "taken from the recording, since each engine makes its own: 2 task tokens",
        "states that no execution came to: 0",
        "1 expressions with 3 different inputs evaluated by the reference implementation: 0 differ",
        "expressions that no execution evaluated: 1 of 2",
        "  [1]",
        "unexplained differences: 0",
    ]
    assert not report.differs


def test_a_state_that_no_execution_came_to_is_named(report: Report) -> None:
    report.add([outcome()])

    assert report.unseen == ["Machine: Deep"]
    assert "  Machine: Deep" in str(report).splitlines()


def test_a_difference_without_a_reason_is_told(report: Report) -> None:
    report.add([outcome(OTHERWISE)])

    assert report.differs
    assert "0 agree" in str(report)
    assert str(report).splitlines()[-2:] == [
        "unexplained differences: 1",
        "  a-scenario: Machine: Look: Output.a: 1 in the simulator, 2 in sfnx",
    ]


def test_a_difference_with_a_reason_is_counted(
    report: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = {"sfnx rounds": lambda each: (each.state, each.what) == ("Look", "Output.a")}
    monkeypatch.setattr(outcomes, "EXPLAINED", known)

    report.add([outcome(OTHERWISE)])
    assert not report.differs
    assert "explained differences: 1: sfnx rounds" in str(report)

    report.add([outcome(OTHERWISE._replace(what="Output.b"))])
    assert report.differs


def test_an_expression_that_the_reference_makes_otherwise_is_told(report: Report) -> None:
    report.add([outcome()])
    report.judgement.contradictions.append(
        Contradiction("a-scenario", "Look", "1 + 1", "", "3", "2")
    )

    assert report.differs
    assert "a-scenario: Look: value: 3 in the simulator, 2 by the reference: 1 + 1" in str(report)


def test_nothing_compared_is_no_agreement(report: Report) -> None:
    assert report.differs
