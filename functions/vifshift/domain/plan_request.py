"""The request of a plan, and how to read it."""

import re
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated, Self

from pydantic import AfterValidator, Field, JsonValue, StringConstraints, model_validator
from pydantic_core import ErrorDetails

from vifshift.domain.json_text import BadJsonError, items
from vifshift.domain.model import Model
from vifshift.domain.network import ConnectionId, VirtualInterfaceId
from vifshift.domain.request import (
    AssociationRequest,
    Codes,
    Convergence,
    LockWait,
    Person,
    Reason,
    Request,
    RequestOptions,
    RollbackMode,
    RouteCheck,
    Window,
)
from vifshift.domain.request_envelope import (
    MOST_FAULTS,
    Envelope,
    MalformedRequestError,
    in_envelope,
    in_words,
    parse,
    parsed_at,
)

MOST_MOVES = 5_000
"""The most moves of a plan: a hundred full ports, which one function invocation can judge."""
MOST_AT_ONCE = 50
"""The most moves in progress: each polls Direct Connect, whose rate limits are not published."""
LONGEST_LIST = 8_000_000
"""The most characters of a list of moves: 5,000 moves, each with the longest reason."""
LONGEST_MOVE = 20_000
"""The most characters of a move in a list: all its fields at their longest, written as escapes."""
LONGEST_PLAN = 200_000
"""The most bytes of a plan in a payload, which has 256 KiB and holds other values as well."""

# Where lists had to be before they had a prefix of their own, they are still read.
_LIST_OF_MOVES = re.compile(
    r"s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]/(?:lists|plans)/[A-Za-z0-9!_.*'()/=+@-]+\.json"
)


def _moves_uri(text: str) -> str:
    if _LIST_OF_MOVES.fullmatch(text) is None:
        raise ValueError("must be s3://, a bucket, /lists/, and a name that ends with .json")
    return text


# What is accepted has become wider, so its pattern is not in the schema: see `ExecutionName`.
MovesUri = Annotated[str, StringConstraints(max_length=1024), AfterValidator(_moves_uri)]
# What a tag may be (AWS: API reference of Direct Connect, Tag).
TagKey = Annotated[str, StringConstraints(min_length=1, max_length=128)]
TagValue = Annotated[str, StringConstraints(max_length=256)]


class Order(StrEnum):
    """Which move goes first: the first listed, or that of the VIF with the most redundancy."""

    AS_GIVEN = "as-given"
    LEAST_CRITICAL_FIRST = "least-critical-first"


class VirtualInterfaceType(StrEnum):
    """`virtualInterfaceType`, as the API reference lists it."""

    PRIVATE = "private"
    PUBLIC = "public"
    TRANSIT = "transit"


class RequestedMove(AssociationRequest):
    """A move of a plan; it inherits each setting, as a whole, that it leaves out."""

    requested_by: Person | None = Field(default=None, description="Who requests this move.")
    reason: Reason | None = Field(default=None, description="Why this move.")
    lock_wait_seconds: LockWait | None = Field(
        default=None, description="How many seconds this move waits for a busy gateway."
    )
    convergence: Convergence | None = Field(
        default=None, description="How this move is observed, as a whole."
    )
    routes: RouteCheck | None = Field(
        default=None, description="Which routes must be present after this move, as a whole."
    )
    rollback: RollbackMode | None = Field(
        default=None, description="Whether this move is rolled back automatically."
    )
    acknowledge: Codes | None = Field(
        default=None, description="Codes of overridable findings of this move to accept."
    )

    @property
    def own(self) -> dict[str, object]:
        """Return its own settings, by the names of a request's fields."""
        given = {name: getattr(self, name) for name in type(self).model_fields}
        return {name: value for name, value in given.items() if value is not None}


Moves = Annotated[tuple[RequestedMove, ...], Field(max_length=MOST_MOVES)]


class Evacuation(Model):
    """Moves the VIFs of a port to another one: those with all the tags, and of the types."""

    source: ConnectionId = Field(alias="from", description="The connection or LAG to empty.")
    target: ConnectionId = Field(alias="to", description="The connection or LAG to move all to.")
    tags: dict[TagKey, TagValue] = Field(
        default_factory=dict,
        max_length=50,
        description="Moves only virtual interfaces with all these tags.",
    )
    types: tuple[VirtualInterfaceType, ...] | None = Field(
        default=None,
        max_length=3,
        description="Moves only virtual interfaces of these types; null means all.",
    )
    exclude: tuple[VirtualInterfaceId, ...] = Field(
        default=(),
        max_length=MOST_MOVES,
        description="The virtual interfaces that stay where they are.",
    )

    @model_validator(mode="after")
    def moves_something_elsewhere(self) -> Self:
        """Refuse to empty a port into itself, and an empty list of types."""
        if self.source == self.target:
            raise ValueError("from and to are the same")
        if self.types == ():
            raise ValueError("types is empty: leave it out to move all types")
        return self


class Return(Model):
    """When the moves of a plan are undone, by a plan of its own."""

    after_hours: int = Field(
        ge=1, le=168, description="How many hours after its last move the plan back may start."
    )
    within_hours: int = Field(
        default=8,
        ge=1,
        le=72,
        description="For how many hours from then the plan back may start moves.",
    )

    def window_after(self, ended_at: datetime) -> Window:
        """Return the window of the plan back, of a plan that ended at a time."""
        opens_at = ended_at + timedelta(hours=self.after_hours)
        return Window(opens_at=opens_at, closes_at=opens_at + timedelta(hours=self.within_hours))


class PlanOptions(RequestOptions):
    """The options of a plan; those of a request hold for all of its moves."""

    evacuate: Evacuation | None = Field(
        default=None,
        description="The port to empty; the plan has a move for each virtual interface on it.",
    )
    moves_uri: MovesUri | None = Field(
        default=None,
        description="Where the moves are stored, as a JSON list: `s3://`, the stack's evidence "
        "bucket, then `/lists/` and a name.",
    )
    max_concurrency: int = Field(
        default=1,
        ge=1,
        le=MOST_AT_ONCE,
        description="How many moves may be in progress at once; never more than one per gateway.",
    )
    stop_after_failures: int = Field(
        default=1,
        ge=1,
        le=MOST_MOVES,
        description="After how many failed moves no other move is started.",
    )
    order: Order = Field(
        default=Order.AS_GIVEN,
        description="Which move goes first: the first listed, or that of the virtual interface "
        "with the most redundancy.",
    )
    return_: Return | None = Field(
        default=None,
        alias="return",
        description="When what has moved is moved back, by a plan of its own; null means never.",
    )


class PlanRequest(PlanOptions):
    """A request to run a plan.

    Its moves are listed in it, made from an evacuation, or stored as a JSON list in the stack's
    bucket.
    """

    moves: Moves | None = Field(
        default=None, description="The moves; each inherits the plan's settings it leaves out."
    )

    @model_validator(mode="after")
    def says_once_what_is_to_move(self) -> Self:
        """Refuse a plan without moves, and one that gives them in two ways."""
        if [self.moves, self.evacuate, self.moves_uri].count(None) != len(WAYS) - 1:
            raise ValueError(f"exactly one of {', '.join(WAYS)} is required")
        return self

    @property
    def terms(self) -> PlanOptions:
        """Return the plan's options without its moves, tags and exclusions, which may be long."""
        given = {name: getattr(self, name) for name in PlanOptions.model_fields}
        chosen: dict[str, object] = {"exclude": (), "tags": {}}
        evacuation = self.evacuate and self.evacuate.model_copy(update=chosen)
        return PlanOptions.model_construct(**{**given, "evacuate": evacuation})

    def complete(self, move: RequestedMove) -> Request:
        """Return a move as a request, with what it inherits; only the plan needs an approval."""
        inherited = {name: getattr(self, name) for name in INHERITED}
        return Request.model_validate({**inherited, **move.own})


WAYS = ("moves", "evacuate", "movesUri")
INHERITED = tuple(
    name for name in RequestOptions.model_fields if name not in {"request_id", "approval"}
)
PLANS_ALONE = {
    "requestId",
    "window",
    "approval",
    "dryRun",
    "guards",
    "roleArn",
    "region",
    "return",
}


class PlanRequestEnvelope(Envelope[PlanRequest]):
    """A plan's request in the envelope it came in."""


def parse_plan(raw: JsonValue) -> PlanRequestEnvelope:
    """Return the plan that an execution's input holds, bare or in its envelope.

    Raises `MalformedRequestError` with every fault, of the plan and of its moves.
    """
    return parse(PlanRequestEnvelope, in_envelope(raw), _wording).in_its_window()


def with_moves(asked: PlanRequestEnvelope, text: str) -> PlanRequestEnvelope:
    """Return a plan with the moves in `text`, a JSON list that was stored at its `movesUri`.

    Raises `MalformedRequestError` with the faults of the moves. Whoever may store a list may store
    any text: each move is parsed and judged before the next one, and none after too many faults.
    """
    moves: list[RequestedMove] = []
    faults: list[str] = []
    try:
        for index, raw in enumerate(items(text, LONGEST_MOVE)):
            if index >= MOST_MOVES:
                faults.append(f"moves: has more than {MOST_MOVES} moves")
                break
            try:
                moves.append(parsed_at(("moves", index), RequestedMove, raw, _wording))
            except MalformedRequestError as error:
                faults += error.faults
            if len(faults) > MOST_FAULTS:
                faults = [*faults[:MOST_FAULTS], "and more"]
                break
    except BadJsonError as error:
        faults.append(f"movesUri: {error}")
    if faults:
        raise MalformedRequestError(tuple(faults))
    request = asked.request.model_copy(update={"moves": tuple(moves), "moves_uri": None})
    return asked.model_copy(update={"request": request})


def _wording(error: ErrorDetails) -> str:
    """Return what is wrong, and with which move: list indexes begin at 0, moves at 1."""
    path = error["loc"][1:] if error["loc"][:1] == ("request",) else error["loc"]
    match path:
        case ("moves", int(index), name, *_):
            is_misplaced = error["type"] == "extra_forbidden" and name in PLANS_ALONE
            fault = "is allowed only for the plan" if is_misplaced else in_words(error)
            return f"{fault} (move {index + 1})"
        case ("moves", int(index)):
            return f"{in_words(error)} (move {index + 1})"
        case _:
            return in_words(error)
