"""Rules about the way back: whether the source could take the virtual interface again."""

from collections.abc import Iterator

from vifshift.domain.findings import Move, Severity, rule
from vifshift.domain.network import Connection, Lag, VirtualInterface
from vifshift.preflight.rules.capacity import QUOTAS_PAGE, full


@rule(
    "NO_PEER_UP",
    Severity.WARN,
    "Nothing to do if the port is dead. Else bring BGP up first: then the way back is guarded too.",
)
def some_peer_is_up(move: Move) -> Iterator[str]:
    """Where no BGP peer is up before the move, every peer is waited for and rollback is off."""
    vif = move.network.virtual_interface
    if vif and not any(peer.is_up for peer in vif.live_peers):
        yield f"no BGP peer of {vif.virtual_interface_id} is up: rollback is off"


@rule(
    "SOURCE_NOT_AVAILABLE",
    Severity.WARN,
    "Nothing to do if the port is to be left for good. Else bring it to `available` first.",
)
def source_is_available(move: Move) -> Iterator[str]:
    """Only a source that is available can take the virtual interface back."""
    vif, source = move.network.virtual_interface, move.network.source
    if vif is None or vif.connection_id == move.request.connection_id:
        return
    if source is None:
        yield (
            f"{vif.connection_id or 'the source'} can't be seen in {move.network.region}: rollback "
            "is off"
        )
    elif not source.is_available:
        yield f"{source.port_id} is {source.state}: rollback is off"


@rule(
    "TARGET_CAN_NOT_BE_LEFT",
    Severity.WARN,
    "Have a dedicated connection ready to go to if it comes to that: there is no way back.",
    page="AssociateVirtualInterface",
)
def hosted_target_can_be_left_again(move: Move) -> Iterator[str]:
    """A virtual interface does not leave a hosted connection for a LAG: there is no way back."""
    target = move.network.target
    for vif, source in _origin(move):
        if isinstance(source, Lag) and isinstance(target, Connection) and target.is_hosted:
            yield (
                f"{target.port_id} is a hosted connection, which {vif.virtual_interface_id} can't "
                f"leave for {source.port_id}: rollback is off"
            )


@rule(
    "SOURCE_NOT_OWNED",
    Severity.WARN,
    "Have the owner of the source ready to move it back, for a rollback would be refused.",
    page="AssociateVirtualInterface",
)
def source_is_owned(move: Move) -> Iterator[str]:
    """On the way back the source is the target, which the caller has to own."""
    caller = move.network.caller_account
    for _, source in _origin(move):
        if caller and source.owner_account not in {"", caller}:
            yield f"{source.port_id} belongs to {source.owner_account}; the caller is {caller}"


@rule(
    "SOURCE_IS_LAG_MEMBER",
    Severity.WARN,
    "Go back to the LAG by hand if it comes to that: a member of a LAG can't be gone back to.",
)
def source_is_no_member_of_a_lag(move: Move) -> Iterator[str]:
    """A connection that has joined a LAG takes no virtual interface of its own any more."""
    for _, source in _origin(move):
        if isinstance(source, Connection) and source.lag_id:
            yield f"{source.port_id} is a member of {source.lag_id}"


@rule(
    "SOURCE_OVER_QUOTA",
    Severity.WARN,
    "Take another virtual interface off the source; a raised quota goes into the settings.",
    page=QUOTAS_PAGE,
)
def source_has_room_for_it_again(move: Move) -> Iterator[str]:
    """A source that carries more than its quota has no room once it has been left."""
    for vif, source in _origin(move):
        for use in full(vif, source, move.network.on_source, move.quotas):
            yield (
                f"{source.port_id} carries {use.used} of {use.quota} {use.kind} without "
                f"{vif.virtual_interface_id}"
            )


def _origin(move: Move) -> Iterator[tuple[VirtualInterface, Connection | Lag]]:
    vif, source = move.network.virtual_interface, move.network.source
    if vif and source and vif.connection_id != move.request.connection_id:
        yield vif, source
