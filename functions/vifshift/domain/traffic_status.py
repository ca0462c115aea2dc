"""Whether a VIF carries traffic, according to its state, BGP and routes."""

from enum import StrEnum

from vifshift.domain.bgp import BgpStatus
from vifshift.domain.network import VirtualInterfaceState
from vifshift.domain.observation import Reason, VifStatus

CARRYING = {VirtualInterfaceState.AVAILABLE, VirtualInterfaceState.TESTING}
VAGUE = {VirtualInterfaceState.UNKNOWN}


class Traffic(StrEnum):
    """Whether the VIF carries traffic."""

    YES = "yes"
    PARTLY = "partly"
    NO = "no"
    UNKNOWN = "unknown"


def traffic(status: VifStatus | None, reason: Reason | None = None) -> Traffic:
    """Return whether a VIF carries traffic, from its status and the observation's reason."""
    if reason is Reason.DELETED:
        return Traffic.NO
    if status is None or reason is Reason.CANNOT_SEE:
        return Traffic.UNKNOWN
    state, statuses = status.virtual_interface_state, set(status.bgp_peers.values())
    if state not in CARRYING:
        return Traffic.NO if state in set(VirtualInterfaceState) - VAGUE else Traffic.UNKNOWN
    if BgpStatus.UP not in statuses:
        return Traffic.NO if statuses <= {BgpStatus.DOWN} else Traffic.UNKNOWN
    is_partly = statuses != {BgpStatus.UP} or reason is Reason.ROUTES_MISSING
    return Traffic.PARTLY if is_partly else Traffic.YES
