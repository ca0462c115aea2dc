"""What a scenario asks for that is in no world of it: a slip, or what it is about."""

from collections.abc import Iterator, Mapping
from typing import Final

from simulator.scenarios.consistency import NOWHERE, known_ids
from simulator.scenarios.mistakes import Mistake, Place

_PORTS: Final = {"connectionId", "from", "to"}


def strangers(content: object) -> list[Mistake]:
    """Return the ids of requests that are in no world, unless the outcome is expected."""
    if not isinstance(content, Mapping):
        return []
    expect = content.get("expect")
    if isinstance(expect, Mapping) and expect.get("outcome"):
        return []
    ports, vifs = known_ids(content)
    trigger = content.get("trigger")
    return [
        Mistake(place, f"{given} {NOWHERE}", given, known)
        for key, place, given in _asked(trigger, ("trigger",))
        if given not in (known := vifs if key == "virtualInterfaceId" else ports)
    ]


def _asked(value: object, place: Place) -> Iterator[tuple[str, Place, str]]:
    """Yield the ids of virtual interfaces and ports in a request or plan, each with its key."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            at = (*place, str(key))
            if isinstance(inner, str) and (key == "virtualInterfaceId" or key in _PORTS):
                yield str(key), at, inner
            yield from _asked(inner, at)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _asked(item, (*place, index))
