"""What a blocked move waits for, if another move of the plan could change it."""

from typing import NamedTuple

from vifshift.plan.planning.projection import (
    ADDRESS,
    FREEABLE,
    POOL,
    REDUNDANCY,
    ROOM,
    VLAN,
    JudgedMove,
)
from vifshift.preflight.rules.conflicts import overlaps

MOVES = "MOVED_TWICE"


class AwaitedChange(NamedTuple):
    """A change that a move waits for: a rule's code, a port, gateway or VIF, and a detail of it."""

    code: str
    place: str
    detail: str = ""

    @property
    def is_room(self) -> bool:
        """Return whether it is room on a port, for any VIF of a type."""
        return self.code in ROOM

    @property
    def is_shared(self) -> bool:
        """Return whether all waiting moves are tried, since one does not take it from the others.

        A pool counts as shared, since another move may need less of it.
        """
        return self.code in {ADDRESS, REDUNDANCY, MOVES, POOL}


def awaited(judged: JudgedMove) -> AwaitedChange | None:
    """Return what a blocked move waits for first, None if no move of its plan can help."""
    codes = judged.blocking & FREEABLE
    vif, target = judged.move.network.virtual_interface, judged.planned.request.connection_id
    if vif is None or not judged.is_blocked:
        return None
    if VLAN in codes:
        return AwaitedChange(VLAN, target, str(vif.vlan))
    if ADDRESS in codes:
        return AwaitedChange(ADDRESS, next(overlaps(judged.move)).rival.virtual_interface_id)
    for code in ROOM:
        if code in codes:
            return AwaitedChange(code, target, vif.virtual_interface_type)
    return AwaitedChange(REDUNDANCY, vif.redundancy_group) if codes else None


def changes_by(judged: JudgedMove) -> tuple[AwaitedChange, ...]:
    """Return the changes that a move makes, except for room on the port that its VIF leaves."""
    vif = judged.move.network.virtual_interface
    if vif is None:
        return ()
    return (
        AwaitedChange(MOVES, vif.virtual_interface_id),
        AwaitedChange(VLAN, vif.connection_id, str(vif.vlan)),
        AwaitedChange(ADDRESS, vif.virtual_interface_id),
        AwaitedChange(REDUNDANCY, vif.redundancy_group),
    )


def rival(judged: JudgedMove) -> str | None:
    """Return the VIF whose departure a blocked move waits for, None if it is not a certain one."""
    key = awaited(judged)
    if key and key.code == ADDRESS:
        return key.place
    if key and key.code == VLAN:
        for other in judged.move.network.rivals():
            if str(other.vlan) == key.detail:
                return other.virtual_interface_id
    return None
