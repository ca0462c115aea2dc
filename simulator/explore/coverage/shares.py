"""What a generated scenario has, by the draw alone: waits, answers, routes that are cut off."""

from collections.abc import Iterator
from ipaddress import ip_network

from simulator.directconnect.fields import records, text
from simulator.directconnect.routes import Routes
from simulator.directconnect.shapes import Fields
from simulator.explore.generators.kinds import WAITING
from simulator.explore.generators.scenario import GeneratedScenario

WAIT, ANSWER, ALONE = "with a wait", "with an answer", "with a prefix that has no other path"
FORTY_DAYS = "of forty days"
SUBJECT = "dxvif-subject01"


def shares_of(drawn: GeneratedScenario) -> Iterator[str]:
    """Yield what a scenario has."""
    if any(each.startswith(WAITING) for each in drawn.troubles):
        yield WAIT
    if drawn.scenario.answers:
        yield ANSWER
    if "wait: forty days" in drawn.troubles:
        yield FORTY_DAYS
    if any(_without_other_path(drawn)):
        yield ALONE


def _without_other_path(drawn: GeneratedScenario) -> Iterator[str]:
    """Yield the prefixes of the VIF to be moved that no sibling carries as well, when it begins."""
    scenario = drawn.scenario
    vifs = [vif for world in scenario.worlds for vif in world.virtual_interfaces]
    subject = next(vif for vif in vifs if vif["virtualInterfaceId"] == SUBJECT)
    is_up = any(peer["bgpStatus"] == "up" for peer in records(subject, "bgpPeers"))
    if text(subject, "virtualInterfaceType") == "public" or not is_up:
        return
    if any(world.vpn_connections for world in scenario.worlds):
        return
    siblings = [vif for vif in vifs if _is_sibling(vif, subject)]
    for direction in ("accepted", "advertised"):
        others = {net for vif in siblings for net in _prefixes(vif, direction)}
        for prefix in _prefixes(subject, direction):
            if prefix not in others and not any(_covers(other, prefix) for other in others):
                yield prefix


def _is_sibling(vif: Fields, subject: Fields) -> bool:
    """Return whether a VIF that carries traffic is of the subject's gateway."""
    keys = ("directConnectGatewayId", "virtualGatewayId")
    is_near = any(text(subject, key) and text(vif, key) == text(subject, key) for key in keys)
    works = text(vif, "virtualInterfaceState") in {None, "available"}
    return vif is not subject and is_near and works


def _prefixes(vif: Fields, direction: str) -> Iterator[str]:
    """Yield the prefixes of the families that are up."""
    up = {peer["addressFamily"] for peer in records(vif, "bgpPeers") if peer["bgpStatus"] == "up"}
    routes = Routes.model_validate(vif.get("routes") or {})
    for route in (routes.accepted if direction == "accepted" else routes.advertised) or ():
        if ("ipv6" if ":" in route.cidr else "ipv4") in up:
            yield route.cidr


def _covers(other: str, prefix: str) -> bool:
    ours, theirs = ip_network(prefix, strict=False), ip_network(other, strict=False)
    is_wider = ours.version == theirs.version and theirs.prefixlen <= ours.prefixlen
    return is_wider and ours.network_address in theirs
