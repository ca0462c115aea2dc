"""What the states of a plan, and of its tracks, mean in the model."""

from typing import Final

from infra.workflows.expressions import ENDS, is_named
from infra.workflows.lock_states import ATTEMPT
from models.jsonata import constant
from models.machines import items
from models.meanings import ANY_ERROR, Key, MachineModel, Merged, Result, Step, TableStep
from vifshift.domain.errors import PlanHalted
from vifshift.domain.migration import Decision
from vifshift.domain.plan_outcome import PlanOutcome
from vifshift.domain.table_keys import ItemKind, key_expression
from vifshift.domain.workflow import REFUSED, TIMED_OUT, PlanState

_PAYLOAD: Final = "$states.result.Payload"
_RUNS: Final = "status[PLAN] == is_RUNNING"


def _prepared(decision: Decision, said: str) -> Result:
    terms = {
        f"{_PAYLOAD}.preparation": constant(decision),
        f"{_PAYLOAD}.{ENDS}": constant(PlanOutcome.REJECTED),
    }
    return Result(said, terms=terms)


_PREPARE: Final = Merged(
    (
        _prepared(Decision.PROCEED, "nothing speaks against it"),
        _prepared(Decision.REJECTED, "it is rejected"),
    )
)
_HALTED: Final = Result("it is halted", "startsNoMore", error=PlanHalted.__name__)
_ANNOUNCE_OUTCOME: Final = Merged(
    (
        Result("sends it", effect="tellByItself(PLAN)"),
        Result("can't send it", "trouble > 0", "trouble--", ANY_ERROR),
    )
)
_RUN_STAGES: Final = Step(
    (Result("starts its tracks", effect="startTracks()", asks=True),),
    (Result("all tracks have ended", "tracks == 0"),),
    is_entered_at_once=True,
)

PLAN: Final = MachineModel(
    name="Plan",
    parameters="byte me",
    declarations="byte outcome, decision;\nbit isReported, isAllFree, isNamed;",
    is_running=_RUNS,
    who=("plan %d", "1"),
    variables={
        f"${ENDS}": "outcome",
        "$conclusion.outcome": "outcome",
        "$preparation": "decision",
        "$preparation.decision": "decision",
        "$isReported": "isReported",
        "$isAllFree": "isAllFree",
        "$isNamed": "isNamed",
    },
    terms={
        "$execution.arn": "(me + 1)",
        f"$string({ATTEMPT})": "redrives[me]",
        is_named(): "1",
        # Which outcome it has is nobody's concern here.
        "$conclusion.error = null": "1",
    },
    keys={
        "$claim": Key(items.claim(ItemKind.PLAN, "me")),
        key_expression(ItemKind.OPEN, "$execution.arn"): Key(items.registration("me")),
    },
    meanings={
        PlanState.REGISTER: TableStep(is_merged=True),
        PlanState.CLAIM_PLAN: TableStep(is_merged=True),
        PlanState.WHO_CLAIMED_IT: TableStep(is_merged=True),
        PlanState.PREPARE: _PREPARE,
        PlanState.ASK_FOR_APPROVAL: Merged(
            (Result(""), Result("it is refused", error=REFUSED), _HALTED)
        ),
        PlanState.WAIT_FOR_WINDOW: Merged((Result("", error=TIMED_OUT), _HALTED)),
        PlanState.PREPARE_AGAIN: Step(_PREPARE.results),
        PlanState.RUN_STAGES: _RUN_STAGES,
        PlanState.ANNOUNCE_OUTCOME: _ANNOUNCE_OUTCOME,
        PlanState.FREE_CLAIM: TableStep(),
        PlanState.REGISTER_AGAIN: TableStep(is_merged=True),
        PlanState.STRIKE_OFF: TableStep(is_merged=True),
    },
    harmless=frozenset({PlanState.ANNOUNCE_START, PlanState.CONCLUDE, PlanState.REPORT}),
    ends={
        PlanState.SUCCEEDED: "status[PLAN] = is_SUCCEEDED",
        PlanState.FAILED: "status[PLAN] = is_SUCCEEDED",
    },
    broken="status[PLAN] = is_ABORTED",
    failed_write="trouble--",
)
_START: Final = f"{_PAYLOAD}.go ? {_PAYLOAD}.start : null"
TRACK: Final = MachineModel(
    name="Track",
    parameters="byte me",
    declarations="bit start, hasRun;",
    is_running=f"{_RUNS} && isTrackOpen[me]",
    who=("track %d", "me + 1"),
    variables={"$start": "start"},
    terms={"$progress": "0"},
    keys={},
    meanings={
        PlanState.ADVANCE: Step(
            (
                Result("starts the next move", "!hasRun && !startsNoMore", terms={_START: "1"}),
                Result("starts no more", "!hasRun && startsNoMore", terms={_START: "0"}),
                Result(
                    "records how the move has ended", "hasRun", "countMove(me)", terms={_START: "0"}
                ),
                Result("fails", "trouble > 0", "trouble--", ANY_ERROR),
            )
        ),
        PlanState.RUN_MIGRATION: Step(
            (Result("starts the migration", effect="startMove(me)", asks=True),),
            (
                Result(
                    "the migration has ended",
                    "status[me] != 0 && status[me] != is_RUNNING",
                    "hasRun = 1",
                ),
            ),
            is_entered_at_once=True,
        ),
    },
    harmless=frozenset({PlanState.ANNOUNCE_PROGRESS}),
    ends={
        PlanState.TRACK_DONE: "endTrack(me)",
        PlanState.TRACK_BROKEN: "endTrack(me)",
    },
    broken="endTrack(me)",
    failed_write="trouble--",
)
