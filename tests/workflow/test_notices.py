"""Hand-made events on the bus: what becomes of them in chat and in the mail, whatever they hold."""

import json
from collections.abc import Callable

import pytest

from simulator.cloud import Cloud
from simulator.runs.session import LONGEST, Session
from simulator.scenarios.model import load, named
from tests.sampling import sampled
from tests.workflow.chat import EMAILS, valid
from vifshift.events.base import DetailType
from vifshift.events.migration import FINAL

HOSTILE = (
    'say "hi" to </title> <id> <detail-type> $.id {"a": [1]} <!channel> *b* _i_',
    '","source":"x',
    '"',
    "\\",
    "C:\\new\\u0022",
    "line\nline\r\nline",
    "\t\x07\x7f",
    "\u2028 \u202e \U0001f4a3",
)


Deployed = Callable[..., Cloud]


@pytest.fixture
def deployed(session: Session) -> Deployed:
    """Return the cloud with the app in it, of the settings that are named."""
    scenario = load(named("dry-run"))
    return lambda **settings: session.cloud_for(scenario.model_copy(update={"settings": settings}))


def send(cloud: Cloud, detail_type: str = DetailType.SUCCEEDED, **notice: str) -> str:
    """Put an event of one migration on the bus, and let it be told; return its id."""
    said = {"title": "It came good", "text": "It is up.", "nextStep": "Nothing to do."}
    said |= {"more": "More.", **notice}
    metadata = {"migrationId": "CHG0042", "requestId": "r-1", "executionArn": "arn:aws:x"}
    detail = {"metadata": metadata, "data": {"notice": said}}
    entry = {
        "EventBusName": cloud.outputs["EventBusName"],
        "Source": "vifshift",
        "DetailType": detail_type,
        "Detail": json.dumps(detail),
    }
    answer = cloud.client("events").put_events(Entries=[entry])
    assert cloud.run_until_idle(LONGEST)
    return str(answer["Entries"][0]["EventId"])


def at(cloud: Cloud, output: str) -> list[str]:
    """Return what the topic of an output got."""
    topic = cloud.outputs[output]
    return [text for arn, text in cloud.notifications if arn == topic]


def test_an_event_becomes_a_custom_notification(deployed: Deployed) -> None:
    cloud = deployed()
    identity = send(cloud)

    [message] = [valid(text) for text in at(cloud, "NotificationTopicArn")]
    assert message == {
        "version": "1.0",
        "source": "custom",
        "id": identity,
        "content": {
            "textType": "client-markdown",
            "title": "It came good",
            "description": "It is up.",
            "nextSteps": ["Nothing to do.", "More."],
            "keywords": ["vifshift", "VIF Migration Succeeded"],
        },
        "metadata": {
            "threadId": "CHG0042",
            "summary": "It came good",
            "eventType": "VIF Migration Succeeded",
            "relatedResources": ["arn:aws:x"],
            "additionalContext": {"requestId": "r-1"},
        },
    }


@pytest.mark.verify
def test_whatever_stands_in_a_notice_a_message_stays_one_notification(deployed: Deployed) -> None:
    cloud = deployed(**EMAILS)
    for hostile in HOSTILE:
        send(cloud, title=hostile, text=hostile, nextStep=hostile)

    messages = [valid(text) for text in at(cloud, "NotificationTopicArn")]
    mails = at(cloud, "EmailTopicArn")
    for hostile, message, mail in zip(HOSTILE, messages, mails, strict=True):
        content, metadata = message["content"], message["metadata"]
        assert (content["title"], content["description"]) == (hostile, hostile)
        assert content["nextSteps"] == [hostile, "More."]
        assert (metadata["threadId"], message["source"]) == ("CHG0042", "custom")
        assert f"What to do: {hostile}" in mail


@pytest.mark.verify
def test_a_mail_is_lines_in_quotes(deployed: Deployed) -> None:
    cloud = deployed(**EMAILS)
    send(cloud)

    [mail] = at(cloud, "EmailTopicArn")
    assert mail.splitlines() == [
        '"It came good"',
        '"It is up."',
        '"What to do: Nothing to do."',
        '"More: More."',
        '"Event: VIF Migration Succeeded"',
        '"Migration: CHG0042"',
        '"Request: r-1"',
        '"Execution: arn:aws:x"',
    ]


@pytest.mark.verify
@pytest.mark.parametrize("level", sampled(["all", "outcomes", "trouble"]))
def test_every_end_that_a_level_has_is_told_in_chat_and_by_mail(
    deployed: Deployed, level: str
) -> None:
    calm = {
        DetailType.SUCCEEDED,
        DetailType.UNCHANGED,
        DetailType.PLANNED,
        DetailType.DUPLICATE,
        DetailType.CANCELLED,
    }
    cloud = deployed(notify=level, **EMAILS)
    for detail_type in FINAL.values():
        send(cloud, detail_type)

    chat = [valid(text) for text in at(cloud, "NotificationTopicArn")]
    mails = at(cloud, "EmailTopicArn")
    expected = [each for each in FINAL.values() if level != "trouble" or each not in calm]
    assert [each["metadata"]["eventType"] for each in chat] == expected
    assert [mail.splitlines()[4] for mail in mails] == [f'"Event: {each}"' for each in expected]


@pytest.mark.verify
def test_what_others_put_on_the_bus_is_not_told(deployed: Deployed) -> None:
    cloud = deployed(notify="all")
    entry = {
        "EventBusName": cloud.outputs["EventBusName"],
        "Source": "an-engineer",
        "DetailType": DetailType.SUCCEEDED,
        "Detail": "{}",
    }
    cloud.client("events").put_events(Entries=[entry])
    cloud.run_until_idle(LONGEST)

    assert cloud.notifications == []


def test_what_can_t_be_told_is_kept_apart_from_what_redrive_starts(deployed: Deployed) -> None:
    cloud = deployed()
    topic = cloud.outputs["NotificationTopicArn"]
    cloud.client("sns").delete_topic(TopicArn=topic)
    identity = send(cloud)

    [queue] = [
        physical
        for logical, physical in cloud.resources_of_type("AWS::SQS::Queue").items()
        if logical.startswith("Notifications")
    ]
    [letter] = cloud.dead_letters(queue)
    assert json.loads(letter["Body"])["id"] == identity
    assert letter["MessageAttributes"]["TARGET_ARN"]["StringValue"] == topic
    assert cloud.dead_letters(cloud.outputs["DeadLetterQueueUrl"]) == []


def test_a_checkpoint_forgets_what_was_told_since(deployed: Deployed) -> None:
    cloud = deployed()
    checkpoint = cloud.checkpoint()
    send(cloud)
    first = cloud.notifications

    checkpoint.restore()
    assert cloud.notifications == []
    send(cloud)
    assert cloud.notifications == first


def test_every_topic_has_its_key_its_policy_and_its_subscribers(deployed: Deployed) -> None:
    cloud = deployed(**EMAILS)
    sns = cloud.client("sns")
    keys = set()
    for output in ("NotificationTopicArn", "EmailTopicArn"):
        attributes = sns.get_topic_attributes(TopicArn=cloud.outputs[output])["Attributes"]
        keys.add(attributes["KmsMasterKeyId"])
        statements = json.loads(attributes["Policy"])["Statement"]
        assert [each["Effect"] for each in statements] == ["Deny", "Allow"]
    [key] = keys
    rotation = cloud.client("kms").get_key_rotation_status(KeyId=key)
    assert rotation["KeyRotationEnabled"] is True
    arn = cloud.outputs["EmailTopicArn"]
    [subscriber] = sns.list_subscriptions_by_topic(TopicArn=arn)["Subscriptions"]
    assert (subscriber["Protocol"], subscriber["Endpoint"]) == ("email", "noc@example.com")
