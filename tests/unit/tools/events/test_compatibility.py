"""What breaks who consumes events, or sends them, and what does not."""

from typing import Any, Literal

import pytest
from pydantic import Field, create_model

from tools.events.compatibility import EventDirection, breaks
from vifshift.domain.model import Model

OUT, IN = EventDirection.OUTGOING, EventDirection.INCOMING


class Part(Model):
    """A part."""

    size: int


class Old(Model):
    """A detail as it was promised."""

    name: str = Field(max_length=10)
    kind: Literal["a", "b"]
    at: str | None
    parts: tuple[Part, ...]
    part: Part | None
    labels: dict[str, str]
    note: str = ""


def schema(model: type[Model]) -> dict[str, Any]:
    return model.model_json_schema(mode="serialization")


def changed(**fields: Any) -> dict[str, Any]:
    """Return the schema of the old model with some fields of another kind."""
    return schema(create_model("Old", __base__=Old, **fields))


def without(name: str) -> dict[str, Any]:
    found = schema(Old)
    del found["properties"][name]
    found["required"] = [each for each in found["required"] if each != name]
    return found


class Finer(Model):
    """A part whose size need not be a whole number."""

    size: float


class Slimmer(Model):
    """A part without its size."""

    weight: int


@pytest.mark.parametrize("direction", EventDirection)
def test_what_stays_breaks_nothing(direction: EventDirection) -> None:
    assert breaks(schema(Old), schema(Old), direction) == []


@pytest.mark.parametrize("direction", EventDirection)
def test_an_optional_field_may_be_added(direction: EventDirection) -> None:
    assert breaks(schema(Old), changed(more=(str, "")), direction) == []


@pytest.mark.parametrize(
    ("new", "fault"),
    [
        (without("name"), "name no longer exists"),
        (changed(name=(int, ...)), "name was string, and is integer"),
        (changed(name=(str, Field("", max_length=10))), "name is no longer always present"),
        (changed(name=(str | None, ...)), "name may be null now"),
        (changed(name=(str, Field(max_length=20))), "name had maxLength 10, and has 20"),
        (changed(name=(str, ...)), "name had maxLength 10, and has None"),
        (changed(kind=(Literal["a", "b", "c"], ...)), "kind may be 'c' now"),
        (changed(kind=(Literal["a"], ...)), "kind no longer has 'b'"),
        (changed(kind=(str, ...)), "kind may have any value now"),
        (changed(parts=(tuple[Slimmer, ...], ...)), "parts[].size no longer exists"),
        (changed(part=(Slimmer | None, ...)), "part.size no longer exists"),
        (changed(labels=(dict[str, int], ...)), "labels{} was string, and is integer"),
        (changed(labels=(dict[str, Any], ...)), "labels{} may be anything now"),
        (changed(note=(str | int, "")), "note was string, and is None"),
    ],
)
def test_what_breaks_consumers_is_named(new: dict[str, Any], fault: str) -> None:
    assert fault in breaks(schema(Old), new, OUT)


@pytest.mark.parametrize(
    "new",
    [
        changed(at=(str, ...)),
        changed(note=(str, ...)),
        changed(more=(str, ...)),
        changed(name=(str, Field(max_length=5))),
    ],
)
def test_what_goes_out_may_become_surer(new: dict[str, Any]) -> None:
    assert breaks(schema(Old), new, OUT) == []


def test_an_object_that_goes_out_may_be_opened_and_not_closed() -> None:
    closed = schema(Old)
    opened = {key: value for key, value in closed.items() if key != "additionalProperties"}

    assert breaks(closed, opened, OUT) == []
    assert breaks(opened, closed, OUT) == ["{} may no longer have other fields"]


@pytest.mark.parametrize(
    ("new", "fault"),
    [
        (without("name"), "name no longer exists"),
        (changed(more=(str, ...)), "more must be given now"),
        (changed(note=(str, ...)), "note must be given now"),
        (changed(at=(str, ...)), "at may no longer be null"),
        (changed(name=(int, ...)), "name was string, and is integer"),
        (changed(name=(str, Field(max_length=5))), "name had maxLength 10, and has 5"),
        (changed(note=(str, Field("", min_length=1))), "note had minLength None, and has 1"),
        (changed(note=(str, Field("", pattern="^a"))), "note has another pattern"),
        (changed(kind=(Literal["a"], ...)), "kind no longer has 'b'"),
        (changed(note=(Literal["", "x"], "")), "note has a list of values now"),
    ],
)
def test_what_breaks_senders_is_named(new: dict[str, Any], fault: str) -> None:
    assert fault in breaks(schema(Old), new, IN)


@pytest.mark.parametrize(
    "new",
    [
        changed(name=(str | None, ...)),
        changed(name=(str, Field("", max_length=20))),
        changed(kind=(Literal["a", "b", "c"], ...)),
        changed(kind=(str, ...)),
        changed(parts=(tuple[Finer, ...], ...)),
    ],
)
def test_what_comes_in_may_get_wider(new: dict[str, Any]) -> None:
    assert breaks(schema(Old), new, IN) == []
