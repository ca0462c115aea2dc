"""No two items of the lock table have one key, whatever ids come from outside."""

import json
import string
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from infra.workflows.expressions import request_id
from simulator.moto_ext.stepfunctions.jsonata import evaluate
from vifshift.domain.identifiers import ExecutionName
from vifshift.domain.model import Model
from vifshift.domain.request import RequestId
from vifshift.domain.table_keys import (
    ItemKind,
    key,
    key_expression,
    move,
    name_of_plan,
    number_of,
    request_claim_expression,
)
from vifshift.events.migration import Command
from vifshift.events.plan import PlanCommand

NAME = "by-hand"
ALLOWED = string.ascii_letters + string.digits + "-_.!()'+=@"
HOSTILE = st.one_of(
    st.text(max_size=90),
    st.text(alphabet='#/[]",:x1-', max_size=12),
    st.builds(
        "{}{}{}".format,
        st.sampled_from([*ItemKind, "plan/", "x", ""]),
        st.sampled_from(["#", "/", "", "#1", '#["a","b"]']),
        st.sampled_from(["x", "x#1", "plan/x", ""]),
    ),
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | HOSTILE,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("ab"), inner, max_size=2)
    ),
    max_leaves=4,
)


class Named(Model):
    """What the models of all doors have: the id of an execution, or that of a request."""

    execution: ExecutionName | None = None
    request: RequestId | None = None


def _let_in(field: str, text: object) -> bool:
    try:
        Named.model_validate({field: text}, strict=True)
    except ValueError:
        return False
    return True


def _of_executions(name: str) -> dict[tuple[object, ...], str]:
    """Return every key that the id of a migration or plan makes, by what it is for."""
    return {
        ("waiting", name): key(ItemKind.WAITING, name),
        ("waiting plan", name): key(ItemKind.WAITING, name_of_plan(name)),
        ("cancel", name): key(ItemKind.CANCEL, name),
        ("plan", name): key(ItemKind.RUNNING_PLAN, name),
        ("move", name, 1): move(name, 1),
        ("move", name, 11): move(name, 11),
        ("noted", name): key(ItemKind.NOTED, name),
        ("kept cancel", name): key(ItemKind.KEPT_CANCEL, name),
        ("kept halt", name): key(ItemKind.KEPT_HALT, name),
    }


def _of_requests(name: str) -> dict[tuple[object, ...], str]:
    """Return every key that the id of a request makes."""
    kinds = (
        ItemKind.PLAN,
        ItemKind.MIGRATIONS_OF,
        ItemKind.PLANS_OF,
        ItemKind.KEPT_CANCEL_OF_REQUEST,
        ItemKind.KEPT_HALT_OF_REQUEST,
    )
    return {(kind, name): key(kind, name) for kind in kinds}


def _of_anything(text: str) -> dict[tuple[object, ...], str]:
    """Return the keys of what comes from AWS: gateways, ARNs, and the ids of events."""
    return {
        ("gateway", text): key(ItemKind.GATEWAY, text),
        ("answer", text): key(ItemKind.ANSWER, text),
        ("open", text): key(ItemKind.OPEN, text),
        ("watchdog", text): key(ItemKind.WATCHDOG, text),
        ("peers", text): key(ItemKind.PEERS, text),
    }


def _in_jsonata(expression: str, given: Any) -> Any:
    states = {"input": given, "context": {"Execution": {"Name": NAME}}}
    return evaluate(f"($body := $states.input; {expression})", {"states": states})


def _claim(given: Any) -> str:
    found: str = _in_jsonata(request_claim_expression(request_id(), "$body"), given)
    return found


@given(st.lists(HOSTILE, min_size=2, max_size=6))
@example(["x", "plan/x", "x#1", "x#11", "gateway", "gateway#x"])
@example(["x", "x#1", "1", "#1"])
def test_no_key_is_of_two_items(texts: list[str]) -> None:
    made: dict[str, set[tuple[object, ...]]] = {}
    for text in texts:
        doors: list[tuple[bool, Callable[[str], dict[tuple[object, ...], str]]]] = [
            (_let_in("execution", text), _of_executions),
            (_let_in("request", text), _of_requests),
            (True, _of_anything),
        ]
        for is_open, keys_of in doors:
            for about, written in keys_of(text).items() if is_open else ():
                made.setdefault(written, set()).add(about)
        asked = {"requestId": text, "virtualInterfaceId": "dxvif-1", "connectionId": "dxcon-1"}
        known = text if _let_in("request", text) else NAME
        made.setdefault(_claim(asked), set()).add(("claim", known))

    assert [about for about in made.values() if len(about) > 1] == []


@given(JSON, JSON, HOSTILE)
@example(["dxvif-1", "dxcon-1"], None, "CHG1")
@example('dxvif-1","dxcon-1', "", "CHG1")
@example("dxvif-1", "dxcon-1", 'CHG1#["dxvif-1","dxcon-1"]')
@example({}, ["dxvif-1", "dxcon-1"], "CHG1#")
def test_a_claim_of_a_well_formed_request_is_reached_by_no_other(
    vif: Any, connection: Any, request: str
) -> None:
    ours = {"requestId": "CHG1", "virtualInterfaceId": "dxvif-1", "connectionId": "dxcon-1"}
    other = {"requestId": request, "virtualInterfaceId": vif, "connectionId": connection}

    claim = _claim(ours)

    assert claim == 'request#CHG1#["dxvif-1","dxcon-1"]'
    if other != ours:
        assert _claim(other) != claim


@given(JSON)
@example("CHG1\n")
@example("x" * 129)
def test_what_can_not_be_a_request_s_id_enters_no_key(text: Any) -> None:
    found = _in_jsonata(request_id(), {"requestId": text})
    is_one = text is not None and _let_in("request", text)
    assert found == (text if is_one else NAME)


@given(HOSTILE, st.sampled_from(ItemKind))
def test_the_workflow_builds_the_keys_that_the_functions_build(text: str, kind: ItemKind) -> None:
    assert _in_jsonata(key_expression(kind, "$body"), text) == key(kind, text)


def test_no_kind_is_the_beginning_of_another_key() -> None:
    assert all("#" not in kind for kind in ItemKind)
    assert len(set(ItemKind)) == len(list(ItemKind))


@given(st.text(alphabet=ALLOWED, min_size=1, max_size=80), st.integers(1, 9999))
def test_the_names_of_executions_are_let_in(name: str, number: int) -> None:
    assert Command.model_validate({"migrationId": name}).migration_id == name
    assert PlanCommand.model_validate({"planId": name}).plan_id == name
    assert number_of(move(name, number)) == number


@pytest.mark.parametrize("character", [*'<>{}[]?*"#%\\^|~`$&,;:/ \t\n\x00\x7f\x85', "\ufffe"])
def test_what_no_name_of_an_execution_has_is_not_let_in(character: str) -> None:
    """AWS: API reference of Step Functions, StartExecution."""
    for name in (character, f"x{character}", f"{character}x", "x" * 81):
        assert not _let_in("execution", name)
        with pytest.raises(ValueError, match="migrationId"):
            Command.model_validate_json(json.dumps({"migrationId": name}))
