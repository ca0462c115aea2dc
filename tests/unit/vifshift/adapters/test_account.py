"""What surrounds Direct Connect in an account, as AWS answers it."""

from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from vifshift.adapters.account import EVENTS_A_CALL, AccountAdapter, account
from vifshift.domain.access_policy import Access
from vifshift.domain.errors import CallDenied, CallRefused
from vifshift.domain.network import HealthEvent

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


def test_a_calendar_without_a_state_is_neither(stubbed: Stubbed) -> None:
    stubbed.ssm.add_response("get_calendar_state", {})
    assert stubbed.adapter.calendar_state("freeze") == ""


def test_a_calendar_that_is_not_there_is_refused(stubbed: Stubbed) -> None:
    stubbed.ssm.add_client_error("get_calendar_state", "InvalidDocument", "no such calendar", 400)
    with pytest.raises(CallRefused, match="no such calendar"):
        stubbed.adapter.calendar_state("freeze")


def an_event(number: int) -> HealthEvent:
    return HealthEvent(arn=ARN.format(number), status_code="upcoming")


def entity(number: int, value: str) -> dict[str, str]:
    return {"eventArn": ARN.format(number), "entityValue": value}


def entities_asked(*numbers: int, **filters: list[str]) -> dict[str, Any]:
    arns = [ARN.format(number) for number in numbers]
    return {"filter": {"eventArns": arns, **filters}, "maxResults": 100}


def test_health_events_are_read_to_the_last_page(stubbed: Stubbed) -> None:
    # given
    start = datetime(2026, 7, 1, tzinfo=UTC)
    event = {
        "arn": ARN.format(1),
        "eventTypeCode": "AWS_DIRECTCONNECT_MAINTENANCE_SCHEDULED",
        "eventTypeCategory": "scheduledChange",
        "eventScopeCode": "ACCOUNT_SPECIFIC",
        "region": "eu-central-1",
        "statusCode": "upcoming",
        "startTime": start,
    }
    asked = {"filter": WANTED, "maxResults": 100}
    stubbed.health.add_response("describe_events", {"events": [], "nextToken": "more"}, asked)
    stubbed.health.add_response(
        "describe_events", {"events": [event]}, {**asked, "nextToken": "more"}
    )
    # when
    found = stubbed.adapter.health_events()
    # then
    assert found is not None
    [seen] = found
    assert (seen.region, seen.status_code, seen.start_time) == ("eu-central-1", "upcoming", start)
    assert (seen.event_type_category, seen.event_scope_code) == (
        "scheduledChange",
        "ACCOUNT_SPECIFIC",
    )


def test_events_come_with_all_that_they_affect_where_that_is_little(stubbed: Stubbed) -> None:
    # given
    found = [entity(1, "dxcon-source01"), {"eventArn": ARN.format(2)}]
    stubbed.health.add_response(
        "describe_affected_entities", {"entities": found}, entities_asked(1, 2, 3)
    )
    # when
    seen = stubbed.adapter.affected([an_event(1), an_event(2), an_event(3)], ["dxcon-source01"])
    # then
    assert [event.entities for event in seen] == [("dxcon-source01",), ("",), ()]
    assert not any(event.names_others for event in seen)


def test_of_an_event_that_affects_thousands_ours_is_asked_for(stubbed: Stubbed) -> None:
    # given two events with thousands of entities, and one without any
    asked, add = entities_asked(1, 2, 3), stubbed.health.add_response
    first = {"entities": [entity(1, "dxcon-other001")], "nextToken": "more"}
    add("describe_affected_entities", first, asked)
    ours = ["dxcon-source01", "dxlag-target01"]
    add(
        "describe_affected_entities",
        {"entities": [entity(1, "dxlag-target01")]},
        entities_asked(1, 2, 3, entityValues=ours),
    )
    others = {"entities": [entity(2, "dxcon-other002")], "nextToken": "more"}
    add("describe_affected_entities", others, entities_asked(2))
    add("describe_affected_entities", {"entities": []}, entities_asked(3))
    # when
    seen = stubbed.adapter.affected([an_event(1), an_event(2), an_event(3)], ours)
    # then
    assert [(event.entities, event.names_others) for event in seen] == [
        (("dxlag-target01",), True),
        ((), True),
        ((), False),
    ]
    stubbed.health.assert_no_pending_responses()


@pytest.mark.parametrize(("values", "calls"), [(99, 1), (100, 2), (198, 2), (199, 3)])
def test_as_many_values_are_asked_for_as_a_call_takes(
    stubbed: Stubbed, values: int, calls: int
) -> None:
    # given an event that is not read to its end in as many pages as there are calls
    for number in range(calls):
        page = {"entities": [entity(1, "dxcon-other001")], "nextToken": f"page-{number}"}
        stubbed.health.add_response("describe_affected_entities", page)
    for _ in range(calls):
        stubbed.health.add_response("describe_affected_entities", {"entities": []})
    # when
    [seen] = stubbed.adapter.affected([an_event(1)], [f"dxcon-{n:08}" for n in range(values)])
    # then
    assert (seen.entities, seen.names_others) == ((), True)
    stubbed.health.assert_no_pending_responses()


def test_what_is_read_to_its_end_is_not_asked_for_by_value(stubbed: Stubbed) -> None:
    # given a plan that concerns so many ids that two pages take as many calls
    page = {"entities": [entity(1, "dxcon-other001")], "nextToken": "more"}
    stubbed.health.add_response("describe_affected_entities", page)
    stubbed.health.add_response("describe_affected_entities", {"entities": [entity(1, "ours")]})
    # when
    [seen] = stubbed.adapter.affected([an_event(1)], [f"dxcon-{n:08}" for n in range(100)])
    # then
    assert seen.entities == ("dxcon-other001", "ours")
    stubbed.health.assert_no_pending_responses()


def test_many_events_are_asked_about_a_few_at_a_time(stubbed: Stubbed) -> None:
    # given
    events = [an_event(number) for number in range(EVENTS_A_CALL + 1)]
    stubbed.health.add_response("describe_affected_entities", {"entities": []})
    stubbed.health.add_response("describe_affected_entities", {"entities": []})
    # when
    found = stubbed.adapter.affected(events, [])
    # then
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
