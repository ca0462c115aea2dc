"""Gathers the results of a plan's moves."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import NamedTuple, Protocol

from vifshift.domain.child_names import name_of
from vifshift.domain.errors import CallError
from vifshift.domain.findings import Finding
from vifshift.domain.migration import Decision, Execution
from vifshift.domain.overview import PlanOverview
from vifshift.domain.plan_outcome import Counts, MoveOutcome
from vifshift.domain.plan_progress import (
    ChildEnding,
    ExecutionDescription,
    MoveRecord,
    PlanStanding,
)
from vifshift.domain.port_left import KnownMoves, StayingVif
from vifshift.plan.planning.documents import KeptMove, KeptPlan
from vifshift.plan.planning.preparation import Preparation
from vifshift.plan.running.advance import counted
from vifshift.plan.running.child import NOT_OURS, ending_of, is_of, verified

NOT_STARTED = ChildEnding(MoveOutcome.NOT_STARTED, "it was not started")
UNCHANGED = ChildEnding(MoveOutcome.UNCHANGED, "it was already on its target")

Describe = Callable[[str], ExecutionDescription | None]
"""Describes a migration by its name; None if there is no such execution."""


class MoveResult(NamedTuple):
    """The result of a move; `child` is the name of its migration, None if there is none."""

    move: KeptMove
    ending: ChildEnding
    child: str | None

    @property
    def outcome(self) -> MoveOutcome:
        """Return the move's outcome."""
        return self.ending.outcome


class Results(NamedTuple):
    """The results of all moves, in the order of the plan, and the progress of the plan.

    `findings` are those of the plan as a whole, and `staying` what it leaves on its port;
    `overview` is what people were shown, None where nothing was to be shown.
    """

    moves: tuple[MoveResult, ...] = ()
    standing: PlanStanding = PlanStanding()
    findings: tuple[Finding, ...] = ()
    staying: tuple[StayingVif, ...] = ()
    overview: PlanOverview | None = None

    @property
    def counts(self) -> Counts:
        """Return the counts of the moves' outcomes."""
        return Counts.of(each.outcome for each in self.moves)

    @property
    def known(self) -> KnownMoves:
        """Return what the plan had to do with its port."""
        outcomes = {each.move.virtual_interface_id: each.outcome for each in self.moves}
        return KnownMoves(outcomes, self.staying)

    @property
    def failed(self) -> Iterator[MoveResult]:
        """Yield the failed moves."""
        return (each for each in self.moves if each.outcome.is_failure)

    @property
    def was_touched(self) -> bool:
        """Return whether the migration of any move was started."""
        return any(each.child for each in self.moves)


class Documents(Protocol):
    """Where the documents of plans are stored."""

    def document(self, key: str, version_id: str | None = None) -> str:
        """Return a document of a plan, by key; raises a `CallError`."""


class Records(Protocol):
    """Where the results of moves are recorded."""

    def standing(self, plan_id: str) -> PlanStanding:
        """Return the progress of a plan; raises a `CallError`."""

    def results(self, plan_id: str, numbers: list[int]) -> Mapping[int, MoveRecord]:
        """Return the records of moves, by their numbers; raises a `CallError`."""


def gather(
    execution: Execution,
    preparation: Preparation | None,
    *,
    documents: Documents,
    records: Records,
    describe: Describe,
) -> Results:
    """Return the result of each move; raises a `CallError` if that can't be read."""
    if preparation is None or preparation.moves is None:
        found = preparation.findings if preparation else ()
        return Results(findings=tuple(each.without_move for each in found))
    stored = preparation.moves
    kept = KeptPlan.model_validate_json(documents.document(stored.key, stored.version_id))
    if preparation.decision is not Decision.PROCEED:
        as_judged = (MoveResult(move, _as_judged(move), None) for move in kept.moves)
        return Results(
            tuple(as_judged),
            findings=kept.findings,
            staying=kept.staying,
            overview=kept.overview,
        )
    standing = records.standing(execution.name)
    numbers = [each.number for each in kept.moves if each.decision is not Decision.UNCHANGED]
    # Unless a move was counted or started, there is nothing to read.
    recorded = records.results(execution.name, numbers) if _has_begun(standing) else {}
    moves = (
        _result(execution, move, recorded.get(move.number), standing, describe)
        for move in kept.moves
    )
    if rules := preparation.rules:
        moves = (
            each._replace(ending=counted(each.ending, rules, standing)) for each in tuple(moves)
        )
    return Results(tuple(moves), standing, kept.findings, kept.staying, kept.overview)


def _has_begun(standing: PlanStanding) -> bool:
    return standing._replace(halted_by=None, nonce="") != PlanStanding()


def _as_judged(move: KeptMove) -> ChildEnding:
    if move.is_left_alone:
        said = "; ".join(f"{finding.code}: {finding.message}" for finding in move.findings)
        return ChildEnding(MoveOutcome.REJECTED, said)
    if move.decision is not Decision.UNCHANGED:
        return NOT_STARTED
    return UNCHANGED._replace(message="; ".join((UNCHANGED.message, *move.down)))


def _result(
    execution: Execution,
    move: KeptMove,
    recorded: MoveRecord | None,
    standing: PlanStanding,
    describe: Describe,
) -> MoveResult:
    if recorded and recorded.ending.outcome is not MoveOutcome.IN_FLIGHT:
        return MoveResult(move, _verified(move, recorded.ending), recorded.child)
    if recorded is None and move.number not in standing.in_flight:
        return MoveResult(move, _as_judged(move), None)
    child = name_of(execution, move.number, standing.nonce)
    try:
        described = describe(child)
    except CallError as error:
        message = f"its migration could not be read: {error}"
        return MoveResult(move, ChildEnding(MoveOutcome.IN_FLIGHT, message), child)
    if described is None:
        return MoveResult(move, NOT_STARTED, None)
    asked = {"virtualInterfaceId": move.virtual_interface_id, "connectionId": move.target}
    if not is_of(described, execution, move.number, asked, in_full=False):
        return MoveResult(move, NOT_OURS, None)
    ending = ending_of(described) or _on_its_way(described.start_date)
    return MoveResult(move, _verified(move, ending), child)


def _verified(move: KeptMove, ending: ChildEnding) -> ChildEnding:
    return verified(ending, move.virtual_interface_id, move.target)


def _on_its_way(started_at: datetime | None) -> ChildEnding:
    return ChildEnding(MoveOutcome.IN_FLIGHT, "its migration continues", started_at)
