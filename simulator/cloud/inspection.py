"""What a cloud holds after a run, read from its API or from moto's backends."""

from datetime import UTC, datetime
from typing import Any, Final

from moto.s3.models import s3_backends
from moto.sns.models import sns_backends
from moto.sqs.models import sqs_backends
from moto.stepfunctions.parser.models import stepfunctions_parser_backends

from simulator.core.context import CloudContext

_RECEIVE_AT_MOST: Final = 10


def executions(context: CloudContext) -> list[dict[str, Any]]:
    """Describe every execution, in the order in which they were started; times are in UTC."""
    client = context.clients.get("stepfunctions")
    return [
        _in_utc(client.describe_execution(executionArn=arn)) for arn in context.started_executions
    ]


def execution_history(context: CloudContext, arn: str) -> list[dict[str, Any]]:
    """Return an execution's history events, oldest first.

    Not through the client: writing and reading a long history takes longer than running it.
    """
    backends: Any = stepfunctions_parser_backends
    backend = backends[context.account][context.region]
    return [
        {
            **event,
            "type": event["type"].value,
            "timestamp": datetime.fromisoformat(event["timestamp"]),
        }
        for event in backend.get_execution_history(arn)["events"]
    ]


def objects(context: CloudContext, bucket: str) -> dict[str, str]:
    """Return the text of every object in a bucket, as it was written last, by its key."""
    keys = s3_backends[context.account]["aws"].get_bucket(bucket).keys
    return {name: key.value.decode(errors="backslashreplace") for name, key in sorted(keys.items())}


def notifications(context: CloudContext) -> list[tuple[str, str]]:
    """Return (topic's ARN, text) for all that was published, of each topic in order."""
    backends: Any = sns_backends
    topics = backends[context.account][context.region].topics.values()
    return [(topic.arn, sent[1]) for topic in topics for sent in topic.sent_notifications]


def dead_letters(context: CloudContext, queue: str) -> list[dict[str, Any]]:
    """Take the messages out of a queue, known by its URL, ARN or name."""
    sqs = context.clients.get("sqs")
    name = queue.rsplit("/", 1)[-1].rsplit(":", 1)[-1]
    if not sqs_backends[context.account][context.region].get_queue(name).messages:
        return []
    url = sqs.get_queue_url(QueueName=name)["QueueUrl"]
    found: list[dict[str, Any]] = []
    while True:
        answer = sqs.receive_message(
            QueueUrl=url,
            MaxNumberOfMessages=_RECEIVE_AT_MOST,
            MessageAttributeNames=["All"],
            MessageSystemAttributeNames=["All"],
        )
        messages = answer.get("Messages", [])
        if not messages:
            return found
        for message in messages:
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        found += messages


def _in_utc(answer: dict[str, Any]) -> dict[str, Any]:
    """Return an answer without its transport metadata, and with its times in UTC."""
    return {
        key: value.astimezone(UTC) if isinstance(value, datetime) else value
        for key, value in answer.items()
        if key != "ResponseMetadata"
    }
