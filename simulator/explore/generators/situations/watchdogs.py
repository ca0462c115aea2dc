"""Situations in which a watchdog is needed, and is hindered, late, started twice, or by hand."""

from collections.abc import Mapping

from simulator.cloud import EventFault
from simulator.directconnect import Fault, FaultError
from simulator.explore.generators.situations.draft import Draft
from simulator.explore.generators.situations.ends import BUS, LAMBDA, TABLE, TOLD
from simulator.scenarios.model import ScenarioCall
from vifshift.domain.watchdog import PlanWatchdogState, WatchdogState
from vifshift.domain.workflow import PlanState, StateName

ACCOUNT, REGION = "111122223333", "eu-central-1"
MACHINES = {False: ("migrations", "watchdog"), True: ("plans", "plan-watchdog")}
SERVICE = "StepFunctions.SdkClientException"
STOPPED_AT = (StateName.OBSERVE, StateName.PAUSE, StateName.ASSOCIATE, StateName.REPORT)
PLAN_STOPPED_AT = (PlanState.RUN_STAGES, PlanState.REPORT, PlanState.CONCLUDE)
BY_HAND = ("one that runs", "one that is not there", "one of another machine", "nothing")
HINDRANCES: Mapping[WatchdogState | PlanWatchdogState, tuple[str, int]] = {
    WatchdogState.LOOK_AT_EXECUTION: (SERVICE, 6),
    WatchdogState.CLAIM_END: (TABLE, 4),
    WatchdogState.INVESTIGATE: (LAMBDA, 6),
    WatchdogState.ANNOUNCE_INTERRUPTION: (BUS, TOLD),
    WatchdogState.FREE_GATEWAY: (TABLE, 4),
    PlanWatchdogState.LOOK_AT_EXECUTION: (SERVICE, 6),
    PlanWatchdogState.CLAIM_END: (TABLE, 4),
    PlanWatchdogState.RECALL_PLAN: (TABLE, 4),
    PlanWatchdogState.CONCLUDE: (LAMBDA, 6),
    PlanWatchdogState.ANNOUNCE_INTERRUPTION: (BUS, TOLD),
    PlanWatchdogState.FREE_CLAIM: (TABLE, 4),
}
"""What may fail, how, and how often it is tried."""
RIVALRY = {
    WatchdogState.WHO_CLAIMED_IT: TABLE,
    WatchdogState.IS_IT_LOOKED_AFTER: SERVICE,
    WatchdogState.TAKE_OVER: TABLE,
}


def _stop(draft: Draft) -> None:
    """Stop the execution on its way."""
    if draft.dice.chance(50):
        draft.interrupt(at=draft.dice.whole(15, 60))
        return
    states = PLAN_STOPPED_AT if draft.is_plan else STOPPED_AT
    draft.interrupt(state=draft.dice.pick([*states]))


def hindered(draft: Draft, state: WatchdogState | PlanWatchdogState) -> bool:
    """Stop a migration or a plan, and let its watchdog fail, and sometimes the next one as well."""
    if isinstance(state, PlanWatchdogState) and not draft.as_plan():
        return False
    error, tries = HINDRANCES[state]
    draft.fail(state, error, times=tries * draft.dice.pick([1, 1, 2]))
    _stop(draft)
    return True


def of_a_plan(draft: Draft) -> bool:
    """Stop a plan, whose watchdog is not hindered; what tells it may get lost."""
    if draft.dice.chance(30):
        draft.events.append(EventFault(source="aws.states", lose=True))
    if not draft.as_plan():
        return False
    _stop(draft)
    return True


def heard_twice(draft: Draft, state: WatchdogState | None = None) -> bool:
    """Let two or three watchdogs be started for one end, and a state fail with which they agree."""
    draft.events.append(
        EventFault(
            source="aws.states",
            detail={"status": "ABORTED"},
            repeat=draft.dice.pick([1, 2, 2]),
            delay=draft.dice.pick([0, draft.dice.whole(1, 60), 3600]) if state is None else 0,
        )
    )
    if state is not None:
        draft.fail(state, RIVALRY[state])
    draft.interrupt(at=draft.dice.whole(15, 60))
    return True


def of_a_plan_heard_twice(draft: Draft, state: WatchdogState | None = None) -> bool:
    """Let two or three watchdogs be started for the end of a plan."""
    return draft.as_plan() and heard_twice(draft, state)


def by_hand(draft: Draft, kind: str) -> bool:
    """Start a watchdog by hand, for an execution that it should leave alone."""
    watched, watchdog = MACHINES[draft.is_plan]
    states = f"arn:aws:states:{REGION}:{ACCOUNT}"
    arn: object = f"{states}:execution:vifshift-{watched}:by-hand"
    match kind:
        case "one that runs":
            draft.kind = draft.kind.EXECUTION
        case "one of another machine":
            arn = f"{states}:execution:another-{watched}:by-hand"
        case "nothing":
            arn = None
    given = f'{{"execution": {{"arn": {_quoted(arn)}}}}}'
    draft.calls.append(
        ScenarioCall(
            at=draft.dice.whole(3, 30),
            service="stepfunctions",
            operation="start_execution",
            parameters={
                "stateMachineArn": f"{states}:stateMachine:vifshift-{watchdog}",
                "input": given,
            },
        )
    )
    return True


def _quoted(value: object) -> str:
    return "null" if value is None else f'"{value}"'


def of_a_plan_by_hand(draft: Draft, kind: str) -> bool:
    """Start the watchdog of plans by hand."""
    return draft.as_plan() and by_hand(draft, kind)


def interrupted(draft: Draft, kind: str, what: str) -> bool:
    """Interrupt a migration, and let what tells of it be lost, late, or come twice."""
    given: dict[str, object] = {"at": draft.dice.whole(10, 90)}
    if kind == "fail":
        given["error"] = "States.DataLimitExceeded"
    draft.interrupt(kind, **given)
    late = draft.dice.whole(1, 900)
    faults: dict[str, dict[str, object]] = {
        "lost": {"lose": True},
        "late": {"delay": late},
        "twice": {"repeat": 1, "delay": late},
    }
    draft.events.append(EventFault.model_validate({"source": "aws.states", **faults[what]}))
    draft.told.append(f"platform: {kind}, its event {what}")
    return True


def before_a_late_effect(draft: Draft) -> bool:
    """Stop a migration whose call takes effect later, so that its gateway stays locked."""
    draft.faults.append(
        Fault(
            operation="AssociateVirtualInterface",
            calls=(1,),
            error=FaultError.READ_TIMEOUT,
            effect_after=draft.dice.whole(90, 240),
        )
    )
    draft.interrupt(state=StateName.ASSOCIATE, duringTask=True)
    return True


def ended_unreleased(draft: Draft) -> bool:
    """Let a migration end by itself and keep its lock, and nobody find out about it."""
    draft.fail(StateName.UNLOCK_GATEWAY, TABLE, times=4)
    draft.fail(WatchdogState.INVESTIGATE, LAMBDA, times=6)
    return True


def of_a_plan_unreleased(draft: Draft) -> bool:
    """Let a plan end by itself and keep its id, and nobody find out about it."""
    draft.asked["requestId"] = f"CHG{draft.world.seed:04}"
    draft.fail(PlanState.FREE_CLAIM, TABLE, times=draft.dice.pick([4, 4, 60]))
    if draft.dice.chance(60):
        draft.fail(PlanState.CONCLUDE, LAMBDA, first=2)
    return draft.as_plan()
