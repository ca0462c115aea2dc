"""Rules about the target, and how it compares with the source."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from vifshift.domain.findings import Move, Severity, rule
from vifshift.domain.ports import Connection, Lag

BANDWIDTH = re.compile(r"([0-9]{1,9}(?:\.[0-9]{1,3})?)\s*([MGT])bps", re.IGNORECASE)
MEGABITS = {"M": 1, "G": 1_000, "T": 1_000_000}


class Ports(NamedTuple):
    """The two ports of a move, which are known and differ."""

    source: Connection | Lag
    target: Connection | Lag


@rule(
    "TARGET_NOT_FOUND",
    Severity.BLOCK,
    "Check the id, the account and the Region; DescribeConnections and DescribeLags list them.",
)
def target_exists(move: Move) -> Iterator[str]:
    """The target is a connection or a LAG of this account and Region."""
    if move.network.target is None:
        yield f"{move.request.connection_id} does not exist in {move.network.region}"


@rule(
    "TARGET_NOT_OWNED",
    Severity.BLOCK,
    "Send the request in the account that owns the target, or choose a target of this account.",
    page="AssociateVirtualInterface",
)
def target_is_owned(move: Move) -> Iterator[str]:
    """The caller owns the target."""
    target, caller = move.network.target, move.network.caller_account
    if target and caller and target.owner_account not in {"", caller}:
        yield f"{target.port_id} belongs to {target.owner_account}; the caller is {caller}"


@rule("TARGET_STATE", Severity.BLOCK, "Bring the target to `available`, or choose another one.")
def target_is_available(move: Move) -> Iterator[str]:
    """The target is available."""
    target = move.network.target
    if target and not target.is_available:
        yield f"{target.port_id} is {target.state}"


@rule("TARGET_IS_LAG_MEMBER", Severity.BLOCK, "Choose the LAG as the target.")
def target_is_no_member_of_a_lag(move: Move) -> Iterator[str]:
    """A virtual interface is on a LAG, not on one of its members."""
    target = move.network.target
    if isinstance(target, Connection) and target.lag_id:
        yield f"{target.port_id} is a member of {target.lag_id}"


@rule(
    "LAG_BELOW_MINIMUM_LINKS",
    Severity.BLOCK,
    "Bring up more of the LAG's connections, or lower its minimum number of links.",
    page="Link aggregation groups (LAGs)",
)
def lag_has_its_minimum_links(move: Move) -> Iterator[str]:
    """A LAG carries traffic only with one available connection at least, and with its minimum."""
    target = move.network.target
    if isinstance(target, Lag) and len(target.available_members) < target.needed_links:
        yield (
            f"{target.port_id} has {len(target.available_members)} available connections of "
            f"{len(target.connections)}, and needs {target.needed_links}"
        )


@rule(
    "LAG_WITHOUT_MINIMUM_LINKS",
    Severity.WARN,
    "Set the LAG's minimum number of links to 1 or more, so that its state shows when it fails.",
    page="Link aggregation groups (LAGs)",
)
def lag_goes_down_with_its_links(move: Move) -> Iterator[str]:
    """A LAG whose minimum number of links is 0 stays available when its last link has failed."""
    target = move.network.target
    if isinstance(target, Lag) and target.available_members and target.minimum_links == 0:
        yield (
            f"{target.port_id} has a minimum of 0 links: it reads `available` even without any of "
            f"its {len(target.available_members)} available connections"
        )


@rule(
    "HOSTED_VLAN_DIFFERS",
    Severity.BLOCK,
    "Ask the partner for a hosted connection with the VLAN of the virtual interface.",
    page="Hosted connections",
    overridable=True,
)
def hosted_target_has_the_vlan(move: Move) -> Iterator[str]:
    """A hosted connection passes only its own VLAN, which the partner chose; a move keeps VLANs."""
    vif, target = move.network.virtual_interface, move.network.target
    if vif is None or vif.vlan == 0 or not isinstance(target, Connection):
        return
    if target.is_hosted and target.vlan != vif.vlan:
        yield (
            f"{target.port_id} is a hosted connection with VLAN {target.vlan}, and "
            f"{vif.virtual_interface_id} keeps VLAN {vif.vlan}"
        )


@rule(
    "HOSTED_CONNECTION",
    Severity.BLOCK,
    "Ask the partner to move the hosted connection, with its VIF (AssociateHostedConnection).",
    page="AssociateVirtualInterface",
)
def hosted_connection_can_be_left(move: Move) -> Iterator[str]:
    """A VIF on a hosted connection can't move to a LAG or to another hosted connection."""
    source, target = move.network.source, move.network.target
    if not (isinstance(source, Connection) and source.is_hosted):
        return
    if isinstance(target, Lag):
        yield f"{source.port_id} is a hosted connection and {target.port_id} is a LAG"
    elif target and target.is_hosted and target.port_id != source.port_id:
        yield f"{source.port_id} and {target.port_id} are both hosted connections"


@rule(
    "OTHER_REGION",
    Severity.BLOCK,
    "Choose a target in the virtual interface's Region.",
    page="AssociateVirtualInterface",
)
def everything_is_in_one_region(move: Move) -> Iterator[str]:
    """Direct Connect moves a virtual interface only within its Region."""
    network = move.network
    named = [(port.port_id, port.region) for port in (network.source, network.target) if port]
    if network.virtual_interface:
        named.append(
            (network.virtual_interface.virtual_interface_id, network.virtual_interface.region)
        )
    for name, region in named:
        if region and region != network.region:
            yield f"{name} is in {region}, not in {network.region}"


@rule(
    "OTHER_LOCATION",
    Severity.WARN,
    "Check that your router is connected at the new location, with VLAN, addresses and BGP key.",
    asks_again=True,
)
def target_is_at_the_same_location(move: Move) -> Iterator[str]:
    """A move to another location is allowed, and needs another cross-connect."""
    for source, target in both_ports(move):
        if source.location and target.location and source.location != target.location:
            yield (
                f"{source.port_id} is at {source.location}, {target.port_id} at {target.location}"
            )


@rule(
    "TARGET_SLOWER",
    Severity.WARN,
    "Check that the target has room for the traffic, including what it carries already.",
    asks_again=True,
)
def target_is_as_fast(move: Move) -> Iterator[str]:
    """The target has at least the bandwidth of the source."""
    for source, target in both_ports(move):
        before, after = bandwidth(source), bandwidth(target)
        if before is not None and after is not None and after < before:
            yield f"{target.port_id} has {_speed(after)}, {source.port_id} has {_speed(before)}"


@rule(
    "RATE_LIMIT_ABOVE_BANDWIDTH",
    Severity.BLOCK,
    "Lower the rate limit of the virtual interface, or choose a faster target.",
    page="AWS Direct Connect quotas",
)
def rate_limit_fits_the_target(move: Move) -> Iterator[str]:
    """A rate limit can't exceed the bandwidth of the target."""
    vif, target = move.network.virtual_interface, move.network.target
    if vif is None or target is None:
        return
    limit, available = megabits_of(vif.rate_limit), bandwidth(target)
    if limit is not None and available is not None and limit > available:
        yield (
            f"{vif.virtual_interface_id} is limited to {vif.rate_limit}, {target.port_id} has "
            f"{_speed(available)}"
        )


def bandwidth(port: Connection | Lag) -> float | None:
    """Return a port's bandwidth in Mbps, None if unknown.

    A LAG has that of its available members; one that names no members counts as one.
    """
    each = megabits_of(port.bandwidth)
    if each is None or not isinstance(port, Lag) or not port.connections:
        return each
    return each * len(port.available_members)


def both_ports(move: Move) -> Iterator[Ports]:
    """Yield the two ports of a move if both are known and differ."""
    source, target = move.network.source, move.network.target
    if source and target and source.port_id != target.port_id:
        yield Ports(source, target)


def megabits_of(text: str) -> float | None:
    """Return a bandwidth such as `50Mbps` or `400Gbps` in Mbps; None if it is none."""
    match = BANDWIDTH.fullmatch(text.strip())
    return float(match[1]) * MEGABITS[match[2].upper()] if match else None


def _speed(megabits: float) -> str:
    is_giga = megabits >= MEGABITS["G"]
    return f"{megabits / MEGABITS['G']:g}Gbps" if is_giga else f"{megabits:g}Mbps"
