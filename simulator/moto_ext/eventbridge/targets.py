"""The kinds of targets that a rule or a schedule can have."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from botocore.exceptions import ClientError
from moto.core.utils import unix_time_millis
from moto.moto_api._internal import mock_random

from simulator.core.context import CloudContext
from simulator.moto_ext.eventbridge.delivery_errors import DeliveryFailedError, from_client_error
from simulator.moto_ext.iam.callers import acting_as

Target = Mapping[str, Any]
Send = Callable[[CloudContext, Target, str, str], None]


def deliver(context: CloudContext, target: Target, text: str, event_id: str) -> None:
    """Hand a text to a target; raises DeliveryFailedError where the target refuses it."""
    service = target["Arn"].split(":")[2]
    send = _SENDERS.get(service)
    if send is None:
        raise DeliveryFailedError("SDK_CLIENT_ERROR", f"No local target for {target['Arn']}")
    try:
        send(context, target, text, event_id)
    except ClientError as error:
        raise from_client_error(error) from error


def _client(context: CloudContext, service: str, arn: str) -> Any:
    return context.clients.get(service, arn.split(":")[3] or None)


def _state_machine(context: CloudContext, target: Target, text: str, event_id: str) -> None:
    arn = target["Arn"]
    _client(context, "stepfunctions", arn).start_execution(
        stateMachineArn=arn, name=f"{event_id}_{mock_random.uuid4()}", input=text
    )


def _function(context: CloudContext, target: Target, text: str, _: str) -> None:
    arn = target["Arn"]
    _client(context, "lambda", arn).invoke(
        FunctionName=arn, InvocationType="Event", Payload=text.encode()
    )


def _topic(context: CloudContext, target: Target, text: str, _: str) -> None:
    _client(context, "sns", target["Arn"]).publish(TopicArn=target["Arn"], Message=text)


def _queue(context: CloudContext, target: Target, text: str, _: str) -> None:
    send_to_queue(context, target["Arn"], text, group=_group(target))


def _group(target: Target) -> str | None:
    group: str | None = target.get("SqsParameters", {}).get("MessageGroupId")
    return group


def send_to_queue(
    context: CloudContext,
    arn: str,
    text: str,
    *,
    attributes: Mapping[str, str] | None = None,
    group: str | None = None,
) -> None:
    """Send a message to a queue that is known by its ARN."""
    client = _client(context, "sqs", arn)
    # A service knows a queue's URL; only here it is asked for.
    with acting_as(None):
        url = client.get_queue_url(QueueName=arn.rsplit(":", 1)[-1])["QueueUrl"]
    more = {"MessageGroupId": group} if group else {}
    client.send_message(
        QueueUrl=url,
        MessageBody=text,
        MessageAttributes={
            name: {"DataType": "String", "StringValue": value}
            for name, value in (attributes or {}).items()
        },
        **more,
    )


def _log_group(context: CloudContext, target: Target, text: str, event_id: str) -> None:
    client = _client(context, "logs", target["Arn"])
    group = target["Arn"].split(":log-group:")[1].removesuffix(":*")
    client.create_log_stream(logGroupName=group, logStreamName=event_id)
    client.put_log_events(
        logGroupName=group,
        logStreamName=event_id,
        logEvents=[{"timestamp": int(unix_time_millis()), "message": text}],
    )


def _bus(context: CloudContext, target: Target, text: str, _: str) -> None:
    event = json.loads(text)
    _client(context, "events", target["Arn"]).put_events(
        Entries=[
            {
                "Source": event["source"],
                "DetailType": event["detail-type"],
                "Detail": json.dumps(event["detail"], separators=(",", ":")),
                "Resources": event.get("resources", []),
                "Time": event["time"],
                "EventBusName": target["Arn"],
            }
        ]
    )


_SENDERS: dict[str, Send] = {
    "states": _state_machine,
    "lambda": _function,
    "sns": _topic,
    "sqs": _queue,
    "logs": _log_group,
    "events": _bus,
}
