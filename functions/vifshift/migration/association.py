"""Associates a VIF once, and finds out whether that had an effect."""

from vifshift.domain.direct_connect import DirectConnect
from vifshift.domain.errors import (
    AssociationDoubtful,
    AssociationOvertaken,
    AssociationPostponed,
    AssociationRefused,
    AssociationUnconfirmed,
    CallDenied,
    CallError,
    CallRefused,
    CallThrottled,
    CallTimedOut,
    NotSeen,
    OperationMissing,
    VirtualInterfaceInTransition,
)
from vifshift.domain.migration import Ends, Phase


def associate(
    direct_connect: DirectConnect,
    virtual_interface_id: str,
    ends: Ends,
    *,
    attempt: int,
    phase: Phase,
) -> None:
    """Move a VIF from origin to destination: read it, send the call once, read it after an error.

    It is safe to repeat: a VIF that has arrived is left alone. `attempt` counts from 0. Raises an
    `AssociationError` that tells whether to stop (refused, overtaken), to send the call again a
    little later (postponed, unconfirmed), or to observe the result of an earlier attempt
    (doubtful). In a rollback, during which there is an outage, a denied call and a call without a
    response are sent again; in the forward phase they are not, since both calls might take effect.
    """
    is_first_of_rollback = phase is Phase.ROLLBACK and attempt == 0
    try:
        _associate(direct_connect, virtual_interface_id, ends, is_certain=is_first_of_rollback)
    except AssociationUnconfirmed as error:
        if phase is Phase.FORWARD and isinstance(error.__cause__, CallTimedOut):
            raise AssociationDoubtful(str(error)) from error
        raise
    except (AssociationRefused, AssociationOvertaken) as error:
        if phase is Phase.ROLLBACK and isinstance(error.__cause__, CallDenied):
            raise AssociationPostponed(str(error)) from error
        if attempt == 0:
            raise
        raise AssociationDoubtful(str(error)) from error


def _associate(
    direct_connect: DirectConnect, virtual_interface_id: str, ends: Ends, *, is_certain: bool
) -> None:
    """Send the call unless the VIF has arrived.

    With `is_certain` it is known that no call has been sent yet. The VIF has just been seen on its
    origin then, so a Describe that shows it on its destination is out of date.
    """
    try:
        if _has_arrived(direct_connect, virtual_interface_id, ends) and not is_certain:
            return
    except CallError as error:
        raise AssociationPostponed(f"not sent, since the VIF could not be read: {error}") from error
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
    """Return if the VIF has arrived despite the error, or else raise what the error means."""
    try:
        if _has_arrived(direct_connect, virtual_interface_id, ends):
            return
    except CallError as error:
        raise AssociationUnconfirmed(f"{sent}; then the VIF could not be read: {error}") from sent
    match sent:
        case VirtualInterfaceInTransition() | CallThrottled():
            raise AssociationPostponed(str(sent)) from sent
        case CallRefused() | CallDenied() | OperationMissing():
            raise AssociationRefused(str(sent)) from sent
        case _:
            raise AssociationUnconfirmed(str(sent)) from sent


def _has_arrived(direct_connect: DirectConnect, virtual_interface_id: str, ends: Ends) -> bool:
    """Return whether the VIF is on its destination.

    Raises `AssociationOvertaken` if it is on neither port, and `NotSeen` if it is not listed: one
    empty response may be out of date.
    """
    vif = direct_connect.virtual_interface(virtual_interface_id)
    if vif is None or not vif.connection_id:
        raise NotSeen(f"{virtual_interface_id} is not listed with a connectionId")
    if vif.is_gone:
        raise AssociationOvertaken(f"{virtual_interface_id} is {vif.virtual_interface_state}")
    if vif.connection_id not in ends:
        raise AssociationOvertaken(f"{virtual_interface_id} was moved to {vif.connection_id}")
    return vif.connection_id == ends.destination
