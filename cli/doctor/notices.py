"""Whether people are notified of the dry run, by the rules that pass events on to topics."""

import json
from collections.abc import Iterable, Iterator
from typing import Any, Final

from cli.doctor.standing import TOPICS, Diagnosis, Patient, confirmed_subscriptions, waiting_in
from cli.operate.executions import FoundExecution
from vifshift.domain.execution_history import Event, Follower
from vifshift.domain.workflow import StateName
from vifshift.events.base import SOURCE

_UNDELIVERED: Final = "UndeliveredNotificationsQueueUrl"
_REMEDY: Final = (
    "See what is in the queue of undelivered notifications: a topic, its policy, or its key does "
    "not accept them."
)


def undelivered(patient: Patient) -> int:
    """Return how many notifications are in the queue of those that were not delivered."""
    return waiting_in(patient, _UNDELIVERED)


def noticed(patient: Patient, execution: FoundExecution, before: int) -> Iterator[Diagnosis]:
    """Find the rules that pass its event on to people, and whether more was not delivered.

    `before` is how many notifications were not delivered before.
    """
    entry = _sent(patient.stack.executions.history(execution.arn))
    if entry is None:
        yield Diagnosis("notice", False, "there is no event to notify of", "See the event.")
        return
    event = _delivered(patient, entry, execution)
    topics = {patient.stack.outputs[each] for each in TOPICS if each in patient.stack.outputs}
    reached = {
        topic for rule in _rules_to(patient, topics) for topic in rule.reached(patient, event)
    }
    left = undelivered(patient) - before
    people = len(confirmed_subscriptions(patient, reached))
    said = (
        f"{left} notifications were not delivered"
        if left > 0
        else f"it was passed on to {people} confirmed subscriptions"
        if reached
        else "nobody is to be notified of rejected requests (setting `notify`)"
    )
    yield Diagnosis("notice", left <= 0, said, _REMEDY)


class _Rule:
    """A rule that has topics as targets."""

    def __init__(self, pattern: str, topics: set[str]) -> None:
        self._pattern, self._topics = pattern, topics

    def reached(self, patient: Patient, event: str) -> set[str]:
        """Return the topics that an event comes to."""
        answer = patient.stack.client("events").test_event_pattern(
            EventPattern=self._pattern, Event=event
        )
        return self._topics if answer["Result"] else set()


def _rules_to(patient: Patient, topics: set[str]) -> Iterator[_Rule]:
    events = patient.stack.client("events")
    for bus, name in sorted(patient.deployed.places("AWS::Events::Rule", "EventBusName")):
        targets = events.list_targets_by_rule(Rule=name, EventBusName=bus)["Targets"]
        if to := topics & {each["Arn"] for each in targets}:
            pattern = events.describe_rule(Name=name, EventBusName=bus).get("EventPattern")
            if pattern:
                yield _Rule(pattern, to)


def _sent(history: Iterable[Event]) -> Any:
    """Return the entry of PutEvents with the last event of a migration, None without any."""
    follower, entry = Follower(), None
    for event in history:
        follower.see(event)
        details = event.get("taskScheduledEventDetails")
        if details and follower.state == StateName.ANNOUNCE_OUTCOME:
            [entry] = json.loads(details["parameters"])["Entries"]
    return entry


def _delivered(patient: Patient, entry: Any, execution: FoundExecution) -> str:
    """Return the event as EventBridge delivers it."""
    environment, detail = patient.stack.environment, entry["Detail"]
    return json.dumps(
        {
            "id": execution.name,
            "account": environment.account,
            "region": environment.region,
            "source": SOURCE,
            "time": f"{patient.now():%Y-%m-%dT%H:%M:%SZ}",
            "resources": [],
            "detail-type": entry["DetailType"],
            "detail": json.loads(detail) if isinstance(detail, str) else detail,
        }
    )
