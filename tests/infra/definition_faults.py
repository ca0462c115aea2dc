"""Faults to put into a definition, each by a function of its name, and what is said of it."""

from collections.abc import Callable
from typing import Any

Definition = dict[str, Any]
Seed = Callable[[Definition], None]

NOWHERE = "Nowhere"


def first(definition: Definition, kind: str, field: str) -> Definition:
    states = definition["States"].values()
    return next(state for state in states if state["Type"] == kind and field in state)


def begin(definition: Definition) -> Definition:
    state: Definition = definition["States"][definition["StartAt"]]
    return state


def put_in(definition: Definition, name: str, state: Definition) -> None:
    """Put a state between the first and the second one."""
    definition["States"][name] = {**state, "Next": begin(definition)["Next"]}
    begin(definition)["Next"] = name


def passing(**fields: Any) -> Definition:
    return {"Type": "Pass", "End": True, **fields}


def scope(state: Definition, name: str = "Inside", **fields: Any) -> Definition:
    return {"StartAt": name, "States": {name: state}, **fields}


def parallel(*branches: Definition) -> Definition:
    return {"Type": "Parallel", "Branches": list(branches)}


def inline(inside: Definition) -> Definition:
    return {"Type": "Map", "Items": [1], "ItemProcessor": scope(inside)}


def distributed(inside: Definition, *, name: str = "Inside", label: str = "seeded") -> Definition:
    config = {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}
    processor = scope(inside, name, ProcessorConfig=config)
    return {"Type": "Map", "Items": [1], "Label": label, "ItemProcessor": processor}


def start_nowhere(definition: Definition) -> None:
    definition["StartAt"] = NOWHERE


def next_nowhere(definition: Definition) -> None:
    begin(definition)["Next"] = NOWHERE


def caught_nowhere(definition: Definition) -> None:
    first(definition, "Task", "Catch")["Catch"][0]["Next"] = NOWHERE


def choose_nowhere(definition: Definition) -> None:
    rule = {"Condition": "{% true %}", "Next": NOWHERE}
    put_in(definition, "Choose", passing())
    definition["States"]["Choose"] = {
        "Type": "Choice",
        "Choices": [rule],
        "Default": definition["States"]["Choose"]["Next"],
    }


def default_nowhere(definition: Definition) -> None:
    choose_nowhere(definition)
    choice = definition["States"]["Choose"]
    choice["Choices"][0]["Next"], choice["Default"] = choice["Default"], NOWHERE


def unreached(definition: Definition) -> None:
    definition["States"]["Unreached"] = passing()


def unreadable(definition: Definition) -> None:
    begin(definition)["Assign"]["seeded"] = "{% $states.input.( %}"


def result_before_it_is_there(definition: Definition) -> None:
    first(definition, "Task", "Arguments")["Arguments"] = {"A": "{% $states.result.b %}"}


def result_of_a_pass(definition: Definition) -> None:
    begin(definition)["Assign"]["seeded"] = "{% $states.result %}"


def result_of_what_failed(definition: Definition) -> None:
    catcher = first(definition, "Task", "Catch")["Catch"][0]
    catcher["Assign"] = {"seeded": "{% $states.result %}"}


def error_without_one(definition: Definition) -> None:
    first(definition, "Task", "Arguments")["Assign"] = {"seeded": "{% $states.errorOutput %}"}


def unknown_part_of_states(definition: Definition) -> None:
    begin(definition)["Assign"]["seeded"] = "{% $states.history %}"


def a_name_given_before(definition: Definition) -> Definition:
    return {sorted(begin(definition)["Assign"])[0]: 1}


def shadowed_in_a_branch(definition: Definition) -> None:
    inside = passing(Assign=a_name_given_before(definition))
    put_in(definition, "Fork", parallel(scope(inside)))


def shadowed_in_a_map(definition: Definition) -> None:
    put_in(definition, "Each", inline(passing(Assign=a_name_given_before(definition))))


def shadowed_in_a_distributed_map(definition: Definition) -> None:
    put_in(definition, "Each", distributed(passing(Assign=a_name_given_before(definition))))


def shadowed_by_a_catcher(definition: Definition) -> None:
    taken = a_name_given_before(definition)
    catcher = {"ErrorEquals": ["States.ALL"], "Next": "Caught", "Assign": taken}
    task = {"Type": "Task", "Resource": "arn:aws:states:::events:putEvents", "End": True}
    branch = scope({**task, "Catch": [catcher]})
    branch["States"]["Caught"] = passing()
    put_in(definition, "Fork", parallel(branch))


def shadowed_two_scopes_down(definition: Definition) -> None:
    inside = passing(Assign=a_name_given_before(definition))
    put_in(definition, "Fork", parallel(scope({**inline(inside), "End": True}, "Each")))


def shadowed_by_what_is_assigned_afterwards(definition: Definition) -> None:
    put_in(definition, "Fork", parallel(scope(passing(Assign={"seeded": 1}))))
    put_in(definition, "Before", passing())
    first(definition, "Task", "Arguments").setdefault("Assign", {})["seeded"] = 2


def read_from_outside_of_a_distributed_map(definition: Definition) -> None:
    [taken] = a_name_given_before(definition)
    put_in(definition, "Each", distributed(passing(Output=f"{{% ${taken} %}}")))


def two_states_of_one_name(definition: Definition) -> None:
    put_in(definition, "Fork", parallel(scope(passing(), definition["StartAt"])))


def two_maps_of_one_label(definition: Definition) -> None:
    put_in(definition, "Each", distributed(passing()))
    put_in(definition, "Every", distributed(passing(), name="Within"))


def without_an_end(definition: Definition) -> None:
    for name, state in definition["States"].items():
        if state["Type"] in {"Succeed", "Fail"} or state.pop("End", False):
            definition["States"][name] = {"Type": "Pass", "Next": definition["StartAt"]}
        state.pop("ItemProcessor", None)
        if state["Type"] == "Map":
            state["ItemProcessor"] = scope({"Type": "Pass", "Next": name + "2"}, name + "2")


def without_its_language(definition: Definition) -> None:
    del definition["QueryLanguage"]


def a_state_in_another_language(definition: Definition) -> None:
    begin(definition)["QueryLanguage"] = "JSONPath"


def an_unknown_kind_of_state(definition: Definition) -> None:
    begin(definition)["Type"] = "Sleep"


def an_unknown_field_of_a_machine(definition: Definition) -> None:
    definition["Seeded"] = 1


def an_unknown_field_of_a_state(definition: Definition) -> None:
    begin(definition)["ResultPath"] = "$.seeded"


def an_unknown_field_of_a_retrier(definition: Definition) -> None:
    first(definition, "Task", "Retry")["Retry"][0]["Seeded"] = 1


def an_unknown_field_of_a_catcher(definition: Definition) -> None:
    first(definition, "Task", "Catch")["Catch"][0]["ResultPath"] = "$.seeded"


def an_unknown_field_of_a_branch(definition: Definition) -> None:
    put_in(definition, "Fork", parallel(scope(passing(), Seeded=1)))


SEEDS: dict[Seed, str] = {
    start_nowhere: "there is no state Nowhere",
    next_nowhere: "there is no state Nowhere to go to",
    caught_nowhere: "there is no state Nowhere to go to",
    choose_nowhere: "there is no state Nowhere to go to",
    default_nowhere: "there is no state Nowhere to go to",
    unreached: "Unreached: no state goes to it",
    unreadable: "does not parse",
    result_before_it_is_there: "$states has no result here",
    result_of_a_pass: "$states has no result here",
    result_of_what_failed: "$states has no result here",
    error_without_one: "$states has no errorOutput here",
    unknown_part_of_states: "$states has no history here",
    shadowed_in_a_branch: "is assigned on the way into this branch",
    shadowed_in_a_map: "is assigned on the way into this branch",
    shadowed_in_a_distributed_map: "is assigned on the way into this branch",
    shadowed_by_a_catcher: "is assigned on the way into this branch",
    shadowed_two_scopes_down: "is assigned on the way into this branch",
    shadowed_by_what_is_assigned_afterwards: "seeded is assigned in an outer scope as well",
    read_from_outside_of_a_distributed_map: "can't be read in a distributed Map's items",
    two_states_of_one_name: "another state has this name",
    two_maps_of_one_label: "another Map has the Label seeded",
    without_an_end: "no state ends the execution",
    without_its_language: "the state is in JSONPath",
    a_state_in_another_language: "QueryLanguage JSONPath is not run",
    an_unknown_kind_of_state: "the state type Sleep is not run",
    an_unknown_field_of_a_machine: "Seeded is not run",
    an_unknown_field_of_a_state: "ResultPath is not run",
    an_unknown_field_of_a_retrier: "Seeded is not run",
    an_unknown_field_of_a_catcher: "ResultPath is not run",
    an_unknown_field_of_a_branch: "Seeded is not run",
}
