"""Rules about VLANs and addresses that are already used on the target."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_interface
from typing import NamedTuple

from vifshift.domain.bgp import BgpPeer, BgpPeerState
from vifshift.domain.findings import Move, Severity, rule
from vifshift.domain.network import VirtualInterface

IPNetwork = IPv4Network | IPv6Network
# A plan meets the peers of each virtual interface of a Region many times over.
MOST_PEERS = 16_384


@rule(
    "VLAN_TAKEN",
    Severity.BLOCK,
    "Free the VLAN on the target, or choose another target.",
    page="AssociateVirtualInterface",
)
def vlan_is_free_on_target(move: Move) -> Iterator[str]:
    """Direct Connect refuses a VLAN that the target already carries."""
    yield from _vlan_conflicts(move)


@rule(
    "ADDRESS_TAKEN",
    Severity.BLOCK,
    "Free the address on the target, or choose another target.",
    page="AssociateVirtualInterface",
)
def addresses_are_free_on_target(move: Move) -> Iterator[str]:
    """Direct Connect refuses a peer whose addresses the target already carries."""
    yield from _address_conflicts(move)


class Overlap(NamedTuple):
    """Two networks that overlap, and the virtual interface that has the other one."""

    mine: IPNetwork
    theirs: IPNetwork
    rival: VirtualInterface


class Ranges:
    """The networks of one virtual interface, sorted, so that a lookup is a bisection."""

    def __init__(self, networks: Iterable[IPNetwork]) -> None:
        self._networks: dict[int, list[IPNetwork]] = {4: [], 6: []}
        for network in sorted(
            networks, key=lambda each: (each.version, _first_of(each), -_size(each))
        ):
            known = self._networks[network.version]
            if not (known and _first_of(network) <= _last_of(known[-1])):
                known.append(network)
        self._firsts = {
            version: [_first_of(network) for network in known]
            for version, known in self._networks.items()
        }

    def overlapping(self, other: IPNetwork) -> IPNetwork | None:
        """Return a network that overlaps another one, if any does."""
        before = bisect_right(self._firsts[other.version], _last_of(other))
        if before == 0:
            return None
        candidate = self._networks[other.version][before - 1]
        return candidate if _last_of(candidate) >= _first_of(other) else None


def _vlan_conflicts(move: Move) -> Iterator[str]:
    vif = move.network.virtual_interface
    for rival in move.network.rivals():
        if vif and vif.vlan and rival.vlan == vif.vlan:
            is_used = "will be used" if move.plan_effects.has_brought(rival) else "is already used"
            yield (
                f"VLAN {vif.vlan} {is_used} on {move.request.connection_id} by "
                f"{rival.virtual_interface_id}{_other_move(move, rival)}"
            )


def overlaps(move: Move) -> Iterator[Overlap]:
    """Yield the networks of the virtual interface that overlap those of others on the target."""
    vif = move.network.virtual_interface
    if vif is None:
        return
    own = Ranges(networks(vif.live_peers))
    for rival in move.network.rivals():
        for theirs in held(rival):
            if mine := own.overlapping(theirs):
                yield Overlap(mine, theirs, rival)


def held(vif: VirtualInterface) -> tuple[IPNetwork, ...]:
    """Return the networks of a virtual interface, those of peers being deleted among them."""
    return networks([peer for peer in vif.bgp_peers if peer.bgp_peer_state != BgpPeerState.DELETED])


def _address_conflicts(move: Move) -> Iterator[str]:
    for mine, theirs, rival in overlaps(move):
        verb = "will overlap" if move.plan_effects.has_brought(rival) else "overlaps"
        yield (
            f"{mine} {verb} {theirs} of {rival.virtual_interface_id} on "
            f"{move.request.connection_id}{_other_move(move, rival)}"
        )


def _other_move(move: Move, rival: VirtualInterface) -> str:
    return move.plan_effects.after([rival]) or move.plan_effects.leaving(rival)


def networks(peers: Iterable[BgpPeer]) -> tuple[IPNetwork, ...]:
    """Return the networks of the peers' addresses, sorted; an invalid address is left out."""
    return _networks(
        tuple(
            [address for peer in peers for address in (peer.amazon_address, peer.customer_address)]
        )
    )


@lru_cache(maxsize=MOST_PEERS)
def _networks(addresses: tuple[str, ...]) -> tuple[IPNetwork, ...]:
    found: set[IPNetwork] = set()
    for address in addresses:
        try:
            found.add(ip_interface(address).network)
        except ValueError:
            continue
    return tuple(sorted(found, key=lambda each: (each.version, _first_of(each), -_size(each))))


def _first_of(network: IPNetwork) -> int:
    return int(network.network_address)


def _last_of(network: IPNetwork) -> int:
    return int(network.broadcast_address)


def _size(network: IPNetwork) -> int:
    return _last_of(network) - _first_of(network)
