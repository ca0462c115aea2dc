"""The allow-listed view of a Direct Connect network, which holds no secrets.

Field names are the API's (botocore's service model `directconnect`). Values that AWS enumerates are
plain strings here, since a value that AWS adds later must be read as "not known to be good".
"""

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints

from vifshift.domain.background import Background
from vifshift.domain.bgp import BgpPeer, BgpStatus, PeerKey
from vifshift.domain.devices import Device
from vifshift.domain.guards import GuardStatus
from vifshift.domain.model import Model, View
from vifshift.domain.other_paths import NO_OTHER_PATHS, OtherPaths
from vifshift.domain.ports import Connection, Lag
from vifshift.domain.routes import RouteSet
from vifshift.domain.sizes import shortened

PUBLIC = "public"
LONGEST_NAME = 256
"""The most characters kept of a name; AWS's API reference has no limit for it."""
Name = Annotated[str, AfterValidator(lambda name: shortened(name, LONGEST_NAME))]
VirtualInterfaceId = Annotated[str, StringConstraints(pattern=r"^dxvif-[a-z0-9]{8,17}$")]
ConnectionId = Annotated[str, StringConstraints(pattern=r"^dx(con|lag)-[a-zA-Z0-9]{8,21}$")]


class VirtualInterfaceState(StrEnum):
    """The values of `virtualInterfaceState` (AWS: API reference, VirtualInterface)."""

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


_BEING_DELETED = frozenset({VirtualInterfaceState.DELETING, VirtualInterfaceState.DELETED})


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
    aws_device_v2: str = ""
    vlan: int = 0
    mtu: int = 1500
    rate_limit: str = ""
    prefix_pool_allocated_count_ipv4: int = 0
    prefix_pool_allocated_count_ipv6: int = 0
    virtual_gateway_id: str = ""
    direct_connect_gateway_id: str = ""
    bgp_peers: tuple[BgpPeer, ...] = ()

    @property
    def device(self) -> Device:
        """Return the device that its port ends on."""
        return Device(self.aws_logical_device_id, self.aws_device_v2)

    @property
    def is_public(self) -> bool:
        """Return whether it reaches AWS's public endpoints, over which all such VIFs share."""
        return self.virtual_interface_type == PUBLIC

    @property
    def is_gone(self) -> bool:
        """Return whether it is deleted, or is being deleted."""
        return self.virtual_interface_state in _BEING_DELETED

    @property
    def works(self) -> bool:
        """Return whether it is available, and at least one live peer is up.

        A peer that never was up is not waited for; which were is known from elsewhere.
        """
        return self.virtual_interface_state == VirtualInterfaceState.AVAILABLE and self.is_up

    @property
    def is_up(self) -> bool:
        """Return whether BGP is up with at least one live peer."""
        return any(peer.is_up for peer in self.live_peers)

    def missing(self, up_before: Collection[PeerKey]) -> tuple[PeerKey, ...]:
        """Return the peers that were up before, and are not up now."""
        up = {peer.key for peer in self.live_peers if peer.is_up}
        return tuple(key for key in up_before if key not in up)

    def works_as_before(self, up_before: Collection[PeerKey]) -> bool:
        """Return whether it works, with every peer that was up before.

        This is what counts as good for validation, convergence, plans and reports; routes are
        compared where they are known.
        """
        return self.works and not self.missing(up_before)

    @property
    def is_dead(self) -> bool:
        """Return whether BGP is down for certain, so that it carries nothing.

        A peer whose status is not known may be up.
        """
        statuses = {peer.bgp_status for peer in self.live_peers}
        is_down = self.virtual_interface_state == VirtualInterfaceState.DOWN
        return BgpStatus.UP not in statuses and (is_down or statuses <= {BgpStatus.DOWN})

    @property
    def families_up(self) -> tuple[str, ...]:
        """Return the address families in which a live peer is up."""
        return tuple(sorted({peer.address_family for peer in self.live_peers if peer.is_up}))

    @property
    def peers_down(self) -> tuple[BgpPeer, ...]:
        """Return the live peers that are not up."""
        return tuple(peer for peer in self.live_peers if not peer.is_up)

    @property
    def live_peers(self) -> tuple[BgpPeer, ...]:
        """Return the peers that are not being deleted."""
        return tuple([peer for peer in self.bgp_peers if peer.is_live])

    @property
    def redundancy_group(self) -> str:
        """Return what it shares with its siblings: a gateway, or if public, account and Region.

        The gateway of another account's VIF may not be shown: then it is what no two VIFs of that
        owner share, and its own id if its owner is not known either.
        """
        if self.is_public:
            return f"public/{self.owner_account}/{self.region}"
        if self.shows_gateway or not self.owner_account:
            return self.gateway_id or self.virtual_interface_id
        return f"owner/{self.owner_account}"

    @property
    def gateway_id(self) -> str:
        """Return the Direct Connect or virtual private gateway; empty if it is not shown."""
        return self.direct_connect_gateway_id or self.virtual_gateway_id

    @property
    def shows_gateway(self) -> bool:
        """Return whether it tells which VIFs are its siblings: by its gateway, or as a public VIF.

        Whoever hosts a private or transit VIF for another account may not see the gateway.
        """
        return self.is_public or bool(self.gateway_id)


class Tag(View):
    """A tag of a resource."""

    key: str = ""
    value: str = ""


class TaggedVirtualInterface(VirtualInterface):
    """A virtual interface with its tags, which plans use to select what to move."""

    tags: tuple[Tag, ...] = ()

    def has(self, wanted: Mapping[str, str]) -> bool:
        """Return whether it has all these tags."""
        own = {tag.key: tag.value for tag in self.tags}
        return wanted.items() <= own.items()


class HealthEvent(View):
    """An AWS Health event about Direct Connect; `entities` are the affected ids, if any.

    With `names_others` it names more than those: only what concerns a move or plan is kept.
    """

    arn: str = ""
    event_type_code: str = ""
    event_type_category: str = ""
    event_scope_code: str = ""
    region: str = ""
    status_code: str = ""
    start_time: datetime | None = None
    end_time: datetime | None = None
    entities: tuple[str, ...] = ()
    names_others: bool = False


CHANGE_CALENDAR = "the change calendar"
"""What it is called where it could not be read."""


class Unchecked(Model):
    """Something that was not read, and why: for want of a permission, or as it would be too much.

    `permission` is the one that it needs; empty if that is not the reason.
    """

    subject: str
    permission: str
    reason: str


class Network(Model):
    """What preflight judges, read at one time.

    `on_source` and `on_target` are the VIFs on either port, `siblings` those of the same gateway.
    `attachment_state` is that of the VIF with its Direct Connect gateway, `calendar_state` that of
    the SSM Change Calendar (OPEN, CLOSED); they are None if there is none, or if it could not be
    read and is in `unchecked`. `cut_lists` are the operations whose lists were not read to their
    end. `health_events` is None if AWS Health is not available. `up_before` are the VIF's peers
    that were up before it was last moved, as our own record says. `moved_by` says who of this stack
    is moving it now, if anybody is; like `background`, only the first check reads it. `tags` are
    those of the VIF, which are read only if the policy floor is about tags.
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
    cut_lists: tuple[str, ...] = ()
    routes: tuple[RouteSet, ...] | None = None
    routes_unreadable: str | None = None
    up_before: frozenset[PeerKey] = frozenset()
    moved_by: str = ""
    other_paths: OtherPaths = NO_OTHER_PATHS
    background: Background | None = None
    guards: tuple[GuardStatus, ...] = ()
    alarms_on_source: tuple[str, ...] = ()
    tags: dict[str, str] = Field(default_factory=dict, repr=False)

    def is_tagged(self, wanted: Mapping[str, str]) -> bool:
        """Return whether the VIF has all these tags."""
        return wanted.items() <= self.tags.items()

    @property
    def lost_peers(self) -> tuple[BgpPeer, ...]:
        """Return the VIF's peers that are known to have been up, and are not up now.

        Known are those of our own record, and those of a family that the metrics show as up in the
        last 14 days; where another peer of the family is up, they do not tell which it was.
        """
        vif = self.virtual_interface
        if vif is None:
            return ()
        up = {peer.address_family for peer in vif.live_peers if peer.is_up}
        lost = self._seen_up - up
        return tuple(
            peer
            for peer in vif.peers_down
            if peer.key in self.up_before or peer.address_family in lost
        )

    @property
    def _seen_up(self) -> frozenset[str]:
        """Return the address families of the VIF that the metrics show as up."""
        known = self.background.history if self.background else None
        name = self.virtual_interface.virtual_interface_id if self.virtual_interface else ""
        return known[name].up if known and name in known else frozenset()

    @property
    def works(self) -> bool:
        """Return whether the VIF works as before, as far as its state and its peers tell."""
        vif = self.virtual_interface
        return vif is not None and vif.works_as_before([peer.key for peer in self.lost_peers])

    def rivals(self) -> Iterator[VirtualInterface]:
        """Yield the VIFs on the target, except the one that moves and deleted ones."""
        for other in self.on_target:
            is_self = (
                self.virtual_interface is not None
                and other.virtual_interface_id == self.virtual_interface.virtual_interface_id
            )
            if not is_self and other.virtual_interface_state != VirtualInterfaceState.DELETED:
                yield other
