"""What is kept of migrations that wait, in DynamoDB as moto has it."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from botocore.exceptions import ReadTimeoutError
from botocore.stub import Stubber
from moto import mock_aws

from tests.unit.vifshift.fakes import REGION
from vifshift.adapters import migration_table as module
from vifshift.adapters.migration_table import KEPT_SECONDS, MigrationTable
from vifshift.domain.errors import CallDenied, CallError, CallFailed, CallThrottled
from vifshift.domain.migration import Answer, WaitingTask
from vifshift.domain.workflow import Wait

TABLE = "locks"
NOW = 1_782_896_400.5
ANA = Answer(by="ana", comment="not tonight")
FAULTS: list[tuple[str, int, type[CallError]]] = [
    ("AccessDeniedException", 400, CallDenied),
    ("ThrottlingException", 400, CallThrottled),
    ("InternalServerError", 500, CallFailed),
]


def a_client() -> Any:
    session = boto3.session.Session("AKIDEXAMPLE", "example", region_name=REGION)
    return session.client("dynamodb")


@pytest.fixture
def table() -> Iterator[Any]:
    """Return the client of a table like the stack's."""
    with mock_aws():
        client = a_client()
        client.create_table(
            TableName=TABLE,
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
        yield client


@pytest.fixture
def ledger(table: Any) -> MigrationTable:
    return MigrationTable(table, TABLE)


def items(table: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = table.scan(TableName=TABLE)["Items"]
    return found


def test_the_token_of_the_last_wait_is_found_again(ledger: MigrationTable) -> None:
    ledger.keep_token("run-1", Wait.APPROVAL, "token-1", now=NOW)
    ledger.keep_token("run-1", Wait.APPROVAL, "token-2", now=NOW)
    ledger.keep_token("run-2", Wait.APPROVAL, "token-3", now=NOW, digest="a-digest")
    assert ledger.waiting("run-1") == WaitingTask(Wait.APPROVAL, "token-2")
    assert ledger.waiting("run-2") == WaitingTask(Wait.APPROVAL, "token-3", "a-digest")


def test_who_does_not_wait_has_no_token(ledger: MigrationTable) -> None:
    ledger.cancel("run-1", ANA, now=NOW)
    assert ledger.waiting("run-1") is None


@pytest.mark.parametrize("answer", [ANA, Answer(by="ana"), Answer(comment="no"), Answer()])
def test_a_cancellation_is_found_again(ledger: MigrationTable, answer: Answer) -> None:
    ledger.cancel("run-1", answer, now=NOW)
    assert ledger.cancellation("run-1") == answer


HOLDER = "arn:aws:states:eu-central-1:111122223333:execution:vifshift-migrations:run-1"
OTHER = f"{HOLDER}0"
AT = datetime.fromtimestamp(NOW, UTC)


def lock(table: Any, holder: str = HOLDER, seconds: int = 60, attempt: int | None = 0) -> None:
    item = {"pk": {"S": "gateway#gw-1"}, "executionArn": {"S": holder}}
    item["expiresAt"] = {"N": str(int(NOW) + seconds)}
    if attempt is not None:
        item["attempt"] = {"N": str(attempt)}
    table.put_item(TableName=TABLE, Item=item)


def retaken(ledger: MigrationTable, attempt: int = 0) -> bool:
    return ledger.retake_lock(
        "gateway#gw-1", HOLDER, attempt=attempt, expires_at=AT + timedelta(hours=3), now=AT
    )


@pytest.mark.parametrize("attempt", [0, 1, 2])
def test_one_s_own_lock_is_taken_again(ledger: MigrationTable, table: Any, attempt: int) -> None:
    lock(table)
    assert retaken(ledger, attempt)
    [item] = items(table)
    assert item["attempt"] == {"N": str(attempt)}
    assert item["expiresAt"] == {"N": str(int(NOW) + 3 * 3600)}
    assert item["executionArn"] == {"S": HOLDER}


def test_a_lock_from_before_attempts_were_named_is_taken_again(
    ledger: MigrationTable, table: Any
) -> None:
    lock(table, attempt=None)
    assert retaken(ledger, 1)


@pytest.mark.parametrize(
    "held", [{"holder": OTHER}, {"seconds": 0}, {"seconds": -3600}, {"attempt": 2}]
)
def test_a_lock_that_is_another_s_or_is_over_is_not_taken_again(
    ledger: MigrationTable, table: Any, held: dict[str, Any]
) -> None:
    lock(table, **held)
    before = items(table)
    assert not retaken(ledger, 1)
    assert items(table) == before


def test_a_lock_that_is_gone_is_not_taken_again(ledger: MigrationTable, table: Any) -> None:
    assert not retaken(ledger)
    assert items(table) == []


def test_who_only_waits_or_is_not_known_is_not_cancelled(ledger: MigrationTable) -> None:
    ledger.keep_token("run-1", Wait.APPROVAL, "token-1", now=NOW)
    ledger.cancel("run-2", ANA, now=NOW)
    assert ledger.cancellation("run-1") is None
    assert ledger.cancellation("run") is None


def test_what_is_kept_expires_after_the_longest_migration(
    ledger: MigrationTable, table: Any
) -> None:
    # when
    ledger.keep_token("run-1", Wait.APPROVAL, "token-1", now=NOW)
    ledger.cancel("run-1", ANA, now=NOW)
    # then
    expiry = {"N": str(int(NOW) + KEPT_SECONDS)}
    assert sorted(items(table), key=lambda item: str(item["pk"])) == [
        {
            "pk": {"S": "cancel#run-1"},
            "by": {"S": "ana"},
            "comment": {"S": "not tonight"},
            "expiresAt": expiry,
        },
        {
            "pk": {"S": "waiting#run-1"},
            "token": {"S": "token-1"},
            "wait": {"S": "approval"},
            "expiresAt": expiry,
        },
    ]


def test_the_locks_in_the_same_table_are_left_alone(ledger: MigrationTable, table: Any) -> None:
    # given
    lock = {"pk": {"S": "gateway#gw-1"}, "executionArn": {"S": "arn"}}
    table.put_item(TableName=TABLE, Item=lock)
    # when
    ledger.keep_token("gw-1", Wait.APPROVAL, "token-1", now=NOW)
    ledger.cancel("gw-1", ANA, now=NOW)
    # then
    assert lock in items(table)


def test_it_is_read_consistently() -> None:
    # given
    client = a_client()
    with Stubber(client) as stubber:
        for key in ("waiting#run-1", "cancel#run-1"):
            asked = {"TableName": TABLE, "Key": {"pk": {"S": key}}, "ConsistentRead": True}
            stubber.add_response("get_item", {}, asked)
        # when
        ledger = MigrationTable(client, TABLE)
        found = (ledger.waiting("run-1"), ledger.cancellation("run-1"))
        # then
        stubber.assert_no_pending_responses()
    assert found == (None, None)


@pytest.mark.parametrize(("code", "status", "error"), FAULTS)
def test_a_ledger_that_can_not_be_read_is_nobody_s_cancellation(
    code: str, status: int, error: type[CallError]
) -> None:
    client = a_client()
    with Stubber(client) as stubber:
        stubber.add_client_error("get_item", code, "", status)
        assert MigrationTable(client, TABLE).cancellation("run-1") is None


def test_a_ledger_that_does_not_answer_is_nobody_s_cancellation() -> None:
    class Silent:
        meta = a_client().meta

        def get_item(self, **_: object) -> None:
            raise ReadTimeoutError(endpoint_url="https://example.invalid")

    assert MigrationTable(Silent(), TABLE).cancellation("run-1") is None


@pytest.mark.parametrize(("code", "status", "error"), FAULTS)
def test_a_token_that_can_not_be_read_fails(code: str, status: int, error: type[CallError]) -> None:
    client = a_client()
    with Stubber(client) as stubber:
        stubber.add_client_error("get_item", code, "", status)
        with pytest.raises(error):
            MigrationTable(client, TABLE).waiting("run-1")


@pytest.mark.parametrize(("code", "status", "error"), FAULTS)
def test_what_can_not_be_kept_fails(code: str, status: int, error: type[CallError]) -> None:
    client = a_client()
    ledger = MigrationTable(client, TABLE)
    with Stubber(client) as stubber:
        stubber.add_client_error("put_item", code, "", status)
        stubber.add_client_error("put_item", code, "", status)
        with pytest.raises(error):
            ledger.keep_token("run-1", Wait.APPROVAL, "token-1", now=NOW)
        with pytest.raises(error):
            ledger.cancel("run-1", ANA, now=NOW)


def test_the_stack_s_table_is_kept_while_the_lambda_is_warm(
    table: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    # given
    monkeypatch.setenv("AWS_REGION", REGION)
    monkeypatch.setenv("VIFSHIFT_TABLE", TABLE)
    module.migration_table.cache_clear()
    try:
        # when
        module.migration_table().keep_token("run-1", Wait.APPROVAL, "token-1", now=NOW)
        # then
        assert module.migration_table() is module.migration_table()
        assert [item["pk"]["S"] for item in items(table)] == ["waiting#run-1"]
    finally:
        module.migration_table.cache_clear()
