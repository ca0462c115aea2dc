"""What a move's approval depends on, as it is found: its source, its rollback, its findings."""

from collections.abc import Collection, Mapping
from datetime import datetime

from vifshift.domain.findings import Finding, Move
from vifshift.domain.migration import expect, may_take_back, obstacle_to_rollback
from vifshift.domain.network import Network, VirtualInterface
from vifshift.domain.request import Request
from vifshift.domain.scope import ChangeKind, Circumstances, OwnMove, ScopeChange
from vifshift.preflight.checks import ASKS_AGAIN, ROLLBACK_PREVENTED, findings_of


def circumstances(
    request: Request, network: Network, findings: Collection[Finding]
) -> Circumstances:
    """Return the circumstances of a move in its network."""
    vif = network.virtual_interface
    codes = {finding.code for finding in findings}
    blocks = {finding.code for finding in findings if finding.blocks}
    expectation = expect(vif, None) if vif else None
    return Circumstances(
        source=vif.connection_id if vif else None,
        gateway=vif.redundancy_group if vif else None,
        rolls_back=(
            expectation is not None
            and obstacle_to_rollback(
                request, expectation, may_take_back(network.source, expectation)
            )
            is None
            and not codes & ROLLBACK_PREVENTED
        ),
        findings=tuple(sorted(codes - blocks)),
        blocks=tuple(sorted(blocks)),
    )


def not_our_own(
    found: Collection[ScopeChange], move: Move, moved: Mapping[str, OwnMove], checked_at: datetime
) -> tuple[ScopeChange, ...]:
    """Return the changes without those that this stack has caused by moving VIFs itself.

    `moved` has by VIF id what it has moved since the check, or shortly before it. A source is its
    own doing where it has put the VIF there, and a finding where there is none with the siblings
    back where they were; one that was on its way at the check was not judged then.
    A block stays one, as does a rollback that is no longer possible.
    """
    new = (change for change in found if change.kind is ChangeKind.FINDING)
    asked = {change.code for change in new if change.code}
    others = _without(move, moved, checked_at) if moved and asked else None
    still = {each.code for each in findings_of(others, asked & ASKS_AGAIN)} if others else asked
    vif = move.network.virtual_interface
    ours = moved.get(vif.virtual_interface_id) if vif else None
    is_put_there = (
        ours is not None
        and vif is not None
        and ours.at >= checked_at
        and ours.connection_id == vif.connection_id
    )
    return tuple(
        change
        for change in found
        if not (change.kind is ChangeKind.SOURCE and is_put_there)
        and not (change.kind is ChangeKind.FINDING and change.code not in still)
    )


def _without(move: Move, moved: Mapping[str, OwnMove], checked_at: datetime) -> Move:
    """Return a move in a network whose VIFs are where they were before this stack moved them.

    One that somebody else has moved since stays where it is. Of the port that the move's own VIF
    was on nothing is known.
    """
    before, own = move.network, move.network.virtual_interface
    put_back: dict[str, object] = {
        "siblings": tuple(
            _put_back(vif, moved)
            for vif in before.siblings
            if not _was_on_its_way(vif, moved, checked_at)
        )
    }
    if (
        own
        and not _was_on_its_way(own, moved, checked_at)
        and (vif := _put_back(own, moved)) is not own
    ):
        put_back |= {"virtual_interface": vif, "source": None, "on_source": ()}
    return move.model_copy(update={"network": before.model_copy(update=put_back)})


def _was_on_its_way(
    vif: VirtualInterface, moved: Mapping[str, OwnMove], checked_at: datetime
) -> bool:
    ours = moved.get(vif.virtual_interface_id)
    return ours is not None and ours.at < checked_at and ours.connection_id == vif.connection_id


def _put_back(vif: VirtualInterface, moved: Mapping[str, OwnMove]) -> VirtualInterface:
    ours = moved.get(vif.virtual_interface_id)
    if ours is None or ours.connection_id != vif.connection_id:
        return vif
    return vif.model_copy(
        update={
            "connection_id": ours.origin,
            "location": ours.location,
            "aws_logical_device_id": ours.aws_logical_device_id,
            "aws_device_v2": "",
        }
    )
