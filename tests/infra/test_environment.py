"""Each function is deployed with the variables that its handler needs, and with no others."""

import importlib
import runpy
from typing import Any

import pytest

from tests.unit.vifshift.deployed import VARIABLES, validate
from vifshift.adapters.environment import LOG_LEVEL, MissingEnvironmentVariable

Template = dict[str, Any]
OF_ALL = {LOG_LEVEL, "POWERTOOLS_SERVICE_NAME"}
HANDLERS = importlib.import_module(validate.__name__.rpartition(".")[0])


def deployed(template: Template) -> dict[str, set[str]]:
    """Return the names of the variables of each handler module of ours."""
    return {
        function["Properties"]["Handler"].rpartition(".")[0]: set(
            function["Properties"]["Environment"]["Variables"]
        )
        for function in template["Resources"].values()
        if function["Type"] == "AWS::Lambda::Function"
        and str(function["Properties"].get("Handler", "")).startswith(HANDLERS.__name__)
    }


def start(module: str, variables: set[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Import a handler as Lambda does, with these variables alone."""
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    for name in variables:
        monkeypatch.setenv(name, VARIABLES.get(name, "a-value"))
    runpy.run_path(str(importlib.import_module(module).__file__))


def test_every_function_starts_with_the_variables_that_it_is_deployed_with(
    template: Template, monkeypatch: pytest.MonkeyPatch
) -> None:
    functions = deployed(template)
    assert len(functions) == 14
    for module, variables in functions.items():
        start(module, variables, monkeypatch)


def test_no_function_has_a_variable_that_it_starts_without(
    template: Template, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module, variables in deployed(template).items():
        for name in variables - OF_ALL:
            with pytest.raises(MissingEnvironmentVariable, match=f"^{name} is not set$"):
                start(module, variables - {name}, monkeypatch)
