"""What the states of a migration mean in the model."""

from typing import Final

from infra.workflows.expressions import ENDS, ENTERED, HAS_ENDED_BY_ITSELF, NOW_SECONDS
from infra.workflows.lock_states import ATTEMPT
from infra.workflows.migration.ending import HAS_LANDED, MAY_STILL_LAND
from infra.workflows.migration.locking import HOLDER
from infra.workflows.waiting import IS_A_PERSONS
from models.functions import DOUBTFUL, NOT_PERMITTED, PERMITTED
from models.jsonata import constant
from models.machines import items
from models.meanings import ANY_ERROR, Key, MachineModel, Merged, Result, Step, TableStep
from vifshift.domain.errors import (
    AssociationDoubtful,
    AssociationNotPermitted,
    AssociationRefused,
    MigrationCancelled,
)
from vifshift.domain.migration import Decision, Outcome
from vifshift.domain.table_keys import ItemKind, key_expression
from vifshift.domain.workflow import REFUSED, TIMED_OUT, NextStep, StateName

_PAYLOAD: Final = "$states.result.Payload"


def _validated(decision: Decision, said: str, guard: str = "true", effect: str = "") -> Result:
    terms = {
        f"{_PAYLOAD}.validation": constant(decision),
        f"{_PAYLOAD}.{ENDS}": constant(Outcome.REJECTED),
    }
    return Result(said, guard, effect, terms=terms)


def _observed(step: NextStep, outcome: Outcome, said: str, guard: str, effect: str = "") -> Result:
    terms = {f"{_PAYLOAD}.step": constant(step), f"{_PAYLOAD}.{ENDS}": constant(outcome)}
    return Result(said, guard, effect, terms=terms)


_FORWARD: Final = "phase == is_forward"
_ROLLBACK: Final = "phase == is_rollback"
_AT_REST: Final = "flight[me] == 0 && !IS_CALLING(me)"

_VALIDATE = Merged(
    (
        _validated(Decision.PROCEED, "nothing speaks against it"),
        _validated(Decision.REJECTED, "it is rejected"),
    )
)
_VALIDATE_AGAIN = Step(
    (
        _validated(Decision.PROCEED, "nothing speaks against it", "!IS_CANCELLED(me)"),
        _validated(Decision.REJECTED, "it is rejected", "!IS_CANCELLED(me)"),
        _validated(
            Decision.ASK_AGAIN,
            "it has changed since it was approved",
            "!IS_CANCELLED(me) && trouble > 0",
            "trouble--",
        ),
        Result("it is cancelled", "IS_CANCELLED(me)", error=MigrationCancelled.__name__),
    )
)
_ASK = Merged(
    (
        Result(""),
        Result("it is refused", error=REFUSED),
    )
)
_WINDOW = Merged(
    (
        Result("", error=TIMED_OUT),
        Result("it is cancelled", "IS_CANCELLED(me)", error=MigrationCancelled.__name__),
    )
)
_WAIT_FOR_GATEWAY = Step(
    (
        Result("it is cancelled", "IS_CANCELLED(me)", error=MigrationCancelled.__name__),
        # A look that finds what the last one found changes nothing, and so is none.
        Result("it is time to look again", "HAS_LOCK_CHANGED(me)", error=TIMED_OUT),
    )
)
_ASSOCIATE = Step(
    (
        Result(
            "it is cancelled", "CANCELS_CALL(me)", "touched[me] = 1", MigrationCancelled.__name__
        ),
        Result(
            "it must not be sent",
            f"!CANCELS_CALL(me) && {NOT_PERMITTED}(me, true)",
            "touched[me] = 1",
            AssociationNotPermitted.__name__,
        ),
        Result(
            "it may have been sent before",
            f"!CANCELS_CALL(me) && {DOUBTFUL}(me, true)",
            "touched[me] = 1",
            AssociationDoubtful.__name__,
        ),
        Result(
            "the function is invoked",
            f"!CANCELS_CALL(me) && {PERMITTED}(me, true)",
            "touched[me] = 1; asked[me] = 1; calling[me] = INVOKED;\ninvokedIn[me] = redrives[me]",
            asks=True,
        ),
    ),
    (
        Result("is entered again", "!asked[me]", again=True),
        Result(
            "the call was sent",
            "asked[me] && calling[me] == ANSWERED",
            "asked[me] = 0; calling[me] = 0",
            terms={
                f"{_PAYLOAD}.{ENDS}": f"({_FORWARD} -> {constant(Outcome.NEEDS_ATTENTION)}"
                f" : {constant(Outcome.ROLLBACK_FAILED)})"
            },
        ),
        Result(
            "it must not be sent",
            f"asked[me] && calling[me] == LOCK_LOST && {NOT_PERMITTED}(me, false)",
            "asked[me] = 0; calling[me] = 0",
            AssociationNotPermitted.__name__,
        ),
        Result(
            "it may have been sent before",
            f"asked[me] && calling[me] == LOCK_LOST && {DOUBTFUL}(me, false)",
            "asked[me] = 0; calling[me] = 0",
            AssociationDoubtful.__name__,
        ),
        Result(
            "the lock can't be read",
            "asked[me] && calling[me] == LOCK_UNKNOWN",
            "asked[me] = 0; calling[me] = 0",
            ANY_ERROR,
        ),
        Result(
            "the call was refused",
            "asked[me] && calling[me] == NOT_SENT",
            "asked[me] = 0; calling[me] = 0",
            AssociationRefused.__name__,
        ),
    ),
)
_OBSERVE = Step(
    (
        _observed(
            NextStep.CONCLUDE,
            Outcome.SUCCEEDED,
            "it works on its target",
            f"{_FORWARD} && {_AT_REST} && hasLanded[me]",
        ),
        _observed(
            NextStep.CONCLUDE,
            Outcome.ROLLED_BACK,
            "it works on its source",
            f"{_ROLLBACK} && {_AT_REST} && hasLanded[me]",
        ),
        _observed(
            NextStep.TURN_BACK,
            Outcome.NEEDS_ATTENTION,
            "it does not converge",
            f"{_FORWARD} && !IS_CALLING(me) && flight[me] != SENT && hasLanded[me]",
        ),
        _observed(
            NextStep.CONCLUDE,
            Outcome.REJECTED,
            "it has never moved",
            f"{_FORWARD} && {_AT_REST} && !hasLanded[me]",
        ),
        _observed(
            NextStep.CONCLUDE,
            Outcome.NEEDS_ATTENTION,
            "it needs a person",
            f"{_FORWARD} && flight[me] != MOVING",
        ),
        _observed(
            NextStep.CONCLUDE,
            Outcome.ROLLBACK_FAILED,
            "the rollback has failed",
            f"{_ROLLBACK} && flight[me] != MOVING",
        ),
        _observed(
            NextStep.ASSOCIATE,
            Outcome.ROLLBACK_FAILED,
            "the call back had no effect",
            f"{_ROLLBACK} && {_AT_REST} && !hasLanded[me] && trouble > 0",
            "trouble--",
        ),
    )
)
_ANNOUNCE_START = Step(
    (Result("sends it"), Result("can't send it", "trouble > 0", "trouble--", ANY_ERROR))
)
_ANNOUNCE_OUTCOME = Merged(
    (
        Result("sends it", effect="tellByItself(me)"),
        Result("can't send it", "trouble > 0", "trouble--", ANY_ERROR),
    )
)
_IS_HOLDER_RUNNING = Step(
    (
        Result("asks", terms={HAS_ENDED_BY_ITSELF: "(status[holder - 1] == is_SUCCEEDED)"}),
        Result("can't ask", "trouble > 0", "trouble--", ANY_ERROR),
    )
)

MIGRATION: Final = MachineModel(
    name="Migration",
    parameters="byte me",
    declarations=(
        "byte phase, checkedIn, decidedIn, outcome, decision, holder, step;\n"
        "bit isReported, isAllFree, calledAt, hasHolderEnded;"
    ),
    is_running="status[me] == is_RUNNING",
    who=("migration %d", "me + 1"),
    variables={
        "$phase": "phase",
        "$checkedIn": "checkedIn",
        "$decidedIn": "decidedIn",
        f"${ENDS}": "outcome",
        "$conclusion.outcome": "outcome",
        "$validation.decision": "decision",
        "$validation": "decision",
        "$holder": "holder",
        "$hasHolderEnded": "hasHolderEnded",
        "$step": "step",
        "$isReported": "isReported",
        "$isAllFree": "isAllFree",
        "$calledAt": "calledAt",
        "$lockKey": "lockKey[me]",
    },
    terms={
        ATTEMPT: "redrives[me]",
        f"$string({ATTEMPT})": "redrives[me]",
        ENTERED: "1",
        "$execution.arn": "(me + 1)",
        "$holder.executionArn": "holder",
        "$validation.migration.redundancyGroup": "is_gateway",
        HOLDER: "lockOwner[gateway[me]]",
        f"$holder.expiresAt < {NOW_SECONDS}": "isOver[gateway[me]]",
        HAS_LANDED: "hasLanded[me]",
        MAY_STILL_LAND: "MAY_LAND(me)",
        "$conclusion.error = null": "HAS_NO_ERROR(outcome)",
        # What is only reported on the way changes nothing.
        "$announcement": "0",
        IS_A_PERSONS: "0",
    },
    keys={
        key_expression(ItemKind.GATEWAY, "$lockKey"): Key(
            items.lock("me"), "(lockKey[me] == is_gateway)"
        ),
        "$claim": Key(items.claim(ItemKind.REQUEST, "me")),
        key_expression(ItemKind.OPEN, "$execution.arn"): Key(items.registration("me")),
    },
    meanings={
        StateName.REGISTER: TableStep(is_merged=True),
        StateName.CLAIM_REQUEST: TableStep(is_merged=True),
        StateName.WHO_CLAIMED_IT: TableStep(is_merged=True),
        StateName.VALIDATE: _VALIDATE,
        StateName.ASK_FOR_APPROVAL: _ASK,
        StateName.WAIT_FOR_WINDOW: _WINDOW,
        StateName.LOCK_GATEWAY: TableStep(),
        StateName.WHO_HOLDS_IT: TableStep(is_merged=True),
        StateName.IS_HOLDER_RUNNING: _IS_HOLDER_RUNNING,
        StateName.TAKE_LOCK_OVER: TableStep(),
        StateName.WAIT_FOR_GATEWAY: _WAIT_FOR_GATEWAY,
        StateName.VALIDATE_AGAIN: _VALIDATE_AGAIN,
        StateName.FREE_WHILE_ASKING: TableStep(),
        StateName.ANNOUNCE_START: _ANNOUNCE_START,
        StateName.ASSOCIATE: _ASSOCIATE,
        StateName.OBSERVE: _OBSERVE,
        StateName.CONCLUDE: Merged((Result("", effect="conclude(me)"),)),
        StateName.ANNOUNCE_OUTCOME: _ANNOUNCE_OUTCOME,
        StateName.LET_CALL_LAND: Step((Result("has waited", "!MAY_LAND(me)"),)),
        StateName.RELEASE_REQUEST: TableStep(),
        StateName.UNLOCK_GATEWAY: TableStep(),
        StateName.REGISTER_AGAIN: TableStep(is_merged=True),
        StateName.STRIKE_OFF: TableStep(is_merged=True),
    },
    harmless=frozenset(
        {StateName.REPORT, StateName.ANNOUNCE_PROGRESS, StateName.ANNOUNCE_ROLLBACK}
    ),
    ends={
        StateName.SUCCEEDED: "end(me, 0)",
        StateName.FAILED: "end(me, 1)",
    },
    broken="status[me] = is_ABORTED",
    failed_write="trouble--",
)
