"""Advice on how a move is done with the least interruption."""

from collections.abc import Iterator

from vifshift.domain.findings import Move, Severity, rule
from vifshift.domain.ports import Connection
from vifshift.preflight.rules.capacity import full
from vifshift.preflight.rules.redundancy import another_path_is_up

DRAINING = (
    "traffic can be drained first in any case: AS-path prepending, and the local preference "
    "communities 7224:7100 on what is left and 7224:7300 on the other path"
)


@rule(
    "MAKE_BEFORE_BREAK",
    Severity.INFO,
    "Create the second one, shift the traffic to it by BGP, and delete the first; or drain it.",
    page="Routing policies and BGP communities",
)
def move_is_worth_its_interruption(move: Move) -> Iterator[str]:
    """Who decides on a move, or has no other path, is told how to avoid the interruption.

    It is decided on in a dry run, and by an approval. A second virtual interface of the same
    gateway fits beside this one where the target has room for one more; its VLAN is another one,
    except on a hosted connection, which has one of its own.
    """
    vif, target = move.network.virtual_interface, move.network.target
    if vif is None or target is None or vif.is_dead or vif.is_public:
        return
    if vif.connection_id == target.port_id:
        return
    is_decided_on = move.request.dry_run or move.request.approval.required
    if not (is_decided_on or any(another_path_is_up(move))):
        return
    has_gateway = vif.redundancy_group != vif.virtual_interface_id
    has_room = target.is_available and not any(
        full(vif, target, move.network.on_target, move.quotas)
    )
    if not has_gateway or not has_room:
        return
    if move.is_projected:
        # The same for every move, so that a plan is told once.
        yield f"a second virtual interface beside each one avoids its interruption; {DRAINING}"
        return
    is_hosted = isinstance(target, Connection) and target.is_hosted
    vlan = "the VLAN of the hosted connection" if is_hosted else "a free VLAN"
    yield (
        f"a second virtual interface of {vif.redundancy_group} on {target.port_id}, with {vlan}, "
        f"avoids the interruption of {vif.virtual_interface_id}; {DRAINING}"
    )
