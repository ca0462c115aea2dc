"""Connections and LAGs, as preflight and plans use them; field names are the API's."""

from enum import StrEnum

from pydantic import Field

from vifshift.domain.model import View


class PortState(StrEnum):
    """The values of `connectionState` and `lagState` that matter for a move."""

    AVAILABLE = "available"


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
    billing_mode: str = ""
    jumbo_frame_capable: bool | None = None
    encryption_mode: str = ""
    port_encryption_status: str = ""
    rate_limiter_status: RateLimiterStatus | None = None
    prefix_pool_unallocated_count_ipv4: int | None = None
    prefix_pool_unallocated_count_ipv6: int | None = None

    @property
    def is_available(self) -> bool:
        """Return whether it is available."""
        return self.state == PortState.AVAILABLE


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


class Lag(Port):
    """A link aggregation group."""

    port_id: str = Field(validation_alias="lagId")
    state: str = Field(default="unknown", validation_alias="lagState")
    bandwidth: str = Field(default="", validation_alias="connectionsBandwidth")
    minimum_links: int = 0
    connections: tuple[Connection, ...] = ()

    @property
    def available_members(self) -> tuple[Connection, ...]:
        """Return its available connections."""
        return tuple(member for member in self.connections if member.is_available)
