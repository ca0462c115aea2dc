"""What is sent together with a task's token, as boto3's EventBridge client is asked to."""

import json
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from tests.unit.vifshift.fakes import EXECUTION, REGION, START, a_migration
from vifshift.adapters.event_bus import EventBus
from vifshift.domain.errors import CallDenied, CallFailed
from vifshift.events.announcements import approval_requested, metadata
from vifshift.events.commands import ReplyTo

TOKEN = "a-token-of-a-task"
ASKED = approval_requested(
    metadata(EXECUTION, "change-1", START), a_migration(), (), TOKEN, ReplyTo()
)


class Stubbed:
    """A bus whose client answers what it is told to."""

    def __init__(self) -> None:
        session: Any = boto3.session.Session("AKIDEXAMPLE", "example", region_name=REGION)
        client = session.client("events")
        self.stubber = Stubber(client)
        self.stubber.activate()
        self.bus = EventBus(client, "the-bus")


@pytest.fixture
def stubbed() -> Stubbed:
    return Stubbed()


def test_an_event_is_sent_to_the_stack_s_bus_with_its_token(stubbed: Stubbed) -> None:
    # given
    detail = ASKED.detail.to_json()
    entry = {
        "EventBusName": "the-bus",
        "Source": "vifshift",
        "DetailType": "VIF Migration Approval Requested",
        "Detail": json.dumps(detail),
    }
    taken = {"FailedEntryCount": 0, "Entries": [{"EventId": "1"}]}
    stubbed.stubber.add_response("put_events", taken, {"Entries": [entry]})
    # when
    stubbed.bus.send(ASKED)
    # then
    stubbed.stubber.assert_no_pending_responses()
    assert json.loads(entry["Detail"])["data"]["taskToken"] == TOKEN
    assert json.loads(entry["Detail"])["metadata"]["migrationId"] == EXECUTION.name


def test_an_event_that_the_bus_has_not_taken_fails(stubbed: Stubbed) -> None:
    # given
    entry = {"ErrorCode": "ThrottlingException", "ErrorMessage": TOKEN}
    refused = {"FailedEntryCount": 1, "Entries": [entry]}
    stubbed.stubber.add_response("put_events", refused)
    # when
    with pytest.raises(CallFailed, match=r"^put_events: ThrottlingException$") as caught:
        stubbed.bus.send(ASKED)
    # then
    assert TOKEN not in str(caught.value)


def test_an_event_that_may_not_be_sent_fails(stubbed: Stubbed) -> None:
    stubbed.stubber.add_client_error("put_events", "AccessDeniedException", "no", 400)
    with pytest.raises(CallDenied):
        stubbed.bus.send(ASKED)
