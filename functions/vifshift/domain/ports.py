"""Connections and LAGs, as preflight and plans use them; field names are the API's."""

from collections.abc import Iterable
from enum import StrEnum

from pydantic import Field

from vifshift.domain.devices import Device
from vifshift.domain.model import Model, View


class PortState(StrEnum):
    """The values of `connectionState` and `lagState` that matter for a move."""

    ORDERING = "ordering"
    REQUESTED = "requested"
    PENDING = "pending"
    AVAILABLE = "available"
    DOWN = "down"
    DELETING = "deleting"
    DELETED = "deleted"
    REJECTED = "rejected"


DEAD = frozenset(set(PortState) - {PortState.AVAILABLE})
"""The states in which a port carries nothing; of `unknown`, and of new values, that is not said."""
MUST_ENCRYPT = "must_encrypt"
ENCRYPTION_UP, ENCRYPTION_DOWN = "Encryption Up", "Encryption Down"


class RateLimiterStatus(View):
    """How many rate limiters of a port are in use and left; None if AWS does not report it."""

    in_use: int | None = None
    remaining: int | None = None


class Port(View):
    """A connection or LAG that carries VIFs; a field is None if AWS does not report it."""

    port_id: str
    state: str = "unknown"
    region: str = ""
    location: str = ""
    owner_account: str = ""
    bandwidth: str = ""
    aws_logical_device_id: str = ""
    aws_device_v2: str = ""
    billing_mode: str = ""
    jumbo_frame_capable: bool | None = None
    encryption_mode: str = ""
    port_encryption_status: str = ""
    rate_limiter_status: RateLimiterStatus | None = None
    prefix_pool_unallocated_count_ipv4: int | None = None
    prefix_pool_unallocated_count_ipv6: int | None = None

    @property
    def device(self) -> Device:
        """Return the device that it ends on."""
        return Device(self.aws_logical_device_id, self.aws_device_v2)

    @property
    def is_available(self) -> bool:
        """Return whether it is available."""
        return self.state == PortState.AVAILABLE

    @property
    def is_dead(self) -> bool:
        """Return whether its state says that it carries nothing."""
        return self.state in DEAD


class Connection(Port):
    """A dedicated or hosted connection."""

    port_id: str = Field(validation_alias="connectionId")
    state: str = Field(default="unknown", validation_alias="connectionState")
    lag_id: str = ""
    vlan: int = 0

    @property
    def is_hosted(self) -> bool:
        """Return whether a partner hosts it; only a hosted connection has a VLAN of its own."""
        return self.vlan > 0

    def with_mode(self, encryption_mode: str) -> "Connection":
        """Return it with another encryption mode."""
        return self.model_copy(update={"encryption_mode": encryption_mode})

    @property
    def drops_all(self) -> bool:
        """Return whether MACsec lets nothing through: it must encrypt, and does not."""
        is_down = self.port_encryption_status == ENCRYPTION_DOWN
        return self.encryption_mode == MUST_ENCRYPT and is_down

    @property
    def carrying_links(self) -> tuple["Connection", ...]:
        """Return itself if it is available, and MACsec does not keep it from carrying traffic."""
        return (self,) if self.is_available and not self.drops_all else ()

    @property
    def needed_links(self) -> int:
        """Return how many links it needs to carry traffic."""
        return 1


class Lag(Port):
    """A link aggregation group."""

    port_id: str = Field(validation_alias="lagId")
    state: str = Field(default="unknown", validation_alias="lagState")
    bandwidth: str = Field(default="", validation_alias="connectionsBandwidth")
    minimum_links: int = 0
    allows_hosted_connections: bool = False
    connections: tuple[Connection, ...] = ()

    @property
    def is_dead(self) -> bool:
        """Return whether it carries nothing: one that is down may, if any of its links does."""
        is_below_minimum = self.state == PortState.DOWN and bool(self.available_members)
        return super().is_dead and not is_below_minimum

    @property
    def available_members(self) -> tuple[Connection, ...]:
        """Return its available connections."""
        return tuple(member for member in self.connections if member.is_available)

    @property
    def carrying_links(self) -> tuple[Connection, ...]:
        """Return its available connections that MACsec does not keep from carrying traffic.

        A member without a mode of its own has that of the LAG.
        """
        with_mode = (
            member if member.encryption_mode else member.with_mode(self.encryption_mode)
            for member in self.available_members
        )
        return tuple(member for member in with_mode if not member.drops_all)

    @property
    def needed_links(self) -> int:
        """Return how many links it needs to carry traffic: one, even if its minimum is 0.

        With the minimum of 0, which is AWS's default, it stays available without any.
        """
        return max(1, self.minimum_links)


class PortCondition(Model):
    """What a port was like while it carried the traffic: a rollback asks no more of it.

    Links are those that were available, those of them that MACsec let carry traffic, and those that
    it needed. `standing` are the codes of rules that it did not meet then, either.
    """

    state: str
    available_links: int
    carrying_links: int
    needed_links: int
    standing: tuple[str, ...] = ()


def condition_of(port: Connection | Lag, standing: Iterable[str] = ()) -> PortCondition:
    """Return what a port is like."""
    links = port.available_members if isinstance(port, Lag) else (port,) * port.is_available
    return PortCondition(
        state=port.state,
        available_links=len(links),
        carrying_links=len(port.carrying_links),
        needed_links=port.needed_links,
        standing=tuple(standing),
    )
