"""The permissions for calls that no part of a stack makes: those of people and their commands.

AWS: Service Authorization Reference, a page for each service.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any, Final

from moto.cloudformation.models import cloudformation_backends

_STACKS: Any = cloudformation_backends
_NONE: Final = "none"

Resource = Callable[[Any], str]


def resource_of(handler: Any, operation: str) -> tuple[str, str] | None:
    """Return action and resource of a call that a person makes; None for one that is not here."""
    found = _CALLS.get(handler.service_name, {}).get(operation)
    if found is None:
        return None
    return f"{handler.service_name}:{operation}", found(handler)


def _arn(handler: Any, service: str, resource: str) -> str:
    account = handler.current_account
    return f"arn:{handler.partition}:{service}:{handler.region}:{account}:{resource}"


def _any(_: Any) -> str:
    return "*"


def _stack(handler: Any) -> str:
    """Return the ARN of a stack, which requests name by its name or its ARN."""
    name = handler.params.get("StackName")
    if name is None or name.startswith("arn:"):
        return name or "*"
    stacks = _STACKS[handler.current_account][handler.region].stacks.values()
    ids = [each.stack_id for each in stacks if each.name == name]
    # Of a stack that does not exist, IAM knows the name.
    return ids[0] if ids else _arn(handler, "cloudformation", f"stack/{name}/{_NONE}")


def _queue(handler: Any) -> str:
    return _arn(handler, "sqs", handler.params["QueueUrl"].rsplit("/", 1)[-1])


def _bus(handler: Any) -> str:
    name = _told(handler).get("Name") or "default"
    return name if name.startswith("arn:") else _arn(handler, "events", f"event-bus/{name}")


def _rule(handler: Any) -> str:
    told = _told(handler)
    name, bus = told.get("Name") or told["Rule"], told.get("EventBusName") or "default"
    return _arn(handler, "events", f"rule/{name}" if bus == "default" else f"rule/{bus}/{name}")


def _key(handler: Any) -> str:
    name = _told(handler)["KeyId"]
    return name if name.startswith("arn:") else _arn(handler, "kms", f"key/{name}")


def _parameter(handler: Any) -> str:
    return _arn(handler, "ssm", f"parameter/{_told(handler)['Name'].lstrip('/')}")


def _table(handler: Any) -> str:
    name = handler.params["TableName"]
    return name if name.startswith("arn:") else _arn(handler, "dynamodb", f"table/{name}")


def _told(handler: Any) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(handler.body or "{}")
    return told


_CALLS: Final[Mapping[str, Mapping[str, Resource]]] = {
    "cloudformation": {
        "DescribeStacks": _stack,
        "GetTemplate": _stack,
        "ListStackResources": _stack,
    },
    "dynamodb": {"Scan": _table},
    "events": {
        "DescribeEventBus": _bus,
        "DescribeRule": _rule,
        "ListTargetsByRule": _rule,
        "TestEventPattern": _any,
    },
    "kms": {"GetPublicKey": _key},
    "sqs": {
        "ChangeMessageVisibility": _queue,
        "DeleteMessage": _queue,
        "GetQueueAttributes": _queue,
        "ReceiveMessage": _queue,
    },
    "ssm": {"GetParameter": _parameter},
}
