"""Associates a VIF once, and finds out what came of it."""

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
from vifshift.domain.network import DirectConnect


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
    On the way back, where an outage is being lived through, a denial is tried again as well, and
    so is a call without an answer; on the way there that is not, since both might land.
    """
    is_first_way_back = phase is Phase.ROLLBACK and attempt == 0
    try:
        _associate(direct_connect, virtual_interface_id, ends, is_certain=is_first_way_back)
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
    """Send it unless it has arrived; where it is certain that it was not sent, a look may be old.

    It has just been seen on its origin then: a Describe that shows it on its destination lags.
    """
    try:
        if _has_arrived(direct_connect, virtual_interface_id, ends) and not is_certain:
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
        raise AssociationUnconfirmed(f"{sent}; then it could not look: {error}") from sent
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
