"""Rules about the virtual interface to move."""

from collections.abc import Iterator

from vifshift.domain.findings import Move, Severity, rule
from vifshift.domain.network import Network, VirtualInterfaceState

MOVABLE = {VirtualInterfaceState.AVAILABLE, VirtualInterfaceState.DOWN}
UNMOVABLE = {
    VirtualInterfaceState.CONFIRMING: "its owner has not accepted it yet",
    VirtualInterfaceState.VERIFYING: "AWS is verifying its public prefixes",
    VirtualInterfaceState.PENDING: "it is being created or moved",
    VirtualInterfaceState.DELETING: "it is being deleted",
    VirtualInterfaceState.DELETED: "it has been deleted",
    VirtualInterfaceState.REJECTED: "its owner has rejected it",
    VirtualInterfaceState.UNKNOWN: "Direct Connect does not know its state",
}


@rule(
    "VIRTUAL_INTERFACE_NOT_FOUND",
    Severity.BLOCK,
    "Check the id, the account and the Region; DescribeVirtualInterfaces lists all of them.",
)
def virtual_interface_exists(move: Move) -> Iterator[str]:
    """The virtual interface is known to Direct Connect in this account and Region."""
    if move.network.virtual_interface is None:
        yield f"{move.request.virtual_interface_id} does not exist in {move.network.region}"


@rule(
    "VIRTUAL_INTERFACE_NOT_OWNED",
    Severity.BLOCK,
    "Send the request in the account that owns the virtual interface or the connection it is on.",
    page="AssociateVirtualInterface",
)
def virtual_interface_is_owned(move: Move) -> Iterator[str]:
    """The caller owns the virtual interface, or the connection it is on now."""
    vif, source, caller = (
        move.network.virtual_interface,
        move.network.source,
        move.network.caller_account,
    )
    if not (vif and source and caller and vif.owner_account and source.owner_account):
        return
    if caller not in {vif.owner_account, source.owner_account}:
        yield (
            f"{vif.virtual_interface_id} belongs to {vif.owner_account} and {source.port_id} to "
            f"{source.owner_account}; the caller is {caller}"
        )


@rule(
    "VIRTUAL_INTERFACE_STATE",
    Severity.BLOCK,
    "Wait until the virtual interface is available (or down), then send the request again.",
    page="DescribeVirtualInterfaces",
)
def virtual_interface_can_move(move: Move) -> Iterator[str]:
    """Only a virtual interface that is `available` or `down` can be moved.

    One that is on its way is judged only at the recheck, which holds the gateway's lock.
    """
    vif = move.network.virtual_interface
    if vif is None or vif.virtual_interface_state in {*MOVABLE, VirtualInterfaceState.TESTING}:
        return
    is_pending = vif.virtual_interface_state == VirtualInterfaceState.PENDING
    if move.is_awaited or (is_pending and move.may_wait):
        return
    why = {state.value: reason for state, reason in UNMOVABLE.items()}.get(
        vif.virtual_interface_state, "vifshift does not know this state"
    )
    yield f"{vif.virtual_interface_id} is {vif.virtual_interface_state}: {why}"


@rule(
    "MOVED_MEANWHILE",
    Severity.BLOCK,
    "Check why it was moved. To move it again, send the request again.",
)
def virtual_interface_is_where_it_was(move: Move) -> Iterator[str]:
    """Between the first check and the move, nobody else has moved the virtual interface."""
    vif, first = move.network.virtual_interface, move.first_seen
    if vif is None or first is None or vif.connection_id == move.request.connection_id:
        return
    by = f": {move.holder}" if move.holder else ""
    if vif.connection_id != first.connection_id:
        yield (
            f"{vif.virtual_interface_id} was on {first.connection_id} when it was first checked, "
            f"and is on {vif.connection_id} now{by}"
        )
    elif first.virtual_interface_state == VirtualInterfaceState.PENDING:
        yield (
            f"{vif.virtual_interface_id} was on its way to {vif.connection_id} when it was first "
            f"checked{by}"
        )
    elif vif.connection_id == move.moved_to:
        yield (
            f"{vif.virtual_interface_id} was being moved to {vif.connection_id} when it was first "
            f"checked{by}"
        )


@rule(
    "FAILOVER_TEST_RUNNING",
    Severity.BLOCK,
    "Wait for the failover test to end, or end it with StopBgpFailoverTest.",
    page="StartBgpFailoverTest",
)
def no_failover_test_runs(move: Move) -> Iterator[str]:
    """A failover test keeps BGP down on purpose, so that a move can't be verified."""
    vif = move.network.virtual_interface
    if vif and vif.virtual_interface_state == VirtualInterfaceState.TESTING:
        yield (
            f"{vif.virtual_interface_id} is {vif.virtual_interface_state}: a BGP failover test is "
            "running"
        )


@rule(
    "ALREADY_ON_TARGET",
    Severity.BLOCK,
    "Check whether another migration is moving it; if not, fix BGP on the target.",
)
def virtual_interface_is_elsewhere_or_works(move: Move) -> Iterator[str]:
    """A virtual interface that is already on the target works there as before.

    A peer that never was up, as far as our own record and its metrics say, does not matter.
    """
    vif = move.network.virtual_interface
    if vif and vif.virtual_interface_state == VirtualInterfaceState.PENDING and move.may_wait:
        return
    if move.is_awaited:
        return
    if vif and vif.connection_id == move.request.connection_id and not move.network.works:
        statuses = ", ".join(f"{peer.key} {peer.bgp_status}" for peer in vif.live_peers)
        yield (
            f"{vif.virtual_interface_id} is already on {vif.connection_id}, and is "
            f"{vif.virtual_interface_state} (BGP: {statuses or 'no peers'})"
            f"{_lost(move.network)}"
        )


def _lost(network: Network) -> str:
    """Return which peers were up before, and how that is known."""
    ours = [str(peer.key) for peer in network.lost_peers if peer.key in network.up_before]
    seen = [str(peer.key) for peer in network.lost_peers if peer.key not in network.up_before]
    told = f"; before its last move {', '.join(ours)} was up" if ours else ""
    since = "within the last 14 days, as VirtualInterfaceBgpStatus shows"
    return f"{told}; {', '.join(seen)} was up {since}" if seen else told


@rule(
    "PUBLIC_MAY_VERIFY_AGAIN",
    Severity.WARN,
    "Allow for AWS to verify its prefixes again, which may take longer than the timeout.",
)
def virtual_interface_needs_no_verifying(move: Move) -> Iterator[str]:
    """A public virtual interface may have its prefixes verified again after it has moved."""
    vif = move.network.virtual_interface
    if vif and vif.is_public:
        yield f"{vif.virtual_interface_id} is public and may return to verifying"
