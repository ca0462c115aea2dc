"""Connections and LAGs, as preflight and plans see them; field names are the API's."""

from enum import StrEnum

from pydantic import Field

from vifshift.domain.model import View


class PortState(StrEnum):
    """The `connectionState` or `lagState` values that decide a move."""

    AVAILABLE = "available"


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
