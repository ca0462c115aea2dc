"""The model is made from the synthesized definitions: what it does not know of them is an error."""

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from infra.workflows.definitions import definitions
from models.assembling import Definitions, assemble, written
from models.jsonata import UnknownExpressionError
from models.projection import UnlistedStateError
from models.scopes import SCOPES
from vifshift.domain.workflow import StateName


@pytest.fixture(name="found")
def _found(assembly: Path) -> dict[str, dict[str, Any]]:
    return json.loads(json.dumps(written(definitions(assembly))))  # type: ignore[no-any-return]


def model(found: Definitions) -> str:
    return assemble(found, SCOPES[0])


def test_every_listed_state_is_in_the_model_with_what_it_does(found: Definitions) -> None:
    text = model(found)
    assert "end_Lock_gateway:" in text
    assert "lockOwner[gateway[me]] == holder" in text
    assert "lockAttempt[gateway[target]] <= attempt" in text
    assert text == model(deepcopy(found))


@pytest.mark.parametrize("kind", ["gateway", "request", "open"])
def test_a_state_that_touches_an_item_and_is_not_listed_is_an_error(
    found: dict[str, dict[str, Any]], kind: str
) -> None:
    states = found["Migration"]["States"]
    unlock = deepcopy(states[StateName.UNLOCK_GATEWAY])
    unlock["Arguments"]["Key"]["pk"]["S"] = f"{{% '{kind}#' & $lockKey %}}"
    states["Unlock early"] = unlock
    with pytest.raises(UnlistedStateError, match="'Unlock early' touches"):
        model(found)


def test_a_list_that_locks_nothing_need_not_be_listed(found: dict[str, dict[str, Any]]) -> None:
    states = found["Migration"]["States"]
    states["List once more"] = deepcopy(states[StateName.LIST_BY_REQUEST])
    model(found)


def test_a_new_function_is_not_taken_for_harmless(found: dict[str, dict[str, Any]]) -> None:
    states = found["Migration"]["States"]
    states["Associate early"] = deepcopy(states[StateName.ASSOCIATE])
    with pytest.raises(UnlistedStateError, match="'Associate early' is neither listed"):
        model(found)


def test_a_listed_state_that_is_gone_is_an_error(found: dict[str, dict[str, Any]]) -> None:
    del found["Migration"]["States"][StateName.LET_CALL_LAND]
    with pytest.raises(UnlistedStateError, match="no state 'Let call land'"):
        model(found)


def test_a_condition_that_the_model_does_not_know_is_an_error(
    found: dict[str, dict[str, Any]],
) -> None:
    [first, *_] = found["Migration"]["States"][StateName.WAS_IT_TOUCHED]["Choices"]
    first["Condition"] = "{% $conclusion.outcome = $lookup($x, 'y') %}"
    with pytest.raises(UnknownExpressionError, match="Was it touched"):
        model(found)


def test_a_variable_that_is_assigned_something_unknown_is_an_error(
    found: dict[str, dict[str, Any]],
) -> None:
    found["Migration"]["States"][StateName.TURN_BACK]["Assign"]["phase"] = "{% $other %}"
    with pytest.raises(UnknownExpressionError, match="assigns phase"):
        model(found)


@pytest.mark.parametrize(
    "condition",
    ["attribute_not_exists(pk) OR colour = :me", "size(pk) > :me", "executionArn <> :me"],
)
def test_a_condition_of_dynamodb_that_the_model_does_not_know_is_an_error(
    found: dict[str, dict[str, Any]], condition: str
) -> None:
    lock = found["Migration"]["States"][StateName.LOCK_GATEWAY]
    lock["Arguments"]["ConditionExpression"] = condition
    with pytest.raises(UnknownExpressionError):
        model(found)
