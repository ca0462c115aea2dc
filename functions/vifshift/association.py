"""Associates a VIF once, and finds out what came of it."""

from vifshift.errors import (
    AssociationOvertaken,
    AssociationPostponed,
    AssociationRefused,
    AssociationUnconfirmed,
    CallDenied,
    CallRefused,
    CallThrottled,
    DirectConnectError,
    VirtualInterfaceInTransition,
)
from vifshift.migration import Ends
from vifshift.network import DirectConnect, VirtualInterfaceState

GONE = {VirtualInterfaceState.DELETING, VirtualInterfaceState.DELETED}


def associate(direct_connect: DirectConnect, virtual_interface_id: str, ends: Ends) -> None:
    """Bring a VIF from origin to destination: look, send once, and after an error look again.

    It may be run again at any time: a VIF that has arrived is left alone. Raises an
    `AssociationError` that says whether to stop (refused, overtaken), to send again a little later
    (postponed), or to look first (unconfirmed).
    """
    try:
        if _has_arrived(direct_connect, virtual_interface_id, ends):
            return
    except DirectConnectError as error:
        raise AssociationPostponed(f"not sent, since it could not look: {error}") from error
    try:
        direct_connect.associate(virtual_interface_id, ends.destination)
    except DirectConnectError as error:
        _reconcile(direct_connect, virtual_interface_id, ends, error)


def _reconcile(
    direct_connect: DirectConnect,
    virtual_interface_id: str,
    ends: Ends,
    sent: DirectConnectError,
) -> None:
    """Return where the VIF has arrived in spite of the error, else raise what the error means."""
    try:
        if _has_arrived(direct_connect, virtual_interface_id, ends):
            return
    except DirectConnectError as error:
        raise AssociationUnconfirmed(f"{sent}; then it could not look: {error}") from error
    match sent:
        case VirtualInterfaceInTransition() | CallThrottled():
            raise AssociationPostponed(str(sent)) from sent
        case CallRefused() | CallDenied():
            raise AssociationRefused(str(sent)) from sent
        case _:
            raise AssociationUnconfirmed(str(sent)) from sent


def _has_arrived(direct_connect: DirectConnect, virtual_interface_id: str, ends: Ends) -> bool:
    """Say whether the VIF is on its destination; raise where it is on neither end."""
    vif = direct_connect.virtual_interface(virtual_interface_id)
    if vif is None or vif.virtual_interface_state in GONE:
        raise AssociationOvertaken(f"{virtual_interface_id} has been deleted")
    if vif.connection_id not in ends:
        raise AssociationOvertaken(f"{virtual_interface_id} was moved to {vif.connection_id}")
    return vif.connection_id == ends.destination
