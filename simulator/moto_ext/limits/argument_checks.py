"""Checks of the arguments of moto's methods."""

import functools
import inspect
import json
from collections.abc import Callable, Mapping
from typing import Any

from simulator.core.context import CloudContext

Check = Callable[[Mapping[str, Any]], None]


def guard(context: CloudContext, owner: Any, method: str, check: Check) -> None:
    """Hand a method's arguments, by their names, to a check that may raise."""
    guarded: Callable[..., Any] = getattr(owner, method)
    signature = inspect.signature(guarded)

    # The signature stays visible, so that another check can be put before this one.
    @functools.wraps(guarded)
    def checked(*given: Any, **named: Any) -> Any:
        check(signature.bind(*given, **named).arguments)
        return guarded(*given, **named)

    context.patches.set(owner, method, checked)


def size_of(text: str) -> int:
    """Return a text's length in bytes of UTF-8."""
    return len(text) if text.isascii() else len(text.encode())


def compact(value: Any) -> str:
    """Write JSON without white space; what is text already is taken to be JSON."""
    if isinstance(value, (str, bytes)):
        value = json.loads(value)
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False, default=str)
