"""Generates faults of the platform: failing tasks and interrupted executions.

No event is generated whose delivery succeeds and whose answer is lost, since it is sent again: that
a bus may deliver twice is EventBridge's own rule, not a property of a migration.
"""

from dataclasses import dataclass, field

from simulator.cloud import EventFault, ExecutionInterruption, InterruptionKind, TaskFault
from simulator.explore.generators.dice import Dice
from simulator.explore.generators.world import WorldPlan
from vifshift.domain.workflow import StateName

LAMBDAS = (
    StateName.VALIDATE,
    StateName.VALIDATE_AGAIN,
    StateName.ASSOCIATE,
    StateName.OBSERVE,
    StateName.OBSERVE,
    StateName.CONCLUDE,
    StateName.REPORT,
)
TABLES = (StateName.CLAIM_REQUEST, StateName.LOCK_GATEWAY, StateName.UNLOCK_GATEWAY)
BUSES = (
    StateName.ANNOUNCE_START,
    StateName.ANNOUNCE_PROGRESS,
    StateName.ANNOUNCE_ROLLBACK,
    StateName.ANNOUNCE_OUTCOME,
)
LAMBDA_ERRORS = (
    "Lambda.TooManyRequestsException",
    "Lambda.ServiceException",
    "Lambda.Unknown",
    "Sandbox.Timedout",
    "Runtime.ExitError",
)
UNFORESEEN = "RuntimeError"
LATEST = 900
EVENTS = ("lost", "late", "twice")
# Entered only while a VIF is not listed, so that they would make other draws for nothing.
STATES = [
    state for state in StateName if state not in {StateName.LAST_LOOK, StateName.LAST_LOOK_AGAIN}
]
MOST_TRIES = {StateName.UNLOCK_GATEWAY: 3, StateName.ANNOUNCE_OUTCOME: 15}


@dataclass
class Failures:
    """The platform faults of one scenario, with descriptions."""

    task_faults: list[TaskFault] = field(default_factory=list)
    interruptions: list[ExecutionInterruption] = field(default_factory=list)
    told: list[str] = field(default_factory=list)


def generate_platform_faults(dice: Dice, plan: WorldPlan) -> Failures:
    """Generate no platform faults most of the time, else a few failing tasks or an interruption."""
    failures = Failures()
    if dice.chance(25):
        for _ in range(dice.weigh({1: 60, 2: 25, 4: 15})):
            failures.task_faults.append(_task_fault(dice))
            failures.told.append(f"task: {failures.task_faults[-1].state}")
    if dice.chance(12):
        failures.interruptions.append(_interruption(dice, plan))
        failures.told.append(f"platform: {failures.interruptions[-1].kind}")
    return failures


def generate_event_faults(dice: Dice, failures: Failures) -> tuple[EventFault, ...]:
    """Generate what becomes of Step Functions' own events: often nothing good."""
    if not failures.interruptions:
        return ()
    what = dice.weigh({"nothing": 40, "lost": 30, "late": 15, "twice": 15})
    said: dict[str, dict[str, object]] = {
        "lost": {"lose": True},
        "late": {"delay": dice.whole(1, LATEST)},
        "twice": {"repeat": 1, "delay": dice.whole(0, LATEST)},
    }
    if what not in said:
        return ()
    failures.told[-1] += f", its event {what}"
    return (EventFault.model_validate({"source": "aws.states", **said[what]}),)


def _task_fault(dice: Dice) -> TaskFault:
    state = dice.pick(dice.pick([LAMBDAS, LAMBDAS, TABLES, BUSES]))
    first = dice.whole(1, dice.whole(1, 10)) if state is StateName.OBSERVE else 1
    number = min(dice.weigh({1: 50, 3: 25, 6: 15, 40: 10}), MOST_TRIES.get(state, 40))
    calls = tuple(range(first, first + number))
    if state in TABLES:
        error = "DynamoDB.InternalServerError"
        return TaskFault(state=state, calls=calls, error=error, takes_effect=dice.chance(50))
    if state in BUSES:
        return TaskFault(state=state, calls=calls, error="EventBridge.InternalException")
    error = UNFORESEEN if dice.chance(15) else dice.pick(LAMBDA_ERRORS)
    return TaskFault(
        state=state,
        calls=calls,
        error=error,
        takes_effect=dice.chance(50),
        delay_seconds=60 if error == "Sandbox.Timedout" else dice.pick([0, 1, 20]),
    )


def _interruption(dice: Dice, plan: WorldPlan) -> ExecutionInterruption:
    kind = dice.weigh({"stop": 50, "time-out": 15, "fail": 15, "delete-function": 20})
    given: dict[str, object] = {"at": dice.about(plan.deadlines, LATEST), "kind": kind}
    if kind == "delete-function":
        function = dice.pick(["validate", "associate", "observe", "conclude", "report"])
        return ExecutionInterruption.model_validate({**given, "function": function})
    if kind == "fail":
        given["error"] = "States.DataLimitExceeded"
    if dice.chance(50):
        state = dice.pick(STATES)
        given["state"] = state
        given["at"] = dice.pick([0, 0, given["at"]])
        given["duringTask"] = state in LAMBDAS and dice.chance(50)
    return ExecutionInterruption.model_validate(given)


def kinds() -> list[str]:
    """Return the descriptions of all kinds."""
    states = dict.fromkeys((*LAMBDAS, *TABLES, *BUSES))
    ends = ["", *(f", its event {each}" for each in EVENTS)]
    interrupted = [f"platform: {kind}{end}" for kind in InterruptionKind for end in ends]
    return [*(f"task: {state}" for state in states), *interrupted]
