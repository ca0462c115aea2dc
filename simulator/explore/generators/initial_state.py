"""Generates conditions that exist before anything is requested."""

from simulator.directconnect.fields import records
from simulator.directconnect.shapes import Fields
from simulator.explore.generators.dice import Dice
from simulator.explore.generators.world import WorldPlan

KINDS = {
    "a peer is down": 40,
    "all peers are down": 18,
    "the VIF is down": 10,
    "the source is down": 10,
    "the target is down": 4,
    "the VLAN is taken": 5,
    "maintenance is announced": 8,
    "a failover test runs": 3,
    "another VIF is down": 12,
}
PERCENT = 14


def generate_initial_state(dice: Dice, plan: WorldPlan) -> list[str]:
    """Sometimes change the world before it begins; return descriptions of the changes."""
    if not dice.chance(PERCENT):
        return []
    kind = dice.weigh(KINDS)
    [subject] = [
        each for each in plan.virtual_interfaces if each["virtualInterfaceId"] == plan.subject
    ]
    others = [each for each in plan.virtual_interfaces if each is not subject]
    _change(dice, plan, kind, subject, others)
    return [f"before: {kind}"]


def _change(dice: Dice, plan: WorldPlan, kind: str, subject: Fields, others: list[Fields]) -> None:
    match kind:
        case "a peer is down":
            dice.pick(records(subject, "bgpPeers"))["bgpStatus"] = "down"
        case "all peers are down":
            _fell(subject)
        case "the VIF is down":
            _fell(subject)
            subject["virtualInterfaceState"] = "down"
        case "a failover test runs":
            _fell(subject)
            subject["virtualInterfaceState"] = "testing"
        case "the source is down":
            _close(plan.port(plan.source))
            _fell(subject)
            subject["virtualInterfaceState"] = "down"
        case "the target is down":
            _close(plan.port(plan.target))
        case "the VLAN is taken" if others:
            dice.pick(others).update(vlan=plan.subject_vlan, connectionId=plan.target)
        case "another VIF is down" if others:
            other = dice.pick(others)
            _fell(other)
            other["virtualInterfaceState"] = "down"
        case "maintenance is announced":
            plan.extras["healthEvents"] = [
                {
                    "eventTypeCode": "AWS_DIRECTCONNECT_MAINTENANCE_SCHEDULED",
                    "statusCode": "upcoming",
                    "startTime": dice.pick(["2026-01-05T02:05:00Z", "2026-01-09T00:00:00Z"]),
                    "endTime": "2026-01-10T00:00:00Z",
                    "entities": [dice.pick([plan.source, plan.target, plan.subject])],
                }
            ]
        case _:
            pass


def _fell(vif: Fields) -> None:
    for peer in records(vif, "bgpPeers"):
        peer["bgpStatus"] = "down"


def _close(port: Fields) -> None:
    port["lagState" if "lagId" in port else "connectionState"] = "down"
