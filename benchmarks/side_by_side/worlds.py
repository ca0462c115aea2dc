"""The five worlds: shipped scenarios, their BGP and routes once each at several moments."""

import copy
from typing import Any, Final, NamedTuple

from simulator.scenarios.files import named, read
from simulator.scenarios.model import Scenario

ARRIVALS: Final = (0, 10.4, 20.7)
"""By how many seconds BGP comes later: a loop's luck is where in its 30 seconds that falls."""


class World(NamedTuple):
    """A world in which a VIF is moved, by the name of the scenario that ships."""

    title: str
    scenario: str
    is_good: bool = True


WORLDS: Final = (
    World("both families come up", "happy-path-dual-stack-lag"),
    World("available before BGP is up", "available-before-bgp"),
    World("BGP after 263 s", "bgp-up-after-263-seconds"),
    World("VLAN missing", "provider-trunk-missing", is_good=False),
    World("half of the routes", "half-of-the-routes", is_good=False),
)


def scenarios(world: World, arrivals: tuple[float, ...] = ARRIVALS) -> list[Scenario]:
    """Return a world as it is, and a good one also with BGP, and all that follows it, later."""
    content = read(named(world.scenario))
    if not world.is_good:
        arrivals = arrivals[:1]
    return [Scenario.model_validate(_later(content, seconds)) for seconds in arrivals]


def _later(content: dict[str, Any], seconds: float) -> dict[str, Any]:
    shifted = copy.deepcopy(content)
    for timeline in shifted["timelines"]:
        is_up = False
        for step in timeline["steps"]:
            is_up = is_up or step.get("bgpStatus") == "up" or _has_peer_up(step)
            if is_up:
                step["after"] += seconds
    return shifted


def _has_peer_up(step: dict[str, Any]) -> bool:
    return any(peer.get("bgpStatus") == "up" for peer in step.get("bgpPeers", ()))
