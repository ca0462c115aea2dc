"""Lambda runs so many invocations at once, and no more: reserved ones, and those of all others."""

from types import SimpleNamespace
from typing import Any

import pytest

from simulator.moto_ext.awslambda import concurrency as module
from simulator.moto_ext.awslambda.concurrency import Concurrency, ThrottledError, pause_after

KEPT: list[Any] = []
"""What runs: an invocation that nobody refers to any more would end."""


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return an account with the functions a (2 reserved), b and c, and a limit of 4."""
    functions = [
        SimpleNamespace(function_name=name, reserved_concurrency=reserved)
        for name, reserved in (("a", 2), ("b", None), ("c", None), ("off", "0"))
    ]
    backend = SimpleNamespace(list_functions=lambda: functions)
    monkeypatch.setattr(module, "_BACKENDS", {"1": {"here": backend}})
    context: Any = SimpleNamespace(account="1", region="here", lambda_limit=4)
    return Concurrency(context)


def run(account: Any, *names: str) -> list[Any]:
    """Begin invocations, and leave them running."""
    begun: list[Any] = []
    for name in names:
        taken = account.taken(SimpleNamespace(function_name=name))
        taken.__enter__()
        begun.append(taken)
    KEPT.extend(begun)
    return begun


def test_a_function_has_what_is_reserved_and_no_more(account: Any) -> None:
    run(account, "a", "a")
    with pytest.raises(ThrottledError):
        run(account, "a")


def test_others_share_what_is_not_reserved(account: Any) -> None:
    run(account, "b", "c")
    for name in ("b", "c"):
        with pytest.raises(ThrottledError):
            run(account, name)
    run(account, "a", "a")


def test_an_invocation_that_has_ended_leaves_its_place(account: Any) -> None:
    first, _ = run(account, "a", "a")
    first.__exit__(None, None, None)
    run(account, "a")


def test_a_function_without_any_is_switched_off(account: Any) -> None:
    with pytest.raises(ThrottledError):
        run(account, "off")


def test_what_is_queued_is_tried_ever_less_often() -> None:
    queued, pauses = 0.0, []
    for _ in range(12):
        pauses.append(pause_after(queued))
        queued += pauses[-1]
    assert pauses[:4] == [1, 2, 4, 8]
    assert pauses[-1] == 300
