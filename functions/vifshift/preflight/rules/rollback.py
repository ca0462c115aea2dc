"""Rules about the rollback: whether the virtual interface could return to the source."""

from collections.abc import Iterator

from vifshift.domain.findings import Move, Severity, rule
from vifshift.domain.migration import expect, may_take_back
from vifshift.domain.network import VirtualInterface
from vifshift.domain.ports import Connection, Lag
from vifshift.preflight.rules.capacity import QUOTAS_PAGE, full


@rule(
    "NO_PEER_UP",
    Severity.WARN,
    "Nothing to do if the port is dead. Otherwise bring BGP up first, so that rollback is on.",
    asks_again=True,
)
def some_peer_is_up(move: Move) -> Iterator[str]:
    """If no BGP peer is up before the move, all must come up after it, and rollback is off."""
    vif = move.network.virtual_interface
    if vif and not any(peer.is_up for peer in vif.live_peers):
        yield f"no BGP peer of {vif.virtual_interface_id} is up: rollback is off"


@rule(
    "SOURCE_NOT_AVAILABLE",
    Severity.WARN,
    "Nothing to do if the port is being retired. Otherwise bring it to `available` first.",
    asks_again=True,
)
def source_is_available(move: Move) -> Iterator[str]:
    """The virtual interface can return only to a source that is available, or carries traffic."""
    vif, source = move.network.virtual_interface, move.network.source
    if vif is None or vif.connection_id == move.request.connection_id:
        return
    if source is None:
        yield (
            f"{vif.connection_id or 'the source'} is not listed in {move.network.region}: rollback "
            "is off"
        )
    elif not may_take_back(source, expect(vif, None)):
        yield f"{source.port_id} is {source.state}: rollback is off"


@rule(
    "TARGET_CAN_NOT_BE_LEFT",
    Severity.WARN,
    "Keep a dedicated connection ready to move to if it does not converge; there is no rollback.",
    page="AssociateVirtualInterface",
    asks_again=True,
)
def hosted_target_can_be_left_again(move: Move) -> Iterator[str]:
    """A virtual interface can't move from a hosted connection to a LAG, so rollback is off."""
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
    "Have the owner of the source ready to move it back, since a rollback would be refused.",
    page="AssociateVirtualInterface",
    asks_again=True,
)
def source_is_owned(move: Move) -> Iterator[str]:
    """A rollback associates the VIF with the source, which the caller must own."""
    caller = move.network.caller_account
    for _, source in _origin(move):
        if caller and source.owner_account not in {"", caller}:
            yield f"{source.port_id} belongs to {source.owner_account}; the caller is {caller}"


@rule(
    "SOURCE_IS_LAG_MEMBER",
    Severity.WARN,
    "If it does not converge, move it to the LAG yourself; a rollback to a LAG member is refused.",
    asks_again=True,
)
def source_is_no_member_of_a_lag(move: Move) -> Iterator[str]:
    """A connection that has joined a LAG no longer accepts virtual interfaces of its own."""
    for _, source in _origin(move):
        if isinstance(source, Connection) and source.lag_id:
            yield f"{source.port_id} is a member of {source.lag_id}"


@rule(
    "SOURCE_OVER_QUOTA",
    Severity.WARN,
    "Move another virtual interface off the source; add a raised quota to the settings.",
    page=QUOTAS_PAGE,
    asks_again=True,
)
def source_has_room_for_it_again(move: Move) -> Iterator[str]:
    """A source that carries more than its quota can't take the virtual interface back."""
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
