"""BGP peers of virtual interfaces, without their keys, and what identifies one across a move."""

from enum import StrEnum
from typing import NamedTuple

from pydantic import AliasChoices, Field

from vifshift.domain.model import View


class BgpPeerState(StrEnum):
    """The values of `bgpPeerState` for a peer that is being deleted, or is deleted."""

    DELETING = "deleting"
    DELETED = "deleted"


_BEING_DELETED = frozenset(BgpPeerState)


class BgpStatus(StrEnum):
    """The values of `bgpStatus` (AWS: API reference, BGPPeer)."""

    UP = "up"
    DOWN = "down"
    UNKNOWN = "unknown"


class PeerKey(NamedTuple):
    """What identifies a BGP peer across a move, which changes its `bgpPeerId`."""

    address_family: str
    customer_address: str
    asn: int

    def __str__(self) -> str:
        """Return the label for people, such as `ipv4 169.254.1.2`."""
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
        """Return the key that identifies the peer across a move."""
        return PeerKey(self.address_family, self.customer_address, self.asn)

    @property
    def is_up(self) -> bool:
        """Return whether its BGP session is up; `unknown` or a new value is not."""
        return self.bgp_status == BgpStatus.UP

    @property
    def is_live(self) -> bool:
        """Return whether the peer is not being deleted; a move leaves the old one `deleting`."""
        return self.bgp_peer_state not in _BEING_DELETED
