"""The record of a run: executions, events, calls, and the true states over time."""

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any, NamedTuple

from pydantic import JsonValue

from simulator.cloud import DataPoint, Denial
from simulator.directconnect import Call, Transition
from simulator.moto_ext.account import Assumption
from simulator.runs.guard_truth import AlarmsAt
from simulator.runs.requests import asked_by, bare, request_id_asked, subject_asked
from simulator.scenarios.model import Scenario, ScenarioTrigger
from vifshift.domain.object_keys import PLANS
from vifshift.events.base import DetailType
from vifshift.events.migration import FINAL
from vifshift.events.plan import PLAN_FINAL


class StartedMove(NamedTuple):
    """A migration that a plan has started: its execution and its request."""

    execution: dict[str, Any]
    plan_id: str
    number: int
    request: dict[str, JsonValue]


@dataclass(frozen=True)
class Record:
    """The record of a run.

    `executions`, and `histories` in the same order, are of every state machine; `state_machine`
    is the one of migrations, `plan_machine` the one of plans; `notifications` are what each topic
    received, by its ARN, `chat_topic` is that of chat; `calls`, `transitions` and `connection_ids`
    are those of all worlds; `assumptions` are the stack's calls of AssumeRole;
    `denials` are the calls that the deployed policies did not allow;
    `alarms` have fired, by logical id and in order, and `alarm_states` are those of the scenario's
    alarms at the time of each event; `evidence` is the text of all objects
    in the bucket, by key.
    """

    scenario: Scenario
    started_at: datetime
    state_machine: str
    plan_machine: str
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
    denials: Sequence[Denial]
    dead_letters: int
    data_points: Sequence[DataPoint]
    alarms: Sequence[str]
    is_idle: bool
    wall_seconds: float
    alarm_states: AlarmsAt = field(default_factory=dict)

    @property
    def is_plan(self) -> bool:
        """Return whether the first trigger requests a plan."""
        return self.scenario.is_plan(self.scenario.trigger)

    @property
    def execution(self) -> dict[str, Any] | None:
        """Return the first migration's or plan's execution, or None if nothing was started."""
        return next((execution for execution, _ in self._started), None)

    @property
    def history(self) -> Sequence[dict[str, Any]]:
        """Return the history of that execution."""
        return next((history for _, history in self._started), ())

    @property
    def _started(self) -> Iterator[tuple[dict[str, Any], Sequence[dict[str, Any]]]]:
        machine = self.plan_machine if self.is_plan else self.state_machine
        for execution, history in zip(self.executions, self.histories, strict=True):
            if execution["stateMachineArn"] == machine:
                yield execution, history

    @cached_property
    def plans(self) -> list[dict[str, Any]]:
        """Return the executions of plans, in the order in which they were started."""
        return [each for each in self.executions if each["stateMachineArn"] == self.plan_machine]

    @cached_property
    def moves(self) -> list[StartedMove]:
        """Return the migrations that plans have started, in that order."""
        inputs = (
            (each, json.loads(each["input"]))
            for each in self.executions
            if each["stateMachineArn"] == self.state_machine
        )
        return [
            StartedMove(each, asked["plan"]["planId"], asked["plan"]["number"], asked["request"])
            for each, asked in inputs
            if isinstance(asked, dict) and asked.get("trigger") == "plan"
        ]

    @property
    def move_outcomes(self) -> dict[str, str]:
        """Return the outcome of each VIF's last move, from the report of the last plan."""
        reports = [
            json.loads(text)
            for key, text in self.evidence.items()
            if key.startswith(PLANS) and key.endswith("/report.json")
        ]
        if not reports:
            return {}
        last = max(reports, key=lambda each: str(each["endedAt"]))
        return {each["virtualInterfaceId"]: each["outcome"] for each in last["moves"]}

    @property
    def chat(self) -> list[str]:
        """Return the chat messages in order."""
        return [text for topic, text in self.notifications if topic == self.chat_topic]

    @property
    def final_events(self) -> list[dict[str, Any]]:
        """Return the final events of migrations: one each, if all is well."""
        return [event for event in self.events if event["detail-type"] in FINAL.values()]

    @property
    def plan_ends(self) -> list[dict[str, Any]]:
        """Return the final events of plans."""
        return [event for event in self.events if event["detail-type"] in PLAN_FINAL.values()]

    @property
    def findings(self) -> list[dict[str, Any]]:
        """Return what plans and migrations have found, in their final events."""
        ends = [*self.plan_ends, *self.final_events]
        return [finding for end in ends for finding in end["detail"]["data"]["findings"]]

    def ends_of(self, trigger: ScenarioTrigger) -> list[dict[str, Any]]:
        """Return the final events of what a trigger has started, identified by its request."""
        if self.scenario.is_plan(trigger):
            wanted = {each["executionArn"] for each in self.plans_of(trigger)}
            return [event for event in self.plan_ends if execution_of(event) in wanted]
        if not self.scenario.later_triggers:
            return self.final_events
        asked = subject_asked(asked_by(self.scenario, trigger))
        children = {move.execution["executionArn"] for move in self.moves}
        found = [
            event
            for event in self.final_events
            if self._subject_of(event) == asked and execution_of(event) not in children
        ]
        own = request_id_asked(asked_by(self.scenario, trigger))
        if own is not None:
            named_so = [event for event in found if request_id_of(event) == own]
            return self._of_one(trigger, named_so, execution_of)
        named = {request_id_asked(asked_by(self.scenario, each)) for each in self.scenario.triggers}
        unnamed = [event for event in found if request_id_of(event) not in named]
        return self._of_one(trigger, unnamed, request_id_of)

    def _subject_of(self, event: dict[str, Any]) -> tuple[JsonValue, JsonValue]:
        """Return the VIF and the target of an event, or else of the request that it is about."""
        told = subject_of(event)
        if told != (None, None):
            return told
        arn = execution_of(event)
        given = (each["input"] for each in self.executions if each["executionArn"] == arn)
        return next((subject_asked(bare(json.loads(each))) for each in given), told)

    def _of_one(
        self,
        trigger: ScenarioTrigger,
        found: list[dict[str, Any]],
        identity: Callable[[dict[str, Any]], str],
    ) -> list[dict[str, Any]]:
        """Return those of some final events that are of one of several requests for one move.

        Requests without ids of their own have them from their senders; those with the same one are
        told apart by their executions: the first to be started are those of the first trigger, as
        many as it comes `times`; what more is started, by what is repeated, is of the last one.
        """
        asked = asked_by(self.scenario, trigger)
        equal = [
            each
            for each in self.scenario.triggers
            if not self.scenario.is_plan(each)
            and subject_asked(request := asked_by(self.scenario, each)) == subject_asked(asked)
            and request_id_asked(request) == request_id_asked(asked)
        ]
        equal.sort(key=lambda each: each.at)
        if len(equal) == 1:
            return found
        identities = dict.fromkeys(
            identity(event)
            for arn in (each["executionArn"] for each in self.executions)
            for event in found
            if execution_of(event) == arn
        )
        place = next(number for number, each in enumerate(equal) if each is trigger)
        begin = sum(each.times for each in equal[:place])
        end = begin + trigger.times if place < len(equal) - 1 else None
        mine = [*identities][begin:end]
        return [event for event in found if identity(event) in mine]

    def told_of(self, trigger: ScenarioTrigger) -> list[datetime]:
        """Return when the ends of what a trigger has started were told."""
        ends = (event["detail"]["metadata"]["occurredAt"] for event in self.ends_of(trigger))
        return [datetime.fromisoformat(each) for each in ends]

    def started_at_of(self, arn: str) -> datetime | None:
        """Return when the start of an execution's migration was told, None if it was not."""
        for event in self.events:
            if event["detail-type"] == DetailType.STARTED and execution_of(event) == arn:
                return datetime.fromisoformat(event["detail"]["metadata"]["occurredAt"])
        return None

    def plans_of(self, trigger: ScenarioTrigger) -> list[dict[str, Any]]:
        """Return the executions that a trigger for a plan has started."""
        asked = _but_for_a_list(self.scenario.asked(trigger), trigger)
        given = ((each, bare(json.loads(each["input"]))) for each in self.plans)
        return [each for each, plan in given if _but_for_a_list(plan, trigger) == asked]

    @property
    def outcome(self) -> str | None:
        """Return the outcome in the first trigger's last final event."""
        ends = self.ends_of(self.scenario.trigger)
        return ends[-1]["detail"]["data"]["outcome"] if ends else None

    @property
    def message(self) -> str:
        """Return the error and cause, or the final message."""
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
            **({"moves": self.move_outcomes} if self.is_plan else {}),
            "transitions": sum(event["type"].endswith("StateEntered") for event in self.history),
            "virtualSeconds": self.virtual_seconds,
            "wallSeconds": round(self.wall_seconds, 3),
            "failures": list(failures),
        }


def execution_of(event: dict[str, Any]) -> str:
    """Return the ARN of the execution that an event is of, empty if it is of none.

    That an answer was heard, or not, is told by no execution.
    """
    return str(event["detail"]["metadata"].get("executionArn", ""))


def _but_for_a_list(plan: JsonValue, trigger: ScenarioTrigger) -> JsonValue:
    """Return a request without its list of moves, which may be stored elsewhere."""
    if not (trigger.listed and isinstance(plan, dict)):
        return plan
    return {name: value for name, value in plan.items() if name not in {"moves", "movesUri"}}


def request_id_of(event: dict[str, Any]) -> str:
    """Return the id of the request that an event is about."""
    return str(event["detail"]["metadata"]["requestId"])


def subject_of(event: dict[str, Any]) -> tuple[JsonValue, JsonValue]:
    """Return the VIF and the target of an event."""
    subject = event["detail"]["data"]["subject"]
    return subject["virtualInterfaceId"], subject["targetConnectionId"]
