"""The permissions that requests to moto need: actions, resources, and condition keys.

AWS: Service Authorization Reference, a page for each service. An operation that is not in here can
be made by the administrator alone: for others it raises an error.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, NamedTuple
from urllib.parse import unquote

from moto.directconnect.models import directconnect_backends
from moto.sns.models import sns_backends

from simulator.moto_ext.iam.conditions import TAGS
from simulator.moto_ext.iam.evaluation import Keys
from simulator.moto_ext.iam.peoples_permissions import resource_of
from simulator.moto_ext.stepfunctions.executions import backend_of, directory

_SNS: Any = sns_backends
_DIRECT_CONNECT: Any = directconnect_backends
_FREE: Final = "sts:GetCallerIdentity"
_IN_TRANSACTION: Final = {
    "Put": "PutItem",
    "Update": "UpdateItem",
    "Delete": "DeleteItem",
    "ConditionCheck": "ConditionCheckItem",
}


class UnknownPermissionError(NotImplementedError):
    """The permission that a call needs is not modelled."""


class RequiredPermission(NamedTuple):
    """One permission that a call needs."""

    action: str
    resource: str = "*"
    more: Keys = ()


RequiredPermissions = Iterator[RequiredPermission]


def permissions_of(handler: Any, operation: str) -> RequiredPermissions:
    """Yield what the request that a handler of moto's has read needs permission for."""
    if (by_people := resource_of(handler, operation)) is not None:
        return iter((RequiredPermission(*by_people),))
    ask = _SERVICES.get(handler.service_name)
    if ask is None:
        raise UnknownPermissionError(f"{handler.service_name}: what {operation} needs is not known")
    return ask(handler, operation)


def _arn(handler: Any, service: str, resource: str) -> str:
    return (
        f"arn:{handler.partition}:{service}:{handler.region}:{handler.current_account}:{resource}"
    )


def _cloudwatch(handler: Any, operation: str) -> RequiredPermissions:
    # Composite alarms are shown only to those who may describe all alarms (DescribeAlarms).
    if operation not in {"DescribeAlarms", "GetMetricData"}:
        raise UnknownPermissionError(f"What cloudwatch:{operation} needs is not known")
    yield RequiredPermission(f"cloudwatch:{operation}")


def _directconnect(handler: Any, operation: str) -> RequiredPermissions:
    asked = json.loads(handler.body)
    name = f"directconnect:{operation}"
    if operation == "ListVirtualInterfaceRoutes":
        yield _of_network(handler, name, asked["virtualInterfaceId"])
    elif operation == "ListVirtualInterfaceTestHistory":
        # Without an id, those of all are asked for.
        id_ = asked.get("virtualInterfaceId")
        every = RequiredPermission(name, _arn(handler, "directconnect", "dxvif/*"))
        yield _of_network(handler, name, id_) if id_ else every
    elif operation == "ListResiliencyGroupAssociations":
        owner = f"arn:{handler.partition}:directconnect::{handler.current_account}"
        group = asked["resiliencyGroupId"]
        yield RequiredPermission(name, f"{owner}:dx-resiliency-group/{group}")
    elif operation == "AssociateVirtualInterface":
        yield _of_network(handler, name, asked["virtualInterfaceId"])
        yield _of_network(handler, name, asked["connectionId"])
    elif operation in {
        "DescribeConnections",
        "DescribeDirectConnectGatewayAssociations",
        "DescribeDirectConnectGatewayAttachments",
        "DescribeLags",
        "DescribeVirtualInterfaces",
        "ListResiliencyGroups",
    }:
        yield RequiredPermission(name)
    else:
        raise UnknownPermissionError(f"What {name} needs is not known")


def _ec2(handler: Any, operation: str) -> RequiredPermissions:
    if operation != "DescribeVpnConnections":
        raise UnknownPermissionError(f"What ec2:{operation} needs is not known")
    yield RequiredPermission(f"ec2:{operation}")


def _of_network(handler: Any, action: str, identifier: str) -> RequiredPermission:
    """Ask for a connection, LAG or VIF, with its tags."""
    arn = _arn(handler, "directconnect", f"{identifier.split('-', maxsplit=1)[0]}/{identifier}")
    network = _DIRECT_CONNECT[handler.current_account][handler.region]
    tags = network.tags_of(identifier)
    return RequiredPermission(
        action, arn, ((TAGS, None), *((f"{TAGS}{key.lower()}", tags[key]) for key in tags))
    )


def _dynamodb(handler: Any, operation: str) -> RequiredPermissions:
    asked = handler.params
    if operation == "TransactWriteItems":
        for item in asked["TransactItems"]:
            for kind, content in item.items():
                yield _of_table(handler, _IN_TRANSACTION[kind], content["TableName"])
    elif operation == "BatchGetItem":
        for table in asked["RequestItems"]:
            yield _of_table(handler, operation, table)
    elif operation in {"GetItem", "PutItem", "UpdateItem", "DeleteItem"}:
        yield _of_table(handler, operation, asked["TableName"])
    elif operation == "Query":
        index = asked.get("IndexName")
        yield _of_table(handler, operation, asked["TableName"], f"/index/{index}" if index else "")
    elif operation == "ListTables":
        yield RequiredPermission("dynamodb:ListTables")
    else:
        raise UnknownPermissionError(f"What dynamodb:{operation} needs is not known")


def _of_table(handler: Any, operation: str, table: str, index: str = "") -> RequiredPermission:
    arn = table if table.startswith("arn:") else _arn(handler, "dynamodb", f"table/{table}")
    return RequiredPermission(f"dynamodb:{operation}", f"{arn}{index}")


def _events(handler: Any, operation: str) -> RequiredPermissions:
    if operation in {"DisableRule", "EnableRule"}:
        asked = json.loads(handler.body)
        rule = f"rule/{asked.get('EventBusName') or 'default'}/{asked['Name']}"
        yield RequiredPermission(f"events:{operation}", _arn(handler, "events", rule))
        return
    if operation != "PutEvents":
        raise UnknownPermissionError(f"What events:{operation} needs is not known")
    for entry in json.loads(handler.body)["Entries"]:
        bus = entry.get("EventBusName") or "default"
        arn = bus if bus.startswith("arn:") else _arn(handler, "events", f"event-bus/{bus}")
        keys = (
            ("events:source", entry.get("Source")),
            ("events:detail-type", entry.get("DetailType")),
        )
        yield RequiredPermission("events:PutEvents", arn, keys)


def _health(handler: Any, operation: str) -> RequiredPermissions:
    """Ask for the events whose entities are wanted (AWS: Health, "Resource-based conditions")."""
    if operation == "DescribeEvents":
        yield RequiredPermission("health:DescribeEvents")
    elif operation == "DescribeAffectedEntities":
        for arn in json.loads(handler.body)["filter"]["eventArns"]:
            yield RequiredPermission("health:DescribeAffectedEntities", arn)
    else:
        raise UnknownPermissionError(f"What health:{operation} needs is not known")


def _kms(handler: Any, operation: str) -> RequiredPermissions:
    if operation != "Sign":
        raise UnknownPermissionError(f"What kms:{operation} needs is not known")
    name = json.loads(handler.body)["KeyId"]
    yield RequiredPermission(
        "kms:Sign", name if name.startswith("arn:") else _arn(handler, "kms", f"key/{name}")
    )


def _lambda(handler: Any, operation: str) -> RequiredPermissions:
    if operation in {"DeleteFunctionConcurrency", "PutFunctionConcurrency"}:
        name = unquote(handler.path.split("/functions/")[1].split("/concurrency")[0])
        yield RequiredPermission(f"lambda:{operation}", _arn(handler, "lambda", f"function:{name}"))
        return
    if operation != "Invoke":
        raise UnknownPermissionError(f"What lambda:{operation} needs is not known")
    name = unquote(handler.path.split("/functions/")[1].split("/invocations")[0])
    arn = name if name.startswith("arn:") else _arn(handler, "lambda", f"function:{name}")
    qualifier = handler.querystring.get("Qualifier", [None])[0]
    yield RequiredPermission("lambda:InvokeFunction", f"{arn}:{qualifier}" if qualifier else arn)


def _logs(handler: Any, operation: str) -> RequiredPermissions:
    if operation not in {"CreateLogStream", "PutLogEvents"}:
        raise UnknownPermissionError(f"What logs:{operation} needs is not known")
    asked = json.loads(handler.body)
    stream = f"log-group:{asked['logGroupName']}:log-stream:{asked['logStreamName']}"
    yield RequiredPermission(f"logs:{operation}", _arn(handler, "logs", stream))


def _scheduler(handler: Any, operation: str) -> RequiredPermissions:
    if operation != "GetSchedule":
        raise UnknownPermissionError(f"What scheduler:{operation} needs is not known")
    name = unquote(handler.path.rpartition("/")[2])
    group = handler.querystring.get("groupName", ["default"])[0]
    arn = _arn(handler, "scheduler", f"schedule/{group}/{name}")
    yield RequiredPermission("scheduler:GetSchedule", arn)


def _sns(handler: Any, operation: str) -> RequiredPermissions:
    if operation != "Publish":
        raise UnknownPermissionError(f"What sns:{operation} needs is not known")
    yield from permissions_of_topic(handler.params["TopicArn"])


def permissions_of_topic(arn: str) -> RequiredPermissions:
    """Ask for a topic, and for the key that it is encrypted with (SNS: "Key management")."""
    yield RequiredPermission("sns:Publish", arn)
    _, partition, _, region, account, _ = arn.split(":")
    topic = _SNS[account][region].topics.get(arn)
    key = topic.kms_master_key_id if topic is not None else None
    if key:
        name = f"arn:{partition}:kms:{region}:{account}:key/{key}"
        yield RequiredPermission("kms:GenerateDataKey", key if key.startswith("arn:") else name)
        yield RequiredPermission("kms:Decrypt", key if key.startswith("arn:") else name)


def _sqs(handler: Any, operation: str) -> RequiredPermissions:
    if operation != "SendMessage":
        raise UnknownPermissionError(f"What sqs:{operation} needs is not known")
    name = handler.params["QueueUrl"].rsplit("/", 1)[-1]
    yield RequiredPermission("sqs:SendMessage", _arn(handler, "sqs", name))


def _ssm(handler: Any, operation: str) -> RequiredPermissions:
    if operation != "GetCalendarState":
        raise UnknownPermissionError(f"What ssm:{operation} needs is not known")
    for name in json.loads(handler.body)["CalendarNames"]:
        arn = name if name.startswith("arn:") else _arn(handler, "ssm", f"document/{name}")
        yield RequiredPermission("ssm:GetCalendarState", arn)


def _states(handler: Any, operation: str) -> RequiredPermissions:
    asked = json.loads(handler.body)
    action = f"states:{operation}"
    if operation in {"DescribeStateMachine", "ListExecutions", "StartExecution"}:
        yield RequiredPermission(action, asked["stateMachineArn"])
    elif operation in {"DescribeExecution", "GetExecutionHistory", "StopExecution"}:
        yield RequiredPermission(action, asked["executionArn"])
    elif operation in {"SendTaskSuccess", "SendTaskFailure", "SendTaskHeartbeat"}:
        yield from _of_token(handler, action, asked["taskToken"])
    else:
        raise UnknownPermissionError(f"What {action} needs is not known")


def _of_token(handler: Any, action: str, token: str) -> RequiredPermissions:
    """Ask for the state machine that waits with a token; one that names none is only invalid.

    That it is the state machine, the reference does not say (seen: aws-cdk, issue 8486).
    """
    known = directory(backend_of(handler.current_account, handler.region))
    for execution in known.executions.values():
        env = execution.exec_worker.env
        if env is not None and env.callback_pool_manager.get(token) is not None:
            yield RequiredPermission(action, execution.state_machine_arn)
            return


def _sts(handler: Any, operation: str) -> RequiredPermissions:
    if f"sts:{operation}" == _FREE:
        return
    if operation != "AssumeRole":
        raise UnknownPermissionError(f"What sts:{operation} needs is not known")
    asked = handler.params
    identity = asked.get("SourceIdentity")
    keys = (
        ("sts:externalid", asked.get("ExternalId")),
        ("sts:rolesessionname", asked["RoleSessionName"]),
        ("sts:sourceidentity", identity),
    )
    yield RequiredPermission("sts:AssumeRole", asked["RoleArn"], keys)
    if identity:
        # It has neither the external id nor the session's name among its condition keys.
        unknown = (("sts:externalid", None), ("sts:rolesessionname", None))
        yield RequiredPermission("sts:SetSourceIdentity", asked["RoleArn"], (*unknown, keys[2]))


_SERVICES: Final[Mapping[str, Callable[[Any, str], RequiredPermissions]]] = {
    "awslambda": _lambda,
    "cloudwatch": _cloudwatch,
    "directconnect": _directconnect,
    "ec2": _ec2,
    "dynamodb": _dynamodb,
    "events": _events,
    "health": _health,
    "kms": _kms,
    "logs": _logs,
    "scheduler": _scheduler,
    "sns": _sns,
    "sqs": _sqs,
    "ssm": _ssm,
    "stepfunctions": _states,
    "sts": _sts,
}
