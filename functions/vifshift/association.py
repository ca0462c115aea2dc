"""Associates a VIF once, and finds out what came of it."""

from vifshift.errors import (
    AssociationDoubtful,
    AssociationOvertaken,
    AssociationPostponed,
    AssociationRefused,
    AssociationUnconfirmed,
    CallDenied,
    CallError,
    CallRefused,
    CallThrottled,
    NotSeen,
    OperationMissing,
    VirtualInterfaceInTransition,
)
from vifshift.migration import Ends, Phase
from vifshift.network import DirectConnect


def associate(
    direct_connect: DirectConnect,
    virtual_interface_id: str,
    ends: Ends,
    *,
    attempt: int,
    phase: Phase,
) -> None:
    """Bring a VIF from origin to destination: look, send once, and after an error look again.

    It may be run again at any time: a VIF that has arrived is left alone. `attempt` counts from 0.
    Raises an `AssociationError` that says whether to stop (refused, overtaken), to send again a
    little later (postponed, unconfirmed), or to watch what comes of an earlier attempt (doubtful).
    On the way back, where an outage is being lived through, a denial is tried again as well.
    """
    try:
        _associate(direct_connect, virtual_interface_id, ends)
    except (AssociationRefused, AssociationOvertaken) as error:
        if phase is Phase.ROLLBACK and isinstance(error.__cause__, CallDenied):
            raise AssociationPostponed(str(error)) from error
        if attempt == 0:
            raise
        raise AssociationDoubtful(str(error)) from error


def _associate(direct_connect: DirectConnect, virtual_interface_id: str, ends: Ends) -> None:
    try:
        if _has_arrived(direct_connect, virtual_interface_id, ends):
            return
    except CallError as error:
        raise AssociationPostponed(f"not sent, since it could not look: {error}") from error
    try:
        direct_connect.associate(virtual_interface_id, ends.destination)
    except CallError as error:
        _reconcile(direct_connect, virtual_interface_id, ends, error)


def _reconcile(
    direct_connect: DirectConnect,
    virtual_interface_id: str,
    ends: Ends,
    sent: CallError,
) -> None:
    """Return where the VIF has arrived in spite of the error, else raise what the error means."""
    try:
        if _has_arrived(direct_connect, virtual_interface_id, ends):
            return
    except CallError as error:
        raise AssociationUnconfirmed(f"{sent}; then it could not look: {error}") from error
    match sent:
        case VirtualInterfaceInTransition() | CallThrottled():
            raise AssociationPostponed(str(sent)) from sent
        case CallRefused() | CallDenied() | OperationMissing():
            raise AssociationRefused(str(sent)) from sent
        case _:
            raise AssociationUnconfirmed(str(sent)) from sent


def _has_arrived(direct_connect: DirectConnect, virtual_interface_id: str, ends: Ends) -> bool:
    """Say whether the VIF is on its destination; raise where it is on neither end, or not seen.

    One empty answer may be a slow read, so it counts as not seen.
    """
    vif = direct_connect.virtual_interface(virtual_interface_id)
    if vif is None or not vif.connection_id:
        raise NotSeen(f"{virtual_interface_id} is not listed with a connectionId")
    if vif.is_gone:
        raise AssociationOvertaken(f"{virtual_interface_id} is {vif.virtual_interface_state}")
    if vif.connection_id not in ends:
        raise AssociationOvertaken(f"{virtual_interface_id} was moved to {vif.connection_id}")
    return vif.connection_id == ends.destination
