"""The simplest expressions, which are read without JSONata's interpreter."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simulator.moto_ext.stepfunctions.jsonata import UNDEFINED, bindable, evaluate, plain
from simulator.moto_speed.jsonata_paths import NOT_SIMPLE, followed, is_null, parsed

NAMES = st.sampled_from(["a", "b", "c"])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.floats(-9, 9) | st.text(max_size=2),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=12,
)


@pytest.mark.parametrize(
    ("expression", "path"),
    [
        ("$a", ("a", ())),
        (" $a.b.c ", ("a", ("b", "c"))),
        ("$states.result.Payload", ("states", ("result", "Payload"))),
        ("$a.b[0]", None),
        ("$a . b", None),
        ("$a.and", None),
        ("$a = 1", None),
        ("$a.`b c`", None),
        ("$$.a", None),
        ("$a.b()", None),
        ("$", None),
        ("a.b", None),
        ("null", None),
    ],
)
def test_a_simple_expression_is_a_variable_and_names(expression: str, path: Any) -> None:
    assert parsed(expression) == path


def test_null_is_one_too() -> None:
    assert is_null(" null ")
    assert not is_null("$null")


@pytest.mark.usefixtures("cloud")
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(VALUES, st.lists(NAMES, max_size=3))
def test_what_is_followed_is_what_jsonata_finds(value: Any, names: list[str]) -> None:
    found = followed(value, tuple(names))

    if found is not NOT_SIMPLE:
        expected = evaluate(".".join(["$v", *names]), {"v": bindable(value)})
        assert expected is not UNDEFINED
        assert plain(found) == expected


@pytest.mark.parametrize("value", [[], [1], {"a": [1]}, {"b": 1}, "text", 5, None])
def test_lists_and_what_is_not_there_are_left_to_jsonata(value: Any) -> None:
    assert followed(value, ("a",)) is NOT_SIMPLE
