"""The request of a migration, and how to read it."""

from datetime import timedelta
from enum import StrEnum
from math import ceil
from typing import Annotated, Any, Self

from pydantic import Field, model_validator

from vifshift.domain.access_policy import RegionName, RoleArn
from vifshift.domain.guards import GUARD_SECONDS, Guards, MoveGuard
from vifshift.domain.model import Model
from vifshift.domain.network import ConnectionId, VirtualInterfaceId
from vifshift.domain.values import Time

LONGEST_REQUEST_ID = 128
REQUEST_ID_CHARACTERS = "A-Za-z0-9._:/#@+=-"
RequestId = Annotated[
    str,
    Field(min_length=1, max_length=LONGEST_REQUEST_ID, pattern=rf"^[{REQUEST_ID_CHARACTERS}]+$"),
]

MOST_APPROVALS = 5
BLIND_GRACE = timedelta(minutes=2)
MOST_READINGS = 720
SHORTEST_TIMEOUT = 60
LONGEST_HOLD = 1800
GIVE_UP = 300
"""Seconds without any earlier BGP peer up after which a phase counts as failed, by default."""
LONGEST_LOCK_WAIT = timedelta(days=1)
LOCK_WAIT = timedelta(minutes=15)
"""How long to wait for a busy gateway if neither the request nor its window sets a limit."""

Person = Annotated[str, Field(max_length=256)]
Reason = Annotated[str, Field(max_length=1024)]
LockWait = Annotated[int, Field(ge=0, le=int(LONGEST_LOCK_WAIT.total_seconds()))]
Codes = Annotated[
    tuple[Annotated[str, Field(pattern=r"^[A-Z0-9_]{1,64}$")], ...], Field(max_length=50)
]


class Trigger(StrEnum):
    """What started the migration."""

    EVENT = "event"
    SCHEDULE = "schedule"
    EXECUTION = "execution"
    PLAN = "plan"


class RollbackMode(StrEnum):
    """Whether to roll back automatically if the move does not converge."""

    AUTO = "auto"
    NEVER = "never"


def giving_up_in_time(data: Any) -> Any:
    """Return the data of a model with a `giveUpSeconds` that its shorter timeout allows.

    One that is given stays; an earlier release has stored none.
    """
    if not isinstance(data, dict) or {"giveUpSeconds", "give_up_seconds"} & data.keys():
        return data
    timeout = data.get("timeoutSeconds", data.get("timeout_seconds"))
    is_short = isinstance(timeout, int) and SHORTEST_TIMEOUT <= timeout < GIVE_UP
    return {**data, "giveUpSeconds": timeout} if is_short else data


class Convergence(Model):
    """How long to wait for the virtual interface, and how often to observe it.

    An execution's history may have 25,000 events (AWS: Step Functions service quotas). An
    invocation that observes takes 9 of them, 14 if something changed, so 720 in the move and as
    many in the rollback stay below the limit.
    """

    timeout_seconds: int = Field(
        default=600,
        ge=SHORTEST_TIMEOUT,
        le=3600,
        description="How many seconds it may take to converge, in the move and in a rollback.",
    )
    give_up_seconds: int = Field(
        default=GIVE_UP,
        ge=SHORTEST_TIMEOUT,
        le=3600,
        description="After how many seconds without any of the earlier BGP peers up it counts as "
        "failed, at most timeoutSeconds, which is the default if it is less than 300.",
    )
    hold_seconds: int = Field(
        default=120, ge=0, le=LONGEST_HOLD, description="How many seconds it must stay converged."
    )
    poll_seconds: int = Field(
        default=10, ge=5, le=300, description="How many seconds may be between two observations."
    )
    guard_seconds: int = Field(
        default=GUARD_SECONDS,
        ge=SHORTEST_TIMEOUT,
        le=LONGEST_HOLD,
        description="For how many seconds it may be held at most until each guard was evaluated "
        "in full; without guards it means nothing.",
        exclude_if=lambda seconds: seconds == GUARD_SECONDS,
    )

    @model_validator(mode="before")
    @classmethod
    def gives_up_in_a_short_time(cls, data: Any) -> Any:
        """Give up after the timeout by default, if that is shorter."""
        return giving_up_in_time(data)

    @model_validator(mode="after")
    def gives_up_by_its_deadline(self) -> Self:
        """Refuse to give up after the deadline, which is the outer bound."""
        if self.give_up_seconds > self.timeout_seconds:
            raise ValueError("giveUpSeconds must not exceed timeoutSeconds")
        return self

    @model_validator(mode="after")
    def looks_fit_in_a_history(self) -> Self:
        """Refuse a combination whose observations would not fit in one execution's history."""
        if (self.timeout_seconds + self.hold_seconds) / self.poll_seconds > MOST_READINGS:
            raise ValueError(
                "pollSeconds is too small: (timeoutSeconds + holdSeconds) / pollSeconds must be "
                f"{MOST_READINGS} or less"
            )
        return self

    @property
    def guarded(self) -> "Convergence":
        """Return it with a hold that is as long as guards may need."""
        return self.held_for(timedelta(seconds=self.guard_seconds))

    def held_for(self, hold: timedelta) -> "Convergence":
        """Return it with a hold of at least this length."""
        seconds = ceil(hold.total_seconds())
        if seconds <= self.hold_seconds:
            return self
        return self.model_copy(update={"hold_seconds": seconds})

    @property
    def longest_way(self) -> timedelta:
        """Return how long one phase can take: unreadable at its deadline, then good, then held.

        The grace counts twice, since a hold that began in it may be observed a little late.
        """
        return timedelta(seconds=self.timeout_seconds + self.hold_seconds) + 2 * BLIND_GRACE


class RouteCheck(Model):
    """How many of the earlier routes must be present again, in percent of each set."""

    min_recovered_percent: int = Field(
        default=95,
        ge=0,
        le=100,
        description="The percentage of the earlier routes that must be present again, by address "
        "family and direction.",
    )


class Window(Model):
    """When the move may happen."""

    opens_at: Time = Field(description="ISO 8601 with a time zone; at most 30 days ahead.")
    closes_at: Time = Field(
        description="ISO 8601 with a time zone; late enough for a move and a rollback."
    )

    @model_validator(mode="after")
    def closes_after_it_opens(self) -> Self:
        """Refuse a window that is never open."""
        if self.closes_at <= self.opens_at:
            raise ValueError("closesAt must be later than opensAt")
        return self


class ApprovalPolicy(Model):
    """Whether a person must approve first, and how long to wait for an answer."""

    required: bool = Field(default=False, description="Whether a person must approve it first.")
    timeout_minutes: int = Field(
        default=60, ge=1, le=10080, description="How many minutes to wait for an answer."
    )
    of: int = Field(
        default=1,
        ge=1,
        le=MOST_APPROVALS,
        description="How many approvals it takes; more than one only from as many sources that the "
        "setting approvalSources binds to principals.",
    )

    @model_validator(mode="after")
    def is_required_of_several(self) -> Self:
        """Refuse a number of approvals where none is required."""
        if self.of > 1 and not self.required:
            raise ValueError("of needs required: true")
        return self


class AssociationRequest(Model):
    """Which VIF to move where."""

    virtual_interface_id: VirtualInterfaceId = Field(description="The virtual interface to move.")
    connection_id: ConnectionId = Field(description="The connection or LAG to move it to.")


class RequestOptions(Model):
    """The options of a request: who requests it, when it may move, and how it is verified."""

    request_id: RequestId | None = Field(
        default=None,
        description="A request with an id that was used before is a duplicate; by default the "
        "event's id.",
    )
    requested_by: Person = Field(default="", description="Who requests it, for the record.")
    reason: Reason = Field(default="", description="Why, for the record.")
    dry_run: bool = Field(default=False, description="Whether to validate only.")
    window: Window | None = Field(default=None, description="When it may move; null means at once.")
    lock_wait_seconds: LockWait | None = Field(
        default=None,
        description="How many seconds to wait while another virtual interface of the same gateway "
        "moves; null means until the window closes, or 900 without a window.",
    )
    approval: ApprovalPolicy = ApprovalPolicy()
    convergence: Convergence = Convergence()
    routes: RouteCheck = RouteCheck()
    rollback: RollbackMode = RollbackMode.AUTO
    acknowledge: Codes = Field(default=(), description="Codes of overridable findings to accept.")
    guards: Guards | None = Field(
        default=None,
        description="What must be good before the move, and again after it; null means those of "
        "the setting `checks.guards`, and an empty list none.",
        exclude_if=lambda guards: guards is None,
    )
    role_arn: RoleArn | None = Field(
        default=None,
        description="The role in another account that owns the virtual interface, from the "
        "setting `roles`; null means the stack's own account.",
    )
    region: RegionName | None = Field(
        default=None,
        description="The Region of the virtual interface, from the setting `regions`; null means "
        "the stack's own.",
    )

    @property
    def guarded_by(self) -> tuple[MoveGuard, ...]:
        """Return its guards."""
        return self.guards or ()

    @property
    def slowest(self) -> Convergence:
        """Return how it is verified at the slowest: with the longest hold that guards may need."""
        return self.convergence.guarded if self.guards else self.convergence

    @property
    def longest_way(self) -> timedelta:
        """Return how long one phase can take."""
        return self.slowest.longest_way


class Request(RequestOptions, AssociationRequest):
    """A request to move a VIF; its two ids are the parameters of AssociateVirtualInterface."""
