"""What is read of a plan that is followed: its moves, how each has ended, and those on their way.

The list of moves is read once, the standing each time, and how a move has ended once it has. What
these credentials may not read is left out.
"""

from datetime import datetime
from typing import Final, NamedTuple

from botocore.exceptions import BotoCoreError, ClientError

from cli.operate.executions import FoundExecution, described_again
from cli.operate.following import SHORTEST_PACE, History
from cli.operate.stack import Kind, Stack
from vifshift.adapters.plan_table import PlanTable
from vifshift.adapters.report_bucket import ReportBucket
from vifshift.domain.child_names import name_of
from vifshift.domain.errors import PASSING, CallError
from vifshift.domain.execution_history import follow, time_of
from vifshift.domain.migration import Execution
from vifshift.domain.plan_outcome import MoveOutcome
from vifshift.domain.plan_progress import MoveRecord, PlanStanding
from vifshift.plan.planning.documents import KeptMove, KeptPlan, Place
from vifshift.plan.planning.preparation import Preparation
from vifshift.reports.migration.reading import SoFar, read_so_far
from vifshift.reports.plan.reading import begin

MOST_FOLLOWED: Final = 5
"""Of so many moves on their way it is read what they do; of the others, that they are."""
_NONE: Final = KeptPlan(moves=(), findings=())


class OnItsWay(NamedTuple):
    """A move on its way: its migration, and what that does, as far as it was read."""

    move: KeptMove
    child: str
    seen: SoFar | None = None


class ShownPlan(NamedTuple):
    """What is known of a plan: its execution, its state, its moves, and how they stand.

    `ended` has the outcome of each move that has ended, by its number.
    """

    execution: FoundExecution
    state: str | None
    entered_at: datetime | None
    preparation: Preparation | None
    kept: KeptPlan
    standing: PlanStanding
    ended: dict[int, MoveOutcome]
    on_their_way: tuple[OnItsWay, ...]
    note: str = ""


class FollowedPlan:
    """A plan that is followed."""

    def __init__(self, stack: Stack, execution: FoundExecution) -> None:
        self._stack, self.execution = stack, execution
        self._history = History(stack, execution.arn)
        self._table = PlanTable(stack.client("dynamodb"), stack.outputs["LocksTableName"])
        self._children: dict[int, History] = {}
        self._kept: tuple[Place, KeptPlan] | None = None
        self._records: dict[int, MoveRecord] = {}
        self._note = ""

    def read(self, now: datetime) -> ShownPlan:
        """Return what is known now; raises a `CallError` if that can't be read."""
        self.execution = described_again(self._stack, self.execution)
        events = self._history.read()
        preparation = begin(events).preparation
        entered = next(
            (event for event in reversed(events) if "stateEnteredEventDetails" in event), None
        )
        kept = self._moves(preparation)
        standing = self._standing(kept)
        return ShownPlan(
            execution=self.execution,
            state=follow(events).last_state,
            entered_at=time_of(entered) if entered else None,
            preparation=preparation,
            kept=kept,
            standing=standing,
            ended={number: each.ending.outcome for number, each in self._records.items()},
            on_their_way=tuple(self._on_their_way(kept, standing, now)),
            note=self._note,
        )

    @staticmethod
    def pace(_: ShownPlan) -> int:
        """Return the seconds until it is read again."""
        return SHORTEST_PACE

    def _moves(self, preparation: Preparation | None) -> KeptPlan:
        """Return the moves as they were judged last, which are read once."""
        place = preparation.moves if preparation else None
        if place is None:
            return _NONE
        if self._kept is None or self._kept[0] != place:
            bucket = ReportBucket(self._stack.client("s3"), place.bucket)
            try:
                text = bucket.document(place.key, place.version_id)
            except PASSING:
                return _NONE
            except (CallError, ClientError, BotoCoreError) as error:
                self._note = f"Its list of moves can't be read: {error}"
                text = _NONE.model_dump_json(by_alias=True)
            self._kept = place, KeptPlan.model_validate_json(text)
        return self._kept[1]

    def _standing(self, kept: KeptPlan) -> PlanStanding:
        """Return how many moves have ended how, and read how those ended that have since."""
        if not kept.moves or self._note:
            return PlanStanding()
        try:
            standing = self._table.standing(self.execution.name)
            over = standing.succeeded + standing.unchanged + standing.failed + standing.kept_back
            if over > len(self._records):
                open_ = [
                    each.number
                    for each in kept.moves
                    if each.number not in self._records and each.number not in standing.in_flight
                ]
                found = self._table.results(self.execution.name, open_)
                self._records |= {
                    number: each
                    for number, each in found.items()
                    if each.ending.outcome is not MoveOutcome.IN_FLIGHT
                }
        except PASSING:
            return PlanStanding()
        except CallError as error:
            self._note = f"How its moves stand can't be read: {error}"
            return PlanStanding()
        return standing

    def _on_their_way(
        self, kept: KeptPlan, standing: PlanStanding, now: datetime
    ) -> list[OnItsWay]:
        plan = Execution(arn=self.execution.arn, name=self.execution.name)
        found: list[OnItsWay] = []
        for move in kept.moves:
            if move.number not in standing.in_flight:
                self._children.pop(move.number, None)
                continue
            child = name_of(plan, move.number, standing.nonce)
            seen = self._seen(move.number, child, now) if len(found) < MOST_FOLLOWED else None
            found.append(OnItsWay(move, child, seen))
        return found

    def _seen(self, number: int, child: str, now: datetime) -> SoFar | None:
        machine = self._stack.machine(Kind.MIGRATION).replace(":stateMachine:", ":execution:")
        history = self._children.setdefault(number, History(self._stack, f"{machine}:{child}"))
        try:
            return read_so_far(history.read(), now=now)
        except CallError:
            # It is about to be started, or can't be read right now.
            return None
