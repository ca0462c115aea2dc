"""Situations in which a watchdog is needed, and is hindered, late, started twice, or by hand."""

from typing import NamedTuple

from simulator.cloud import EventFault
from simulator.directconnect import Fault, FaultError
from simulator.explore.generators.situations.draft import Draft
from simulator.explore.generators.situations.ends import BUS, LAMBDA, TABLE, TOLD
from simulator.explore.generators.waits import HOUR
from simulator.scenarios.model import ScenarioCall
from vifshift.domain.watchdog import PlanWatchdogState, WatchdogState
from vifshift.domain.workflow import PlanState, StateName

ACCOUNT, REGION = "111122223333", "eu-central-1"
MACHINES = {False: ("migrations", "watchdog"), True: ("plans", "plan-watchdog")}
SERVICE = "StepFunctions.SdkClientException"
STOPPED_AT = (StateName.OBSERVE, StateName.PAUSE, StateName.ASSOCIATE, StateName.REPORT)
PLAN_STOPPED_AT = (PlanState.RUN_STAGES, PlanState.REPORT, PlanState.CONCLUDE)
BY_HAND = ("one that runs", "one that is not there", "one of another machine", "nothing")


class Hindrance(NamedTuple):
    """A state of a watchdog that may fail, of a plan's or a migration's, and how often it tries."""

    state: WatchdogState | PlanWatchdogState
    error: str
    tries: int

    @property
    def is_of_a_plan(self) -> bool:
        """Return whether the watchdog of plans has it: both have states of the same names."""
        return isinstance(self.state, PlanWatchdogState)

    def __str__(self) -> str:
        """Return what fails, in words."""
        whose = "a plan's watchdog" if self.is_of_a_plan else "a watchdog"
        return f"{whose}: {self.state} fails"


HINDRANCES = (
    Hindrance(WatchdogState.LOOK_AT_EXECUTION, SERVICE, 6),
    Hindrance(WatchdogState.CLAIM_END, TABLE, 4),
    Hindrance(WatchdogState.INVESTIGATE, LAMBDA, 6),
    Hindrance(WatchdogState.ANNOUNCE_INTERRUPTION, BUS, TOLD),
    Hindrance(WatchdogState.FREE_GATEWAY, TABLE, 4),
    Hindrance(PlanWatchdogState.LOOK_AT_EXECUTION, SERVICE, 6),
    Hindrance(PlanWatchdogState.CLAIM_END, TABLE, 4),
    Hindrance(PlanWatchdogState.RECALL_PLAN, TABLE, 4),
    Hindrance(PlanWatchdogState.CONCLUDE, LAMBDA, 6),
    Hindrance(PlanWatchdogState.ANNOUNCE_INTERRUPTION, BUS, TOLD),
    Hindrance(PlanWatchdogState.FREE_CLAIM, TABLE, 4),
)
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


def hindered(draft: Draft, by: Hindrance) -> bool:
    """Stop a migration or a plan, and let its watchdog fail, and sometimes the next one as well."""
    if by.is_of_a_plan and not draft.as_plan():
        return False
    again = draft.dice.pick([1, 1, 2]) if by.tries < TOLD else 1
    draft.fail(by.state, by.error, times=by.tries * again)
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


def heard_twice(draft: Draft, state: WatchdogState | None = None, *, is_late: bool = False) -> bool:
    """Let several watchdogs be started for one end, and a state fail with which they agree."""
    times = 2 if is_late else draft.dice.pick([1, 2])
    late = HOUR if is_late else draft.dice.pick([0, 0, draft.dice.whole(1, 60)])
    status = {"status": "ABORTED"}
    draft.events.append(EventFault(source="aws.states", detail=status, repeat=times, delay=late))
    if state is not None:
        draft.fail(state, RIVALRY[state])
    draft.interrupt(at=draft.dice.whole(15, 60))
    return True


def of_a_plan_heard_twice(
    draft: Draft, state: WatchdogState | None = None, *, is_late: bool = False
) -> bool:
    """Let several watchdogs be started for the end of a plan."""
    return draft.as_plan() and heard_twice(draft, state, is_late=is_late)


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
    """Interrupt a migration, and let the event about that be lost, late, or come twice."""
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


def of_a_plan_unreleased(draft: Draft, *, is_found_out: bool) -> bool:
    """Let a plan end by itself and keep its id; its watchdog finds out about it, or not."""
    draft.asked["requestId"] = f"CHG{draft.world.seed:04}"
    draft.fail(PlanState.FREE_CLAIM, TABLE, times=4)
    if not is_found_out:
        draft.fail(PlanState.CONCLUDE, LAMBDA, first=2)
    return draft.as_plan()
