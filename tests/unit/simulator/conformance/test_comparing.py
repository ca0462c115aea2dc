"""Two values are the same, or it is said where they differ first."""

import pytest

from simulator.conformance.comparing import NOTHING, Apart, apart, shown


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (None, None),
        (1, 1.0),
        ({"a": [1, {"b": None}]}, {"a": [1, {"b": None}]}),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}),
        ([], []),
    ],
)
def test_the_same_is_not_apart(first: object, second: object) -> None:
    assert apart(first, second) is None


@pytest.mark.parametrize(
    ("first", "second", "found"),
    [
        (1, 2, Apart("", "1", "2")),
        (1, "1", Apart("", "1", "1")),
        (1, True, Apart("", "1", "true")),
        (0, False, Apart("", "0", "false")),
        (None, False, Apart("", "null", "false")),
        ({"a": {"b": 1}}, {"a": {"b": 2}}, Apart(".a.b", "1", "2")),
        ({"a": None}, {}, Apart(".a", "null", NOTHING)),
        ({}, {"a": None}, Apart(".a", NOTHING, "null")),
        ({"a": [1, 2]}, {"a": [1, 3]}, Apart(".a[1]", "2", "3")),
        ([1, 2], [1], Apart("", "[1, 2]", "[1]")),
        ([1], 1, Apart("", "[1]", "1")),
        ({}, [], Apart("", "{}", "[]")),
    ],
)
def test_what_differs_is_named(first: object, second: object, found: Apart) -> None:
    assert apart(first, second) == found


def test_a_long_value_is_cut() -> None:
    assert shown("a" * 300) == "a" * 300
    assert shown("a" * 301) == "a" * 300 + " …"
