"""A migration: one VIF's way from its source to its target, and how it can end."""

from enum import StrEnum
from typing import NamedTuple

from pydantic import Field

from vifshift.domain.errors import ExecutionError
from vifshift.domain.model import Model
from vifshift.domain.network import PeerKey, VirtualInterface
from vifshift.domain.request import Request, RollbackMode, Trigger
from vifshift.domain.routes import RouteSet


class Phase(StrEnum):
    """Which way the VIF is going: the way back is the same way, with the source as destination."""

    FORWARD = "forward"
    ROLLBACK = "rollback"


class Association(StrEnum):
    """What is known of the association: not sent, sent and confirmed, or sent without an answer."""

    NONE = "none"
    CONFIRMED = "confirmed"
    UNCONFIRMED = "unconfirmed"


class Outcome(StrEnum):
    """How a migration ended."""

    SUCCEEDED = "succeeded"
    UNCHANGED = "unchanged"
    PLANNED = "planned"
    DUPLICATE = "duplicate"
    CANCELLED = "cancelled"
    REJECTED = "rejected"
    ROLLED_BACK = "rolled-back"
    ROLLBACK_FAILED = "rollback-failed"
    NEEDS_ATTENTION = "needs-attention"
    INTERRUPTED = "interrupted"

    @property
    def error(self) -> ExecutionError | None:
        """Return the error that the workflow ends with, or None where it has none of its own."""
        return _ERRORS.get(self)


_ERRORS = {
    Outcome.REJECTED: ExecutionError.REJECTED,
    Outcome.ROLLED_BACK: ExecutionError.ROLLED_BACK,
    Outcome.ROLLBACK_FAILED: ExecutionError.ROLLBACK_FAILED,
    Outcome.NEEDS_ATTENTION: ExecutionError.NEEDS_ATTENTION,
}


class Approval(Model):
    """Who has approved a migration, and what they said."""

    approved_by: str = Field(default="", description="Who has approved; empty: nobody said.")
    comment: str = Field(default="", description="What they have said; may be empty.")


class Answer(Model):
    """What a person has said to a migration: who, and why; both may be empty."""

    by: str = ""
    comment: str = ""

    def __str__(self) -> str:
        """Return both as one text."""
        return ": ".join(each for each in (self.by or "somebody", self.comment) if each)


class Execution(Model):
    """The facts of a Step Functions execution that its context object tells."""

    arn: str
    name: str

    @property
    def region(self) -> str:
        """Return the Region that it runs in."""
        return self.arn.split(":")[3]

    @property
    def account(self) -> str:
        """Return the account that it runs in."""
        return self.arn.split(":")[4]


class Ends(NamedTuple):
    """Where a phase starts and where it leads, as ids of connections or LAGs."""

    origin: str
    destination: str


class Expectation(Model):
    """What must be true of the VIF, on either end, before it counts as settled.

    `peers` are those that were up in the snapshot, or every live one where none was; `routes` is
    None where they can't be read.
    """

    peers: tuple[PeerKey, ...]
    routes: tuple[RouteSet, ...] | None
    carried_traffic: bool


class Migration(Model):
    """One VIF's way, fixed before anything is touched."""

    migration_id: str
    request_id: str
    trigger: Trigger
    region: str
    request: Request
    source: str
    target: str
    redundancy_group: str
    snapshot: VirtualInterface
    expectation: Expectation
    is_source_available: bool
    caller_account: str = ""

    @property
    def role_arn(self) -> str | None:
        """Return the role that the VIF's account is reached with, None for the stack's own."""
        return self.request.role_arn

    def ends(self, phase: Phase) -> Ends:
        """Return origin and destination of a phase."""
        if phase is Phase.FORWARD:
            return Ends(self.source, self.target)
        return Ends(self.target, self.source)

    @property
    def may_turn_back(self) -> bool:
        """Say whether going back is wanted, and would bring back anything."""
        return (
            self.request.rollback is RollbackMode.AUTO
            and self.expectation.carried_traffic
            and self.is_source_available
        )


def expect(snapshot: VirtualInterface, routes: tuple[RouteSet, ...] | None) -> Expectation:
    """Say what a VIF must come back to: the peers that are up now, else every live one."""
    up = tuple(peer.key for peer in snapshot.live_peers if peer.is_up)
    return Expectation(
        peers=up or tuple(peer.key for peer in snapshot.live_peers),
        routes=routes,
        carried_traffic=bool(up),
    )


class Decision(StrEnum):
    """What is to be done: go on, or end as one of the outcomes that touch nothing."""

    PROCEED = "proceed"
    REJECTED = Outcome.REJECTED.value
    UNCHANGED = Outcome.UNCHANGED.value
    PLANNED = Outcome.PLANNED.value
