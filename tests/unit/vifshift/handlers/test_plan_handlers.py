"""The Lambdas of plans, called as they are in AWS: a whole plan, with DynamoDB and S3 as moto."""

import hashlib
import json
from collections.abc import Iterator
from io import StringIO
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from moto import mock_aws

from tests.unit.vifshift.fakes import (
    EXECUTION,
    REGION,
    SECRET,
    START,
    FakeAccount,
    FakeBackgroundSources,
    FakeDirectConnect,
    FakeEventBus,
    FakeTaskTokens,
    after,
)
from tests.unit.vifshift.lambdas import Json, invoke, now, send
from tests.unit.vifshift.plan.plans import P, Q, go, name, region, vif
from vifshift.adapters.answer_table import AnswerTable
from vifshift.adapters.migration_table import MigrationTable
from vifshift.adapters.own_moves import OwnMovesTable
from vifshift.adapters.plan_table import PlanTable
from vifshift.adapters.report_bucket import ReportBucket
from vifshift.domain.access_policy import Access, AccessPolicy
from vifshift.domain.asked_by import is_move
from vifshift.domain.child_names import name_of
from vifshift.domain.errors import CallRefused, PlanHalted
from vifshift.domain.findings import Checks
from vifshift.domain.migration import Answer
from vifshift.domain.plan_progress import ExecutionDescription
from vifshift.domain.workflow import Wait
from vifshift.events.base import DetailType
from vifshift.handlers import advance, answer, conclude_plan, hold_plan, prepare, report_plan
from vifshift.handlers import plan_results as gathering
from vifshift.reports.plan.model import PlanReport

TABLE, BUCKET = "locks", "the-evidence"
MACHINE = f"arn:aws:states:{REGION}:111122223333:stateMachine:move"
FOLDER = "plans/2026/07/01/run-1"
NONCE = "1j5wkrmdn0f"
ANA = Answer(by="ana", comment="freeze")


class FakeExecutions:
    """In-memory executions: their descriptions by name, and one history."""

    def __init__(self) -> None:
        self.known: dict[str, ExecutionDescription] = {}
        self.events: list[Json] = []
        self.asked: list[str] = []

    def describe(self, arn: str) -> ExecutionDescription | None:
        self.asked.append(arn)
        machine, name = arn.split(":")[-2:]
        return self.known.get(f"{machine}:{name}") or self.known.get(name)

    def history(self, arn: str) -> Iterator[Json]:
        return iter(self.events)


class World(SimpleNamespace):
    """All that the Lambdas of plans meet."""

    network: FakeDirectConnect
    executions: FakeExecutions
    ledger: PlanTable
    archive: ReportBucket
    bus: FakeEventBus
    callbacks: FakeTaskTokens
    s3: Any


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    with mock_aws():
        session = boto3.session.Session("AKIDEXAMPLE", "example", region_name=REGION)
        dynamodb, s3 = session.client("dynamodb"), session.client("s3")
        dynamodb.create_table(
            TableName=TABLE,
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
        s3.create_bucket(
            Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-central-1"}
        )
        s3.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
        world = World(
            network=region(*(vif(number, P) for number in (1, 2, 3))),
            executions=FakeExecutions(),
            ledger=PlanTable(dynamodb, TABLE),
            tokens=MigrationTable(dynamodb, TABLE),
            archive=ReportBucket(s3, BUCKET),
            answers=AnswerTable(dynamodb, TABLE),
            bus=FakeEventBus(),
            replies=FakeEventBus(),
            callbacks=FakeTaskTokens(),
            s3=s3,
        )
        monkeypatch.setenv("AWS_REGION", REGION)
        monkeypatch.setenv("VIFSHIFT_MIGRATIONS", MACHINE)
        monkeypatch.setenv("VIFSHIFT_BUS", "the-bus")
        monkeypatch.setenv("VIFSHIFT_REPLY_SOURCE", "a-person")
        monkeypatch.setenv("VIFSHIFT_CHECKS", Checks().model_dump_json())
        monkeypatch.setenv("VIFSHIFT_FLOOR", "{}")
        monkeypatch.setenv("VIFSHIFT_REACH", AccessPolicy().model_dump_json())
        here = Access(REGION, REGION)
        monkeypatch.setattr(prepare, "account", {here: FakeAccount()}.__getitem__)
        background = {here: FakeBackgroundSources()}
        monkeypatch.setattr(prepare, "background", background.__getitem__)
        monkeypatch.setattr(prepare, "direct_connect", {here: world.network}.__getitem__)
        for module in (prepare, gathering, report_plan):
            monkeypatch.setattr(module, "report_bucket", lambda: world.archive)
        for module in (advance, gathering, hold_plan, answer):
            monkeypatch.setattr(module, "plan_table", lambda: world.ledger)
        monkeypatch.setattr(prepare, "own_moves", lambda: OwnMovesTable(dynamodb, TABLE))
        for module in (advance, hold_plan, answer):
            monkeypatch.setattr(module, "migration_table", lambda: world.tokens)
        for module in (advance, hold_plan, answer):
            monkeypatch.setattr(module, "answer_table", lambda: world.answers)
        world.executions.known["plans:run-1"] = ExecutionDescription(status="RUNNING")
        monkeypatch.setattr(answer, "event_bus", lambda: world.replies)
        monkeypatch.setattr(answer, "now_by_the_clock", lambda: after(60))
        for module in (advance, answer, conclude_plan, gathering, report_plan):
            monkeypatch.setattr(module, "executions", lambda _: world.executions)
        for module in (advance, answer):
            monkeypatch.setattr(module, "task_tokens", lambda: world.callbacks)
        monkeypatch.setattr(hold_plan, "event_bus", lambda: world.bus)
        monkeypatch.setattr(report_plan, "render", lambda made: f"<p>{made.sentence}</p>")
        yield world


def prepared(request: Any = None, **fields: Any) -> Json:
    asked = request if request is not None else {"moves": [go(n, Q) for n in (1, 2, 3)]}
    payload = {"requestId": "change-1", "request": asked, "isTooLong": False, "isRecheck": False}
    answered = invoke(prepare.handler, **{**payload, "now": now(), **fields})
    found: Json = answered["preparation"]
    return found


def read(world: World, key: str) -> Any:
    return json.loads(world.s3.get_object(Bucket=BUCKET, Key=key)["Body"].read())


def keys(world: World) -> list[str]:
    found = world.s3.list_objects_v2(Bucket=BUCKET).get("Contents", [])
    return [each["Key"] for each in found]


def segment(world: World, preparation: Json) -> Json:
    """Return the only segment of a plan whose moves go one after the other."""
    [place] = preparation["stages"]
    assert place["bucket"] == BUCKET
    [found] = read(world, place["key"])
    return dict(found)


def advanced(
    preparation: Json, move: Json | None, done: Json | None, seconds: float = 0, **more: Json
) -> Json:
    return invoke(
        advance.handler,
        requestId="change-1",
        rules=preparation["rules"],
        track=1,
        move=move,
        done=done,
        nonce=NONCE,
        now=now(seconds),
        **more,
    )


def done(number: int, outcome: str = "succeeded", message: str = "moved") -> Json:
    result = {
        "status": "SUCCEEDED",
        "output": {"outcome": outcome, "message": message},
        "startDate": now(),
        "stopDate": now(60),
        "error": None,
        "cause": None,
    }
    move = {"number": number, "virtualInterfaceId": name(number), "request": go(number, Q)}
    return {**move, "result": result}


def sent(number: int) -> str:
    """Return the input of a move's migration, as its execution has it."""
    whose = {"planId": EXECUTION.name, "number": number, "siblings": []}
    return json.dumps({"request": go(number, Q), "trigger": "plan", "plan": whose})


def failed(number: int, error: str = "VifShift.RolledBack") -> Json:
    cause = json.dumps(
        {
            "Status": "FAILED",
            "Error": error,
            "Cause": "BGP did not come up",
            "StartDate": 1_782_896_400_000,
            "StopDate": 1_782_896_460_000,
        }
    )
    nothing = {"status": None, "output": None, "startDate": None, "stopDate": None}
    result = {**nothing, "error": "States.TaskFailed", "cause": cause}
    move = {"number": number, "virtualInterfaceId": name(number), "request": go(number, Q)}
    return {**move, "result": result}


def concluded(preparation: Json | None, **fields: Any) -> Json:
    story = {
        "requestId": "change-1",
        "preparation": preparation,
        "approval": None,
        "problem": None,
        **fields,
    }
    return invoke(conclude_plan.handler, story=story, now=now(600))


def data(answered: Json) -> Json:
    found: Json = answered["announcement"]["detail"]["data"]
    return found


def test_prepare_keeps_what_is_to_be_done(world: World) -> None:
    preparation = prepared()
    assert preparation["decision"] == "proceed"
    assert preparation["announcement"]["detailType"] == DetailType.PLAN_STARTED
    assert preparation["counts"]["moves"] == preparation["counts"]["notStarted"] == 3
    names = ("moves.json", "scope.json", "stage-0.json")
    assert sorted(keys(world)) == [f"{FOLDER}/{each}" for each in names]
    [stage] = preparation["stages"]
    assert (stage["bucket"], stage["key"]) == (BUCKET, f"{FOLDER}/stage-0.json")
    assert stage["versionId"]
    assert [move["number"] for move in segment(world, preparation)["moves"]] == [1, 2, 3]
    kept = read(world, f"{FOLDER}/moves.json")
    assert [move["virtualInterfaceId"] for move in kept["moves"]] == [name(n) for n in (1, 2, 3)]


def test_prepare_reads_the_moves_that_are_kept_elsewhere(world: World) -> None:
    world.s3.put_object(Bucket=BUCKET, Key="lists/mine.json", Body=json.dumps([go(1, Q)]))
    preparation = prepared({"movesUri": f"s3://{BUCKET}/lists/mine.json"})
    assert preparation["decision"] == "proceed"
    assert preparation["counts"]["moves"] == 1


@pytest.mark.parametrize(
    ("uri", "body", "fault"),
    [
        ("s3://another-bucket/lists/mine.json", b"[]", "is not in the stack's bucket"),
        (f"s3://{BUCKET}/lists/none.json", b"[]", "NoSuchKey"),
        (f"s3://{BUCKET}/lists/mine.json", b"[", "is not JSON, in line 1"),
        (f"s3://{BUCKET}/lists/mine.json", b"[1" + b"0" * 5000 + b"]", "thousands of digits"),
        (f"s3://{BUCKET}/lists/mine.json", b"[NaN]", "moves.0: input should be an object (move 1)"),
        (f"s3://{BUCKET}/lists/mine.json", b"\xff", "is not UTF-8 text"),
        (f"s3://{BUCKET}/lists/mine.json", b"[" * 100_000, "(item 1)"),
        (f"s3://{BUCKET}/lists/mine.json", b" " * 8_000_001, "is longer than"),
        (f"s3://{BUCKET}/lists/mine.json", b"{}", "movesUri: is not a list"),
        (f"s3://{BUCKET}/lists/mine.json", b'[{"x": 1}]', "(move 1)"),
        (f"s3://{BUCKET}/migrations/mine.json", b"[]", "movesUri"),
    ],
)
def test_what_is_no_list_of_moves_is_refused(
    world: World, uri: str, body: bytes, fault: str
) -> None:
    world.s3.put_object(Bucket=BUCKET, Key="lists/mine.json", Body=body)
    preparation = prepared({"movesUri": uri})
    assert preparation["decision"] == "rejected"
    assert fault in " ".join(preparation["faults"])
    assert preparation["stages"] == []


def test_what_is_too_long_is_refused_and_said_where_else_to_keep_it(world: World) -> None:
    preparation = prepared(request=[], isTooLong=True)
    assert preparation["decision"] == "rejected"
    assert "movesUri" in preparation["faults"][0]


@pytest.mark.parametrize(
    ("state", "ended", "is_told"),
    [
        ("Announce plan outcome", "TaskSucceeded", True),
        ("Announce plan outcome", "TaskFailed", False),
        ("Report plan", "TaskSucceeded", False),
    ],
)
def test_an_end_that_was_told_before_a_plan_was_stopped_is_not_told_again(
    world: World, state: str, ended: str, is_told: bool
) -> None:
    entered = {"type": "TaskStateEntered", "stateEnteredEventDetails": {"name": state}}
    world.executions.events = [entered, {"type": ended}]

    answered = concluded(prepared(), status="ABORTED")

    assert (answered["announcement"] is None) == is_told


def test_a_whole_plan(world: World) -> None:
    # given
    preparation = prepared()
    moves = segment(world, preparation)["moves"]
    # when
    first = advanced(preparation, moves[0], None)
    second = advanced(preparation, moves[1], done(1), 60)
    third = advanced(preparation, moves[2], done(2, "unchanged"), 120)
    last = advanced(preparation, None, done(3), 180)
    # then
    assert [each["go"] for each in (first, second, third, last)] == [True, True, True, False]
    assert first["announcement"] is None
    assert [each["start"]["name"] for each in (first, second, third)] == [
        name_of(EXECUTION, number, NONCE) for number in (1, 2, 3)
    ]
    counts = data(second)["counts"]
    assert (counts["succeeded"], counts["notStarted"], counts["inFlight"]) == (1, 2, 0)
    assert last["why"] == "done"
    conclusion = concluded(preparation)
    assert (conclusion["outcome"], conclusion["error"]) == ("completed", None)
    assert data(conclusion)["counts"] == {
        "moves": 3, "succeeded": 2, "unchanged": 1, "failed": 0, "notStarted": 0, "inFlight": 0,
    }  # fmt: skip
    assert world.executions.asked == []


def test_advance_called_again_says_the_same(world: World) -> None:
    preparation = prepared()
    moves = segment(world, preparation)["moves"]
    advanced(preparation, moves[0], None)
    one = advanced(preparation, moves[1], done(1), 60)
    again = advanced(preparation, moves[1], done(1), 60)
    assert one["start"] == again["start"]
    # What is started by that name is compared with what is noted under it.
    noted = world.answers.sent(one["start"]["name"])
    assert noted is not None
    assert is_move(noted, one["start"]["input"])
    assert not is_move(noted, {"request": {"virtualInterfaceId": "dxvif-ffffffff"}})
    assert world.ledger.standing("run-1").succeeded == 1
    assert world.ledger.standing("run-1").in_flight == {2}


def test_a_failure_halts_a_plan_that_lets_none_fail(world: World) -> None:
    # given
    preparation = prepared()
    moves = segment(world, preparation)["moves"]
    advanced(preparation, moves[0], None)
    # when
    second = advanced(preparation, moves[1], failed(1), 60)
    conclusion = concluded(preparation)
    # then
    assert (second["go"], second["why"], second["start"]) == (False, "failures", None)
    assert data(second)["move"] == {
        "number": 1,
        "virtualInterfaceId": name(1),
        "outcome": "rolled-back",
        "message": "BGP did not come up",
    }
    assert (conclusion["outcome"], conclusion["error"]) == ("halted", "VifShift.PlanHalted")
    assert data(conclusion)["reasonCode"] == "FAILURES"
    assert [each["number"] for each in data(conclusion)["failed"]] == [1]


def test_a_plan_that_lets_some_fail_goes_on(world: World) -> None:
    asked = {"moves": [go(n, Q) for n in (1, 2)], "stopAfterFailures": 2}
    preparation = prepared(asked)
    moves = segment(world, preparation)["moves"]
    advanced(preparation, moves[0], None)
    assert advanced(preparation, moves[1], failed(1), 60)["go"]
    advanced(preparation, None, done(2), 120)
    conclusion = concluded(preparation)
    assert conclusion["outcome"] == "partly-completed"
    assert conclusion["error"] == "VifShift.PlanPartlyCompleted"
    assert conclusion["announcement"]["detailType"] == DetailType.PLAN_COMPLETED


def said(detail_type: DetailType, **fields: Any) -> Json:
    return {
        "version": "0",
        "id": f"the event of {detail_type}",
        "detail-type": detail_type,
        "source": "a-person",
        "time": now(),
        "detail": {"planId": "run-1", "by": "ana", "comment": "freeze"},
        **fields,
    }


def waits(world: World, number: int) -> None:
    """Let a move's migration wait for its gateway."""
    child = name_of(EXECUTION, number, NONCE)
    world.tokens.keep_token(child, Wait.GATEWAY, f"token-{number}", now=0)
    world.ledger.record_wait("run-1", child, now=0)


def test_a_halt_keeps_back_the_moves_that_wait(world: World) -> None:
    # given three moves on their way, of which one has never waited
    preparation = prepared({"moves": [go(n, Q) for n in (1, 2, 3)], "maxConcurrency": 3})
    for number in (1, 2, 3):
        world.ledger.record_start("run-1", number, NONCE, now=0)
    waits(world, 1)
    waits(world, 3)
    # when
    send(answer.handler, said(DetailType.PLAN_HALT_REQUESTED))
    for number, outcome in ((1, "cancelled"), (2, "succeeded"), (3, "cancelled")):
        last = advanced(preparation, None, done(number, outcome), 60)
    # then
    cancelled = "MigrationCancelled"
    assert world.callbacks.answers == [("token-1", cancelled, ANA), ("token-3", cancelled, ANA)]
    assert data(last)["move"]["outcome"] == "not-started"
    counts = data(last)["counts"]
    assert (counts["succeeded"], counts["failed"], counts["notStarted"]) == (1, 0, 2)
    conclusion = concluded(preparation)
    assert conclusion["outcome"] == "halted"
    assert data(conclusion)["counts"] == counts


def test_a_plan_of_which_all_was_kept_back_is_halted(world: World) -> None:
    preparation = prepared({"moves": [go(1, Q)]})
    world.ledger.record_start("run-1", 1, NONCE, now=0)
    waits(world, 1)
    send(answer.handler, said(DetailType.PLAN_HALT_REQUESTED))
    advanced(preparation, None, done(1, "cancelled"), 60)
    assert concluded(preparation)["outcome"] == "halted"


def test_the_limit_of_failures_keeps_back_the_moves_that_wait(world: World) -> None:
    # given
    preparation = prepared({"moves": [go(n, Q) for n in (1, 2)], "maxConcurrency": 2})
    for number in (1, 2):
        world.ledger.record_start("run-1", number, NONCE, now=0)
    waits(world, 2)
    # when
    advanced(preparation, None, failed(1), 60)
    last = advanced(preparation, None, done(2, "cancelled"), 60)
    # then
    why = Answer(by="plan run-1", comment="it reached its limit of failed moves")
    assert world.callbacks.answers == [("token-2", "MigrationCancelled", why)]
    assert world.ledger.stop_of("run-1") == "reached its limit of failed moves"
    assert data(last)["move"]["outcome"] == "not-started"
    assert concluded(preparation)["outcome"] == "halted"


def test_a_failure_that_may_be_keeps_nothing_back(world: World) -> None:
    asked = {"moves": [go(n, Q) for n in (1, 2)], "maxConcurrency": 2, "stopAfterFailures": 2}
    preparation = prepared(asked)
    for number in (1, 2):
        world.ledger.record_start("run-1", number, NONCE, now=0)
    waits(world, 2)
    advanced(preparation, None, failed(1), 60)
    assert world.callbacks.answers == []
    assert world.ledger.stop_of("run-1") is None


def test_a_move_that_a_person_cancels_has_failed(world: World) -> None:
    preparation = prepared({"moves": [go(n, Q) for n in (1, 2)], "stopAfterFailures": 2})
    world.ledger.record_start("run-1", 1, NONCE, now=0)
    last = advanced(preparation, None, done(1, "cancelled"), 60)
    assert data(last)["move"]["outcome"] == "cancelled"
    assert data(last)["counts"]["failed"] == 1


def test_a_plan_is_halted_by_hand(world: World) -> None:
    # given
    preparation = prepared()
    moves = segment(world, preparation)["moves"]
    advanced(preparation, moves[0], None)
    # when
    heard = send(answer.handler, said(DetailType.PLAN_HALT_REQUESTED))
    second = advanced(preparation, moves[1], done(1), 60)
    # then
    assert heard == {"isHeard": True}
    assert (second["go"], second["why"]) == (False, "halted")
    conclusion = concluded(preparation)
    assert conclusion["outcome"] == "halted"
    assert "halted by ana: freeze" in conclusion["cause"]
    assert data(conclusion)["reasonCode"] == "HALTED"


def test_a_plan_that_was_halted_before_its_first_move_is_cancelled(world: World) -> None:
    preparation = prepared()
    send(answer.handler, said(DetailType.PLAN_HALT_REQUESTED))
    assert not advanced(preparation, segment(world, preparation)["moves"][0], None)["go"]
    conclusion = concluded(preparation)
    assert (conclusion["outcome"], conclusion["error"]) == ("cancelled", None)


def test_a_move_that_goes_on_is_in_flight_and_a_plan_that_was_stopped_interrupted(
    world: World,
) -> None:
    # given
    preparation = prepared()
    advanced(preparation, segment(world, preparation)["moves"][0], None)
    world.executions.known[name_of(EXECUTION, 1, NONCE)] = ExecutionDescription(
        status="RUNNING", start_date=START, input=sent(1)
    )
    # when
    conclusion = concluded(preparation, status="ABORTED")
    # then
    assert conclusion["outcome"] == "interrupted"
    counts = data(conclusion)["counts"]
    assert (counts["inFlight"], counts["notStarted"]) == (1, 2)
    assert world.executions.asked == [
        f"arn:aws:states:{REGION}:111122223333:execution:move:{name_of(EXECUTION, 1, NONCE)}"
    ]


@pytest.mark.parametrize(
    ("described", "outcome"),
    [
        (None, "cancelled"),
        ({"status": "ABORTED"}, "halted"),
        # Another has taken the name: nothing of the plan has been started.
        ({"status": "SUCCEEDED", "input": "{}"}, "cancelled"),
    ],
)
def test_a_move_that_was_to_start_is_looked_for(
    world: World, described: Json | None, outcome: str
) -> None:
    preparation = prepared()
    advanced(preparation, segment(world, preparation)["moves"][0], None)
    world.ledger.halt("run-1", ANA, now=0)
    if described:
        known = {"input": sent(1), **described}
        world.executions.known[name_of(EXECUTION, 1, NONCE)] = ExecutionDescription(**known)
    assert concluded(preparation)["outcome"] == outcome


def test_report_keeps_the_plan_with_what_its_migrations_have_kept(world: World) -> None:
    # given
    preparation = prepared()
    moves = segment(world, preparation)["moves"]
    advanced(preparation, moves[0], None)
    advanced(preparation, moves[1], done(1), 60)
    advanced(preparation, None, failed(2), 120)
    key = f"migrations/2026/07/01/{name_of(EXECUTION, 1, NONCE)}/report.json"
    body = json.dumps({"interruption": {"seconds": 12.5}})
    child = world.archive.keep_report(key.rpartition("/")[0], body, "page")
    world.executions.events = [
        {"type": "ExecutionStarted", "timestamp": START, "executionStartedEventDetails": {}},
        {
            "type": "TaskStateExited",
            "timestamp": after(5),
            "stateExitedEventDetails": {
                "name": "Prepare",
                "assignedVariables": {"preparation": json.dumps(preparation)},
            },
        },
    ]
    conclusion = concluded(preparation)
    # when
    answered = invoke(report_plan.handler, announcement=conclusion["announcement"], now=now(700))
    # then
    told = data(answered)["evidence"]
    assert told["htmlUri"] == f"s3://{BUCKET}/{FOLDER}/report.html"
    assert told["jsonUri"] == f"s3://{BUCKET}/{FOLDER}/report.json"
    kept = world.s3.get_object(
        Bucket=BUCKET, Key=f"{FOLDER}/report.json", VersionId=told["json"]["versionId"]
    )
    assert hashlib.sha256(kept["Body"].read()).hexdigest() == told["json"]["sha256"]
    assert told["html"]["sha256"] in data(answered)["notice"]["more"]
    made = PlanReport.model_validate(read(world, f"{FOLDER}/report.json"))
    assert made.outcome == "halted"
    assert (made.started_at, made.ended_at) == (START, after(700))
    first, second, third = made.moves
    assert first.interruption_seconds == 12.5
    assert first.evidence == child
    assert first.evidence.json_uri == f"s3://{BUCKET}/{key}"
    assert (second.outcome, second.evidence) == ("rolled-back", None)
    assert second.migration_id == name_of(EXECUTION, 2, NONCE)
    assert (third.outcome, third.migration_id) == ("not-started", None)
    assert f"{FOLDER}/report.html" in keys(world)


def test_a_plan_that_can_not_be_read_is_reported_too(world: World) -> None:
    preparation = prepared({"moves": 7})
    world.executions.events = [
        {"type": "ExecutionStarted", "timestamp": START, "executionStartedEventDetails": {}}
    ]
    conclusion = concluded(preparation)
    assert (conclusion["outcome"], conclusion["error"]) == ("rejected", "VifShift.Rejected")
    answered = invoke(report_plan.handler, announcement=conclusion["announcement"], now=now())
    assert data(answered)["evidence"]["jsonUri"] == f"s3://{BUCKET}/{FOLDER}/report.json"


def held(preparation: Json, wait: str) -> Json:
    return invoke(hold_plan.handler, preparation=preparation, wait=wait, token=SECRET, now=now(60))


def test_a_plan_that_waits_is_approved_refused_or_called_off(world: World) -> None:
    # given
    moves = [go(1, Q)]
    preparation = prepared({"moves": moves, "approval": {"required": True}})
    # when
    assert held(preparation, "approval") == {}
    # then
    [told] = world.bus.sent
    assert told.detail_type == DetailType.PLAN_APPROVAL_REQUESTED
    asked: Json = told.detail.data.to_json()
    assert asked["taskToken"] == SECRET
    assert 'planId\\":\\"run-1' in asked["notice"]["nextStep"]
    assert SECRET not in json.dumps(asked["notice"])
    kinds = [DetailType.PLAN_APPROVED, DetailType.PLAN_REFUSED, DetailType.PLAN_HALT_REQUESTED]
    assert [send(answer.handler, said(kind))["isHeard"] for kind in kinds] == [True] * 3
    assert world.callbacks.answers == [
        (SECRET, None, ANA),
        (SECRET, "Refused", ANA),
        (SECRET, "PlanHalted", ANA),
    ]


def test_a_plan_waits_for_its_window(world: World) -> None:
    window = {"opensAt": "2026-07-01T10:00:00Z", "closesAt": "2026-07-01T20:00:00Z"}
    preparation = prepared({"moves": [go(1, Q)], "window": window})
    held(preparation, "window")
    [told] = world.bus.sent
    assert told.detail_type == DetailType.PLAN_WINDOW_PENDING
    assert not send(answer.handler, said(DetailType.PLAN_APPROVED))["isHeard"]
    assert preparation["rules"]["closesAt"] == "2026-07-01T20:00:00Z"


def test_a_plan_that_was_halted_before_it_waits_is_not_held(world: World) -> None:
    preparation = prepared({"moves": [go(1, Q)], "approval": {"required": True}})
    world.ledger.halt("run-1", ANA, now=0)
    with pytest.raises(PlanHalted, match="halted by ana: freeze"):
        held(preparation, "approval")
    assert world.bus.sent == []


@pytest.mark.parametrize(
    "kind", [DetailType.APPROVED, DetailType.REFUSED, DetailType.CANCEL_REQUESTED]
)
def test_who_answers_a_plan_by_a_migration_s_event_is_not_heard(
    world: World, kind: DetailType
) -> None:
    held(prepared({"moves": [go(1, Q)], "approval": {"required": True}}), "approval")
    event = said(kind, detail={"migrationId": "run-1", "by": "ana"})
    assert send(answer.handler, event) == {"isHeard": False}
    assert world.callbacks.answers == []
    assert world.ledger.standing("run-1").halted_by is None


@pytest.mark.parametrize(
    "detail",
    [
        {"migrationId": "run-1"},
        {"planId": ""},
        {"planId": "run-1#1"},
        {"planId": SECRET + "x" * 80},
        {"planId": "run-1", "requestId": "run-1"},
        SECRET,
    ],
)
def test_an_answer_to_a_plan_that_can_not_be_understood_does_nothing(
    world: World, log: StringIO, detail: Any
) -> None:
    heard = send(answer.handler, said(DetailType.PLAN_HALT_REQUESTED, detail=detail))
    assert heard == {"isHeard": False}
    assert [each.detail.data.reason_code for each in world.replies.sent] == ["INVALID"]
    assert world.ledger.standing("run-1").halted_by is None
    assert SECRET not in log.getvalue()


def test_a_halt_that_overtakes_its_plan_is_heard_by_it_and_by_no_later_one(world: World) -> None:
    # given
    preparation = prepared()
    move = segment(world, preparation)["moves"][0]
    del world.executions.known["plans:run-1"]
    # when
    told = send(answer.handler, said(DetailType.PLAN_HALT_REQUESTED))
    # then
    assert told == {"isHeard": False}
    assert world.ledger.standing("run-1").halted_by is None
    late = {**EXECUTION.to_json(), "startedAt": now(121)}
    early = {**EXECUTION.to_json(), "startedAt": now(120)}
    assert advanced(preparation, move, None, 130, execution=late)["go"]
    assert advanced(preparation, move, None, 130, execution=early)["why"] == "halted"
    assert world.ledger.standing("run-1").halted_by == ANA


def test_all_that_is_logged_names_the_plan(world: World, log: StringIO) -> None:
    preparation = prepared()
    advanced(preparation, segment(world, preparation)["moves"][0], None)
    send(answer.handler, said(DetailType.PLAN_HALT_REQUESTED))
    concluded(preparation)
    lines = [json.loads(line) for line in log.getvalue().splitlines()]
    assert [line["message"] for line in lines] == ["prepared", "advanced", "answered", "concluded"]
    assert {line["migrationId"] for line in lines} == {"run-1"}


def test_the_archive_writes_nothing_but_plans(world: World) -> None:
    with pytest.raises(CallRefused, match="not under plans/"):
        world.archive.keep_documents({"migrations/x.json": "{}"})
    assert world.archive.reports(["plans/x.json"], len) == {}


LIST = {"movesUri": f"s3://{BUCKET}/lists/mine.json"}
APPROVED = {"approval": {"required": True}}


def store_list(world: World, *moves: Json) -> None:
    body = json.dumps(moves).encode()
    world.s3.put_object(Bucket=BUCKET, Key="lists/mine.json", Body=body)


def test_a_list_is_read_again_in_the_version_of_its_first_read(world: World) -> None:
    # given a list that is swapped after it was read
    store_list(world, go(1, Q))
    first = prepared({**LIST, **APPROVED})
    store_list(world, go(2, Q))
    # when
    again = prepared({**LIST, **APPROVED}, isRecheck=True, checked=first["checked"])
    # then
    assert again["decision"] == "proceed"
    assert segment(world, again)["moves"][0]["request"]["virtualInterfaceId"] == name(1)
    # and what was approved is still what moves
    assert again["checked"] == first["checked"]


def test_what_was_approved_is_stored_as_the_text_of_its_digest(world: World) -> None:
    # when
    checked = prepared()["checked"]
    # then
    place = checked["document"]
    stored = world.s3.get_object(Bucket=BUCKET, Key=place["key"], VersionId=place["versionId"])
    assert hashlib.sha256(stored["Body"].read()).hexdigest() == checked["digest"]


def test_what_is_no_longer_what_was_approved_is_refused(world: World) -> None:
    # given a bucket that keeps no versions any more
    first = prepared(None)
    place = {**first["checked"]["document"], "versionId": None}
    world.s3.put_object(Bucket=BUCKET, Key=place["key"], Body=b'{"version":"1","moves":[]}')
    # when
    again = prepared(isRecheck=True, checked={**first["checked"], "document": place})
    # then
    assert (again["decision"], again["checked"]["digest"]) == (
        "rejected",
        first["checked"]["digest"],
    )
    assert "no longer what was checked" in again["faults"][0]


def test_a_plan_that_has_changed_is_shown_anew(world: World) -> None:
    # given
    request = {"moves": [go(n, Q) for n in (1, 2, 3)], **APPROVED}
    first = prepared(request)
    world.network.change(name(2), connection_id="dxcon-portrrrr")
    # when
    again = prepared(request, isRecheck=True, checked=first["checked"], now=now(60))
    # then
    assert again["decision"] == "ask-again"
    assert [each["kind"] for each in again["changes"]] == ["source"]
    assert again["checked"]["digest"] != first["checked"]["digest"]
    assert again["checked"]["document"]["versionId"]
    assert [each["virtualInterfaceId"] for each in again["head"]] == [name(n) for n in (1, 2, 3)]
    assert again["stages"] == []


def test_the_event_that_asks_shows_what_is_asked_about(world: World) -> None:
    # given
    preparation = prepared({"moves": [go(1, Q)], **APPROVED})
    # when
    invoke(hold_plan.handler, preparation=preparation, wait="approval", token="t", now=now())
    # then
    [told] = world.bus.sent
    data: Any = told.detail.data.to_json()
    assert data["digest"] == preparation["checked"]["digest"]
    assert data["moveList"] == {
        "uri": f"s3://{BUCKET}/{FOLDER}/scope.json",
        "versionId": preparation["checked"]["document"]["versionId"],
    }
    [move] = data["moves"]
    assert (move["virtualInterfaceId"], move["source"], move["target"]) == (name(1), P, Q)
    assert move["rollsBack"]
    assert move["terms"]["timeoutSeconds"] == 600
    for said in (name(1), P, Q, data["moveList"]["uri"], data["digest"][:16]):
        assert said in data["notice"]["text"]
