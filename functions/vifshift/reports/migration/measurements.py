"""What a migration's evidence says in numbers: how long it took, and how long it cut off."""

from collections.abc import Callable

from vifshift.domain.metrics import Metric
from vifshift.domain.migration import Phase
from vifshift.domain.network import BgpStatus, VirtualInterfaceState
from vifshift.migration.convergence import Picture
from vifshift.reports.migration.model import Evidence


def measures(evidence: Evidence) -> dict[Metric, float]:
    """Return what can be said in seconds; what never came to pass is left out.

    The times to `available` and to BGP up are those of the way there, whatever became of it later:
    from when its association was first asked for to the look at which it was seen.
    """
    peers, interruption = _awaited(evidence.before), evidence.interruption
    found = {
        Metric.INTERRUPTION_SECONDS: interruption.seconds if interruption else None,
        Metric.SECONDS_TO_AVAILABLE: _until(evidence, _is_available),
        Metric.SECONDS_TO_BGP_UP: _until(evidence, lambda seen: bool(peers) and peers <= _up(seen)),
    }
    return {metric: seconds for metric, seconds in found.items() if seconds is not None}


def _until(evidence: Evidence, is_reached: Callable[[Picture], bool]) -> float | None:
    """Return how long it took until the VIF was seen like this on its target."""
    asked = next((each for each in evidence.associations if each.phase is Phase.FORWARD), None)
    if asked is None:
        return None
    for look in evidence.looks:
        seen = look.picture if look.phase is Phase.FORWARD else None
        if seen and seen.connection_id == asked.connection_id and is_reached(seen):
            return (look.at - asked.asked_at).total_seconds()
    return None


def _is_available(seen: Picture) -> bool:
    return seen.virtual_interface_state == VirtualInterfaceState.AVAILABLE


def _up(seen: Picture) -> set[str]:
    return {peer for peer, status in seen.bgp_peers.items() if status == BgpStatus.UP}


def _awaited(before: Picture | None) -> set[str]:
    """Return the peers that are waited for: those that were up, or every one where none was."""
    return (_up(before) or set(before.bgp_peers)) if before else set()
