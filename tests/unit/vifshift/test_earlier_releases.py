"""What earlier releases have stored is read by today's code: tests/samples has it."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from moto import mock_aws

from simulator.samples import Samples, version
from simulator.synthesis import ROOT
from vifshift.adapters.answer_table import AnswerTable
from vifshift.adapters.migration_table import MigrationTable
from vifshift.adapters.open_executions import OpenExecutions
from vifshift.adapters.own_moves import OwnMovesTable
from vifshift.adapters.peer_records import PeerRecordTable
from vifshift.adapters.plan_table import PlanTable
from vifshift.domain.execution_history import follow
from vifshift.domain.execution_input import WATCHDOG_INPUT, fill
from vifshift.domain.migration import Execution, Phase, WaitingTask
from vifshift.domain.open_executions import OPEN_ATTRIBUTE, OPEN_INDEX, ExecutionKind
from vifshift.domain.plan_outcome import MoveOutcome
from vifshift.domain.request import Trigger
from vifshift.domain.table_keys import ItemKind
from vifshift.domain.workflow import Wait
from vifshift.events.answers import AnswerAnnouncement
from vifshift.handlers.validate import ValidateInput
from vifshift.migration.interruption import understand
from vifshift.plan.planning.preparation import Preparation

FOLDER = ROOT / "tests" / "samples"
RELEASES = sorted(each.name for each in FOLDER.iterdir())
# The kinds of items, each with the one that reads it: a Lambda here, or the workflow
# (tests/workflow/test_earlier_releases.py).
READ_HERE = {
    "answer",
    "cancel",
    "kept-cancel",
    "kept-cancel-of-request",
    "kept-halt-of-request",
    "migrations-of",
    "moved",
    "noted",
    "open",
    "peers",
    "plans-of",
    "running-plan",
    "running-plan-move",
    "sent-request",
    "waiting",
    "waiting-plan",
}
READ_BY_THE_WORKFLOW = {"gateway", "plan", "request", "watchdog"}
INPUTS = {"migration", "migration-event", "migration-plan", "plan-event", "plan-watchdog"}
NOW = datetime(2026, 1, 5, 3, tzinfo=UTC)
EXECUTION = Execution(arn="arn:aws:states:eu-central-1:1:execution:m:by-hand", name="by-hand")


@pytest.fixture(params=RELEASES)
def samples(request: pytest.FixtureRequest) -> Samples:
    return Samples.read(FOLDER / request.param)


@pytest.fixture
def table(samples: Samples) -> Iterator[tuple[Any, str]]:
    """A table with every item that an earlier release has left there."""
    with mock_aws():
        client = boto3.client(
            "dynamodb",
            region_name="eu-central-1",
            aws_access_key_id="testing",
            aws_secret_access_key="testing",
        )
        client.create_table(
            TableName="table",
            AttributeDefinitions=[
                {"AttributeName": name, "AttributeType": "S"}
                for name in ("pk", OPEN_ATTRIBUTE, "executionArn")
            ],
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
            GlobalSecondaryIndexes=[
                {
                    "IndexName": OPEN_INDEX,
                    "KeySchema": [
                        {"AttributeName": OPEN_ATTRIBUTE, "KeyType": "HASH"},
                        {"AttributeName": "executionArn", "KeyType": "RANGE"},
                    ],
                    "Projection": {"ProjectionType": "KEYS_ONLY"},
                }
            ],
            BillingMode="PAY_PER_REQUEST",
        )
        for item in samples.items.values():
            client.put_item(TableName="table", Item=item)
        yield client, "table"


def _name(samples: Samples, kind: str, prefix: str) -> str:
    key: str = samples.items[kind]["pk"]["S"]
    return key.removeprefix(prefix)


def test_this_release_has_samples_of_every_kind() -> None:
    samples = Samples.read(FOLDER / version())

    assert set(samples.items) == READ_HERE | READ_BY_THE_WORKFLOW
    assert set(samples.inputs) == INPUTS | {"watchdog"}
    assert samples.history


def test_a_token_that_was_kept_is_found(samples: Samples, table: tuple[Any, str]) -> None:
    for kind in ("waiting", "waiting-plan"):
        kept = MigrationTable(*table).waiting(_name(samples, kind, "waiting#"))

        assert kept == WaitingTask(Wait.APPROVAL, samples.items[kind]["token"]["S"])


def test_what_was_registered_is_swept(samples: Samples, table: tuple[Any, str]) -> None:
    item = samples.items["open"]

    found = [*OpenExecutions(*table).arns(ExecutionKind.MIGRATION)]

    # No claim, lock or note is in the index.
    assert found == [item["executionArn"]["S"]]
    assert [*OpenExecutions(*table).arns(ExecutionKind.PLAN)] == []


def test_the_peers_that_were_up_are_found(samples: Samples, table: tuple[Any, str]) -> None:
    vif = _name(samples, "peers", "peers#")

    [peer] = PeerRecordTable(*table).up_before([vif])[vif]

    assert str(peer) == "ipv4 169.254.1.2"


def test_what_we_moved_is_known_as_ours(samples: Samples, table: tuple[Any, str]) -> None:
    vif = _name(samples, "moved", "moved#")

    moved = OwnMovesTable(*table).since([vif], NOW - timedelta(hours=1))[vif]

    assert (moved.origin, moved.connection_id) == ("dxcon-source01", "dxlag-target01")


def test_who_sent_a_request_is_known(samples: Samples, table: tuple[Any, str]) -> None:
    sender = AnswerTable(*table).sent(_name(samples, "sent-request", "sent-request#"))

    assert sender is not None
    assert (sender.source, sender.is_bound) == ("an-engineer", False)


def test_who_cancelled_is_heard(samples: Samples, table: tuple[Any, str]) -> None:
    said = MigrationTable(*table).cancellation(_name(samples, "cancel", "cancel#"))

    assert said is not None
    assert (said.by, said.comment) == ("alice@example.com", "wrong port")


def test_who_runs_under_a_request_is_found(samples: Samples, table: tuple[Any, str]) -> None:
    for kind in (ItemKind.MIGRATIONS_OF, ItemKind.PLANS_OF):
        found = AnswerTable(*table).registered(kind, _name(samples, kind, f"{kind}#"))

        assert found.last in found.running


def test_what_was_said_too_early_is_heard(samples: Samples, table: tuple[Any, str]) -> None:
    kinds = (
        ItemKind.KEPT_CANCEL,
        ItemKind.KEPT_CANCEL_OF_REQUEST,
        ItemKind.KEPT_HALT_OF_REQUEST,
    )
    for kind in kinds:
        name = _name(samples, kind, f"{kind}#")

        said = AnswerTable(*table).kept(kind, name, datetime(2026, 1, 5, 2, 1, 30, tzinfo=UTC))

        assert said is not None
        assert said.by == "bob"


def test_an_answer_is_not_answered_again(samples: Samples, table: tuple[Any, str]) -> None:
    name = _name(samples, "answer", "answer#")

    assert not AnswerTable(*table).claim(name, "another", now=NOW).is_ours
    event = samples.items["answer"]["event"]["S"]
    assert AnswerAnnouncement.model_validate_json(event).detail.metadata.answer_id == name


def test_a_plan_is_as_far_as_it_was(samples: Samples, table: tuple[Any, str]) -> None:
    plan_id = _name(samples, "running-plan", "running-plan#")

    standing = PlanTable(*table).standing(plan_id)

    assert standing.in_flight == {1}
    assert standing.halted_by is not None
    assert standing.halted_by.by == "bob@example.com"


def test_how_a_move_ended_is_known(samples: Samples, table: tuple[Any, str]) -> None:
    key = _name(samples, "running-plan-move", "running-plan#")
    plan_id, _, number = key.rpartition("#")

    recorded = PlanTable(*table).results(plan_id, [int(number)])[int(number)]

    assert recorded.child == samples.items["running-plan-move"]["child"]["S"]
    assert recorded.ending.outcome is MoveOutcome.SUCCEEDED
    assert recorded.ending.started_at is not None
    assert recorded.ending.ended_at is not None


def test_what_a_plan_was_about_to_do_is_understood(samples: Samples) -> None:
    preparation = Preparation.model_validate_json(samples.items["noted"]["preparation"]["S"])

    assert preparation.counts.moves == 3
    assert preparation.request is not None


def test_the_history_of_a_migration_on_its_way_is_understood(samples: Samples) -> None:
    found = understand(follow(samples.history), execution=EXECUTION, status="ABORTED", now=NOW)

    assert (found.was_touched, found.was_told) == (True, False)
    assert found.phase is Phase.FORWARD
    assert found.lock_key == samples.items["gateway"]["pk"]["S"].removeprefix("gateway#")
    assert found.claim == samples.items["request"]["pk"]["S"]
    assert found.validation is not None
    assert found.validation.migration is not None


def test_a_watchdog_is_started_as_it_was(samples: Samples) -> None:
    for kind in ("watchdog", "plan-watchdog"):
        given = samples.inputs[kind]
        arn = given["execution"]["arn"]

        # Today's watchdogs read the ARN, and ask for the rest.
        assert fill(WATCHDOG_INPUT, {"detail": {"executionArn": arn}}) == {
            "execution": {"arn": arn}
        }


def test_what_a_plan_starts_a_migration_with_is_read(samples: Samples) -> None:
    given = samples.inputs["migration-plan"]

    assert given["trigger"] == Trigger.PLAN
    assert given["plan"].keys() >= {"planId", "number", "siblings"}
    assert ValidateInput.model_validate(
        {
            "execution": {"arn": EXECUTION.arn, "name": EXECUTION.name},
            "requestId": given["requestId"],
            "request": given["request"],
            "isTooLong": False,
            "isRecheck": False,
            "now": NOW.isoformat(),
        }
    )


def test_no_secret_is_in_any_sample() -> None:
    for file in FOLDER.rglob("*.json"):
        assert "a-secret-that-must-not-leak" not in file.read_text("utf-8")
