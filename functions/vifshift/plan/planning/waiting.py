"""What a blocked move waits for, where a move of the same plan could bring it about."""

from typing import NamedTuple

from vifshift.plan.planning.projection import (
    ADDRESS,
    FREEABLE,
    POOL,
    REDUNDANCY,
    ROOM,
    VLAN,
    Judged,
)
from vifshift.preflight.rules.conflicts import overlaps

MOVES = "MOVED_TWICE"


class Key(NamedTuple):
    """Something that is waited for: a rule's code, a port, gateway or VIF, and what of it."""

    code: str
    place: str
    detail: str = ""

    @property
    def is_room(self) -> bool:
        """Say whether it is room on a port, for any VIF of a type."""
        return self.code in ROOM

    @property
    def is_shared(self) -> bool:
        """Say whether all that wait are tried; else one that gets it takes it from the others.

        Of a pool, another one may need less.
        """
        return self.code in {ADDRESS, REDUNDANCY, MOVES, POOL}


def awaited(judged: Judged) -> Key | None:
    """Return what a blocked move waits for first, None where no move of its plan can help."""
    codes = judged.blocking & FREEABLE
    vif, target = judged.move.network.virtual_interface, judged.leg.request.connection_id
    if vif is None or not judged.is_blocked:
        return None
    if VLAN in codes:
        return Key(VLAN, target, str(vif.vlan))
    if ADDRESS in codes:
        return Key(ADDRESS, next(overlaps(judged.move)).rival.virtual_interface_id)
    for code in ROOM:
        if code in codes:
            return Key(code, target, vif.virtual_interface_type)
    return Key(REDUNDANCY, vif.redundancy_group) if codes else None


def brought_about(judged: Judged) -> tuple[Key, ...]:
    """Return what a move brings about, beside room on the port that its VIF leaves."""
    vif = judged.move.network.virtual_interface
    if vif is None:
        return ()
    return (
        Key(MOVES, vif.virtual_interface_id),
        Key(VLAN, vif.connection_id, str(vif.vlan)),
        Key(ADDRESS, vif.virtual_interface_id),
        Key(REDUNDANCY, vif.redundancy_group),
    )


def rival(judged: Judged) -> str | None:
    """Return the VIF whose departure a blocked move waits for, where it is a particular one."""
    key = awaited(judged)
    if key and key.code == ADDRESS:
        return key.place
    if key and key.code == VLAN:
        for other in judged.move.network.rivals():
            if str(other.vlan) == key.detail:
                return other.virtual_interface_id
    return None
