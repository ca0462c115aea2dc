"""Observations of a virtual interface that is being moved, and the verdict on them."""

from datetime import datetime
from enum import StrEnum

from pydantic import Field

from vifshift.domain.bgp import BgpStatus
from vifshift.domain.gaps import Gap
from vifshift.domain.guards import GuardResult, GuardStatus
from vifshift.domain.model import Model
from vifshift.domain.network import VirtualInterface
from vifshift.domain.routes import Kind, RouteChange, RouteSet


class Verdict(StrEnum):
    """Whether the virtual interface has converged."""

    SETTLING = "settling"
    SETTLED = "settled"
    FAILED = "failed"

    def in_words(self, reason: "Reason") -> str:
        """Return it as people say it: `converging`, `holding`, `converged`, or `failed`."""
        if self is Verdict.SETTLING:
            return "holding" if reason is Reason.AS_EXPECTED else "converging"
        return "converged" if self is Verdict.SETTLED else str(self)


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
    GUARD_FAILED = "GUARD_FAILED"


ROLLBACK_FIXABLE = {Reason.NOT_AVAILABLE, Reason.PEERS_NOT_UP, Reason.ROUTES_MISSING}
"""The reasons that a rollback can fix: the VIF is on the target, and does not converge there."""

TURNS_BACK = ROLLBACK_FIXABLE | {Reason.GUARD_FAILED}
"""The reasons to roll back: those, and a guard that is bad though the VIF has converged."""

UNRECOVERABLE = {Reason.DELETED, Reason.REJECTED, Reason.MOVED_ELSEWHERE, Reason.FAILOVER_TEST}
"""The reasons that waiting can't resolve."""


class Reading(Model):
    """The raw result of one observation; `problem` is why something could not be read.

    `unread` are the sets of routes that were left out this time, since they are large, or were as
    expected the last time. `guards` are None if they were not read this time.
    """

    virtual_interface: VirtualInterface | None = None
    routes: tuple[RouteSet, ...] | None = None
    unread: tuple[Kind, ...] = ()
    problem: str | None = None
    guards: tuple[GuardStatus, ...] | None = None


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
    `peerless_since` is since when none of the expected peers is up on the destination, `changed_at`
    when its status last changed, `recovered_percent` how many of the expected routes came back at
    most, in percent over all sets, and `recovered_at` when that last rose.
    `asked_at` is when the invocation that observed last was requested, `landed_at` since when the
    VIF is on its destination, and `changes` counts how often its status has changed.
    `pause_seconds` is how long the next observation was to wait, 0 if an earlier release observed.
    `are_routes_known`: the last observation read the routes, and all was as expected. `guards` are
    as they were read last, and `guards_read_at` is when that was tried last.
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
    asked_at: datetime | None = None
    landed_at: datetime | None = None
    peerless_since: datetime | None = None
    changed_at: datetime | None = None
    recovered_percent: float = 0
    recovered_at: datetime | None = None
    changes: int = 0
    pause_seconds: int = 0
    are_routes_known: bool = False
    guards: tuple[GuardStatus, ...] = Field(default=(), exclude_if=lambda guards: not guards)
    guards_read_at: datetime | None = Field(default=None, exclude_if=lambda at: at is None)
    picture: VifStatus

    @property
    def gap(self) -> Gap:
        """Return for how long the VIF has not been listed."""
        return Gap(self.missing, self.missing_since)

    def looked_at(self, over: datetime | None) -> "Progress":
        """Return this with nothing that began before it was observed.

        The observations of an invocation have times from when it was requested on; a Lambda that
        was retried makes each of them later. `over` is when the last one was over.
        """
        begin = self.asked_at or self.seen_at
        if over is None or over <= self.seen_at:
            return self
        late = over - self.seen_at
        found = {name: getattr(self, name) for name in _BEGINNINGS}
        return self.model_copy(
            update={name: at + late for name, at in found.items() if at and at >= begin}
        )


_BEGINNINGS = ("good_since", "routes_missing_since", "changed_at", "recovered_at")


class Observation(Model):
    """One observation and its verdict; if the VIF was not seen, `picture` is the last known status.

    `route_changes` is empty if the routes were not read, too. `uncompared` is what could not be
    compared with before, or by its number only. `obstacles` is what prevents a rollback, if one was
    wanted. `guards_changed` says that a guard is in another state than before.
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
    guards: tuple[GuardResult, ...] = Field(default=(), exclude_if=lambda guards: not guards)
    guards_changed: bool = Field(default=False, exclude_if=lambda changed: not changed)

    def pausing(self, seconds: int) -> "Observation":
        """Return this with a pause before the next one."""
        known = self.progress.model_copy(update={"pause_seconds": seconds})
        return self.model_copy(update={"pause_seconds": seconds, "progress": known})

    def asked_for_at(self, asked_at: datetime) -> "Observation":
        """Return this with when its invocation was requested."""
        known = self.progress.model_copy(update={"asked_at": asked_at})
        return self.model_copy(update={"progress": known})


class EarlierLook(Model):
    """An observation that was followed by another one in the same invocation, as it was no news.

    The VIF had the status that was known before, if it was seen; `over_at` is when it was read.
    """

    at: datetime
    over_at: datetime
    reason: Reason
    message: str
    is_seen: bool

    @classmethod
    def of(cls, observation: Observation, over_at: datetime) -> "EarlierLook":
        """Return what is kept of an observation."""
        return cls(
            at=observation.at,
            over_at=over_at,
            reason=observation.reason,
            message=observation.message,
            is_seen=observation.is_seen,
        )


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
