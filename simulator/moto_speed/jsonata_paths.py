"""The simplest of JSONata, read without an interpreter: a variable, and names of fields after it.

`$validation.migration.request` is most of what a workflow asks for. Where JSONata does more than
look a field up, which it does with lists and with what is not there, it is left to do so.
"""

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, Final

NOT_SIMPLE: Final = object()
_PATH: Final = re.compile(r"\$([A-Za-z_][A-Za-z0-9_]*)((?:\.[A-Za-z_][A-Za-z0-9_]*)*)")
# Words that mean something else where a name could stand.
_RESERVED: Final = frozenset({"and", "or", "in", "null", "true", "false", "function"})
_NULL: Final = "null"

Read = Callable[[str], Any]


@lru_cache(maxsize=4096)
def parsed(expression: str) -> tuple[str, tuple[str, ...]] | None:
    """Return the variable and the names of a simple expression, None for any other."""
    match = _PATH.fullmatch(expression.strip())
    if match is None:
        return None
    variable, names = match[1], tuple(match[2].split(".")[1:])
    return None if _RESERVED.intersection(names) else (variable, names)


def is_null(expression: str) -> bool:
    """Tell whether an expression is nothing but null."""
    return expression.strip() == _NULL


def followed(value: Any, names: tuple[str, ...]) -> Any:
    """Follow names through objects; NOT_SIMPLE where JSONata has to say what comes of it."""
    for name in names:
        if not isinstance(value, Mapping) or name not in value:
            return NOT_SIMPLE
        value = value[name]
    return NOT_SIMPLE if isinstance(value, (list, tuple)) else value
