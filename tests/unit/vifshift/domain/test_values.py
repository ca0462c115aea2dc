"""Impossible values: what no clock, number or text of the system can hold is refused by name."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import event, given
from hypothesis import strategies as st
from jsonata.jsonata import Jsonata
from pydantic import JsonValue

from tests.unit.vifshift.fakes import raw_request
from vifshift.domain.plan_request import parse_plan
from vifshift.domain.request import Request
from vifshift.domain.request_envelope import MalformedRequestError, parse_request
from vifshift.domain.values import DEEPEST, LARGEST_INTEGER, as_unicode, not_unicode

FAR_EAST, FAR_WEST = timezone(timedelta(hours=14)), timezone(-timedelta(hours=12))
OPENS = "2026-01-05T03:00:00Z"
MOVE = {"virtualInterfaceId": "dxvif-aaaa0001", "connectionId": "dxlag-target01"}


def faults_of(raw: JsonValue) -> tuple[str, ...]:
    with pytest.raises(MalformedRequestError) as refused:
        parse_request(raw)
    return refused.value.faults


@pytest.mark.parametrize(
    "time",
    [
        "9999-12-31T23:59:59-01:00",
        "9999-12-31T23:59:59Z",
        "9999-01-01T00:00:00Z",
        "9998-12-31T23:30:00-01:00",
        "1970-01-01T00:30:00+01:00",
        "1969-12-31T23:59:59Z",
        "0001-01-01T00:00:00+14:00",
    ],
)
def test_a_year_that_no_clock_can_tell_is_refused_by_name(time: str) -> None:
    window = {"opensAt": time, "closesAt": time}

    asked_for_a_plan: Any = {"moves": [MOVE], "window": window}
    for found in (faults_of(raw_request(window=window)), _plan_faults(asked_for_a_plan)):
        assert [each.partition(":")[0] for each in found] == ["window.opensAt", "window.closesAt"]
        assert all("must be in the years 1970 to 9998" in each for each in found)


@pytest.mark.parametrize("time", ["9998-12-31T23:59:59Z", "9999-01-01T00:30:00+01:00"])
def test_the_last_year_that_every_clock_can_tell_is_read(time: str) -> None:
    window = parse_request(raw_request(window={"opensAt": OPENS, "closesAt": time})).request.window

    assert window is not None
    assert window.closes_at == datetime.fromisoformat(time)


def test_a_number_that_json_does_not_have_is_refused_by_name() -> None:
    found = faults_of(
        raw_request(
            convergence={"timeoutSeconds": float("inf"), "holdSeconds": 2**53 + 1},
            approval={"timeoutMinutes": float("nan")},
            lockWaitSeconds="9" * 5000,
            routes={"minRecoveredPercent": 1e300},
        )
    )

    assert {each.partition(":")[0] for each in found} == {
        "convergence.timeoutSeconds",
        "convergence.holdSeconds",
        "approval.timeoutMinutes",
        "lockWaitSeconds",
        "routes.minRecoveredPercent",
    }
    assert max(map(len, found)) < 120


def test_half_of_a_letter_is_refused_by_name_beside_all_other_faults() -> None:
    found = faults_of(raw_request(reason="half: \ud83d", requestedBy="😀", dryRun="yes"))

    assert set(found) == {
        "reason: is not Unicode text",
        "dryRun: input should be a valid boolean",
    }


def test_a_name_of_a_field_may_not_be_half_of_a_letter_either() -> None:
    assert "\ud800" not in "".join(faults_of(raw_request(**{"\ud800": 1})))


@pytest.mark.parametrize("wrap", [lambda inner: [inner], lambda inner: {"in": inner}])
@pytest.mark.parametrize(("levels", "is_too_deep"), [(DEEPEST - 1, False), (DEEPEST, True)])
def test_a_request_that_is_nested_too_deeply_is_refused(
    wrap: Callable[[JsonValue], JsonValue], levels: int, is_too_deep: bool
) -> None:
    # The request itself is in an envelope.
    deep: JsonValue = "the innermost"
    for _ in range(levels - 1):
        deep = wrap(deep)

    found = faults_of(raw_request(reason=deep))

    assert (found == ("the request: is nested too deeply",)) == is_too_deep


def test_a_request_may_be_nested_deeper_than_python_recurses() -> None:
    deep: JsonValue = []
    for _ in range(100_000):
        deep = [deep]

    assert faults_of(raw_request(reason=deep)) == ("the request: is nested too deeply",)
    while deep:
        # Freed from the outside in, since Python frees a deep list by recursion.
        assert isinstance(deep, list)
        deep = deep[0]


def test_a_number_of_a_move_is_one_that_json_passes_on() -> None:
    def asked(number: int) -> Any:
        plan = {"planId": "plan-1", "number": number}
        return {"request": MOVE, "trigger": "plan", "plan": plan}

    assert parse_request(asked(LARGEST_INTEGER)).plan
    assert faults_of(asked(LARGEST_INTEGER + 1))[0].startswith("plan.number: ")


TIMES = st.builds(
    lambda time, minutes: f"{time.isoformat()}{_offset(minutes)}",
    st.one_of(
        st.datetimes(),
        st.datetimes(min_value=datetime(9998, 12, 30)),
        st.datetimes(max_value=datetime(1970, 1, 2), min_value=datetime(1969, 12, 30)),
        st.datetimes(min_value=datetime(2026, 1, 1), max_value=datetime(2027, 1, 1)),
    ),
    st.integers(min_value=-1439, max_value=1439),
)
NUMBERS = st.one_of(
    st.integers(min_value=0, max_value=4000),
    st.integers(),
    st.floats(),
    st.sampled_from([2**53, 2**53 + 1, -(2**53), 10**400]),
)
REQUESTS = st.fixed_dictionaries(
    {"virtualInterfaceId": st.just("dxvif-aaaa0001"), "connectionId": st.just("dxlag-target01")},
    optional={
        "window": st.fixed_dictionaries({"opensAt": TIMES, "closesAt": TIMES}),
        "convergence": st.fixed_dictionaries(
            {}, optional=dict.fromkeys(("timeoutSeconds", "holdSeconds"), NUMBERS)
        ),
        "lockWaitSeconds": NUMBERS,
        "routes": st.fixed_dictionaries({"minRecoveredPercent": NUMBERS}),
        "reason": st.text(st.characters(), max_size=8),
    },
)


@given(raw=REQUESTS)
def test_what_is_accepted_survives_json_jsonata_and_the_arithmetic_of_time(raw: JsonValue) -> None:
    try:
        request = parse_request(raw).request
    except MalformedRequestError as refused:
        event("refused")
        assert all(": " in each for each in refused.faults)
        return
    event(f"accepted, {'with' if request.window else 'without'} a window")
    text = json.dumps(request.to_json(), allow_nan=False, ensure_ascii=False)
    text.encode()
    assert Request.model_validate_json(text) == request
    assert all(abs(each) <= LARGEST_INTEGER for each in _numbers(json.loads(text)))
    if request.window:
        for name, time in (
            ("opensAt", request.window.opens_at),
            ("closesAt", request.window.closes_at),
        ):
            told = Jsonata(f"$toMillis(window.{name})").evaluate(json.loads(text))
            since = time - datetime(1970, 1, 1, tzinfo=UTC)
            assert int(told) == since // timedelta(milliseconds=1)
            for end in (time, time + 2 * request.convergence.longest_way):
                for zone in (UTC, FAR_EAST, FAR_WEST):
                    assert end.astimezone(zone) == end


def test_text_without_halves_of_letters_is_left_as_it_is() -> None:
    value: JsonValue = {"a": ["😀", 1, None, {"ü": True}]}

    assert not list(not_unicode(value))
    assert as_unicode(value) == value
    assert list(not_unicode({"a": ["", "\udfff"]})) == [("a", 1)]


def _plan_faults(raw: JsonValue) -> tuple[str, ...]:
    with pytest.raises(MalformedRequestError) as refused:
        parse_plan(raw)
    return refused.value.faults


def _offset(minutes: int) -> str:
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"


def _numbers(value: JsonValue) -> list[float]:
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return []
    if isinstance(value, (int, float)):
        return [value]
    members = value.values() if isinstance(value, dict) else value
    return [number for each in members for number in _numbers(each)]
