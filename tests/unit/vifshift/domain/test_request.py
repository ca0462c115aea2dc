"""What is accepted as a request, and how everything that is wrong with another is said."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import JsonValue

from tests.unit.vifshift.fakes import SECRET, TARGET, VIF, raw_request
from vifshift.domain.request import Convergence, RollbackMode, Trigger
from vifshift.domain.request_envelope import MOST_FAULTS, MalformedRequestError, parse_request

LONGEST_MESSAGE = 8000


def faults_of(raw: JsonValue) -> tuple[str, ...]:
    with pytest.raises(MalformedRequestError) as caught:
        parse_request(raw)
    assert str(caught.value) == "; ".join(caught.value.faults)
    return caught.value.faults


def test_the_smallest_request_is_the_two_ids_of_the_api() -> None:
    asked = parse_request({"virtualInterfaceId": VIF, "connectionId": TARGET})
    assert asked.request.virtual_interface_id == VIF
    assert asked.request.connection_id == TARGET


def test_what_is_left_out_has_the_documented_default() -> None:
    request = parse_request(raw_request()).request
    assert (
        request.convergence.timeout_seconds,
        request.convergence.hold_seconds,
        request.convergence.poll_seconds,
    ) == (600, 120, 10)
    assert request.routes.min_recovered_percent == 95
    assert request.rollback is RollbackMode.AUTO
    assert not request.dry_run
    assert not request.approval.required
    assert request.window is None
    assert request.lock_wait_seconds is None


@pytest.mark.parametrize("seconds", [0, 86_400])
def test_a_busy_gateway_may_be_waited_for_up_to_a_day(seconds: int) -> None:
    assert parse_request(raw_request(lockWaitSeconds=seconds)).request.lock_wait_seconds == seconds


@pytest.mark.parametrize("seconds", [-1, 86_401, 1.5, "900"])
def test_another_wait_is_refused(seconds: object) -> None:
    [fault] = faults_of(raw_request(lockWaitSeconds=seconds))
    assert fault.startswith("lockWaitSeconds: input should be")


def test_every_optional_field_is_read() -> None:
    # given
    raw = raw_request(
        requestId="change/4711",
        requestedBy="ana",
        reason="maintenance",
        dryRun=True,
        lockWaitSeconds=600,
        window={"opensAt": "2026-07-01T09:00:00Z", "closesAt": "2026-07-01T12:00:00+02:00"},
        approval={"required": True, "timeoutMinutes": 30, "of": 2},
        convergence={
            "timeoutSeconds": 900,
            "giveUpSeconds": 200,
            "holdSeconds": 0,
            "pollSeconds": 15,
        },
        routes={"minRecoveredPercent": 50},
        rollback="never",
        acknowledge=["NO_PEER_UP"],
        roleArn="arn:aws:iam::444455556666:role/dx",
        region="us-gov-west-1",
    )
    # when
    request = parse_request(raw).request
    # then
    assert request.window is not None
    assert request.window.closes_at == datetime(2026, 7, 1, 10, 0, tzinfo=UTC)
    assert {**request.to_json(), "window": raw["window"]} == raw


def test_a_bare_request_is_an_execution_s() -> None:
    assert parse_request(raw_request()).trigger is Trigger.EXECUTION


@pytest.mark.parametrize("trigger", ["event", "schedule", "execution", "plan"])
def test_an_envelope_says_what_triggered_it(trigger: str) -> None:
    # given
    envelope: JsonValue = {"request": raw_request(), "requestId": "event-1", "trigger": trigger}
    # when
    asked = parse_request(envelope)
    # then
    assert (asked.trigger, asked.request_id) == (trigger, "event-1")
    assert asked.request.virtual_interface_id == VIF


def test_a_plan_tells_its_move_which_one_it_is_and_who_its_siblings_are() -> None:
    # given
    context: JsonValue = {"planId": "plan-1", "number": 3, "siblings": ["dxvif-dddd0004"]}
    # when
    asked = parse_request({"request": raw_request(), "trigger": "plan", "plan": context})
    # then
    assert asked.plan is not None
    assert asked.plan.model_dump(mode="json", exclude_defaults=True) == context
    assert asked.siblings == ("dxvif-dddd0004",)
    assert parse_request(raw_request()).siblings is None


@pytest.mark.parametrize(
    ("plan", "fault"),
    [
        ({"planId": "plan-1"}, "plan.number: is missing"),
        ({"planId": "", "number": 1}, "plan.planId: "),
        ({"planId": "plan-1", "number": 0}, "plan.number: "),
        ({"planId": "plan-1", "number": 1, "siblings": ["x"]}, "plan.siblings.0: "),
        ({"planId": "plan-1", "number": 1, "siblings": [VIF] * 31}, "plan.siblings: "),
    ],
)
def test_a_plan_that_can_t_be_read_is_refused(plan: JsonValue, fault: str) -> None:
    [said] = faults_of({"request": raw_request(), "plan": plan})
    assert said.startswith(fault)


@pytest.mark.parametrize(
    ("envelope", "fault"),
    [
        ({"request": raw_request(), "trigger": "cron"}, "trigger: input should be"),
        ({"request": raw_request(), "requestId": ""}, "requestId: "),
        ({"request": raw_request(), "detail": {}}, "detail: unknown field"),
        ({"request": None}, "the request: input should be an object"),
        ({"request": [raw_request()]}, "the request: input should be an object"),
    ],
)
def test_a_fault_of_the_envelope_is_named(envelope: JsonValue, fault: str) -> None:
    [said] = faults_of(envelope)
    assert said.startswith(fault)


def test_every_fault_is_named_at_once() -> None:
    # given a request with a fault of every kind
    raw: JsonValue = {
        "connectionId": "dxcon-1",
        "dryRun": "yes",
        "conection": "dxcon-source01",
        "window": {"opensAt": "2026-07-01T09:00:00Z"},
        "convergence": {"timeoutSeconds": 59, "pollSecond": 10},
        "rollback": "maybe",
        "acknowledge": ["NO_PEER_UP", "no such code"],
    }
    # when
    named = {fault.partition(":")[0] for fault in faults_of(raw)}
    # then
    assert named == {
        "virtualInterfaceId",
        "connectionId",
        "dryRun",
        "conection",
        "window.closesAt",
        "convergence.timeoutSeconds",
        "convergence.pollSecond",
        "rollback",
        "acknowledge.1",
    }


@pytest.mark.parametrize(
    "raw", [None, True, 3, 1.5, float("inf"), "dxvif-aaaa0001", "{}", [], [raw_request()]]
)
def test_what_is_no_json_object_is_refused_in_one_sentence(raw: JsonValue) -> None:
    assert faults_of(raw) == ("the request: input should be an object",)


def test_an_empty_object_lacks_both_ids() -> None:
    assert faults_of({}) == ("virtualInterfaceId: is missing", "connectionId: is missing")


@pytest.mark.parametrize(
    "field", ["virtualInterfaceID", "connection_id", "virtual_interface_id", "authKey"]
)
def test_an_unknown_field_is_refused_by_name(field: str) -> None:
    assert f"{field}: unknown field" in faults_of(raw_request(**{field: "x"}))


def test_the_names_used_inside_are_no_names_of_the_request() -> None:
    # given an id under a name that the workflow, which deduplicates by `requestId`, does not read
    raw = raw_request(request_id="change-1")
    # when, then
    assert faults_of(raw) == ("request_id: unknown field",)


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"dryRun": "true"}, "dryRun"),
        ({"dryRun": 1}, "dryRun"),
        ({"requestedBy": 7}, "requestedBy"),
        ({"reason": None}, "reason"),
        ({"convergence": []}, "convergence"),
        ({"convergence": {"timeoutSeconds": "600"}}, "convergence.timeoutSeconds"),
        ({"convergence": {"timeoutSeconds": 600.5}}, "convergence.timeoutSeconds"),
        ({"convergence": {"timeoutSeconds": True}}, "convergence.timeoutSeconds"),
        ({"convergence": {"timeoutSeconds": float("nan")}}, "convergence.timeoutSeconds"),
        ({"acknowledge": "NO_PEER_UP"}, "acknowledge"),
        ({"approval": True}, "approval"),
        ({"window": {"opensAt": 1, "closesAt": "2026-07-01T09:00:00Z"}}, "window.opensAt"),
    ],
)
def test_a_wrong_type_is_refused_and_never_coerced(fields: Mapping[str, Any], name: str) -> None:
    [fault] = faults_of(raw_request(**fields))
    assert fault.startswith(f"{name}: input should be")


@pytest.mark.parametrize(
    "virtual_interface_id",
    [
        "",
        "dxvif-",
        "dxvif-1234567",
        "dxvif-AAAA0001",
        "dxvif-aaaa0001\n",
        " dxvif-aaaa0001",
        "dxvif-" + "a" * 18,
        "dxcon-source01",
    ],
)
def test_a_malformed_virtual_interface_id_is_refused(virtual_interface_id: str) -> None:
    [fault] = faults_of(raw_request(virtualInterfaceId=virtual_interface_id))
    assert fault.startswith("virtualInterfaceId: ")


@pytest.mark.parametrize(
    "connection_id",
    ["", "dxcon-1234567", "dxlag-" + "a" * 22, "dxgw-aaaa0001", VIF, "dxlag-target01\n"],
)
def test_a_malformed_connection_id_is_refused(connection_id: str) -> None:
    [fault] = faults_of(raw_request(connectionId=connection_id))
    assert fault.startswith("connectionId: ")


@pytest.mark.parametrize(
    ("opens_at", "closes_at", "fault"),
    [
        ("2026-07-01T10:00:00Z", "2026-07-01T09:00:00Z", "window: closesAt must be later"),
        ("2026-07-01T10:00:00Z", "2026-07-01T10:00:00Z", "window: closesAt must be later"),
        ("2026-07-01T10:00:00Z", "2026-07-01T11:00:00+02:00", "window: closesAt must be later"),
        ("2026-07-01T10:00:00", "2026-07-01T11:00:00Z", "window.opensAt: input should have time"),
        ("2026-07-01T10:00:00Z", "tomorrow", "window.closesAt: input should be a valid datetime"),
    ],
)
def test_an_impossible_window_is_refused(opens_at: str, closes_at: str, fault: str) -> None:
    [said] = faults_of(raw_request(window={"opensAt": opens_at, "closesAt": closes_at}))
    assert said.startswith(fault)


@pytest.mark.parametrize(
    ("section", "field", "lowest", "highest"),
    [
        ("convergence", "timeoutSeconds", 60, 3600),
        ("convergence", "holdSeconds", 0, 1800),
        ("convergence", "pollSeconds", 5, 300),
        ("routes", "minRecoveredPercent", 0, 100),
        ("approval", "timeoutMinutes", 1, 10080),
    ],
)
def test_a_number_must_lie_within_its_bounds(
    section: str, field: str, lowest: int, highest: int
) -> None:
    for fits in (lowest, highest):
        parse_request(raw_request(**{section: {field: fits}}))
    for too_much in (lowest - 1, highest + 1, 10**400):
        [fault] = faults_of(raw_request(**{section: {field: too_much}}))
        assert fault.startswith(f"{section}.{field}: input should be")


def test_it_gives_up_by_its_deadline() -> None:
    # given
    def convergence(**fields: int) -> Convergence:
        return parse_request(raw_request(convergence={**fields})).request.convergence

    # when, then
    assert convergence().give_up_seconds == 300
    assert convergence(timeoutSeconds=3600).give_up_seconds == 300
    assert convergence(timeoutSeconds=299).give_up_seconds == 299
    assert convergence(timeoutSeconds=60).give_up_seconds == 60
    assert convergence(timeoutSeconds=60, giveUpSeconds=60).give_up_seconds == 60
    for most in (600, 3600):
        within = {"timeoutSeconds": most, "giveUpSeconds": most}
        assert convergence(**within).give_up_seconds == most
        [fault] = faults_of(raw_request(convergence={**within, "giveUpSeconds": most + 1}))
        assert fault.startswith(
            ("convergence: giveUpSeconds must", "convergence.giveUpSeconds: in")
        )
    [fault] = faults_of(raw_request(convergence={"giveUpSeconds": 59}))
    assert fault.startswith("convergence.giveUpSeconds: input should be")
    [fault] = faults_of(raw_request(convergence={"timeoutSeconds": 250, "giveUpSeconds": 251}))
    assert fault == "convergence: giveUpSeconds must not exceed timeoutSeconds"


def test_what_is_stored_with_its_default_can_be_read_again() -> None:
    for timeout in (60, 250, 300, 3600):
        known = Convergence(timeout_seconds=timeout)
        assert Convergence.model_validate(known.to_json()) == known


def test_looks_that_would_not_fit_into_a_history_are_refused() -> None:
    # given
    longest: dict[str, JsonValue] = {"timeoutSeconds": 3600, "holdSeconds": 1800}
    # when
    [fault] = faults_of(raw_request(convergence={**longest, "pollSeconds": 7}))
    # then
    assert fault.startswith("convergence: pollSeconds is too small")
    parse_request(raw_request(convergence={**longest, "pollSeconds": 8}))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("requestId", "x" * 129),
        ("requestId", "two words"),
        ("requestedBy", "x" * 257),
        ("reason", "x" * 1025),
        ("roleArn", "arn:aws:iam::444455556666:role/" + "x" * 2049),
        ("roleArn", "arn:aws:iam::444455556666:user/dx"),
        ("region", "Frankfurt"),
        ("region", "eu-" + "central" * 1000 + "-1"),
        ("region", "eu-central-\u0661"),
        ("acknowledge", ["CODE"] * 51),
    ],
)
def test_what_comes_back_in_events_is_bounded(field: str, value: JsonValue) -> None:
    [fault] = faults_of(raw_request(**{field: value}))
    assert fault.startswith(f"{field}: ")


def test_twenty_thousand_unknown_fields_make_a_short_message() -> None:
    # given
    raw = raw_request(**{f"field{number}": number for number in range(20_000)})
    # when
    faults = faults_of(raw)
    # then
    assert len(faults) == MOST_FAULTS + 1
    assert faults[-1] == "and 19980 more"


def test_a_long_or_unprintable_name_is_cut_and_cleaned() -> None:
    [long, unprintable] = faults_of(raw_request(**{"x" * 100_000: 1, "a\n\x1b[31m\u202eb": 1}))
    assert len(long) < 100
    assert unprintable == "a??[31m?b: unknown field"


@pytest.mark.parametrize("depth", [50, 300, 900])
def test_a_deeply_nested_request_is_refused(depth: int) -> None:
    nested: JsonValue = json.loads("[" * depth + "]" * depth)
    assert faults_of(raw_request(x=nested))


def test_half_a_character_is_refused() -> None:
    assert faults_of(raw_request(reason="\ud800"))


@pytest.mark.parametrize("name", [*raw_request(), "requestId", "rollback", "region"])
@pytest.mark.parametrize("value", [f"{SECRET}!", [f"{SECRET}!"], {"key": f"{SECRET}!"}])
def test_a_value_put_into_a_wrong_field_is_not_repeated(name: str, value: JsonValue) -> None:
    assert SECRET not in str(faults_of(raw_request(**{name: value})))


@pytest.mark.parametrize(
    "raw",
    [
        SECRET,
        [SECRET],
        {"authKey": SECRET},
        {"request": SECRET},
        {"request": raw_request(), "trigger": SECRET},
        {"request": raw_request(), "requestId": f"{SECRET}!"},
        raw_request(window={"opensAt": SECRET, "closesAt": SECRET}),
        raw_request(window=SECRET),
        raw_request(convergence={"timeoutSeconds": SECRET}),
        raw_request(approval={"required": SECRET}),
        raw_request(acknowledge=[SECRET]),
        raw_request(routes=[SECRET]),
        raw_request(dryRun=SECRET, authKey=SECRET, more={"authKey": SECRET}),
    ],
)
def test_no_fault_repeats_a_secret(raw: JsonValue) -> None:
    assert SECRET not in str(faults_of(raw))


SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text()
ANY_JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=30,
)
FIELDS = st.sampled_from(
    [
        *("virtualInterfaceId", "connectionId", "requestId", "requestedBy", "reason", "dryRun"),
        *("window", "approval", "convergence", "routes", "rollback", "acknowledge", "roleArn"),
        *("region", "request", "trigger", "opensAt", "closesAt", "timeoutSeconds"),
    ]
)
ALMOST_A_REQUEST = st.dictionaries(
    FIELDS, ANY_JSON | st.sampled_from([VIF, TARGET]) | st.dictionaries(FIELDS, ANY_JSON)
)


@given(ANY_JSON | ALMOST_A_REQUEST | st.builds(lambda raw: {"request": raw}, ALMOST_A_REQUEST))
def test_no_json_value_does_more_than_be_refused(raw: JsonValue) -> None:
    try:
        parse_request(raw)
    except MalformedRequestError as error:
        assert error.faults
        assert len(str(error)) <= LONGEST_MESSAGE
        assert str(error).isprintable()
