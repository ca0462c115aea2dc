"""What is stored about answers, in DynamoDB as moto has it, and in memory: both do the same."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber
from moto import mock_aws

from tests.unit.vifshift.fakes import REGION, START, FakeAnswerTable, after
from vifshift.adapters.answer_table import EXPIRES, AnswerTable, Claim, Registered
from vifshift.domain.errors import CallDenied
from vifshift.domain.migration import Answer
from vifshift.domain.table_keys import ItemKind

TABLE = "locks"
ANA = Answer(by="ana", comment="not tonight")
KEPT = ItemKind.KEPT_CANCEL
UNTIL = after(60)


def a_client() -> Any:
    session = boto3.session.Session("AKIDEXAMPLE", "example", region_name=REGION)
    return session.client("dynamodb")


@pytest.fixture
def dynamodb() -> Iterator[Any]:
    with mock_aws():
        client = a_client()
        client.create_table(
            TableName=TABLE,
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
        yield client


@pytest.fixture(params=["DynamoDB", "in memory"])
def table(request: pytest.FixtureRequest, dynamodb: Any) -> Any:
    return AnswerTable(dynamodb, TABLE) if request.param == "DynamoDB" else FakeAnswerTable()


def test_an_answer_is_claimed_once_and_a_retry_has_it_already(table: Any) -> None:
    assert table.claim("event-1", "invocation-1", now=START) == Claim(True)
    assert table.claim("event-1", "invocation-2", now=START) == Claim(False)
    assert table.claim("event-1", "invocation-1", now=START) == Claim(True, is_retry=True)
    assert table.claim("event-2", "invocation-2", now=START) == Claim(True)


def test_how_it_was_answered_is_found_by_a_retry(table: Any) -> None:
    table.claim("event-1", "invocation-1", now=START)
    table.keep_event("event-1", "invocation-1", "{}", now=START)
    assert table.claim("event-1", "invocation-1", now=START) == Claim(True, "{}", is_retry=True)
    assert not table.claim("event-1", "invocation-2", now=START).is_ours


@pytest.mark.parametrize("answer", [ANA, Answer(by="ana"), Answer()])
def test_an_answer_is_kept_for_who_starts_in_time(table: Any, answer: Answer) -> None:
    table.keep(KEPT, "run-1", answer, until=UNTIL, now=START)

    for started_at in (START - timedelta(seconds=1), START, UNTIL):
        assert table.kept(KEPT, "run-1", started_at) == answer
    assert table.kept(KEPT, "run-1", UNTIL + timedelta(milliseconds=1)) is None
    assert table.kept(KEPT, "run-1", None) is None
    assert table.kept(KEPT, "run-2", START) is None
    assert table.kept(ItemKind.KEPT_CANCEL_OF_REQUEST, "run-1", START) is None


def test_nobody_runs_under_an_unknown_id(table: Any) -> None:
    assert table.registered(ItemKind.PLANS_OF, "CHG0042") == Registered()


def test_who_runs_under_an_id_is_as_the_workflow_stores_it(dynamodb: Any) -> None:
    item = {"pk": {"S": "plans-of#CHG0042"}, "running": {"SS": ["a", "b"]}, "last": {"S": "b"}}
    dynamodb.put_item(TableName=TABLE, Item=item)
    found = AnswerTable(dynamodb, TABLE).registered(ItemKind.PLANS_OF, "CHG0042")
    assert found == Registered(frozenset({"a", "b"}), "b")


def test_every_item_expires(dynamodb: Any) -> None:
    table = AnswerTable(dynamodb, TABLE)
    table.claim("event-1", "invocation-1", now=START)
    table.keep_event("event-1", "invocation-1", "{}", now=START)
    table.keep(KEPT, "run-1", ANA, until=UNTIL, now=START)
    items = dynamodb.scan(TableName=TABLE)["Items"]
    assert {item["pk"]["S"] for item in items} == {"answer#event-1", "kept-cancel#run-1"}
    assert {item["expiresAt"]["N"] for item in items} == {str(int((START + EXPIRES).timestamp()))}


def test_what_was_kept_and_can_not_be_read_is_nobody_s_answer_and_a_claim_fails() -> None:
    client = a_client()
    with Stubber(client) as stubber:
        stubber.add_client_error("get_item", "AccessDeniedException", "", 400)
        stubber.add_client_error("put_item", "AccessDeniedException", "", 400)
        table = AnswerTable(client, TABLE)
        assert table.kept(KEPT, "run-1", START) is None
        with pytest.raises(CallDenied):
            table.claim("event-1", "invocation-1", now=START)
