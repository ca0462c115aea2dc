"""The locks of gateways as they are read, in a DynamoDB of moto's."""

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws

from tests.unit.vifshift.fakes import REGION, START, TARGET, VIF, after
from vifshift.adapters.gateway_locks import MOST_KEYS, GatewayLockTable
from vifshift.domain.gateway_lock import key_of
from vifshift.domain.lock_holder import LockHolder

TABLE = "locks"
ARN = "arn:aws:states:eu-central-1:111122223333:execution:move:run-1"


@pytest.fixture
def client() -> Iterator[Any]:
    with mock_aws():
        client = boto3.client("dynamodb", region_name=REGION)
        client.create_table(
            TableName=TABLE,
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
        yield client


def lock(client: Any, group: str, until: float, **rest: str) -> None:
    fields = {"executionArn": ARN, **rest}
    item = {
        "pk": {"S": key_of(group)},
        "expiresAt": {"N": str(int(after(until).timestamp()))},
        **{name: {"S": text} for name, text in fields.items()},
    }
    client.put_item(TableName=TABLE, Item=item)


def test_who_holds_a_lock_is_read(client: Any) -> None:
    lock(client, "gw-1", 60, virtualInterfaceId=VIF, connectionId=TARGET, requestId="CHG1")

    [(group, holder)] = GatewayLockTable(client, TABLE).held(["gw-1", "gw-2"], START).items()
    assert (group, type(holder)) == ("gw-1", LockHolder)
    assert holder.moving(VIF) == f"it is being moved to {TARGET} by execution run-1, request CHG1"
    assert holder.moving("dxvif-other001") == ""


def test_a_lock_that_has_expired_is_nobody_s(client: Any) -> None:
    lock(client, "gw-1", -1)

    assert GatewayLockTable(client, TABLE).held(["gw-1"], START) == {}


def test_a_lock_of_an_earlier_release_names_nothing(client: Any) -> None:
    lock(client, "gw-1", 60)

    assert GatewayLockTable(client, TABLE).held(["gw-1"], START)["gw-1"].moving(VIF) == ""


def test_more_locks_than_one_call_returns_are_read(client: Any) -> None:
    names = [f"gw-{number:04}" for number in range(MOST_KEYS + 1)]
    for name in (names[0], names[-1]):
        lock(client, name, 60)

    assert set(GatewayLockTable(client, TABLE).held(names, START)) == {names[0], names[-1]}
