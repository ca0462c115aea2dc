"""The rules of preflight: each is one function that says what could go wrong, and nothing else.

To add a rule, write the function under `@rule` and its test; everything else follows from that.
"""

from collections.abc import Iterator
from ipaddress import IPv4Network, IPv6Network, ip_interface

from vifshift.findings import RULES, Finding, Move, Severity, rule
from vifshift.network import Connection, Lag, PortState, VirtualInterface, VirtualInterfaceState

MOVABLE = {VirtualInterfaceState.AVAILABLE, VirtualInterfaceState.DOWN}
LANDABLE = {PortState.AVAILABLE}


def preflight(move: Move) -> tuple[Finding, ...]:
    """Return every finding, worst first; those of one severity in the order of the rules."""
    found = [finding for each in RULES for finding in each.findings(move)]
    weight = list(Severity)
    return tuple(sorted(found, key=lambda finding: weight.index(finding.severity)))


@rule(
    "WINDOW_NOT_OPEN",
    Severity.BLOCK,
    "Ask again inside the window, or for a window long enough to go there and back.",
)
def window_is_open(move: Move) -> Iterator[str]:
    """The move happens inside its window, with time to go there and back."""
    window = move.request.window
    if window is None:
        return
    there_and_back = 2 * move.request.convergence.longest_way
    if move.now < window.opens_at:
        yield f"the window opens at {window.opens_at.isoformat()}, now is {move.now.isoformat()}"
    elif move.now + there_and_back > window.closes_at:
        yield (
            f"the window closes at {window.closes_at.isoformat()}; there and back may take "
            f"{there_and_back} from {move.now.isoformat()}"
        )


@rule(
    "APPROVAL_UNSUPPORTED",
    Severity.BLOCK,
    "Have the change approved first, and ask without approval.required.",
)
def approval_can_be_asked_for(move: Move) -> Iterator[str]:
    """A migration that needs an approval does not start without one."""
    if move.request.approval.required:
        yield "approval is required, and this version cannot ask for it"


@rule(
    "ROLE_NOT_ALLOWED",
    Severity.BLOCK,
    "Ask the stack in the account that owns the virtual interface, without roleArn.",
)
def role_is_allowed(move: Move) -> Iterator[str]:
    """A role of another account must be on the stack's allow-list."""
    if move.request.role_arn is not None:
        yield "roleArn is given, and the stack's allow-list is empty"


@rule(
    "NOT_OVERRIDABLE",
    Severity.WARN,
    "Leave it out of acknowledge; a finding that blocks has to be mended.",
)
def what_is_acknowledged_can_be_overridden(move: Move) -> Iterator[str]:
    """Only a finding that may be overridden can be acknowledged."""
    for code in move.request.acknowledge:
        yield f"acknowledge names {code}, which can't be overridden"


@rule("OTHER_REGION", Severity.BLOCK, "A move stays inside one Region: name a port in it.")
def everything_is_in_one_region(move: Move) -> Iterator[str]:
    """Direct Connect moves a virtual interface inside its Region only."""
    network = move.network
    if move.request.region not in {None, network.region}:
        yield f"region {move.request.region} is asked for, this stack works in {network.region}"
    named = [(port.port_id, port.region) for port in (network.source, network.target) if port]
    if network.virtual_interface:
        named.append(
            (network.virtual_interface.virtual_interface_id, network.virtual_interface.region)
        )
    for name, region in named:
        if region and region != network.region:
            yield f"{name} is in {region}, not in {network.region}"


@rule(
    "VIRTUAL_INTERFACE_NOT_FOUND",
    Severity.BLOCK,
    "Check the id, the account and the Region; DescribeVirtualInterfaces lists what there is.",
)
def virtual_interface_exists(move: Move) -> Iterator[str]:
    """The virtual interface is known to Direct Connect in this account and Region."""
    if move.network.virtual_interface is None:
        yield f"{move.request.virtual_interface_id} does not exist in {move.network.region}"


@rule(
    "TARGET_NOT_FOUND",
    Severity.BLOCK,
    "Check the id, the account and the Region; DescribeConnections and DescribeLags list them.",
)
def target_exists(move: Move) -> Iterator[str]:
    """The target is a connection or a LAG of this account and Region."""
    if move.network.target is None:
        yield f"{move.request.connection_id} does not exist in {move.network.region}"


@rule(
    "VIRTUAL_INTERFACE_STATE",
    Severity.BLOCK,
    "Wait until the virtual interface is available (or down, on a dead port), then ask again.",
)
def virtual_interface_can_move(move: Move) -> Iterator[str]:
    """Only a virtual interface that is `available` or `down` is moved."""
    vif = move.network.virtual_interface
    if vif and vif.virtual_interface_state not in MOVABLE:
        yield f"{vif.virtual_interface_id} is {vif.virtual_interface_state}"


@rule(
    "ALREADY_ON_TARGET",
    Severity.BLOCK,
    "Look whether another migration is moving it; if not, mend BGP on the target.",
)
def virtual_interface_is_elsewhere_or_works(move: Move) -> Iterator[str]:
    """A virtual interface that is on the target already has nothing to do there but work."""
    vif = move.network.virtual_interface
    if vif and vif.connection_id == move.request.connection_id and not vif.works:
        statuses = ", ".join(f"{peer.key} {peer.bgp_status}" for peer in vif.live_peers)
        yield (
            f"{vif.virtual_interface_id} is on {vif.connection_id} already, and is "
            f"{vif.virtual_interface_state} (BGP: {statuses or 'no peers'})"
        )


@rule("TARGET_STATE", Severity.BLOCK, "Bring the target to `available`, or name another one.")
def target_is_available(move: Move) -> Iterator[str]:
    """The target carries traffic now."""
    target = move.network.target
    if target and target.state not in LANDABLE:
        yield f"{target.port_id} is {target.state}"


@rule("TARGET_IS_LAG_MEMBER", Severity.BLOCK, "Name the LAG as the target.")
def target_is_no_member_of_a_lag(move: Move) -> Iterator[str]:
    """A virtual interface rides on a LAG, not on one of its members."""
    target = move.network.target
    if isinstance(target, Connection) and target.lag_id:
        yield f"{target.port_id} is a member of {target.lag_id}"


@rule(
    "HOSTED_CONNECTION",
    Severity.BLOCK,
    "Ask the partner to move the hosted connection, with its VIF (AssociateHostedConnection).",
)
def hosted_connection_can_be_left(move: Move) -> Iterator[str]:
    """A VIF on a hosted connection goes neither to a LAG nor to another hosted one."""
    source, target = move.network.source, move.network.target
    if not (isinstance(source, Connection) and source.is_hosted):
        return
    if isinstance(target, Lag):
        yield f"{source.port_id} is a hosted connection and {target.port_id} is a LAG"
    elif isinstance(target, Connection) and target.is_hosted:
        yield f"{source.port_id} and {target.port_id} are both hosted connections"


@rule("VLAN_TAKEN", Severity.BLOCK, "Free the VLAN on the target, or name another target.")
def vlan_is_free_on_target(move: Move) -> Iterator[str]:
    """Direct Connect refuses a VLAN that the target already carries."""
    vif = move.network.virtual_interface
    for rival in move.network.rivals():
        if vif and vif.vlan and rival.vlan == vif.vlan:
            yield (
                f"VLAN {vif.vlan} is already used on {move.request.connection_id} by "
                f"{rival.virtual_interface_id}"
            )


@rule("ADDRESS_TAKEN", Severity.BLOCK, "Free the address on the target, or name another target.")
def addresses_are_free_on_target(move: Move) -> Iterator[str]:
    """Direct Connect refuses a peer whose addresses the target already carries."""
    vif = move.network.virtual_interface
    own = _networks(vif) if vif else set()
    for rival in move.network.rivals():
        for mine in own:
            for theirs in _networks(rival):
                if mine.version == theirs.version and mine.overlaps(theirs):
                    yield (
                        f"{mine} overlaps {theirs} of {rival.virtual_interface_id} on "
                        f"{move.request.connection_id}"
                    )


@rule(
    "NO_PEER_UP",
    Severity.WARN,
    "Nothing to do if the port is dead. Else bring BGP up first: then the way back is guarded too.",
)
def some_peer_is_up(move: Move) -> Iterator[str]:
    """Where no BGP peer is up before the move, every peer is waited for and rollback is off."""
    vif = move.network.virtual_interface
    if vif and not any(peer.is_up for peer in vif.live_peers):
        yield f"no BGP peer of {vif.virtual_interface_id} is up: rollback is off"


@rule(
    "ROUTES_NOT_CHECKED",
    Severity.WARN,
    "Allow directconnect:ListVirtualInterfaceRoutes; until then check the routes on your router.",
)
def routes_can_be_read(move: Move) -> Iterator[str]:
    """The routes are compared with those of before; where they can't be read, BGP has to do."""
    if move.network.routes_unreadable:
        yield f"the routes can't be read: {move.network.routes_unreadable}"


@rule(
    "ROUTES_COUNTED_ONLY",
    Severity.INFO,
    "Compare the prefixes on your router where each of them matters.",
)
def routes_are_few_enough_to_compare(move: Move) -> Iterator[str]:
    """Above a thousand routes their number is compared, not each prefix."""
    for routes in move.network.routes or ():
        if routes.cidrs is None:
            yield f"{routes}: {routes.count} routes or more, compared by number"


def _networks(vif: VirtualInterface) -> set[IPv4Network | IPv6Network]:
    addresses = [
        address
        for peer in vif.live_peers
        for address in (peer.amazon_address, peer.customer_address)
    ]
    networks = set()
    for address in addresses:
        try:
            networks.add(ip_interface(address).network)
        except ValueError:
            continue
    return networks
