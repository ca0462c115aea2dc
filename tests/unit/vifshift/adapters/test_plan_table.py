"""What is kept of a plan that runs, in DynamoDB as moto has it."""

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber
from moto import mock_aws

from tests.unit.vifshift.fakes import REGION, START, after
from vifshift.adapters import plan_table as module
from vifshift.adapters.migration_table import KEPT_SECONDS
from vifshift.adapters.plan_table import PlanTable
from vifshift.domain.errors import CallDenied, CallThrottled
from vifshift.domain.migration import Answer
from vifshift.domain.plan_outcome import MoveOutcome
from vifshift.domain.plan_progress import ChildEnding, PlanStanding

TABLE = "locks"
NOW = 1_782_896_400.5
NONCE = "1j5wkrmdn0f"
ANA = Answer(by="ana", comment="freeze")
GOOD = ChildEnding(MoveOutcome.SUCCEEDED, "moved", START, after(60))


def a_client() -> Any:
    session = boto3.session.Session("AKIDEXAMPLE", "example", region_name=REGION)
    return session.client("dynamodb")


@pytest.fixture
def table() -> Iterator[Any]:
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
def ledger(table: Any) -> PlanTable:
    return PlanTable(table, TABLE)


def test_a_plan_that_nothing_is_kept_of_stands_at_its_beginning(ledger: PlanTable) -> None:
    assert ledger.standing("run-1") == PlanStanding()
    assert ledger.results("run-1", [1, 2]) == {}
    assert ledger.results("run-1", []) == {}


def test_what_sets_out_is_on_its_way_until_it_is_recorded(ledger: PlanTable) -> None:
    ledger.record_start("run-1", 7, NONCE, now=NOW)
    ledger.record_start("run-1", 7, NONCE, now=NOW)
    ledger.record_start("run-1", 8, NONCE, now=NOW)
    assert ledger.standing("run-1") == PlanStanding(in_flight=frozenset({7, 8}), nonce=NONCE)
    assert ledger.record("run-1", 7, "child-7", GOOD, now=NOW)
    assert ledger.standing("run-1") == PlanStanding(
        succeeded=1, in_flight=frozenset({8}), nonce=NONCE
    )


@pytest.mark.parametrize("outcome", list(MoveOutcome))
def test_each_outcome_is_counted_once_however_often_it_is_recorded(
    ledger: PlanTable, outcome: MoveOutcome
) -> None:
    # given
    ledger.record_start("run-1", 7, NONCE, now=NOW)
    ending = GOOD._replace(outcome=outcome)
    # when
    is_new = [ledger.record("run-1", 7, "child-7", ending, now=NOW) for _ in range(3)]
    # then
    assert is_new == [True, False, False]
    standing = ledger.standing("run-1")
    is_lost = outcome is MoveOutcome.IN_FLIGHT
    assert standing.in_flight == (frozenset({7}) if is_lost else frozenset())
    counted = (standing.succeeded, standing.unchanged, standing.lost, standing.failed)
    assert sum((*counted, standing.kept_back)) == 1
    assert standing.kept_back == (outcome is MoveOutcome.NOT_STARTED)
    if outcome.is_failure:
        assert standing.failed == 1
    found = ledger.results("run-1", [7])[7]
    assert (found.child, found.ending) == ("child-7", ending)


def test_what_waits_is_known_until_it_ends(ledger: PlanTable) -> None:
    assert ledger.waiting_children("run-1") == ()
    for child in ("child-8", "child-7", "child-7"):
        ledger.record_wait("run-1", child, now=NOW)
    assert ledger.waiting_children("run-1") == ("child-7", "child-8")
    ledger.record("run-1", 7, "child-7", GOOD, now=NOW)
    assert ledger.waiting_children("run-1") == ("child-8",)
    assert ledger.waiting_children("run-2") == ()


def test_why_a_plan_starts_no_more_is_known_to_its_moves(ledger: PlanTable) -> None:
    ledger.record_start("run-1", 7, NONCE, now=NOW)
    assert ledger.stop_of("run-1") is None
    ledger.stop("run-1", now=NOW)
    assert ledger.stop_of("run-1") == "reached its limit of failed moves"
    ledger.halt("run-1", ANA, now=NOW)
    assert ledger.stop_of("run-1") == f"was halted by {ANA}"
    assert ledger.stop_of("run-2") is None
    assert ledger.standing("run-1").in_flight == {7}


def test_a_later_word_on_a_move_changes_nothing(ledger: PlanTable) -> None:
    ledger.record("run-1", 7, "child-7", GOOD, now=NOW)
    ledger.record("run-1", 7, "child-7", GOOD._replace(outcome=MoveOutcome.ROLLED_BACK), now=NOW)
    assert ledger.standing("run-1") == PlanStanding(succeeded=1)
    assert ledger.results("run-1", [7])[7].ending == GOOD


def test_a_plan_is_halted_by_who_says_so_last(ledger: PlanTable) -> None:
    ledger.halt("run-1", Answer(), now=NOW)
    assert ledger.standing("run-1").halted_by == Answer()
    ledger.record_start("run-1", 1, NONCE, now=NOW)
    ledger.halt("run-1", ANA, now=NOW)
    assert ledger.standing("run-1") == PlanStanding(
        in_flight=frozenset({1}), halted_by=ANA, nonce=NONCE
    )
    assert ledger.standing("another-run") == PlanStanding()


def test_all_that_is_kept_is_forgotten_one_day(table: Any, ledger: PlanTable) -> None:
    ledger.record_start("run-1", 7, NONCE, now=NOW)
    ledger.record("run-1", 7, "child-7", GOOD, now=NOW)
    ledger.halt("run-1", ANA, now=NOW)
    items = table.scan(TableName=TABLE)["Items"]
    assert {item["pk"]["S"] for item in items} == {"running-plan#run-1", "running-plan#run-1#7"}
    assert {item["expiresAt"]["N"] for item in items} == {str(int(NOW) + KEPT_SECONDS)}


@pytest.mark.verify
def test_the_results_of_many_moves_are_read_in_batches(ledger: PlanTable) -> None:
    for number in range(1, 251, 2):
        ledger.record("run-1", number, f"child-{number}", GOOD, now=NOW)
    found = ledger.results("run-1", list(range(1, 251)))
    assert sorted(found) == list(range(1, 251, 2))


class Miserly:
    """A client that answers one key at a time, and none once it has had enough."""

    def __init__(self, table: Any, most: int) -> None:
        self._table, self._most = table, most
        self.meta = table.meta

    def batch_get_item(self, RequestItems: Any) -> Any:
        keys = RequestItems[TABLE]["Keys"]
        take = keys[:1] if self._most > 0 else []
        self._most -= 1
        answer: Any = {"Responses": {TABLE: []}}
        if take:
            answer = self._table.batch_get_item(RequestItems={TABLE: {"Keys": take}})
        rest = keys[len(take) :]
        return {**answer, "UnprocessedKeys": {TABLE: {"Keys": rest}} if rest else {}}


def test_keys_that_were_left_out_are_asked_for_again(table: Any, ledger: PlanTable) -> None:
    for number in (1, 2, 3):
        ledger.record("run-1", number, "child", GOOD, now=NOW)
    assert sorted(PlanTable(Miserly(table, 3), TABLE).results("run-1", [1, 2, 3])) == [1, 2, 3]


def test_keys_that_are_left_out_for_too_long_are_throttled(table: Any) -> None:
    with pytest.raises(CallThrottled):
        PlanTable(Miserly(table, 1), TABLE).results("run-1", [1, 2, 3])


@pytest.mark.parametrize(
    ("code", "message", "error"),
    [
        ("TransactionCanceledException", "reasons [None, TransactionConflict]", CallThrottled),
        ("TransactionInProgressException", "", CallThrottled),
        ("AccessDeniedException", "", CallDenied),
    ],
)
def test_a_record_that_collides_may_be_tried_again(
    code: str, message: str, error: type[Exception]
) -> None:
    client = a_client()
    with Stubber(client) as stubber:
        stubber.add_client_error("transact_write_items", code, message)
        with pytest.raises(error):
            PlanTable(client, TABLE).record("run-1", 7, "child-7", GOOD, now=NOW)


def test_the_stack_s_table_is_kept_while_the_lambda_is_warm(
    table: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_REGION", REGION)
    monkeypatch.setenv("VIFSHIFT_TABLE", TABLE)
    module.plan_table.cache_clear()
    try:
        module.plan_table().halt("run-1", ANA, now=NOW)
        assert module.plan_table() is module.plan_table()
        assert PlanTable(table, TABLE).standing("run-1").halted_by == ANA
    finally:
        module.plan_table.cache_clear()
