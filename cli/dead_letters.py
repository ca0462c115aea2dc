"""Dead letters: what could not be started, and what it is to be started with again.

EventBridge buries the event itself (AWS: "Using dead-letter queues to process undelivered events"),
EventBridge Scheduler the target's input (AWS: "Configuring a schedule's dead-letter queue").
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from pydantic import JsonValue

from vifshift.domain.execution_input import MIGRATION_INPUT, PLAN_INPUT, WATCHDOG_INPUT, fill
from vifshift.events.migration import DetailType

INTERRUPTED: Final = "Step Functions Execution Status Change"
_LONGEST_NAME: Final = 80
_NOT_IN_NAMES: Final = re.compile(r"[^A-Za-z0-9_-]")


class Attribute(StrEnum):
    """The attributes of a dead letter that count here."""

    RULE_ARN = "RULE_ARN"
    SCHEDULE_ARN = "SCHEDULE_ARN"
    TARGET_ARN = "TARGET_ARN"
    ERROR_CODE = "ERROR_CODE"
    ERROR_MESSAGE = "ERROR_MESSAGE"
    EXECUTION_ID = "EXECUTION_ID"
    SCHEDULED_TIME = "SCHEDULED_TIME"
    IS_PAYLOAD_TRUNCATED = "IS_PAYLOAD_TRUNCATED"


class NotUnderstoodError(ValueError):
    """A message that nothing can be started from; it says why."""


@dataclass(frozen=True)
class Letter:
    """A message of the dead-letter queue."""

    message_id: str
    receipt: str
    body: str
    attributes: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, message: Mapping[str, Any]) -> "Letter":
        """Read one of ReceiveMessage's messages."""
        attributes = message.get("MessageAttributes", {})
        return cls(
            message_id=message["MessageId"],
            receipt=message["ReceiptHandle"],
            body=message["Body"],
            attributes={name: item.get("StringValue", "") for name, item in attributes.items()},
        )

    @property
    def reason(self) -> str:
        """Say why it could not be delivered."""
        names = (Attribute.ERROR_CODE, Attribute.ERROR_MESSAGE)
        said = (self.attributes.get(name, "") for name in names)
        return ": ".join(each for each in said if each)


@dataclass(frozen=True)
class Start:
    """An execution to be started: the name makes it the same one, however often it is started."""

    state_machine: str
    name: str
    input: JsonValue
    what: str


@dataclass(frozen=True)
class Machines:
    """The state machines of the stack, by their ARNs."""

    migration: str
    watchdog: str
    plan: str
    plan_watchdog: str

    @property
    def that_are_asked(self) -> tuple[str, str]:
        """Return those that people start, be it by a schedule."""
        return self.migration, self.plan

    @property
    def all(self) -> tuple[str, ...]:
        """Return every one of them."""
        return *self.that_are_asked, self.watchdog, self.plan_watchdog


def read(letter: Letter, machines: Machines) -> Start:
    """Return what is to be started for a letter; raises `NotUnderstoodError`."""
    target = letter.attributes.get(Attribute.TARGET_ARN, "")
    if target not in machines.all:
        raise NotUnderstoodError(
            f"its target {target or '(none)'} is no state machine of this stack"
        )
    try:
        body: JsonValue = json.loads(letter.body)
    except ValueError:
        raise NotUnderstoodError("its body is no JSON") from None
    if Attribute.RULE_ARN in letter.attributes:
        return _of_a_rule(body, target, machines)
    if Attribute.SCHEDULE_ARN in letter.attributes and target in machines.that_are_asked:
        return _of_a_schedule(letter, body, target)
    raise NotUnderstoodError("it comes from no rule and from no schedule")


def _of_a_rule(event: JsonValue, target: str, machines: Machines) -> Start:
    """Make the input that the rule would have made: an event keeps its id."""
    kinds: dict[tuple[str, object], Mapping[str, JsonValue]] = {
        (machines.migration, DetailType.REQUESTED.value): MIGRATION_INPUT,
        (machines.watchdog, INTERRUPTED): WATCHDOG_INPUT,
        (machines.plan, DetailType.PLAN_REQUESTED.value): PLAN_INPUT,
        (machines.plan_watchdog, INTERRUPTED): WATCHDOG_INPUT,
    }
    detail_type = event.get("detail-type") if isinstance(event, dict) else None
    template = kinds.get((target, detail_type))
    if template is None or not isinstance(event, dict):
        raise NotUnderstoodError(f"it is no event that starts {target}")
    try:
        return Start(target, _name(event["id"]), fill(template, event), _what(event))
    except KeyError as missing:
        raise NotUnderstoodError(f"its event has no {missing.args[0]}") from None


def _of_a_schedule(letter: Letter, body: JsonValue, target: str) -> Start:
    if letter.attributes.get(Attribute.IS_PAYLOAD_TRUNCATED) == "true":
        raise NotUnderstoodError("EventBridge Scheduler has cut its input off")
    asked = _unwrapped(body)
    if not isinstance(asked, dict) or "request" not in asked:
        raise NotUnderstoodError("its input holds no request")
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
    return Start(target, _name(execution_id), json.loads(text), f"the schedule {schedule}")


def _unwrapped(body: JsonValue) -> JsonValue:
    """Take the input out of StartExecution's parameters, if that is what was buried."""
    if not isinstance(body, dict):
        return body
    for name in ("input", "Input"):
        if isinstance(text := body.get(name), str):
            try:
                inner: JsonValue = json.loads(text)
            except ValueError:
                raise NotUnderstoodError("its input is no JSON") from None
            return inner
    return body


def _what(event: Mapping[str, JsonValue]) -> str:
    return f"{event.get('detail-type')} {event.get('id')}"


def _name(identity: object) -> str:
    """Return an execution's name: StartExecution takes one name once (AWS: its API reference)."""
    return f"redrive-{_NOT_IN_NAMES.sub('-', str(identity))}"[:_LONGEST_NAME]
