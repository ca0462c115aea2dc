"""Runs a scenario: deploys the template, fires the trigger, and lets the workflow run."""

import json
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack, suppress
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, Literal, Self

from botocore.exceptions import ClientError
from pydantic import JsonValue

from simulator.cloud import Checkpoint, Cloud, UnknownFaultTargetError
from simulator.directconnect import Call, Transition
from simulator.moto_ext.account import assumptions
from simulator.runs.answers import send_answer
from simulator.runs.guard_truth import alarms_at_events
from simulator.runs.record import Record
from simulator.runs.repetitions import redrive, replay
from simulator.runs.staging import install, networks, stage
from simulator.scenarios.model import (
    BadScenarioError,
    Scenario,
    ScenarioCall,
    ScenarioObject,
    ScenarioTrigger,
    TriggerKind,
)
from simulator.synthesis import synthesized
from vifshift.domain.open_executions import EVERY
from vifshift.domain.table_keys import ItemKind, key
from vifshift.events.base import DetailType

LONGEST = timedelta(days=60)
TURNS = 60_000
TURNS_OF_EACH = 2_000
"""How many turns the cloud's threads take at most: a run that takes more goes round in circles. A
migration takes about 200, and a history that is full 15,000."""

IDLE_SWEEPS = 6
"""How many sweeps in a row find nothing before a run is over. They come at growing distances, so
that the last one is ten hours after the end, and watchdogs have been tried again until then."""
_LIST = "lists/moves.json"
_LIST_BEFORE = "plans/lists/moves.json"
"""Where a list was before users' lists had a prefix of their own; scenario files may say so."""

LambdaRuntime = Literal["inline", "process"]


class Session:
    """Runs many scenarios on one deployment; use it as a context manager, one at a time.

    Each run begins right after the deployment, as in a cloud of its own. A scenario of another
    account, Region or settings than the one before needs a new deployment.
    """

    def __init__(
        self,
        assembly: Path,
        lambda_runtime: LambdaRuntime = "inline",
        synthesized: Callable[[Mapping[str, object]], Path] = synthesized,
    ) -> None:
        self._assembly = assembly
        self._runtime = lambda_runtime
        self._synthesized = synthesized
        self._place: tuple[str, str, Path] | None = None
        self._stack = ExitStack()
        self._cloud: Cloud
        self._deployed: Checkpoint

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def close(self) -> None:
        """Remove what is deployed; the next run deploys again."""
        self._place = None
        self._stack.close()

    @property
    def cloud(self) -> Cloud:
        """Return the cloud as the last run left it."""
        return self._cloud

    def run(self, scenario: Scenario, prepare: Callable[[Cloud], None] | None = None) -> Record:
        """Run a scenario in virtual time; the deployment doesn't count as a part of the run.

        `prepare` may change what is deployed, for this run.
        """
        cloud = self.cloud_for(scenario)
        if prepare is not None:
            prepare(cloud)
        return _run(cloud, scenario)

    def cloud_for(self, scenario: Scenario) -> Cloud:
        """Return the cloud as it is right after the deployment that a scenario needs."""
        settings, world = scenario.settings, scenario.world
        assembly = self._assembly if settings is None else self._synthesized(settings)
        self._prepare(world.account, world.region, assembly)
        return self._cloud

    def _prepare(self, account: str, region: str, assembly: Path) -> None:
        """Restore the cloud to its state right after the deployment, or deploy."""
        if self._place == (account, region, assembly):
            self._deployed.restore()
            return
        self._place = None
        self._stack.close()
        install()
        cloud = Cloud(account=account, region=region, lambda_runtime=self._runtime)
        self._cloud = self._stack.enter_context(cloud)
        cloud.deploy(assembly, stack_name(assembly))
        self._deployed = cloud.checkpoint()
        self._place = account, region, assembly


def run(scenario: Scenario, assembly: Path, lambda_runtime: LambdaRuntime = "inline") -> Record:
    """Run a scenario against the assembly, in virtual time, in a cloud of its own."""
    with Session(assembly, lambda_runtime) as session:
        return session.run(scenario)


def _run(cloud: Cloud, scenario: Scenario) -> Record:
    began = time.perf_counter()
    _wait_for(cloud, scenario)
    stage(scenario)
    _disturb(cloud, scenario)
    started_at = cloud.clock.now()
    fire(cloud, scenario, scenario.trigger)
    for trigger in scenario.later_triggers:
        cloud.clock.call_later(trigger.at, partial(fire, cloud, scenario, trigger))
    is_plan = scenario.is_plan(scenario.trigger)
    for answer in scenario.answers:
        cloud.clock.call_later(answer.at, partial(send_answer, cloud, answer, to_plan=is_plan))
    for call in scenario.calls:
        cloud.clock.call_later(call.at, partial(_call, cloud, call))
    for stored in scenario.objects:
        cloud.clock.call_later(stored.at, partial(_store, cloud, stored))
    machine = cloud.outputs[_machine_of(scenario, scenario.trigger)]
    for each in scenario.redrives:
        cloud.clock.call_later(each.at, partial(redrive, cloud, each, machine))
    for repeated in scenario.replays:
        cloud.clock.call_later(repeated.at, partial(replay, cloud, repeated))
    is_idle = cloud.run_until_idle(LONGEST, most_turns(scenario)) and _sweep(cloud, scenario)
    for network in (staged := networks(scenario)):
        network.advance()
    executions = cloud.executions()
    return Record(
        scenario=scenario,
        started_at=started_at,
        state_machine=cloud.outputs["StateMachineArn"],
        plan_machine=cloud.outputs["PlanStateMachineArn"],
        executions=executions,
        histories=[cloud.execution_history(each["executionArn"]) for each in executions],
        events=list(cloud.published_events),
        service_events=list(cloud.service_events),
        notifications=cloud.notifications,
        chat_topic=cloud.outputs["NotificationTopicArn"],
        calls=sorted((call for network in staged for call in network.calls), key=_time_of),
        transitions=sorted((each for network in staged for each in network.history), key=_time_of),
        connection_ids={
            vif: network.connection_of(vif)
            for network, each in zip(staged, scenario.worlds, strict=True)
            for vif in (str(item["virtualInterfaceId"]) for item in each.virtual_interfaces)
        },
        assumptions=assumptions(scenario.world.account),
        evidence=cloud.objects(cloud.outputs["EvidenceBucketName"]),
        logs=list(cloud.lambda_logs),
        locks=locks(cloud),
        dead_letters=len(cloud.dead_letters(cloud.outputs["DeadLetterQueueUrl"])),
        data_points=list(cloud.data_points),
        alarms=cloud.alarms_fired(),
        alarm_states=alarms_at_events(scenario, staged, cloud.published_events),
        denials=cloud.denials,
        is_idle=is_idle,
        wall_seconds=time.perf_counter() - began,
    )


def _sweep(cloud: Cloud, scenario: Scenario) -> bool:
    """Let the sweep come for as long as it finds what has ended unreported; return if it is idle.

    A run is over once nothing happens by itself, besides the sweep; it tries again more rarely, as
    long after the end as it has tried before.
    """
    seen, idle = -1, 0
    while idle < IDLE_SWEEPS and _items(cloud, ItemKind.OPEN):
        idle = 0 if seen < len(cloud.service_events) else idle + 1
        seen = len(cloud.service_events)
        cloud.clock.sleep(EVERY.total_seconds() * 2**idle)
        if not cloud.run_until_idle(LONGEST, most_turns(scenario)):
            return False
    return True


def most_turns(scenario: Scenario) -> int:
    """Return how many turns of threads a scenario may take, by the number of moves in it."""
    triggers = (scenario.trigger, *scenario.later_triggers)
    may_move = sum(len(world.virtual_interfaces) for world in scenario.worlds)
    return TURNS + TURNS_OF_EACH * (may_move + sum(trigger.times for trigger in triggers))


def _time_of(happening: Call | Transition) -> datetime:
    return happening.at


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
    machine = cloud.outputs[_machine_of(scenario, scenario.trigger)]
    moves = cloud.outputs["StateMachineArn"] if scenario.is_plan(scenario.trigger) else None
    faults, interruptions = scenario.task_faults, scenario.interruptions
    try:
        cloud.plan_faults(faults, interruptions, machine, scenario.events, moves)
    except UnknownFaultTargetError as error:
        raise BadScenarioError(f"{scenario.name}: {error}") from None


def _wait_for(cloud: Cloud, scenario: Scenario) -> None:
    """Let time pass until the schedule of the trigger's window is due, and no longer."""
    window = scenario.trigger.window
    if window is None:
        return
    due = cloud.next_firing(f"{window}.1")
    if due is None:
        raise BadScenarioError(f"{scenario.name}: no window {window!r} is still to come")
    cloud.clock.sleep((due - cloud.clock.now()).total_seconds())


def _machine_of(scenario: Scenario, trigger: ScenarioTrigger) -> str:
    """Return the output that names the state machine which a trigger starts."""
    return "PlanStateMachineArn" if scenario.is_plan(trigger) else "StateMachineArn"


def fire(cloud: Cloud, scenario: Scenario, trigger: ScenarioTrigger) -> None:
    """Fire a trigger of a scenario now."""
    if trigger.kind is TriggerKind.SCHEDULE:
        return
    is_plan = scenario.is_plan(trigger)
    given = scenario.asked(trigger)
    asked = json.dumps(_listed(cloud, given) if trigger.listed else given)
    if trigger.kind is TriggerKind.EXECUTION:
        for number in range(1, trigger.times + 1):
            is_first = (trigger.at, number) == (0, 1)
            cloud.client("stepfunctions").start_execution(
                stateMachineArn=cloud.outputs[_machine_of(scenario, trigger)],
                name="by-hand" if is_first else f"by-hand-at-{trigger.at:g}-{number}",
                input=asked,
            )
        return
    entry = {
        "EventBusName": cloud.outputs["EventBusName"],
        "Source": trigger.source,
        "DetailType": DetailType.PLAN_REQUESTED if is_plan else DetailType.REQUESTED,
        "Detail": asked,
    }
    cloud.client("events").put_events(Entries=[entry] * trigger.times)


def _call(cloud: Cloud, call: ScenarioCall) -> None:
    """Call a service as an engineer does, whatever comes of it."""
    with suppress(ClientError):
        getattr(cloud.client(call.service), call.operation)(**call.parameters)


def _store(cloud: Cloud, stored: ScenarioObject) -> None:
    """Store an object in the bucket, whatever is there under its key."""
    bucket, body = cloud.outputs["EvidenceBucketName"], json.dumps(stored.body).encode()
    key = _LIST if stored.key == _LIST_BEFORE else stored.key
    cloud.client("s3").put_object(Bucket=bucket, Key=key, Body=body)


def _listed(cloud: Cloud, plan: Any) -> JsonValue:
    """Store the moves of a plan in the bucket, and return the plan with their URI."""
    bucket, key = cloud.outputs["EvidenceBucketName"], _LIST
    body = json.dumps(plan["moves"]).encode()
    cloud.client("s3").put_object(Bucket=bucket, Key=key, Body=body)
    rest = {name: value for name, value in plan.items() if name != "moves"}
    return {**rest, "movesUri": f"s3://{bucket}/{key}"}


def locks(cloud: Cloud) -> list[str]:
    """Return the keys of the gateways that are still locked, even if their lease has expired."""
    return _items(cloud, ItemKind.GATEWAY)


def _items(cloud: Cloud, kind: ItemKind) -> list[str]:
    """Return the keys of one kind in the lock table."""
    items = cloud.client("dynamodb").scan(TableName=cloud.outputs["LocksTableName"])["Items"]
    return [each for item in items if (each := item["pk"]["S"]).startswith(key(kind, ""))]
