"""The policies that are deployed, as moto's backends hold them: resolved by CloudFormation."""

import json
from collections.abc import Callable, Mapping
from typing import Any, Final

from moto.awslambda.exceptions import UnknownFunctionException
from moto.awslambda.models import lambda_backends
from moto.events.models import events_backends
from moto.iam.models import iam_backends
from moto.kms.models import kms_backends
from moto.logs.models import logs_backends
from moto.s3.models import s3_backends
from moto.sns.models import sns_backends
from moto.sqs.models import sqs_backends

from simulator.moto_ext.iam.policy_documents import ELEMENTS

# Any: moto's dictionaries of backends are typed by the service alone.
_IAM: Any = iam_backends
_LAMBDA: Any = lambda_backends
_EVENTS: Any = events_backends
_KMS: Any = kms_backends
_LOGS: Any = logs_backends
_S3: Any = s3_backends
_SNS: Any = sns_backends
_SQS: Any = sqs_backends


class UnsupportedBoundaryError(NotImplementedError):
    """A role has a permissions boundary, which nobody evaluates here."""


def role(arn: str) -> Any:
    """Return moto's role of an ARN, None where there is none."""
    partition, account = arn.split(":")[1], arn.split(":")[4]
    backend = _IAM[account][partition]
    # Most by far are asked for again and again.
    known: dict[str, Any] = vars(backend).setdefault("_roles_by_arn", {})
    found = known.get(arn)
    if found is None or backend.roles.get(found.id) is not found:
        found = next((each for each in backend.roles.values() if each.arn == arn), None)
        if found is not None:
            known[arn] = found
    return found


def policies_of(found: Any) -> tuple[str, ...]:
    """Return the documents of a role's policies."""
    if found.permissions_boundary_arn:
        raise UnsupportedBoundaryError(f"{found.arn} has a permissions boundary")
    managed = (each.document for each in found.managed_policies.values())
    return tuple(map(_text, (*found.policies.values(), *managed)))


def trust_of(found: Any) -> str:
    """Return a role's trust policy, which names no resource: it is the role's own."""
    return _text(found.assume_role_policy_document)


def policy_of(arn: str, account: str) -> str | None:
    """Return a resource's own policy, None where it has none; the account is for S3 alone."""
    service = arn.split(":")[2]
    read = _READERS.get(service)
    return None if read is None else read(arn, account)


def _of_function(arn: str, _: str) -> str | None:
    region, account, _, name = arn.split(":")[3:7]
    try:
        statements = _LAMBDA[account][region].get_function(name).policy.statements
    except UnknownFunctionException:
        return None
    # moto keeps what else a permission in a template says.
    kept = [{key: each[key] for key in each.keys() & ELEMENTS} for each in statements]
    return json.dumps({"Statement": kept}) if kept else None


def _of_topic(arn: str, _: str) -> str | None:
    _, _, _, region, account, _ = arn.split(":")
    topic = _SNS[account][region].topics.get(arn)
    return None if topic is None else str(topic.policy)


def _of_queue(arn: str, _: str) -> str | None:
    _, _, _, region, account, name = arn.split(":")
    queue = _SQS[account][region].queues.get(name)
    return None if queue is None else queue.policy


def _of_bus(arn: str, _: str) -> str | None:
    _, _, _, region, account, name = arn.split(":")
    bus = _EVENTS[account][region].event_buses.get(name.removeprefix("event-bus/"))
    return None if bus is None else bus.policy


def _of_bucket(arn: str, account: str) -> str | None:
    partition, name = arn.split(":")[1], arn.split(":")[5].split("/", maxsplit=1)[0]
    bucket = _S3[account][partition].buckets.get(name)
    return None if bucket is None or bucket.policy is None else bucket.policy.decode()


def _of_key(arn: str, _: str) -> str | None:
    _, _, _, region, account, name = arn.split(":")
    key = _KMS[account][region].keys.get(name.removeprefix("key/"))
    return None if key is None else _text(key.policy)


def _of_log_group(arn: str, _: str) -> str | None:
    """Return the account's resource policies of CloudWatch Logs, which are one together."""
    region, account = arn.split(":")[3:5]
    policies = _LOGS[account][region].resource_policies.values()
    statements = [each for it in policies for each in json.loads(it.policy_document)["Statement"]]
    return json.dumps({"Statement": statements}) if statements else None


def _text(document: Any) -> str:
    """Return a document as text; CloudFormation leaves some of them as objects in moto."""
    return document if isinstance(document, str) else json.dumps(document)


_READERS: Final[Mapping[str, Callable[[str, str], str | None]]] = {
    "lambda": _of_function,
    "sns": _of_topic,
    "sqs": _of_queue,
    "events": _of_bus,
    "s3": _of_bucket,
    "kms": _of_key,
    "logs": _of_log_group,
}
