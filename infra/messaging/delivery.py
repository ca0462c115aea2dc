"""What rules deliver to their targets, and where it goes if it can't be delivered."""

from collections.abc import Iterable, Mapping

from aws_cdk import Duration
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from aws_cdk import aws_sqs as sqs
from constructs import Construct
from pydantic import JsonValue

from infra.permissions import acknowledge
from vifshift.domain.execution_input import PATH


def dead_letter_queue(scope: Construct, construct_id: str) -> sqs.Queue:
    """Return an encrypted queue that keeps messages for 14 days, the longest that SQS offers."""
    queue = sqs.Queue(
        scope,
        construct_id,
        enforce_ssl=True,
        encryption=sqs.QueueEncryption.SQS_MANAGED,
        retention_period=Duration.days(14),
    )
    acknowledge(queue, "AwsSolutions-SQS3", "It is itself a dead-letter queue.")
    return queue


def accept_from_services_alone(queue: sqs.Queue, schedule_roles: Iterable[str] = ()) -> None:
    """Deny everybody else to send messages to a queue, whatever their own policies allow.

    EventBridge sends a rule's dead letters by itself, and the queue allows it for each rule. A
    schedule's are sent with its role (AWS: EventBridge Scheduler user guide, "Configuring a
    schedule's dead-letter queue"), for which `aws:PrincipalIsAWSService` is false (AWS: IAM user
    guide, "AWS global condition context keys"). SendMessageBatch and the moving of messages from
    another queue need the same permission (AWS: Service Authorization Reference).
    """
    conditions: dict[str, dict[str, object]] = {
        "BoolIfExists": {"aws:PrincipalIsAWSService": "false"}
    }
    if roles := sorted(set(schedule_roles)):
        conditions["ArnNotEqualsIfExists"] = {"aws:PrincipalArn": roles}
    queue.add_to_resource_policy(
        iam.PolicyStatement(
            sid="FromServicesAlone",
            effect=iam.Effect.DENY,
            principals=[iam.AnyPrincipal()],
            actions=["sqs:SendMessage"],
            resources=[queue.queue_arn],
            conditions=conditions,
        )
    )


def rule_input(template: Mapping[str, JsonValue]) -> events.RuleTargetInput:
    """Return a target's input made from a template, such as `MIGRATION_INPUT`.

    A text that begins with `$.` stands for the event's field at that path.
    """
    return events.RuleTargetInput.from_object(_fields(template))


def _fields(template: object) -> object:
    if isinstance(template, Mapping):
        return {name: _fields(value) for name, value in template.items()}
    if isinstance(template, list):
        return [_fields(value) for value in template]
    if isinstance(template, str) and template.startswith(PATH):
        return events.EventField.from_path(template)
    return template
