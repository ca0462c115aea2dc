"""The record of the peers that were up before a move, in a DynamoDB of moto's."""

from collections.abc import Iterator

import boto3
import pytest
from moto import mock_aws

from tests.unit.vifshift.fakes import REGION, VIF, a_peer, an_ipv6_peer
from vifshift.adapters.migration_table import KEPT_SECONDS
from vifshift.adapters.peer_records import MOST_KEYS, PeerRecordTable

TABLE = "locks"


@pytest.fixture
def records() -> Iterator[PeerRecordTable]:
    with mock_aws():
        client = boto3.client("dynamodb", region_name=REGION)
        client.create_table(
            TableName=TABLE,
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
        yield PeerRecordTable(client, TABLE)


def test_what_was_kept_last_is_read(records: PeerRecordTable) -> None:
    records.keep(VIF, [a_peer().key, an_ipv6_peer().key], now=1000)
    records.keep(VIF, [a_peer().key], now=2000.5)

    assert records.up_before([VIF]) == {VIF: frozenset([a_peer().key])}
    assert records.up_before(["dxvif-unknown1"]) == {}


def test_a_record_expires(records: PeerRecordTable) -> None:
    records.keep(VIF, [a_peer().key], now=1000)

    [item] = boto3.client("dynamodb", region_name=REGION).scan(TableName=TABLE)["Items"]
    assert item["pk"] == {"S": f"peers#{VIF}"}
    assert item["expiresAt"] == {"N": str(1000 + KEPT_SECONDS)}


def test_more_records_than_one_call_returns_are_read(records: PeerRecordTable) -> None:
    names = [f"dxvif-{number:08}" for number in range(MOST_KEYS + 1)]
    for each in (names[0], names[-1]):
        records.keep(each, [a_peer().key], now=1000)

    assert set(records.up_before(names)) == {names[0], names[-1]}
