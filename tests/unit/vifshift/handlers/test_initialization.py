"""What is made when a function is initialized, before an invocation waits for it."""

import importlib
import inspect
from pathlib import Path

import pytest

from vifshift import handlers
from vifshift.domain.model import Model
from vifshift.handlers import runtime
from vifshift.handlers.runtime import INITIALIZATION_TYPE, entry

NAMES = sorted(
    file.stem
    for file in Path(handlers.__path__[0]).glob("*.py")
    if "\n@event_parser(" in file.read_text("utf-8")
)


@pytest.mark.parametrize("name", NAMES)
def test_what_a_handler_parses_is_built_at_once(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The parser would build a deferred model anew, and its errors would show the input."""
    monkeypatch.setattr(runtime, "require", lambda *names: None)
    module = importlib.import_module(f"vifshift.handlers.{name}")
    inputs = [
        model
        for model in vars(module).values()
        if inspect.isclass(model)
        and issubclass(model, Model)
        and model.__module__ == module.__name__
    ]

    [parsed] = [model for model in inputs if model.__name__.endswith("Input")]
    assert (parsed.model_config["defer_build"], parsed.model_config["hide_input_in_errors"]) == (
        False,
        True,
    )


@pytest.mark.parametrize("is_lambda", [True, False])
def test_clients_are_made_ahead_in_lambda_alone(
    monkeypatch: pytest.MonkeyPatch, is_lambda: bool
) -> None:
    made: list[str] = []
    monkeypatch.delenv(INITIALIZATION_TYPE, raising=False)
    if is_lambda:
        monkeypatch.setenv(INITIALIZATION_TYPE, "on-demand")

    entry(made_ahead=(lambda: made.append("client"),))

    assert made == (["client"] if is_lambda else [])
