"""What botocore's service model says about Direct Connect's data, and a check against it."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from functools import cache
from typing import NamedTuple

from botocore.loaders import Loader
from botocore.model import ListShape, ServiceModel, Shape, StructureShape
from pydantic import BaseModel, JsonValue, TypeAdapter, ValidationError

Fields = dict[str, JsonValue]
"""One record of the API in its own (camelCase) names."""

_JSON: TypeAdapter[JsonValue] = TypeAdapter(JsonValue)
_VIRTUAL_INTERFACE_TYPES = frozenset({"private", "public", "transit"})


class Misfit(NamedTuple):
    """What in a value does not match its shape: where, what is wrong, and the known names."""

    place: tuple[str | int, ...]
    words: str
    known: frozenset[str] = frozenset()

    def within(self, shape_name: str) -> str:
        """Return where it is and what is wrong as one clause."""
        first = str(self.place[0]) if self.place else shape_name
        inner = (f"[{part}]" if isinstance(part, int) else f".{part}" for part in self.place[1:])
        return f"{first}{''.join(inner)}: {self.words}"


class Part(NamedTuple):
    """A part of a record that has a model of its own, and what is wrong with it."""

    place: tuple[str | int, ...]
    model: type[BaseModel]
    error: ValidationError


class MisfitError(ValueError):
    """A record is not as the API's model says; `misfits` and `parts` are all that is wrong."""

    def __init__(
        self, shape_name: str, misfits: tuple[Misfit, ...], parts: tuple[Part, ...] = ()
    ) -> None:
        words = [each.within(shape_name) for each in misfits]
        words += [f"{each.place[-1]}: {each.error}" for each in parts]
        super().__init__("; ".join(words))
        self.misfits, self.parts = misfits, parts


@cache
def service_model() -> ServiceModel:
    """Load the model that boto3 itself uses."""
    return ServiceModel(Loader().load_service_model("directconnect", "service-2"), "directconnect")


def members(shape_name: str) -> frozenset[str]:
    """Name the members of a structure."""
    shape = service_model().shape_for(shape_name)
    assert isinstance(shape, StructureShape)
    return frozenset(shape.members)


def input_shape(operation: str) -> Shape | None:
    """Find what an operation takes; some take nothing."""
    return service_model().operation_model(operation).input_shape


def lists_of(operation: str) -> frozenset[str]:
    """Name the lists that an operation returns; one that changes something lists nothing."""
    shape = service_model().operation_model(operation).output_shape
    if shape is None or not operation.startswith(("Describe", "List")):
        return frozenset()
    return frozenset(name for name, each in shape.members.items() if isinstance(each, ListShape))


@cache
def enumerations() -> Mapping[str, frozenset[str]]:
    """Return the values that the API knows of each member that has an enumeration, by its name.

    `virtualInterfaceType` has none in the API's model; its values are the API reference's.
    """
    values: defaultdict[str, set[str]] = defaultdict(set)
    for name in service_model().shape_names:
        shape = service_model().shape_for(name)
        for member, inner in shape.members.items() if isinstance(shape, StructureShape) else ():
            values[member].update(getattr(inner, "enum", ()))
    known = {member: frozenset(each) for member, each in values.items() if each}
    return {**known, "virtualInterfaceType": _VIRTUAL_INTERFACE_TYPES}


def checked(shape_name: str, value: object) -> Fields:
    """Return a record with its timestamps as epoch seconds.

    Raises `MisfitError`, which names every wrong key and type. Values of enumerations are not
    checked: a value that the API adds one day is something to simulate.
    """
    shape = service_model().shape_for(shape_name)
    wrong = tuple(misfits(shape, value))
    if wrong or not isinstance(value, Mapping):
        raise MisfitError(shape_name, wrong or (Misfit((), "not a mapping"),))
    return {str(name): _plain(shape, name, member) for name, member in value.items()}


def misfits(shape: Shape, value: object, *place: str | int) -> Iterator[Misfit]:
    """Yield what in a value does not match its shape."""
    if isinstance(shape, StructureShape):
        if isinstance(value, Mapping):
            yield from _misfits_in_structure(shape, value, place)
        else:
            yield Misfit(place, f"expected a mapping, got {type(value).__name__}")
    elif isinstance(shape, ListShape):
        if isinstance(value, list | tuple):
            for index, item in enumerate(value):
                yield from misfits(shape.member, item, *place, index)
        else:
            yield Misfit(place, f"expected a list, got {type(value).__name__}")
    elif not _fits(shape.type_name, value):
        yield Misfit(place, f"expected {shape.type_name}, got {type(value).__name__}")


def _misfits_in_structure(
    shape: StructureShape, value: Mapping[object, object], place: tuple[str | int, ...]
) -> Iterator[Misfit]:
    for name, member in value.items():
        if name in shape.members:
            yield from misfits(shape.members[str(name)], member, *place, str(name))
        else:
            known = frozenset(map(str, shape.members))
            words = f"Direct Connect's {shape.name} has no such field"
            yield Misfit((*place, str(name)), words, known)
    for name in shape.required_members:
        if name not in value:
            yield Misfit(place, f"{name} is required")


def _fits(type_name: str, value: object) -> bool:
    if type_name == "string":
        return isinstance(value, str)
    if type_name in {"integer", "long"}:
        return isinstance(value, int) and not isinstance(value, bool)
    if type_name == "boolean":
        return isinstance(value, bool)
    if type_name == "timestamp":
        return _is_timestamp(value)
    raise NotImplementedError(f"Direct Connect had no {type_name} when this was written")


def _is_timestamp(value: object) -> bool:
    if isinstance(value, str):
        try:
            datetime.fromisoformat(value)
        except ValueError:
            return False
        return True
    return isinstance(value, int | float | datetime) and not isinstance(value, bool)


def _plain(shape: Shape, name: object, value: object) -> JsonValue:
    member = shape.members.get(str(name)) if isinstance(shape, StructureShape) else None
    if member is not None and member.type_name == "timestamp":
        return epoch(value)
    if isinstance(member, ListShape) and isinstance(value, list | tuple):
        return [_plain_item(member.member, item) for item in value]
    return _JSON.validate_python(value)


def _plain_item(shape: Shape, value: object) -> JsonValue:
    if isinstance(shape, StructureShape) and isinstance(value, Mapping):
        return {str(name): _plain(shape, name, member) for name, member in value.items()}
    return _JSON.validate_python(value)


def epoch(value: object) -> float:
    """Turn a moment into the epoch seconds that JSON 1.1 carries; a naive one is taken as UTC."""
    if isinstance(value, int | float):
        return float(value)
    moment = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
