"""How large policies may be: of roles, and of what is shared with others."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from moto.awslambda.policy import Policy as FunctionPolicy
from moto.core.exceptions import JsonRESTError
from moto.events.models import EventsBackend
from moto.iam.exceptions import LimitExceededException
from moto.iam.models import IAMBackend, Role
from moto.kms.models import KmsBackend
from moto.s3.exceptions import S3ClientError
from moto.s3.models import S3Backend
from moto.sns.exceptions import InvalidParameterValue
from moto.sns.models import SNSBackend
from moto.sqs.exceptions import SQSException
from moto.sqs.models import SQSBackend

from simulator.core.context import CloudContext
from simulator.core.repairs import extension
from simulator.moto_ext.limits.argument_checks import compact, guard, size_of

# "IAM and AWS STS quotas", in characters; white space does not count.
MANAGED: Final = 6_144
INLINE: Final = 10_240
TRUST: Final = 2_048
# "Amazon EventBridge quotas", in characters.
OF_BUS: Final = 10_240
# "Lambda quotas", in bytes.
OF_FUNCTION: Final = 20 * 1024
# "Adding a bucket policy by using the Amazon S3 console", in bytes.
OF_BUCKET: Final = 20 * 1024
# The API reference of KMS, PutKeyPolicy, in bytes.
OF_KEY: Final = 32 * 1024
# "Amazon SQS policy quotas", in bytes.
OF_QUEUE: Final = 8_192
# "Amazon SNS endpoints and quotas", in bytes.
OF_TOPIC: Final = 30 * 1024


REPAIRS: Final = (
    extension(
        "moto.iam.models:IAMBackend.create_policy",
        "moto.iam.models:IAMBackend.create_policy_version",
        "moto.iam.models:IAMBackend.create_role",
        "moto.iam.models:IAMBackend.update_assume_role_policy",
        "moto.iam.models:Role.put_policy",
        "moto.kms.models:KmsBackend.create_key",
        "moto.kms.models:KmsBackend.put_key_policy",
        "moto.s3.models:S3Backend.put_bucket_policy",
        "moto.sns.models:SNSBackend.set_topic_attribute",
        "moto.sqs.models:SQSBackend.set_queue_attributes",
        "moto.awslambda.policy:Policy.add_statement",
        "moto.events.models:EventsBackend.put_permission",
        lacks="Policies have no limit.",
        test="moto_ext/limits/test_policies.py::test_a_policy_is_as_large_as_it_may_be",
    ),
)


def repair(context: CloudContext) -> None:
    """Measure policies where they are put."""
    for owner, method, check in (
        (IAMBackend, "create_policy", _check_managed),
        (IAMBackend, "create_policy_version", _check_managed),
        (IAMBackend, "create_role", _check_trust),
        (IAMBackend, "update_assume_role_policy", _check_trust),
        (Role, "put_policy", _check_inline),
        (KmsBackend, "create_key", _check_key),
        (KmsBackend, "put_key_policy", _check_key),
        (S3Backend, "put_bucket_policy", _check_bucket),
        (SNSBackend, "set_topic_attribute", _check_topic),
        (SQSBackend, "set_queue_attributes", _check_queue),
    ):
        guard(context, owner, method, check)
    _bounded_statements(context)


def _check_managed(given: Mapping[str, Any]) -> None:
    if len(compact(given["policy_document"])) > MANAGED:
        raise LimitExceededException(f"Cannot exceed quota for PolicySize: {MANAGED}")


def _check_trust(given: Mapping[str, Any]) -> None:
    document = given.get("assume_role_policy_document", given.get("policy_document"))
    if document and len(compact(document)) > TRUST:
        raise LimitExceededException(f"Cannot exceed quota for ACLSizePerRole: {TRUST}")


def _check_inline(given: Mapping[str, Any]) -> None:
    role = given["self"]
    policies = {**role.policies, given["policy_name"]: given["policy_json"]}
    if sum(len(compact(policy)) for policy in policies.values()) > INLINE:
        raise LimitExceededException(
            f"Maximum policy size of {INLINE} bytes exceeded for role {role.name}"
        )


def _check_key(given: Mapping[str, Any]) -> None:
    policy = given.get("policy")
    if policy and size_of(policy if isinstance(policy, str) else compact(policy)) > OF_KEY:
        message = f"Key policy document exceeds {OF_KEY} bytes"
        raise JsonRESTError("LimitExceededException", message)


def _check_bucket(given: Mapping[str, Any]) -> None:
    if size_of(compact(given["policy"])) > OF_BUCKET:
        message = "Policy exceeds the maximum allowed document size."
        raise S3ClientError("MalformedPolicy", message)


def _check_topic(given: Mapping[str, Any]) -> None:
    is_policy = given["attribute_name"] in {"Policy", "policy"}
    if is_policy and size_of(given["attribute_value"]) > OF_TOPIC:
        raise InvalidParameterValue("Invalid parameter: Policy is too large")


def _check_queue(given: Mapping[str, Any]) -> None:
    policy = given["attributes"].get("Policy")
    if policy and size_of(policy) > OF_QUEUE:
        raise SQSException("InvalidAttributeValue", "Invalid value for the parameter Policy.")


def _bounded_statements(context: CloudContext) -> None:
    """Measure what grows statement by statement once one is added, and take that one back."""
    add: Callable[..., Any] = FunctionPolicy.add_statement
    put: Callable[..., None] = EventsBackend.put_permission

    def add_statement(self: Any, *given: Any, **named: Any) -> Any:
        before = list(self.statements)
        added = add(self, *given, **named)
        if size_of(compact(self.get_policy()["Policy"])) > OF_FUNCTION:
            self.statements[:] = before
            message = f"The final policy size is bigger than the limit ({OF_FUNCTION})."
            raise JsonRESTError("PolicyLengthExceededException", message)
        return added

    def put_permission(self: Any, event_bus_name: str, *given: Any, **named: Any) -> None:
        bus = self.describe_event_bus(event_bus_name)
        before = dict(bus._statements)
        put(self, event_bus_name, *given, **named)
        if len(compact(bus.policy)) > OF_BUS:
            bus._statements = before
            message = f"The policy size of the event bus exceeds the limit of {OF_BUS}."
            raise JsonRESTError("PolicyLengthExceededException", message)

    context.patches.set(FunctionPolicy, "add_statement", add_statement)
    context.patches.set(EventsBackend, "put_permission", put_permission)
