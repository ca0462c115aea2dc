"""What could go wrong in a rehearsal, as changes of a scenario."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any, Final

from cli.environment import RefusedError

Fields = dict[str, Any]
Change = Callable[[Fields, str], None]

_UP: Final = {"virtualInterfaceState": "available", "bgpStatus": "up"}
_PENDING: Final = {"after": 0, "virtualInterfaceState": "pending", "bgpStatus": "down"}
THROTTLED: Final = "throttled-api"
"""It slows down all that is read, too."""
_SLOW_SECONDS: Final = 240
_LOST_AFTER: Final = 60
_RATE: Final = {"rate": 0.5, "burst": 20}


def changed(scenario: Fields, asked: str) -> Fields:
    """Return a scenario in which something goes wrong; raises `RefusedError` for what is unknown.

    `asked` is a name, and for some of them `=` and the ID that it is about.
    """
    name, _, about = asked.partition("=")
    change = WHAT_IF.get(name)
    if change is None:
        raise RefusedError(f"{asked} is not known; known are {', '.join(WHAT_IF)}.")
    copy = {**scenario}
    change(copy, about)
    return copy


def without_effect(asked: Sequence[str], moved: Collection[tuple[str, str]]) -> Iterator[str]:
    """Yield a sentence for each of what goes wrong that a run has not come to.

    `moved` are the virtual interfaces that were associated, each with its new port.
    """
    for each in asked:
        name, _, about = each.partition("=")
        if name == THROTTLED:
            continue
        if not moved:
            yield f"--what-if {each} had no effect: nothing was moved."
        elif about.startswith("dxvif-") and about not in {vif for vif, _ in moved}:
            yield f"--what-if {each} had no effect: {about} was not moved."
        elif name == "slow-port" and about and about not in {port for _, port in moved}:
            yield f"--what-if {each} had no effect: nothing was moved to {about}."


def _vlan_missing(scenario: Fields, vif: str) -> None:
    _need(vif, "vlan-missing", "dxvif-…")
    _never_up(scenario, vif)


def _no_bgp(scenario: Fields, vif: str) -> None:
    _never_up(scenario, vif)


def _never_up(scenario: Fields, vif: str) -> None:
    """Keep BGP down after the first arrival: where a rollback arrives, the VLAN is as it was."""
    _steps(scenario, vif, [_PENDING, {"after": 30, "virtualInterfaceState": "down"}])


def _half_of_the_routes(scenario: Fields, vif: str) -> None:
    _steps(scenario, vif, [_PENDING, {"after": 40, **_UP, "routesPercent": 50}])


def _slow_port(scenario: Fields, port: str) -> None:
    steps = [_PENDING, {"after": _SLOW_SECONDS, **_UP, "routesPercent": 100}]
    _timeline(scenario, {"connectionId": port} if port else {"arrival": 1}, steps)


def _throttled_api(scenario: Fields, _: str) -> None:
    scenario["knobs"] = {**scenario.get("knobs", {}), "throttle": _RATE}


def _port_lost(scenario: Fields, port: str) -> None:
    """Let a port go down soon; what stays on it goes down, and what arrives does not come up."""
    _need(port, "port-lost", "dxcon-… or dxlag-…")
    named, state = (
        ("lagId", "lagState") if port.startswith("dxlag-") else ("connectionId", "connectionState")
    )
    if not any(each.get(named) == port for each in _ports(scenario)):
        raise RefusedError(f"{port} is no connection or LAG of this scenario.")
    down = {"virtualInterfaceState": "down", "bgpStatus": "down"}
    staying = [
        vif["virtualInterfaceId"]
        for vif in scenario["world"].get("virtualInterfaces", ())
        if vif["connectionId"] == port and not _is_source(scenario, port)
    ]
    scenario["changes"] = [
        *scenario.get("changes", ()),
        {"at": _LOST_AFTER, named: port, "set": {state: "down"}},
        *({"at": _LOST_AFTER + 1, "virtualInterfaceId": vif, "set": down} for vif in staying),
    ]
    _timeline(
        scenario,
        {"connectionId": port},
        [_PENDING, {"after": 30, "virtualInterfaceState": "down"}],
    )


WHAT_IF: Final[Mapping[str, Change]] = {
    "vlan-missing": _vlan_missing,
    "no-bgp": _no_bgp,
    "half-of-the-routes": _half_of_the_routes,
    "slow-port": _slow_port,
    THROTTLED: _throttled_api,
    "port-lost": _port_lost,
}
"""What could go wrong, by name."""


def _steps(scenario: Fields, vif: str, steps: list[Fields]) -> None:
    known = {each["virtualInterfaceId"] for each in scenario["world"].get("virtualInterfaces", ())}
    if vif and vif not in known:
        raise RefusedError(f"{vif} is no virtual interface of this scenario.")
    when = {"arrival": 1, **({"virtualInterfaceId": vif} if vif else {})}
    _timeline(scenario, when, steps)


def _timeline(scenario: Fields, when: Fields, steps: list[Fields]) -> None:
    """Add a timeline before the others: of several, the first that matches is run."""
    scenario["timelines"] = [{"when": when, "steps": steps}, *scenario.get("timelines", ())]


def _ports(scenario: Fields) -> list[Fields]:
    world = scenario["world"]
    return [*world.get("connections", ()), *world.get("lags", ())]


def _is_source(scenario: Fields, port: str) -> bool:
    """Return whether a port is the one that moves begin at, as far as the trigger tells."""
    trigger = scenario.get("trigger", {})
    match trigger:
        case {"plan": {"evacuate": {"from": source}}}:
            return bool(source == port)
        case {"request": {"virtualInterfaceId": vif}}:
            vifs = scenario["world"].get("virtualInterfaces", ())
            return any(
                each["virtualInterfaceId"] == vif and each["connectionId"] == port for each in vifs
            )
    return False


def _need(about: str, name: str, example: str) -> None:
    if not about:
        raise RefusedError(f"{name} needs what it is about: {name}={example}.")
