"""What an account answers, asked through boto3 and checked against botocore's own model."""

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from botocore.loaders import Loader
from botocore.model import ListShape, ServiceModel, StructureShape
from moto import backend_index, mock_aws
from moto.core import utils
from moto.core.base_backend import BackendDict
from moto.ssm.responses import SimpleSystemManagerResponse

from simulator.moto_ext.account import AccountFacts, Action, install, load
from simulator.moto_ext.account.calendars import get_calendar_state
from simulator.moto_ext.account.exceptions import AccountApiError
from simulator.moto_ext.account.health import describe_affected_entities, describe_events
from simulator.moto_ext.account.models import account_backends

ACCOUNT, REGION = "123456789012", "eu-central-1"
OPEN_AND_UPCOMING = {"services": ["DIRECTCONNECT"], "eventStatusCodes": ["open", "upcoming"]}
MAINTENANCE = {
    "eventTypeCode": "AWS_DIRECTCONNECT_MAINTENANCE_SCHEDULED",
    "statusCode": "upcoming",
    "startTime": "2026-01-05T03:00:00Z",
    "endTime": "2026-01-05T07:00:00Z",
    "entities": ["dxcon-source01", "dxlag-target01"],
}
ISSUE = {
    "eventTypeCode": "AWS_DIRECTCONNECT_CONNECTIVITY_ISSUE",
    "statusCode": "open",
    "startTime": "2026-01-05T01:00:00Z",
}
PAST = {**MAINTENANCE, "statusCode": "closed", "startTime": "2026-01-01T03:00:00Z"}
ONCE = Config(retries={"total_max_attempts": 1})
CALENDARS = {"Changes": "OPEN", "Freeze": "CLOSED"}


@pytest.fixture(autouse=True)
def mocked(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A moto of one's own, in an account without a Region of its own."""
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(name, raising=False)
    install()
    with mock_aws():
        yield


def given(**facts: Any) -> None:
    load(ACCOUNT, REGION, AccountFacts.model_validate(facts))


def ssm(region: str = REGION) -> Any:
    return boto3.client("ssm", region_name=region, config=ONCE)


def health(region: str | None = "us-east-1") -> Any:
    # Any: the stubs want a Region, which a client of Health need not have.
    client: Any = boto3.client
    return client("health", region_name=region, config=ONCE)


def refusal(call: Any, **arguments: Any) -> tuple[str, str]:
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    error = caught.value.response["Error"]
    return error["Code"], error["Message"]


def members(service: str, operation: str) -> dict[str, Any]:
    """Name the members of an operation's answer, and of what its lists hold."""
    model = ServiceModel(Loader().load_service_model(service, "service-2"), service)
    output = model.operation_model(operation).output_shape
    assert isinstance(output, StructureShape)
    return {
        name: (
            set(shape.member.members)
            if isinstance(shape, ListShape) and isinstance(shape.member, StructureShape)
            else None
        )
        for name, shape in output.members.items()
    }


@pytest.mark.parametrize("name", ["Freeze", f"arn:aws:ssm:{REGION}:{ACCOUNT}:document/Freeze"])
def test_a_calendar_is_known_by_name_and_arn(name: str) -> None:
    given(calendars=CALENDARS)

    answer = ssm().get_calendar_state(CalendarNames=[name])

    assert answer["State"] == "CLOSED"
    assert answer["AtTime"].endswith("Z")


@pytest.mark.parametrize(
    ("names", "state"), [(["Changes"], "OPEN"), (["Changes", "Freeze"], "CLOSED")]
)
def test_several_calendars_are_open_only_together(names: list[str], state: str) -> None:
    given(calendars=CALENDARS)

    assert ssm().get_calendar_state(CalendarNames=names)["State"] == state


def test_a_calendar_is_of_one_region_and_account() -> None:
    given(calendars=CALENDARS)
    foreign = f"arn:aws:ssm:{REGION}:999999999999:document/Freeze"

    elsewhere = refusal(ssm("eu-west-1").get_calendar_state, CalendarNames=["Freeze"])
    another = refusal(ssm().get_calendar_state, CalendarNames=[foreign])

    assert elsewhere[0] == another[0] == "InvalidDocument"


def test_a_call_without_a_calendar_is_refused() -> None:
    assert refusal(ssm().get_calendar_state, CalendarNames=[])[0] == "ValidationException"


def test_the_rest_of_ssm_is_still_moto_s() -> None:
    ssm().put_parameter(Name="/a", Value="b", Type="String")

    assert ssm().get_parameter(Name="/a")["Parameter"]["Value"] == "b"


@pytest.mark.parametrize("region", [None, "us-east-1"])
def test_events_are_found_by_service_and_status(region: str | None) -> None:
    given(healthEvents=[MAINTENANCE, ISSUE, PAST, {**ISSUE, "service": "EC2"}])

    events = health(region).describe_events(filter=OPEN_AND_UPCOMING)["events"]

    assert [
        (event["statusCode"], event["eventTypeCategory"], event["region"]) for event in events
    ] == [("upcoming", "scheduledChange", REGION), ("open", "issue", REGION)]
    assert events[0]["startTime"] == datetime(2026, 1, 5, 3, tzinfo=UTC)
    assert events[0]["endTime"] == datetime(2026, 1, 5, 7, tzinfo=UTC)
    assert "endTime" not in events[1]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({}, 3),
        ({"eventTypeCodes": ["AWS_DIRECTCONNECT_CONNECTIVITY_ISSUE"]}, 1),
        ({"eventTypeCategories": ["scheduledChange"]}, 2),
        ({"regions": ["us-west-2"]}, 0),
        ({"entityValues": ["dxlag-target01"]}, 2),
        ({"startTimes": [{"from": datetime(2026, 1, 5, tzinfo=UTC)}]}, 2),
        ({"endTimes": [{"to": datetime(2026, 1, 6, tzinfo=UTC)}]}, 2),
    ],
)
def test_every_filter_narrows(wanted: dict[str, Any], found: int) -> None:
    given(healthEvents=[MAINTENANCE, ISSUE, PAST])

    assert len(health().describe_events(filter=wanted)["events"]) == found


def test_an_event_is_not_known_before_it_is_announced(monkeypatch: pytest.MonkeyPatch) -> None:
    given(healthEvents=[{**ISSUE, "announcedAt": "2026-01-05T02:00:00Z"}, MAINTENANCE])
    found = []
    for minute in (1, 2):
        moment = datetime(2026, 1, 5, minute, 59)
        monkeypatch.setattr(utils, "utcnow", lambda moment=moment: moment)
        found.append([event["arn"][-4:] for event in health().describe_events()["events"]])

    assert found == [["0002"], ["0002", "0001"]]


def test_a_filter_that_is_not_simulated_is_refused() -> None:
    code, message = refusal(health().describe_events, filter={"tags": {"a": ["b"]}})

    assert (code, message) == ("ValidationException", "filter.tags is not simulated")


def test_entities_are_those_of_the_events_named() -> None:
    given(healthEvents=[MAINTENANCE, {**ISSUE, "entities": ["dxcon-other001"]}])
    planned, _ = health().describe_events()["events"]

    entities = health().describe_affected_entities(filter={"eventArns": [planned["arn"]]})

    assert [
        (entity["entityValue"], entity["eventArn"], entity["awsAccountId"])
        for entity in entities["entities"]
    ] == [(name, planned["arn"], ACCOUNT) for name in ("dxcon-source01", "dxlag-target01")]


def test_answers_come_in_pages() -> None:
    given(healthEvents=[MAINTENANCE, ISSUE, PAST])

    pages = list(
        health().get_paginator("describe_events").paginate(PaginationConfig={"PageSize": 2})
    )

    assert [len(page["events"]) for page in pages] == [2, 1]
    assert refusal(health().describe_events, nextToken="page-9")[0] == "InvalidPaginationToken"


def test_pages_are_small_whatever_is_asked_for_and_begin_with_the_newest_event() -> None:
    soon = {**MAINTENANCE, "startTime": "2026-01-05T02:00:00Z"}
    named = [f"dxcon-other{number:03}" for number in range(101)]
    given(healthEvents=[{**soon, "entities": named}, *([MAINTENANCE] * 50)])
    first = health().describe_events(maxResults=100)
    last = health().describe_events(maxResults=100, nextToken=first["nextToken"])
    asked = {"filter": {"eventArns": [last["events"][0]["arn"]]}}

    usual = health().describe_affected_entities(**asked)
    large = health().describe_affected_entities(**asked, maxResults=100)

    assert [len(page["events"]) for page in (first, last)] == [50, 1]
    assert last["events"][0]["startTime"].hour == 2
    assert [len(page["entities"]) for page in (usual, large)] == [10, 100]


def test_entities_are_asked_for_by_at_most_99_values() -> None:
    given(healthEvents=[{**MAINTENANCE, "entities": ["UNKNOWN"], "region": "global"}])
    [event] = health().describe_events()["events"]
    store = account_backends[ACCOUNT]["us-east-1"]
    values = ["UNKNOWN", *(f"dxcon-{number:08}" for number in range(98))]
    asked = {"eventArns": [event["arn"]], "entityValues": values}

    found: Any = describe_affected_entities(store, {"filter": asked})["entities"]

    assert event["region"] == "global"
    assert [each["entityValue"] for each in found] == ["UNKNOWN"]
    with pytest.raises(AccountApiError, match="at most 99"):
        describe_affected_entities(store, {"filter": {**asked, "entityValues": [*values, "x"]}})


@pytest.mark.parametrize(
    ("error", "status"), [("ThrottlingException", 400), ("InternalServerError", 500)]
)
def test_calls_fail_in_passing(error: str, status: int) -> None:
    fault = {"action": "health:DescribeEvents", "error": error, "calls": [1]}
    freeze = {"action": "ssm:GetCalendarState", "error": error, "calls": [1, 2]}
    given(calendars=CALENDARS, healthEvents=[MAINTENANCE], accountFaults=[fault, freeze])
    answers = []
    for _ in range(3):
        for call in (
            health().describe_events,
            partial(ssm().get_calendar_state, CalendarNames=["Changes"]),
        ):
            try:
                call()
                answers.append("well")
            except ClientError as answer:
                answers.append(answer.response["Error"]["Code"])
                assert answer.response["ResponseMetadata"]["HTTPStatusCode"] == status

    assert answers == [error, error, "well", error, "well", "well"]


def test_nothing_is_answered_that_the_api_has_no_name_for() -> None:
    given(calendars=CALENDARS, healthEvents=[MAINTENANCE])
    client, store = health(), account_backends[ACCOUNT]["us-east-1"]
    [event] = client.describe_events()["events"]
    asked = {"filter": {"eventArns": [event["arn"]]}, "maxResults": 1}
    answers = [
        ("health", "DescribeEvents", describe_events(store, {})),
        ("health", "DescribeAffectedEntities", describe_affected_entities(store, asked)),
        (
            "ssm",
            "GetCalendarState",
            get_calendar_state(account_backends[ACCOUNT][REGION], {"CalendarNames": ["Freeze"]}),
        ),
    ]

    for service, operation, answer in answers:
        known = members(service, operation)
        assert answer.keys() <= known.keys()
        for name, value in answer.items():
            for record in value if isinstance(value, list) else []:
                assert record.keys() <= known[name]


def test_without_the_support_plan_health_is_refused() -> None:
    given(healthEvents="unavailable")
    arn = "arn:aws:health:eu-central-1::event/DIRECTCONNECT/A/A_1"

    codes = {
        refusal(health().describe_events)[0],
        refusal(health().describe_affected_entities, filter={"eventArns": [arn]})[0],
    }

    assert codes == {"SubscriptionRequiredException"}


@pytest.mark.parametrize(
    "action", [action for action in Action if not action.startswith("cloudwatch:")]
)
def test_what_is_denied_says_which_permission_is_missing(action: Action) -> None:
    given(calendars=CALENDARS, denied=[action.value])
    calls: dict[Action, tuple[Any, dict[str, Any]]] = {
        Action.GET_CALENDAR_STATE: (ssm().get_calendar_state, {"CalendarNames": ["Changes"]}),
        Action.DESCRIBE_EVENTS: (health().describe_events, {}),
        Action.DESCRIBE_AFFECTED_ENTITIES: (
            health().describe_affected_entities,
            {"filter": {"eventArns": ["arn:aws:health:eu-central-1::event/A/B/C"]}},
        ),
    }
    call, arguments = calls.pop(action)

    code, message = refusal(call, **arguments)

    assert code == "AccessDeniedException"
    assert action in message
    assert all(other(**more) for other, more in calls.values())


def test_an_account_of_which_nothing_is_said_has_no_events() -> None:
    assert health().describe_events()["events"] == []


def test_the_caller_s_account_is_told() -> None:
    assert boto3.client("sts", region_name=REGION).get_caller_identity()["Account"] == ACCOUNT


def test_a_reset_forgets_everything() -> None:
    given(calendars=CALENDARS, healthEvents="unavailable", denied=list(Action))

    BackendDict.reset()

    assert health().describe_events()["events"] == []
    assert refusal(ssm().get_calendar_state, CalendarNames=["Freeze"])[0] == "InvalidDocument"


def test_a_second_install_changes_nothing() -> None:
    patterns = list(backend_index.backend_url_patterns)

    install()

    assert backend_index.backend_url_patterns == patterns
    assert [service for service, _ in patterns].count("health") == 4


def test_moto_still_lacks_what_is_added_here() -> None:
    added = vars(SimpleSystemManagerResponse)["get_calendar_state"]

    assert added.__module__.startswith("simulator.")
    with pytest.raises(ModuleNotFoundError):
        __import__("moto.health.models")
