"""Generates changes that others make meanwhile."""

from collections.abc import Callable

from simulator.directconnect import Change
from simulator.directconnect.shapes import Fields
from simulator.explore.generators.dice import Dice
from simulator.explore.generators.siblings import siblings_of
from simulator.explore.generators.world import WorldPlan

LATEST = 900

Draw = Callable[[Dice, WorldPlan], list[Change]]


def _port(dice: Dice, port: str, at: int, set_: Fields | None) -> Change:
    """Generate a change or deletion of a port."""
    key = "lagId" if port.startswith("dxlag") else "connectionId"
    told: Fields = {"set": set_} if set_ else {"delete": True}
    return Change.model_validate({"at": at, key: port, **told})


def _down(port: str) -> Fields:
    return {"lagState": "down"} if port.startswith("dxlag") else {"connectionState": "down"}


def _up(port: str) -> Fields:
    return (
        {"lagState": "available"} if port.startswith("dxlag") else {"connectionState": "available"}
    )


def _vif(name: str, at: int, set_: Fields) -> Change:
    return Change(at=at, virtual_interface_id=name, set=set_)


def _moved_elsewhere(dice: Dice, plan: WorldPlan) -> list[Change]:
    elsewhere = [port for port in plan.ports if port not in {plan.source, plan.target}]
    at = dice.about(plan.deadlines, LATEST)
    return [_vif(plan.subject, at, {"connectionId": dice.pick(elsewhere)})] if elsewhere else []


def _moved_to_an_end(dice: Dice, plan: WorldPlan) -> list[Change]:
    port = dice.pick([plan.source, plan.target])
    return [_vif(plan.subject, dice.about(plan.deadlines, LATEST), {"connectionId": port})]


def _deleted(dice: Dice, plan: WorldPlan) -> list[Change]:
    return [
        Change(
            at=dice.about(plan.deadlines, LATEST), virtual_interface_id=plan.subject, delete=True
        )
    ]


def _source_down(dice: Dice, plan: WorldPlan) -> list[Change]:
    at = dice.about(plan.deadlines, LATEST)
    down = _port(dice, plan.source, at, _down(plan.source))
    up = _port(dice, plan.source, at + dice.whole(1, 300), _up(plan.source))
    return [down, up] if dice.chance(30) else [down]


def _target_down(dice: Dice, plan: WorldPlan) -> list[Change]:
    return [_port(dice, plan.target, dice.about(plan.deadlines, LATEST), _down(plan.target))]


def _source_deleted(dice: Dice, plan: WorldPlan) -> list[Change]:
    return [_port(dice, plan.source, dice.about(plan.deadlines, LATEST), None)]


def _target_deleted(dice: Dice, plan: WorldPlan) -> list[Change]:
    return [_port(dice, plan.target, dice.about(plan.deadlines, LATEST), None)]


def _vlan_taken(dice: Dice, plan: WorldPlan, port: str) -> list[Change]:
    """Generate a VIF that takes the moving VIF's VLAN on a port."""
    at = dice.about(plan.deadlines, LATEST)
    if not plan.others:
        return []
    taken: Fields = {"vlan": plan.subject_vlan, "connectionId": port}
    return [_vif(dice.pick(plan.others), at, taken)]


def _vlan_taken_on_source(dice: Dice, plan: WorldPlan) -> list[Change]:
    return _vlan_taken(dice, plan, plan.source)


def _vlan_taken_on_target(dice: Dice, plan: WorldPlan) -> list[Change]:
    return _vlan_taken(dice, plan, plan.target)


def _tested(dice: Dice, plan: WorldPlan) -> list[Change]:
    at = dice.about(plan.deadlines, LATEST)
    begins: Fields = {"virtualInterfaceState": "testing", "bgpStatus": "down"}
    ends: Fields = {"virtualInterfaceState": "available", "bgpStatus": "up"}
    after = at + dice.whole(10, 600)
    test = [_vif(plan.subject, at, begins), _vif(plan.subject, after, ends)]
    return test if dice.chance(50) else test[:1]


def _peers_flap(dice: Dice, plan: WorldPlan) -> list[Change]:
    at = dice.about(plan.deadlines, LATEST)
    down, up = {"bgpStatus": "down"}, {"bgpStatus": "up"}
    return [
        _vif(plan.subject, at, {**down}),
        _vif(plan.subject, at + dice.whole(1, 60), {**up}),
    ]


def _siblings_fail(dice: Dice, plan: WorldPlan) -> list[Change]:
    if not plan.others:
        return []
    fallen: Fields = {"virtualInterfaceState": "down", "bgpStatus": "down"}
    return [_vif(dice.pick(plan.others), dice.about(plan.deadlines, LATEST), fallen)]


def _all_siblings_fail(dice: Dice, plan: WorldPlan) -> list[Change]:
    at = dice.about(plan.deadlines, LATEST)
    fallen: Fields = {"virtualInterfaceState": "down", "bgpStatus": "down"}
    return [_vif(str(each["virtualInterfaceId"]), at, fallen) for each in siblings_of(plan)]


def _sibling_loses_routes(dice: Dice, plan: WorldPlan) -> list[Change]:
    at = dice.about(plan.deadlines, LATEST)
    lost: Fields = {"routes": {"accepted": [], "advertised": []}}
    return [_vif(str(each["virtualInterfaceId"]), at, lost) for each in siblings_of(plan)[:1]]


def _bgp_down(dice: Dice, plan: WorldPlan) -> list[Change]:
    at = dice.moment(LATEST)
    fallen: Fields = {"bgpStatus": "down"}
    if dice.chance(50):
        fallen["virtualInterfaceState"] = "down"
    return [_vif(plan.subject, at, fallen)]


def _joins_the_source(dice: Dice, plan: WorldPlan) -> list[Change]:
    if not plan.others:
        return []
    return [_vif(dice.pick(plan.others), dice.moment(LATEST), {"connectionId": plan.source})]


CHANGES: dict[str, tuple[float, Draw]] = {
    "moved elsewhere": (12, _moved_elsewhere),
    "moved to an end": (6, _moved_to_an_end),
    "deleted": (12, _deleted),
    "source down": (12, _source_down),
    "target down": (8, _target_down),
    "source deleted": (8, _source_deleted),
    "target deleted": (5, _target_deleted),
    "VLAN taken on source": (10, _vlan_taken_on_source),
    "VLAN taken on target": (6, _vlan_taken_on_target),
    "tested": (10, _tested),
    "peers flap": (8, _peers_flap),
    "another VIF fails": (3, _siblings_fail),
    "all siblings fail": (8, _all_siblings_fail),
    "a sibling loses its routes": (6, _sibling_loses_routes),
    "BGP goes down": (9, _bgp_down),
    "another VIF joins the source": (3, _joins_the_source),
}
