"""Answers in dictionaries, written without asking for each name that an attribute might have.

moto's serializer looks for each member of a shape under half a dozen names, and raises and catches
an error for each that is not there. An item of DynamoDB has an attribute of ten members in each of
its fields, of which one is there.
"""

from collections.abc import Callable
from typing import Any, Final

from moto.core.serialize import (
    DEFAULT_ALIAS_PROVIDERS,
    AttributePickerContext,
    ResponseSerializer,
    XFormedAttributePicker,
)

from simulator.core.context import CloudContext
from simulator.core.repairs import speed

REPAIRS: Final = (
    speed(
        "moto.core.serialize:ResponseSerializer.get_value",
        costs="Each member of an answer is looked for under all names that an object might have "
        "for it, with an exception for each.",
        test="moto_speed/test_response_writing.py::test_answers_are_written_as_moto_writes_them",
    ),
)
_MOST_KNOWN: Final = 20_000


def repair(context: CloudContext) -> None:
    """Read members from dictionaries by names that are found out once."""
    get: Callable[[Any, Any, str, Any], Any] = ResponseSerializer.get_value
    known: dict[tuple[int, str], tuple[Any, tuple[str, ...]]] = {}

    def names(key: str, shape: Any) -> tuple[str, ...]:
        found = known.get((id(shape), key))
        if found is None:
            if len(known) >= _MOST_KNOWN:
                known.clear()
            asked = AttributePickerContext(obj={}, key=key, shape=shape)
            possible = dict.fromkeys(XFormedAttributePicker().get_possible_keys(asked))
            # The shape is kept, so that no other one gets its id.
            found = known[id(shape), key] = shape, tuple(possible)
        return found[1]

    def get_value(self: Any, value: Any, key: str, shape: Any) -> Any:
        if type(value) is not dict or not _is_plain(self._value_picker):
            return get(self, value, key, shape)
        for name in names(key, shape):
            if name in value:
                return value[name]
        return None

    context.patches.set(ResponseSerializer, "get_value", get_value)


def _is_plain(picker: Any) -> bool:
    """Return whether a picker takes values as they are, under the usual names."""
    return (
        type(picker) is XFormedAttributePicker
        and picker.alias_providers is DEFAULT_ALIAS_PROVIDERS
        and not picker.response_transformers
    )
