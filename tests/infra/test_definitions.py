"""What the definitions of the state machines must have, whatever else is changed in them."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.infra.templates import read
from vifshift.domain.watchdog import PlanWatchdogState, WatchdogState
from vifshift.domain.workflow import PlanState, StateName


@pytest.fixture
def definition(assembly: Path) -> dict[str, Any]:
    return read(assembly, "Migration")


@pytest.fixture
def watchdog(assembly: Path) -> dict[str, Any]:
    return read(assembly, "Watchdog")


def test_the_workflow_has_the_states_that_the_code_knows(definition: dict[str, Any]) -> None:
    assert set(definition["States"]) == set(StateName)
    assert definition["QueryLanguage"] == "JSONata"


def test_the_watchdog_has_the_states_that_the_code_knows(watchdog: dict[str, Any]) -> None:
    assert set(watchdog["States"]) == set(WatchdogState)
    assert watchdog["QueryLanguage"] == "JSONata"


def test_every_variable_that_is_read_has_been_given_a_value(definition: dict[str, Any]) -> None:
    states = definition["States"]
    given = set(states[StateName.RECEIVE_REQUEST]["Assign"])
    # Assigned by the only states that lead to where they are read.
    given |= set(states[StateName.ASSOCIATE]["Assign"])
    given |= set(states[StateName.OBSERVE]["Assign"]) | set(states[StateName.CONCLUDE]["Assign"])
    text = json.dumps(states)
    parameters = re.findall(r"function\(([^)]*)\)", text)
    local = set(re.findall(r"\$(\w+) ?:=", text)) | {"states"}
    local |= set(re.findall(r"\$(\w+)", " ".join(parameters)))
    functions = set(re.findall(r"\$(\w+)\(", text))

    read = set(re.findall(r"\$(\w+)", text)) - local - functions

    assert read <= given
    assert {"validation", "progress", "failure", "problem", "approval", "conclusion"} <= read
    assert "approval" in states[StateName.ASK_FOR_APPROVAL]["Assign"]


@pytest.mark.parametrize(
    "state",
    [StateName.ASK_FOR_APPROVAL, StateName.WAIT_FOR_WINDOW, StateName.WAIT_FOR_GATEWAY],
)
def test_every_wait_hands_its_token_to_the_holding_function_and_ends(
    definition: dict[str, Any], state: StateName
) -> None:
    hold = definition["States"][state]

    assert hold["Resource"].endswith(":lambda:invoke.waitForTaskToken")
    assert hold["Arguments"]["Payload"]["token"] == "{% $states.context.Task.Token %}"
    assert hold["TimeoutSeconds"].startswith("{% ")
    retried = {error for retrier in hold["Retry"] for error in retrier["ErrorEquals"]}
    assert not {"States.Timeout", "States.ALL", "States.TaskFailed"} & retried


@pytest.mark.parametrize("machine", ["Migration", "Watchdog"])
def test_every_task_is_caught(assembly: Path, machine: str) -> None:
    states = read(assembly, machine)["States"]
    tasks = {name: state for name, state in states.items() if state["Type"] == "Task"}

    caught = {
        name: [error for catcher in task["Catch"] for error in catcher["ErrorEquals"]]
        for name, task in tasks.items()
    }
    assert [name for name, errors in caught.items() if "States.ALL" not in errors] == []


def commented(states: dict[str, Any]) -> dict[str, str | None]:
    """Return every state's comment, those inside of a Map included."""
    found: dict[str, str | None] = {}
    for name, state in states.items():
        found[name] = state.get("Comment")
        found |= commented(state.get("ItemProcessor", {}).get("States", {}))
    return found


@pytest.mark.parametrize(
    ("machine", "names"),
    [
        ("Migration", StateName),
        ("Watchdog", WatchdogState),
        ("PlanStateMachine", PlanState),
        ("PlanWatchdog", PlanWatchdogState),
    ],
)
def test_every_state_says_what_it_is_for(
    assembly: Path, machine: str, names: type[StateName | PlanState]
) -> None:
    comments = commented(read(assembly, machine)["States"])

    assert {name for name, comment in comments.items() if not comment} == set()
    own = {name: comment for name, comment in comments.items() if name in set(names)}
    assert own == {name.value: name.comment for name in names}
