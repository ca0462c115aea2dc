"""Generates what the other paths of the gateway carry meanwhile: as much, less, or otherwise.

It has dice of its own, so that it changes nothing else of a seed.
"""

import copy

from simulator.directconnect.fields import record, records
from simulator.directconnect.shapes import Fields
from simulator.explore.generators.dice import Dice
from simulator.explore.generators.world import WorldPlan
from simulator.scenarios.model import ScenarioTrigger

THE_SAME = "the same"
KINDS = {
    THE_SAME: 55,
    "a default route": 9,
    "fewer prefixes": 9,
    "nothing accepted": 7,
    "one family is down": 6,
    "a VPN": 7,
    "maintenance on the other path": 7,
}
_SALT = 3_000_017
_UNACKNOWLEDGED_PERCENT = 25
CODE = "NO_REDUNDANT_PATH"
_DEFAULTS = {"ipv4": "0.0.0.0/0", "ipv6": "::/0"}


def generate_paths(seed: int, plan: WorldPlan, trigger: ScenarioTrigger) -> list[str]:
    """Let the siblings of the subject carry its routes, or less; return descriptions of that.

    Sometimes what is asked for does not acknowledge that there may be no other path.
    """
    dice = Dice(seed + _SALT)
    by_id = {str(each["virtualInterfaceId"]): each for each in plan.virtual_interfaces}
    subject = by_id[plan.subject]
    siblings = [each for each in plan.virtual_interfaces if _is_sibling(each, subject)]
    kind = dice.weigh(KINDS)
    if dice.chance(_UNACKNOWLEDGED_PERCENT) and (siblings or kind == "a VPN"):
        _no_longer_acknowledged(trigger)
    for sibling in siblings:
        _carry(sibling, subject, len(by_id))
    if not _change(dice, plan, kind, subject, siblings):
        return []
    return [f"other paths: {kind}"]


def _is_sibling(vif: Fields, subject: Fields) -> bool:
    keys = ("directConnectGatewayId", "virtualGatewayId")
    return vif is not subject and any(
        key in subject and vif.get(key) == subject[key] for key in keys
    )


def _carry(sibling: Fields, subject: Fields, seed: int) -> None:
    """Let a sibling carry what the subject carries, with a peer of its own in each family."""
    sibling["routes"] = copy.deepcopy(record(subject, "routes"))
    peers = records(sibling, "bgpPeers")
    wanted = {str(peer["addressFamily"]) for peer in records(subject, "bgpPeers")}
    number = int(str(sibling["vlan"])) % 250 + seed % 5
    for family in sorted(wanted - {str(peer["addressFamily"]) for peer in peers}):
        ends = (
            (f"169.253.{number}.1/30", f"169.253.{number}.2/30")
            if family == "ipv4"
            else (f"2001:db8:f{number:03}::1/125", f"2001:db8:f{number:03}::2/125")
        )
        peers.append(
            {
                "addressFamily": family,
                "amazonAddress": ends[0],
                "customerAddress": ends[1],
                "bgpStatus": peers[0]["bgpStatus"],
                "authKey": f"{peers[0]['authKey']}-too",
            }
        )
    sibling["bgpPeers"] = [*peers]


def _change(
    dice: Dice, plan: WorldPlan, kind: str, subject: Fields, siblings: list[Fields]
) -> bool:
    """Change what the siblings carry; return whether there was anything to change."""
    if kind == "a VPN":
        return add_vpn(dice, plan, subject)
    if kind == THE_SAME or not siblings:
        return False
    chosen = dice.pick(siblings)
    routes = record(chosen, "routes")
    match kind:
        case "a default route":
            families = [str(peer["addressFamily"]) for peer in records(chosen, "bgpPeers")]
            routes["accepted"] = [_DEFAULTS[each] for each in sorted(set(families))]
        case "fewer prefixes":
            for direction in ("accepted", "advertised"):
                listed = routes[direction]
                assert isinstance(listed, list)
                routes[direction] = listed[: len(listed) // 2]
        case "nothing accepted":
            routes["accepted"] = []
        case "one family is down":
            family = dice.pick(records(chosen, "bgpPeers"))["addressFamily"]
            for peer in records(chosen, "bgpPeers"):
                if peer["addressFamily"] == family:
                    peer["bgpStatus"] = "down"
        case _:
            if "healthEvents" in plan.extras:
                return False
            plan.extras["healthEvents"] = [
                {
                    "eventTypeCode": "AWS_DIRECTCONNECT_MAINTENANCE_SCHEDULED",
                    "statusCode": "upcoming",
                    "startTime": dice.pick(["2026-01-05T02:05:00Z", "2026-01-09T00:00:00Z"]),
                    "endTime": "2026-01-10T00:00:00Z",
                    "entities": [dice.pick([chosen["connectionId"], chosen["virtualInterfaceId"]])],
                }
            ]
    chosen["routes"] = routes
    return True


def add_vpn(dice: Dice, plan: WorldPlan, subject: Fields) -> bool:
    """Add a VPN connection, which may carry nothing; return False if the gateway can't have one."""
    vpn: Fields = {
        "vpnConnectionId": "vpn-0001",
        "vgwTelemetry": [
            {"status": "DOWN", "acceptedRouteCount": 0},
            {"status": dice.pick(["UP", "UP", "DOWN"]), "acceptedRouteCount": dice.whole(0, 3)},
        ],
        "options": {"tunnelInsideIpVersion": dice.pick(["ipv4", "ipv4", "ipv6"])},
    }
    if gateway := subject.get("directConnectGatewayId"):
        vpn["transitGatewayId"] = "tgw-0001"
        plan.extras["directConnectGatewayAssociations"] = [
            {"directConnectGatewayId": gateway, "associatedGateway": {"id": "tgw-0001"}}
        ]
    elif gateway := subject.get("virtualGatewayId"):
        vpn["vpnGatewayId"] = gateway
    else:
        return False
    plan.extras["vpnConnections"] = [vpn]
    return True


def _no_longer_acknowledged(trigger: ScenarioTrigger) -> None:
    asked = trigger.plan if "plan" in trigger.model_fields_set else trigger.request
    if isinstance(asked, dict) and isinstance(codes := asked.get("acknowledge"), list):
        asked["acknowledge"] = [code for code in codes if code != CODE]
