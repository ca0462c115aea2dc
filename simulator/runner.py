"""Runs one scenario: deploys the template, fires the trigger, lets the workflow run to its end."""

import json
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Literal

from simulator.cloud import Cloud, NothingToDisturb
from simulator.directconnect import Call, Transition
from simulator.scenario import BadScenarioError, Scenario, Trigger, TriggerKind
from simulator.staging import install, stage
from simulator.synthesis import synthesized
from vifshift.events import FINAL, DetailType

LONGEST = timedelta(days=2)

LambdaRuntime = Literal["inline", "process"]


@dataclass(frozen=True)
class Record:
    """All that a run has left behind; `execution` is None where nothing was started.

    `execution` and `history` are of the first migration, `executions` are of every state machine.
    """

    scenario: Scenario
    started_at: datetime
    execution: dict[str, Any] | None
    executions: Sequence[dict[str, Any]]
    history: Sequence[dict[str, Any]]
    events: Sequence[dict[str, Any]]
    service_events: Sequence[dict[str, Any]]
    calls: Sequence[Call]
    transitions: Sequence[Transition]
    connection_ids: dict[str, str | None]
    logs: Sequence[tuple[str, str]]
    locks: Sequence[str]
    dead_letters: int
    is_idle: bool
    wall_seconds: float

    @property
    def final_events(self) -> list[dict[str, Any]]:
        """Return the events that tell how the migration ended: one, if all is well."""
        return [event for event in self.events if event["detail-type"] in FINAL.values()]

    @property
    def outcome(self) -> str | None:
        """Return the outcome that the final event tells."""
        return self.final_events[-1]["detail"]["data"]["outcome"] if self.final_events else None

    @property
    def message(self) -> str:
        """Return what the execution says about its end."""
        if self.execution is None:
            return ""
        output = json.loads(self.execution.get("output") or "{}")
        return str(self.execution.get("cause") or output.get("message", ""))

    @property
    def virtual_seconds(self) -> float:
        """Return how long the execution took."""
        if self.execution is None or "stopDate" not in self.execution:
            return 0.0
        taken: timedelta = self.execution["stopDate"] - self.execution["startDate"]
        return taken.total_seconds()

    def summary(self, failures: Sequence[str]) -> dict[str, Any]:
        """Return the run as `--json` writes it."""
        execution = self.execution or {}
        return {
            "scenario": self.scenario.name,
            "outcome": self.outcome,
            "executionStatus": execution.get("status"),
            "error": execution.get("error"),
            "events": [event["detail-type"] for event in self.events],
            "connectionId": self.connection_ids,
            "apiCalls": dict(sorted(Counter(call.operation for call in self.calls).items())),
            "transitions": sum(event["type"].endswith("StateEntered") for event in self.history),
            "virtualSeconds": self.virtual_seconds,
            "wallSeconds": round(self.wall_seconds, 3),
            "failures": list(failures),
        }


def run(scenario: Scenario, assembly: Path, lambda_runtime: LambdaRuntime = "inline") -> Record:
    """Run a scenario in virtual time, in a cloud of its own.

    It is run against the assembly, or against one with the settings that it brings.
    """
    began = time.perf_counter()
    assembly = assembly if scenario.settings is None else synthesized(scenario.settings)
    install()
    world = scenario.world
    with Cloud(account=world.account, region=world.region, lambda_runtime=lambda_runtime) as cloud:
        cloud.deploy(assembly, stack_name(assembly))
        _wait_for(cloud, scenario)
        network = stage(scenario)
        _disturb(cloud, scenario)
        started_at = cloud.clock.now()
        _fire(cloud, scenario.trigger)
        is_idle = cloud.run_until_idle(LONGEST)
        network.advance()
        executions = cloud.executions()
        machine = cloud.outputs["StateMachineArn"]
        migrations = (each for each in executions if each["stateMachineArn"] == machine)
        execution = next(migrations, None)
        return Record(
            scenario=scenario,
            started_at=started_at,
            execution=execution,
            executions=executions,
            history=cloud.execution_history(execution["executionArn"]) if execution else [],
            events=list(cloud.published_events),
            service_events=list(cloud.service_events),
            calls=list(network.calls),
            transitions=list(network.history),
            connection_ids={
                vif: network.connection_of(vif)
                for vif in (str(item["virtualInterfaceId"]) for item in world.virtual_interfaces)
            },
            logs=list(cloud.lambda_logs),
            locks=locks(cloud),
            dead_letters=len(cloud.dead_letters(cloud.outputs["DeadLetterQueueUrl"])),
            is_idle=is_idle,
            wall_seconds=time.perf_counter() - began,
        )


def stack_name(assembly: Path) -> str:
    """Return the name of the assembly's one stack."""
    manifest = json.loads((assembly / "manifest.json").read_text(encoding="utf-8"))
    [name] = [
        key
        for key, artifact in manifest["artifacts"].items()
        if artifact["type"] == "aws:cloudformation:stack"
    ]
    return str(name)


def _disturb(cloud: Cloud, scenario: Scenario) -> None:
    machine = cloud.outputs["StateMachineArn"]
    try:
        cloud.disturb(scenario.task_faults, scenario.interruptions, machine)
    except NothingToDisturb as error:
        raise BadScenarioError(f"{scenario.name}: {error}") from None


def _wait_for(cloud: Cloud, scenario: Scenario) -> None:
    """Let time pass until the schedule of the trigger's window is due, and no longer."""
    window = scenario.trigger.window
    if window is None:
        return
    due = cloud.next_firing(f"{window}.1")
    if due is None:
        raise BadScenarioError(f"{scenario.name}: no window {window!r} is due any more")
    cloud.clock.sleep((due - cloud.clock.now()).total_seconds())


def _fire(cloud: Cloud, trigger: Trigger) -> None:
    if trigger.kind is TriggerKind.SCHEDULE:
        return
    request = json.dumps(trigger.request)
    if trigger.kind is TriggerKind.EXECUTION:
        cloud.client("stepfunctions").start_execution(
            stateMachineArn=cloud.outputs["StateMachineArn"],
            name="by-hand",
            input=request,
        )
        return
    entry = {
        "EventBusName": cloud.outputs["EventBusName"],
        "Source": "an-engineer",
        "DetailType": DetailType.REQUESTED,
        "Detail": request,
    }
    cloud.client("events").put_events(Entries=[entry])


def locks(cloud: Cloud) -> list[str]:
    """Return the keys of the gateways that are still locked."""
    items = cloud.client("dynamodb").scan(TableName=cloud.outputs["LocksTableName"])["Items"]
    return [key for item in items if (key := item["pk"]["S"]).startswith("gateway#")]
