"""Rules about room on the target: quotas, rate limiters, prefix pools, and the size of frames."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from vifshift.findings import Move, Quotas, Severity, rule
from vifshift.network import Connection, Lag, VirtualInterface, VirtualInterfaceState

TRANSIT = "transit"
PRIVATE_OR_PUBLIC = {"private", "public"}
PLAIN_MTU = 1500
QUOTAS_PAGE = "AWS Direct Connect quotas"


class Landing(NamedTuple):
    """A virtual interface and the port that it is not on yet."""

    vif: VirtualInterface
    port: Connection | Lag


class Use(NamedTuple):
    """How many virtual interfaces of a kind a port carries, and how many it may."""

    kind: str
    used: int
    quota: int


@rule(
    "VIRTUAL_INTERFACE_QUOTA",
    Severity.BLOCK,
    "Move or delete a virtual interface of the target; a raised quota goes into the settings.",
    page=QUOTAS_PAGE,
)
def target_has_room_for_one_more(move: Move) -> Iterator[str]:
    """A connection or LAG carries a limited number of virtual interfaces of each kind."""
    for vif, target in _landing(move):
        if not is_hosted(target):
            for use in full(vif, target, move.network.on_target, move.quotas):
                yield f"{target.port_id} carries {use.used} of {use.quota} {use.kind}"


@rule(
    "HOSTED_CONNECTION_FULL",
    Severity.BLOCK,
    "Name a dedicated connection, or a hosted one that carries nothing.",
    page=QUOTAS_PAGE,
)
def hosted_target_is_empty(move: Move) -> Iterator[str]:
    """A hosted connection carries one virtual interface."""
    for vif, target in _landing(move):
        if is_hosted(target):
            for use in full(vif, target, move.network.on_target, move.quotas):
                yield (
                    f"{target.port_id} is a hosted connection and carries {use.used} of "
                    f"{use.quota} {use.kind}"
                )


@rule(
    "RATE_LIMITERS_EXHAUSTED",
    Severity.BLOCK,
    "Take the rate limit off a virtual interface, here or on the target.",
    page=QUOTAS_PAGE,
)
def target_has_a_rate_limiter(move: Move) -> Iterator[str]:
    """A connection has a limited number of rate limiters, and a hosted one has none."""
    for vif, target in _landing(move):
        if not vif.rate_limit:
            continue
        if is_hosted(target):
            yield (
                f"{vif.virtual_interface_id} is limited to {vif.rate_limit}, and {target.port_id} "
                "is a hosted connection, which has no rate limiters"
            )
            continue
        status, quota = target.rate_limiter_status, move.quotas.rate_limited_per_port
        in_use = status.in_use if status else None
        if status and status.remaining is not None:
            if status.remaining < 1:
                used = "" if in_use is None else f", {in_use} in use"
                yield f"{target.port_id} has {status.remaining} rate limiters left{used}"
            continue
        if in_use is None:
            in_use = sum(bool(rival.rate_limit) for rival in move.network.rivals())
        if in_use >= quota:
            yield f"{target.port_id} uses {in_use} of {quota} rate limiters"


@rule(
    "PREFIX_POOL_EXHAUSTED",
    Severity.BLOCK,
    "Allocate fewer prefixes to virtual interfaces of the target, or to the one that moves.",
    page=QUOTAS_PAGE,
)
def target_has_the_prefixes(move: Move) -> Iterator[str]:
    """The prefixes allocated to the virtual interface come out of the target's pool."""
    for vif, target in _landing(move):
        pools = {
            "ipv4": (
                vif.prefix_pool_allocated_count_ipv4,
                target.prefix_pool_unallocated_count_ipv4,
            ),
            "ipv6": (
                vif.prefix_pool_allocated_count_ipv6,
                target.prefix_pool_unallocated_count_ipv6,
            ),
        }
        for family, (needed, left) in pools.items():
            if left is not None and needed > left:
                yield (
                    f"{vif.virtual_interface_id} has {needed} {family} prefixes allocated, "
                    f"{target.port_id} has {left} left"
                )


@rule(
    "JUMBO_FRAMES",
    Severity.BLOCK,
    "Name a target that is jumbo frame capable, or set the MTU to 1500 first.",
    page="MTUs for private virtual interfaces or transit virtual interfaces",
)
def target_takes_the_frames(move: Move) -> Iterator[str]:
    """A virtual interface with jumbo frames needs a target that is capable of them."""
    for vif, target in _landing(move):
        if vif.mtu > PLAIN_MTU and target.jumbo_frame_capable is False:
            yield (
                f"{vif.virtual_interface_id} has an MTU of {vif.mtu}, and {target.port_id} is not "
                "jumbo frame capable"
            )


def is_hosted(port: Connection | Lag) -> bool:
    """Say whether a port is a hosted connection."""
    return isinstance(port, Connection) and port.is_hosted


def full(
    vif: VirtualInterface,
    port: Connection | Lag,
    riders: Iterable[VirtualInterface],
    quotas: Quotas,
) -> Iterator[Use]:
    """Yield the quotas that leave no room on a port for a virtual interface beside the others."""
    kinds = [
        rider.virtual_interface_type
        for rider in riders
        if rider.virtual_interface_id != vif.virtual_interface_id
        and rider.virtual_interface_state != VirtualInterfaceState.DELETED
    ]
    total = "virtual interfaces"
    if is_hosted(port):
        uses = [Use(total, len(kinds), quotas.per_hosted_connection)]
    else:
        uses = [Use(f"{total} in total", len(kinds), quotas.total_per_port)]
        if vif.virtual_interface_type == TRANSIT:
            count = kinds.count(TRANSIT)
            uses.insert(0, Use(f"transit {total}", count, quotas.transit_per_port))
        elif vif.virtual_interface_type in PRIVATE_OR_PUBLIC:
            count = sum(kind in PRIVATE_OR_PUBLIC for kind in kinds)
            quota = quotas.private_or_public_per_port
            uses.insert(0, Use(f"private and public {total}", count, quota))
    for use in uses:
        if use.used >= use.quota:
            yield use


def _landing(move: Move) -> Iterator[Landing]:
    vif, target = move.network.virtual_interface, move.network.target
    if vif and target and vif.connection_id != target.port_id:
        yield Landing(vif, target)
