"""Resource types that moto skips."""

import json
from typing import Any, Final

from simulator.core.clients import Clients
from simulator.core.context import CloudContext
from simulator.core.repairs import extension
from simulator.moto_ext.cloudformation import schedules, schemas, tables
from simulator.moto_ext.cloudformation.resource_type import CreatedResource, ResourceType
from simulator.moto_fixes.cloudformation.properties import Properties, pick

_MODELS: Final = "moto.cloudformation.parsing:get_model_list"

REPAIRS: Final = (
    extension(
        f"{_MODELS}[AWS::CDK::Metadata]",
        f"{_MODELS}[AWS::CloudWatch::Alarm]",
        f"{_MODELS}[AWS::DynamoDB::GlobalTable]",
        f"{_MODELS}[AWS::EventSchemas::Registry]",
        f"{_MODELS}[AWS::EventSchemas::Schema]",
        f"{_MODELS}[AWS::Events::EventBusPolicy]",
        f"{_MODELS}[AWS::Lambda::Alias]",
        f"{_MODELS}[AWS::Lambda::EventInvokeConfig]",
        f"{_MODELS}[AWS::Logs::MetricFilter]",
        f"{_MODELS}[AWS::S3::BucketPolicy]",
        f"{_MODELS}[AWS::SNS::Subscription]",
        f"{_MODELS}[AWS::SNS::TopicPolicy]",
        f"{_MODELS}[AWS::SQS::QueuePolicy]",
        f"{_MODELS}[AWS::Scheduler::Schedule]",
        f"{_MODELS}[AWS::Scheduler::ScheduleGroup]",
        lacks="These resource types are skipped with a warning.",
        test="cloud/test_deployment.py::test_every_type_is_made",
    ),
)


def repair(context: CloudContext) -> None:
    """Make the types known to moto, for good: it finds them by their base class."""
    for module in (tables, schedules):
        module.register()
    register()


def register() -> None:
    """Make every type of this module known to moto."""
    for kind in _TYPES:
        kind.register()


def _nothing(clients: Clients, name: str, properties: Properties) -> None:
    """Leave the rest to the deletion of the resource that this one belongs to."""


def _put_alarm(clients: Clients, name: str, properties: Properties) -> CreatedResource:
    cloudwatch = clients.get("cloudwatch")
    cloudwatch.put_metric_alarm(**{**_numbers(properties), "AlarmName": name})
    alarm = cloudwatch.describe_alarms(AlarmNames=[name])["MetricAlarms"][0]
    return CreatedResource(name, Arn=alarm["AlarmArn"])


def _numbers(properties: Properties) -> dict[str, Any]:
    """Turn what a template may write as strings into what the API takes."""
    numbers = {"Threshold": float, "Period": int, "EvaluationPeriods": int}
    numbers["DatapointsToAlarm"] = int
    return {
        key: numbers[key](value) if key in numbers else value for key, value in properties.items()
    }


def _delete_alarm(clients: Clients, name: str, properties: Properties) -> None:
    clients.get("cloudwatch").delete_alarms(AlarmNames=[name])


def _create_alias(clients: Clients, name: str, properties: Properties) -> CreatedResource:
    made = clients.get("lambda").create_alias(
        **pick(properties, "FunctionName", "Name", "Description"),
        FunctionVersion=_version(properties["FunctionVersion"]),
    )
    return CreatedResource(made["AliasArn"], AliasArn=made["AliasArn"])


def _version(value: Any) -> str:
    return str(value).rsplit(":", 1)[-1]


def _delete_alias(clients: Clients, name: str, properties: Properties) -> None:
    clients.get("lambda").delete_alias(**pick(properties, "FunctionName", "Name"))


def _queue_policy(clients: Clients, name: str, properties: Properties) -> CreatedResource:
    policy = json.dumps(properties["PolicyDocument"])
    for url in properties["Queues"]:
        clients.get("sqs").set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
    return CreatedResource(name, Id=name)


def _topic_policy(clients: Clients, name: str, properties: Properties) -> CreatedResource:
    policy = json.dumps(properties["PolicyDocument"])
    for arn in properties["Topics"]:
        clients.get("sns").set_topic_attributes(
            TopicArn=arn, AttributeName="Policy", AttributeValue=policy
        )
    return CreatedResource(name, Id=name)


def _subscribe(clients: Clients, name: str, properties: Properties) -> CreatedResource:
    attributes = {
        key: value if isinstance(value, str) else json.dumps(value)
        for key, value in pick(
            properties,
            "FilterPolicy",
            "FilterPolicyScope",
            "RawMessageDelivery",
            "RedrivePolicy",
            "SubscriptionRoleArn",
        ).items()
    }
    made = clients.get("sns").subscribe(
        **pick(properties, "TopicArn", "Protocol", "Endpoint"),
        Attributes=attributes,
        ReturnSubscriptionArn=True,
    )
    return CreatedResource(made["SubscriptionArn"], Arn=made["SubscriptionArn"])


def _unsubscribe(clients: Clients, name: str, properties: Properties) -> None:
    clients.get("sns").unsubscribe(SubscriptionArn=name)


def _bucket_policy(clients: Clients, name: str, properties: Properties) -> CreatedResource:
    policy = json.dumps(properties["PolicyDocument"])
    clients.get("s3").put_bucket_policy(Bucket=properties["Bucket"], Policy=policy)
    return CreatedResource(properties["Bucket"])


def _metric_filter(clients: Clients, name: str, properties: Properties) -> CreatedResource:
    transformations = [
        {
            key[:1].lower() + key[1:]: float(value) if key == "DefaultValue" else value
            for key, value in item.items()
            if key != "Dimensions"
        }
        for item in properties["MetricTransformations"]
    ]
    clients.get("logs").put_metric_filter(
        filterName=name,
        filterPattern=properties["FilterPattern"],
        logGroupName=properties["LogGroupName"],
        metricTransformations=transformations,
    )
    return CreatedResource(name)


def _delete_metric_filter(clients: Clients, name: str, properties: Properties) -> None:
    clients.get("logs").delete_metric_filter(
        filterName=name, logGroupName=properties["LogGroupName"]
    )


def _invoke_config(clients: Clients, name: str, properties: Properties) -> CreatedResource:
    clients.get("lambda").put_function_event_invoke_config(
        **pick(
            properties,
            "FunctionName",
            "MaximumRetryAttempts",
            "MaximumEventAgeInSeconds",
            "DestinationConfig",
        )
    )
    return CreatedResource(name)


def _added(client: Any, bus: str, policy: dict[str, Any]) -> dict[str, Any]:
    """Return the policy of a bus with the statements of another one, each in place of its namesake.

    PutPermission replaces the whole policy, but a template may have several resources for one bus,
    as the CDK makes them for each statement (aws-cdk-lib: `EventBus.addToResourcePolicy`).
    """
    given = policy["Statement"]
    added = given if isinstance(given, list) else [given]
    names = {each["Sid"] for each in added}
    known = json.loads(client.describe_event_bus(Name=bus).get("Policy") or "{}")
    kept = [each for each in known.get("Statement", []) if each["Sid"] not in names]
    return {**policy, "Statement": [*kept, *added]}


def _bus_policy(clients: Clients, name: str, properties: Properties) -> CreatedResource:
    bus = properties.get("EventBusName", "default")
    statement = properties.get("Statement")
    if statement is not None:
        statement = {"Sid": properties["StatementId"], **statement}
        policy = {"Version": "2012-10-17", "Statement": [statement]}
        client = clients.get("events")
        client.put_permission(EventBusName=bus, Policy=json.dumps(_added(client, bus, policy)))
    else:
        clients.get("events").put_permission(
            EventBusName=bus, **pick(properties, "Action", "Principal", "StatementId", "Condition")
        )
    return CreatedResource(f"{bus}|{properties['StatementId']}")


def _exist(clients: Clients, name: str, properties: Properties) -> CreatedResource:
    """Create a resource that has no effect."""
    return CreatedResource(name)


_TYPES = (
    *schemas.TYPES,
    ResourceType("AWS::CDK::Metadata", _exist, _nothing),
    ResourceType(
        "AWS::CloudWatch::Alarm",
        _put_alarm,
        _delete_alarm,
        name_property="AlarmName",
        attributes=("Arn",),
        update=lambda clients, name, properties: void(_put_alarm(clients, name, properties)),
    ),
    ResourceType("AWS::Lambda::Alias", _create_alias, _delete_alias, attributes=("AliasArn",)),
    ResourceType("AWS::SQS::QueuePolicy", _queue_policy, _nothing, attributes=("Id",)),
    ResourceType("AWS::SNS::TopicPolicy", _topic_policy, _nothing, attributes=("Id",)),
    ResourceType("AWS::SNS::Subscription", _subscribe, _unsubscribe, attributes=("Arn",)),
    ResourceType("AWS::S3::BucketPolicy", _bucket_policy, _nothing),
    ResourceType(
        "AWS::Logs::MetricFilter",
        _metric_filter,
        _delete_metric_filter,
        name_property="FilterName",
        update=lambda clients, name, properties: void(_metric_filter(clients, name, properties)),
    ),
    ResourceType("AWS::Lambda::EventInvokeConfig", _invoke_config, _nothing),
    ResourceType("AWS::Events::EventBusPolicy", _bus_policy, _nothing),
)


def void(_: object) -> None:
    """Drop a value where only the effect counts."""
