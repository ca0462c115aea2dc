"""The VIFs that this stack has moved itself, in a DynamoDB as moto."""

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws

from tests.unit.vifshift.fakes import ELSEWHERE, REGION, SIBLING, SOURCE, TARGET, VIF, a_vif, after
from vifshift.adapters.own_moves import OwnMovesTable
from vifshift.domain.errors import CallThrottled
from vifshift.domain.scope import OwnMove

TABLE = "locks"
MOVED = a_vif(location="EqFA5", aws_logical_device_id="dev-1")


@pytest.fixture
def table() -> Iterator[Any]:
    with mock_aws():
        session = boto3.session.Session("AKIDEXAMPLE", "example", region_name=REGION)
        client = session.client("dynamodb")
        client.create_table(
            TableName=TABLE,
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
        yield client


def test_the_last_move_of_a_vif_is_found_again(table: Any) -> None:
    # given
    own_moves = OwnMovesTable(table, TABLE)
    own_moves.note(MOVED, TARGET, after(0))
    own_moves.note(MOVED, ELSEWHERE, after(10))
    # when
    found = own_moves.since({VIF, SIBLING}, after(10))
    # then
    assert found == {VIF: OwnMove(ELSEWHERE, after(10), SOURCE, "EqFA5", "dev-1")}
    assert own_moves.since({VIF}, after(11)) == {}


def test_more_vifs_than_one_call_may_name_are_read_in_several(table: Any) -> None:
    own_moves = OwnMovesTable(table, TABLE)
    names = [f"dxvif-{number:08}" for number in range(205)]
    own_moves.note(a_vif(virtual_interface_id=names[204]), TARGET, after(0))
    assert list(own_moves.since(names, after(0))) == [names[204]]


def test_keys_that_are_never_processed_are_a_throttle(
    table: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = {TABLE: {"Keys": [{"pk": {"S": f"moved#{VIF}"}}]}}
    busy = {"Responses": {}, "UnprocessedKeys": keys}
    monkeypatch.setattr(table, "batch_get_item", lambda **_: busy)
    with pytest.raises(CallThrottled):
        OwnMovesTable(table, TABLE).since([VIF], after(0))
