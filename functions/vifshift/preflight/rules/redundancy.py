"""Rules about redundant paths, during the move and after it."""

from collections.abc import Iterator

from vifshift.domain.findings import Move, Severity, rule
from vifshift.domain.network import VirtualInterface, VirtualInterfaceState

ATTACHED = "attached"
RESILIENCY_PAGE = "AWS Direct Connect Resiliency Toolkit"
MOST_NAMED = 5


def _is_public(move: Move) -> bool:
    """Return whether a public VIF moves: AWS's public prefixes may be reached over the internet."""
    vif = move.network.virtual_interface
    return vif is not None and vif.is_public


@rule(
    "NO_REDUNDANT_PATH",
    Severity.BLOCK,
    "Bring up another virtual interface of the gateway, or acknowledge the interruption.",
    page=RESILIENCY_PAGE,
    overridable=True,
    warns_if=_is_public,
)
def another_path_is_up(move: Move) -> Iterator[str]:
    """Another VIF of the gateway is up; of a public one, in its account and Region (warning).

    Public virtual interfaces of one account and Region back each other up. While another one is
    moving, this is judged only at the recheck, which holds the lock.
    """
    vif = move.network.virtual_interface
    if vif is None:
        return
    others = siblings(move)
    is_moving = any(
        other.virtual_interface_state == VirtualInterfaceState.PENDING for other in others
    )
    if any(is_up(other) for other in others) or (is_moving and not move.is_recheck):
        return
    if vif.redundancy_group == vif.virtual_interface_id:
        yield f"{vif.virtual_interface_id} has no gateway, and so no redundant path"
    elif others:
        yield (
            f"no other {_kind(vif)} is up: {_names(others)}{move.plan_effects.bringing_up(others)}"
        )
    else:
        yield f"{vif.virtual_interface_id} is the only {_kind(vif)}"


@rule(
    "DEVICE_SHARED",
    Severity.WARN,
    "Choose a target on another logical device, so that one failure does not affect both paths.",
    page=RESILIENCY_PAGE,
    asks_again=True,
)
def target_is_on_a_device_of_its_own(move: Move) -> Iterator[str]:
    """The target is not on the logical device of a redundant virtual interface."""
    target = move.network.target
    if target is None or not target.aws_logical_device_id:
        return
    device = target.aws_logical_device_id
    if sharing := [
        other for other in siblings(move) if is_up(other) and other.aws_logical_device_id == device
    ]:
        yield (
            f"{target.port_id} is on {device}, as is {_names(sharing)}"
            f"{move.plan_effects.after(sharing)}"
        )


@rule(
    "NO_DIVERSITY",
    Severity.WARN,
    "Add a path on another logical device, preferably at another location.",
    page=RESILIENCY_PAGE,
    asks_again=True,
)
def paths_differ_after_the_move(move: Move) -> Iterator[str]:
    """After the move, the paths of the gateway use more than one device and location."""
    vif, target = move.network.virtual_interface, move.network.target
    ups = [other for other in siblings(move) if is_up(other)]
    if vif is None or target is None or not ups:
        return
    paths_of = f"every {_kind(vif)}" if vif.is_public else f"every path of {vif.redundancy_group}"
    after = f"after the move {paths_of} is"
    devices = {target.aws_logical_device_id, *(other.aws_logical_device_id for other in ups)}
    locations = {target.location, *(other.location for other in ups)}
    paths = f"{target.port_id}, {_names(ups)}{move.plan_effects.after(ups)}"
    if len(devices) == 1 and "" not in devices:
        yield f"{after} on {target.aws_logical_device_id}: {paths}"
    elif len(locations) == 1 and "" not in locations:
        yield f"{after} at {target.location}: {paths}"


@rule(
    "GATEWAY_NOT_ATTACHED",
    Severity.BLOCK,
    "Fix the attachment first; DescribeDirectConnectGatewayAttachments returns stateChangeError.",
    page="DescribeDirectConnectGatewayAttachments",
)
def gateway_is_attached(move: Move) -> Iterator[str]:
    """The virtual interface is attached to its Direct Connect gateway."""
    vif, state = move.network.virtual_interface, move.network.attachment_state
    if vif and state is not None and state != ATTACHED:
        gateway = vif.direct_connect_gateway_id or "its gateway"
        yield (
            f"the attachment of {vif.virtual_interface_id} to {gateway} is "
            f"{state or 'in an unknown state'}"
        )


def _kind(vif: VirtualInterface) -> str:
    """Return what a VIF and its siblings are."""
    if vif.is_public:
        owner = vif.owner_account or "this account"
        return f"public virtual interface of {owner} in {vif.region or 'this Region'}"
    return f"virtual interface of {vif.redundancy_group}"


def siblings(move: Move) -> tuple[VirtualInterface, ...]:
    """Return the other virtual interfaces of the gateway, without those being deleted."""
    return tuple(
        other
        for other in move.network.siblings
        if not other.is_gone and other.virtual_interface_id != move.request.virtual_interface_id
    )


def is_up(vif: VirtualInterface) -> bool:
    """Return whether a virtual interface carries traffic in at least one address family."""
    is_available = vif.virtual_interface_state == VirtualInterfaceState.AVAILABLE
    return is_available and any(peer.is_up for peer in vif.live_peers)


def _names(vifs: list[VirtualInterface] | tuple[VirtualInterface, ...]) -> str:
    named = ", ".join(
        f"{vif.virtual_interface_id} ({vif.virtual_interface_state})" for vif in vifs[:MOST_NAMED]
    )
    unsaid = len(vifs) - MOST_NAMED
    return f"{named} and {unsaid} more" if unsaid > 0 else named
