"""Attacks by whoever may send events, start executions, or holds a task's token."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, Final

import pytest
from botocore.exceptions import ClientError
from moto.events.models import events_backends

from simulator.moto_ext.iam.callers import acting_as, role_session
from simulator.runs.session import Session
from simulator.scenarios.model import load, named
from tests.unit.simulator.policies import EVERYTHING, TRUST
from tests.workflow.conftest import Deployed

ACCOUNT, ELSEWHERE = "111122223333", "222233334444"
REQUEST: Final = {"virtualInterfaceId": "dxvif-aaaa0001", "connectionId": "dxlag-target01"}
DRY: Final = {**REQUEST, "dryRun": True}
ITSM: Final = f"arn:aws:iam::{ACCOUNT}:role/itsm"
ABROAD: Final = f"arn:aws:iam::{ELSEWHERE}:role/itsm"
ADMIN: Final = f"arn:aws:iam::{ACCOUNT}:role/administrator"
SETTINGS: Final[dict[str, Any]] = {
    "requestSources": {"change-management": [ITSM, ABROAD], "an-engineer": [], "operations": []},
    "approvalSources": {
        "chat-bot": [f"arn:aws:iam::{ACCOUNT}:role/chat-bot"],
        "service-desk": [f"arn:aws:iam::{ACCOUNT}:role/service-desk"],
    },
    "approval": {"tokenInEvent": False},
    "allowedAccounts": [ELSEWHERE],
}
FORGED_NOTICE: Final = {
    "metadata": {"version": "1", "migrationId": "CHG1", "requestId": "CHG1", "executionArn": "x"},
    "data": {"notice": {"title": "Approve", "text": "<https://evil.example|here>", "nextStep": ""}},
}


def deployed_with(session: Session, settings: dict[str, Any]) -> Deployed:
    scenario = load(named("happy-path-dual-stack-lag")).model_copy(update={"settings": settings})
    return Deployed(session.cloud_for(scenario), scenario)


@pytest.fixture
def bound(session: Session) -> Deployed:
    """The app with bound sources, and roles that may do everything as far as IAM is concerned."""
    deployed = deployed_with(session, SETTINGS)
    iam = deployed.cloud.client("iam")
    for name in ("itsm", "administrator"):
        iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(TRUST))
        iam.put_role_policy(RoleName=name, PolicyName="all", PolicyDocument=json.dumps(EVERYTHING))
    return deployed


def entry(deployed: Deployed, source: str, detail_type: str, detail: Any) -> dict[str, str]:
    backends: Any = events_backends
    buses = backends[ACCOUNT]["eu-central-1"].event_buses
    return {
        "EventBusName": buses[deployed.cloud.outputs["EventBusName"]].arn,
        "Source": source,
        "DetailType": detail_type,
        "Detail": json.dumps(detail),
    }


def put(deployed: Deployed, role: str, *entries: dict[str, str]) -> None:
    client = deployed.cloud.client("events")
    with acting_as(role_session(role, "mallory")):
        client.put_events(Entries=list(entries))


@contextmanager
def denied(deployed: Deployed) -> Iterator[None]:
    """Expect a denial by the policy of the bus, and that nothing was sent."""
    before = len(deployed.cloud.published_events)
    with pytest.raises(ClientError, match="explicit deny in a resource-based policy") as caught:
        yield
    assert caught.value.response["Error"]["Code"] == "AccessDeniedException"
    assert len(deployed.cloud.published_events) == before


def asked_by(deployed: Deployed) -> dict[str, Any]:
    """Return who is told to have asked, by all events alike."""
    told = [
        event["detail"]["metadata"]["askedBy"]
        for event in deployed.cloud.published_events
        if event["source"] == "vifshift" and "migrationId" in event["detail"]["metadata"]
    ]
    assert told
    assert [each for each in told if each != told[-1]] == []
    found: dict[str, Any] = told[-1]
    return found


def test_not_even_an_administrator_sends_as_the_product_or_as_a_source_of_others(
    bound: Deployed,
) -> None:
    forged = entry(bound, "vifshift", "VIF Migration Approval Requested", FORGED_NOTICE)
    request = entry(bound, "change-management", "VIF Migration Requested", DRY)
    approval = entry(bound, "chat-bot", "VIF Migration Approved", {"requestId": "CHG1"})
    harmless = entry(bound, "an-engineer", "VIF Migration Requested", DRY)

    for each in (forged, request, approval):
        with denied(bound):
            put(bound, ADMIN, each)
        # Each entry is judged by itself: one that is allowed hides no other.
        with denied(bound):
            put(bound, ADMIN, harmless, each)
    # A principal of one source is none of another, nor of its answers.
    with denied(bound):
        put(bound, ITSM, approval)
    with denied(bound):
        put(bound, ABROAD, forged)
    with denied(bound):
        put(bound, f"arn:aws:iam::{ELSEWHERE}:role/another", request)

    put(bound, ADMIN, harmless)
    assert bound.sent == []


@pytest.mark.parametrize("role", [ITSM, ABROAD])
def test_a_bound_source_is_told_as_such(bound: Deployed, role: str) -> None:
    asked = {**DRY, "requestedBy": "alice@example.com"}
    put(bound, role, entry(bound, "change-management", "VIF Migration Requested", asked))
    [execution] = bound.finish()

    assert execution["status"] == "SUCCEEDED"
    assert asked_by(bound) == {
        "account": ACCOUNT,
        "source": "change-management",
        "sourceIsBound": True,
        "trigger": "event",
        "triggerIsClaimed": False,
        "claimed": "alice@example.com",
    }


@pytest.mark.parametrize(
    "claim",
    [
        {"trigger": "schedule"},
        {"trigger": "plan", "plan": {"planId": "CHG7", "number": 1}},
        {
            "trigger": "event",
            "requestId": "a7e8feb1-0000-4000-8000-000000000000",
            "sender": {"source": "change-management", "account": ACCOUNT},
        },
    ],
)
def test_what_a_start_by_hand_says_of_itself_is_claimed(
    bound: Deployed, claim: dict[str, Any]
) -> None:
    bound.start(json.dumps({"request": DRY, **claim}))
    bound.finish()

    told = asked_by(bound)
    assert (told["account"], told["sourceIsBound"]) == (ACCOUNT, False)
    assert (told["trigger"], told["triggerIsClaimed"]) == (claim["trigger"], True)


def test_an_event_that_was_sent_vouches_for_no_other_request(bound: Deployed) -> None:
    put(bound, ITSM, entry(bound, "change-management", "VIF Migration Requested", DRY))
    bound.finish()
    event = next(
        each for each in bound.cloud.published_events if each["source"] == "change-management"
    )
    forged = {
        "request": {**DRY, "connectionId": "dxcon-source01"},
        "requestId": event["id"],
        "trigger": "event",
        "sender": {"source": "change-management", "account": ACCOUNT},
    }
    before = len(bound.cloud.published_events)
    bound.start(json.dumps(forged))
    bound.finish()

    [*_, last] = bound.cloud.published_events[before:]
    assert last["detail"]["metadata"]["askedBy"]["sourceIsBound"] is False
    assert last["detail"]["metadata"]["askedBy"]["triggerIsClaimed"] is True


def token_of(deployed: Deployed) -> str:
    """Return the token of the task that waits, as whoever may read the table has it."""
    items = deployed.cloud.client("dynamodb").scan(
        TableName=deployed.cloud.outputs["LocksTableName"]
    )["Items"]
    [token] = [item["token"]["S"] for item in items if item["pk"]["S"].startswith("waiting#")]
    return str(token)


@pytest.mark.parametrize(("of", "outcome"), [(1, "SUCCEEDED"), (2, "FAILED")])
def test_a_token_is_one_approval_and_not_on_the_bus(bound: Deployed, of: int, outcome: str) -> None:
    approval = {"required": True, "of": of}
    bound.start(json.dumps({**REQUEST, "approval": approval}))
    assert not bound.cloud.run_until_idle(timedelta(minutes=1))
    token = token_of(bound)
    bound.cloud.client("stepfunctions").send_task_success(
        taskToken=token,
        output=json.dumps({"approvedBy": "ceo", "given": [{"source": "chat-bot"}]}),
    )
    [execution] = bound.finish()

    assert execution["status"] == outcome
    assert token not in json.dumps(bound.cloud.published_events)
    [*_, last] = bound.cloud.published_events
    assert last["detail"]["data"]["approval"] == {"approvedBy": "ceo", "comment": "", "given": []}
    assert bound.associations == (of == 1)
