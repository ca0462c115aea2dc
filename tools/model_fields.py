"""The fields of the models that are within a model."""

import types
from collections.abc import Sequence
from typing import Any, Union, get_args, get_origin

from pydantic import BaseModel


def fields_at(model: type[BaseModel], place: Sequence[Any]) -> list[str]:
    """Return the names of the fields of the model at a place, as they are written in JSON."""
    found: Any = model
    for part in place:
        found = _within(found, part)
    if not _is_model(found):
        return []
    return [field.alias or name for name, field in found.model_fields.items()]


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
