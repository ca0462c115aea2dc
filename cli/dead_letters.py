"""Dead letters: executions that could not be started, and how to start them again.

A dead letter of EventBridge holds the event itself (AWS: "Using dead-letter queues to process
undelivered events"), and one of EventBridge Scheduler the target's input (AWS: "Configuring a
schedule's dead-letter queue").
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Final

from pydantic import JsonValue

from cli.asked import asked_for, in_words, shown
from cli.origins import DeployedRule, DeployedSchedule, Origins, bus_of
from vifshift.domain.execution_input import MIGRATION_INPUT, PLAN_INPUT, WATCHDOG_INPUT, fill
from vifshift.domain.json_text import BadJsonError, unambiguous
from vifshift.domain.schedule_times import was_due
from vifshift.events.base import DetailType

INTERRUPTED: Final = "Step Functions Execution Status Change"
LONGEST_INPUT: Final = 262_144
"""In bytes (AWS: Step Functions service quotas)."""
_LONGEST_NAME: Final = 80
_NOT_IN_NAMES: Final = re.compile(r"[^A-Za-z0-9_-]")
_ID: Final = re.compile(r"[A-Za-z0-9._:/#@+=-]{1,128}")
_TIME: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", re.ASCII)


class Attribute(StrEnum):
    """The attributes of a dead letter that are used here."""

    RULE_ARN = "RULE_ARN"
    SCHEDULE_ARN = "SCHEDULE_ARN"
    TARGET_ARN = "TARGET_ARN"
    ERROR_CODE = "ERROR_CODE"
    ERROR_MESSAGE = "ERROR_MESSAGE"
    EXECUTION_ID = "EXECUTION_ID"
    SCHEDULED_TIME = "SCHEDULED_TIME"


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

    @property
    def reason(self) -> str:
        """Return why it could not be delivered, or an empty text if that is not known."""
        names = (Attribute.ERROR_CODE, Attribute.ERROR_MESSAGE)
        said = (self.attributes.get(name, "") for name in names)
        return ": ".join(shown(each) for each in said if each)


@dataclass(frozen=True)
class ExecutionStart:
    """An execution to start, with its input as text; its name keeps it from being started twice.

    `what` is the event or the schedule, and `asked` what it asks for, and who does.
    """

    state_machine: str
    name: str
    text: str
    what: str
    asked: str


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


def read(letter: DeadLetter, machines: Machines, origins: Origins) -> ExecutionStart:
    """Return what to start for a letter; raises `UnreadableLetterError`, `ForeignLetterError`."""
    target = letter.attributes.get(Attribute.TARGET_ARN, "")
    if target not in machines.all:
        raise UnreadableLetterError(
            f"its target {shown(target or None)} is not a state machine of this stack"
        )
    rule = letter.attributes.get(Attribute.RULE_ARN)
    schedule = letter.attributes.get(Attribute.SCHEDULE_ARN)
    if rule and not schedule:
        start = _of_a_rule(letter, origins.rule(rule), target, machines, origins)
    elif schedule and not rule and target in machines.with_requests:
        start = _of_a_schedule(letter, origins.schedule(schedule), target)
    else:
        raise UnreadableLetterError("it comes from neither a rule nor a schedule")
    if (length := len(start.text.encode())) > LONGEST_INPUT:
        raise UnreadableLetterError(
            f"its input of {length} bytes is longer than the {LONGEST_INPUT} that Step Functions "
            "accepts"
        )
    return start


def _of_a_rule(
    letter: DeadLetter, rule: DeployedRule, target: str, machines: Machines, origins: Origins
) -> ExecutionStart:
    """Return the start with the input that the rule would have made."""
    event = _json(letter.body, "its body")
    kinds: dict[tuple[str, object], Mapping[str, JsonValue]] = {
        (machines.migration, DetailType.REQUESTED.value): MIGRATION_INPUT,
        (machines.watchdog, INTERRUPTED): WATCHDOG_INPUT,
        (machines.plan, DetailType.PLAN_REQUESTED.value): PLAN_INPUT,
        (machines.plan_watchdog, INTERRUPTED): WATCHDOG_INPUT,
    }
    detail_type = event.get("detail-type") if isinstance(event, dict) else None
    template = kinds.get((target, detail_type)) if isinstance(detail_type, str) else None
    if template is None or not isinstance(event, dict):
        raise UnreadableLetterError(f"its event does not start {target}")
    if target not in rule.targets:
        raise UnreadableLetterError(f"its rule does not start {target}")
    try:
        identity, account = event["id"], event["account"]
        filled = fill(template, event)
    except KeyError as missing:
        raise UnreadableLetterError(f"its event has no {missing.args[0]}") from None
    if not (isinstance(identity, str) and _ID.fullmatch(identity)):
        raise UnreadableLetterError("its event has no id")
    if not (isinstance(account, str) and origins.may_send(account, bus_of(rule))):
        raise UnreadableLetterError("its event is of an account that may not send events here")
    origins.check_pattern(rule, letter.body)
    what = f"{detail_type} {identity}"
    return ExecutionStart(target, _name(identity), json.dumps(filled), what, in_words(event))


def _of_a_schedule(letter: DeadLetter, schedule: DeployedSchedule, target: str) -> ExecutionStart:
    """Return the start with the schedule's own input: the letter tells when it was due, no more."""
    if schedule.target != target:
        raise UnreadableLetterError(f"its schedule does not start {target}")
    due = letter.attributes.get(Attribute.SCHEDULED_TIME, "")
    execution_id = letter.attributes.get(Attribute.EXECUTION_ID) or letter.message_id
    if not _ID.fullmatch(execution_id):
        raise UnreadableLetterError("it has no execution id")
    if not _was_due(schedule, due):
        raise UnreadableLetterError(
            f"its schedule was not due at {shown(due or None)}: {schedule.expression}"
        )
    known = {
        "scheduled-time": due,
        "execution-id": execution_id,
        "schedule-arn": schedule.arn,
        "attempt-number": "1",
    }
    text = schedule.input
    for word, value in known.items():
        text = text.replace(f"<aws.scheduler.{word}>", json.dumps(value)[1:-1])
    asked = _json(text, "the input of its schedule")
    if not isinstance(asked, dict) or "request" not in asked:
        raise UnreadableLetterError("the input of its schedule has no request")
    what = f"the schedule {schedule.arn.rpartition('/')[2]}, due at {due}"
    return ExecutionStart(
        target,
        _name(execution_id),
        json.dumps(asked),
        what,
        f"{asked_for(asked['request'])}, asked by the schedule itself",
    )


def _was_due(schedule: DeployedSchedule, due: str) -> bool:
    if not _TIME.fullmatch(due):
        return False
    try:
        moment = datetime.strptime(due, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    except ValueError:
        return False
    return was_due(schedule.expression, schedule.timezone, moment)


def _json(text: str, what: str) -> JsonValue:
    """Return JSON in which every key is given once; raises `UnreadableLetterError`."""
    try:
        return unambiguous(text)
    except BadJsonError as error:
        raise UnreadableLetterError(f"{what} {error}") from None


def _name(identity: str) -> str:
    """Return an execution's name: StartExecution accepts a name once (AWS: its API reference)."""
    return f"redrive-{_NOT_IN_NAMES.sub('-', identity)}"[:_LONGEST_NAME]
