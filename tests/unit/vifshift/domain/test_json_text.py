"""JSON that somebody else wrote: read in bounds, and with one meaning only."""

import json
from itertools import islice

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import JsonValue

from vifshift.domain.json_text import USUAL_ITEM, BadJsonError, items, unambiguous

LONGEST = 20_000
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@settings(max_examples=40)
@given(st.lists(JSON), st.sampled_from([None, 1]), st.booleans())
def test_a_list_is_read_item_by_item_as_it_is_read_at_once(
    values: list[JsonValue], indent: int | None, ascii_only: bool
) -> None:
    text = json.dumps(values, indent=indent, ensure_ascii=ascii_only)
    assert list(items(text, LONGEST)) == json.loads(text) == unambiguous(text)


@pytest.mark.parametrize("length", [USUAL_ITEM - 3, USUAL_ITEM - 2, USUAL_ITEM, LONGEST - 2])
def test_an_item_is_read_whole_wherever_it_is_cut_first(length: int) -> None:
    value = ["x" * length]
    assert list(items(json.dumps([*value, *value]), LONGEST)) == [*value, *value]


def test_an_item_that_is_too_long_is_named() -> None:
    with pytest.raises(BadJsonError, match=r"more than 20000 characters \(item 2\)"):
        list(items(json.dumps(["x", "y" * (LONGEST - 1)]), LONGEST))


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "is not a list"),
        ("{}", "is not a list"),
        ("\ufeff[]", "is not a list"),
        ("[", "is not JSON, in line 1"),
        ("[1", "is not JSON, in line 1"),
        ("[1,", "is not JSON, in line 1"),
        ("[1,\n]", "is not JSON, in line 2"),
        ("[1\n2]", "is not JSON, in line 2"),
        ("[]\n\n[]", "is not JSON, in line 3"),
        ("[1]x", "is not JSON, in line 1"),
        ("[\n" + "9" * 5000 + "]", "thousands of digits"),
        ('[{"a": 1, "b": 2, "a": 3}]', r"has the key a twice \(item 1\)"),
        ('[1, {"x": [{"\\u0061": 1, "a": 1}]}]', r"has the key a twice \(item 2\)"),
    ],
)
def test_what_is_wrong_with_a_list_is_said(text: str, fault: str) -> None:
    with pytest.raises(BadJsonError, match=fault):
        list(items(text, LONGEST))


def test_what_comes_after_the_items_that_are_read_costs_nothing() -> None:
    assert list(islice(items('[1, 2, {"a": 1, "a": ', LONGEST), 2)) == [1, 2]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ('{"a": 1, "a": 1}', "has the key a twice"),
        ('{"a": {"": 1, "": 2}}', "has the key  twice"),
        ('{"\\u001b[2J": 1, "\\u001b[2J": 2}', r"has the key \?\[2J twice"),
        ("[" * 100_000, "is nested too deeply"),
        ("{", "is not JSON, in line 1"),
        ("1" * 5000, "thousands of digits"),
    ],
)
def test_a_text_with_two_meanings_or_none_is_refused(text: str, fault: str) -> None:
    with pytest.raises(BadJsonError, match=fault):
        unambiguous(text)


def test_a_key_that_is_given_twice_is_shown_in_part() -> None:
    key = "k" * 5000
    with pytest.raises(BadJsonError) as caught:
        unambiguous(f'{{"{key}": 1, "{key}": 2}}')
    assert len(str(caught.value)) < 100


def test_the_same_key_in_two_objects_is_not_given_twice() -> None:
    assert unambiguous('[{"a": {"a": 1}}, {"a": 1, "A": 2}]') == [{"a": {"a": 1}}, {"a": 1, "A": 2}]
