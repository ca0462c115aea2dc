"""What botocore's service model says about Direct Connect's data, and a check against it."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from functools import cache

from botocore.loaders import Loader
from botocore.model import ListShape, ServiceModel, Shape, StructureShape
from pydantic import JsonValue, TypeAdapter

Fields = dict[str, JsonValue]
"""One record of the API in its own (camelCase) names."""

_JSON: TypeAdapter[JsonValue] = TypeAdapter(JsonValue)


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


def checked(shape_name: str, value: object) -> Fields:
    """Return a record with its timestamps as epoch seconds, or name every wrong key and type.

    Values of enumerations are not checked: a value that the API adds one day is something to
    simulate.
    """
    shape = service_model().shape_for(shape_name)
    wrong = list(faults(shape, value, ""))
    if wrong or not isinstance(value, Mapping):
        raise ValueError("; ".join(wrong) or f"{shape_name}: not a mapping")
    return {str(name): _plain(shape, name, member) for name, member in value.items()}


def faults(shape: Shape, value: object, path: str) -> Iterator[str]:
    """Yield what in a value does not match its shape."""
    here = path or shape.name
    if isinstance(shape, StructureShape):
        if not isinstance(value, Mapping):
            yield f"{here}: expected a mapping, got {type(value).__name__}"
            return
        yield from _faults_in_structure(shape, value, path)
    elif isinstance(shape, ListShape):
        if not isinstance(value, list | tuple):
            yield f"{here}: expected a list, got {type(value).__name__}"
            return
        for index, item in enumerate(value):
            yield from faults(shape.member, item, f"{here}[{index}]")
    elif not _fits(shape.type_name, value):
        yield f"{here}: expected {shape.type_name}, got {type(value).__name__}"


def _faults_in_structure(
    shape: StructureShape, value: Mapping[object, object], path: str
) -> Iterator[str]:
    for name, member in value.items():
        inner = f"{path}.{name}" if path else str(name)
        if name in shape.members:
            yield from faults(shape.members[str(name)], member, inner)
        else:
            yield f"{inner}: Direct Connect's {shape.name} has no such field"
    for name in shape.required_members:
        if name not in value:
            yield f"{path or shape.name}: {name} is required"


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
