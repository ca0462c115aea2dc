"""What errors of validation mean for the author of a scenario file."""

import re
from collections.abc import Iterator

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from simulator.directconnect.shapes import MisfitError
from simulator.directconnect.world import DuplicateError
from simulator.scenarios.mistakes import Mistake, Place
from tools.model_fields import fields_at

LONGEST_INPUT = 40
_MAPPINGS = {"dict_type", "model_type", "model_attributes_type"}
_LISTS = {"tuple_type", "list_type"}
_ODD_KEYS = {"invalid_key"}
"""The reader of YAML tells them, with their lines."""
_NOTHING_ASKED = "trigger: {kind: execution, request: {}}"
_SINGLE = (str, int, float, bool, type(None))


def mistakes_in(
    model: type[BaseModel], error: ValidationError, place: Place = (), *, is_more: bool = False
) -> Iterator[Mistake]:
    """Yield what errors of a model at a place are about; the fields of a record one by one.

    With `is_more`, an id that is given twice is not told, since it was told with its line.
    """
    for each in error.errors():
        cause = each.get("ctx", {}).get("error")
        if isinstance(cause, MisfitError):
            yield from _misfits(each, cause, (*place, *each["loc"]))
        elif each["type"] in _ODD_KEYS:
            continue
        elif not (is_more and isinstance(cause, DuplicateError)):
            yield _mistake(model, each, place)


def _misfits(each: ErrorDetails, cause: MisfitError, place: Place) -> Iterator[Mistake]:
    for misfit in cause.misfits:
        written = misfit.place[-1] if misfit.place else each["input"]
        yield Mistake((*place, *misfit.place), misfit.words, str(written), misfit.known)
    for part in cause.parts:
        yield from mistakes_in(part.model, part.error, (*place, *part.place))


def _mistake(model: type[BaseModel], each: ErrorDetails, around: Place) -> Mistake:
    place, kind, given = (*around, *each["loc"]), each["type"], each["input"]
    if kind == "extra_forbidden":
        known = fields_at(model, each["loc"][:-1])
        return Mistake(place, "unknown key", str(each["loc"][-1]), known)
    if kind == "missing" and place == ("trigger",):
        return Mistake(place, f"is required; for a network alone, write `{_NOTHING_ASKED}`")
    if kind == "missing":
        return Mistake(place, "is required")
    if kind in _MAPPINGS | _LISTS:
        return Mistake(
            place, f"expected a {'mapping' if kind in _MAPPINGS else 'list'}{_got(given)}"
        )
    words = each["msg"].removeprefix("Value error, ")
    allowed = re.findall(r"'([^']+)'", str(each.get("ctx", {}).get("expected", "")))
    if allowed:
        return Mistake(place, f"{words}{Mistake((), '', str(given), allowed).near()}")
    if kind == "string_type" and isinstance(given, int | float):
        return Mistake(place, f"expected text; write {str(given)!r} in quotes")
    is_told = str(given) in words or (kind == "value_error" and not isinstance(given, _SINGLE))
    return Mistake(place, words if is_told else f"{words}{_got(given)}")


def _got(given: object) -> str:
    if isinstance(given, _SINGLE) and len(str(given)) <= LONGEST_INPUT:
        return f", got {'nothing' if given is None else repr(given)}"
    if isinstance(given, dict | list):
        return f", got a {'mapping' if isinstance(given, dict) else 'list'}"
    return ""
