"""The request of a migration, and how to read it."""

import json
from collections.abc import Callable
from datetime import timedelta
from enum import StrEnum
from typing import Annotated, Generic, Self, TypeVar

from pydantic import AwareDatetime, Field, JsonValue, ValidationError, model_validator
from pydantic_core import ErrorDetails

from vifshift.domain.access_policy import RegionName, RoleArn
from vifshift.domain.model import Model
from vifshift.domain.network import ConnectionId, VirtualInterfaceId

RequestId = Annotated[str, Field(min_length=1, max_length=128, pattern=r"^[A-Za-z0-9._:/#@+=-]+$")]

BLIND_GRACE = timedelta(minutes=2)
LONGEST_REQUEST = 100_000
MOST_READINGS = 720
MOST_FAULTS = 20
LONGEST_NAME = 60
MOST_WINDOW_MINUTES = 1440
MOST_SIBLINGS = 30
"""How many VIFs of a gateway a plan names: what a Direct Connect gateway has by default."""
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


class Convergence(Model):
    """How long to wait for the virtual interface, and how often to observe it.

    An execution's history may have 25,000 events (AWS: Step Functions service quotas). An
    observation takes 9 of them, 14 if something changed, so 720 in the move and as many in the
    rollback stay below the limit.
    """

    timeout_seconds: int = Field(
        default=600,
        ge=60,
        le=3600,
        description="How many seconds it may take to converge, in the move and in a rollback.",
    )
    hold_seconds: int = Field(
        default=120, ge=0, le=1800, description="How many seconds it must stay converged."
    )
    poll_seconds: int = Field(
        default=10, ge=5, le=300, description="How many seconds are between two observations."
    )

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

    opens_at: AwareDatetime = Field(description="ISO 8601 with a time zone; at most 30 days ahead.")
    closes_at: AwareDatetime = Field(
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


class Request(RequestOptions, AssociationRequest):
    """A request to move a VIF; its two ids are the parameters of AssociateVirtualInterface."""


class Scheduled(Model):
    """One run of a schedule: when it was due, and how long its window stays open from then."""

    at: AwareDatetime
    duration_minutes: int = Field(ge=1, le=MOST_WINDOW_MINUTES)

    @model_validator(mode="after")
    def ends_before_time_does(self) -> Self:
        """Refuse a time so late that no calendar has the end of its window."""
        try:
            self.at + timedelta(minutes=self.duration_minutes)
        except OverflowError:
            raise ValueError("at is too late") from None
        return self

    @property
    def window(self) -> Window:
        """Return the window that opened when the schedule was due."""
        return Window(
            opens_at=self.at, closes_at=self.at + timedelta(minutes=self.duration_minutes)
        )


Asking = TypeVar("Asking", bound=RequestOptions)


class Envelope(Model, Generic[Asking]):
    """A request in the envelope it came in; that of a schedule has the window of its run."""

    request: Asking
    request_id: RequestId | None = None
    trigger: Trigger = Trigger.EXECUTION
    scheduled: Scheduled | None = None

    @model_validator(mode="after")
    def has_one_window(self) -> Self:
        """Refuse a request with a window of its own beside that of its schedule."""
        if self.scheduled and self.request.window:
            raise ValueError("window and scheduled can't be used together")
        return self

    def in_its_window(self) -> Self:
        """Return this with the window of its schedule, if it has one, as the request's own."""
        if self.scheduled is None:
            return self
        request = self.request.model_copy(update={"window": self.scheduled.window})
        return self.model_copy(update={"request": request, "scheduled": None})


class PlanContext(Model):
    """The plan that a migration is part of, and the VIF's siblings as the plan read them."""

    plan_id: str = Field(min_length=1, max_length=80)
    number: int = Field(ge=1)
    siblings: tuple[VirtualInterfaceId, ...] | None = Field(default=None, max_length=MOST_SIBLINGS)


class RequestEnvelope(Envelope[Request]):
    """A request in its envelope, with its plan if a plan sent it."""

    plan: PlanContext | None = None

    @property
    def siblings(self) -> tuple[VirtualInterfaceId, ...] | None:
        """Return the siblings that a plan has read, None without a plan."""
        return self.plan.siblings if self.plan else None


class MalformedRequestError(ValueError):
    """A request that can't be read; `faults` lists everything that is wrong with it."""

    def __init__(self, faults: tuple[str, ...]) -> None:
        """Keep the faults; the message lists them all."""
        super().__init__("; ".join(faults))
        self.faults = faults


def parse_request(raw: JsonValue) -> RequestEnvelope:
    """Return the request that an execution's input holds, bare or in its envelope.

    Raises `MalformedRequestError` with every fault. A fault names fields, never their values, which
    may be secrets that were put into a wrong field.
    """
    return parse(RequestEnvelope, in_envelope(raw)).in_its_window()


def in_envelope(raw: JsonValue) -> JsonValue:
    """Return a raw request in its envelope, whether or not it came in one."""
    return raw if isinstance(raw, dict) and "request" in raw else {"request": raw}


def in_words(error: ErrorDetails) -> str:
    """Return what is wrong with a field, without its value."""
    match error["type"]:
        case "extra_forbidden":
            return "unknown field"
        case "missing":
            return "is missing"
        case "value_error":
            return str(error["ctx"]["error"])
        case _:
            return f"{error['msg'][:1].lower()}{error['msg'][1:]}"


Wording = Callable[[ErrorDetails], str]
Parsed = TypeVar("Parsed", bound=Model)


def parse(model: type[Parsed], raw: JsonValue, wording: Wording = in_words) -> Parsed:
    """Validate JSON strictly; raises `MalformedRequestError` with every fault."""
    try:
        return model.model_validate_json(json.dumps(raw), strict=True, by_alias=True, by_name=False)
    except ValidationError as error:
        faults = [f"{_where(fault)}: {wording(fault)}" for fault in error.errors()]
    unsaid = len(faults) - MOST_FAULTS
    said = (*faults[:MOST_FAULTS], *((f"and {unsaid} more",) if unsaid > 0 else ()))
    raise MalformedRequestError(said)


def _where(error: ErrorDetails) -> str:
    path = error["loc"][1:] if error["loc"][:1] == ("request",) else error["loc"]
    return ".".join(_name(part) for part in path) or "the request"


def _name(part: object) -> str:
    text = "".join(letter if letter.isprintable() else "?" for letter in str(part))
    return text if len(text) <= LONGEST_NAME else f"{text[:LONGEST_NAME]}…"
