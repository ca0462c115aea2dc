"""Generates oddities of ports: of other accounts and Regions, full, encrypted, or not comparable.

Each function changes the world, and returns whether there was anything to change.
"""

from collections.abc import Callable

from simulator.directconnect.fields import records
from simulator.directconnect.shapes import Fields
from simulator.explore.generators.dice import Dice
from simulator.explore.generators.world import WorldPlan

STRANGER = "444455556666"
ELSEWHERE = "eu-west-1"

Draw = Callable[[Dice, WorldPlan, Fields], bool]


def subject_of(plan: WorldPlan) -> Fields:
    """Return the VIF of the request."""
    vifs = plan.virtual_interfaces
    return next(each for each in vifs if each["virtualInterfaceId"] == plan.subject)


def _is_lag(port: str) -> bool:
    return port.startswith("dxlag")


def _target_of_another(dice: Dice, plan: WorldPlan, asked: Fields) -> bool:
    plan.port(plan.target)["ownerAccount"] = STRANGER
    return True


def _source_of_another(dice: Dice, plan: WorldPlan, asked: Fields) -> bool:
    plan.port(plan.source)["ownerAccount"] = STRANGER
    return True


def _all_of_another(dice: Dice, plan: WorldPlan, asked: Fields) -> bool:
    subject_of(plan)["ownerAccount"] = STRANGER
    return _source_of_another(dice, plan, asked)


def _vif_of_another(dice: Dice, plan: WorldPlan, asked: Fields) -> bool:
    subject_of(plan)["ownerAccount"] = STRANGER
    return True


def _target_elsewhere(dice: Dice, plan: WorldPlan, asked: Fields) -> bool:
    plan.port(plan.target)["region"] = ELSEWHERE
    return True


def _member_asked_for(dice: Dice, plan: WorldPlan, asked: Fields) -> bool:
    members = records(plan.port(plan.target), "connections") if _is_lag(plan.target) else []
    if not members or asked.get("connectionId") != plan.target:
        return False
    asked["connectionId"] = members[0]["connectionId"]
    return True


def _source_in_a_lag(dice: Dice, plan: WorldPlan, asked: Fields) -> bool:
    """Let the source be a member of another LAG, which lists it."""
    others = [lag for lag in plan.lags if lag["lagId"] != plan.target]
    if _is_lag(plan.source) or not others or plan.is_hosted(plan.source):
        return False
    lag, source = dice.pick(others), plan.port(plan.source)
    plan.connections.remove(source)
    source.update(
        lagId=lag["lagId"], location=lag["location"], bandwidth=lag["connectionsBandwidth"]
    )
    lag["connections"] = [*records(lag, "connections"), source]
    return True


def _hosted_source(dice: Dice, plan: WorldPlan, asked: Fields) -> bool:
    """Let the source be a hosted connection, from which a VIF goes to no LAG."""
    if _is_lag(plan.source) or not (_is_lag(plan.target) or plan.is_hosted(plan.target)):
        return False
    plan.port(plan.source)["vlan"] = plan.subject_vlan
    vifs = plan.virtual_interfaces
    stay = [v for v in vifs if v["connectionId"] != plan.source or v is subject_of(plan)]
    plan.virtual_interfaces[:] = stay
    return True


def _full_hosted_target(dice: Dice, plan: WorldPlan, asked: Fields) -> bool:
    if not plan.is_hosted(plan.target) or not plan.others:
        return False
    other = dice.pick([v for v in plan.virtual_interfaces if v is not subject_of(plan)])
    other.update(connectionId=plan.target, vlan=plan.subject_vlan + 1)
    return True


def _rate_limit_above(dice: Dice, plan: WorldPlan, asked: Fields) -> bool:
    if subject_of(plan)["virtualInterfaceType"] == "public" or _is_lag(plan.target):
        return False
    subject_of(plan)["rateLimit"] = "100Gbps"
    plan.port(plan.target)["bandwidth"] = "10Gbps"
    return True


def _no_rate_limiters(dice: Dice, plan: WorldPlan, asked: Fields) -> bool:
    subject_of(plan)["rateLimit"] = "500Mbps"
    limiters: Fields = {"maxAllowed": 10, "inUse": 10, "remaining": 0}
    plan.port(plan.target)["rateLimiterStatus"] = {**limiters}
    return True


def _encryption_down(dice: Dice, plan: WorldPlan, asked: Fields) -> bool:
    if _is_lag(plan.target):
        return False
    down: Fields = {"encryptionMode": "must_encrypt", "portEncryptionStatus": "Encryption Down"}
    plan.port(plan.target).update({"macSecCapable": True, **down})
    return True


def _encryption_lost(dice: Dice, plan: WorldPlan, asked: Fields) -> bool:
    port = plan.port(plan.source)
    up: Fields = {"encryptionMode": "should_encrypt", "portEncryptionStatus": "Encryption Up"}
    for link in records(port, "connections") if _is_lag(plan.source) else [port]:
        link.update({"macSecCapable": True, **up})
    return True


def _no_jumbo_frames(dice: Dice, plan: WorldPlan, asked: Fields) -> bool:
    if subject_of(plan)["virtualInterfaceType"] == "public":
        return False
    subject_of(plan)["mtu"] = 8500
    plan.port(plan.target)["jumboFrameCapable"] = False
    return True


def _pool_exhausted(dice: Dice, plan: WorldPlan, asked: Fields) -> bool:
    subject_of(plan)["prefixPoolAllocatedCountIpv4"] = 500
    plan.port(plan.target)["prefixPoolUnallocatedCountIpv4"] = 100
    return True


def _nameless_device(dice: Dice, plan: WorldPlan, asked: Fields) -> bool:
    plan.port(plan.target).update({"awsDeviceV2": "", "awsLogicalDeviceId": ""})
    return True


def _other_billing(dice: Dice, plan: WorldPlan, asked: Fields) -> bool:
    if _is_lag(plan.source) or _is_lag(plan.target):
        return False
    plan.port(plan.source)["billingMode"] = dice.pick(["PortPairFlatRateTier2", "FlatRateTier1"])
    plan.port(plan.target)["billingMode"] = "FlatRateTier2"
    return True


def _full_of_transit(dice: Dice, plan: WorldPlan, port: str) -> bool:
    """Fill a port with four transit VIFs, besides the subject, which is one itself."""
    subject = subject_of(plan)
    if subject["virtualInterfaceType"] != "transit" or plan.is_hosted(port):
        return False
    number = len(plan.virtual_interfaces)
    there = [v for v in plan.virtual_interfaces if v["connectionId"] == port]
    count = sum(v["virtualInterfaceType"] == "transit" and v is not subject for v in there)
    for each in range(number + count, number + 4):
        plan.virtual_interfaces.append(transit(plan.seed, each, port))
    return True


def transit(seed: int, number: int, port: str) -> Fields:
    """Return a transit VIF of a gateway of its own."""
    return {
        "virtualInterfaceId": f"dxvif-filler{number:04}",
        "connectionId": port,
        "virtualInterfaceType": "transit",
        "vlan": 3000 + number,
        "asn": 65000,
        "authKey": f"secret-of-{seed}-filler-{number}",
        "directConnectGatewayId": f"dxgw-filler-{number}",
        "bgpPeers": [
            {
                "addressFamily": "ipv4",
                "amazonAddress": f"169.252.{number}.1/30",
                "customerAddress": f"169.252.{number}.2/30",
                "bgpStatus": "up",
                "authKey": f"secret-of-{seed}-filler-{number}-peer",
            }
        ],
    }


def _full_target(dice: Dice, plan: WorldPlan, asked: Fields) -> bool:
    return _full_of_transit(dice, plan, plan.target)


def _full_source(dice: Dice, plan: WorldPlan, asked: Fields) -> bool:
    return _full_of_transit(dice, plan, plan.source)


KINDS: dict[str, tuple[float, Draw]] = {
    "the target is another account's": (3, _target_of_another),
    "the source is another account's": (3, _source_of_another),
    "source and VIF are another account's": (3, _all_of_another),
    "the VIF is another account's": (4, _vif_of_another),
    "the target is in another Region": (3, _target_elsewhere),
    "a LAG's member is asked for": (7, _member_asked_for),
    "the source is in a LAG": (5, _source_in_a_lag),
    "the source is hosted": (9, _hosted_source),
    "the hosted target is full": (30, _full_hosted_target),
    "the rate limit is above the bandwidth": (6, _rate_limit_above),
    "no rate limiters are left": (3, _no_rate_limiters),
    "MACsec is down on the target": (5, _encryption_down),
    "MACsec would be lost": (4, _encryption_lost),
    "the target has no jumbo frames": (4, _no_jumbo_frames),
    "the prefix pool is exhausted": (3, _pool_exhausted),
    "the target's device is not named": (6, _nameless_device),
    "the target is billed otherwise": (7, _other_billing),
    "the target is full": (6, _full_target),
    "the source is over its quota": (6, _full_source),
}
