"""What an installation is like before anything is tried: its stack, alarms, queues and rules."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Any, Final, NamedTuple

from botocore.exceptions import BotoCoreError, ClientError

from cli.deployed import DeployedStack
from cli.environment import in_words
from cli.operate.stack import Stack
from vifshift.domain.errors import CallError
from vifshift.domain.version import VERSION

_QUEUES: Final = {
    "DeadLetterQueueUrl": "Run `vifshift redrive --dry-run` to see what they are.",
    "UndeliveredNotificationsQueueUrl": "See docs/operations.md, Notifications: read them there.",
}
TOPICS: Final = ("NotificationTopicArn", "EmailTopicArn")
"""The outputs with the topics that people are notified by."""
_COUNTS: Final = ("ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible")
_MOST_NAMED: Final = 5


class Diagnosis(NamedTuple):
    """One thing that was examined: whether it is well, what was found, and what to do if not."""

    name: str
    is_well: bool
    found: str
    remedy: str = ""


class Patient(NamedTuple):
    """An installation, and a clock with which it is examined."""

    stack: Stack
    name: str
    now: Callable[[], datetime]
    sleep: Callable[[float], None]

    @property
    def deployed(self) -> DeployedStack:
        """Return what CloudFormation knows of it."""
        return DeployedStack(self.stack.environment, self.name)


Examination = Callable[[Patient], Iterator[Diagnosis]]


def examined(name: str, examination: Examination, patient: Patient) -> list[Diagnosis]:
    """Return what an examination finds; what can't be read is not well."""
    try:
        return list(examination(patient))
    except (ClientError, BotoCoreError) as error:
        return [Diagnosis(name, False, in_words(error), "Allow it, or correct what it names.")]
    except CallError as error:
        return [Diagnosis(name, False, str(error), "Allow it, or correct what it names.")]


def versions(patient: Patient) -> Iterator[Diagnosis]:
    """Compare the version that is deployed with the command's own."""
    deployed = patient.stack.outputs.get("Version", "an earlier one")
    yield Diagnosis(
        "versions",
        deployed == VERSION,
        f"{deployed} is deployed, and this is {VERSION}",
        "Deploy again with `make deploy`, or use the command of that version.",
    )


def alarms(patient: Patient) -> Iterator[Diagnosis]:
    """Read the alarms of the stack."""
    client = patient.stack.client("cloudwatch")
    names = [name for _, name in patient.deployed.places("AWS::CloudWatch::Alarm", "AlarmName")]
    pages = client.get_paginator("describe_alarms").paginate(AlarmNamePrefix=f"{patient.name}-")
    known = {each["AlarmName"]: each for page in pages for each in page["MetricAlarms"]}
    ringing = sorted(name for name in names if known.get(name, {}).get("StateValue") == "ALARM")
    silent = sorted(name for name in names if not known.get(name, {}).get("ActionsEnabled"))
    yield Diagnosis(
        "alarms",
        not ringing,
        f"in ALARM: {_listed(ringing)}" if ringing else f"none of {len(names)} rings",
        "Each alarm's description says what to do first.",
    )
    yield Diagnosis(
        "alarm actions",
        not silent,
        f"switched off, or gone: {_listed(silent)}" if silent else "all are switched on",
        "Enable the actions (aws cloudwatch enable-alarm-actions), or deploy again.",
    )


def queues(patient: Patient) -> Iterator[Diagnosis]:
    """Count what is in the queues of what could not be delivered."""
    for output, remedy in _QUEUES.items():
        number = waiting_in(patient, output)
        name = "dead letters" if output.startswith("Dead") else "undelivered notifications"
        yield Diagnosis(name, number == 0, f"{number} messages", remedy)


def waiting_in(patient: Patient, output: str) -> int:
    """Return how many messages are in the queue that an output names."""
    told = patient.stack.client("sqs").get_queue_attributes(
        QueueUrl=patient.stack.outputs[output], AttributeNames=list(_COUNTS)
    )
    return sum(int(told["Attributes"].get(each, 0)) for each in _COUNTS)


def rules(patient: Patient) -> Iterator[Diagnosis]:
    """Read the rules and schedules that start executions and deliver notices."""
    events, scheduler = patient.stack.client("events"), patient.stack.client("scheduler")
    wrong: list[str] = []
    found = sorted(patient.deployed.places("AWS::Events::Rule", "EventBusName"))
    for bus, name in found:
        wrong += _faults_of_rule(events, bus, name)
    schedules = sorted(patient.deployed.places("AWS::Scheduler::Schedule", "GroupName"))
    for group, name in schedules:
        told = scheduler.get_schedule(Name=name, GroupName=group)
        if told["State"] != "ENABLED":
            wrong.append(f"the schedule {name} is disabled")
    yield Diagnosis(
        "rules and schedules",
        not wrong,
        _listed(wrong) if wrong else f"{len(found)} rules and {len(schedules)} schedules are on",
        "Enable them again, or deploy again.",
    )


def subscriptions(patient: Patient) -> Iterator[Diagnosis]:
    """Read whether anybody is notified of what happens."""
    topics = [patient.stack.outputs[each] for each in TOPICS if each in patient.stack.outputs]
    confirmed = confirmed_subscriptions(patient, topics)
    yield Diagnosis(
        "subscriptions",
        bool(confirmed),
        f"{len(confirmed)} confirmed",
        "Connect a chat channel to the topic of the output NotificationTopicArn, or set `emails`.",
    )


def confirmed_subscriptions(patient: Patient, topics: Iterable[str]) -> list[str]:
    """Return the ARNs of the subscriptions to topics that are confirmed."""
    pages = patient.stack.client("sns").get_paginator("list_subscriptions_by_topic")
    return [
        each["SubscriptionArn"]
        for topic in topics
        for page in pages.paginate(TopicArn=topic)
        for each in page["Subscriptions"]
        if each["SubscriptionArn"].startswith("arn:")
    ]


def _faults_of_rule(events: Any, bus: str, name: str) -> Iterator[str]:
    if events.describe_rule(Name=name, EventBusName=bus)["State"] != "ENABLED":
        yield f"the rule {name} is disabled"
    elif not events.list_targets_by_rule(Rule=name, EventBusName=bus)["Targets"]:
        yield f"the rule {name} has no target"


def _listed(names: list[str]) -> str:
    more = len(names) - _MOST_NAMED
    return ", ".join(names[:_MOST_NAMED]) + (f", and {more} more" if more > 0 else "")
