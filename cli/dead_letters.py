"""Dead letters: executions that could not be started, and how to start them again.

A dead letter of EventBridge holds the event itself (AWS: "Using dead-letter queues to process
undelivered events"), and one of EventBridge Scheduler the target's input (AWS: "Configuring a
schedule's dead-letter queue").
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from pydantic import JsonValue

from vifshift.domain.execution_input import MIGRATION_INPUT, PLAN_INPUT, WATCHDOG_INPUT, fill
from vifshift.events.base import DetailType

INTERRUPTED: Final = "Step Functions Execution Status Change"
_LONGEST_NAME: Final = 80
_NOT_IN_NAMES: Final = re.compile(r"[^A-Za-z0-9_-]")


class Attribute(StrEnum):
    """The attributes of a dead letter that are used here."""

    RULE_ARN = "RULE_ARN"
    SCHEDULE_ARN = "SCHEDULE_ARN"
    TARGET_ARN = "TARGET_ARN"
    ERROR_CODE = "ERROR_CODE"
    ERROR_MESSAGE = "ERROR_MESSAGE"
    EXECUTION_ID = "EXECUTION_ID"
    SCHEDULED_TIME = "SCHEDULED_TIME"
    IS_PAYLOAD_TRUNCATED = "IS_PAYLOAD_TRUNCATED"


class UnreadableLetterError(ValueError):
    """A message from which nothing can be started; it says why."""


@dataclass(frozen=True)
class DeadLetter:
    """A message of the dead-letter queue."""

    message_id: str
    receipt: str
    body: str
    attributes: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, message: Mapping[str, Any]) -> "DeadLetter":
        """Return the letter in a message of ReceiveMessage."""
        attributes = message.get("MessageAttributes", {})
        return cls(
            message_id=message["MessageId"],
            receipt=message["ReceiptHandle"],
            body=message["Body"],
            attributes={name: item.get("StringValue", "") for name, item in attributes.items()},
        )

    def is_of_sweep(self, stack: str) -> bool:
        """Return whether it is of the schedule that looks for unreported ends again and again."""
        return self.attributes.get(Attribute.SCHEDULE_ARN, "").endswith(f"/{stack}-sweep")

    @property
    def reason(self) -> str:
        """Return why it could not be delivered, or an empty text if that is not known."""
        names = (Attribute.ERROR_CODE, Attribute.ERROR_MESSAGE)
        said = (self.attributes.get(name, "") for name in names)
        return ": ".join(each for each in said if each)


@dataclass(frozen=True)
class ExecutionStart:
    """An execution to start; its name keeps it from being started twice."""

    state_machine: str
    name: str
    input: JsonValue
    described: str


@dataclass(frozen=True)
class Machines:
    """The ARNs of the stack's state machines."""

    migration: str
    watchdog: str
    plan: str
    plan_watchdog: str

    @property
    def with_requests(self) -> tuple[str, str]:
        """Return those that requests start, also by a schedule."""
        return self.migration, self.plan

    @property
    def all(self) -> tuple[str, ...]:
        """Return every one of them."""
        return *self.with_requests, self.watchdog, self.plan_watchdog


def read(letter: DeadLetter, machines: Machines) -> ExecutionStart:
    """Return what to start for a letter; raises `UnreadableLetterError`."""
    target = letter.attributes.get(Attribute.TARGET_ARN, "")
    if target not in machines.all:
        raise UnreadableLetterError(
            f"its target {target or '(none)'} is not a state machine of this stack"
        )
    try:
        body: JsonValue = json.loads(letter.body)
    except ValueError:
        raise UnreadableLetterError("its body is not JSON") from None
    if Attribute.RULE_ARN in letter.attributes:
        return _of_a_rule(body, target, machines)
    if Attribute.SCHEDULE_ARN in letter.attributes and target in machines.with_requests:
        return _of_a_schedule(letter, body, target)
    raise UnreadableLetterError("it comes from neither a rule nor a schedule")


def _of_a_rule(event: JsonValue, target: str, machines: Machines) -> ExecutionStart:
    """Return the start with the input that the rule would have made."""
    kinds: dict[tuple[str, object], Mapping[str, JsonValue]] = {
        (machines.migration, DetailType.REQUESTED.value): MIGRATION_INPUT,
        (machines.watchdog, INTERRUPTED): WATCHDOG_INPUT,
        (machines.plan, DetailType.PLAN_REQUESTED.value): PLAN_INPUT,
        (machines.plan_watchdog, INTERRUPTED): WATCHDOG_INPUT,
    }
    detail_type = event.get("detail-type") if isinstance(event, dict) else None
    template = kinds.get((target, detail_type))
    if template is None or not isinstance(event, dict):
        raise UnreadableLetterError(f"its event does not start {target}")
    try:
        return ExecutionStart(
            target, _name(event["id"]), fill(template, event), _description(event)
        )
    except KeyError as missing:
        raise UnreadableLetterError(f"its event has no {missing.args[0]}") from None


def _of_a_schedule(letter: DeadLetter, body: JsonValue, target: str) -> ExecutionStart:
    if letter.attributes.get(Attribute.IS_PAYLOAD_TRUNCATED) == "true":
        raise UnreadableLetterError("EventBridge Scheduler truncated its input")
    asked = _unwrapped(body)
    if not isinstance(asked, dict) or "request" not in asked:
        raise UnreadableLetterError("its input has no request")
    execution_id = letter.attributes.get(Attribute.EXECUTION_ID) or letter.message_id
    known = {
        "scheduled-time": letter.attributes.get(Attribute.SCHEDULED_TIME),
        "execution-id": execution_id,
        "schedule-arn": letter.attributes[Attribute.SCHEDULE_ARN],
    }
    text = json.dumps(asked)
    for word, value in known.items():
        text = text.replace(f"<aws.scheduler.{word}>", json.dumps(value)[1:-1] if value else "")
    schedule = letter.attributes[Attribute.SCHEDULE_ARN].rpartition("/")[2]
    return ExecutionStart(target, _name(execution_id), json.loads(text), f"the schedule {schedule}")


def _unwrapped(body: JsonValue) -> JsonValue:
    """Return the input within StartExecution's parameters, if that is what the letter holds."""
    if not isinstance(body, dict):
        return body
    for name in ("input", "Input"):
        if isinstance(text := body.get(name), str):
            try:
                inner: JsonValue = json.loads(text)
            except ValueError:
                raise UnreadableLetterError("its input is not JSON") from None
            return inner
    return body


def _description(event: Mapping[str, JsonValue]) -> str:
    return f"{event.get('detail-type')} {event.get('id')}"


def _name(identity: object) -> str:
    """Return an execution's name: StartExecution accepts a name once (AWS: its API reference)."""
    return f"redrive-{_NOT_IN_NAMES.sub('-', str(identity))}"[:_LONGEST_NAME]
