"""What Step Functions would refuse is refused: each fault, put into each definition that ships."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from infra.workflows.definition_rules import refusals
from infra.workflows.definitions import definitions, main
from tests.infra.definition_faults import (
    NOWHERE,
    SEEDS,
    Definition,
    Seed,
    distributed,
    inline,
    parallel,
    passing,
    put_in,
    scope,
)

MACHINES = (
    "MigrationStateMachine",
    "PlanStateMachine",
    "WatchdogStateMachine",
    "PlanWatchdogStateMachine",
)


@pytest.fixture(scope="module")
def shipped(assembly: Path) -> Mapping[str, str]:
    return definitions(assembly)


def definition_of(shipped: Mapping[str, str], machine: str) -> Definition:
    [text] = [text for name, text in shipped.items() if name.startswith(machine)]
    definition: Definition = json.loads(text)
    return definition


@pytest.mark.parametrize("machine", MACHINES)
def test_what_ships_is_accepted(shipped: Mapping[str, str], machine: str) -> None:
    assert refusals(definition_of(shipped, machine)) == []


def test_every_machine_that_ships_is_judged(shipped: Mapping[str, str]) -> None:
    assert len(shipped) == len(MACHINES)


@pytest.mark.parametrize("machine", MACHINES)
@pytest.mark.parametrize("seed", SEEDS, ids=lambda seed: seed.__name__)
def test_a_definition_with_one_fault_is_refused(
    shipped: Mapping[str, str], machine: str, seed: Seed
) -> None:
    definition = definition_of(shipped, machine)

    seed(definition)

    [refusal] = refusals(definition)
    assert SEEDS[seed] in refusal


@pytest.mark.parametrize(
    "state",
    [
        parallel(scope(passing(Assign={"own": 1}))),
        inline(passing(Assign={"own": 1})),
        distributed(passing(Assign={"own": "{% $states.input %}"})),
        inline(passing(Output="{% $requestId %}")),
    ],
    ids=["branch", "map", "distributed map", "read in a map"],
)
@pytest.mark.parametrize("machine", MACHINES)
def test_names_of_its_own_are_accepted_in_any_scope(
    shipped: Mapping[str, str], machine: str, state: Definition
) -> None:
    definition = definition_of(shipped, machine)

    put_in(definition, "Seeded", state)

    assert refusals(definition) == []


def tracks(plan: Definition) -> Iterator[Definition]:
    stages = plan["States"]["Run stages"]["ItemProcessor"]
    yield from stages["States"]["Run tracks"]["ItemProcessor"]["States"].values()


@pytest.mark.parametrize(
    ("own", "shadowing"),
    [
        ("planExecution", "execution"),
        ("planRequestId", "requestId"),
        ("progress", "announcement"),
    ],
)
def test_a_track_with_a_variable_named_as_the_plans_is_refused(
    shipped: Mapping[str, str], own: str, shadowing: str
) -> None:
    definition = definition_of(shipped, "PlanStateMachine")
    named_anew = 0

    for state in tracks(definition):
        if own in state.get("Assign", {}):
            state["Assign"][shadowing] = state["Assign"].pop(own)
            named_anew += 1

    assert named_anew
    [refusal] = refusals(definition)
    assert refusal.startswith(f"Receive track: {shadowing} is assigned on the way into this")


def test_the_command_says_what_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    accepted = {"StartAt": "Only", "QueryLanguage": "JSONata", "States": {"Only": passing()}}
    refused = {**accepted, "StartAt": NOWHERE}

    codes = []
    for definition in accepted, refused:
        machine = {
            "Type": "AWS::StepFunctions::StateMachine",
            "Properties": {"DefinitionString": json.dumps(definition)},
        }
        template = tmp_path / "stack.template.json"
        template.write_text(json.dumps({"Resources": {"Machine": machine}}), "utf-8")
        codes.append(main(str(tmp_path), str(tmp_path / "definitions")))

    assert codes == [0, 1]
    assert "Machine: StartAt: there is no state Nowhere" in capsys.readouterr().err
