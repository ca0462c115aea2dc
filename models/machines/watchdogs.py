"""What the states of the watchdogs mean in the model."""

import re
from collections.abc import Mapping
from typing import Final

from infra.workflows.expressions import HAS_ENDED_BY_ITSELF, is_named
from infra.workflows.looking_after import REDRIVES
from infra.workflows.migration import watchdog as of_migrations
from infra.workflows.plan import watchdog as of_plans
from models.jsonata import Terms
from models.machines import items
from models.meanings import ANY_ERROR, Always, Key, MachineModel, Meaning, Result, Step, TableStep
from vifshift.domain.table_keys import SEPARATOR, ItemKind, key_expression
from vifshift.domain.watchdog import PlanWatchdogState, WatchdogState
from vifshift.domain.workflow import State

_PAYLOAD: Final = "$states.result.Payload"
_SPEND: Final = "trouble--; isUnlucky[target] = 1"
_CHANCE: Final = "trouble > 0"
_FAILS: Final = Result("does not get an answer", _CHANCE, _SPEND, ANY_ERROR)

_LOOK: Final = Step(
    (
        Result(
            "asks Step Functions",
            terms={
                "$states.result.Status": "status[target]",
                HAS_ENDED_BY_ITSELF: "(status[target] == is_SUCCEEDED)",
                REDRIVES: "redrives[target]",
            },
        ),
        _FAILS,
    )
)
_IS_LOOKED_AFTER: Final = Step(
    (
        Result(
            "asks Step Functions",
            terms={"$states.result.Status = 'RUNNING'": "(watchdog[slot] != ENDED)"},
        ),
        _FAILS,
    )
)
_ANNOUNCE: Final = Step((Result("sends it", effect="tellOf(target, about)"), _FAILS))


def _found(said: str, guard: str, is_safe: str, announcement: str) -> Result:
    return Result(
        said,
        guard,
        "recall()",
        terms={
            f"{_PAYLOAD}.isSafe": is_safe,
            f"{_PAYLOAD}.announcement": announcement,
            f"{_PAYLOAD}.interruption.wasTold": "wasTold",
            f"{_PAYLOAD}.interruption": "1",
        },
    )


_INVESTIGATE: Final = Step(
    (
        _found("finds it at rest", "IS_AT_REST", "1", "!wasTold"),
        _found(
            "finds that its call may still land", "!IS_AT_REST && MAY_LAND(target)", "0", "!wasTold"
        ),
        _found("finds that it is too early to tell", "!IS_AT_REST && MAY_LAND(target)", "0", "0"),
        _found("finds it in motion", "!IS_AT_REST && !MAY_LAND(target)", "0", "!wasTold"),
        _FAILS,
    )
)
_CONCLUDE_PLAN: Final = Step(
    (
        Result(
            "concludes",
            effect="about = redrives[target]",
            terms={f"{_PAYLOAD}.announcement": "!hasToldItself[target]"},
        ),
        _FAILS,
    )
)

_VARIABLES: Final = {
    "$status": "seen",
    "$hasEndedByItself": "hasEndedByItself",
    "$redrives": "attempt",
    "$isReported": "isReported",
    "$isKnown": "isKnown",
    "$isAllFree": "isAllFree",
    "$announcement": "announcement",
    "$isLookedAfter": "isLookedAfter",
    "$watchdog": "watchdog[slot]",
}
_CLAIM_OF_END: Final = items.claim_of_end("target", "attempt")
_TERMS: Final = {
    "$execution.arn": "(target + 1)",
    "$string($redrives)": "attempt",
    "$states.context.Execution.Id": "(slot + 1)",
    "$states.result.Item.holder.S": _CLAIM_OF_END.attributes["holder"],
    # A report leaves the event what it is.
    f"{_PAYLOAD}.announcement": "announcement",
    "$exists($states.result.Attributes.reported)": f"({_CLAIM_OF_END.attributes['reported']} != 0)",
}
_KEYS: Final = {
    key_expression(ItemKind.WATCHDOG, f"$execution.arn & '{SEPARATOR}' & $redrives"): Key(
        _CLAIM_OF_END
    ),
    key_expression(ItemKind.OPEN, "$execution.arn"): Key(items.registration("target")),
}
_BITS: Final = (
    "bit hasEndedByItself, isReported, isKnown, isAllFree, announcement, isLookedAfter;\n"
    "byte seen, attempt, about, target;"
)


def _watchdog(
    name: str,
    names: type[WatchdogState] | type[PlanWatchdogState],
    who: str,
    *,
    declarations: str,
    variables: Terms,
    terms: Terms,
    keys: Mapping[str, Key],
    meanings: Mapping[State, Meaning],
) -> MachineModel:
    bits = re.findall(r"\w+(?=[,;])", declarations)
    over = "; ".join(["forget(slot)", *(f"{each} = 0" for each in bits)])
    return MachineModel(
        name=name,
        parameters="byte slot",
        declarations=declarations,
        is_running="watched[slot] != 0",
        begins="target = watched[slot] - 1",
        who=(f"{who} %d", "slot + 1"),
        variables={**_VARIABLES, **variables},
        terms={**_TERMS, **terms},
        keys={**_KEYS, **keys},
        meanings={
            names.IS_IT_OURS: Always(names.LET_CALLS_END),
            names.LET_CALLS_END: Step((Result("has waited", "ARE_CALLS_OVER(target)"),)),
            names.LOOK_AT_EXECUTION: _LOOK,
            names.CLAIM_END: TableStep(),
            names.WHO_CLAIMED_IT: TableStep(),
            names.IS_IT_LOOKED_AFTER: _IS_LOOKED_AFTER,
            names.TAKE_OVER: TableStep(),
            names.ANNOUNCE_INTERRUPTION: _ANNOUNCE,
            names.NOTE_REPORTED: TableStep(),
            names.STRIKE_OFF: TableStep(),
            **meanings,
        },
        harmless=frozenset({names.REPORT}),
        ends={
            names.DONE: "skip",
            names.LEAVE_IT: "skip",
            names.NOT_KNOWN: "skip",
            names.NOT_OURS: "skip",
        },
        broken="skip",
        failed_write=_SPEND,
        stops=_SPEND,
        over=f"{over};\ngoto end_begin",
    )


WATCHDOG: Final = _watchdog(
    "Watchdog",
    WatchdogState,
    "watchdog",
    declarations=f"{_BITS}\nbyte wasKeyed;\nbit interruption, isSafe, wasTouched, wasTold;",
    variables={
        "$interruption": "interruption",
        "$interruption.wasTouched": "wasTouched",
        "$isSafe": "isSafe",
    },
    terms={
        of_migrations.UNKNOWN_EVENT: "1",
        of_migrations.IS_LEASE_OVER: "0",
    },
    keys={
        key_expression(
            ItemKind.GATEWAY, "($interruption.lockKey ? $interruption.lockKey : 'none')"
        ): Key(items.lock("target"), "(wasKeyed == is_gateway)"),
        "$interruption.claim ? $interruption.claim : 'none'": Key(
            items.claim(ItemKind.REQUEST, "target"), "true"
        ),
    },
    meanings={
        WatchdogState.INVESTIGATE: _INVESTIGATE,
        WatchdogState.KEEP_LOCK: Step((Result("has waited", "IS_WORTH_ANOTHER_LOOK(target)"),)),
        WatchdogState.FREE_GATEWAY: TableStep(),
        WatchdogState.FREE_REQUEST: TableStep(),
    },
)
PLAN_WATCHDOG: Final = _watchdog(
    "PlanWatchdog",
    PlanWatchdogState,
    "plan's watchdog",
    declarations=f"{_BITS}\nbit isNamed;",
    variables={"$isNamed": "isNamed"},
    terms={
        of_plans.UNKNOWN_EVENT: "1",
        is_named("$parse($states.result.Input)", "$execution.name"): "1",
    },
    keys={"$claim": Key(items.claim(ItemKind.PLAN, "target"))},
    meanings={
        PlanWatchdogState.CONCLUDE: _CONCLUDE_PLAN,
        PlanWatchdogState.FREE_CLAIM: TableStep(),
    },
)
