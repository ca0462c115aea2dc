"""Destinations of failed asynchronous invocations."""

import json
from typing import Any

from simulator.core.context import CloudContext
from simulator.moto_ext.awslambda.runtime import InvocationResult
from simulator.moto_ext.iam.callers import acting_as
from simulator.virtual_time.interpreter import iso


def send_failure(
    context: CloudContext, function: Any, payload: str, outcome: InvocationResult, attempts: int
) -> None:
    """Send a call that failed for good to the on-failure destination, or to the DLQ."""
    destination = None
    for settings in function.event_invoke_config:
        configured = settings.config.get("DestinationConfig", {}).get("OnFailure", {})
        destination = configured.get("Destination") or destination
    if destination:
        _send(
            context, destination, json.dumps(_record(context, function, payload, outcome, attempts))
        )
        return
    queue = getattr(function, "dead_letter_target", None)
    if queue:
        _send(context, queue, payload)


def _record(
    context: CloudContext, function: Any, payload: str, outcome: InvocationResult, attempts: int
) -> dict[str, Any]:
    """Build the record of "Capturing records of Lambda asynchronous invocations"."""
    return {
        "version": "1.0",
        "timestamp": iso(context.clock.now()),
        "requestContext": {
            "functionArn": f"{function.function_arn}:$LATEST",
            "condition": "RetriesExhausted",
            "approximateInvokeCount": attempts,
        },
        "requestPayload": json.loads(payload),
        "responseContext": {
            "statusCode": 200,
            "executedVersion": "$LATEST",
            "functionError": "Unhandled",
        },
        "responsePayload": json.loads(outcome.payload),
    }


def _send(context: CloudContext, arn: str, text: str) -> None:
    service, region, name = arn.split(":")[2], arn.split(":")[3], arn.split(":")[5]
    client = context.clients.get(service, region)
    if service == "sqs":
        # A service knows a queue's URL; only here it is asked for.
        with acting_as(None):
            url = client.get_queue_url(QueueName=name)["QueueUrl"]
        client.send_message(QueueUrl=url, MessageBody=text)
    elif service == "sns":
        client.publish(TopicArn=arn, Message=text)
    elif service == "lambda":
        client.invoke(FunctionName=arn, InvocationType="Event", Payload=text)
    elif service == "events":
        client.put_events(
            Entries=[
                {
                    "Source": "lambda",
                    "DetailType": "Lambda Function Invocation Result - Failure",
                    "Detail": text,
                    "EventBusName": arn,
                }
            ]
        )
