"""What people are told of real runs: one thread a migration, as much as the level has."""

from typing import Any

import pytest

from simulator.runs.disclosure import secrets_of
from simulator.runs.record import Record
from simulator.runs.session import Session
from simulator.scenarios.model import load, named
from tests.sampling import sampled
from tests.workflow.chat import EMAILS, valid


def told(record: Record) -> list[str]:
    return [valid(text)["metadata"]["eventType"] for text in record.chat]


def run(session: Session, name: str, **settings: Any) -> Record:
    """Run a scenario that ships, with the app deployed with these settings."""
    return session.run(load(named(name)).model_copy(update={"settings": settings or None}))


@pytest.mark.verify
@pytest.mark.parametrize(
    "name",
    sampled(
        [
            "bgp-never-comes-up",
            "happy-path-dual-stack-lag",
            "rollback-fails-too",
            "vlan-taken",
            "malformed-request",
            "waits-for-its-window",
            "approved-by-an-event",
            "stopped-while-it-looks",
        ]
    ),
)
def test_a_migration_is_one_thread_with_all_that_is_sent_in_its_order(
    session: Session, name: str
) -> None:
    record = run(session, name, notify="all")

    sent = [event for event in record.events if event["source"] == "vifshift"]
    messages = [valid(text) for text in record.chat]
    assert [each["id"] for each in messages] == [event["id"] for event in sent]
    assert [each["metadata"]["eventType"] for each in messages] == [
        event["detail-type"] for event in sent
    ]
    [thread] = {each["metadata"]["threadId"] for each in messages}
    assert thread == sent[0]["detail"]["metadata"]["migrationId"]


@pytest.mark.verify
def test_two_migrations_are_two_threads(session: Session) -> None:
    record = run(session, "siblings-at-once")

    threads = [valid(text)["metadata"]["threadId"] for text in record.chat]
    assert len(set(threads)) == len(record.final_events) == 2


@pytest.mark.verify
@pytest.mark.parametrize(
    ("level", "expected"),
    [
        ("trouble", ["VIF Migration Rolling Back", "VIF Migration Rolled Back"]),
        ("outcomes", ["VIF Migration Rolling Back", "VIF Migration Rolled Back"]),
    ],
)
def test_who_does_not_ask_for_all_hears_of_a_failure_twice(
    session: Session, level: str, expected: list[str]
) -> None:
    assert told(run(session, "bgp-never-comes-up", notify=level)) == expected


@pytest.mark.verify
@pytest.mark.parametrize(
    ("level", "expected"), [("trouble", []), ("outcomes", ["VIF Migration Succeeded"])]
)
def test_a_success_is_an_outcome_and_no_trouble(
    session: Session, level: str, expected: list[str]
) -> None:
    assert told(run(session, "happy-path-dual-stack-lag", notify=level)) == expected


@pytest.mark.verify
def test_a_hostile_name_or_reason_stays_words_in_its_own_thread(session: Session) -> None:
    hostile = '"}],"metadata":{"threadId":"x"} \\ <!channel> [a](http://x) *b* \n'
    scenario = load(named("bgp-never-comes-up"))
    asked: Any = scenario.trigger.request
    request = {**asked, "reason": hostile, "requestedBy": hostile}
    vifs = [{**each, "virtualInterfaceName": hostile} for each in scenario.world.virtual_interfaces]
    changes = {
        "trigger": scenario.trigger.model_copy(update={"request": request}),
        "world": scenario.world.model_copy(update={"virtual_interfaces": vifs}),
        "settings": {"notify": "all", **EMAILS},
    }

    record = session.run(scenario.model_copy(update=changes))

    messages = [valid(text) for text in record.chat]
    assert {each["metadata"]["threadId"] for each in messages} == {
        event["detail"]["metadata"]["migrationId"] for event in record.final_events
    }
    assert not [text for _, text in record.notifications if "<!channel>" in text]


def test_who_is_asked_to_approve_never_sees_the_token(session: Session) -> None:
    record = run(session, "approved-by-an-event", notify="trouble", **EMAILS)

    [asked] = [each for each in record.events if each["detail-type"] == told(record)[0]]
    token = asked["detail"]["data"]["taskToken"]
    assert len(record.notifications) == 2
    assert all(token not in text for _, text in record.notifications)


@pytest.mark.verify
def test_no_secret_of_the_world_is_told(session: Session) -> None:
    record = run(session, "md5-mismatch", notify="all", **EMAILS)

    secrets = set(secrets_of([world.model_dump() for world in record.scenario.worlds]))
    assert secrets
    assert not [text for _, text in record.notifications for each in secrets if each in text]
