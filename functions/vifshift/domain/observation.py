"""What was observed of a virtual interface that moves, and the verdict on it."""

from datetime import datetime
from enum import StrEnum

from pydantic import Field

from vifshift.domain.model import Model
from vifshift.domain.network import VirtualInterface
from vifshift.domain.routes import RouteChange, RouteSet


class Verdict(StrEnum):
    """What a look says about the way."""

    SETTLING = "settling"
    SETTLED = "settled"
    FAILED = "failed"


class Reason(StrEnum):
    """Why a look says so."""

    AS_EXPECTED = "AS_EXPECTED"
    CANNOT_SEE = "CANNOT_SEE"
    NOT_MOVED = "NOT_MOVED"
    NOT_AVAILABLE = "NOT_AVAILABLE"
    PEERS_NOT_UP = "PEERS_NOT_UP"
    ROUTES_MISSING = "ROUTES_MISSING"
    DELETED = "DELETED"
    REJECTED = "REJECTED"
    MOVED_ELSEWHERE = "MOVED_ELSEWHERE"
    FAILOVER_TEST = "FAILOVER_TEST"
    CANCELLED = "CANCELLED"


ROLLBACK_FIXABLE = {Reason.NOT_AVAILABLE, Reason.PEERS_NOT_UP, Reason.ROUTES_MISSING}
"""What going back can mend: the VIF has landed, and does not come good there."""


UNRECOVERABLE = {Reason.DELETED, Reason.REJECTED, Reason.MOVED_ELSEWHERE, Reason.FAILOVER_TEST}
"""What no waiting can bring good."""


class Reading(Model):
    """What one look saw; `problem` says why it did not see all."""

    virtual_interface: VirtualInterface | None = None
    routes: tuple[RouteSet, ...] | None = None
    problem: str | None = None


class VifStatus(Model):
    """A VIF as it was seen, in short, as events and people want it."""

    connection_id: str = Field(description="The connection or LAG that it is on.")
    location: str = Field(default="", description="The Direct Connect location, such as EqFA5.")
    aws_logical_device_id: str = Field(
        default="", description="The AWS device that it ends on; empty where that is not known."
    )
    virtual_interface_state: str = Field(
        description="Its virtualInterfaceState, as DescribeVirtualInterfaces says it."
    )
    bgp_peers: dict[str, str] = Field(
        description="The bgpStatus of each peer, by address family and the customer's address, "
        "such as `ipv4 169.254.1.2`."
    )


class Progress(Model):
    """What later looks need to know of the earlier ones of the same phase."""

    started_at: datetime
    seen_at: datetime
    good_since: datetime | None = None
    routes_missing_since: datetime | None = None
    missing: int = 0
    picture: VifStatus

    def looked_at(self, over: datetime | None) -> "Progress":
        """Count a hold from when the look that began it was over.

        A look is known by when it was asked for; where Lambda has to be asked again it comes later.
        """
        if over is None or self.good_since is None or self.good_since != self.seen_at:
            return self
        return self.model_copy(update={"good_since": max(self.good_since, over)})


class Observation(Model):
    """One look and the verdict on it; where the VIF was not seen, the picture is an earlier one.

    `route_changes` is empty where the routes were not read, too. `obstacles` is what stands in the
    way back, where going back was wanted.
    """

    verdict: Verdict
    reason: Reason
    message: str
    at: datetime
    picture: VifStatus
    is_seen: bool = True
    route_changes: tuple[RouteChange, ...] = ()
    obstacles: tuple[str, ...] = ()
    changed: bool
    pause_seconds: int
    progress: Progress


def status_of(vif: VirtualInterface) -> VifStatus:
    """Put a VIF in short; a peer that a move left `deleting` does not count."""
    return VifStatus(
        connection_id=vif.connection_id,
        location=vif.location,
        aws_logical_device_id=vif.aws_logical_device_id,
        virtual_interface_state=vif.virtual_interface_state,
        bgp_peers={str(peer.key): peer.bgp_status for peer in vif.live_peers},
    )
