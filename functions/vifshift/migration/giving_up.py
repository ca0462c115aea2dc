"""When a phase counts as failed before its deadline: nothing has come back for long enough."""

from datetime import datetime, timedelta
from typing import Final

from vifshift.domain.migration import Expectation
from vifshift.domain.network import VirtualInterface, VirtualInterfaceState
from vifshift.domain.observation import Progress, Reason
from vifshift.domain.request import Convergence

REST: Final = timedelta(seconds=120)
"""Nothing is given up within this time of a change; BGP tries to connect at least this often.

(RFC 4271, section 10: a ConnectRetryTime of 120 seconds, and a HoldTime of 90, are suggested.)
"""

_WITHOUT_PEERS: Final = {Reason.NOT_AVAILABLE, Reason.PEERS_NOT_UP}


def peerless_since(
    past: Progress,
    vif: VirtualInterface | None,
    expectation: Expectation,
    landed_at: datetime | None,
    now: datetime,
) -> datetime | None:
    """Return since when no expected peer is up on the destination, as far as could be read."""
    if vif is None:
        return past.peerless_since
    is_any_up = any(peer.is_up and peer.key in expectation.peers for peer in vif.live_peers)
    return None if landed_at is None or is_any_up else past.peerless_since or now


def routes_stalled_since(progress: Progress) -> datetime | None:
    """Return since when routes are missing and no other has come back, None if none is missing."""
    if progress.routes_missing_since is None or progress.recovered_at is None:
        return progress.routes_missing_since
    return max(progress.routes_missing_since, progress.recovered_at)


def are_lost(progress: Progress, now: datetime) -> bool:
    """Return whether routes are missing of which none has come back for long enough."""
    stalled_since = routes_stalled_since(progress)
    return stalled_since is not None and now - stalled_since >= REST


def is_given_up(
    progress: Progress,
    reason: Reason,
    vif: VirtualInterface | None,
    convergence: Convergence,
    now: datetime,
) -> bool:
    """Return whether the VIF has been without any expected peer for too long, and is at rest.

    AWS may take its time to verify the prefixes of a public VIF.
    """
    if reason not in _WITHOUT_PEERS or vif is None:
        return False
    if vif.is_public and vif.virtual_interface_state == VirtualInterfaceState.VERIFYING:
        return False
    due = gives_up_at(progress, convergence)
    return due is not None and now >= due


def ends_of_patience(
    progress: Progress, convergence: Convergence
) -> tuple[datetime | None, datetime | None]:
    """Return when peers and routes are given up if nothing changes any more."""
    stalled_since = routes_stalled_since(progress)
    return gives_up_at(progress, convergence), stalled_since and stalled_since + REST


def gives_up_at(progress: Progress, convergence: Convergence) -> datetime | None:
    """Return when the VIF is given up if no peer comes up, and nothing changes any more."""
    if progress.peerless_since is None:
        return None
    due = progress.peerless_since + timedelta(seconds=convergence.give_up_seconds)
    return max(due, (progress.changed_at or progress.started_at) + REST)
