"""The simplest of JSONata, read without an interpreter: a variable, and names of fields after it.

`$validation.migration.request` is most of what a workflow asks for. Where JSONata does more than
look a field up, which it does with lists and with what is not there, it is left to do so.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

from jsonata.jsonata import Jsonata
from jsonata.utils import Utils

from simulator.core.context import CloudContext
from simulator.core.repairs import speed

NOT_SIMPLE: Final = object()
_PATH: Final = re.compile(r"\$([A-Za-z_][A-Za-z0-9_]*)((?:\.[A-Za-z_][A-Za-z0-9_]*)*)")
# Words that mean something else where a name could stand.
_RESERVED: Final = frozenset({"and", "or", "in", "null", "true", "false", "function"})
_NULL: Final = "null"

REPAIRS: Final = (
    speed(
        "jsonata.jsonata:Jsonata.Frame.lookup",
        costs="jsonata-python looks each name up by recursion, hooks that are never set included.",
        test="moto_speed/test_jsonata_paths.py::test_what_is_followed_is_what_jsonata_finds",
    ),
)


def repair(context: CloudContext) -> None:
    """Look names up in a loop; `moto_ext.stepfunctions.expressions` reads simple paths itself."""
    context.patches.set(Jsonata.Frame, "lookup", _looked_up)


@lru_cache(maxsize=4096)
def parsed(expression: str) -> tuple[str, tuple[str, ...]] | None:
    """Return the variable and the names of a simple expression, None for any other."""
    match = _PATH.fullmatch(expression.strip())
    if match is None:
        return None
    variable, names = match[1], tuple(match[2].split(".")[1:])
    return None if _RESERVED.intersection(names) else (variable, names)


def is_null(expression: str) -> bool:
    """Return whether an expression is nothing but null."""
    return expression.strip() == _NULL


def followed(value: Any, names: tuple[str, ...]) -> Any:
    """Follow names through objects; NOT_SIMPLE where JSONata has to say what comes of it."""
    for name in names:
        if not isinstance(value, Mapping) or name not in value:
            return NOT_SIMPLE
        value = value[name]
    return NOT_SIMPLE if isinstance(value, (list, tuple)) else value


def _looked_up(frame: Any, name: str) -> Any:
    """Look a name up in a frame and those around it; hooks around each step are never set here."""
    while frame is not None and not name.startswith("__evaluate_"):
        value = frame.bindings.get(name, Utils.NONE)
        if value is not Utils.NONE:
            return value
        frame = frame.parent
    return None
