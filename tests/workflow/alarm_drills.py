"""What makes each alarm ring: scenarios that ship, and drills for what no scenario brings about."""

import json
import re
from collections.abc import Callable, Iterable

from simulator.cloud import ExecutionInterruption, InterruptionKind
from simulator.scenarios.model import Scenario, load, named
from tests.workflow.conftest import Deployed

Drill = Callable[[Deployed], None]
WORLD = "happy-path-dual-stack-lag"
STOPPED_PLAN = "stopped-while-a-move-is-on-its-way"

RINGING = {
    "rollback-fails-too": ["RollbackFailed"],
    "rollback-never": ["NeedsAttention"],
    "execution-breaks": ["Interrupted"],
    "machine-times-out": ["TimedOut", "Interrupted"],
    "stopped-while-it-looks": ["Aborted", "Interrupted"],
    "a-failure-halts-the-rest": ["PlanHalted"],
    "halted-by-hand": ["PlanHalted"],
    STOPPED_PLAN: ["PlanAborted", "PlanInterrupted"],
}
OTHER_ENDS = {
    InterruptionKind.TIME_OUT: ["PlanTimedOut", "PlanInterrupted"],
    InterruptionKind.FAIL: ["PlanInterrupted"],
}
"""What rings where the plan that is stopped above ends otherwise."""


def ended_by(kind: InterruptionKind) -> Scenario:
    """Return the plan that is stopped above with another end of it."""
    error = "States.DataLimitExceeded" if kind is InterruptionKind.FAIL else None
    end = ExecutionInterruption(at=40, kind=kind, error=error)
    return load(named(STOPPED_PLAN)).model_copy(update={"interruptions": (end,)})


ANSWERED = [
    "answers-that-say-nothing",
    "an-earlier-yes-is-not-for-what-has-changed",
    "approved-before-it-is-asked",
    "approved-by-who-asked",
    "approved-from-a-source-that-may-not",
    "approved-number-of-two",
    "cancelled-after-the-end",
    "cancelled-before-it-is-known",
    "two-approvals-from-two-sources",
]
"""Scenarios in which answers are not heard, for every reason that there is."""

QUIET = [
    WORLD,
    "already-on-target",
    "dry-run",
    "malformed-request",
    "vlan-taken",
    "refused",
    "quota-lost-to-a-race",
    "delivered-twice",
    "busy-and-not-waited-for",
    "approved-by-an-event",
    "refused-by-a-person",
    "cancelled-at-once",
    "cancelled-on-the-way",
    "bgp-never-comes-up",
    "throttled-polls",
    "throttled-association",
    "a-plan-is-approved",
    "a-plan-is-refused",
    "a-plan-as-a-dry-run",
    "a-plan-is-delivered-twice",
    "halted-while-it-waits",
    "nothing-to-move",
    "two-failures-may-be",
]


def invoke_in_vain(handler: str) -> Drill:
    """Return a drill in which a function is sent what it can't read."""

    def drill(deployed: Deployed) -> None:
        client = deployed.cloud.client("lambda")
        [name] = [
            function["FunctionName"]
            for function in client.list_functions()["Functions"]
            if function["Handler"] == f"vifshift.handlers.{handler}.handler"
        ]
        client.invoke(FunctionName=name, Payload="{}")

    return drill


def lose_a_request(deployed: Deployed) -> None:
    machine = deployed.cloud.outputs["StateMachineArn"]
    deployed.cloud.client("stepfunctions").delete_state_machine(stateMachineArn=machine)
    deployed.send(deployed.scenario.trigger.request)


def lose_what_people_are_to_be_told(deployed: Deployed) -> None:
    for topic in deployed.cloud.client("sns").list_topics()["Topics"]:
        deployed.cloud.client("sns").delete_topic(TopicArn=topic["TopicArn"])
    deployed.send({})


def start(deployed: Deployed, output: str, given: object) -> None:
    deployed.cloud.client("stepfunctions").start_execution(
        stateMachineArn=deployed.cloud.outputs[output], input=json.dumps(given)
    )


def break_watchdog(output: str) -> Drill:
    """Return a drill in which a watchdog is handed what no watchdog can read."""
    return lambda deployed: start(deployed, output, {})


def time_watchdog_out(output: str, watched: str) -> Drill:
    """Return a drill in which a watchdog looks after an execution, and does not get to its end."""

    def drill(deployed: Deployed) -> None:
        time_out = ExecutionInterruption(at=5, kind=InterruptionKind.TIME_OUT)
        machine = deployed.cloud.outputs[output]
        deployed.cloud.plan_faults(interruptions=[time_out], state_machine=machine)
        stopped = f"{deployed.cloud.outputs[watched]}:run-1".replace(
            ":stateMachine:", ":execution:"
        )
        execution = {"arn": stopped, "name": "run-1"}
        start(deployed, output, {"execution": execution, "status": "ABORTED"})

    return drill


DRILLS: dict[str, Drill] = {
    "WatchdogFailed": break_watchdog("WatchdogStateMachineArn"),
    "WatchdogTimedOut": time_watchdog_out("WatchdogStateMachineArn", "StateMachineArn"),
    "PlanWatchdogFailed": break_watchdog("PlanWatchdogStateMachineArn"),
    "PlanWatchdogTimedOut": time_watchdog_out("PlanWatchdogStateMachineArn", "PlanStateMachineArn"),
    "DeadLetters": lose_a_request,
    "UndeliveredNotifications": lose_what_people_are_to_be_told,
    "ConcludeErrors": invoke_in_vain("conclude"),
    "ReportErrors": invoke_in_vain("report"),
    "AdvanceErrors": invoke_in_vain("advance"),
    "ConcludePlanErrors": invoke_in_vain("conclude_plan"),
    "ReportPlanErrors": invoke_in_vain("report_plan"),
    "AnswerErrors": invoke_in_vain("answer"),
    "InvestigateErrors": invoke_in_vain("investigate"),
    "SweepErrors": invoke_in_vain("sweep"),
}


def names(alarms: Iterable[str]) -> list[str]:
    """Return the names that the template's logical ids are made of, each once."""
    found = [re.fullmatch(r"Monitoring(\w+?)[0-9A-F]{8}", alarm) for alarm in alarms]
    return list(dict.fromkeys(match[1] for match in found if match))
