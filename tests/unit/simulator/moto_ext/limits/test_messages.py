"""How large what is sent and kept may be: just below each limit, and just above it."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from simulator.cloud import Cloud
from simulator.moto_ext.eventbridge.publishing import SIZE_LIMIT, entry_size
from simulator.moto_ext.limits import functions, messages
from tests.unit.simulator.moto_ext.limits.largest import (
    Limit,
    a_function,
    filled,
    furnish,
    just_below_and_just_above,
    queue,
    topic,
)

MESSAGES = {
    "to a topic": Limit(
        messages.TOPIC_MESSAGE,
        lambda cloud, size: cloud.client("sns").publish(
            TopicArn=topic(cloud), Message="é" * (size // 2) + "x" * (size % 2)
        ),
        "InvalidParameter",
    ),
    "to a queue": Limit(
        messages.QUEUE_MESSAGE,
        lambda cloud, size: cloud.client("sqs").send_message(
            QueueUrl=queue(cloud), MessageBody="é" * (size // 2) + "x" * (size % 2)
        ),
        "InvalidParameterValue",
    ),
    "with attributes": Limit(
        messages.QUEUE_MESSAGE,
        lambda cloud, size: cloud.client("sqs").send_message(
            QueueUrl=queue(cloud),
            MessageBody="x" * (size - len("name" + "String" + "value")),
            MessageAttributes={"name": {"DataType": "String", "StringValue": "value"}},
        ),
        "InvalidParameterValue",
    ),
    "to a bus": Limit(
        SIZE_LIMIT - 1,
        lambda cloud, size: cloud.client("events").put_events(
            Entries=[
                {
                    "Source": "test",
                    "DetailType": "Large",
                    "Detail": json.dumps({"x": "x" * (size - len("testLarge") - len('{"x": ""}'))}),
                }
            ]
        ),
        "ValidationException",
    ),
    "entries of a call": Limit(
        10,
        lambda cloud, size: cloud.client("events").put_events(
            Entries=[{"Source": "test", "DetailType": "One", "Detail": "{}"}] * size
        ),
        "ValidationException",
    ),
    "pattern": Limit(
        messages.PATTERN,
        lambda cloud, size: cloud.client("events").put_rule(
            Name="patterned", EventPattern=filled(size, lambda text: f'{{"source":["{text}"]}}')
        ),
        "LimitExceededException",
    ),
    "item": Limit(
        messages.ITEM,
        lambda cloud, size: cloud.client("dynamodb").put_item(
            TableName="table",
            Item={"pk": {"S": "a"}, "text": {"S": "x" * (size - len("pk" + "a" + "text"))}},
        ),
        "ValidationException",
    ),
    "environment": Limit(
        functions.ENVIRONMENT,
        lambda cloud, size: cloud.client("lambda").create_function(
            **a_function(
                f"settings-{size}",
                Environment={"Variables": {"A": "x" * (size - len('{"A":""}'))}},
            )
        ),
        "InvalidParameterValueException",
    ),
    "new environment": Limit(
        functions.ENVIRONMENT,
        lambda cloud, size: cloud.client("lambda").update_function_configuration(
            FunctionName="echo", Environment={"Variables": {"A": "x" * (size - len('{"A":""}'))}}
        ),
        "InvalidParameterValueException",
    ),
    "event that is not waited for": Limit(
        functions.ASYNCHRONOUS_EVENT,
        lambda cloud, size: cloud.client("lambda").invoke(
            FunctionName="echo",
            InvocationType="Event",
            Payload=filled(size, lambda text: f'{{"x":"{text}"}}'),
        ),
        "RequestTooLargeException",
    ),
    "event that is waited for": Limit(
        functions.EVENT,
        lambda cloud, size: cloud.client("lambda").invoke(
            FunctionName="echo", Payload=filled(size, lambda text: f'{{"x":"{text}"}}')
        ),
        "RequestTooLargeException",
    ),
}


@pytest.fixture(scope="module")
def cloud() -> Iterator[Cloud]:
    """A cloud with something of everything that is written to."""
    with Cloud() as cloud:
        furnish(cloud)
        yield cloud


@pytest.mark.parametrize("kind", MESSAGES)
def test_what_is_sent_and_kept_is_as_large_as_it_may_be(cloud: Cloud, kind: str) -> None:
    just_below_and_just_above(cloud, MESSAGES[kind])


def test_an_answer_that_is_too_large_becomes_an_error(cloud: Cloud) -> None:
    def answered(letters: int) -> dict[str, Any]:
        answer: dict[str, Any] = cloud.client("lambda").invoke(
            FunctionName="echo", Payload=json.dumps({"letters": letters})
        )
        return answer

    # two letters more are its quotes
    whole = answered(functions.ANSWER - 2)
    assert len(whole["Payload"].read()) == functions.ANSWER
    assert "FunctionError" not in whole
    cut = answered(functions.ANSWER - 1)
    assert json.loads(cut["Payload"].read())["errorType"] == "Function.ResponseSizeTooLarge"
    assert cut["FunctionError"] == "Unhandled"


def test_the_size_of_an_entry_is_that_of_its_texts() -> None:
    entry = {"Source": "é", "DetailType": "ab", "Detail": "{}", "Resources": ["abc"], "Time": 1}
    assert entry_size(entry) == 2 + 2 + 2 + 3 + 14
