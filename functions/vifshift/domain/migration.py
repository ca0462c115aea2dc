"""A migration of one VIF from its source to its target, and its outcomes."""

from collections.abc import Collection
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from pydantic import Field

from vifshift.domain.asked_by import AskedBy
from vifshift.domain.bgp import PeerKey
from vifshift.domain.errors import ExecutionError
from vifshift.domain.identifiers import ExecutionName
from vifshift.domain.model import Model
from vifshift.domain.network import VirtualInterface
from vifshift.domain.ports import Connection, Lag, PortCondition
from vifshift.domain.request import Request, RollbackMode, Trigger
from vifshift.domain.routes import RouteSet, kept


class Phase(StrEnum):
    """The phase of a migration; a rollback is a move with the source as its destination."""

    FORWARD = "forward"
    ROLLBACK = "rollback"


class Association(StrEnum):
    """The association's state: not sent, confirmed, or sent without a response."""

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
        """Return the error that the execution fails with, or None if it succeeds."""
        return _ERRORS.get(self)


_ERRORS = {
    Outcome.REJECTED: ExecutionError.REJECTED,
    Outcome.ROLLED_BACK: ExecutionError.ROLLED_BACK,
    Outcome.ROLLBACK_FAILED: ExecutionError.ROLLBACK_FAILED,
    Outcome.NEEDS_ATTENTION: ExecutionError.NEEDS_ATTENTION,
}


class GivenApproval(Model):
    """An approval that was heard: where it came from, and who it says has approved."""

    source: str = Field(description="The source of the event that approved.")
    account: str = Field(description="The account that sent it, as AWS says.")
    source_is_bound: bool = Field(
        description="Whether the bus's policy denies that source to all but the principals in the "
        "setting approvalSources."
    )
    claimed: str = Field(description="Who it says has approved; evidence of nothing.")

    @property
    def in_words(self) -> str:
        """Return where it came from, and who it says they are."""
        kind = "" if self.source_is_bound else "claimed "
        who = f", who says they are {self.claimed}" if self.claimed else ""
        return f"{kind}source {self.source} of account {self.account}{who}"


class Approval(Model):
    """Who approved a migration, with their comment.

    `given` are the approvals that came by event, as they were noted when they came; without any,
    somebody has used the token of the task.
    """

    approved_by: str = Field(
        default="", description="Who says they have approved it; empty if not given."
    )
    comment: str = Field(default="", description="Their comment; may be empty.")
    given: tuple[GivenApproval, ...] = Field(
        default=(),
        description="The approvals that were heard; empty if the task's token was used.",
    )


class Answer(Model):
    """A person's answer to a migration: who, and why; both may be empty."""

    by: str = ""
    comment: str = ""

    def __str__(self) -> str:
        """Return both as one text."""
        return ": ".join(each for each in (self.by or "somebody", self.comment) if each)


class WaitingTask(NamedTuple):
    """A task that waits: what for, its token, and the digest of what is to be approved, if any.

    It takes `of` approvals; `asked` is the bound source that has asked for what is to be approved.
    """

    wait: str
    token: str
    digest: str = ""
    of: int = 1
    asked: str = ""


class Execution(Model):
    """A Step Functions execution, as in its context object.

    `started_at` is None for one that began with an earlier release, and where a watchdog took over;
    `asked_by`, who asked for it, is None there as well.
    """

    arn: str
    name: ExecutionName
    started_at: datetime | None = None
    asked_by: AskedBy | None = None

    @property
    def region(self) -> str:
        """Return the Region that it runs in."""
        return self.arn.split(":")[3]

    @property
    def account(self) -> str:
        """Return the account that it runs in."""
        return self.arn.split(":")[4]


class Ends(NamedTuple):
    """The origin and the destination of a phase, as ids of connections or LAGs."""

    origin: str
    destination: str


class Expectation(Model):
    """What must be true of the VIF, on either port, before it counts as settled.

    `peers` are those that were up in the snapshot; if none was, those that our own record shows up
    before, or else all live ones, of which `is_any_enough`. `routes` is None if they can't be read.
    """

    peers: tuple[PeerKey, ...]
    routes: tuple[RouteSet, ...] | None
    carried_traffic: bool
    is_any_enough: bool = False

    @property
    def up_before(self) -> tuple[PeerKey, ...]:
        """Return the peers that are known to have been up."""
        return () if self.is_any_enough else self.peers


class Migration(Model):
    """The migration of one VIF, which is fixed before anything is touched.

    `plan_id` is the plan that it is a move of, None without a plan. `is_source_available` says
    whether the source may take the VIF back; `source_condition` is what it was like, None for a
    source that is not known, and in a migration that an earlier release has started.
    """

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
    plan_id: str | None = None
    source_condition: PortCondition | None = None

    @property
    def role_arn(self) -> str | None:
        """Return the role in the VIF's account, None for the stack's own account."""
        return self.request.role_arn

    def ends(self, phase: Phase) -> Ends:
        """Return origin and destination of a phase."""
        if phase is Phase.FORWARD:
            return Ends(self.source, self.target)
        return Ends(self.target, self.source)

    @property
    def may_turn_back(self) -> bool:
        """Return whether a rollback is wanted, and would restore traffic."""
        return self.obstacle_to_rollback is None

    @property
    def obstacle_to_rollback(self) -> str | None:
        """Return why no rollback is wanted, or would restore traffic; None if it would."""
        return obstacle_to_rollback(self.request, self.expectation, self.is_source_available)


def expect(
    snapshot: VirtualInterface,
    routes: tuple[RouteSet, ...] | None,
    up_before: Collection[PeerKey] = (),
) -> Expectation:
    """Return what a VIF must converge to: the peers that are up now, or else were up before.

    `up_before` are those that our own record shows. Where nothing is known, any live peer will do:
    one that never was up is not waited for.
    """
    known = known_peers(snapshot, up_before)
    return Expectation(
        peers=expected_peers(snapshot, up_before),
        routes=None if routes is None else kept(routes),
        carried_traffic=snapshot.is_up,
        is_any_enough=not known,
    )


def expected_peers(
    snapshot: VirtualInterface, up_before: Collection[PeerKey] = ()
) -> tuple[PeerKey, ...]:
    """Return the peers that are expected to be up: those known to have been, or else all live."""
    return known_peers(snapshot, up_before) or tuple(peer.key for peer in snapshot.live_peers)


def known_peers(snapshot: VirtualInterface, up_before: Collection[PeerKey]) -> tuple[PeerKey, ...]:
    """Return the live peers that are up, or else those that our own record shows as up before."""
    up = tuple(peer.key for peer in snapshot.live_peers if peer.is_up)
    return up or tuple(peer.key for peer in snapshot.live_peers if peer.key in up_before)


def obstacle_to_rollback(
    request: Request, expectation: Expectation, is_source_available: bool
) -> str | None:
    """Return why no rollback is wanted, or would restore traffic; None if it would."""
    if request.rollback is RollbackMode.NEVER:
        return "its request says rollback: never"
    if not expectation.carried_traffic:
        return "it carried no traffic before the move"
    return None if is_source_available else "its source is not available"


def may_take_back(source: Connection | Lag | None, expectation: Expectation) -> bool:
    """Return whether a source may take its VIF back.

    One whose state is not known may if it carried traffic until the move.
    """
    if source is None or source.is_dead:
        return False
    return source.is_available or expectation.carried_traffic


class Decision(StrEnum):
    """Whether to proceed, to ask people once more, or to end with nothing touched."""

    PROCEED = "proceed"
    ASK_AGAIN = "ask-again"
    REJECTED = Outcome.REJECTED.value
    UNCHANGED = Outcome.UNCHANGED.value
    PLANNED = Outcome.PLANNED.value
