"""The records of calls, as a trail has them (AWS: CloudTrail user guide, "Record contents")."""

import json
from collections.abc import Mapping
from typing import Any, Final

from moto.core.common_types import TYPE_RESPONSE
from moto.moto_api._internal import mock_random
from moto.sts.models import sts_backends

from simulator.moto_ext.iam.callers import principal_of
from simulator.moto_ext.iam.evaluation import PrincipalKind
from simulator.virtual_time.interpreter import iso

SERVICES: Final = {
    "awslambda": "lambda",
    "cloudtrail": "cloudtrail",
    "cloudwatch": "monitoring",
    "directconnect": "directconnect",
    "dynamodb": "dynamodb",
    "events": "events",
    "kms": "kms",
    "s3": "s3",
    "scheduler": "scheduler",
    "sns": "sns",
    "sqs": "sqs",
    "stepfunctions": "states",
}
"""The services whose calls are recorded, by moto's names."""
READ_ONLY: Final = ("Batch", "Describe", "Get", "Head", "List", "Query", "Scan", "Test", "Validate")
WRITES_OF_A_TABLE: Final = frozenset(
    {"BatchWriteItem", "DeleteItem", "PutItem", "TransactWriteItems", "UpdateItem"}
)
NOT_RECORDED: Final = frozenset(
    {"Invoke", "PutEvents", "Publish", "SendMessage", "ReceiveMessage", "DeleteMessage"}
)
"""Data events that nothing here asks for; they are many."""
VERSIONS: Final = {
    "DeleteFunction": "20150331",
    "PutFunctionConcurrency": "20171031",
    "UpdateFunctionCode": "20150331v2",
    "UpdateFunctionConfiguration": "20150331v2",
}
HIDDEN: Final = "HIDDEN_DUE_TO_SECURITY_REASONS"
_SECRETS: Final = frozenset({"authKey", "cak", "ckn", "customerRouterConfig", "taskToken"})
# Whether CloudTrail hides a BGP key is not documented: here it does, and nobody reads it.
_TEMPORARY: Final = "ASIA"
_ERROR: Final = 400
_STS: Any = sts_backends


def is_recorded(service: str, operation: str) -> bool:
    """Return whether a call changes something, and so is in the records that rules get."""
    if service not in SERVICES or operation in NOT_RECORDED:
        return False
    return operation in WRITES_OF_A_TABLE or not operation.startswith(READ_ONLY)


def record(handler: Any, operation: str, answer: TYPE_RESPONSE | None) -> dict[str, Any]:
    """Return the record of a request that a handler of moto's has answered."""
    service = handler.service_name
    status, answered = _answer(answer)
    failed = status >= _ERROR
    is_data = service == "dynamodb" and operation in WRITES_OF_A_TABLE
    parameters = _parameters(handler, operation)
    kept: dict[str, Any] = {
        "eventVersion": "1.11",
        "userIdentity": _identity(handler),
        "eventSource": f"{SERVICES[service]}.amazonaws.com",
        "eventName": operation + VERSIONS.get(operation, ""),
        "awsRegion": handler.region,
        "sourceIPAddress": "192.0.2.1",
        "userAgent": "aws-cli/2.33.13",
        "requestParameters": parameters,
        "responseElements": None if failed or service != "directconnect" else _hidden(answered),
        "requestID": str(mock_random.uuid4()),
        "eventID": str(mock_random.uuid4()),
        "readOnly": False,
        "eventType": "AwsApiCall",
        "managementEvent": not is_data,
        "recipientAccountId": handler.current_account,
        "eventCategory": "Data" if is_data else "Management",
    }
    if failed:
        kept["errorCode"] = str(answered.get("__type", "Error")).rpartition("#")[2]
        kept["errorMessage"] = str(answered.get("message") or answered.get("Message") or "")
    if is_data:
        kept["resources"] = _tables(handler, parameters)
    return kept


def at(kept: Mapping[str, Any], moment: Any) -> dict[str, Any]:
    """Return a record with the time of its call."""
    return {**kept, "eventTime": iso(moment)[:19] + "Z"}


def _identity(handler: Any) -> dict[str, Any]:
    """Return who makes a request; whoever is not modelled is an engineer with a user of IAM."""
    account = handler.current_account
    principal = principal_of(handler)
    if principal is None:
        key: str = handler.access_key
        session = (
            _STS[account][handler.partition].get_assumed_role_from_access_key(key)
            if key.startswith(_TEMPORARY)
            else None
        )
        if session is not None:
            return _session(session.role_arn, session.session_name)
        return {
            "type": "IAMUser",
            "principalId": "AIDAEXAMPLE",
            "arn": f"arn:{handler.partition}:iam::{account}:user/engineer",
            "accountId": account,
            "userName": "engineer",
        }
    if principal.kind is PrincipalKind.SERVICE:
        return {"type": "AWSService", "invokedBy": principal.name}
    return _session(principal.name, principal.session)


def _session(role: str, name: str) -> dict[str, Any]:
    partition, account, short = role.split(":")[1], role.split(":")[4], role.rsplit("/", 1)[-1]
    return {
        "type": "AssumedRole",
        "principalId": f"AROAEXAMPLE:{name}",
        "arn": f"arn:{partition}:sts::{account}:assumed-role/{short}/{name}",
        "accountId": account,
        "sessionContext": {
            "sessionIssuer": {
                "type": "Role",
                "principalId": "AROAEXAMPLE",
                "arn": role,
                "accountId": account,
                "userName": short,
            },
            "attributes": {"mfaAuthenticated": "false"},
        },
    }


def _parameters(handler: Any, operation: str) -> dict[str, Any]:
    if handler.service_name == "awslambda":
        path = str(handler.uri).split("?", maxsplit=1)[0]
        return {"functionName": path.partition("/functions/")[2].split("/", maxsplit=1)[0]}
    if handler.service_name == "s3":
        return {"bucketName": handler.bucket_name}
    return _hidden(_object(handler.body)) or {
        f"{name[:1].lower()}{name[1:]}": values[0]
        for name, values in handler.querystring.items()
        if name not in {"Action", "Version"}
    }


def _hidden(value: Any) -> Any:
    """Return parameters as CloudTrail writes them, without secrets."""
    if isinstance(value, dict):
        return {
            f"{name[:1].lower()}{name[1:]}": HIDDEN if name in _SECRETS else _hidden(member)
            for name, member in value.items()
        }
    return [_hidden(each) for each in value] if isinstance(value, list) else value


def _tables(handler: Any, parameters: Mapping[str, Any]) -> list[dict[str, str]]:
    names = [str(parameters["tableName"])] if "tableName" in parameters else []
    names += [str(name) for name in parameters.get("requestItems") or ()]
    for each in parameters.get("transactItems") or ():
        names += [str(part["tableName"]) for part in each.values() if "tableName" in part]
    owner = f"arn:{handler.partition}:dynamodb:{handler.region}:{handler.current_account}:table/"
    return [
        {
            "accountId": handler.current_account,
            "type": "AWS::DynamoDB::Table",
            "ARN": name if name.startswith("arn:") else owner + name,
        }
        for name in dict.fromkeys(names)
    ]


def _answer(answer: TYPE_RESPONSE | None) -> tuple[int, dict[str, Any]]:
    if answer is None:
        return 200, {}
    status, _, body = answer
    return int(status), _object(body)


def _object(body: Any) -> dict[str, Any]:
    if isinstance(body, dict):
        return body
    try:
        found = json.loads(body)
    except (TypeError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
