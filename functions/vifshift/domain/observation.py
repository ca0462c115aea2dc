"""Observations of a virtual interface that is being moved, and the verdict on them."""

from datetime import datetime
from enum import StrEnum

from pydantic import Field

from vifshift.domain.gaps import Gap
from vifshift.domain.model import Model
from vifshift.domain.network import BgpStatus, VirtualInterface
from vifshift.domain.routes import Kind, RouteChange, RouteSet


class Verdict(StrEnum):
    """Whether the virtual interface has converged."""

    SETTLING = "settling"
    SETTLED = "settled"
    FAILED = "failed"


class Reason(StrEnum):
    """Why an observation has its verdict."""

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
"""The reasons that a rollback can fix: the VIF is on the target, and does not converge there."""

UNRECOVERABLE = {Reason.DELETED, Reason.REJECTED, Reason.MOVED_ELSEWHERE, Reason.FAILOVER_TEST}
"""The reasons that waiting can't resolve."""


class Reading(Model):
    """The raw result of one observation; `problem` is why something could not be read.

    `unread` are the sets of routes that were left out this time, since they are large.
    """

    virtual_interface: VirtualInterface | None = None
    routes: tuple[RouteSet, ...] | None = None
    unread: tuple[Kind, ...] = ()
    problem: str | None = None


class VifStatus(Model):
    """The status of a VIF as it was read, for events and people."""

    connection_id: str = Field(description="The connection or LAG that it is on.")
    location: str = Field(default="", description="The Direct Connect location, such as EqFA5.")
    aws_logical_device_id: str = Field(
        default="", description="The AWS device that it terminates on; empty if not known."
    )
    virtual_interface_state: str = Field(
        description="Its virtualInterfaceState, as in DescribeVirtualInterfaces."
    )
    bgp_peers: dict[str, str] = Field(
        description="The bgpStatus of each peer, by address family and customer address, such as "
        "`ipv4 169.254.1.2`."
    )

    @property
    def down(self) -> tuple[str, ...]:
        """Return a sentence that names the peers that are not up, if there are any."""
        names = [name for name, status in self.bgp_peers.items() if status != BgpStatus.UP]
        return (f"BGP is not up: {', '.join(names)}",) if names else ()


class Progress(Model):
    """The result of a phase's earlier observations, for the next one.

    `good_since` and `routes_missing_since` are None if that is not so now; `all_read_at` is when
    all sets of routes were last read, also those of thousands, and `missing_of_large` what then was
    missing of those; `missing` counts the
    readings in a row in which the VIF was not listed, and `missing_since` is the first of them.
    `is_unheeded_told` says whether it was announced that a cancellation has no effect.
    """

    started_at: datetime
    seen_at: datetime
    good_since: datetime | None = None
    routes_missing_since: datetime | None = None
    all_read_at: datetime | None = None
    missing_of_large: str | None = None
    missing: int = 0
    missing_since: datetime | None = None
    is_unheeded_told: bool = False
    picture: VifStatus

    @property
    def gap(self) -> Gap:
        """Return for how long the VIF has not been listed."""
        return Gap(self.missing, self.missing_since)

    def looked_at(self, over: datetime | None) -> "Progress":
        """Return this with a hold that begins when its first observation was over.

        An observation has the time at which it was requested; a retried Lambda makes it later.
        """
        if over is None or self.good_since is None or self.good_since != self.seen_at:
            return self
        return self.model_copy(update={"good_since": max(self.good_since, over)})


class Observation(Model):
    """One observation and its verdict; if the VIF was not seen, `picture` is the last known status.

    `route_changes` is empty if the routes were not read, too. `uncompared` is what could not be
    compared with before, or by its number only. `obstacles` is what prevents a rollback, if one was
    wanted.
    """

    verdict: Verdict
    reason: Reason
    message: str
    at: datetime
    picture: VifStatus
    is_seen: bool = True
    route_changes: tuple[RouteChange, ...] = ()
    uncompared: tuple[str, ...] = ()
    obstacles: tuple[str, ...] = ()
    changed: bool
    pause_seconds: int
    progress: Progress


def status_of(vif: VirtualInterface) -> VifStatus:
    """Return the status of a VIF, without peers that are being deleted."""
    return VifStatus(
        connection_id=vif.connection_id,
        location=vif.location,
        aws_logical_device_id=vif.aws_logical_device_id,
        virtual_interface_state=vif.virtual_interface_state,
        bgp_peers={str(peer.key): peer.bgp_status for peer in vif.live_peers},
    )


SHORTEST_PAUSE = 5
