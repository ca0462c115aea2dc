"""What surrounds Direct Connect in an account, as AWS answers it."""

from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from vifshift.adapters.account import EVENTS_A_CALL, AccountAdapter, account
from vifshift.domain.access_policy import Access
from vifshift.domain.errors import CallDenied, CallRefused

ARN = "arn:aws:health:eu-central-1::event/DIRECTCONNECT/MAINTENANCE/{}"
WANTED = {"services": ["DIRECTCONNECT"], "eventStatusCodes": ["open", "upcoming"]}


class Stubbed:
    """An adapter whose three clients answer what they are told to."""

    def __init__(self) -> None:
        session: Any = boto3.Session(
            aws_access_key_id="x", aws_secret_access_key="x", region_name="us-east-1"
        )
        clients = [session.client(service) for service in ("sts", "ssm", "health")]
        self.sts, self.ssm, self.health = map(Stubber, clients)
        for stubber in (self.sts, self.ssm, self.health):
            stubber.activate()
        self.adapter = AccountAdapter(*clients)


@pytest.fixture
def stubbed() -> Stubbed:
    return Stubbed()


def test_the_caller_is_an_account(stubbed: Stubbed) -> None:
    stubbed.sts.add_response("get_caller_identity", {"Account": "111122223333"})
    assert stubbed.adapter.caller() == "111122223333"


def test_a_calendar_is_open_or_closed(stubbed: Stubbed) -> None:
    expected = {"CalendarNames": ["freeze"]}
    stubbed.ssm.add_response("get_calendar_state", {"State": "CLOSED"}, expected)
    assert stubbed.adapter.calendar_state("freeze") == "CLOSED"


def test_a_calendar_that_is_not_there_is_refused(stubbed: Stubbed) -> None:
    stubbed.ssm.add_client_error("get_calendar_state", "InvalidDocument", "no such calendar", 400)
    with pytest.raises(CallRefused, match="no such calendar"):
        stubbed.adapter.calendar_state("freeze")


def test_health_events_come_with_what_they_affect(stubbed: Stubbed) -> None:
    # given
    start = datetime(2026, 7, 1, tzinfo=UTC)
    event = {
        "arn": ARN.format(1),
        "eventTypeCode": "AWS_DIRECTCONNECT_MAINTENANCE_SCHEDULED",
        "statusCode": "upcoming",
        "startTime": start,
    }
    entities = [
        {"eventArn": ARN.format(1), "entityValue": "dxcon-source01"},
        {"eventArn": ARN.format(1), "entityValue": "dxvif-aaaa0001"},
    ]
    arns = {"eventArns": [ARN.format(1)]}
    stubbed.health.add_response(
        "describe_events", {"events": [event]}, {"filter": WANTED, "maxResults": 50}
    )
    stubbed.health.add_response(
        "describe_affected_entities",
        {"entities": entities[:1], "nextToken": "more"},
        {"filter": arns, "maxResults": 100},
    )
    stubbed.health.add_response(
        "describe_affected_entities",
        {"entities": entities[1:]},
        {"filter": arns, "maxResults": 100, "nextToken": "more"},
    )
    # when
    found = stubbed.adapter.health_events()
    # then
    assert found is not None
    [seen] = found
    assert seen.entities == ("dxcon-source01", "dxvif-aaaa0001")
    assert (seen.status_code, seen.start_time) == ("upcoming", start)


def test_many_events_are_asked_about_a_few_at_a_time(stubbed: Stubbed) -> None:
    # given
    events = [{"arn": ARN.format(number)} for number in range(EVENTS_A_CALL + 1)]
    stubbed.health.add_response("describe_events", {"events": events})
    stubbed.health.add_response("describe_affected_entities", {"entities": []})
    stubbed.health.add_response("describe_affected_entities", {"entities": []})
    # when
    found = stubbed.adapter.health_events()
    # then
    assert found is not None
    assert len(found) == EVENTS_A_CALL + 1
    stubbed.health.assert_no_pending_responses()


def test_an_account_without_a_support_plan_has_no_health(stubbed: Stubbed) -> None:
    stubbed.health.add_client_error("describe_events", "SubscriptionRequiredException", "", 400)
    assert stubbed.adapter.health_events() is None


def test_a_missing_permission_is_not_taken_for_that(stubbed: Stubbed) -> None:
    stubbed.health.add_client_error("describe_events", "AccessDeniedException", "no", 400)
    with pytest.raises(CallDenied):
        stubbed.adapter.health_events()


def test_where_no_endpoint_of_health_is_known_it_is_not_asked() -> None:
    assert AccountAdapter(None, None, None).health_events() is None


@pytest.mark.parametrize(
    ("home", "asked"),
    [
        ("eu-central-1", {("sts", "eu-central-1"), ("health", "us-east-1")}),
        ("cn-north-1", {("sts", "cn-north-1"), ("health", "cn-northwest-1")}),
        ("zz-new-1", {("sts", "zz-new-1")}),
    ],
)
def test_health_is_asked_in_the_partition_of_the_lambda(
    monkeypatch: pytest.MonkeyPatch, home: str, asked: set[tuple[str, str]]
) -> None:
    made = set()
    monkeypatch.setattr(
        "vifshift.adapters.account.client", lambda service, region, _: made.add((service, region))
    )
    monkeypatch.setattr("vifshift.adapters.account.own_client", lambda *_: None)

    account.__wrapped__(Access("us-west-2", home))

    assert made == asked
