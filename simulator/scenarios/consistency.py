"""What a scenario file says that can't be: unknown values, ports that exist nowhere, odd LAGs.

It reads the file's content, so that these mistakes are told together with those of its structure.
"""

from collections.abc import Collection, Iterator, Mapping
from typing import Any, Final

from simulator.directconnect.fields import megabits
from simulator.directconnect.shapes import enumerations
from simulator.directconnect.world import World
from simulator.scenarios.mistakes import Mistake, Place

WITH_STATES: Final = ("world", "otherWorlds", "timelines", "changes")
WITH_IDS: Final = ("timelines", "faults", "changes")
BANDWIDTHS: Final = frozenset({"bandwidth", "connectionsBandwidth"})
LIKE_THE_LAG: Final = {"bandwidth": "connectionsBandwidth", "location": "location"}
RECORDS: Final = (
    ("connections", "connectionId"),
    ("lags", "lagId"),
    ("virtualInterfaces", "virtualInterfaceId"),
)
ACCOUNT, REGION = (str(World.model_fields[name].default) for name in ("account", "region"))
NOWHERE: Final = "is in no world of this file"


def inconsistencies(content: object) -> Iterator[Mistake]:
    """Yield what can't be in the content of a scenario file, whatever its structure."""
    if not isinstance(content, Mapping):
        return
    yield from (value for value in _unknown_values(content) if value.near() or not value.known)
    worlds = _worlds(content)
    ports, vifs = known_ids(content)
    yield from _given_twice(worlds)
    yield from _on_one_vlan(worlds)
    for place, world in worlds:
        yield from _homeless(world, place, ports)
        yield from _odd_lags(world, place)
    known = {"virtualInterfaceId": vifs, "connectionId": ports, "lagId": ports}
    for part in WITH_IDS:
        yield from _unknown_ids(content.get(part), (part,), known)
    yield from _unknown_ids_expected(content.get("expect"), vifs, ports)


def known_ids(content: Mapping[str, object]) -> tuple[set[str], set[str]]:
    """Return the ids of ports, and of virtual interfaces, of all worlds of a file."""
    ports, vifs = set[str](), set[str]()
    for _, world in _worlds(content):
        ports |= _ports(world)
        vifs |= _ids(_of(world, "virtualInterfaces"), "virtualInterfaceId")
    return ports, vifs


def novelties(content: object) -> list[Mistake]:
    """Return values that the API does not have, and that are like none of those it has.

    The API may have them one day, so that they can be simulated.
    """
    if not isinstance(content, Mapping):
        return []
    return [value for value in _unknown_values(content) if value.known and not value.near()]


def _worlds(content: Mapping[str, object]) -> list[tuple[Place, object]]:
    others = enumerate(_items(content.get("otherWorlds")))
    of_others: list[tuple[Place, object]] = [(("otherWorlds", at), world) for at, world in others]
    return [(("world",), content.get("world")), *of_others]


def _unknown_values(content: Mapping[str, object]) -> Iterator[Mistake]:
    for part in WITH_STATES:
        yield from _unknown_values_in(content.get(part), (part,))


def _unknown_values_in(value: object, place: Place) -> Iterator[Mistake]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            if isinstance(inner, str) and inner:
                yield from _unknown_value(inner, (*place, str(key)), str(key))
            yield from _unknown_values_in(inner, (*place, str(key)))
    for index, item in enumerate(_items(value)):
        yield from _unknown_values_in(item, (*place, index))


def _unknown_value(value: str, place: Place, key: str) -> Iterator[Mistake]:
    known = enumerations().get(key, frozenset())
    if known and value not in known:
        yield Mistake(place, f"{value!r} is no {key} that Direct Connect has", value, known)
    if key in BANDWIDTHS and megabits(value) is None:
        yield Mistake(place, f"{value!r} is no bandwidth, such as 10Gbps")


def _given_twice(worlds: list[tuple[Place, object]]) -> Iterator[Mistake]:
    """Yield ids that are given twice, in one world or in two, and two worlds of one place."""
    first: dict[str, Place] = {}
    for place, world in worlds:
        for part, key in RECORDS:
            for index, record in enumerate(_of(world, part)):
                at, its_id = (*place, part, index, key), _text(record, key)
                if its_id and its_id in first:
                    earlier = ".".join(map(str, first[its_id]))
                    yield Mistake(at, f"{its_id} is given already, in {earlier}")
                first.setdefault(its_id, at)
    places: dict[tuple[str, str], Place] = {}
    for place, world in worlds if len(worlds) > 1 else ():
        here = (_text(world, "account") or ACCOUNT, _text(world, "region") or REGION)
        if here in places:
            earlier = ".".join(map(str, places[here]))
            yield Mistake(place, f"account {here[0]} in {here[1]} has a world already: {earlier}")
        places.setdefault(here, place)


def _on_one_vlan(worlds: list[tuple[Place, object]]) -> Iterator[Mistake]:
    """Yield virtual interfaces with the VLAN of another one of the same port."""
    first: dict[tuple[str, int], str] = {}
    for place, world in worlds:
        for index, vif in enumerate(_of(world, "virtualInterfaces")):
            vlan = vif.get("vlan") if isinstance(vif, Mapping) else None
            port = _text(vif, "connectionId")
            if not (isinstance(vlan, int) and port) or _is_gone(vif):
                continue
            if (port, vlan) in first:
                at = (*place, "virtualInterfaces", index, "vlan")
                yield Mistake(at, f"{first[port, vlan]} has VLAN {vlan} on {port} already")
            first.setdefault((port, vlan), _text(vif, "virtualInterfaceId") or "another one")


def _is_gone(vif: object) -> bool:
    return _text(vif, "virtualInterfaceState") in {"deleted", "deleting"}


def _homeless(world: object, place: Place, ports: Collection[str]) -> Iterator[Mistake]:
    """Yield virtual interfaces on a port that is in no world."""
    for index, vif in enumerate(_of(world, "virtualInterfaces")):
        port = _text(vif, "connectionId")
        if port and port not in ports:
            at = (*place, "virtualInterfaces", index, "connectionId")
            yield Mistake(at, f"{port} {NOWHERE}", port, ports)


def _odd_lags(world: object, place: Place) -> Iterator[Mistake]:
    """Yield LAGs whose members are told otherwise elsewhere, or are not of one kind."""
    lags = _of(world, "lags")
    members: dict[str, str] = {}
    for index, lag in enumerate(lags):
        here, of_lag = (*place, "lags", index), _of(lag, "connections")
        told = lag.get("numberOfConnections") if isinstance(lag, Mapping) else None
        if isinstance(told, int) and of_lag and told != len(of_lag):
            words = f"{told} are told, and {len(of_lag)} are listed"
            yield Mistake((*here, "numberOfConnections"), words)
        for number, member in enumerate(of_lag):
            at, member_id = (*here, "connections", number), _text(member, "connectionId")
            if not member_id:
                continue
            if member_id in members:
                yield Mistake(at, f"{member_id} is a member of {members[member_id]} as well")
            members[member_id] = _text(lag, "lagId")
            for key, of_the_lag in (
                ("bandwidth", "connectionsBandwidth"),
                ("location", "location"),
            ):
                own, wanted = _text(member, key), _text(lag, of_the_lag)
                if own and wanted and own != wanted:
                    words = f"{member_id} has {own}, and {members[member_id]} has {wanted}"
                    yield Mistake((*at, key), words)
    for index, connection in enumerate(_of(world, "connections")):
        lag_id, its_id = _text(connection, "lagId"), _text(connection, "connectionId")
        at = (*place, "connections", index)
        if its_id in members:
            yield Mistake(at, f"{its_id} is told already, as a member of {members[its_id]}")
        elif lag_id and lag_id not in _ids(lags, "lagId"):
            yield Mistake((*at, "lagId"), f"{lag_id} {NOWHERE}", lag_id, _ids(lags, "lagId"))
        elif lag_id:
            words = f"{lag_id} does not list {its_id}: a member is told in its LAG's connections"
            yield Mistake((*at, "lagId"), words)


def _unknown_ids(
    value: object, place: Place, known: Mapping[str, Collection[str]]
) -> Iterator[Mistake]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            ids = known.get(str(key))
            if ids is not None and isinstance(inner, str) and inner not in ids:
                yield Mistake((*place, str(key)), f"{inner} {NOWHERE}", inner, ids)
            yield from _unknown_ids(inner, (*place, str(key)), known)
    for index, item in enumerate(_items(value)):
        yield from _unknown_ids(item, (*place, index), known)


def _unknown_ids_expected(
    expect: object, vifs: Collection[str], ports: Collection[str]
) -> Iterator[Mistake]:
    """Yield what is expected of virtual interfaces and ports that are nowhere."""
    if not isinstance(expect, Mapping):
        return
    places = expect.get("connectionId")
    for vif, port in places.items() if isinstance(places, Mapping) else ():
        at = ("expect", "connectionId", str(vif))
        if vif not in vifs:
            yield Mistake(at, f"{vif} {NOWHERE}", str(vif), vifs)
        if port not in ports:
            yield Mistake(at, f"{port} {NOWHERE}", str(port), ports)


def _ports(world: object) -> set[str]:
    lags = _of(world, "lags")
    members = [member for lag in lags for member in _of(lag, "connections")]
    of_connections = _ids([*_of(world, "connections"), *members], "connectionId")
    return of_connections | _ids(lags, "lagId")


def _ids(records: list[Any], key: str) -> set[str]:
    return {found for record in records if (found := _text(record, key))}


def _of(value: object, key: str) -> list[Any]:
    return _items(value.get(key)) if isinstance(value, Mapping) else []


def _items(value: object) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else []


def _text(value: object, key: str) -> str:
    found = value.get(key) if isinstance(value, Mapping) else None
    return found if isinstance(found, str) else ""
