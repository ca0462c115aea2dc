"""The reasons for which AssociateVirtualInterface refuses, in the order of its checks.

The facts are those of the API reference (AssociateVirtualInterface) and of the quotas page; that
each is a DirectConnectClientException, told apart by its message alone, is inferred, and so are
the messages, except that of a missing connection or LAG.
"""

import ipaddress
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from simulator.directconnect.exceptions import Refused
from simulator.directconnect.fields import megabits, number, text
from simulator.directconnect.knobs import Knobs
from simulator.directconnect.network.inventory import FAMILIES, Inventory
from simulator.directconnect.network.state import (
    GONE,
    PortKind,
    SimulatedPort,
    SimulatedVirtualInterface,
)

_STANDARD_MTU = 1500


@dataclass(frozen=True)
class RequestedAssociation:
    """A virtual interface that is to be moved to a port."""

    vif: SimulatedVirtualInterface
    target: SimulatedPort
    inventory: Inventory
    knobs: Knobs
    requester: str

    @property
    def rivals(self) -> list[SimulatedVirtualInterface]:
        """The other virtual interfaces on the target."""
        return [vif for vif in self.inventory.occupying(self.target.id) if vif is not self.vif]

    @property
    def source(self) -> SimulatedPort | None:
        """Where the virtual interface is now; unknown if it is another account's."""
        return self.inventory.ports.get(self.vif.connection_id)


def find_port(inventory: Inventory, id_: str) -> SimulatedPort:
    """Find a connection or LAG, or refuse in the words of the real API (seen)."""
    port = inventory.ports.get(id_)
    if port is None:
        kind = "Lag" if id_.startswith("dxlag-") else "Connection"
        raise Refused(f"Could not find {kind} with ID {id_}")
    return port


def find_virtual_interface(inventory: Inventory, id_: str) -> SimulatedVirtualInterface:
    """Find a virtual interface that is not deleted, or refuse."""
    vif = inventory.virtual_interfaces.get(id_)
    if vif is None or vif.state in GONE:
        raise Refused(f"Could not find Virtual Interface with ID {id_}")
    return vif


def check(move: RequestedAssociation) -> None:
    """Check an association; raises `Refused` with the first reason found."""
    for rule in (*_MOVING, *_SETTLING):
        for reason in rule(move):
            raise Refused(reason)


def check_settling(move: RequestedAssociation) -> None:
    """Check the port of a new virtual interface; raises `Refused` with the first reason found."""
    for rule in _SETTLING:
        for reason in rule(move):
            raise Refused(reason)


def _not_already_there(move: RequestedAssociation) -> Iterator[str]:
    # Inferred: no document says what happens.
    if move.vif.connection_id == move.target.id:
        yield f"Virtual Interface {move.vif.id} is already associated with {move.target.id}"


def _owned(move: RequestedAssociation) -> Iterator[str]:
    source = move.source
    on_own_port = source is not None and _owner(source) == move.requester
    if move.vif.owner != move.requester and not on_own_port:
        yield f"Account {move.requester} owns neither {move.vif.id} nor its connection"


def _not_moving(move: RequestedAssociation) -> Iterator[str]:
    if move.knobs.refuse_while_pending and move.vif.moved and move.vif.state == "pending":
        yield f"Virtual Interface {move.vif.id} is in a transitioning state"


def _hosted_stays(move: RequestedAssociation) -> Iterator[str]:
    if move.source is None or not move.source.is_hosted:
        return
    if move.target.kind is PortKind.LAG:
        yield (
            f"Virtual Interface {move.vif.id} is on a hosted connection"
            " and cannot be associated with a LAG"
        )
    elif move.target.is_hosted:
        yield (
            f"Virtual Interface {move.vif.id} cannot be moved from one hosted connection to another"
        )


def _target_owned(move: RequestedAssociation) -> Iterator[str]:
    if _owner(move.target) != move.requester:
        yield f"Account {move.requester} does not own {move.target.id}"


def _target_usable(move: RequestedAssociation) -> Iterator[str]:
    if move.target.state in {*GONE, "rejected"}:
        yield f"{move.target.id} is {move.target.state}"
    if move.target.lag_id is not None:
        yield f"Connection {move.target.id} is a member of LAG {move.target.lag_id}"


def _same_region(move: RequestedAssociation) -> Iterator[str]:
    here, there = text(move.vif.fields, "region"), text(move.target.fields, "region")
    if here and there and here != there:
        yield f"{move.target.id} is not in Region {here}"


def _vlan_free(move: RequestedAssociation) -> Iterator[str]:
    if any(rival.vlan == move.vif.vlan for rival in move.rivals):
        yield f"VLAN {move.vif.vlan} is already in use on {move.target.id}"


def _addresses_free(move: RequestedAssociation) -> Iterator[str]:
    own = _networks(move.vif)
    for rival in move.rivals:
        for theirs in _networks(rival):
            for mine in own:
                if mine.version == theirs.version and mine.overlaps(theirs):
                    yield f"IP address {mine} is already in use on {move.target.id}"


def _quota_left(move: RequestedAssociation) -> Iterator[str]:
    knobs, rivals = move.knobs, move.rivals
    alike = [rival for rival in rivals if (rival.type == "transit") == (move.vif.type == "transit")]
    if move.target.is_hosted:
        if len(rivals) >= knobs.hosted_quota:
            yield f"Hosted connection {move.target.id} already has a virtual interface"
        return
    quota = knobs.transit_quota if move.vif.type == "transit" else knobs.private_and_public_quota
    if len(alike) >= quota or len(rivals) >= knobs.total_quota:
        yield f"{move.target.id} has reached its limit of virtual interfaces"


def _jumbo_frames_fit(move: RequestedAssociation) -> Iterator[str]:
    mtu = number(move.vif.fields, "mtu") or _STANDARD_MTU
    if mtu > _STANDARD_MTU and not move.target.carries_jumbo_frames:
        yield f"{move.target.id} does not support an MTU of {mtu}"


def _rate_limit_fits(move: RequestedAssociation) -> Iterator[str]:
    limit = text(move.vif.fields, "rateLimit")
    if limit is None:
        return
    if move.target.is_hosted:
        yield f"Hosted connection {move.target.id} does not support rate limiting"
        return
    asked, there = megabits(limit), move.target.megabits
    if asked is not None and there is not None and asked > there:
        yield f"Rate limit {limit} exceeds the bandwidth of {move.target.id}"
    if move.inventory.limiters_left(move.target) == 0:
        yield f"{move.target.id} has no rate limiters remaining"


def _prefixes_fit(move: RequestedAssociation) -> Iterator[str]:
    for family in FAMILIES:
        asked, left = move.vif.allocation(family), move.inventory.pool_left(move.target, family)
        if left is not None and asked > left:
            yield f"The {family} prefix pool of {move.target.id} has {left} left, not {asked}"


Rule = Callable[[RequestedAssociation], Iterator[str]]
_MOVING: tuple[Rule, ...] = (_owned, _not_moving, _not_already_there, _hosted_stays)
_SETTLING: tuple[Rule, ...] = (
    _target_owned,
    _target_usable,
    _same_region,
    _vlan_free,
    _addresses_free,
    _quota_left,
    _jumbo_frames_fit,
    _rate_limit_fits,
    _prefixes_fit,
)


def _owner(port: SimulatedPort) -> str:
    return text(port.fields, "ownerAccount") or ""


def _networks(
    vif: SimulatedVirtualInterface,
) -> set[ipaddress.IPv4Network | ipaddress.IPv6Network]:
    ends = (end for peer in vif.live_peers for end in peer.addresses)
    return {ipaddress.ip_interface(end).network for end in ends}
