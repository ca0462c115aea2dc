"""Why Step Functions would refuse a definition, as far as is known without asking it.

`sfnx.testing` knows the refusals that its author measured with ValidateStateMachineDefinition; its
`check` stops at the first. About variables, AWS's developer guide says more than was measured
("Passing data between states with variables"): an inner scope may not assign what an outer scope
assigns anywhere, and the items of a distributed Map can't read variables from outside.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from sfnx.testing import InvalidDefinition, Unsupported, check

Scope = Mapping[str, Any]

_EXPRESSION = re.compile(r"\{%(.*)%\}", re.DOTALL)
_TEXT = re.compile(r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"|`[^`]*`|/\*.*?\*/", re.DOTALL)
_VARIABLE = re.compile(r"\$([A-Za-z_]\w*)")


def refusals(definition: Scope) -> list[str]:
    """Return a sentence for each fault of a definition, or nothing if it is accepted."""
    try:
        check(definition)
    except (InvalidDefinition, Unsupported) as refusal:
        return [str(refusal)]
    return [*_shadowing(definition, frozenset()), *_reading_out(definition, frozenset())]


def _shadowing(scope: Scope, outer: frozenset[str]) -> Iterator[str]:
    """Yield a sentence for each state that assigns a name that an outer scope assigns."""
    for name, state in scope["States"].items():
        for variable in sorted(_assigned(state) & outer):
            yield f"{name}: {variable} is assigned in an outer scope as well"
        for inner in _inner(state):
            yield from _shadowing(inner, outer | _all_assigned(scope))


def _reading_out(scope: Scope, beyond: frozenset[str]) -> Iterator[str]:
    """Yield a sentence for each state that reads a name from outside a distributed Map."""
    own = _all_assigned(scope)
    for name, state in scope["States"].items():
        for variable in sorted(_read(state) & (beyond - own)):
            yield f"{name}: {variable} can't be read in a distributed Map's items"
        for inner in _inner(state):
            yield from _reading_out(inner, beyond | own if _is_distributed(inner) else beyond)


def _all_assigned(scope: Scope) -> frozenset[str]:
    return frozenset().union(*map(_assigned, scope["States"].values()))


def _assigned(state: Scope) -> frozenset[str]:
    """Return the names that a state, its rules and its catchers assign."""
    places = (state, *state.get("Choices", ()), *state.get("Catch", ()))
    return frozenset(name for place in places for name in place.get("Assign", {}))


def _inner(state: Scope) -> Iterator[Scope]:
    yield from state.get("Branches", ())
    if "ItemProcessor" in state:
        yield state["ItemProcessor"]


def _is_distributed(scope: Scope) -> bool:
    return bool(scope.get("ProcessorConfig", {}).get("Mode") == "DISTRIBUTED")


def _read(state: Scope) -> set[str]:
    """Return the names that a state's own expressions may read, including those of functions."""
    own = {key: value for key, value in state.items() if key not in {"Branches", "ItemProcessor"}}
    code = (_TEXT.sub("''", each) for each in expressions(own))
    return {name for each in code for name in _VARIABLE.findall(each)}


def expressions(value: object) -> Iterator[str]:
    """Yield every JSONata expression in a part of a definition, without its braces."""
    if isinstance(value, str) and (found := _EXPRESSION.fullmatch(value)):
        yield found[1]
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from expressions(each)
    elif isinstance(value, list):
        for each in value:
            yield from expressions(each)
