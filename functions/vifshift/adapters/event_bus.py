"""The adapter for EventBridge: sends what has to be sent together with a task's token."""

import json
import os
from functools import lru_cache
from typing import Any

from vifshift.adapters.aws import call
from vifshift.adapters.sessions import own_client
from vifshift.domain.errors import CallFailed
from vifshift.events.migration import SOURCE, Announcement
from vifshift.events.plan import PlanAnnouncement


@lru_cache(maxsize=1)
def bus() -> "Bus":
    """Return the stack's bus; it is kept while the Lambda is warm."""
    return Bus(own_client("events", os.environ["AWS_REGION"]), os.environ["VIFSHIFT_BUS"])


class Bus:
    """A bus behind boto3."""

    def __init__(self, client: Any, name: str) -> None:
        """Use a client that does not retry."""
        self._client = client
        self._name = name

    def send(self, announcement: Announcement | PlanAnnouncement) -> None:
        """Send an event, once; raises a `CallError`, also where the bus has not taken it."""
        told = announcement.to_json()
        entry = {
            "EventBusName": self._name,
            "Source": SOURCE,
            "DetailType": told["detailType"],
            "Detail": json.dumps(told["detail"]),
        }
        answer = call(self._client, "put_events", Entries=[entry])
        if answer.get("FailedEntryCount"):
            raise CallFailed(f"put_events: {answer['Entries'][0].get('ErrorCode')}")
