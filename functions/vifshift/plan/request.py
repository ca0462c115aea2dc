"""What is asked for as a plan, and how a raw request becomes one."""

from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, JsonValue, StringConstraints, model_validator
from pydantic_core import ErrorDetails

from vifshift.model import Model
from vifshift.network import ConnectionId, VirtualInterfaceId
from vifshift.request import (
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

    requested_by: Person | None = None
    reason: Reason | None = None
    lock_wait_seconds: LockWait | None = None
    convergence: Convergence | None = None
    routes: RouteCheck | None = None
    rollback: RollbackMode | None = None
    acknowledge: Codes | None = None

    @property
    def own(self) -> dict[str, object]:
        """Return what it brings itself, by the names of a request's fields."""
        given = {name: getattr(self, name) for name in type(self).model_fields}
        return {name: value for name, value in given.items() if value is not None}


Moves = Annotated[tuple[AskedMove, ...], Field(max_length=MOST_MOVES)]


class Evacuation(Model):
    """Every VIF of a port to another one: those with all the tags, and of one of the types."""

    source: ConnectionId = Field(alias="from")
    target: ConnectionId = Field(alias="to")
    tags: dict[TagKey, TagValue] = Field(default_factory=dict, max_length=50)
    types: tuple[VirtualInterfaceType, ...] | None = Field(default=None, max_length=3)
    exclude: tuple[VirtualInterfaceId, ...] = Field(default=(), max_length=MOST_MOVES)

    @model_validator(mode="after")
    def moves_something_elsewhere(self) -> Self:
        """Refuse to empty a port into itself, and to move none of the types."""
        if self.source == self.target:
            raise ValueError("from and to are the same")
        if self.types == ():
            raise ValueError("types is empty: without it, all are moved")
        return self


class PlanRequest(Terms):
    """What a person or an event asks for as a plan; its terms are those of all its moves.

    The moves are named, or made from an evacuation, or kept as a JSON list in the stack's bucket.
    """

    moves: Moves | None = None
    evacuate: Evacuation | None = None
    moves_uri: MovesUri | None = None
    max_concurrency: int = Field(default=1, ge=1, le=MOST_AT_ONCE)
    stop_after_failures: int = Field(default=1, ge=1, le=MOST_MOVES)
    order: Order = Order.AS_GIVEN

    @model_validator(mode="after")
    def says_once_what_is_to_move(self) -> Self:
        """Refuse a plan without moves, and one that has them twice."""
        if [self.moves, self.evacuate, self.moves_uri].count(None) != len(WAYS) - 1:
            raise ValueError(f"exactly one of {', '.join(WAYS)} has to be given")
        return self

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
