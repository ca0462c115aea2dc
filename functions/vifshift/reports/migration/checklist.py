"""What to check on the customer's side where a move did not converge, and what is known of it.

AWS: "Troubleshooting layer 3/layer 4 issues" and "AWS Direct Connect quotas" (Direct Connect user
guide): the same VLAN, MD5 key, ASN and addresses on both sides, TCP port 179, and the number of
prefixes, above which BGP goes idle.
"""

from collections.abc import Iterable, Sequence

from vifshift.domain.bgp import BgpStatus
from vifshift.domain.migration import Migration, Phase
from vifshift.domain.network import PUBLIC, VirtualInterface, VirtualInterfaceState
from vifshift.domain.observation import VifStatus
from vifshift.reports.base.words import listed
from vifshift.reports.migration.model import CheckItem, ObservationRecord

MOST_PREFIXES = 100
MOST_PUBLIC_PREFIXES = 1000
ACCEPTED = "accepted"


def checklist(migration: Migration, looks: Iterable[ObservationRecord]) -> tuple[CheckItem, ...]:
    """Return what to check on the way to the target, with what was observed of it."""
    target, vif = migration.target, migration.snapshot
    there = [
        look.picture
        for look in looks
        if look.phase is Phase.FORWARD and look.picture and look.picture.connection_id == target
    ]
    up = _up(there)
    return (
        CheckItem(
            check=f"VLAN {vif.vlan} is on the trunk to {target}, all the way to your router.",
            known=_vlan(there, up),
        ),
        CheckItem(
            check="Your router has the MD5 key of this virtual interface for the neighbor.",
            known="The key is never read, and so not compared."
            + (" BGP came up with it." if up else ""),
        ),
        *(_peer(vif, number, up) for number in range(len(vif.live_peers))),
        CheckItem(
            check="TCP port 179 is open in both directions between these addresses.",
            known="BGP came up, so it was open." if up else "AWS does not show it.",
        ),
        _prefixes(migration),
        CheckItem(
            check=f"Every device on the way passes an MTU of {vif.mtu}.",
            known="The MTU of a virtual interface stays as it is in a move.",
        ),
    )


def _up(there: Sequence[VifStatus]) -> frozenset[str]:
    """Return the peers that were seen up on the target."""
    return frozenset(
        name
        for picture in there
        for name, status in picture.bgp_peers.items()
        if status == BgpStatus.UP
    )


def _vlan(there: Sequence[VifStatus], up: frozenset[str]) -> str:
    if up:
        return "BGP came up on the target, so the VLAN is there."
    if not there:
        return "The virtual interface was not seen on the target."
    states = listed(list(dict.fromkeys(each.virtual_interface_state for each in there)))
    known = f"No BGP peer came up on the target; there the virtual interface was {states}."
    if any(each.virtual_interface_state == VirtualInterfaceState.DOWN for each in there):
        return f"{known} A missing VLAN looks like this."
    return known


def _peer(vif: VirtualInterface, number: int, up: frozenset[str]) -> CheckItem:
    peer = vif.live_peers[number]
    name = str(peer.key)
    return CheckItem(
        check=f"Your router has {peer.customer_address or 'its address'} in ASN {peer.asn}, and "
        f"{peer.amazon_address or 'the address of AWS'} as its neighbor.",
        known=f"{name} was seen up on the target."
        if name in up
        else f"{name} was not seen up on the target; it was {peer.bgp_status} before.",
    )


def _prefixes(migration: Migration) -> CheckItem:
    is_public = migration.snapshot.virtual_interface_type == PUBLIC
    most = MOST_PUBLIC_PREFIXES if is_public else MOST_PREFIXES
    routes = migration.expectation.routes
    counts = [
        f"{each.number} {each.address_family}"
        for each in routes or ()
        if each.route_direction == ACCEPTED
    ]
    known = f"Before the move, AWS accepted {' and '.join(counts)} prefixes." if counts else ""
    vif = migration.snapshot
    pools = {
        "ipv4": vif.prefix_pool_allocated_count_ipv4,
        "ipv6": vif.prefix_pool_allocated_count_ipv6,
    }
    if any(pools.values()):
        named = " and ".join(f"{count} {family}" for family, count in pools.items() if count)
        known = f"{known} Allocated to it are {named} prefixes.".strip()
    return CheckItem(
        check=f"Your router announces no more than {most} prefixes in each session, or the quota "
        "of your account.",
        known=known or "How many it announced before is not known.",
    )
