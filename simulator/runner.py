"""Runs one scenario: deploys the template, fires the trigger, lets the workflow run to its end."""

import json
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import JsonValue

from simulator.account import Assumption, assumptions
from simulator.answers import say
from simulator.cloud import Checkpoint, Cloud, DataPoint, NothingToDisturb
from simulator.directconnect import Call, Transition
from simulator.scenario import BadScenarioError, Scenario, Trigger, TriggerKind
from simulator.staging import install, networks, stage
from simulator.synthesis import synthesized
from vifshift.events import FINAL, DetailType

LONGEST = timedelta(days=2)

LambdaRuntime = Literal["inline", "process"]


@dataclass(frozen=True)
class Record:
    """All that a run has left behind.

    `executions`, and `histories` in the same order, are of every state machine, `state_machine`
    is that of the migrations; `notifications` are what each topic got, by its ARN, `chat_topic` is
    that of the chat; `calls`, `transitions` and `connection_ids` are of all worlds, `assumptions`
    are the calls of AssumeRole that the stack's account has made, `alarms` those that have rung, by
    logical id and in order; `evidence` is the text of all objects in the bucket, by key.
    """

    scenario: Scenario
    started_at: datetime
    state_machine: str
    executions: Sequence[dict[str, Any]]
    histories: Sequence[Sequence[dict[str, Any]]]
    events: Sequence[dict[str, Any]]
    service_events: Sequence[dict[str, Any]]
    notifications: Sequence[tuple[str, str]]
    chat_topic: str
    calls: Sequence[Call]
    transitions: Sequence[Transition]
    connection_ids: dict[str, str | None]
    assumptions: Sequence[Assumption]
    evidence: Mapping[str, str]
    logs: Sequence[tuple[str, str]]
    locks: Sequence[str]
    dead_letters: int
    data_points: Sequence[DataPoint]
    alarms: Sequence[str]
    is_idle: bool
    wall_seconds: float

    @property
    def execution(self) -> dict[str, Any] | None:
        """Return the first migration's execution, or None where nothing was started."""
        return next((execution for execution, _ in self._migrations), None)

    @property
    def history(self) -> Sequence[dict[str, Any]]:
        """Return the history of the first migration."""
        return next((history for _, history in self._migrations), ())

    @property
    def _migrations(self) -> Iterator[tuple[dict[str, Any], Sequence[dict[str, Any]]]]:
        for execution, history in zip(self.executions, self.histories, strict=True):
            if execution["stateMachineArn"] == self.state_machine:
                yield execution, history

    @property
    def chat(self) -> list[str]:
        """Return what people were told in chat, in order."""
        return [text for topic, text in self.notifications if topic == self.chat_topic]

    @property
    def final_events(self) -> list[dict[str, Any]]:
        """Return the events that tell how the migrations ended: one each, if all is well."""
        return [event for event in self.events if event["detail-type"] in FINAL.values()]

    def ends_of(self, trigger: Trigger) -> list[dict[str, Any]]:
        """Return the final events of what a trigger has started, known by what it asked for."""
        if not self.scenario.later_triggers:
            return self.final_events
        asked = subject_asked(self.scenario.asked(trigger))
        return [event for event in self.final_events if subject_of(event) == asked]

    @property
    def outcome(self) -> str | None:
        """Return the outcome that the first trigger's last final event tells."""
        ends = self.ends_of(self.scenario.trigger)
        return ends[-1]["detail"]["data"]["outcome"] if ends else None

    @property
    def message(self) -> str:
        """Return what is said about its end."""
        ends = self.ends_of(self.scenario.trigger)
        return ends[-1]["detail"]["data"]["message"] if ends else ""

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


def subject_asked(request: JsonValue) -> tuple[JsonValue, JsonValue]:
    """Return the VIF and the target that a request names, as far as it can be read."""
    fields = request if isinstance(request, dict) else {}
    return fields.get("virtualInterfaceId"), fields.get("connectionId")


def subject_of(event: dict[str, Any]) -> tuple[JsonValue, JsonValue]:
    """Return the VIF and the target that an event is about."""
    subject = event["detail"]["data"]["subject"]
    return subject["virtualInterfaceId"], subject["targetConnectionId"]


class Session:
    """Runs many scenarios on one deployment; use it as a context manager, one at a time.

    Each run begins right after the deployment, as in a cloud of its own. A scenario of another
    account or Region than the one before, or with other settings, is deployed for anew.
    """

    def __init__(self, assembly: Path, lambda_runtime: LambdaRuntime = "inline") -> None:
        self._assembly = assembly
        self._runtime = lambda_runtime
        self._place: tuple[str, str, Path] | None = None
        self._stack = ExitStack()
        self._cloud: Cloud
        self._deployed: Checkpoint

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._place = None
        self._stack.close()

    def run(self, scenario: Scenario) -> Record:
        """Run a scenario in virtual time."""
        began = time.perf_counter()
        settings, world = scenario.settings, scenario.world
        assembly = self._assembly if settings is None else synthesized(settings)
        self._prepare(world.account, world.region, assembly)
        return _run(self._cloud, scenario, began)

    def _prepare(self, account: str, region: str, assembly: Path) -> None:
        """Bring the cloud back to where it is deployed, and no more."""
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


def _run(cloud: Cloud, scenario: Scenario, began: float) -> Record:
    _wait_for(cloud, scenario)
    stage(scenario)
    _disturb(cloud, scenario)
    started_at = cloud.clock.now()
    _fire(cloud, scenario.trigger)
    for trigger in scenario.later_triggers:
        cloud.clock.call_later(trigger.at, partial(_fire, cloud, trigger))
    for answer in scenario.answers:
        cloud.clock.call_later(answer.at, partial(say, cloud, answer))
    is_idle = cloud.run_until_idle(LONGEST)
    staged = networks(scenario)
    for network in staged:
        network.advance()
    executions = cloud.executions()
    histories = [cloud.execution_history(each["executionArn"]) for each in executions]
    return Record(
        scenario=scenario,
        started_at=started_at,
        state_machine=cloud.outputs["StateMachineArn"],
        executions=executions,
        histories=histories,
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
        alarms=cloud.alarms_rung(),
        is_idle=is_idle,
        wall_seconds=time.perf_counter() - began,
    )


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
        for number in range(1, trigger.times + 1):
            is_first = (trigger.at, number) == (0, 1)
            cloud.client("stepfunctions").start_execution(
                stateMachineArn=cloud.outputs["StateMachineArn"],
                name="by-hand" if is_first else f"by-hand-at-{trigger.at:g}-{number}",
                input=request,
            )
        return
    entry = {
        "EventBusName": cloud.outputs["EventBusName"],
        "Source": "an-engineer",
        "DetailType": DetailType.REQUESTED,
        "Detail": request,
    }
    cloud.client("events").put_events(Entries=[entry] * trigger.times)


def locks(cloud: Cloud) -> list[str]:
    """Return the keys of the gateways that nobody has freed, be their lease over or not."""
    items = cloud.client("dynamodb").scan(TableName=cloud.outputs["LocksTableName"])["Items"]
    return [key for item in items if (key := item["pk"]["S"]).startswith("gateway#")]
