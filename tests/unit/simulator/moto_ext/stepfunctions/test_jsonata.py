"""JSONata as Step Functions evaluates it."""

from random import Random
from typing import Any

import pytest

from simulator.cloud import Cloud
from simulator.moto_ext.stepfunctions.jsonata import (
    UNDEFINED,
    JsonataError,
    JsonataFunctions,
    evaluate,
)


@pytest.fixture
def bindings() -> Any:
    states = {"input": {"none": None, "list": [1, 2, None], "empty": [], "name": "Zoë"}}
    return {"states": states, **JsonataFunctions(Random(1)).bindings}


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("$states.input.none", None),
        ("$exists($states.input.none)", True),
        ("$type($states.input.none)", "null"),
        ("$states.input.none = null", True),
        ("$states.input.missing", UNDEFINED),
        ("$missing", UNDEFINED),
        ("$exists($missing)", False),
        ("$states.input.list", [1, 2, None]),
        ("$states.input.empty", []),
        ("{'a': $missing, 'b': null}", {"b": None}),
        ("10 / 2", 5),
        ("10 / 4", 2.5),
        ("$filter($states.input.list, function($v) { $v = 99 })", UNDEFINED),
        ("$merge([$states.input.missing, {'a': 1}])", {"a": 1}),
        ("( $x := 2; $x * 3 )", 6),
        ("[1..3]", [1, 2, 3]),
        ("'a' & 1 & $string(2.0)", "a12"),
        ("$partition([1, 2, 3], 2)", [[1, 2], [3]]),
        ("$range(0, 10, 5)", [0, 5, 10]),
        ("$range(3, 1, -1)", [3, 2, 1]),
        ("$hash('abc', 'SHA-1')", "a9993e364706816aba3e25717850c26c9cd0d89d"),
        ("$parse('{\"a\": [1, null]}')", {"a": [1, None]}),
        ("$parse('{\"a\": [1, null]}').a[0]", 1),
        ("$random(5) = $random(5)", True),
    ],
)
def test_expressions_give_what_aws_gives(
    expression: Any, expected: Any, bindings: dict[str, Any]
) -> None:
    assert evaluate(expression, bindings) == expected


@pytest.mark.parametrize(
    "expression",
    [
        "1 + 'a'",
        "$error('boo')",
        "$eval('1')",
        "(",
        "$range(1, 2, 0)",
        "$hash('a', 'CRC')",
        "function($x) { $x }",
        "$parse('{')",
    ],
)
def test_faulty_expressions_are_errors(expression: Any, bindings: dict[str, Any]) -> None:
    with pytest.raises(JsonataError):
        evaluate(expression, bindings)


def test_chance_comes_from_the_seed() -> None:
    first, second = (
        evaluate("[$random(), $uuid()]", JsonataFunctions(Random(7)).bindings) for _ in range(2)
    )
    assert first == second


def test_a_shuffle_comes_from_the_seed() -> None:
    shuffled = []
    for _ in range(2):
        with Cloud(seed=7):
            shuffled.append(evaluate("$shuffle([1..20])", {}))

    assert shuffled[0] == shuffled[1] != list(range(1, 21))


def test_an_expression_is_parsed_once_and_keeps_no_values() -> None:
    assert [evaluate("$x + 1", {"x": number}) for number in (1, 2)] == [2, 3]
    assert evaluate("$x", {}) is UNDEFINED


def test_letters_beyond_ascii_stay_as_they_are(cloud: Cloud, bindings: dict[str, Any]) -> None:
    assert evaluate("$string($states.input.name & '!')", bindings) == "Zoë!"
    assert evaluate("$string({'n': $states.input.name})", bindings) == '{"n":"Zoë"}'


def test_now_is_the_clocks(cloud: Cloud) -> None:
    assert evaluate("$now()", {}) == "2026-01-05T02:00:00.000Z"
    cloud.clock.sleep(60)
    assert evaluate("$millis()", {}) == 1767578460000
