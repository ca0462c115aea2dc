"""Finds out which VIFs this stack is moving right now, so that a second request for one waits."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NamedTuple, Protocol

from vifshift.domain.lock_holder import LockHolder
from vifshift.domain.network import VirtualInterface, VirtualInterfaceState

Wanted = tuple[VirtualInterface, str]
"""A VIF, and the connection or LAG that a request wants it on."""


class Locks(Protocol):
    """Who holds the locks of gateways."""

    def held(self, groups: Iterable[str], now: datetime) -> Mapping[str, LockHolder]:
        """Return by redundancy group who holds its lock; raises a `CallError`."""


class LockReads(NamedTuple):
    """Where the locks are, when they are read, and whose own one does not count."""

    locks: Locks
    now: datetime
    own_execution: str


def moved_by(reads: LockReads | None, wanted: Iterable[Wanted]) -> Mapping[str, str]:
    """Return by VIF id which execution is moving it, and where to.

    The locks are read only of VIFs that look as if they were on their way: those on their target,
    where a hold may be going on, and those that are not available.
    """
    if reads is None:
        return {}
    asked = [vif for vif, target in wanted if _may_be_on_its_way(vif, target)]
    if not asked:
        return {}
    holders = reads.locks.held({vif.redundancy_group for vif in asked}, reads.now)
    found = {}
    for vif in asked:
        holder = holders.get(vif.redundancy_group)
        if holder and holder.execution_arn != reads.own_execution:
            found[vif.virtual_interface_id] = holder.moving(vif.virtual_interface_id)
    return {name: said for name, said in found.items() if said}


def _may_be_on_its_way(vif: VirtualInterface, target: str) -> bool:
    is_available = vif.virtual_interface_state == VirtualInterfaceState.AVAILABLE
    return not vif.is_gone and (vif.connection_id == target or not is_available)
