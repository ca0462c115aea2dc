"""What is accepted as a plan, and how everything that is wrong with another is said."""

import json
import time
import tracemalloc
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import JsonValue

from tests.unit.vifshift.fakes import SECRET, SOURCE, TARGET, VIF, raw_request
from vifshift.domain.plan_request import (
    LONGEST_LIST,
    MOST_MOVES,
    Order,
    PlanRequest,
    RequestedMove,
    parse_plan,
    with_moves,
)
from vifshift.domain.request import RollbackMode, Trigger
from vifshift.domain.request_envelope import MOST_FAULTS, MalformedRequestError

LONGEST_MESSAGE = 8000
URI = "s3://the-bucket/lists/2026-07-01/one.json"


def raw_plan(*moves: JsonValue, **fields: JsonValue) -> dict[str, JsonValue]:
    return {"moves": list(moves) or [raw_request()], **fields}


def evacuation(**fields: JsonValue) -> dict[str, JsonValue]:
    return {"evacuate": {"from": SOURCE, "to": TARGET, **fields}}


def faults_of(raw: JsonValue) -> tuple[str, ...]:
    with pytest.raises(MalformedRequestError) as caught:
        parse_plan(raw)
    return caught.value.faults


def test_the_smallest_plan_is_a_list_of_moves() -> None:
    # when
    request = parse_plan(raw_plan()).request
    # then
    assert request.moves == (RequestedMove(virtual_interface_id=VIF, connection_id=TARGET),)
    assert (request.max_concurrency, request.stop_after_failures) == (1, 1)
    assert (request.order, request.window, request.dry_run) == (Order.AS_GIVEN, None, False)


def test_a_plan_may_be_empty() -> None:
    assert parse_plan({"moves": []}).request.moves == ()


def test_an_evacuation_is_said_in_the_words_of_the_request() -> None:
    # when
    asked = parse_plan(evacuation(tags={"a": "b"}, types=["public"], exclude=[VIF]))
    evacuate = asked.request.evacuate
    # then
    assert evacuate is not None
    assert (evacuate.source, evacuate.target) == (SOURCE, TARGET)
    assert (evacuate.tags, evacuate.types, evacuate.exclude) == ({"a": "b"}, ("public",), (VIF,))


def test_moves_may_be_kept_elsewhere() -> None:
    # given
    asked = parse_plan({"movesUri": URI, "reason": "the port is retired"})
    # when
    filled = with_moves(asked, json.dumps([raw_request(), raw_request(connectionId=SOURCE)]))
    # then
    assert asked.request.moves_uri == URI
    assert filled.request.moves is not None
    assert [move.connection_id for move in filled.request.moves] == [TARGET, SOURCE]
    assert filled.request.reason == "the port is retired"
    assert PlanRequest.model_validate_json(filled.request.model_dump_json()) == filled.request


def test_lists_of_before_are_still_read_where_they_had_to_be() -> None:
    uri = "s3://the-bucket/plans/2026-07-01/one.json"

    assert parse_plan({"movesUri": uri}).request.moves_uri == uri


@pytest.mark.parametrize(
    ("raw", "fault"),
    [
        ({"virtualInterfaceId": VIF}, "movesUri: is not a list"),
        (SECRET, "movesUri: is not a list"),
        (
            [raw_request(), {"connectionId": TARGET}],
            "moves.1.virtualInterfaceId: is missing (move 2)",
        ),
        ([None], "moves.0: input should be an object (move 1)"),
    ],
)
def test_moves_that_are_kept_elsewhere_are_read_as_strictly(raw: JsonValue, fault: str) -> None:
    with pytest.raises(MalformedRequestError) as caught:
        with_moves(parse_plan({"movesUri": URI}), json.dumps(raw))
    assert caught.value.faults == (fault,)


def hostile_lists() -> dict[str, tuple[str, str]]:
    """Return lists of 8 MB, each with what is said of it."""
    unknown = "{" + ",".join(f'"a{number}":1' for number in range(200)) + "}"
    empty = "[" + ",".join(["[]"] * 500) + "]"
    move = json.dumps(raw_request())
    return {
        "empty objects": ("{}", "and more"),
        "numbers": ("1", "and more"),
        "unknown fields": (unknown, "and more"),
        "lists of lists": (empty, "and more"),
        "good moves": (move, f"moves: has more than {MOST_MOVES} moves"),
        "one text": (json.dumps("x" * 3_990_000), "more than 20000 characters (item 1)"),
        "one object": ("{" + ",".join([unknown[1:-1]] * 3_000) + "}", "(item 1)"),
        "one list": ("[" + ",".join([empty] * 5_000) + "]", "more than 20000 characters (item 1)"),
        "one depth": ("[" * 3_990_000, "(item 1)"),
    }


SAMPLES = ("numbers", "unknown fields", "one object")


@pytest.mark.parametrize(
    "name",
    [
        name if name in SAMPLES else pytest.param(name, marks=pytest.mark.verify)
        for name in hostile_lists()
    ],
)
def test_a_hostile_list_of_eight_megabytes_costs_no_more_than_what_is_read_of_it(name: str) -> None:
    # given
    item, fault = hostile_lists()[name]
    text = "[" + ",".join([item] * (LONGEST_LIST // (len(item) + 1))) + "]"
    asked = parse_plan({"movesUri": URI})
    # when
    tracemalloc.start()
    began = time.process_time()
    with pytest.raises(MalformedRequestError) as caught:
        with_moves(asked, text)
    seconds = time.process_time() - began
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    # then
    assert fault in caught.value.faults[-1]
    assert len(caught.value.faults) <= MOST_FAULTS + 1
    assert len("; ".join(caught.value.faults)) < LONGEST_MESSAGE
    # Lambda gives Prepare 1,024 MB, and about a half of a processor with them.
    assert most < 100_000_000
    assert seconds < 2.5


@pytest.mark.parametrize(
    "uri",
    [
        "s3://the-bucket/other/one.json",
        "s3://the-bucket/lists/.txt",
        "s3://b/lists/one.json",
        "https://the-bucket/lists/one.json",
        f"s3://the-bucket/lists/{'x' * 1024}.json",
        "s3://the-bucket/lists/one.json\n",
        "s3://the-bucket/lists/a b.json",
    ],
)
def test_moves_are_not_read_from_just_anywhere(uri: str) -> None:
    [fault] = faults_of({"movesUri": uri})
    assert fault.startswith("movesUri: ")


@pytest.mark.parametrize(
    "raw",
    [
        {},
        {"moves": None},
        {**raw_plan(), "movesUri": URI},
        {**raw_plan(), **evacuation()},
        {**evacuation(), "movesUri": URI},
    ],
)
def test_what_is_to_move_is_said_once(raw: JsonValue) -> None:
    assert faults_of(raw) == ("the request: exactly one of moves, evacuate, movesUri is required",)


def test_five_thousand_moves_are_read_and_one_more_is_refused() -> None:
    parse_plan(raw_plan(*[raw_request()] * MOST_MOVES))
    [fault] = faults_of(raw_plan(*[raw_request()] * (MOST_MOVES + 1)))
    assert fault == "moves: tuple should have at most 5000 items after validation, not 5001"


# What the moves inherit.


def test_a_move_inherits_what_it_leaves_out() -> None:
    # given
    window: JsonValue = {"opensAt": "2026-07-01T09:00:00Z", "closesAt": "2026-07-01T12:00:00Z"}
    request = parse_plan(
        raw_plan(
            requestId="change/4711",
            requestedBy="ana",
            reason="maintenance",
            dryRun=True,
            window=window,
            lockWaitSeconds=60,
            approval={"required": True},
            convergence={"timeoutSeconds": 900},
            routes={"minRecoveredPercent": 50},
            rollback="never",
            acknowledge=["NO_REDUNDANT_PATH"],
            roleArn="arn:aws:iam::444455556666:role/dx",
            region="us-gov-west-1",
        )
    ).request
    # when
    [move] = request.moves or ()
    complete = request.complete(move)
    # then
    assert complete.to_json() == {
        **raw_request(),
        "requestId": None,
        "requestedBy": "ana",
        "reason": "maintenance",
        "dryRun": True,
        "window": window,
        "lockWaitSeconds": 60,
        "approval": {"required": False, "timeoutMinutes": 60, "of": 1},
        "convergence": {
            "timeoutSeconds": 900,
            "giveUpSeconds": 300,
            "holdSeconds": 120,
            "pollSeconds": 10,
        },
        "routes": {"minRecoveredPercent": 50},
        "rollback": "never",
        "acknowledge": ["NO_REDUNDANT_PATH"],
        "roleArn": "arn:aws:iam::444455556666:role/dx",
        "region": "us-gov-west-1",
    }


def test_a_move_keeps_what_is_its_own_each_setting_as_a_whole() -> None:
    # given
    own = raw_request(
        requestedBy="bob",
        reason="",
        lockWaitSeconds=0,
        convergence={"holdSeconds": 0},
        routes={},
        rollback="auto",
        acknowledge=[],
    )
    request = parse_plan(
        raw_plan(
            own,
            requestedBy="ana",
            reason="maintenance",
            lockWaitSeconds=60,
            convergence={"timeoutSeconds": 900},
            routes={"minRecoveredPercent": 50},
            rollback="never",
            acknowledge=["NO_REDUNDANT_PATH"],
        )
    ).request
    # when
    [move] = request.moves or ()
    complete = request.complete(move)
    # then
    assert (complete.requested_by, complete.reason, complete.lock_wait_seconds) == ("bob", "", 0)
    assert (complete.convergence.timeout_seconds, complete.convergence.hold_seconds) == (600, 0)
    assert (complete.routes.min_recovered_percent, complete.acknowledge) == (95, ())
    assert complete.rollback is RollbackMode.AUTO


# The envelope.


@pytest.mark.parametrize("trigger", list(Trigger))
def test_an_envelope_says_what_triggered_it(trigger: Trigger) -> None:
    asked = parse_plan({"request": raw_plan(), "requestId": "event-1", "trigger": trigger.value})
    assert (asked.trigger, asked.request_id) == (trigger, "event-1")


def test_a_scheduled_plan_has_the_window_of_its_firing() -> None:
    # when
    scheduled: JsonValue = {"at": "2026-01-05T02:00:00Z", "durationMinutes": 60}
    asked = parse_plan({"request": evacuation(), "trigger": "schedule", "scheduled": scheduled})
    # then
    assert asked.request.window is not None
    assert asked.request.window.closes_at == datetime(2026, 1, 5, 3, 0, tzinfo=UTC)


# What is wrong with a plan.


def test_every_fault_is_named_with_the_number_of_its_move() -> None:
    # given
    raw = raw_plan(
        raw_request(),
        raw_request(window=None, dryRun=True, requestId="x", colour="red"),
        {"connectionId": "dxcon-1", "convergence": {"timeoutSeconds": 1}},
        7,
        maxConcurrency=51,
        stopAfterFailures=0,
        order="random",
        roleArn="me",
    )
    # when, then
    assert [fault.partition(": ")[0] for fault in faults_of(raw)] == [
        "roleArn",
        "maxConcurrency",
        "stopAfterFailures",
        "order",
        "moves.1.window",
        "moves.1.dryRun",
        "moves.1.requestId",
        "moves.1.colour",
        "moves.2.virtualInterfaceId",
        "moves.2.connectionId",
        "moves.2.convergence.timeoutSeconds",
        "moves.3",
    ]
    assert "moves.1.window: is allowed only for the plan (move 2)" in faults_of(raw)
    assert "moves.1.colour: unknown field (move 2)" in faults_of(raw)
    assert "moves.2.virtualInterfaceId: is missing (move 3)" in faults_of(raw)


@pytest.mark.parametrize(
    "field", ["requestId", "window", "approval", "dryRun", "roleArn", "region"]
)
def test_what_is_the_plan_s_is_no_move_s(field: str) -> None:
    assert faults_of(raw_plan(raw_request(**{field: None}))) == (
        f"moves.0.{field}: is allowed only for the plan (move 1)",
    )


@pytest.mark.parametrize(
    ("fields", "fault"),
    [
        ({"to": SOURCE}, "evacuate: from and to are the same"),
        ({"types": []}, "evacuate: types is empty: leave it out to move all types"),
        (
            {"types": ["other"]},
            "evacuate.types.0: input should be 'private', 'public' or 'transit'",
        ),
        ({"tags": {"": "x"}}, "evacuate.tags..[key]: string should have at least 1 character"),
        ({"tags": {"a": 1}}, "evacuate.tags.a: input should be a valid string"),
        ({"exclude": ["all"]}, "evacuate.exclude.0: string should match pattern"),
        ({"source": SOURCE}, "evacuate.source: unknown field"),
    ],
)
def test_an_impossible_evacuation_is_refused(fields: dict[str, JsonValue], fault: str) -> None:
    [said] = faults_of(evacuation(**fields))
    assert said.startswith(fault)


def test_thousands_of_faults_make_a_short_message() -> None:
    faults = faults_of(raw_plan(*[{}] * MOST_MOVES))
    assert (len(faults), faults[-1]) == (
        MOST_FAULTS + 1,
        f"and {2 * MOST_MOVES - MOST_FAULTS} more",
    )


@pytest.mark.parametrize(
    "raw",
    [
        SECRET,
        [SECRET],
        {"moves": SECRET},
        raw_plan(SECRET),
        raw_plan(raw_request(authKey=SECRET)),
        raw_plan(raw_request(virtualInterfaceId=SECRET)),
        raw_plan(order=SECRET),
        raw_plan(maxConcurrency=SECRET),
        {"movesUri": SECRET},
        evacuation(tags=SECRET, types=[SECRET], exclude=[SECRET]),
        {"request": raw_plan(), "trigger": SECRET},
    ],
)
def test_no_fault_repeats_a_secret(raw: JsonValue) -> None:
    assert SECRET not in str(faults_of(raw))


SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text()
ANY_JSON = st.recursive(
    SCALARS, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=20
)
FIELDS = st.sampled_from(
    [
        *("moves", "evacuate", "movesUri", "from", "to", "tags", "types", "exclude", "order"),
        *("virtualInterfaceId", "connectionId", "acknowledge", "window", "request", "scheduled"),
    ]
)
ALMOST = st.recursive(
    ANY_JSON | st.sampled_from([VIF, TARGET, SOURCE, URI]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(FIELDS, inner, max_size=4),
    max_leaves=8,
)


@given(st.dictionaries(FIELDS, ALMOST) | ANY_JSON)
def test_no_json_value_does_more_than_be_refused(raw: Any) -> None:
    try:
        parse_plan(raw)
    except MalformedRequestError as error:
        assert error.faults
        assert len(str(error)) <= LONGEST_MESSAGE
        assert str(error).isprintable()


@pytest.mark.parametrize(
    "raw",
    [
        raw_plan(*[{}] * 60_000),
        raw_plan({f"a{number}": 1 for number in range(25_000)}),
    ],
    ids=["moves", "fields"],
)
def test_a_hostile_plan_that_fits_in_a_payload_costs_little(raw: JsonValue) -> None:
    # when
    began = time.process_time()
    faults = faults_of(raw)
    seconds = time.process_time() - began
    # then
    assert len(faults) == MOST_FAULTS + 1
    assert seconds < 2.5
