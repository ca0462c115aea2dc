"""AWS::DynamoDB::GlobalTable, which the CDK's TableV2 makes, with its local replica alone."""

from typing import Any

from simulator.core.clients import Clients
from simulator.moto_ext.cloudformation.resource_type import CreatedResource, ResourceType
from simulator.moto_fixes.cloudformation.properties import Properties, pick


def register() -> None:
    """Make the type known to moto."""
    ResourceType(
        "AWS::DynamoDB::GlobalTable",
        _create,
        _delete,
        name_property="TableName",
        attributes=("Arn", "StreamArn", "TableId"),
        update=_update,
    ).register()


def _create(clients: Clients, name: str, properties: Properties) -> CreatedResource:
    dynamodb = clients.get("dynamodb")
    wanted: dict[str, Any] = {
        "TableName": name,
        "BillingMode": "PAY_PER_REQUEST",
        **pick(properties, "KeySchema", "AttributeDefinitions", "LocalSecondaryIndexes"),
    }
    if indexes := _indexes(properties):
        wanted["GlobalSecondaryIndexes"] = indexes
    if "StreamSpecification" in properties:
        wanted["StreamSpecification"] = {
            "StreamEnabled": True,
            **properties["StreamSpecification"],
        }
    table = dynamodb.create_table(**wanted)["TableDescription"]
    _update(clients, name, properties)
    return CreatedResource(
        name,
        Arn=table["TableArn"],
        StreamArn=table.get("LatestStreamArn", ""),
        TableId=table.get("TableId", name),
    )


def _update(clients: Clients, name: str, properties: Properties) -> None:
    dynamodb = clients.get("dynamodb")
    described = dynamodb.describe_table(TableName=name)["Table"]
    there = {each["IndexName"] for each in described.get("GlobalSecondaryIndexes", [])}
    if added := [each for each in _indexes(properties) if each["IndexName"] not in there]:
        dynamodb.update_table(
            TableName=name,
            AttributeDefinitions=properties["AttributeDefinitions"],
            GlobalSecondaryIndexUpdates=[{"Create": each} for each in added],
        )
    expiry = properties.get("TimeToLiveSpecification", {})
    if expiry.get("Enabled"):
        dynamodb.update_time_to_live(
            TableName=name,
            TimeToLiveSpecification={"Enabled": True, "AttributeName": expiry["AttributeName"]},
        )
    for replica in properties.get("Replicas", []):
        recovery = replica.get("PointInTimeRecoverySpecification", {})
        if recovery.get("PointInTimeRecoveryEnabled"):
            dynamodb.update_continuous_backups(
                TableName=name,
                PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True},
            )


def _indexes(properties: Properties) -> list[dict[str, Any]]:
    return [
        pick(index, "IndexName", "KeySchema", "Projection")
        for index in properties.get("GlobalSecondaryIndexes", [])
    ]


def _delete(clients: Clients, name: str, properties: Properties) -> None:
    clients.get("dynamodb").delete_table(TableName=name)
