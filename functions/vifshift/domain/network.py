"""The allow-listed view of Direct Connect: what vifshift knows of a network, and nothing secret.

Field names are the API's (botocore's service model `directconnect`). Values that AWS enumerates are
plain strings here, since a value outside today's list must be read as "not known to be good".
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Annotated, NamedTuple, Protocol

from pydantic import AfterValidator, AliasChoices, Field, StringConstraints

from vifshift.domain.model import Model, View
from vifshift.domain.routes import RouteSet
from vifshift.domain.sizes import shortened

LONGEST_NAME = 256
"""AWS's API reference has no limit for the name of a virtual interface."""
Name = Annotated[str, AfterValidator(lambda name: shortened(name, LONGEST_NAME))]
VirtualInterfaceId = Annotated[str, StringConstraints(pattern=r"^dxvif-[a-z0-9]{8,17}$")]
ConnectionId = Annotated[str, StringConstraints(pattern=r"^dx(con|lag)-[a-zA-Z0-9]{8,21}$")]


class VirtualInterfaceState(StrEnum):
    """`virtualInterfaceState`, as the API reference of DescribeVirtualInterfaces lists it."""

    CONFIRMING = "confirming"
    VERIFYING = "verifying"
    PENDING = "pending"
    AVAILABLE = "available"
    DOWN = "down"
    TESTING = "testing"
    DELETING = "deleting"
    DELETED = "deleted"
    REJECTED = "rejected"
    UNKNOWN = "unknown"


class PortState(StrEnum):
    """The `connectionState` or `lagState` values that decide a move."""

    AVAILABLE = "available"


class BgpPeerState(StrEnum):
    """The `bgpPeerState` values of a peer that is not, or not for long, there."""

    DELETING = "deleting"
    DELETED = "deleted"


class BgpStatus(StrEnum):
    """`bgpStatus` of a peer."""

    UP = "up"
    DOWN = "down"
    UNKNOWN = "unknown"


class PeerKey(NamedTuple):
    """What stays the same of a BGP peer when its VIF moves; its `bgpPeerId` does not."""

    address_family: str
    customer_address: str
    asn: int

    def __str__(self) -> str:
        """Return the label people see, such as `ipv4 169.254.1.2`."""
        return f"{self.address_family} {self.customer_address.partition('/')[0]}"


class BgpPeer(View):
    """A BGP peer of a VIF, without its `authKey`."""

    bgp_peer_id: str = ""
    address_family: str = "ipv4"
    amazon_address: str = ""
    customer_address: str = ""
    asn: int = Field(default=0, validation_alias=AliasChoices("asnLong", "asn"))
    bgp_peer_state: str = "available"
    bgp_status: str = BgpStatus.UNKNOWN

    @property
    def key(self) -> PeerKey:
        """Return what identifies the peer across a move."""
        return PeerKey(self.address_family, self.customer_address, self.asn)

    @property
    def is_up(self) -> bool:
        """Say whether its BGP session is up: `unknown`, and anything new, is not."""
        return self.bgp_status == BgpStatus.UP

    @property
    def is_live(self) -> bool:
        """Say whether the peer is here to stay: a move leaves the old one `deleting`."""
        return self.bgp_peer_state not in {BgpPeerState.DELETING, BgpPeerState.DELETED}


class VirtualInterface(View):
    """A virtual interface, without its `authKey` and `customerRouterConfig`."""

    virtual_interface_id: str
    virtual_interface_name: Name = ""
    virtual_interface_type: str = ""
    virtual_interface_state: str = VirtualInterfaceState.UNKNOWN
    connection_id: str = ""
    region: str = ""
    location: str = ""
    owner_account: str = ""
    aws_logical_device_id: str = ""
    vlan: int = 0
    mtu: int = 1500
    rate_limit: str = ""
    prefix_pool_allocated_count_ipv4: int = 0
    prefix_pool_allocated_count_ipv6: int = 0
    virtual_gateway_id: str = ""
    direct_connect_gateway_id: str = ""
    bgp_peers: tuple[BgpPeer, ...] = ()

    @property
    def is_gone(self) -> bool:
        """Say whether it has been deleted, or is about to be."""
        return self.virtual_interface_state in {
            VirtualInterfaceState.DELETING,
            VirtualInterfaceState.DELETED,
        }

    @property
    def works(self) -> bool:
        """Say whether it is available, and every peer that is to stay is up."""
        ups = [peer.is_up for peer in self.live_peers]
        is_available = self.virtual_interface_state == VirtualInterfaceState.AVAILABLE
        return is_available and bool(ups) and all(ups)

    @property
    def live_peers(self) -> tuple[BgpPeer, ...]:
        """Return the peers that are not on their way out."""
        return tuple(peer for peer in self.bgp_peers if peer.is_live)

    @property
    def redundancy_group(self) -> str:
        """Name what this VIF shares with its siblings: its gateway, or for a public VIF itself."""
        return (
            self.direct_connect_gateway_id or self.virtual_gateway_id or self.virtual_interface_id
        )


class Tag(View):
    """A tag that somebody has put on a resource."""

    key: str = ""
    value: str = ""


class TaggedVirtualInterface(VirtualInterface):
    """A virtual interface with its tags, which a migration has no need of, and does not carry."""

    tags: tuple[Tag, ...] = ()

    def has(self, wanted: Mapping[str, str]) -> bool:
        """Say whether it has all these tags."""
        own = {tag.key: tag.value for tag in self.tags}
        return wanted.items() <= own.items()


class RateLimiterStatus(View):
    """How many rate limiters a port has left; None where AWS does not tell."""

    in_use: int | None = None
    remaining: int | None = None


class Port(View):
    """What a VIF rides on, be it a connection or a LAG; None where AWS does not tell."""

    port_id: str
    state: str = "unknown"
    region: str = ""
    location: str = ""
    owner_account: str = ""
    bandwidth: str = ""
    aws_logical_device_id: str = ""
    jumbo_frame_capable: bool | None = None
    encryption_mode: str = ""
    port_encryption_status: str = ""
    rate_limiter_status: RateLimiterStatus | None = None
    prefix_pool_unallocated_count_ipv4: int | None = None
    prefix_pool_unallocated_count_ipv6: int | None = None

    @property
    def is_available(self) -> bool:
        """Say whether it carries traffic now."""
        return self.state == PortState.AVAILABLE


class Connection(Port):
    """A dedicated or hosted connection."""

    port_id: str = Field(validation_alias="connectionId")
    state: str = Field(default="unknown", validation_alias="connectionState")
    lag_id: str = ""
    vlan: int = 0

    @property
    def is_hosted(self) -> bool:
        """Say whether a partner hosts it: only a hosted connection has a VLAN of its own."""
        return self.vlan > 0


class Lag(Port):
    """A link aggregation group."""

    port_id: str = Field(validation_alias="lagId")
    state: str = Field(default="unknown", validation_alias="lagState")
    bandwidth: str = Field(default="", validation_alias="connectionsBandwidth")
    minimum_links: int = 0
    connections: tuple[Connection, ...] = ()

    @property
    def available_members(self) -> tuple[Connection, ...]:
        """Return those of its connections that are available."""
        return tuple(member for member in self.connections if member.is_available)


class HealthEvent(View):
    """An AWS Health event about Direct Connect; `entities` are the ids it names, if any."""

    arn: str = ""
    event_type_code: str = ""
    status_code: str = ""
    start_time: datetime | None = None
    end_time: datetime | None = None
    entities: tuple[str, ...] = ()


class Unchecked(Model):
    """Something that could not be read, and the permission that would let it be."""

    subject: str
    permission: str
    reason: str


class Network(Model):
    """All that preflight looks at, read at one time.

    `on_source` and `on_target` are the VIFs on either port, `siblings` those of the same gateway.
    `attachment_state` is that of the VIF with its Direct Connect gateway, `calendar_state` that of
    the SSM Change Calendar (OPEN, CLOSED); None: there is none, or it could not be read, of which
    `unchecked` tells. `health_events` is None where AWS Health is not available to the account.
    """

    region: str
    virtual_interface: VirtualInterface | None
    source: Connection | Lag | None
    target: Connection | Lag | None
    on_source: tuple[VirtualInterface, ...] = ()
    on_target: tuple[VirtualInterface, ...] = ()
    siblings: tuple[VirtualInterface, ...] = ()
    caller_account: str = ""
    attachment_state: str | None = None
    calendar_state: str | None = None
    health_events: tuple[HealthEvent, ...] | None = ()
    unchecked: tuple[Unchecked, ...] = ()
    routes: tuple[RouteSet, ...] | None = None
    routes_unreadable: str | None = None

    def rivals(self) -> Iterator[VirtualInterface]:
        """Yield the VIFs on the target that are neither the one that moves nor deleted."""
        for other in self.on_target:
            is_self = (
                self.virtual_interface is not None
                and other.virtual_interface_id == self.virtual_interface.virtual_interface_id
            )
            if not is_self and other.virtual_interface_state != VirtualInterfaceState.DELETED:
                yield other


class DirectConnect(Protocol):
    """What vifshift needs of Direct Connect; every method may raise a `CallError`."""

    def virtual_interface(self, virtual_interface_id: str) -> VirtualInterface | None:
        """Return the VIF, or None where Direct Connect does not know it (any more)."""

    def virtual_interfaces(self) -> tuple[VirtualInterface, ...]:
        """Return every VIF of the Region, over all pages."""

    def tagged_virtual_interfaces(self) -> tuple[TaggedVirtualInterface, ...]:
        """Return every VIF of the Region with its tags, over all pages."""

    def virtual_interfaces_on(self, port_id: str) -> tuple[VirtualInterface, ...]:
        """Return every VIF on a connection or LAG, over all pages."""

    def port(self, port_id: str) -> Connection | Lag | None:
        """Return the connection or LAG, or None where Direct Connect does not know it."""

    def connections(self) -> tuple[Connection, ...]:
        """Return every connection of the Region, over all pages."""

    def lags(self) -> tuple[Lag, ...]:
        """Return every LAG of the Region, over all pages."""

    def attachment_state(self, gateway_id: str, virtual_interface_id: str) -> str | None:
        """Return the state of a VIF's attachment to its Direct Connect gateway, if it has one."""

    def routes(self, virtual_interface_id: str, *, by_number: bool) -> tuple[RouteSet, ...]:
        """Return the VIF's routes, a set for each address family and direction that has any."""

    def associate(self, virtual_interface_id: str, connection_id: str) -> None:
        """Send AssociateVirtualInterface, once."""
