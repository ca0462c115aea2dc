"""The metrics of a migration's evidence: how long it took, and how long it interrupted."""

from collections.abc import Callable

from vifshift.domain.bgp import BgpStatus
from vifshift.domain.metrics import Metric
from vifshift.domain.migration import Phase
from vifshift.domain.network import VirtualInterfaceState
from vifshift.domain.observation import VifStatus
from vifshift.reports.migration.model import Evidence


def measures(evidence: Evidence) -> dict[Metric, float]:
    """Return the metrics in seconds; what never happened is left out.

    The times to `available` and to BGP up are those of the forward phase, however it ended: from
    the first attempt to associate to the observation in which it was seen.
    """
    peers, interruption = _awaited(evidence.before), evidence.interruption
    found = {
        Metric.INTERRUPTION_SECONDS: interruption.seconds if interruption else None,
        Metric.SECONDS_TO_AVAILABLE: _until(evidence, _is_available),
        Metric.SECONDS_TO_BGP_UP: _until(evidence, lambda seen: bool(peers) and peers <= _up(seen)),
    }
    return {metric: seconds for metric, seconds in found.items() if seconds is not None}


def _until(evidence: Evidence, is_reached: Callable[[VifStatus], bool]) -> float | None:
    """Return the seconds until the VIF was seen like this on its target, None if it never was."""
    asked = next((each for each in evidence.associations if each.phase is Phase.FORWARD), None)
    if asked is None:
        return None
    for look in evidence.looks:
        seen = look.picture if look.phase is Phase.FORWARD else None
        if seen and seen.connection_id == asked.connection_id and is_reached(seen):
            return (look.at - asked.asked_at).total_seconds()
    return None


def _is_available(seen: VifStatus) -> bool:
    return seen.virtual_interface_state == VirtualInterfaceState.AVAILABLE


def _up(seen: VifStatus) -> set[str]:
    return {peer for peer, status in seen.bgp_peers.items() if status == BgpStatus.UP}


def _awaited(before: VifStatus | None) -> set[str]:
    """Return the peers that must come up: those that were up, or all if none was."""
    return (_up(before) or set(before.bgp_peers)) if before else set()
