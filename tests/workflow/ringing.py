"""What makes each alarm ring: scenarios that ship, and drills for what no scenario brings about."""

import json
import re
from collections.abc import Callable, Iterable

from simulator.cloud import Interruption, InterruptionKind
from tests.workflow.conftest import Deployed

Drill = Callable[[Deployed], None]
WORLD = "happy-path-dual-stack-lag"

RINGING = {
    "rollback-fails-too": ["RollbackFailed"],
    "rollback-never": ["NeedsAttention"],
    "execution-breaks": ["Interrupted"],
    "machine-times-out": ["TimedOut", "Interrupted"],
    "stopped-while-it-looks": ["Aborted", "Interrupted"],
}
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
    "halted-by-hand",
    "halted-while-it-waits",
    "nothing-to-move",
    "stopped-while-a-move-is-on-its-way",
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


def say_what_can_not_be_read(deployed: Deployed) -> None:
    entry = {
        "EventBusName": deployed.cloud.outputs["EventBusName"],
        "Source": "a-person",
        "DetailType": "VIF Migration Approved",
        "Detail": "{}",
    }
    deployed.cloud.client("events").put_events(Entries=[entry])


def lose_a_request(deployed: Deployed) -> None:
    machine = deployed.cloud.outputs["StateMachineArn"]
    deployed.cloud.client("stepfunctions").delete_state_machine(stateMachineArn=machine)
    deployed.send(deployed.scenario.trigger.request)


def lose_what_people_are_to_be_told(deployed: Deployed) -> None:
    for topic in deployed.cloud.client("sns").list_topics()["Topics"]:
        deployed.cloud.client("sns").delete_topic(TopicArn=topic["TopicArn"])
    deployed.send({})


def start_watchdog(deployed: Deployed, given: object) -> None:
    deployed.cloud.client("stepfunctions").start_execution(
        stateMachineArn=deployed.cloud.outputs["WatchdogStateMachineArn"], input=json.dumps(given)
    )


def break_the_watchdog(deployed: Deployed) -> None:
    start_watchdog(deployed, {})


def time_the_watchdog_out(deployed: Deployed) -> None:
    machine = deployed.cloud.outputs["WatchdogStateMachineArn"]
    time_out = Interruption(at=5, kind=InterruptionKind.TIME_OUT)
    deployed.cloud.disturb(interruptions=[time_out], state_machine=machine)
    stopped = f"{deployed.cloud.outputs['StateMachineArn']}:run-1".replace(
        ":stateMachine:", ":execution:"
    )
    start_watchdog(deployed, {"execution": {"arn": stopped, "name": "run-1"}, "status": "ABORTED"})


DRILLS: dict[str, Drill] = {
    "WatchdogFailed": break_the_watchdog,
    "WatchdogTimedOut": time_the_watchdog_out,
    "Undelivered": lose_a_request,
    "Untold": lose_what_people_are_to_be_told,
    "ConcludeErrors": invoke_in_vain("conclude"),
    "ReportErrors": invoke_in_vain("report"),
    "AdvanceErrors": invoke_in_vain("advance"),
    "ConcludePlanErrors": invoke_in_vain("conclude_plan"),
    "ReportPlanErrors": invoke_in_vain("report_plan"),
    "AnswerErrors": say_what_can_not_be_read,
    "InvestigateErrors": invoke_in_vain("investigate"),
}


def names(alarms: Iterable[str]) -> list[str]:
    """Return the names that the template's logical ids are made of, each once."""
    found = [re.fullmatch(r"Monitoring(\w+?)[0-9A-F]{8}", alarm) for alarm in alarms]
    return list(dict.fromkeys(match[1] for match in found if match))
