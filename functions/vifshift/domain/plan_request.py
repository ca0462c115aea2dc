"""What is asked for as a plan, and how a raw request becomes one."""

from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, JsonValue, StringConstraints, model_validator
from pydantic_core import ErrorDetails

from vifshift.domain.model import Model
from vifshift.domain.network import ConnectionId, VirtualInterfaceId
from vifshift.domain.request import (
    Codes,
    Convergence,
    Envelope,
    LockWait,
    Person,
    Reason,
    Request,
    RollbackMode,
    RouteCheck,
    Terms,
    Wanted,
    in_envelope,
    in_words,
    parse,
)

MOST_MOVES = 5_000
"""How many moves a plan has at most: a hundred full ports, which one Lambda reads and judges."""
MOST_AT_ONCE = 50
"""How many moves are on their way at most: each polls Direct Connect, which tells no limit."""
LONGEST_LIST = 8_000_000
"""How many characters of moves are read: 5,000 of them, each with a reason at its longest."""
LONGEST_PLAN = 200_000
"""How many bytes of a plan are handed on: a payload has 256 KiB, and some is ours."""

MovesUri = Annotated[
    str,
    StringConstraints(
        max_length=1024,
        pattern=r"^s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]/plans/[A-Za-z0-9!_.*'()/=+@-]+\.json$",
    ),
]
# What a tag may be (AWS: API reference of Direct Connect, Tag).
TagKey = Annotated[str, StringConstraints(min_length=1, max_length=128)]
TagValue = Annotated[str, StringConstraints(max_length=256)]


class Order(StrEnum):
    """Which move goes first: the first given, or that of the VIF with the most redundancy."""

    AS_GIVEN = "as-given"
    LEAST_CRITICAL_FIRST = "least-critical-first"


class VirtualInterfaceType(StrEnum):
    """`virtualInterfaceType`, as the API reference lists it."""

    PRIVATE = "private"
    PUBLIC = "public"
    TRANSIT = "transit"


class AskedMove(Wanted):
    """A move of a plan; what it leaves out it inherits, each setting as a whole."""

    requested_by: Person | None = Field(default=None, description="Who asks for this move.")
    reason: Reason | None = Field(default=None, description="Why this move.")
    lock_wait_seconds: LockWait | None = Field(
        default=None, description="How many seconds this move waits for a busy gateway."
    )
    convergence: Convergence | None = Field(
        default=None, description="How this move is watched, as a whole."
    )
    routes: RouteCheck | None = Field(
        default=None, description="Which routes must be back after this move, as a whole."
    )
    rollback: RollbackMode | None = Field(
        default=None, description="Whether this move goes back by itself."
    )
    acknowledge: Codes | None = Field(
        default=None, description="Codes of findings of this move to let through."
    )

    @property
    def own(self) -> dict[str, object]:
        """Return what it brings itself, by the names of a request's fields."""
        given = {name: getattr(self, name) for name in type(self).model_fields}
        return {name: value for name, value in given.items() if value is not None}


Moves = Annotated[tuple[AskedMove, ...], Field(max_length=MOST_MOVES)]


class Evacuation(Model):
    """Every VIF of a port to another one: those with all the tags, and of one of the types."""

    source: ConnectionId = Field(alias="from", description="The connection or LAG to empty.")
    target: ConnectionId = Field(alias="to", description="The connection or LAG to move all to.")
    tags: dict[TagKey, TagValue] = Field(
        default_factory=dict, max_length=50, description="Only those that have all these tags."
    )
    types: tuple[VirtualInterfaceType, ...] | None = Field(
        default=None, max_length=3, description="Only those of these types; null is all."
    )
    exclude: tuple[VirtualInterfaceId, ...] = Field(
        default=(), max_length=MOST_MOVES, description="Those that stay where they are."
    )

    @model_validator(mode="after")
    def moves_something_elsewhere(self) -> Self:
        """Refuse to empty a port into itself, and to move none of the types."""
        if self.source == self.target:
            raise ValueError("from and to are the same")
        if self.types == ():
            raise ValueError("types is empty: without it, all are moved")
        return self


class PlanTerms(Terms):
    """What is asked of a plan beside its moves; its terms are those of all of them."""

    evacuate: Evacuation | None = Field(
        default=None, description="The port to empty; its moves are made from what is on it."
    )
    moves_uri: MovesUri | None = Field(
        default=None,
        description="Where the moves are kept, as a JSON list: `s3://` and the stack's evidence "
        "bucket, then `/plans/`.",
    )
    max_concurrency: int = Field(
        default=1,
        ge=1,
        le=MOST_AT_ONCE,
        description="How many moves may be on their way at once; of a gateway never more than one.",
    )
    stop_after_failures: int = Field(
        default=1,
        ge=1,
        le=MOST_MOVES,
        description="After how many moves that did not come good no other is started.",
    )
    order: Order = Field(
        default=Order.AS_GIVEN,
        description="Which move goes first: the first given, or that of the VIF with the most "
        "redundancy.",
    )


class PlanRequest(PlanTerms):
    """What a person or an event asks for as a plan; its terms are those of all its moves.

    The moves are named, or made from an evacuation, or kept as a JSON list in the stack's bucket.
    """

    moves: Moves | None = Field(
        default=None, description="The moves; each inherits what it does not have itself."
    )

    @model_validator(mode="after")
    def says_once_what_is_to_move(self) -> Self:
        """Refuse a plan without moves, and one that has them twice."""
        if [self.moves, self.evacuate, self.moves_uri].count(None) != len(WAYS) - 1:
            raise ValueError(f"exactly one of {', '.join(WAYS)} has to be given")
        return self

    @property
    def terms(self) -> PlanTerms:
        """Return it without its moves, and what chooses or excludes any: all may be long."""
        given = {name: getattr(self, name) for name in PlanTerms.model_fields}
        chosen: dict[str, object] = {"exclude": (), "tags": {}}
        evacuation = self.evacuate and self.evacuate.model_copy(update=chosen)
        return PlanTerms.model_construct(**{**given, "evacuate": evacuation})

    def complete(self, move: AskedMove) -> Request:
        """Return a move as a request of its own, with what it inherits; the plan is approved."""
        inherited = {name: getattr(self, name) for name in INHERITED}
        return Request.model_validate({**inherited, **move.own})


WAYS = ("moves", "evacuate", "movesUri")
INHERITED = tuple(name for name in Terms.model_fields if name not in {"request_id", "approval"})
PLANS_ALONE = {"requestId", "window", "approval", "dryRun", "roleArn", "region"}


class AskedPlan(Envelope[PlanRequest]):
    """A plan in the envelope it came in."""


class _MoveList(Model):
    moves: Moves


def parse_plan(raw: JsonValue) -> AskedPlan:
    """Read an execution's input: the bare plan, or one in its envelope.

    Raises `MalformedRequestError` with every fault, of the plan and of its moves.
    """
    return parse(AskedPlan, in_envelope(raw), _wording).in_its_window()


def with_moves(asked: AskedPlan, raw: JsonValue) -> AskedPlan:
    """Return a plan with the moves that were kept where its `movesUri` says.

    Raises `MalformedRequestError` with every fault of the moves.
    """
    moves = parse(_MoveList, {"moves": raw}, _wording).moves
    request = asked.request.model_copy(update={"moves": moves, "moves_uri": None})
    return asked.model_copy(update={"request": request})


def _wording(error: ErrorDetails) -> str:
    """Say what is wrong, and with which move: lists are counted from 0, moves from 1."""
    path = error["loc"][1:] if error["loc"][:1] == ("request",) else error["loc"]
    match path:
        case ("moves", int(index), name, *_):
            is_misplaced = error["type"] == "extra_forbidden" and name in PLANS_ALONE
            fault = "is the plan's alone" if is_misplaced else in_words(error)
            return f"{fault} (move {index + 1})"
        case ("moves", int(index)):
            return f"{in_words(error)} (move {index + 1})"
        case _:
            return in_words(error)
