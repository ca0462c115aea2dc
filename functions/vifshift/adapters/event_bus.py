"""The adapter for EventBridge: sends the events that the workflows can't send themselves."""

import json
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from vifshift.adapters.aws import call
from vifshift.adapters.environment import environment
from vifshift.adapters.sessions import own_client
from vifshift.domain.errors import CallFailed
from vifshift.events.base import SOURCE

if TYPE_CHECKING:
    from vifshift.events.answers import AnswerAnnouncement
    from vifshift.events.migration import Announcement
    from vifshift.events.outside import OutsideAnnouncement
    from vifshift.events.plan import PlanAnnouncement

    AnyAnnouncement = Announcement | PlanAnnouncement | AnswerAnnouncement | OutsideAnnouncement


@lru_cache(maxsize=1)
def event_bus() -> "EventBus":
    """Return the stack's bus; it is kept while the Lambda is warm."""
    return EventBus(own_client("events", environment().region), environment().bus)


class EventBus:
    """An event bus, with boto3."""

    def __init__(self, client: Any, name: str) -> None:
        """Use a client that does not retry."""
        self._client = client
        self._name = name

    def send(self, announcement: "AnyAnnouncement") -> None:
        """Send an event once; raises a `CallError`, also if the bus did not accept the entry."""
        event = announcement.to_json()
        entry = {
            "EventBusName": self._name,
            "Source": SOURCE,
            "DetailType": event["detailType"],
            "Detail": json.dumps(event["detail"]),
        }
        answer = call(self._client, "put_events", Entries=[entry])
        if answer.get("FailedEntryCount"):
            raise CallFailed(f"put_events: {answer['Entries'][0].get('ErrorCode')}")
