"""What somebody may have meant who has written a name that is not known."""

import types
from collections.abc import Collection, Sequence
from difflib import get_close_matches
from typing import Any, Union, get_args, get_origin

from pydantic import BaseModel


def suggestion(name: str, known: Collection[str]) -> str:
    """Return a clause with the name that is most like one, or nothing."""
    near = get_close_matches(name, known, n=1)
    return f": did you mean {near[0]}?" if near else ""


def of_field(model: type[BaseModel], place: Sequence[Any]) -> str:
    """Return a clause with the field that is most like an unknown one at a place of a model."""
    found: Any = model
    for part in place[:-1]:
        found = _within(found, part)
        if found is None:
            return ""
    if not _is_model(found):
        return ""
    names = [field.alias or name for name, field in found.model_fields.items()]
    return suggestion(str(place[-1]), names)


def _within(kind: Any, part: object) -> Any:
    """Return the type of a field by its alias, or of an item, None if there is none."""
    if _is_model(kind):
        named = {field.alias or name: field for name, field in kind.model_fields.items()}
        field = named.get(str(part))
        return None if field is None else _plain(field.annotation)
    arguments = [each for each in get_args(kind) if each is not Ellipsis]
    return _plain(arguments[-1]) if arguments else None


def _plain(kind: Any) -> Any:
    """Return a type without None and without its constraints."""
    if get_origin(kind) in {Union, types.UnionType}:
        kind = next((each for each in get_args(kind) if each is not type(None)), None)
    while hasattr(kind, "__metadata__"):
        kind = get_args(kind)[0]
    return kind


def _is_model(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)
