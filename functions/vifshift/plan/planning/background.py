"""Reads what only the first check of a plan reads, once for all its moves."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from vifshift.domain.background import Background, LastFailoverTests
from vifshift.domain.network import VirtualInterface
from vifshift.domain.plan_request import PlanRequest
from vifshift.domain.ports import Connection, Lag
from vifshift.preflight.background import (
    METRICS,
    TESTS,
    BackgroundAsked,
    moved_lately,
    settle_groups,
    settle_history,
    start_history,
)
from vifshift.preflight.parallel_reads import Reader

MOST_WITH_BGP = 300
"""The most VIFs of whose BGP sessions the past is read: an hour of each is a data point."""


class FleetBackgroundReads:
    """The reads for all moves of a plan: those of a gateway each would be too many."""

    def __init__(self, reader: Reader, asked: BackgroundAsked, plan: PlanRequest) -> None:
        """Start reading."""
        self._reader, self._asked, self._plan = reader, asked, plan
        self._groups = reader.start(asked.sources.resiliency_groups)
        self._tests = reader.start(asked.sources.failover_tests)

    def settle(
        self, vifs: Sequence[VirtualInterface], ports: Sequence[Connection | Lag]
    ) -> Background:
        """Read the rest, and wait for all of it; what fails is recorded as unchecked.

        The loads are those of a move, and left out.
        """
        asked = self._asked
        wanted = concerned(self._plan, vifs)
        with_bgp = wanted.of_gateways
        if len(with_bgp) > MOST_WITH_BGP:
            self._leave_out_bgp(len(with_bgp))
            with_bgp = [vif for vif in with_bgp if vif.works and vif.peers_down]
        history = settle_history(
            self._reader, start_history(self._reader, asked, wanted.vifs, with_bgp)
        )
        tests: LastFailoverTests | None = self._reader.settle(TESTS, self._tests, None)
        return Background(
            resiliency_groups=settle_groups(self._reader, self._groups, ports),
            failover_tests=tests,
            history=history,
            moved_lately=moved_lately(asked, history, with_bgp),
        )

    def _leave_out_bgp(self, number: int) -> None:
        reason = f"whether any of {number} virtual interfaces was down lately is not known"
        self._reader.leave_out(METRICS, reason)


class Concerned(NamedTuple):
    """The VIFs of the gateways whose VIFs a plan moves, and with them what is on their ports."""

    of_gateways: list[VirtualInterface]
    vifs: list[VirtualInterface]


def concerned(request: PlanRequest, vifs: Iterable[VirtualInterface]) -> Concerned:
    """Return the VIFs whose metrics matter for the moves of a plan."""
    there = [vif for vif in vifs if not vif.is_gone]
    evacuation = request.evacuate
    moved = {move.virtual_interface_id for move in request.moves or ()}
    targets = {move.connection_id for move in request.moves or ()}
    if evacuation:
        moved |= {
            vif.virtual_interface_id for vif in there if vif.connection_id == evacuation.source
        }
        targets.add(evacuation.target)
    groups = {vif.redundancy_group for vif in there if vif.virtual_interface_id in moved}
    of_gateways = [vif for vif in there if vif.redundancy_group in groups]
    on: defaultdict[str, list[VirtualInterface]] = defaultdict(list)
    for vif in there:
        on[vif.connection_id].append(vif)
    used = dict.fromkeys([*sorted(targets), *(vif.connection_id for vif in of_gateways)])
    return Concerned(of_gateways, [*of_gateways, *(vif for port in used for vif in on[port])])
