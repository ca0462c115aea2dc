"""A transaction changes all that it names, or nothing, however large the table is."""

from collections.abc import Iterator
from typing import Any

import moto.dynamodb.models
import pytest
from botocore.exceptions import ClientError

from simulator.cloud import Cloud

TABLE = "moves"
PLAN = {"pk": {"S": "plan"}}
COUNT = {
    "Update": {
        "TableName": TABLE,
        "Key": PLAN,
        "UpdateExpression": "ADD succeeded :one",
        "ExpressionAttributeValues": {":one": {"N": "1"}},
    }
}


def record(move: str, *, only_if: str = "attribute_not_exists(pk)") -> dict[str, Any]:
    item = {"pk": {"S": move}}
    return {"Put": {"TableName": TABLE, "Item": item, "ConditionExpression": only_if}}


@pytest.fixture
def dynamodb() -> Iterator[Any]:
    with Cloud() as cloud:
        client = cloud.client("dynamodb")
        client.create_table(
            TableName=TABLE,
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
        yield client


def items(client: Any) -> dict[str, Any]:
    return {item["pk"]["S"]: item for item in client.scan(TableName=TABLE)["Items"]}


def test_all_of_it_is_written(dynamodb: Any) -> None:
    dynamodb.transact_write_items(TransactItems=[record("one"), COUNT])
    dynamodb.transact_write_items(TransactItems=[record("two"), COUNT])

    found = items(dynamodb)
    assert found.keys() == {"one", "two", "plan"}
    assert found["plan"]["succeeded"] == {"N": "2"}


@pytest.mark.parametrize("writes", [[COUNT, record("one")], [record("one"), COUNT]])
def test_a_cancelled_one_changes_nothing(dynamodb: Any, writes: list[dict[str, Any]]) -> None:
    dynamodb.transact_write_items(TransactItems=[record("one"), COUNT])
    before = items(dynamodb)

    with pytest.raises(ClientError, match="ConditionalCheckFailed"):
        dynamodb.transact_write_items(TransactItems=writes)

    assert items(dynamodb) == before


def test_what_a_cancelled_one_created_is_gone(dynamodb: Any) -> None:
    writes = [record("one"), COUNT, record("two", only_if="attribute_exists(pk)")]

    with pytest.raises(ClientError, match="ConditionalCheckFailed"):
        dynamodb.transact_write_items(TransactItems=writes)

    assert items(dynamodb) == {}


def test_items_with_a_sort_key_are_put_back_as_well(dynamodb: Any) -> None:
    dynamodb.create_table(
        TableName="sorted",
        KeySchema=[
            {"AttributeName": "pk", "KeyType": "HASH"},
            {"AttributeName": "sk", "KeyType": "RANGE"},
        ],
        AttributeDefinitions=[
            {"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk")
        ],
        BillingMode="PAY_PER_REQUEST",
    )
    key = {"pk": {"S": "plan"}, "sk": {"S": "1"}}
    dynamodb.put_item(TableName="sorted", Item={**key, "succeeded": {"N": "1"}})
    count = {"Update": {**COUNT["Update"], "TableName": "sorted", "Key": key}}
    barred = record("one", only_if="attribute_exists(pk)")

    with pytest.raises(ClientError, match="ConditionalCheckFailed"):
        dynamodb.transact_write_items(TransactItems=[count, barred])

    assert dynamodb.scan(TableName="sorted")["Items"] == [{**key, "succeeded": {"N": "1"}}]


def test_no_table_is_copied(dynamodb: Any) -> None:
    module: Any = moto.dynamodb.models
    table = moto.dynamodb.models.dynamodb_backends["111122223333"]["eu-central-1"].tables[TABLE]

    assert module.copy.deepcopy(table) is table


def test_an_unusable_one_is_refused_as_ever(dynamodb: Any) -> None:
    elsewhere = {"Put": {"TableName": "elsewhere", "Item": {"pk": {"S": "one"}}}}
    keyless = {"Put": {"TableName": TABLE, "Item": {"other": {"S": "one"}}}}
    for write in (elsewhere, keyless):
        with pytest.raises(ClientError):
            dynamodb.transact_write_items(TransactItems=[COUNT, write])

    assert items(dynamodb) == {}
