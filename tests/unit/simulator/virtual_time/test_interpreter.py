"""The interpreter's histories, the same in every process."""

from typing import Any

from moto.stepfunctions.parser.asl.eval.variable_store import VariableStore

from simulator.cloud import Cloud


def test_assigned_variables_are_listed_by_name(cloud: Cloud) -> None:
    make: Any = VariableStore
    store = make()
    names = [f"variable{number:02}" for number in range(40)]

    for name in reversed(names):
        store.set(variable_identifier=name, variable_value=1)

    assert list(store.get_assigned_variables()) == names
