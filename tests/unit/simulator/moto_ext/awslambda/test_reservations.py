"""Lambda keeps a hundred invocations for all functions that have none reserved."""

from types import SimpleNamespace
from typing import Any

import pytest
from moto.awslambda.exceptions import InvalidParameterValueException
from moto.awslambda.models import LambdaBackend

from simulator.core.patches import Patches
from simulator.moto_ext.awslambda.reservations import repair


@pytest.mark.parametrize(
    ("wanted", "others", "is_refused"),
    [
        (900, 0, False),
        (901, 0, True),
        (890, 10, False),
        (891, 10, True),
        ("891", 10, True),
        (1, 900, True),
        (0, 950, False),
        (None, 950, False),
    ],
)
@pytest.mark.parametrize("call", ["create_function", "put_function_concurrency"])
def test_at_least_a_hundred_stay_for_all_others(
    monkeypatch: pytest.MonkeyPatch, call: str, wanted: Any, others: int, is_refused: bool
) -> None:
    monkeypatch.setattr(LambdaBackend, call, lambda *_: "made")
    functions = [
        SimpleNamespace(function_name="moved", reserved_concurrency=500),
        SimpleNamespace(function_name="other", reserved_concurrency=others),
        SimpleNamespace(function_name="third", reserved_concurrency=None),
    ]
    backend: Any = SimpleNamespace(list_functions=lambda: functions)
    spec = {"FunctionName": "moved", "ReservedConcurrentExecutions": wanted}
    given: tuple[Any, ...] = (spec,) if call == "create_function" else ("moved", wanted)
    with Patches() as patches:
        context: Any = SimpleNamespace(lambda_limit=1000, patches=patches)
        repair(context)
        make: Any = getattr(LambdaBackend, call)
        if is_refused:
            with pytest.raises(InvalidParameterValueException, match=r"minimum value of \[100\]"):
                make(backend, *given)
        else:
            assert make(backend, *given) == "made"
