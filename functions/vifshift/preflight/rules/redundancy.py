"""Rules about redundant paths, during the move and after it."""

from collections.abc import Iterator

from vifshift.domain.findings import Move, Severity, rule
from vifshift.domain.network import Network, VirtualInterface
from vifshift.preflight.path_coverage import (
    MOST_NAMED,
    counting,
    cut_off,
    cut_off_from_vifs,
    families_without,
    is_judged_by_name,
    is_waited_for,
    lacked,
    named,
    siblings,
    uncompared,
    vpn_families,
)

ATTACHED = "attached"
VPN_MTU = 1500
RESILIENCY_PAGE = "AWS Direct Connect Resiliency Toolkit"


def _only_warns(move: Move) -> bool:
    """Return whether nothing can be cut off for good reason: by a public VIF, or by a dead one.

    AWS's public prefixes may be reached over the internet; what carries nothing can be moved.
    """
    vif = move.network.virtual_interface
    return vif is not None and (vif.is_public or vif.is_dead)


@rule(
    "NO_REDUNDANT_PATH",
    Severity.BLOCK,
    "Bring up another path that carries these prefixes; or accept that they are cut off while it "
    "moves, and acknowledge NO_REDUNDANT_PATH.",
    page=RESILIENCY_PAGE,
    overridable=True,
    warns_if=_only_warns,
)
def another_path_is_up(move: Move) -> Iterator[str]:
    """Each prefix has another path that is up; for a public or dead VIF, a warning.

    Another path carries the prefix itself or a less specific one, in the same address family and
    direction. Public virtual interfaces of one account and Region back each other up. While this
    stack moves another one, this is judged only at the recheck, which holds the lock.
    """
    network, vif = move.network, move.network.virtual_interface
    if vif is None or is_waited_for(move):
        return
    others = siblings(move)
    paths = counting(move)
    lost = cut_off(network, paths)
    families = () if is_judged_by_name(network) else families_without(network, paths)
    if not (lost or families) and (paths or network.other_paths.vpns):
        return
    nothing_else = f": nothing else carries {named(lost)}" if lost else ""
    if not vif.shows_gateway and lost:
        nothing_else = f"; it carries {named(lost)}"
    down = [other for other in others if not other.works]
    states = f"{_names(others)}{move.plan_effects.bringing_up(down)}"
    if not vif.shows_gateway:
        yield f"{_without_gateway(vif, network.caller_account)}{nothing_else}"
    elif not others and network.other_paths.may_be_more:
        unsaid = nothing_else.replace(":", ";", 1).replace("nothing else", "nothing else known")
        yield f"no other {_kind(vif)} could be read: {_unseen(network)}{unsaid}"
    elif not others:
        yield f"{vif.virtual_interface_id} is the only {_kind(vif)}{nothing_else}"
    elif not paths:
        yield (
            f"no other {_kind(vif)} is up: {states}{nothing_else.replace(':', ';', 1)}"
            f"{_unseen_too(network)}"
        )
    elif lost:
        yield f"no other {_kind(vif)} carries {named(lost)}: {states}{_unseen_too(network)}"
    else:
        up = f"has BGP up for {' or '.join(families)}"
        yield f"no other {_kind(vif)} {up}: {states}{_unseen_too(network)}"


@rule(
    "OTHER_PATHS_CARRY_LESS",
    Severity.WARN,
    "Check that the traffic of these prefixes may use several paths while it moves.",
    page=RESILIENCY_PAGE,
    asks_again=True,
)
def one_path_carries_everything(move: Move) -> Iterator[str]:
    """One other path carries all prefixes by itself; several that share them are a warning."""
    network, vif = move.network, move.network.virtual_interface
    paths = counting(move)
    if vif is None or not paths or cut_off(network, paths):
        return
    lacks = {path.virtual_interface_id: lacked(network, path) for path in paths}
    if all(lacks.values()):
        each = "; ".join(f"{name} lacks {named(lacks[name])}" for name in list(lacks)[:MOST_NAMED])
        unsaid = len(lacks) - MOST_NAMED
        more = f"; and {unsaid} more" if unsaid > 0 else ""
        yield f"each prefix has another path, but none carries all: {each}{more}"
    families = families_without(network, paths) if is_judged_by_name(network) else ()
    if families:
        yield (
            f"no other {_kind(vif)} has BGP up for {' or '.join(families)}, which carries no "
            "prefix now"
        )


@rule(
    "OTHER_PATH_IS_VPN",
    Severity.WARN,
    "Check that the VPN connection carries the prefixes, and their traffic at its MTU.",
    page="AWS Site-to-Site VPN tunnel options",
    asks_again=True,
)
def other_path_is_as_good(move: Move) -> Iterator[str]:
    """The other path is a virtual interface; a VPN connection has an MTU of 1500, and is slower."""
    network, vif = move.network, move.network.virtual_interface
    if vif is None or not network.other_paths.vpns:
        return
    lost = cut_off_from_vifs(network, counting(move))
    carried = [each for each in lost if each.address_family in vpn_families(network)]
    if carried or not counting(move):
        vpns = ", ".join(
            f"{each.vpn_connection_id} on {each.gateway_id} ({each.address_family})"
            for each in network.other_paths.vpns[:MOST_NAMED]
        )
        mtu = f"; the MTU of {vif.virtual_interface_id} is {vif.mtu}" if vif.mtu > VPN_MTU else ""
        what = named(carried) if carried else "its traffic"
        yield (
            f"while it moves, only a VPN connection carries {what}: {vpns}, with an MTU of "
            f"{VPN_MTU}, and it may be slower{mtu}"
        )


@rule(
    "OTHER_PATHS_NOT_COMPARED",
    Severity.WARN,
    "Compare the prefixes on your routers before the move.",
    page="ListVirtualInterfaceRoutes",
)
def other_paths_can_be_compared(move: Move) -> Iterator[str]:
    """The routes of the other paths are compared by name; else BGP and address family must do."""
    network, vif = move.network, move.network.virtual_interface
    paths = counting(move)
    if vif is None or not vif.families_up or not paths:
        return
    by_bgp = "judged by BGP and address family alone"
    if not is_judged_by_name(network) or any(_is_known_to_suffice(network, each) for each in paths):
        return
    for path in paths:
        name = path.virtual_interface_id
        if problem := network.other_paths.unreadable.get(name):
            yield f"the routes of {name} can't be read, and it is {by_bgp}: {problem}"
        for routes in uncompared(network, path):
            yield (
                f"{routes}: {routes.number} routes of {vif.virtual_interface_id} could not be "
                f"compared by name with those of {name}"
            )


def _is_known_to_suffice(network: Network, path: VirtualInterface) -> bool:
    """Return whether a path is known to carry every route of the VIF."""
    compared = network.other_paths.compared.get(path.virtual_interface_id)
    return compared is not None and not (compared.uncompared or lacked(network, path))


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
    if target is None:
        return
    ups = [other for other in siblings(move) if other.works]
    if sharing := [other for other in ups if target.device.is_same(other.device)]:
        yield (
            f"{target.port_id} is on {target.device}, as is {_names(sharing)}"
            f"{move.plan_effects.after(sharing)}"
        )


@rule(
    "DEVICES_NOT_COMPARED",
    Severity.WARN,
    "Ask AWS which devices they end on, or compare the ports' letters of authorization (LOA-CFA).",
    page=RESILIENCY_PAGE,
)
def devices_can_be_compared(move: Move) -> Iterator[str]:
    """The devices of the paths are known by awsLogicalDeviceId or, if not, by awsDeviceV2."""
    target = move.network.target
    ups = [other for other in siblings(move) if other.works]
    if target and (unknown := [each for each in ups if target.device.is_same(each.device) is None]):
        yield (
            f"whether {target.port_id} is on the same device as {_names(unknown)} could not be "
            "checked: AWS does not name the devices of both"
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
    ups = counting(move)
    if vif is None or target is None or not ups:
        return
    paths_of = f"every {_kind(vif)}" if vif.is_public else f"every path of {vif.redundancy_group}"
    known = " that could be read" if move.network.other_paths.may_be_more else ""
    after = f"after the move {paths_of}{known} is"
    is_one_device = all(target.device.is_same(other.device) for other in ups)
    locations = {target.location, *(other.location for other in ups)}
    paths = f"{target.port_id}, {_names(ups)}{move.plan_effects.after(ups)}"
    if is_one_device:
        yield f"{after} on {target.device}: {paths}"
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


def _without_gateway(vif: VirtualInterface, caller: str) -> str:
    if vif.owner_account in {"", caller}:
        return f"{vif.virtual_interface_id} has no gateway, and so no redundant path"
    return (
        f"the gateway of {vif.virtual_interface_id} is not shown, since {vif.owner_account} owns "
        "it: whether there is another path is not known"
    )


def _unseen(network: Network) -> str:
    """Return in words what is attached to the gateway, and could not be read."""
    paths, vif = network.other_paths, network.virtual_interface
    told = [*map(str, paths.unseen[:MOST_NAMED])]
    if paths.is_unlisted:
        gateway = vif.gateway_id if vif else "its gateway"
        told.append(f"what else is attached to {gateway} was not listed")
    unsaid = len(paths.unseen) - MOST_NAMED
    more = f" and {unsaid} more" if unsaid > 0 else ""
    return f"{'; '.join(told)}{more}"


def _unseen_too(network: Network) -> str:
    return f"; {_unseen(network)}" if network.other_paths.may_be_more else ""


def _kind(vif: VirtualInterface) -> str:
    """Return what a VIF and its siblings are."""
    if vif.is_public:
        owner = vif.owner_account or "this account"
        return f"public virtual interface of {owner} in {vif.region or 'this Region'}"
    return f"virtual interface of {vif.redundancy_group}"


def _names(vifs: list[VirtualInterface] | tuple[VirtualInterface, ...]) -> str:
    named = ", ".join(
        f"{vif.virtual_interface_id} ({vif.virtual_interface_state})" for vif in vifs[:MOST_NAMED]
    )
    unsaid = len(vifs) - MOST_NAMED
    return f"{named} and {unsaid} more" if unsaid > 0 else named
