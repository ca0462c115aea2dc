"""Rules about the target's capacity: quotas, rate limiters, prefix pools and frame size."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from vifshift.domain.findings import Move, Quotas, Severity, rule
from vifshift.domain.network import VirtualInterface, VirtualInterfaceState
from vifshift.domain.ports import Connection, Lag

IPV4, IPV6 = "ipv4", "ipv6"
FAMILIES = (IPV4, IPV6)
TRANSIT = frozenset({"transit"})
PRIVATE_OR_PUBLIC = frozenset({"private", "public"})
PLAIN_MTU = 1500
QUOTAS_PAGE = "AWS Direct Connect quotas"


class Landing(NamedTuple):
    """A virtual interface, and the port that it is to be moved to."""

    vif: VirtualInterface
    port: Connection | Lag


class Quota(NamedTuple):
    """The most virtual interfaces of some types on a port; without types, of all types."""

    kind: str
    types: frozenset[str] | None
    most: int

    def counts(self, vif: VirtualInterface) -> bool:
        """Return whether a virtual interface counts towards the quota."""
        return self.types is None or vif.virtual_interface_type in self.types


class Use(NamedTuple):
    """The virtual interfaces on a port that count towards a quota, and the quota."""

    kind: str
    attached: tuple[VirtualInterface, ...]
    quota: int

    @property
    def used(self) -> int:
        """Return how many it carries."""
        return len(self.attached)


@rule(
    "VIRTUAL_INTERFACE_QUOTA",
    Severity.BLOCK,
    "Move or delete a virtual interface on the target; add a raised quota to the settings.",
    page=QUOTAS_PAGE,
)
def target_has_room_for_one_more(move: Move) -> Iterator[str]:
    """A connection or LAG carries a limited number of virtual interfaces of each kind."""
    for vif, target in _landing(move):
        if not is_hosted(target):
            for use in full(vif, target, move.network.on_target, move.quotas):
                yield (
                    f"{target.port_id} carries {use.used} of {use.quota} {use.kind}"
                    f"{_because(move, use.attached)}"
                )


@rule(
    "HOSTED_CONNECTION_FULL",
    Severity.BLOCK,
    "Choose a dedicated connection, or a hosted connection without a virtual interface.",
    page=QUOTAS_PAGE,
)
def hosted_target_is_empty(move: Move) -> Iterator[str]:
    """A hosted connection carries one virtual interface."""
    for vif, target in _landing(move):
        if is_hosted(target):
            for use in full(vif, target, move.network.on_target, move.quotas):
                yield (
                    f"{target.port_id} is a hosted connection and carries {use.used} of "
                    f"{use.quota} {use.kind}{_because(move, use.attached)}"
                )


@rule(
    "RATE_LIMITERS_EXHAUSTED",
    Severity.BLOCK,
    "Remove the rate limit of this virtual interface, or of another one on the target.",
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
        limited = [rival for rival in move.network.rivals() if rival.rate_limit]
        because = _because(move, limited)
        in_use = status.in_use if status else None
        if status and status.remaining is not None:
            if status.remaining < 1:
                used = "" if in_use is None else f", {in_use} in use"
                yield f"{target.port_id} has {status.remaining} rate limiters left{used}{because}"
            continue
        if in_use is None:
            in_use = len(limited)
        if in_use >= quota:
            yield f"{target.port_id} uses {in_use} of {quota} rate limiters{because}"


@rule(
    "PREFIX_POOL_EXHAUSTED",
    Severity.BLOCK,
    "Allocate fewer prefixes to virtual interfaces on the target, or to the one that moves.",
    page=QUOTAS_PAGE,
)
def target_has_the_prefixes(move: Move) -> Iterator[str]:
    """The prefixes allocated to the virtual interface come out of the target's pool."""
    for vif, target in _landing(move):
        for family in FAMILIES:
            needed, left = allocated(vif, family), unallocated(target, family)
            if left is not None and needed > left:
                others = [rival for rival in move.network.rivals() if allocated(rival, family)]
                yield (
                    f"{vif.virtual_interface_id} has {needed} {family} prefixes allocated, "
                    f"{target.port_id} has {left} left{_because(move, others)}"
                )


@rule(
    "JUMBO_FRAMES",
    Severity.BLOCK,
    "Choose a target that is jumbo frame capable, or set the MTU to 1500 first.",
    page="MTUs for private virtual interfaces or transit virtual interfaces",
)
def target_takes_the_frames(move: Move) -> Iterator[str]:
    """A virtual interface with jumbo frames needs a target that supports them."""
    for vif, target in _landing(move):
        if vif.mtu > PLAIN_MTU and target.jumbo_frame_capable is False:
            yield (
                f"{vif.virtual_interface_id} has an MTU of {vif.mtu}, and {target.port_id} is not "
                "jumbo frame capable"
            )


def is_hosted(port: Connection | Lag) -> bool:
    """Return whether a port is a hosted connection."""
    return isinstance(port, Connection) and port.is_hosted


def allocated(vif: VirtualInterface, family: str) -> int:
    """Return how many prefixes of a family are allocated to a virtual interface."""
    is_ipv4 = family == IPV4
    return vif.prefix_pool_allocated_count_ipv4 if is_ipv4 else vif.prefix_pool_allocated_count_ipv6


def unallocated(port: Connection | Lag, family: str) -> int | None:
    """Return how many prefixes of a family a port has left; None where AWS does not report it."""
    if family == IPV4:
        return port.prefix_pool_unallocated_count_ipv4
    return port.prefix_pool_unallocated_count_ipv6


def full(
    vif: VirtualInterface,
    port: Connection | Lag,
    attached: Iterable[VirtualInterface],
    quotas: Quotas,
) -> Iterator[Use]:
    """Yield the quotas of a port that the other virtual interfaces have used up."""
    for use in uses(vif, port, attached, quotas):
        if use.used >= use.quota:
            yield use


def uses(
    vif: VirtualInterface,
    port: Connection | Lag,
    attached: Iterable[VirtualInterface],
    quotas: Quotas,
) -> Iterator[Use]:
    """Yield how far the others have used up each quota that a virtual interface counts towards."""
    name = vif.virtual_interface_id
    others = [each for each in counted(attached) if each.virtual_interface_id != name]
    for quota in quotas_of(port, quotas):
        if quota.counts(vif):
            alike = [each for each in others if quota.counts(each)] if quota.types else others
            yield Use(quota.kind, tuple(alike), quota.most)


def quotas_of(port: Connection | Lag, quotas: Quotas) -> tuple[Quota, ...]:
    """Return the quotas of a port; a hosted connection has one for all types."""
    kind = "virtual interfaces"
    if is_hosted(port):
        return (Quota(kind, None, quotas.per_hosted_connection),)
    return (
        Quota(f"transit {kind}", TRANSIT, quotas.transit_per_port),
        Quota(f"private and public {kind}", PRIVATE_OR_PUBLIC, quotas.private_or_public_per_port),
        Quota(f"{kind} in total", None, quotas.total_per_port),
    )


def counted(attached: Iterable[VirtualInterface]) -> Iterator[VirtualInterface]:
    """Yield the virtual interfaces that count, among them those that are being deleted."""
    for each in attached:
        if each.virtual_interface_state != VirtualInterfaceState.DELETED:
            yield each


def _because(move: Move, attached: Iterable[VirtualInterface]) -> str:
    """Return which moves of a plan fill a port up, and which make room on it."""
    known = tuple(attached)
    return f"{move.plan_effects.after(known)}{move.plan_effects.making_room(known)}"


def _landing(move: Move) -> Iterator[Landing]:
    vif, target = move.network.virtual_interface, move.network.target
    if vif and target and vif.connection_id != target.port_id:
        yield Landing(vif, target)
