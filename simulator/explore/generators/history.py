"""Generates the past and the plans of a network: its traffic, failover tests, groups, addresses.

Each function changes the world, and returns whether there was anything to change.
"""

from simulator.directconnect.fields import records
from simulator.directconnect.shapes import Fields
from simulator.explore.generators.dice import Dice
from simulator.explore.generators.ports import Draw, subject_of
from simulator.explore.generators.siblings import siblings_of
from simulator.explore.generators.world import WorldPlan

MUCH = 900e9


def _much_for_the_target(dice: Dice, plan: WorldPlan, asked: Fields) -> bool:
    """Let it carry more than its target can, and its siblings next to nothing."""
    target = plan.port(plan.target)
    target["connectionsBandwidth" if "lagId" in target else "bandwidth"] = "1Gbps"
    rate = dice.pick([0.5, 5, 50]) * 1e9
    subject_of(plan)["traffic"] = {"egressBps": rate, "ingressBps": rate / 10}
    return True


def _much_for_the_others(dice: Dice, plan: WorldPlan, asked: Fields) -> bool:
    siblings = siblings_of(plan)
    for each in siblings:
        each["traffic"] = {"egressBps": MUCH, "ingressBps": MUCH}
    subject_of(plan)["traffic"] = {"egressBps": 1e8, "ingressBps": 1e8}
    return bool(siblings)


def _no_metrics(dice: Dice, plan: WorldPlan, asked: Fields) -> bool:
    subject_of(plan)["traffic"] = "none"
    return True


def _bursts(dice: Dice, plan: WorldPlan, asked: Fields) -> bool:
    """Let the traffic be in bursts, some of it on a connection of before."""
    hours = dice.whole(1, 14 * 24)
    bursts = [dice.pick([1e6, 1e8, 1e9, 9e9]) for _ in range(dice.whole(2, 24))]
    subject_of(plan)["traffic"] = {
        "egressBps": [*bursts],
        "ingressBps": 1e7,
        "former": "dxcon-former01",
        "movedHoursAgo": dice.whole(1, 300),
        "hours": hours,
    }
    return True


def _sibling_was_down(dice: Dice, plan: WorldPlan, asked: Fields) -> bool:
    siblings = siblings_of(plan)
    for each in siblings:
        family = records(each, "bgpPeers")[0]["addressFamily"]
        ago = dice.whole(5, 90)
        down: Fields = {"addressFamily": family, "bgpStatus": "down", "fromMinutesAgo": ago}
        each["traffic"] = {"bgp": [{**down, "toMinutesAgo": dice.whole(0, ago - 1)}]}
    return bool(siblings)


def _never_tested(dice: Dice, plan: WorldPlan, asked: Fields) -> bool:
    plan.extras["failoverTests"] = []
    return True


def _tested(dice: Dice, plan: WorldPlan, asked: Fields) -> bool:
    names = [plan.subject, *(str(each["virtualInterfaceId"]) for each in siblings_of(plan))]
    test: Fields = {
        "virtualInterfaceId": dice.pick(names),
        "startTime": dice.pick(["2023-03-01T01:00:00Z", "2025-12-20T01:00:00Z"]),
        "testDurationInMinutes": dice.whole(1, 180),
    }
    plan.extras["failoverTests"] = [test]
    return True


def _group(dice: Dice, plan: WorldPlan, asked: Fields) -> bool:
    """Let the source and the ports of its siblings be a resiliency group, or the target too."""
    named = [plan.source, *(str(each["connectionId"]) for each in siblings_of(plan))]
    if dice.chance(30):
        named.append(plan.target)
    connections = [port for port in dict.fromkeys(named) if port.startswith("dxcon")]
    if not connections[1:]:
        return False
    group: Fields = {
        "resiliencyGroupId": "dxrg-0123456789abcdefg",
        "resiliencyGroupName": "drawn",
        "connections": [*connections],
    }
    plan.extras["resiliencyGroups"] = [group]
    return True


def _detaching(dice: Dice, plan: WorldPlan, asked: Fields) -> bool:
    gateway = subject_of(plan).get("directConnectGatewayId")
    if not gateway:
        return False
    attachment: Fields = {
        "directConnectGatewayId": gateway,
        "virtualInterfaceId": plan.subject,
        "attachmentState": dice.pick(["detaching", "detached"]),
    }
    plan.extras["directConnectGatewayAttachments"] = [attachment]
    return True


def _address_taken(dice: Dice, plan: WorldPlan, asked: Fields) -> bool:
    """Let a VIF on the target have the addresses of one of the subject's peers."""
    near = siblings_of(plan)
    others = [v for v in plan.virtual_interfaces if v is not subject_of(plan) and v not in near]
    if not others or plan.is_hosted(plan.target):
        return False
    other, peer = dice.pick(others), records(subject_of(plan), "bgpPeers")[0]
    secret = records(other, "bgpPeers")[0]["authKey"]
    other.update(connectionId=plan.target, bgpPeers=[{**peer, "authKey": secret}])
    other.pop("routes", None)
    return True


def _pending(dice: Dice, plan: WorldPlan, asked: Fields) -> bool:
    states = ["pending", "verifying", "confirming", "deleting", "unknown"]
    subject_of(plan)["virtualInterfaceState"] = dice.pick(states)
    return True


def _unknown_role(dice: Dice, plan: WorldPlan, asked: Fields) -> bool:
    asked["roleArn"] = "arn:aws:iam::777788889999:role/not-in-the-settings"
    return True


KINDS: dict[str, tuple[float, Draw]] = {
    "much traffic for the target": (6, _much_for_the_target),
    "much traffic for the other paths": (6, _much_for_the_others),
    "no metrics": (5, _no_metrics),
    "traffic in bursts": (5, _bursts),
    "a sibling was down lately": (6, _sibling_was_down),
    "the failover was never tested": (5, _never_tested),
    "the failover was tested": (4, _tested),
    "a resiliency group": (8, _group),
    "the gateway is detaching": (6, _detaching),
    "an address is taken": (6, _address_taken),
    "the VIF is in no state to move": (5, _pending),
    "a role that is not in the settings": (3, _unknown_role),
}
