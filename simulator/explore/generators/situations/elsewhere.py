"""Situations in which other paths are in other Regions and accounts, which may be read or not."""

import copy

from simulator.directconnect import Fault, FaultError
from simulator.directconnect.fields import records
from simulator.directconnect.shapes import Fields
from simulator.explore.generators.ports import ELSEWHERE, STRANGER, subject_of
from simulator.explore.generators.siblings import siblings_of
from simulator.explore.generators.situations.draft import Draft

REGION, ROUTES = "eu-central-1", "ListVirtualInterfaceRoutes"
ROLE: Fields = {
    "arn": f"arn:aws:iam::{STRANGER}:role/vifshift-network",
    "externalId": "vifshift-external-id",
}
ABROAD: Fields = {"roles": [ROLE], "regions": [ELSEWHERE]}
"""Settings with another account and another Region, which the stack may read."""
IS_ACKNOWLEDGED = 60


def _away(draft: Draft, *, region: str, account: str | None) -> Fields | None:
    """Put siblings of the subject into another world; return that, None if there are none.

    They carry all that the subject carries, less, or nothing.
    """
    subject = subject_of(draft.world)
    siblings = siblings_of(draft.world)
    if not siblings or "directConnectGatewayId" not in subject:
        return None
    away = siblings[: draft.dice.whole(1, len(siblings))]
    carried = draft.dice.weigh({"all": 60, "half": 20, "none": 20})
    connections: list[Fields] = []
    for number, each in enumerate(away):
        draft.world.virtual_interfaces.remove(each)
        port = f"dxcon-abroad{number:02}"
        connections.append({"connectionId": port, "location": "EqDC2", "bandwidth": "10Gbps"})
        each["connectionId"] = port
        each["routes"] = _routes(subject, carried)
        if draft.dice.chance(20):
            records(each, "bgpPeers")[0]["bgpStatus"] = "down"
    world: Fields = {
        "region": region,
        "connections": [*connections],
        "virtualInterfaces": [*copy.deepcopy(away)],
    }
    if account:
        world["account"] = account
    if not draft.dice.chance(IS_ACKNOWLEDGED):
        draft.asked.pop("acknowledge")
    draft.world.other_worlds.append(world)
    return world


def _routes(subject: Fields, carried: str) -> Fields:
    routes = copy.deepcopy(subject["routes"])
    assert isinstance(routes, dict)
    for direction, listed in routes.items():
        assert isinstance(listed, list)
        keep = {"all": len(listed), "half": len(listed) // 2, "none": 0}[carried]
        routes[direction] = listed[:keep]
    return routes


def in_a_region_that_is_read(draft: Draft) -> bool:
    """Let siblings be in a Region that the stack may read."""
    draft.world.settings = ABROAD
    return _away(draft, region=ELSEWHERE, account=None) is not None


def in_a_region_that_is_not_read(draft: Draft) -> bool:
    """Let siblings be in a Region that the stack may not read."""
    return _away(draft, region=ELSEWHERE, account=None) is not None


def in_an_account_that_is_read(draft: Draft) -> bool:
    """Let siblings be in an account with a role that the stack may assume, or that refuses it."""
    draft.world.settings = ABROAD
    world = _away(draft, region=draft.dice.pick([REGION, ELSEWHERE]), account=STRANGER)
    if world is None:
        return False
    role = ROLE if draft.dice.chance(70) else {**ROLE, "externalId": "another"}
    world["roles"] = [{**role}]
    return True


def in_an_account_that_is_not_read(draft: Draft) -> bool:
    """Let siblings be in an account that the stack knows no role of."""
    return _away(draft, region=REGION, account=STRANGER) is not None


def of_another_owner(draft: Draft) -> bool:
    """Let the subject and its siblings be another account's, whose tests only that can list."""
    near = siblings_of(draft.world)
    for each in (subject_of(draft.world), *near):
        each["ownerAccount"] = STRANGER
    return bool(near)


def routes_of_siblings_unread(draft: Draft) -> bool:
    """Let the stack not be shown the routes of any sibling."""
    near, subject = siblings_of(draft.world), subject_of(draft.world)
    if not near or subject["virtualInterfaceType"] == "public":
        return False
    for each in near:
        name = str(each["virtualInterfaceId"])
        draft.faults.append(
            Fault(operation=ROUTES, virtual_interface_id=name, error=FaultError.ACCESS_DENIED)
        )
    return True


def devices_not_named(draft: Draft) -> bool:
    """Let AWS name the device of no port, so that nobody can tell whether two share one."""
    for each in (*draft.world.connections, *draft.world.lags):
        each.update({"awsDeviceV2": "", "awsLogicalDeviceId": ""})
    return bool(siblings_of(draft.world)) and not draft.world.target.startswith("dxlag")
