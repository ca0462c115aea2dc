"""How the tests of plans build Regions and ask for plans."""

from collections.abc import Iterable
from typing import Any

from tests.unit.vifshift.fakes import (
    ACCOUNT,
    REGION,
    START,
    FakeAccount,
    FakeDirectConnect,
    Ports,
    a_connection,
    a_peer,
    a_vif,
)
from vifshift.domain.findings import DEFAULT_LIMITS, Limits
from vifshift.domain.network import VirtualInterface
from vifshift.domain.plan_request import PlanRequestEnvelope, parse_plan
from vifshift.plan.planning.discovery import survey_fleet
from vifshift.plan.planning.fleet import Fleet
from vifshift.plan.planning.preflight import CheckedMove, PlanPreflight, preflight

P, Q, R, S = (f"dxcon-port{letter * 4}" for letter in "pqrs")
FAR = "dxcon-farfar99"
"""Where the siblings are that carry the traffic meanwhile."""


def name(number: int) -> str:
    """Name a VIF."""
    return f"dxvif-{number:08}"


def vif(
    number: int, port: str, vlan: int = 0, *, up: bool = True, **fields: Any
) -> VirtualInterface:
    """Build a VIF with addresses, a gateway and, unless one is given, a VLAN of its own."""
    subnet = f"10.{number // 256}.{number % 256}"
    peer = a_peer(
        amazon_address=f"{subnet}.1/30",
        customer_address=f"{subnet}.2/30",
        bgp_status="up" if up else "down",
    )
    return a_vif(
        *fields.pop("peers", (peer,)),
        **{
            "virtual_interface_id": name(number),
            "virtual_interface_type": "private",
            "virtual_interface_state": "available" if up else "down",
            "connection_id": port,
            "vlan": vlan or 1000 + number,
            "direct_connect_gateway_id": f"gw-{number}",
            **fields,
        },
    )


def sibling(other: VirtualInterface, number: int, **fields: Any) -> VirtualInterface:
    """Build another VIF of the same gateway, on a port of its own unless one is given."""
    gateway = other.direct_connect_gateway_id
    return vif(number, **{"port": FAR, "direct_connect_gateway_id": gateway, **fields})


def region(*vifs: VirtualInterface, ports: Iterable[Ports] = ()) -> FakeDirectConnect:
    """Build a Region in which each VIF is redundant, with ports that may be given in detail."""
    by_id = {port.port_id: port for port in ports}
    for port_id in (P, Q, R, S, FAR):
        by_id.setdefault(port_id, a_connection(port_id, owner_account=ACCOUNT))
    groups = {each.redundancy_group for each in vifs if each.connection_id == FAR}
    backups = [
        sibling(each, 5000 + number)
        for number, each in enumerate(vifs)
        if each.redundancy_group not in groups
        and each.redundancy_group != each.virtual_interface_id
    ]
    return FakeDirectConnect(*vifs, *backups, ports=tuple(by_id.values()))


def fleet_of(
    fake: FakeDirectConnect,
    account: FakeAccount | None = None,
    asked: PlanRequestEnvelope | None = None,
) -> Fleet:
    """Read a Region, with the routes that a plan needs if one is given."""
    plan = asked.request if asked else None
    return survey_fleet(fake, account or FakeAccount(), REGION, calendar="freeze", plan=plan)


def go(number: int, port: str, **fields: Any) -> dict[str, Any]:
    """Ask for a move."""
    return {"virtualInterfaceId": name(number), "connectionId": port, **fields}


def plan_of(*moves: dict[str, Any], **fields: Any) -> PlanRequestEnvelope:
    """Ask for a plan of moves."""
    return parse_plan({"moves": list(moves), **fields})


def judged(
    fake: FakeDirectConnect,
    *moves: dict[str, Any],
    account: FakeAccount | None = None,
    limits: Limits = DEFAULT_LIMITS,
    **fields: Any,
) -> PlanPreflight:
    """Judge a plan of moves, or of something else where that is given."""
    raw = fields if "evacuate" in fields else {"moves": list(moves), **fields}
    asked = parse_plan(raw)
    return preflight(asked, fleet_of(fake, account, asked), START, limits)


def codes(result: PlanPreflight) -> list[str]:
    """Return the codes of the plan's own findings."""
    return [finding.code for finding in result.findings]


def blocks(result: PlanPreflight) -> dict[int, list[str]]:
    """Return what blocks each move, by its number; those that nothing blocks are left out."""
    found = {move.number: _blocks(move) for move in result.moves}
    return {number: messages for number, messages in found.items() if messages}


def _blocks(move: CheckedMove) -> list[str]:
    return [f"{finding.code}: {finding.message}" for finding in move.findings if finding.blocks]
