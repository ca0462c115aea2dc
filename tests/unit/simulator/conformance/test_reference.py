"""What was evaluated is judged by the reference implementation, each question once."""

import json
from pathlib import Path
from typing import Any

import pytest

from simulator.conformance import reference
from simulator.conformance.reference import ReferenceMissingError, judge


def line(expression: str, value: Any = None, *, failed: bool = False, **fields: Any) -> str:
    question = {"expression": expression, "inputs": {}, "drawn": [], **fields}
    came = {"state": "Look", "scenario": "a-scenario", "value": value, "failed": failed}
    return f"{json.dumps(question)}\t{json.dumps(came)}\n"


def written(tmp_path: Path, *lines: str) -> Path:
    file = tmp_path / "evaluations"
    file.write_text("".join(lines), encoding="utf-8")
    return file


@pytest.mark.parametrize(
    "asked",
    [
        line("1 + 1", 2),
        line("$a.b", [1], inputs={"a": {"b": [1]}}),
        line("$a", None, inputs={"a": None}),
        line("$states.result.x", 1, inputs={"states": {"result": {"x": 1}}}),
        line("$a.missing", failed=True, inputs={"a": {}}),
        line("1 + 'x'", failed=True),
        line("$parse('{\"a\":null}')", {"a": None}),
        line("$parse($a)", failed=True, inputs={"a": "{"}),
        line("[$random(), $random()]", [0.25, 0.5], drawn=[0.25, 0.5]),
        line("$string({'ü': 1.5})", '{"ü":1.5}'),
        line("$toMillis('2026-01-05T02:00:00.000Z')", 1767578400000),
    ],
)
def test_what_the_reference_makes_of_it_too_is_no_contradiction(tmp_path: Path, asked: str) -> None:
    judged = judge([written(tmp_path, asked)])

    assert (judged.evaluations, judged.contradictions) == (1, [])


@pytest.mark.parametrize(
    ("asked", "path", "recorded", "by_reference"),
    [
        (line("1 + 1", 3), "", "3", "2"),
        (line("{'a': [1, 2]}", {"a": [1, 3]}), ".a[1]", "3", "2"),
        (line("true", 1), "", "1", "true"),
        (line("$a.missing", None, inputs={"a": {}}), "", "null", "undefined"),
        (line("$a", failed=True, inputs={"a": 1}), "", "a failure", "1"),
        (line("$hash('a', 'MD5')", "0cc175b9"), "", "0cc175b9", "T1006"),
    ],
)
def test_what_the_reference_makes_otherwise_is_told(
    tmp_path: Path, asked: str, path: str, recorded: str, by_reference: str
) -> None:
    [found] = judge([written(tmp_path, asked)]).contradictions

    assert (found.scenario, found.state) == ("a-scenario", "Look")
    assert (found.path, found.recorded) == (path, recorded)
    assert found.reference.startswith(by_reference)


def test_a_question_is_asked_once_and_every_other_one_is(tmp_path: Path) -> None:
    # Alike as far as a name that is also one of a line's own.
    first = line("$a.x", 1, inputs={"a": {"x": 1}, "state": "A"})
    other = line("$a.x", 1, inputs={"a": {"x": 1}, "state": "B"})

    judged = judge([written(tmp_path, first, first, other, line("2", 2))])

    assert judged.evaluations == 3
    assert judged.expressions == {"$a.x", "2"}


def test_without_the_reference_nothing_is_judged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "evaluate.js"
    program.write_text(reference._PROGRAM.read_text("utf-8"), "utf-8")
    file = written(tmp_path, line("1", 1))

    monkeypatch.setattr(reference, "_PROGRAM", program)
    with pytest.raises(ReferenceMissingError, match="Cannot find module 'jsonata'"):
        judge([file])

    monkeypatch.setenv("PATH", "")
    with pytest.raises(ReferenceMissingError, match="there is no Node"):
        judge([file])
